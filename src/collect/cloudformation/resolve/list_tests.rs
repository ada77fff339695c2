//! Blocks of addresses.

use super::blocks;

#[test]
fn blocks_are_those_of_the_user_guide() {
    // User Guide, "Fn::Cidr": 6 blocks with 5 bits of 192.168.0.0/24 are /27.
    let made = blocks("192.168.0.0/24", 6, 5).unwrap();
    assert_eq!(made.first().map(String::as_str), Some("192.168.0.0/27"));
    assert_eq!(made.last().map(String::as_str), Some("192.168.0.160/27"));
    assert_eq!(blocks("10.0.0.0/8", 1, 24).unwrap(), ["10.0.0.0/8"]);
}

#[test]
fn what_has_no_room_makes_none() {
    for (block, count, bits) in [
        ("192.168.0.0/24", 9, 5),
        ("192.168.0.0/24", 0, 5),
        ("192.168.0.0/24", 1, 0),
        ("192.168.0.0/24", 1, 33),
        ("192.168.0.0/33", 1, 1),
        ("fd00::/8", 1, 64),
        ("x", 1, 1),
    ] {
        assert_eq!(blocks(block, count, bits), None, "{block} {count} {bits}");
    }
}

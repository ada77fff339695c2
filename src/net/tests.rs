//! Blocks against counting, rules against the traps.

use super::FUNCTIONS;
use super::block::{Block, Family, is_everybody};
use super::rules::{self, Opening, Protocol};
use crate::model::{Gap, Interner, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn value(json: &Json) -> Value {
    Value::from_json(json, &Interner::new())
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, Gap> {
    (FUNCTIONS.iter().find(|function| function.name == name).unwrap().call)(arguments)
}

/// What is open, in words.
fn open(rules: Json) -> Vec<String> {
    let found = call("net.open_to_everybody", &[value(&rules)]).unwrap();
    found.as_list().unwrap().iter().map(|opening| opening.get("label").unwrap().as_str().unwrap().to_owned()).collect()
}

fn rule(protocol: &str, ports: Option<(i64, i64)>, cidr: &str) -> Json {
    let mut rule = json!({ "IpProtocol": protocol });
    if let Some((from, to)) = ports {
        rule["FromPort"] = from.into();
        rule["ToPort"] = to.into();
    }
    rule[if cidr.contains(':') { "CidrIpv6" } else { "CidrIp" }] = cidr.into();
    rule
}

#[test]
fn the_functions_are_sorted() {
    assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
}

#[test]
fn what_is_no_cidr_is_not_taken_for_one() {
    for text in
        ["", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/-1", "sg-1", "010.0.0.0/8"]
    {
        assert_eq!(Block::read(text), None, "{text}");
    }
    assert_eq!(Block::read("0.0.0.0/0").unwrap().prefix, 0);
    assert_eq!(Block::read("::/0").unwrap().prefix, 0);
    assert_eq!(Block::read("10.1.2.3/8"), Block::read("10.0.0.0/8"));
    assert_eq!(Block::read("2001:db8::1").unwrap().prefix, 128);
}

#[test]
fn two_halves_are_the_whole() {
    let all = [rule("tcp", Some((22, 22)), "0.0.0.0/0")];
    let halves = [rule("tcp", Some((22, 22)), "0.0.0.0/1"), rule("tcp", Some((22, 22)), "128.0.0.0/1")];
    assert_eq!(open(json!(all)), ["tcp 22 (IPv4)"]);
    assert_eq!(open(json!(halves)), ["tcp 22 (IPv4)"]);
    assert_eq!(open(json!(halves[..1])), [] as [&str; 0]);
    assert_eq!(open(json!([rule("tcp", Some((22, 22)), "::/1"), rule("tcp", Some((22, 22)), "8000::/1")])), ["tcp 22 (IPv6)"]);
    // Halves at ports that overlap only in part are open in that part.
    let apart = [rule("tcp", Some((20, 30)), "0.0.0.0/1"), rule("tcp", Some((25, 90)), "128.0.0.0/1")];
    assert_eq!(open(json!(apart)), ["tcp 25-30 (IPv4)"]);
}

#[test]
fn everything_that_the_internet_routes_is_everybody() {
    // Without what nobody can send from, it is still open.
    assert_eq!(open(json!([rule("tcp", Some((22, 22)), "2000::/3")])), ["tcp 22 (IPv6)"]);
    let private = Block::read("10.0.0.0/8").unwrap();
    assert!(private.is_private() && !Block::read("10.0.0.0/7").unwrap().is_private() && Block::read("fd00::/8").unwrap().is_private());
    assert!(!is_everybody(&[private], Family::V4) && !is_everybody(&[], Family::V4));
}

#[test]
fn all_protocols_have_no_ports_and_mean_all_of_them() {
    assert_eq!(open(json!([rule("-1", None, "0.0.0.0/0")])), ["all protocols (IPv4)"]);
    // Ports beside -1 mean nothing.
    assert_eq!(open(json!([rule("-1", Some((443, 443)), "0.0.0.0/0")])), ["all protocols (IPv4)"]);
    assert_eq!(open(json!([{ "IpProtocol": -1, "CidrIp": "0.0.0.0/0" }])), ["all protocols (IPv4)"]);
    // One half by all protocols, the other by one of them.
    assert_eq!(open(json!([rule("-1", None, "0.0.0.0/1"), rule("tcp", Some((22, 22)), "128.0.0.0/1")])), ["tcp 22 (IPv4)"]);
}

#[test]
fn protocols_may_be_numbers() {
    assert_eq!(open(json!([rule("6", Some((3389, 3389)), "0.0.0.0/0")])), ["tcp 3389 (IPv4)"]);
    assert_eq!(open(json!([{ "IpProtocol": 17, "FromPort": 53, "ToPort": 53, "CidrIp": "0.0.0.0/0" }])), ["udp 53 (IPv4)"]);
    assert_eq!(open(json!([rule("50", None, "0.0.0.0/0")])), ["50 (IPv4)"]);
}

#[test]
fn types_of_icmp_are_no_ports() {
    // Type 22 is no port 22, nor is 8 to -1 everything.
    assert_eq!(open(json!([rule("icmp", Some((22, 22)), "0.0.0.0/0"), rule("1", Some((8, -1)), "0.0.0.0/0")])), ["icmp (IPv4)"]);
    let found = call("net.open_to_everybody", &[value(&json!([rule("icmp", Some((22, 22)), "0.0.0.0/0")]))]).unwrap();
    let opening = &found.as_list().unwrap()[0];
    assert!(matches!((opening.get("from_port"), opening.get("to_port")), (Some(Value::Int(-1)), Some(Value::Int(-1)))));
}

#[test]
fn tcp_without_ports_means_all_ports() {
    assert_eq!(open(json!([rule("tcp", None, "0.0.0.0/0")])), ["tcp, all ports (IPv4)"]);
    assert_eq!(open(json!([rule("tcp", Some((-1, -1)), "0.0.0.0/0")])), ["tcp, all ports (IPv4)"]);
    assert_eq!(
        open(json!([rule("tcp", Some((0, 1000)), "0.0.0.0/0"), rule("tcp", Some((1001, 65535)), "0.0.0.0/0")])),
        ["tcp, all ports (IPv4)"]
    );
}

#[test]
fn a_source_that_is_a_group_or_list_lets_in_no_block() {
    let rules = json!([
        { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourceSecurityGroupId": "sg-1" },
        { "IpProtocol": "-1", "SourcePrefixListId": "pl-1" },
    ]);
    assert_eq!(open(rules), [] as [&str; 0]);
}

#[test]
fn what_cannot_be_read_is_a_gap_and_not_closed() {
    let good = rule("tcp", Some((22, 22)), "10.0.0.0/8");
    for bad in [
        json!({ "CidrIp": "0.0.0.0/0" }),
        rule("tcp", Some((22, 22)), "everywhere"),
        json!({ "IpProtocol": "tcp", "FromPort": "ssh", "CidrIp": "0.0.0.0/0" }),
    ] {
        assert!(call("net.open_to_everybody", &[value(&json!([good, bad]))]).is_err(), "{bad}");
    }
    assert!(call("net.open_to_everybody", &[value(&json!("all"))]).is_err());
    assert!(call("net.prefix_length", &[value(&json!("x"))]).is_err());
}

#[test]
fn wide_blocks_of_the_internet_are_told_and_private_ones_are_not() {
    let rules = json!([
        rule("tcp", Some((443, 443)), "203.0.112.0/23"),
        rule("tcp", Some((22, 22)), "52.0.0.0/8"),
        rule("-1", None, "10.0.0.0/8"),
        rule("udp", Some((53, 60)), "2600::/16"),
    ]);
    let found = call("net.wide_sources", &[value(&rules), Value::Int(16), Value::Int(32)]).unwrap();
    let labels: Vec<&str> = found.as_list().unwrap().iter().map(|wide| wide.get("label").unwrap().as_str().unwrap()).collect();
    assert_eq!(labels, ["52.0.0.0/8 at tcp 22", "2600::/16 at udp 53-60"]);
}

/// Rules over few ports and few blocks, so that they meet.
fn drawn() -> impl Strategy<Value = Vec<(Protocol, (i64, i64), &'static str)>> {
    let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Every), Just(Protocol::Udp)];
    let blocks = prop::sample::select(vec!["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2", "10.0.0.0/8"]);
    prop::collection::vec((protocol, (0_i64..6, 0_i64..6).prop_map(|(a, b)| (a.min(b), a.max(b))), blocks), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Port by port, with the four quarters of the addresses counted by hand.
    #[test]
    fn openings_are_what_counting_finds(drawn in drawn()) {
        let json: Vec<Json> = drawn.iter().map(|(protocol, ports, cidr)| rule(protocol.as_str(), Some(*ports), cidr)).collect();
        let openings = rules::openings(&rules::read(&value(&json!(json))).unwrap());
        for port in 0..7_i64 {
            for protocol in [Protocol::Tcp, Protocol::Udp] {
                let mut quarters = [false; 4];
                for (of, ports, cidr) in &drawn {
                    let holds = *of == Protocol::Every || (*of == protocol && ports.0 <= port && port <= ports.1);
                    let held: &[usize] = match *cidr {
                        "0.0.0.0/0" => &[0, 1, 2, 3],
                        "0.0.0.0/1" => &[0, 1],
                        "128.0.0.0/1" => &[2, 3],
                        "128.0.0.0/2" => &[2],
                        "192.0.0.0/2" => &[3],
                        _ => &[],
                    };
                    held.iter().filter(|_| holds).for_each(|quarter| quarters[*quarter] = true);
                }
                let told = openings.iter().any(|Opening { protocol: of, ports, .. }| {
                    (*of == protocol || *of == Protocol::Every) && ports.0 <= port && port <= ports.1
                });
                prop_assert_eq!(told, quarters == [true; 4], "port {} of {:?}: {:?}", port, protocol, openings);
            }
        }
    }

    /// However a block is cut, the pieces are the block.
    #[test]
    fn pieces_of_everything_are_everything(cuts in prop::collection::vec(0_u8..4, 0..40), lost in any::<prop::sample::Index>()) {
        let mut pieces = vec![(0_u128, 0_u8)];
        for cut in cuts {
            let at = usize::from(cut) * pieces.len() / 4;
            let (first, prefix) = pieces.remove(at);
            if prefix < 30 {
                pieces.push((first, prefix + 1));
                pieces.push((first | 1 << (31 - prefix), prefix + 1));
            } else {
                pieces.push((first, prefix));
            }
        }
        let text = |(first, prefix): (u128, u8)| format!("{}/{prefix}", std::net::Ipv4Addr::from(u32::try_from(first).unwrap()));
        let mut blocks: Vec<Block> = pieces.into_iter().map(|piece| Block::read(&text(piece)).unwrap()).collect();
        prop_assert!(is_everybody(&blocks, Family::V4));
        let gone = blocks.remove(lost.index(blocks.len()));
        prop_assert_eq!(is_everybody(&blocks, Family::V4), gone.is_private() && !blocks.is_empty());
    }

    #[test]
    fn no_text_makes_it_stumble(text in ".{0,40}") {
        let _ = Block::read(&text);
    }
}

//! Addresses that are not on the internet are told apart.

use super::{Kind, kind};

#[test]
fn what_is_not_on_the_internet_is_told() {
    for (address, expected) in [
        ("10.0.0.1", Kind::Private),
        ("172.16.0.1", Kind::Private),
        ("172.31.255.255", Kind::Private),
        ("192.168.1.1", Kind::Private),
        ("fd12::1", Kind::Private),
        ("127.0.0.1", Kind::Loopback),
        ("127.255.255.254", Kind::Loopback),
        ("::1", Kind::Loopback),
        ("169.254.1.1", Kind::LinkLocal),
        ("fe80::1", Kind::LinkLocal),
        ("169.254.169.254", Kind::Metadata),
        ("169.254.170.2", Kind::Metadata),
        ("fd00:ec2::254", Kind::Metadata),
        ("100.64.0.1", Kind::CarrierGrade),
        ("100.127.255.255", Kind::CarrierGrade),
        ("224.0.0.1", Kind::Multicast),
        ("ff02::1", Kind::Multicast),
        ("0.0.0.0", Kind::Unspecified),
        ("0.1.2.3", Kind::Unspecified),
        ("::", Kind::Unspecified),
        ("255.255.255.255", Kind::Reserved),
        ("240.0.0.1", Kind::Reserved),
        ("198.18.0.1", Kind::Reserved),
        ("203.0.113.7", Kind::Reserved),
        ("2001:db8::1", Kind::Reserved),
        ("2001::1", Kind::Reserved),
        ("4000::1", Kind::Reserved),
    ] {
        assert_eq!(kind(address.parse().unwrap()), expected, "{address}");
    }
}

#[test]
fn an_address_inside_another_counts() {
    for (address, expected) in [
        ("::ffff:127.0.0.1", Kind::Loopback),
        ("::ffff:169.254.169.254", Kind::Metadata),
        ("::ffff:10.0.0.1", Kind::Private),
        ("::10.0.0.1", Kind::Private),
        ("64:ff9b::a00:1", Kind::Private),
        ("64:ff9b::169.254.169.254", Kind::Metadata),
        ("2002:7f00:1::", Kind::Loopback),
        ("::ffff:8.8.8.8", Kind::Public),
    ] {
        assert_eq!(kind(address.parse().unwrap()), expected, "{address}");
    }
}

#[test]
fn the_internet_is_public() {
    for address in ["8.8.8.8", "3.130.0.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "2600:1f16::1", "2a00:1450::1"] {
        assert_eq!(kind(address.parse().unwrap()), Kind::Public, "{address}");
    }
}

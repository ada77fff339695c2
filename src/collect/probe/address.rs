//! Where a name may lead. A config file names hosts, and whoever owns their DNS names addresses: without this check a
//! probe would knock at the metadata service or inside the network of whoever runs the auditor.
//!
//! What is not known to be public is not public: everything outside IPv6's global unicast range is reserved. IPv6 addresses
//! that carry an IPv4 address (mapped, compatible, NAT64, 6to4) are what they carry.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Kinds of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On the internet.
    Public,
    /// RFC 1918, unique local.
    Private,
    /// This machine.
    Loopback,
    /// This link.
    LinkLocal,
    /// Where clouds hand credentials out.
    Metadata,
    /// Between a carrier and its customers (RFC 6598).
    CarrierGrade,
    /// Many machines.
    Multicast,
    /// No machine.
    Unspecified,
    /// Documentation, benchmarks, tunnels, and what nobody was given yet.
    Reserved,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::Metadata => "metadata",
            Self::CarrierGrade => "carrier-grade",
            Self::Multicast => "multicast",
            Self::Unspecified => "unspecified",
            Self::Reserved => "reserved",
        }
    }
}

/// The kind of an address.
pub fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

/// By the registry of special-purpose IPv4 addresses (IANA), and the clouds' documents for the metadata services: EC2 and most
/// others, ECS tasks, EKS pods, Alibaba, Oracle.
fn kind_v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        [169, 254, 169, 254] | [169, 254, 170, 2 | 23] | [100, 100, 100, 200] | [192, 0, 0, 192] => Kind::Metadata,
        [0, ..] => Kind::Unspecified,
        [127, ..] => Kind::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Kind::Private,
        [169, 254, ..] => Kind::LinkLocal,
        [100, 64..=127, ..] => Kind::CarrierGrade,
        [224..=239, ..] => Kind::Multicast,
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, ..] | [192, 88, 99, _] | [240..=255, ..] => {
            Kind::Reserved
        }
        _ => Kind::Public,
    }
}

fn kind_v6(address: Ipv6Addr) -> Kind {
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        kind_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254 | 0x23] => Kind::Metadata,
        [0, 0, 0, 0, 0, 0, 0, 0] => Kind::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Loopback,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => {
            carried(high, low)
        }
        [0x2002, high, low, ..] => carried(high, low),
        [0xfc00..=0xfdff, ..] | [0x64, 0xff9b, 1, ..] => Kind::Private,
        [0xfe80..=0xfebf, ..] | [0xfec0..=0xfeff, ..] => Kind::LinkLocal,
        [0xff00..=0xffff, ..] => Kind::Multicast,
        // Teredo and other protocols' own (2001::/23), documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Kind::Reserved,
        [0x2000..=0x3fff, ..] => Kind::Public,
        _ => Kind::Reserved,
    }
}

#[cfg(test)]
mod tests {
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
}

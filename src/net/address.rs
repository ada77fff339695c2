//! Kinds of address: where a name may lead. A config file names hosts, and whoever owns their DNS names addresses: without this check a
//! probe or a webhook would knock at the metadata service or inside the network of whoever runs the auditor.
//!
//! What is not known to be public is not public: everything outside IPv6's global unicast range is reserved. IPv6 addresses
//! that carry an IPv4 address (mapped, compatible, NAT64, 6to4) are what they carry.

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

//! Addresses and ranges of them as conditions write them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range that could be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// Whether no address of it is reachable from the internet.
    pub(super) private: bool,
    /// The same range without bits after those that count, where it has some.
    pub(super) improved: Option<String>,
}

/// Ranges of private use: RFC 1918 and RFC 4193.
const PRIVATE: [(IpAddr, u8); 4] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
];

/// Reads an address or a range.
pub(super) fn read(text: &str) -> Option<Range> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) if !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit()) => (address, length.parse().ok()),
        Some(_) => return None,
        None => (text, Some(u8::MAX)),
    };
    let address: IpAddr = address.parse().ok()?;
    let width: u8 = if address.is_ipv4() { 32 } else { 128 };
    let length = match length? {
        u8::MAX if !text.contains('/') => width,
        length if length <= width => length,
        _ => return None,
    };
    let network = masked(address, length);
    let private =
        PRIVATE.iter().any(|&(base, bits)| base.is_ipv4() == address.is_ipv4() && length >= bits && masked(address, bits) == base);
    Some(Range { private, improved: (network != address).then(|| format!("{network}/{length}")) })
}

fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

//! Numbers, dates and addresses in conditions.

use super::operator::Operation;
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use rust_decimal::Decimal;
use std::str::FromStr;

/// A number, exact where 28 digits hold it.
pub fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// A moment: ISO 8601 (a date is its first instant in UTC; without a zone, UTC) or seconds since 1970, which may have a fraction.
pub fn date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.with_timezone(&Utc));
    }
    if let Some(seconds) = number(text) {
        let millis = seconds.checked_mul(Decimal::ONE_THOUSAND)?.trunc();
        return DateTime::from_timestamp_millis(i64::try_from(millis).ok()?);
    }
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y%m%dT%H%M%S%z"];
    // `%z` does not read the letter that stands for UTC.
    let offset = text.strip_suffix(['Z', 'z']).map_or_else(|| text.to_owned(), |text| format!("{text}+0000"));
    if let Some(time) = zoned.iter().find_map(|form| DateTime::parse_from_str(&offset, form).ok()) {
        return Some(time.with_timezone(&Utc));
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    if let Some(time) = local.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
        return Some(time.and_utc());
    }
    let day = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    Some(NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc())
}

/// Values around the one that a condition names: the value, and one on each side, so that between all of these every comparison with
/// it comes out the same. Nothing where it is none of its kind.
pub fn neighbours(operation: Operation, value: &str) -> Vec<String> {
    match operation {
        Operation::Numeric(_) => {
            // Far finer than what policies tell apart.
            let step = Decimal::new(1, 12);
            number(value).map_or_else(Vec::new, |number| {
                let around = [Some(number), number.checked_sub(step), number.checked_add(step), number.checked_add(Decimal::ONE)];
                around.into_iter().flatten().map(|number| number.normalize().to_string()).collect()
            })
        }
        Operation::Date(_) => date(value).map_or_else(Vec::new, |time| {
            let around = [0, -1, 1].map(|millis| time.checked_add_signed(TimeDelta::milliseconds(millis)));
            around.into_iter().flatten().map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)).collect()
        }),
        Operation::Ip { .. } => {
            let outside = ["198.51.100.1".to_owned(), "2001:db8::1".to_owned()];
            Network::read(value).map_or_else(Vec::new, Network::edges).into_iter().chain(outside).collect()
        }
        Operation::String { .. } | Operation::Bool | Operation::Binary | Operation::Arn { .. } | Operation::Null => Vec::new(),
    }
}

/// An address of either kind.
pub fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// A block of addresses as conditions name it. Not the blocks of `crate::net`: conditions have rules of their own about host bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.0.0.0/8` or a single address. Host bits are ignored in IPv4; an IPv6 network with any is none (observed on the live
    /// service).
    pub fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) if !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                (address.parse::<IpAddr>().ok()?, Some(bits.parse::<u32>().ok()?))
            }
            Some(_) => return None,
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let width = if address.is_ipv4() { 32 } else { 128 };
        let network = Self { address, bits: bits.unwrap_or(width) };
        let clean = match address {
            IpAddr::V4(_) => true,
            IpAddr::V6(address) => address.to_bits() & !mask_128(network.bits) == 0,
        };
        (network.bits <= width && clean).then_some(network)
    }

    /// Its first and last address, and those beside it.
    fn edges(self) -> Vec<String> {
        match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - self.bits.min(32)).unwrap_or(0);
                let (first, last) = (address.to_bits() & mask, address.to_bits() | !mask);
                let all = [Some(first), Some(last), first.checked_sub(1), last.checked_add(1)];
                all.into_iter().flatten().map(|bits| Ipv4Addr::from_bits(bits).to_string()).collect()
            }
            IpAddr::V6(address) => {
                let mask = mask_128(self.bits);
                let (first, last) = (address.to_bits() & mask, address.to_bits() | !mask);
                let all = [Some(first), Some(last), first.checked_sub(1), last.checked_add(1)];
                all.into_iter().flatten().map(|bits| Ipv6Addr::from_bits(bits).to_string()).collect()
            }
        }
    }

    /// Whether an address is in it.
    pub fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits.min(32)).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() & mask_128(self.bits) == other.to_bits() & mask_128(self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

const fn mask_128(bits: u32) -> u128 {
    let bits = if bits > 128 { 128 } else { bits };
    match u128::MAX.checked_shl(128 - bits) {
        Some(mask) => mask,
        None => 0,
    }
}

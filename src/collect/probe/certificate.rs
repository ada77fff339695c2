//! When a certificate ends, read from its DER. A whole X.509 library for two times would be a dependency for forty lines; what
//! cannot be read is not known, never a date.
//!
//! `Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version?, serialNumber, signature, issuer, validity SEQUENCE
//! { notBefore, notAfter }, … } … }` (RFC 5280, section 4.1).

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;

use crate::model::value::Time;
use chrono::NaiveDateTime;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of its validity.
pub fn not_after(certificate: &[u8]) -> Option<Time> {
    let (outer, _) = element(certificate, SEQUENCE)?;
    let (signed, _) = element(outer, SEQUENCE)?;
    let signed = if signed.first() == Some(&VERSION) { element(signed, VERSION)?.1 } else { signed };
    let (_serial, rest) = any(signed)?;
    let (_signature, rest) = any(rest)?;
    let (_issuer, rest) = any(rest)?;
    let (validity, _) = element(rest, SEQUENCE)?;
    let (_not_before, rest) = any(validity)?;
    let tag = *rest.first()?;
    let (text, _) = element(rest, tag)?;
    time(tag, std::str::from_utf8(text).ok()?)
}

/// The content of the element that stands first, and what follows it.
fn any(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    element(bytes, *bytes.first()?)
}

fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *first != tag {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        // The length of the length; four bytes hold more than any handshake does.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// RFC 5280, section 4.1.2.5: always UTC, always with seconds; two digits from 50 on are of the last century.
fn time(tag: u8, text: &str) -> Option<Time> {
    let text = match tag {
        UTC_TIME => {
            let year: u8 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year >= 50 { "19" } else { "20" })
        }
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?.and_utc())
}

//! The subject of a certificate as text, the way `openssl x509 -noout -subject -nameopt RFC2253` prints it, so that what
//! operators see there is what they write into the config.
//!
//! The signature has been verified when this is read, by `rustls`; here only the way to one field of the DER is walked
//! (RFC 5280, section 4.1). What does not look as it should has no subject.

use std::fmt::Write as _;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_ID: u8 = 0x06;
/// `[0] EXPLICIT`: the version, which the first one lacks.
const VERSION: u8 = 0xa0;

/// The object identifiers that have a name, in DER. RFC 4519, and PKCS #9 for the mail address.
const NAMES: &[(&[u8], &str)] = &[
    (&[0x55, 0x04, 0x03], "CN"),
    (&[0x55, 0x04, 0x05], "serialNumber"),
    (&[0x55, 0x04, 0x06], "C"),
    (&[0x55, 0x04, 0x07], "L"),
    (&[0x55, 0x04, 0x08], "ST"),
    (&[0x55, 0x04, 0x09], "street"),
    (&[0x55, 0x04, 0x0a], "O"),
    (&[0x55, 0x04, 0x0b], "OU"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01], "UID"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19], "DC"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01], "emailAddress"),
];

/// The subject; none where it is empty, or has a part that has no name here.
pub fn of(certificate: &[u8]) -> Option<String> {
    let mut certificate = Der(Der(certificate).inside(SEQUENCE)?);
    let mut body = Der(certificate.inside(SEQUENCE)?);
    if body.0.first() == Some(&VERSION) {
        body.next()?;
    }
    // Serial number, algorithm, issuer, validity.
    for _ in 0..4 {
        body.next()?;
    }
    let mut subject = Der(body.inside(SEQUENCE)?);
    let mut parts = Vec::new();
    while !subject.0.is_empty() {
        parts.push(relative(subject.inside(SET)?)?);
    }
    // RFC 2253 begins with the last; openssl does so among the values of a part too.
    parts.reverse();
    if parts.is_empty() { None } else { Some(parts.join(",")) }
}

/// One part of a name, which may have several values.
fn relative(set: &[u8]) -> Option<String> {
    let (mut set, mut values) = (Der(set), Vec::new());
    while !set.0.is_empty() {
        let mut pair = Der(set.inside(SEQUENCE)?);
        let id = pair.inside(OBJECT_ID)?;
        let (_, name) = NAMES.iter().find(|(known, _)| *known == id)?;
        let (tag, value) = pair.next()?;
        values.push(format!("{name}={}", escaped(&text(tag, value)?)));
    }
    values.reverse();
    Some(values.join("+"))
}

/// `UTF8String`, `PrintableString`, `IA5String`, `BMPString`.
fn text(tag: u8, value: &[u8]) -> Option<String> {
    match tag {
        0x0c | 0x13 | 0x16 => String::from_utf8(value.to_vec()).ok(),
        0x1e => {
            let (pairs, rest) = value.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
        }
        _ => None,
    }
}

/// RFC 2253, section 2.4; what is no printable ASCII as hex, as openssl does.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, byte) in text.bytes().enumerate() {
        let edge = (at == 0 && matches!(byte, b' ' | b'#')) || (at + 1 == text.len() && byte == b' ');
        if edge || matches!(byte, b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';') {
            escaped.push('\\');
            escaped.push(char::from(byte));
        } else if (b' '..=b'~').contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\{byte:02X}");
        }
    }
    escaped
}

/// DER that is left to read.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: its tag and what is in it.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            short @ 0..=0x7f => (usize::from(short), rest),
            // At most four bytes of length: no certificate has more.
            long @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (inside, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, inside))
    }

    /// What is in the next element, if it has this tag.
    fn inside(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, inside)| inside)
    }
}

#[cfg(test)]
#[path = "subject_tests.rs"]
mod tests;

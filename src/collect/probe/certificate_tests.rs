//! Certificates are read for their times alone, whatever else is in them.

use super::*;

/// A certificate with nothing in it but its times.
fn certificate(version: bool, not_after: (u8, &str)) -> Vec<u8> {
    let element = |tag: u8, content: &[u8]| {
        let mut bytes = vec![tag];
        if content.len() > 0x7f {
            bytes.extend([0x82, u8::try_from(content.len() >> 8).unwrap(), u8::try_from(content.len() & 0xff).unwrap()]);
        } else {
            bytes.push(u8::try_from(content.len()).unwrap());
        }
        bytes.extend(content);
        bytes
    };
    let times = [element(UTC_TIME, b"260101000000Z"), element(not_after.0, not_after.1.as_bytes())].concat();
    let version = if version { element(VERSION, &element(2, &[2])) } else { Vec::new() };
    let name = element(SEQUENCE, &[0x31; 200].map(|_| 0));
    let signed = [version, element(2, &[1]), element(SEQUENCE, &[]), name, element(SEQUENCE, &times)].concat();
    element(SEQUENCE, &element(SEQUENCE, &signed))
}

#[test]
fn the_end_is_read_from_either_kind_of_time() {
    for (version, end, expected) in [
        (true, (UTC_TIME, "270228235959Z"), "2027-02-28T23:59:59+00:00"),
        (false, (UTC_TIME, "270228235959Z"), "2027-02-28T23:59:59+00:00"),
        (true, (UTC_TIME, "990101000000Z"), "1999-01-01T00:00:00+00:00"),
        (true, (GENERALIZED_TIME, "20510101000000Z"), "2051-01-01T00:00:00+00:00"),
    ] {
        assert_eq!(not_after(&certificate(version, end)).unwrap().to_rfc3339(), expected);
    }
}

#[test]
fn what_cannot_be_read_is_no_date() {
    let whole = certificate(true, (UTC_TIME, "270228235959Z"));
    for cut in 0..whole.len() {
        assert_eq!(not_after(&whole[..cut]), None, "{cut}");
    }
    assert_eq!(not_after(&certificate(true, (UTC_TIME, "270228"))), None);
    assert_eq!(not_after(&certificate(true, (0x0c, "270228235959Z"))), None);
    assert_eq!(not_after(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
}

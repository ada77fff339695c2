//! Amounts are read exactly.

use super::*;

#[test]
fn plain_amounts_and_exponents_are_read_exactly() {
    for (text, amount) in [
        ("0.1234567890", "0.123456789"),
        ("1.5E-7", "0.00000015"),
        ("-2.61", "-2.61"),
        ("12e3", "12000"),
        ("0E-10", "0"),
        ("1E-28", "0.0000000000000000000000000001"),
    ] {
        assert_eq!(read(text).unwrap().to_string(), amount, "{text}");
    }
}

#[test]
fn what_would_be_rounded_is_refused() {
    for text in ["1E-29", "0.12345678901234567890123456789012345", "1E40", "9E99999999999", "", "free", "1E", "NaN"] {
        assert!(read(text).is_err(), "{text}");
    }
}

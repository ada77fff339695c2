//! Flags as people write them.

use super::*;

#[test]
fn a_date_is_its_first_instant_in_utc() {
    assert_eq!(parse_time("2026-11-23").unwrap().to_rfc3339(), "2026-11-23T00:00:00+00:00");
    assert_eq!(parse_time("2026-11-23T09:00:00+02:00").unwrap().to_rfc3339(), "2026-11-23T07:00:00+00:00");
    assert!(parse_time("23.11.2026").is_err());
    assert!(parse_time("2026-02-30").is_err());
}

#[test]
fn aws_is_a_word_and_everything_else_a_file() {
    assert_eq!("aws".parse(), Ok(SourceArg::Aws));
    assert_eq!("./aws".parse(), Ok(SourceArg::File("./aws".into())));
    assert!("".parse::<SourceArg>().is_err());
}

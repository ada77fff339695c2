//! Log lines are safe to print.

use super::writer::Line;
use super::{LogFormat, TelemetryError, init, printable};
use std::io::Write as _;

#[test]
fn ordinary_text_is_not_copied() {
    assert!(matches!(printable("tabelle-ü-表"), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn escapes_line_ends_and_direction_overrides_are_written_out() {
    assert_eq!(printable("a\u{1b}[2Jb\nc\r\t\u{7f}\u{9b}\u{202e}"), "a\\u{1b}[2Jb\\nc\\r\\t\\u{7f}\\u{9b}\\u{202e}");
}

#[test]
fn a_tag_value_cannot_forge_a_second_log_line() {
    let mut line = Line { target: Vec::new(), format: LogFormat::Text };
    line.write_all("warn: tag x\n2026 ERROR forged\u{1b}[31m\n".as_bytes()).unwrap();
    assert_eq!(String::from_utf8(line.target).unwrap(), "warn: tag x\\n2026 ERROR forged\\u{1b}[31m\n");
}

#[test]
fn a_json_line_stays_json_when_it_is_made_harmless() {
    let mut line = Line { target: Vec::new(), format: LogFormat::Json };
    line.write_all("{\"tag\":\"a\u{202e}\u{9b}31m\u{7f}\"}\n".as_bytes()).unwrap();
    let text = String::from_utf8(line.target).unwrap();
    assert_eq!(text, "{\"tag\":\"a\\u202e\\u009b31m\\u007f\"}\n");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["tag"], "a\u{202e}\u{9b}31m\u{7f}");
}

#[test]
fn a_closed_standard_error_is_no_error() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let mut line = Line { target: Closed, format: LogFormat::Text };
    assert!(line.write_all(b"event\n").is_ok());
    assert!(line.flush().is_ok());
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_with_the_words_that_can() {
    let error = init("ledgerline=loud", LogFormat::Text).unwrap_err();
    assert!(matches!(error, TelemetryError::Filter { .. }));
    assert!(error.to_string().contains("warn, info, debug"), "{error}");
}

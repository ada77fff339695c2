//! What passes, what somebody must mend, and what is the message's own fault.

use super::super::tests::at;
use super::*;

#[test]
fn statuses_have_their_natures() {
    for (status, nature) in [
        (408, Nature::Passing),
        (425, Nature::Passing),
        (429, Nature::Passing),
        (500, Nature::Passing),
        (503, Nature::Passing),
        (400, Nature::Message),
        (413, Nature::Message),
        (422, Nature::Message),
        (401, Nature::Channel),
        (403, Nature::Channel),
        (404, Nature::Channel),
        (410, Nature::Channel),
    ] {
        assert_eq!(of_status(status, None, "", at(0)).nature, nature, "{status}");
    }
}

#[test]
fn retry_after_is_seconds_or_a_date_and_at_most_a_day() {
    let asked = |text: &str| of_status(503, Some(text), "", at(0)).retry_after.map(|pause| pause.as_secs());
    assert_eq!(asked("120"), Some(120));
    assert_eq!(asked("Sun, 01 Nov 2026 00:01:30 GMT"), Some(90));
    assert_eq!(asked("Sat, 31 Oct 2026 00:01:30 GMT"), Some(0), "a date that is over");
    assert_eq!(asked("99999999999"), Some(86_400));
    assert_eq!(asked("soon"), None);
    assert_eq!(asked("-1"), None);
}

#[test]
fn what_the_other_side_says_is_one_short_printable_line() {
    let fault = of_status(500, None, &format!("a\u{1b}[2Jb\nc{}", "x".repeat(10_000)), at(0));
    assert!(fault.reason.starts_with("it answered 500: a\\u{1b}[2Jb\\nc") && fault.reason.len() < 400, "{}", fault.reason);
}

#[test]
fn codes_of_aws_have_their_natures() {
    for (code, nature) in [
        ("AccessDeniedException", Nature::Channel),
        ("NotFound", Nature::Channel),
        ("NoSuchBucket", Nature::Channel),
        ("InvalidParameter", Nature::Message),
        ("Throttling", Nature::Passing),
        ("InternalException", Nature::Passing),
        ("SomethingNew", Nature::Passing),
    ] {
        assert_eq!(of_code(code), nature, "{code}");
    }
}

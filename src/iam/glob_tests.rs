//! Globs against their plain definition.

use super::*;
use proptest::prelude::*;

#[test]
fn stars_take_any_run_and_question_marks_exactly_one() {
    for (pattern, text, expected) in [
        ("dynamodb:*", "dynamodb:PutItem", true),
        ("dynamodb:Put?tem", "dynamodb:PutItem", true),
        ("dynamodb:Put?", "dynamodb:PutItem", false),
        ("*:*Item", "dynamodb:PutItem", true),
        ("dynamodb:PutItem", "dynamodb:PutItems", false),
        ("*", "", true),
        ("?", "", false),
        ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false),
        ("*", "two\nlines", true),
        ("??", "𝕏", true),
        ("?", "𝕏", false),
    ] {
        assert_eq!(matches(pattern, text, Case::Sensitive), expected, "{pattern} on {text}");
    }
}

#[test]
fn case_matters_only_where_it_is_asked_for() {
    assert!(matches("IAM:pass*", "iam:PassRole", Case::Insensitive));
    assert!(!matches("IAM:pass*", "iam:PassRole", Case::Sensitive));
}

#[test]
fn everything_needs_a_star_and_nothing_that_must_be_there() {
    for (pattern, expected) in [("*", true), ("**", true), ("?*", true), ("??*", false), ("?", false), ("", false), ("a*", false)] {
        assert_eq!(is_everything(pattern), expected, "{pattern}");
    }
}

proptest! {
    /// The oracle: try every way to split, without cleverness.
    #[test]
    fn agrees_with_the_plain_recursive_definition(pattern in "[ab*?]{0,7}", text in "[ab]{0,7}") {
        fn plain(pattern: &[u8], text: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'*', rest)) => (0..=text.len()).any(|taken| plain(rest, &text[taken..])),
                Some((b'?', rest)) => !text.is_empty() && plain(rest, &text[1..]),
                Some((c, rest)) => text.first() == Some(c) && plain(rest, &text[1..]),
            }
        }
        prop_assert_eq!(matches(&pattern, &text, Case::Sensitive), plain(pattern.as_bytes(), text.as_bytes()));
    }
}

#[test]
fn patterns_overlap_where_some_text_matches_both() {
    for (a, b, common) in [
        ("", "", true),
        ("", "*", true),
        ("", "?*", false),
        ("a*", "*b", true),
        ("a*c", "a?d", false),
        ("a*c", "a?d*", true),
        ("role/*", "role/?*", true),
        ("role", "role/?*", false),
        ("*/x", "table/?*/index/?*", true),
        ("b*", "?*/?*", true),
        ("abc", "a?c", true),
        ("abc", "a?d", false),
        ("*a*b*", "*b*a*", true),
        ("A*", "a*", false),
    ] {
        assert_eq!((overlap(a, b), overlap(b, a)), (common, common), "{a} and {b}");
    }
}

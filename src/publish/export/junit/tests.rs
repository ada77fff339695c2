//! JUnit XML as CI servers read it.

use super::super::tests::{report, row};
use super::super::{Look, find_format};
use super::*;
use crate::model::resource::Origin;
use crate::model::rule::Severity;
use std::sync::Arc;

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    super::super::write(find_format("junit").unwrap(), report, Look::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_rule_is_a_suite_and_what_could_not_be_read_an_error() {
    insta::assert_snapshot!(text(&report()));
}

#[test]
fn skipped_says_why_and_a_planned_resource_where() {
    let mut report = report();
    report.coverage = crate::model::Coverage::default();
    report.results = vec![
        row("r", Status::Pass, Severity::Low, "good"),
        row("r", Status::NotApplicable, Severity::Low, "other"),
        row("r", Status::Unknown, Severity::Low, "dark"),
        row("r", Status::Fail, Severity::Low, "bad"),
    ];
    report.results[3].resource.origin = Some(Arc::new(Origin { file: "a<b.yaml".into(), address: "Users".into(), line: Some(7) }));
    let text = text(&report);
    assert!(text.contains("<testsuite name=\"r\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\""), "{text}");
    assert!(text.contains("<skipped message=\"not applicable: table other"), "{text}");
    assert!(text.contains("<skipped message=\"unknown: table dark"), "{text}");
    assert!(text.contains("file=\"a&lt;b.yaml\" line=\"7\""), "{text}");
    assert!(text.contains("written at: a&lt;b.yaml:7, Users"), "{text}");
    assert!(!text.contains("name=\"coverage\""), "a suite without cases says nothing");
}

#[test]
fn every_character_becomes_one_that_xml_holds() {
    assert_eq!(escaped("a<b>&\"'c"), "a&lt;b&gt;&amp;&quot;&apos;c");
    assert_eq!(escaped("\u{0}\u{1b}\u{b}\u{fffe}\u{ffff}"), "\\u{0}\\u{1b}\\u{b}\\u{fffe}\\u{ffff}");
    assert_eq!(escaped("日本 🎉"), "日本 🎉");
}

proptest::proptest! {
    /// Production 2 of XML 1.0, and no bare mark-up.
    #[test]
    fn no_text_escapes_from_an_attribute(text in "(?s).{0,40}") {
        let escaped = escaped(&text);
        assert!(!escaped.contains(['<', '>', '"', '\'']));
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(escaped.chars().all(allowed));
    }
}

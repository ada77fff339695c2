//! The page holds what was found and nothing that strangers could make of it; `tests/it/exports.rs` parses it with a parser of others.

use super::super::tests::{report, row};
use super::super::{find_format, write as write_report};
use super::*;
use crate::model::rule::Severity;

fn page(report: &Report) -> String {
    let mut out = Vec::new();
    write_report(find_format("html").unwrap(), report, Look::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_name_is_text_wherever_it_stands() {
    let mut report = report();
    let name = "<script>alert(1)</script>\"onload=x' &amp;";
    report.results.push(row("r", Status::Fail, Severity::Low, name));
    let page = page(&report);
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=x' &amp;amp;"), "{page}");
    assert_eq!(shown("a\u{fffe}\u{1ffff}\u{fdd0}b"), "a\\u{fffe}\\u{1ffff}\\u{fdd0}b");
    assert!(page.contains("evil\\u{1b}[31mred"), "what acts on a screen is written by its number");
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere() {
    let page = page(&report());
    for asks in ["src=", "href=", "url(", "@import", "<link", "<script", "<img", "<iframe", "style=\""] {
        assert!(!page.contains(asks), "{asks}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn what_could_not_be_read_is_told_with_the_permission_that_is_missing() {
    let page = page(&report());
    assert!(page.contains("Coverage is incomplete"));
    assert!(page.contains("<td><code>dynamodb:DescribeContinuousBackups</code></td>"));
    let mut clean = report();
    clean.coverage = crate::model::Coverage::default();
    assert!(!self::page(&clean).contains("Not read"));
}

#[test]
fn the_worst_stand_first() {
    let page = page(&report());
    let at = |needle: &str| page.find(needle).unwrap_or_else(|| panic!("no {needle}"));
    assert!(at("severity critical") < at("severity medium"));
    assert!(at("id=\"fail\"") < at("id=\"unknown\""));
}

//! Names that somebody chose to call the whole channel, or to hide a link.

use super::super::tests::{HOSTILE, batch, change, finding, voice};
use super::*;
use crate::model::finding::ChangeKind;

#[test]
fn hostile_names_call_nobody_and_hide_no_link() {
    let mut hostile = finding(1);
    hostile.message = HOSTILE.into();
    hostile.title = HOSTILE.into();
    hostile.owner = Some(HOSTILE.into());
    let text = text(&batch(vec![change(ChangeKind::Opened, hostile)]), &voice());
    for part in ["<!", "<@", "<http", "](http", "@all", "@U1", "<script", "\r", "\u{202e}", "\nBcc"] {
        assert!(!text.contains(part), "{part:?} in {text}");
    }
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("&lt;!channel&gt;") && text.ends_with(&format!("https://l.example/findings/f{:031}", 1)), "{text}");
}

#[test]
fn the_worst_are_named_and_the_others_counted() {
    let mut changes: Vec<_> = (0..40).map(|number| change(ChangeKind::Opened, finding(number))).collect();
    changes[39].finding.severity = crate::model::rule::Severity::Critical;
    changes.push(change(ChangeKind::Resolved, finding(99)));
    let text = text(&batch(changes), &voice());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "*Ledgerline: 40 new (1 critical, 39 high), 1 resolved (1 high)*");
    assert!(lines[1].starts_with("• new · critical · user u39 has"), "{}", lines[1]);
    assert_eq!((lines.len(), lines[16]), (17, "and 26 more: https://l.example/"));
}

#[test]
fn a_name_of_ten_kilobytes_is_cut() {
    let mut long = finding(1);
    long.message = "x".repeat(10_000).into();
    assert!(text(&batch(vec![change(ChangeKind::Opened, long)]), &voice()).len() < 1_000);
}

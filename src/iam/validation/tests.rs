//! The registry, walked: every check has an example that shows it and one that does not.

use super::*;
use std::collections::BTreeSet;

fn codes(text: &str, kind: Option<Kind>) -> BTreeSet<String> {
    check(text.as_bytes(), kind, Database::embedded()).issues.iter().map(|issue| issue.check.code()).collect()
}

#[test]
fn every_check_finds_its_bad_example_and_spares_the_good_one() {
    let mut wrong = Vec::new();
    for check in checks() {
        let (bad, good) = (codes(&check.bad(), Some(check.kind)), codes(&check.good(), Some(check.kind)));
        if !bad.contains(&check.code()) || good.contains(&check.code()) {
            wrong.push((check.code(), bad, good));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn good_examples_are_wholly_clean() {
    let unclean: Vec<_> = checks()
        .into_iter()
        .map(|check| (check.code(), codes(&check.good(), Some(check.kind))))
        .filter(|(_, codes)| !codes.is_empty())
        .collect();
    assert!(unclean.is_empty(), "{unclean:#?}");
}

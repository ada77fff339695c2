//! The promises, broken one by one: what is done to the deployment, by one API call, and the rules that must say so.
//!
//! The list is in the order of `deployment.md`. Each call is made on what the ones before it have left, and only what differs
//! from the audit before is looked at.

mod acts;

use crate::support::deployed::{Deployed, verdicts};
use acts::PROMISES;
use std::collections::BTreeSet;

#[test]
fn a_promise_that_is_broken_turns_exactly_the_rules_that_speak_of_it() {
    let deployed = Deployed::new();
    let mut known = verdicts(&deployed.audit_by_files().json());
    let mut faults = Vec::new();
    for (what, act, expected) in PROMISES {
        act(&deployed);
        let now = verdicts(&deployed.audit_by_files().json());
        let changed = now.iter().filter(|(key, status)| known.get(*key) != Some(*status));
        let (failed, otherwise): (Vec<_>, Vec<_>) = changed.partition(|(_, status)| status.as_str() == "fail");
        let failed: BTreeSet<&str> = failed.iter().map(|(key, _)| key.0.as_str()).collect();
        // What no longer applies is no fault: without recovery there is no window of it to judge.
        let unknown: Vec<_> = otherwise.iter().filter(|(_, status)| status.as_str() == "unknown").collect();
        if failed != expected.iter().copied().collect() || !unknown.is_empty() {
            faults.push(format!("{what}:\n  fail     {failed:?}\n  expected {expected:?}\n  unknown  {unknown:?}"));
        }
        known = now;
    }
    assert_eq!(faults.len(), 0, "{}", faults.join("\n"));
}

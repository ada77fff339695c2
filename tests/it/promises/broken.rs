//! The promises, broken one by one: what is done to the deployment, by one API call, and the rules that must say so.
//!
//! One table a part of `deployment.md`. A round breaks one promise of every part, and one audit then tells of them all: no two
//! of a round are spoken of by the same rule, so that each rule that turned tells of one promise alone. An audit for every
//! promise would take minutes more, most of them spent on loading the rules again. Each call is made on what the rounds before
//! have left, and only what differs from the audit before is looked at. What the emulator lacks is done by another answer of
//! the stand-in, which stays: a listing that is answered so comes last in its table.

mod account;
mod api;
mod calls;
mod functions;
mod keys;
mod people;
mod tables;
mod tags;
mod users;
mod watch;

use crate::support::deployed::{Deployed, text};
use calls::Promise;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every promise about resources, by part of the deployment.
const PARTS: &[&[Promise]] = &[
    tables::PROMISES,
    functions::PROMISES,
    api::PROMISES,
    users::PROMISES,
    people::PROMISES,
    account::PROMISES,
    watch::PROMISES,
    keys::PROMISES,
    tags::PROMISES,
];

/// The status of every result, by rule and the resource's id: two default groups have the same name.
fn statuses(report: &Value) -> BTreeMap<(String, String), String> {
    let results = report["results"].as_array().expect("results");
    results.iter().map(|result| ((text(&result["rule"]), text(&result["resource"]["id"])), text(&result["status"]))).collect()
}

#[test]
fn a_promise_that_is_broken_turns_exactly_the_rules_that_speak_of_it() {
    let deployed = Deployed::new();
    let mut known = statuses(&deployed.audit_by_files().json());
    let mut faults = Vec::new();
    for round in 0..PARTS.iter().map(|part| part.len()).max().unwrap_or(0) {
        let broken: Vec<&Promise> = PARTS.iter().filter_map(|part| part.get(round)).collect();
        let mut speakers: BTreeMap<&str, &str> = BTreeMap::new();
        for (what, act, expected) in &broken {
            act(&deployed);
            for rule in *expected {
                let before = speakers.insert(rule, what);
                assert_eq!(before, None, "{rule} speaks of two promises of round {round}: put one elsewhere in its table");
            }
        }
        let now = statuses(&deployed.audit_by_files().json());
        let changed = now.iter().filter(|(key, status)| known.get(*key) != Some(*status));
        let (failed, otherwise): (Vec<_>, Vec<_>) = changed.partition(|(_, status)| status.as_str() == "fail");
        let failed: BTreeSet<&str> = failed.iter().map(|(key, _)| key.0.as_str()).collect();
        // What no longer applies is no fault: without recovery there is no window of it to judge.
        let unknown: Vec<_> = otherwise.iter().filter(|(_, status)| status.as_str() == "unknown").collect();
        let silent: Vec<_> = speakers.iter().filter(|(rule, _)| !failed.contains(*rule)).collect();
        let unasked: Vec<_> = failed.iter().filter(|rule| !speakers.contains_key(*rule)).collect();
        if !(silent.is_empty() && unasked.is_empty() && unknown.is_empty()) {
            let done: Vec<&str> = broken.iter().map(|(what, ..)| *what).collect();
            faults.push(format!("round {round}: {done:?}\n  silent  {silent:?}\n  unasked {unasked:?}\n  unknown {unknown:?}"));
        }
        known = now;
    }
    assert_eq!(faults.len(), 0, "{}", faults.join("\n"));
}

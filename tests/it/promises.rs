//! What the deployment promises, proven rule by rule: each promise that is broken, by one API call, turns exactly the rules
//! that speak of it; and each API that is denied turns exactly the results that depend on it, in a walk over all the calls
//! that the loaded rules are made of.

mod broken;

use crate::support::deployed::{Deployed, calls_of_rules, text, verdicts};
use crate::support::report::rows;
use crate::support::stand_in::{Fault, Trouble};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rule and the resource's name.
type Key = (String, String);

/// The calls that an audit of the account makes: those that have a row of coverage.
fn wanted(report: &Value) -> BTreeSet<String> {
    report["coverage"]["scopes"].as_array().expect("scopes").iter().map(|row| text(&row["call"])).collect()
}

/// The calls whose answer a result was found with.
fn read_by(report: &Value) -> BTreeMap<Key, BTreeSet<String>> {
    let of = |result: &Value| {
        let calls = result["evidence"].as_array().into_iter().flatten().map(|evidence| text(&evidence["call"])).collect();
        ((text(&result["rule"]), text(&result["resource"]["name"])), calls)
    };
    report["results"].as_array().expect("results").iter().map(of).collect()
}

/// Rules that read a call's answer beside another that decides without it, so that a refusal changes nothing here.
const DECIDED_OTHERWISE: &[(&str, &str)] = &[
    // The deployment's plan selects its tables by their ARNs, whatever their tags.
    ("dynamodb-table-unplanned", "tag:GetResources"),
    // How old a table is matters only where new ones have a grace, which is a parameter.
    ("tagging-table-tag-missing", "dynamodb:DescribeTable"),
    // Aliases stand in the message alone.
    ("kms-key-disabled", "kms:ListAliases"),
    ("kms-key-pending-deletion", "kms:ListAliases"),
    ("kms-key-rotation-disabled", "kms:ListAliases"),
    // The listing of subscriptions tells that somebody hears the topic.
    ("sns-topic-unheard", "sns:GetTopicAttributes"),
];

/// Calls whose answer decides nothing in this deployment: its functions are in no network.
const DECIDES_NOTHING: &[&str] = &["ec2:DescribeSubnets"];

/// The calls that are refused in one run: no rule stands on two of them, so that each result tells of one refusal alone.
/// One run a call would take a minute more, most of it spent on loading the rules again.
fn batches<'a>(calls: &'a BTreeSet<String>, rules: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<&'a str>> {
    let mut batches: Vec<Vec<&str>> = Vec::new();
    for call in calls {
        let apart = |other: &str| !rules.values().any(|asked| asked.contains(call) && asked.contains(other));
        match batches.iter_mut().find(|batch| batch.iter().all(|other| apart(other))) {
            Some(batch) => batch.push(call),
            None => batches.push(vec![call]),
        }
    }
    batches
}

#[test]
fn each_call_that_is_refused_turns_what_depends_on_it_unknown_and_nothing_else() {
    let deployed = Deployed::new();
    // Everything is asked for once and then remembered: what differs from run to run is the refusal alone.
    deployed.stand_in.remember();
    let report = deployed.audit_by_files().json();
    let (known, read, rules) = (verdicts(&report), read_by(&report), calls_of_rules());
    // Some are made only where a resource gives reason to, and none here does: their services' tests have them.
    let calls: BTreeSet<String> =
        wanted(&report).into_iter().filter(|call| deployed.stand_in.count(call) > 0 && !call.starts_with("sts:")).collect();
    assert!(calls.len() > 20, "{calls:?}");
    let mut faults = Vec::new();
    for batch in batches(&calls, &rules) {
        deployed.stand_in.mend();
        for call in &batch {
            deployed.stand_in.trouble(Trouble::with(call, Fault::Denied));
        }
        let ran = deployed.audit_by_files();
        assert_eq!(ran.code, 3, "{batch:?}: {}", ran.stderr);
        let report = ran.json();
        let told: Vec<&&str> = batch.iter().filter(|call| !rows(&report, call).iter().any(|row| row["outcome"] == "denied")).collect();
        assert!(told.is_empty(), "coverage does not say that {told:?} was denied");
        faults.extend(misjudged(&batch, &verdicts(&report), &known, &read, &rules));
    }
    assert_eq!(faults.len(), 0, "{}", faults.join("\n"));
}

/// What is wrong with the verdicts that were found while calls were refused.
fn misjudged(
    refused: &[&str],
    now: &BTreeMap<Key, String>,
    known: &BTreeMap<Key, String>,
    read: &BTreeMap<Key, BTreeSet<String>>,
    rules: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let stands_on = |rule: &str| refused.iter().copied().find(|call| rules.get(rule).is_some_and(|calls| calls.contains(*call)));
    let mut faults = Vec::new();
    for (key, status) in now {
        let call = stands_on(&key.0);
        let unchanged = known.get(key) == Some(status);
        let decided = |call: &str| {
            let reads = read.get(key).is_some_and(|calls| calls.contains(call));
            // A rule whose `when` is decided before it comes to the gap speaks of the resource as before.
            !reads || status == "not_applicable" || DECIDED_OTHERWISE.contains(&(key.0.as_str(), call))
        };
        match (unchanged, call) {
            (true, Some(call)) if status != "unknown" && !decided(call) => faults.push(format!("{call}: {key:?} is still {status}")),
            (true, _) => {}
            (false, Some(_)) if status == "unknown" => {}
            (false, _) => faults.push(format!("{refused:?}: {key:?} was {:?} and is {status}", known.get(key))),
        }
    }
    // A resource that is no longer listed is spoken of by one result of its rule, which names none.
    for key in known.keys().filter(|key| !now.contains_key(*key)) {
        let listing = (key.0.clone(), String::new());
        if now.get(&listing).map(String::as_str) != Some("unknown") || stands_on(&key.0).is_none() {
            faults.push(format!("{refused:?}: {key:?} is gone"));
        }
    }
    for call in refused {
        let speaks = |key: &Key| rules.get(&key.0).is_some_and(|calls| calls.contains(*call));
        let decides = rules.values().any(|calls| calls.contains(*call)) && !DECIDES_NOTHING.contains(call);
        if decides && !now.iter().any(|(key, status)| status == "unknown" && speaks(key)) {
            faults.push(format!("{call} decides nothing"));
        }
    }
    faults
}

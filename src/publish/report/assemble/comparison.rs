//! The baseline, and whether numbers may be compared with it: only where accounts and rules are the same. A week with a new rule
//! has more findings and is no worse.

use super::{accounts, is_whole, scopes, sight};
use crate::model::value::Time;
use crate::publish::report::data::{Audit, Baseline, Comparison};
use crate::publish::report::material::Material;
use chrono::TimeDelta;

/// A week, less the time by which an audit may be early: passes begin at random some minutes after they are due.
const WEEK: TimeDelta = TimeDelta::minutes(7 * 24 * 60 - 180);

/// Finds the baseline and says whether it is comparable.
pub fn compare(audit: &Audit, material: &Material, as_of: Time) -> Comparison {
    let ended_before = |end: Time| end <= as_of - WEEK && end < audit.finished_at;
    let whole = material.runs.iter().filter(|run| is_whole(run));
    let Some(record) = whole.into_iter().find(|run| run.finished_at.is_some_and(ended_before)) else {
        let reason = "No audit of everything had ended a week before: this is where comparing begins.";
        return Comparison { baseline: None, reasons: vec![reason.to_owned()] };
    };
    let scopes = scopes(record);
    let baseline = Baseline {
        run: record.id.clone(),
        finished_at: record.finished_at.unwrap_or(record.started_at),
        rules_digest: record.rules_digest.clone(),
        accounts: accounts(&scopes),
        coverage: sight(&scopes),
    };
    let mut reasons = Vec::new();
    if baseline.rules_digest != audit.rules_digest {
        reasons.push(format!("The rules are not the same: {} then, {} now.", short(&baseline.rules_digest), short(&audit.rules_digest)));
    }
    let added: Vec<&str> = audit.accounts.iter().filter(|one| !baseline.accounts.contains(one)).map(|one| one.as_str()).collect();
    let gone: Vec<&str> = baseline.accounts.iter().filter(|one| !audit.accounts.contains(one)).map(|one| one.as_str()).collect();
    if !added.is_empty() {
        reasons.push(format!("Accounts that were not looked at then: {}.", added.join(", ")));
    }
    if !gone.is_empty() {
        reasons.push(format!("Accounts that were looked at then and are not now: {}.", gone.join(", ")));
    }
    Comparison { baseline: Some(baseline), reasons }
}

/// The beginning of a digest, enough to tell two apart by eye.
pub fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

//! Waivers as an auditor asks for them: who agreed, why, until when, and what each covers.

use crate::model::finding::FindingStatus;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverScope, WaiverState};
use crate::publish::report::data::{Entry, Exception};
use crate::publish::report::material::{KnownWaiver, Material};
use std::collections::HashMap;

/// The waivers that there were at the time of the report, the next to end first. One that ended is among them while its file has
/// it: what it covered is open again, and somebody should know why.
pub fn exceptions(material: &Material, findings: &[Entry], as_of: Time) -> Vec<Exception> {
    let mut covered: HashMap<&str, u64> = HashMap::new();
    for waiver in findings.iter().filter(|entry| entry.status == FindingStatus::Waived).filter_map(|entry| entry.waiver.as_deref()) {
        *covered.entry(waiver).or_default() += 1;
    }
    let was_there =
        |known: &&KnownWaiver| known.added_at.is_none_or(|added| added <= as_of) && known.revoked_at.is_none_or(|revoked| revoked > as_of);
    let there = material.waivers.iter().filter(was_there);
    let mut exceptions: Vec<Exception> =
        there.map(|known| exception(&known.waiver, covered.get(known.waiver.id.as_str()).copied().unwrap_or_default(), as_of)).collect();
    exceptions.sort_by(|a, b| (a.expires, &a.id).cmp(&(b.expires, &b.id)));
    exceptions
}

fn exception(waiver: &Waiver, findings: u64, as_of: Time) -> Exception {
    let state = match waiver.state(as_of) {
        WaiverState::Active | WaiverState::Expiring if findings == 0 => WaiverState::Unused,
        state => state,
    };
    Exception {
        id: waiver.id.shared().clone(),
        owner: waiver.owner.clone(),
        approver: waiver.approver.clone(),
        reason: waiver.reason.clone(),
        ticket: waiver.ticket.clone(),
        scope: scope(&waiver.scope).into(),
        expires: waiver.expires,
        origin: arcstr::format!("{}", waiver.origin),
        state,
        findings,
    }
}

/// The conditions in a line.
fn scope(scope: &WaiverScope) -> String {
    let mut parts = Vec::new();
    let mut list = |name: &str, words: Vec<&str>| {
        if !words.is_empty() {
            parts.push(format!("{name} {}", words.join(", ")));
        }
    };
    list("rule", scope.rules.iter().map(|word| word.as_str()).collect());
    list("resource", scope.resources.iter().map(|word| word.as_str()).collect());
    list("type", scope.types.iter().map(|word| word.as_str()).collect());
    list("account", scope.accounts.iter().map(|word| word.as_str()).collect());
    list("region", scope.regions.iter().map(|word| word.as_str()).collect());
    for (key, values) in &scope.tags {
        parts.push(format!("tag {key}={}", values.iter().map(|value| value.as_str()).collect::<Vec<_>>().join("|")));
    }
    if parts.is_empty() { "everything".to_owned() } else { parts.join("; ") }
}

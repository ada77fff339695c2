//! Findings as they stood at the time of the report, and what happened to them in the period.

use crate::model::RuleId;
use crate::model::finding::{ChangeKind, Finding, FindingStatus};
use crate::model::rule::{Controls, Remedy};
use crate::model::value::Time;
use crate::publish::report::data::{ChangeWord, Changes, Entry, Evidence, RuleNote};
use crate::publish::report::material::{Material, Question};
use crate::publish::report::past::{Past, is_unresolved};
use arcstr::ArcStr;
use chrono::TimeDelta;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of an observed value that are kept. A tag of 10 kB proves nothing more with its end.
const MOST_OBSERVED: usize = 1_000;
/// Paths of one finding that are kept.
const MOST_EVIDENCE: usize = 40;

/// What becomes of all findings.
pub struct Entries {
    pub findings: Vec<Entry>,
    pub resolved: Vec<Entry>,
    pub changes: Changes,
    pub rules: BTreeMap<RuleId, RuleNote>,
}

/// What a finding keeps of its last result; see `--format json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    evidence: Vec<KeptEvidence>,
    remedy: Remedy,
    controls: Controls,
    waiver: Option<KeptWaiver>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KeptEvidence {
    path: ArcStr,
    observed: serde_json::Value,
    expected: Option<serde_json::Value>,
    call: Option<ArcStr>,
}

#[derive(Deserialize)]
struct KeptWaiver {
    id: ArcStr,
}

/// All findings that stand at the time of the report, those that were resolved in the period, and the changes.
pub fn entries(material: &Material, question: &Question, past: &Past, since: Time) -> Entries {
    let mut entries = Entries { findings: Vec::new(), resolved: Vec::new(), changes: Changes::default(), rules: BTreeMap::new() };
    for finding in &material.findings {
        let Some(status) = past.status(finding, question.as_of) else { continue };
        let changes = changes(finding, status, past, since, question.as_of);
        if !is_unresolved(status) && !changes.contains(&ChangeWord::Resolved) {
            continue;
        }
        // Details of a form that this version does not know hold nothing that could be shown; the finding is shown.
        let details = Details::deserialize(&finding.details).unwrap_or_default();
        entries.rules.entry(finding.rule.clone()).or_insert_with(|| RuleNote {
            title: finding.title.clone(),
            pillar: finding.pillar,
            remedy: details.remedy.clone(),
            controls: details.controls.clone(),
        });
        let entry = entry(finding, details, status, changes, question, past);
        if is_unresolved(status) { entries.findings.push(entry) } else { entries.resolved.push(entry) }
    }
    for list in [&mut entries.findings, &mut entries.resolved] {
        list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| order(a).cmp(&order(b))));
    }
    let with = |word: ChangeWord, list: &[Entry]| {
        list.iter().filter(|entry| entry.changes.contains(&word)).map(|entry| entry.fingerprint.clone()).collect()
    };
    entries.changes = Changes {
        new: with(ChangeWord::New, &entries.findings),
        resolved: with(ChangeWord::Resolved, &entries.resolved),
        reopened: with(ChangeWord::Reopened, &entries.findings),
        waived: with(ChangeWord::Waived, &entries.findings),
    };
    entries
}

fn order(entry: &Entry) -> impl Ord + '_ {
    let Entry { account, region, resource_type, resource, rule, sub_key, fingerprint, .. } = entry;
    (account, region, resource_type, resource, rule, sub_key, fingerprint)
}

/// What happened in the period, as far as it shows at its end.
fn changes(finding: &Finding, status: FindingStatus, past: &Past, since: Time, until: Time) -> Vec<ChangeWord> {
    let before = past.status(finding, since);
    let mut words = Vec::new();
    if before.is_none() {
        words.push(ChangeWord::New);
    }
    // One that came back and is over again was over at both ends: no news but that it is over once more.
    if is_unresolved(status) && (before == Some(FindingStatus::Resolved) || past.happened(finding, ChangeKind::Reopened, since, until)) {
        words.push(ChangeWord::Reopened);
    }
    if status == FindingStatus::Waived && before != Some(FindingStatus::Waived) {
        words.push(ChangeWord::Waived);
    }
    let over = status == FindingStatus::Resolved;
    if over && (before.is_none_or(is_unresolved) || past.happened(finding, ChangeKind::Resolved, since, until)) {
        words.push(ChangeWord::Resolved);
    }
    words
}

fn entry(finding: &Finding, details: Details, status: FindingStatus, changes: Vec<ChangeWord>, question: &Question, past: &Past) -> Entry {
    let as_of = question.as_of;
    let later: Vec<_> = past.later(finding, as_of).collect();
    let last = past.known(finding, as_of).next_back();
    let opened = past.known(finding, as_of).rev().find(|line| matches!(line.kind, ChangeKind::Opened | ChangeKind::Reopened));
    let opened = opened.map_or(finding.first_seen, |line| line.at);
    let resolution = last.filter(|_| status == FindingStatus::Resolved);
    let waiver = finding.waiver.clone().or(details.waiver.map(|waiver| waiver.id));
    Entry {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        severity: finding.severity,
        status,
        changes,
        resource: finding.resource.clone(),
        resource_type: finding.resource_type.clone(),
        name: finding.resource_name.clone(),
        account: finding.account.clone(),
        region: finding.region.clone(),
        sub_key: finding.sub_key.clone(),
        message: if later.is_empty() { finding.message.clone() } else { last.map_or(&finding.message, |line| &line.message).clone() },
        owner: finding.owner.clone(),
        first_seen: finding.first_seen,
        last_seen: finding.last_seen.min(as_of),
        due: due(finding, status, opened, question),
        resolved_at: resolution.map(|line| line.at),
        resolution: resolution.and_then(|line| line.resolution),
        reopened: finding.reopened.saturating_sub(count(&later, ChangeKind::Reopened)),
        waiver: waiver.filter(|_| status == FindingStatus::Waived),
        savings_usd: finding.monthly_savings_usd,
        evidence: details.evidence.into_iter().take(MOST_EVIDENCE).map(evidence).collect(),
    }
}

fn count(lines: &[&crate::model::finding::HistoryEntry], kind: ChangeKind) -> u32 {
    u32::try_from(lines.iter().filter(|line| line.kind == kind).count()).unwrap_or(u32::MAX)
}

/// The due date runs from when the finding was opened, or came back: what was mended once was mended in time.
fn due(finding: &Finding, status: FindingStatus, opened: Time, question: &Question) -> Option<Time> {
    match status {
        FindingStatus::Open | FindingStatus::Stale => {
            let days = question.due_days.get(&finding.severity)?;
            opened.checked_add_signed(TimeDelta::days(i64::from(*days)))
        }
        FindingStatus::Waived | FindingStatus::Resolved => None,
    }
}

fn evidence(kept: KeptEvidence) -> Evidence {
    Evidence { path: kept.path, observed: json(&kept.observed), expected: kept.expected.as_ref().map(json), call: kept.call }
}

/// A value as JSON on one line, cut where it is very long, with how much there was.
fn json(value: &serde_json::Value) -> ArcStr {
    let text = value.to_string();
    match text.char_indices().nth(MOST_OBSERVED) {
        None => text.into(),
        Some((end, _)) => arcstr::format!("{}… ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count()),
    }
}

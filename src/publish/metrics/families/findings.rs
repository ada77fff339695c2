//! Findings: how many there are, of which rules, how old, and how they come and go.

use super::super::family::{Family, FoldedValue, Kind, Sample, open, words};
use super::sight::accounts;
use super::{count, seconds};
use crate::model::AccountId;
use crate::model::finding::FindingStatus;
use crate::model::rule::{Pillar, Severity};
use crate::model::snapshot::Snapshot;
use arcstr::ArcStr;
use std::collections::HashMap;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_finding_oldest_timestamp_seconds",
        help: "When the oldest finding that is not resolved was first seen, in seconds since 1970.",
        kind: Kind::Gauge,
        labels: &[words("pillar"), words("severity")],
        folded: FoldedValue::Least,
        read: |snapshot| {
            let rows = snapshot.oldest.iter();
            rows.map(|(pillar, severity, time)| {
                Sample::new([&ArcStr::from(pillar.as_str()), &ArcStr::from(severity.as_str())], seconds(*time))
            })
            .collect()
        },
    },
    Family {
        name: "ledgerline_findings",
        help: "Findings that are not resolved.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), words("pillar"), words("severity"), words("status")],
        folded: FoldedValue::Sum,
        read: unresolved,
    },
    Family {
        name: "ledgerline_findings_opened_total",
        help: "Findings that were opened, since the store was made.",
        kind: Kind::Counter,
        labels: &[words("pillar"), words("severity")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_pillar(&snapshot.opened),
    },
    Family {
        name: "ledgerline_findings_reopened_total",
        help: "Findings that failed again after they had been resolved, since the store was made.",
        kind: Kind::Counter,
        labels: &[words("pillar"), words("severity")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_pillar(&snapshot.reopened),
    },
    Family {
        name: "ledgerline_findings_resolved_total",
        help: "Findings that were resolved, since the store was made.",
        kind: Kind::Counter,
        labels: &[words("pillar"), words("severity")],
        folded: FoldedValue::Sum,
        read: |snapshot| by_pillar(&snapshot.resolved),
    },
    Family {
        name: "ledgerline_rule_findings",
        help: "Findings of a rule that are not resolved; every loaded rule is there.",
        kind: Kind::Gauge,
        labels: &[open("rule"), words("severity")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.rule_findings.iter();
            rows.map(|(rule, severity, number)| Sample::new([rule.shared(), &ArcStr::from(severity.as_str())], count(*number))).collect()
        },
    },
    Family {
        name: "ledgerline_rule_info",
        help: "The loaded rules; always 1.",
        kind: Kind::Gauge,
        labels: &[open("rule"), open("title"), words("pillar")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.rules.iter();
            rows.map(|(rule, title, pillar)| Sample::new([rule.shared(), title, &ArcStr::from(pillar.as_str())], 1.0)).collect()
        },
    },
];

/// Where a finding may stand without being resolved.
const UNRESOLVED: [FindingStatus; 3] = [FindingStatus::Open, FindingStatus::Stale, FindingStatus::Waived];

fn unresolved(snapshot: &Snapshot) -> Vec<Sample> {
    let counts: HashMap<(&AccountId, Pillar, Severity, FindingStatus), u64> = snapshot
        .findings
        .iter()
        .map(|(account, pillar, severity, status, number)| ((account, *pillar, *severity, *status), *number))
        .collect();
    let mut samples = Vec::new();
    for account in accounts(snapshot) {
        for (pillar, severity) in pairs() {
            for status in UNRESOLVED {
                let number = counts.get(&(account, pillar, severity, status)).copied().unwrap_or(0);
                let words = [pillar.as_str(), severity.as_str(), status.as_str()].map(ArcStr::from);
                let [pillar, severity, status] = &words;
                samples.push(Sample::new([account.shared(), pillar, severity, status], count(number)));
            }
        }
    }
    samples
}

fn by_pillar(counts: &[(Pillar, Severity, u64)]) -> Vec<Sample> {
    pairs()
        .map(|(pillar, severity)| {
            let number = counts.iter().find(|(one, other, _)| (*one, *other) == (pillar, severity)).map_or(0, |(.., number)| *number);
            Sample::new([&ArcStr::from(pillar.as_str()), &ArcStr::from(severity.as_str())], count(number))
        })
        .collect()
}

fn pairs() -> impl Iterator<Item = (Pillar, Severity)> {
    Pillar::ALL.iter().flat_map(|pillar| Severity::ALL.iter().map(|severity| (*pillar, *severity)))
}

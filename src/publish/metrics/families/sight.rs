//! What the last good pass saw: when, how much of it, how many resources, which verdicts.

use super::super::family::{Family, FoldedValue, Kind, Sample, open, words};
use super::{count, seconds};
use crate::model::snapshot::Snapshot;
use crate::model::verdict::Status;
use crate::model::{AccountId, Outcome};
use arcstr::ArcStr;
use std::collections::BTreeSet;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_audit_last_success_timestamp_seconds",
        help: "When the last audit that ended well did end, in seconds since 1970.",
        kind: Kind::Gauge,
        labels: &[],
        folded: FoldedValue::Least,
        read: |snapshot| snapshot.last_success.map(|time| Sample::new([], seconds(time))).into_iter().collect(),
    },
    Family {
        name: "ledgerline_coverage_ratio",
        help: "Share of the needed AWS calls that were answered in full, from 0 to 1.",
        kind: Kind::Gauge,
        labels: &[open("account_id")],
        folded: FoldedValue::Least,
        read: |snapshot| snapshot.coverage_ratio.iter().map(|(account, ratio)| Sample::new([account.shared()], *ratio)).collect(),
    },
    Family {
        name: "ledgerline_coverage_scopes",
        help: "AWS calls that the loaded rules need, one for each account, region and resource type, by what became of them.",
        kind: Kind::Gauge,
        labels: &[words("outcome")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let counted = |outcome| snapshot.coverage.iter().find(|(one, _)| *one == outcome).map_or(0, |(_, rows)| *rows);
            Outcome::ALL.iter().map(|outcome| Sample::new([&ArcStr::from(outcome.as_str())], count(counted(*outcome)))).collect()
        },
    },
    Family {
        name: "ledgerline_resources",
        help: "Resources that were seen.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("aws_region"), open("resource_type")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.resources.iter();
            rows.map(|(account, region, resource_type, number)| {
                Sample::new([account.shared(), region.shared(), resource_type.shared()], count(*number))
            })
            .collect()
        },
    },
    Family {
        name: "ledgerline_results",
        help: "Verdicts of the last good audit, one for each rule and resource.",
        kind: Kind::Gauge,
        labels: &[words("status")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let counted = |status| snapshot.results.iter().find(|(one, _)| *one == status).map_or(0, |(_, number)| *number);
            Status::ALL.iter().map(|status| Sample::new([&ArcStr::from(status.as_str())], count(counted(*status)))).collect()
        },
    },
    Family {
        name: "ledgerline_tag_required_resources",
        help: "Resources that must have a tag.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("tag_key")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.tags.iter();
            rows.map(|(account, key, required, _)| Sample::new([account.shared(), key], count(*required))).collect()
        },
    },
    Family {
        name: "ledgerline_tag_compliant_resources",
        help: "Resources that must have a tag and have it.",
        kind: Kind::Gauge,
        labels: &[open("account_id"), open("tag_key")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let rows = snapshot.tags.iter();
            rows.map(|(account, key, _, compliant)| Sample::new([account.shared(), key], count(*compliant))).collect()
        },
    },
];

/// Every account that the snapshot knows anything of.
pub(super) fn accounts(snapshot: &Snapshot) -> BTreeSet<&AccountId> {
    let from_coverage = snapshot.coverage_ratio.iter().map(|(account, _)| account);
    let from_resources = snapshot.resources.iter().map(|(account, ..)| account);
    let from_findings = snapshot.findings.iter().map(|(account, ..)| account);
    from_coverage.chain(from_resources).chain(from_findings).collect()
}

//! What was asked of AWS by all passes that the store remembers.

use super::super::family::{Family, FoldedValue, Kind, Sample, open, words};
use super::{count, dollars};
use crate::model::CallId;
use crate::model::snapshot::Snapshot;
use arcstr::ArcStr;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_aws_paid_cap_usd",
        help: "The most that the auditor's own requests may cost in a calendar month.",
        kind: Kind::Gauge,
        labels: &[],
        folded: FoldedValue::Sum,
        read: |snapshot| snapshot.paid.map(|(_, cap)| Sample::new([], dollars(cap))).into_iter().collect(),
    },
    Family {
        name: "ledgerline_aws_paid_month_usd",
        help: "What the auditor's own requests have cost this month, money that is set aside for them included.",
        kind: Kind::Gauge,
        labels: &[],
        folded: FoldedValue::Sum,
        read: |snapshot| snapshot.paid.map(|(spent, _)| Sample::new([], dollars(spent))).into_iter().collect(),
    },
    Family {
        name: "ledgerline_aws_paid_requests_usd_total",
        help: "What AWS charged for the auditor's own requests.",
        kind: Kind::Counter,
        labels: &[],
        folded: FoldedValue::Sum,
        read: |snapshot| vec![Sample::new([], dollars(snapshot.requests.paid_usd))],
    },
    Family {
        name: "ledgerline_aws_requests_total",
        help: "Requests that AWS answered, or did not, by what became of them.",
        kind: Kind::Counter,
        labels: &[open("aws_service"), open("action"), words("outcome")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let mut samples = Vec::new();
            for (call, outcomes) in &snapshot.requests.outcomes {
                let (service, action) = names(call);
                for (outcome, number) in outcomes {
                    samples.push(Sample::new([&service, &action, outcome], count(*number)));
                }
            }
            samples
        },
    },
    Family {
        name: "ledgerline_aws_throttles_total",
        help: "Requests that AWS answered by asking to slow down.",
        kind: Kind::Counter,
        labels: &[open("aws_service"), open("action")],
        folded: FoldedValue::Sum,
        read: throttles,
    },
];

fn throttles(snapshot: &Snapshot) -> Vec<Sample> {
    let calls = snapshot.requests.outcomes.iter();
    calls
        .map(|(call, outcomes)| {
            let (service, action) = names(call);
            Sample::new([&service, &action], count(outcomes.get("throttled").copied().unwrap_or(0)))
        })
        .collect()
}

fn names(call: &CallId) -> (ArcStr, ArcStr) {
    (call.service().into(), call.operation().into())
}

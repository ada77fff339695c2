//! Waivers: how many there are by where they stand, and when the next one ends, so that an alert can come before it does.
//!
//! What they cover is counted with the findings (`ledgerline_findings{status="waived"}`) and verdicts.

use super::super::family::{Family, FoldedValue, Kind, Sample, words};
use super::{count, seconds};
use crate::model::waiver::WaiverState;
use arcstr::ArcStr;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ledgerline_waiver_next_expiry_timestamp_seconds",
        help: "When the next valid waiver ends, in seconds since 1970; absent where there is none.",
        kind: Kind::Gauge,
        labels: &[],
        folded: FoldedValue::Least,
        read: |snapshot| snapshot.next_waiver_expiry.map(|time| Sample::new([], seconds(time))).into_iter().collect(),
    },
    Family {
        name: "ledgerline_waivers",
        help: "Waivers of the last good audit, by where they stand; an unused one covers nothing that fails.",
        kind: Kind::Gauge,
        labels: &[words("state")],
        folded: FoldedValue::Sum,
        read: |snapshot| {
            let counted = |state| snapshot.waivers.iter().find(|(one, _)| *one == state).map_or(0, |(_, number)| *number);
            WaiverState::ALL.iter().map(|state| Sample::new([&ArcStr::from(state.as_str())], count(counted(*state)))).collect()
        },
    },
];

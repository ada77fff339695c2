//! What holds for any store and any pass.

use super::stage::{Stage, known_part};
use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use crate::model::verdict::Status;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;

const TABLES: [&str; 4] = ["a", "b", "c", "d"];
const PARTS: [Option<&str>; 3] = [None, Some("x"), Some("y")];

fn knowns() -> impl Strategy<Value = Vec<Finding>> {
    let one = (select(&TABLES[..]), select(&PARTS[..]), select(FindingStatus::ALL));
    let unique = |found: &Finding| found.fingerprint.clone();
    proptest::collection::vec(one, 0..8).prop_map(move |found| {
        let all = found.into_iter().map(|(table, part, status)| known_part(table, part, status));
        all.map(|finding| (unique(&finding), finding)).collect::<BTreeMap<_, _>>().into_values().collect()
    })
}

fn stages() -> impl Strategy<Value = Stage> {
    let verdict = (select(&TABLES[..]), select(&PARTS[..]), select(Status::ALL));
    (proptest::collection::vec(verdict, 0..8), any::<bool>(), any::<bool>()).prop_map(|(verdicts, blind, whole)| {
        let stage = if blind { Stage::default().blind() } else { Stage::default() };
        let stage = Stage { whole_rule_set: whole, ..stage };
        verdicts.into_iter().fold(stage, |stage, (table, part, status)| stage.with_part(table, part, status))
    })
}

/// What the store holds after the changes.
fn applied(known: &[Finding], changes: &[Change]) -> Vec<Finding> {
    let mut after: BTreeMap<_, _> = known.iter().map(|finding| (finding.fingerprint.clone(), finding.clone())).collect();
    after.extend(changes.iter().map(|change| (change.finding.fingerprint.clone(), change.finding.clone())));
    after.into_values().collect()
}

proptest! {
    #[test]
    fn a_second_look_at_the_same_changes_nothing(known in knowns(), stage in stages()) {
        let after = applied(&known, &stage.reconcile(&known));
        let again = stage.reconcile(&after);
        prop_assert!(again.iter().all(|change| change.kind == ChangeKind::Seen), "{again:?}");
        prop_assert_eq!(applied(&after, &again), after);
    }

    #[test]
    fn the_order_of_neither_side_matters(known in knowns(), stage in stages(), swaps in proptest::collection::vec(any::<(Index, Index)>(), 8)) {
        let expected = stage.reconcile(&known);
        let (mut known, mut stage) = (known, stage);
        for (one, other) in swaps {
            if !known.is_empty() {
                let places = (one.index(known.len()), other.index(known.len()));
                known.swap(places.0, places.1);
            }
            if !stage.results.is_empty() {
                let places = (one.index(stage.results.len()), other.index(stage.results.len()));
                stage.results.swap(places.0, places.1);
            }
        }
        prop_assert_eq!(stage.reconcile(&known), expected);
    }

    #[test]
    fn a_denied_listing_resolves_nothing(known in knowns()) {
        let changes = Stage::default().blind().reconcile(&known);
        prop_assert!(changes.iter().all(|change| change.kind == ChangeKind::BecameStale), "{changes:?}");
    }

    #[test]
    fn only_a_decided_verdict_or_a_complete_listing_resolves(known in knowns(), stage in stages()) {
        let unknown: Vec<_> = stage.results.iter().filter(|row| row.status == Status::Unknown).map(|row| &row.fingerprint).collect();
        let better: Vec<_> = stage.results.iter().filter(|row| row.status != Status::Unknown).map(|row| &row.fingerprint).collect();
        for change in stage.reconcile(&known) {
            let print = &change.finding.fingerprint;
            let only_unknown = unknown.contains(&print) && !better.contains(&print);
            prop_assert!(!(only_unknown && change.kind == ChangeKind::Resolved), "{change:?}");
        }
    }

    #[test]
    fn there_is_at_most_one_change_a_finding(known in knowns(), stage in stages()) {
        let changes = stage.reconcile(&known);
        let mut prints: Vec<_> = changes.iter().map(|change| change.finding.fingerprint.clone()).collect();
        prints.sort();
        prints.dedup();
        prop_assert_eq!(prints.len(), changes.len());
    }
}

//! The table of who is told of what.

use super::super::tests::{change, finding};
use super::*;

fn globs(globs: &[&str]) -> Patterns {
    Patterns::new(&globs.iter().map(|glob| ArcStr::from(*glob)).collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_condition_must_hold_and_patterns_are_anchored() {
    let all = Route::default;
    let opened = || change(ChangeKind::Opened, finding(1));
    for (route, expected) in [
        (all(), true),
        (Route { pillars: vec![Pillar::Security], ..all() }, true),
        (Route { pillars: vec![Pillar::Cost, Pillar::Security], ..all() }, true),
        (Route { pillars: vec![Pillar::Cost], ..all() }, false),
        (Route { severity: Severity::High, ..all() }, true),
        (Route { severity: Severity::Critical, ..all() }, false),
        (Route { owners: globs(&["team-*"]), ..all() }, true),
        (Route { owners: globs(&["eam-a"]), ..all() }, false),
        (Route { owners: globs(&["team"]), ..all() }, false),
        (Route { owners: globs(&["other", "team-?"]), ..all() }, true),
        (Route { accounts: globs(&["1111*"]), ..all() }, true),
        (Route { accounts: globs(&["111"]), ..all() }, false),
        (Route { rules: globs(&["iam-*"]), ..all() }, true),
        (Route { rules: globs(&["ec2-*"]), ..all() }, false),
        (Route { rules: globs(&["iam-*"]), severity: Severity::Critical, ..all() }, false),
        (Route { changes: vec![ChangeKind::Resolved], ..all() }, false),
        (all().only_account(&"111111111111".into()), true),
        (all().only_account(&"111111111112".into()), false),
    ] {
        assert_eq!(route.takes(&opened()), expected, "{route:?}");
    }
}

#[test]
fn what_has_no_owner_is_told_only_where_nobody_asks_for_one() {
    let mut nobodys = finding(1);
    nobodys.owner = None;
    assert!(Route::default().takes(&change(ChangeKind::Opened, nobodys.clone())));
    assert!(!Route { owners: globs(&["*"]), ..Route::default() }.takes(&change(ChangeKind::Opened, nobodys)));
}

#[test]
fn what_was_merely_seen_again_is_told_to_nobody() {
    let greedy = Route { changes: ChangeKind::ALL.to_vec(), ..Route::default() };
    assert!(!greedy.takes(&change(ChangeKind::Seen, finding(1))));
    assert!(greedy.takes(&change(ChangeKind::BecameStale, finding(1))));
    assert!(!Route::default().takes(&change(ChangeKind::BecameStale, finding(1))));
}

#[test]
fn what_is_waived_from_the_first_is_told_as_waived() {
    let mut waived = finding(1);
    waived.status = FindingStatus::Waived;
    let only = |kind| Route { changes: vec![kind], ..Route::default() };
    assert!(!only(ChangeKind::Opened).takes(&change(ChangeKind::Opened, waived.clone())));
    assert!(only(ChangeKind::Waived).takes(&change(ChangeKind::Opened, waived)));
}

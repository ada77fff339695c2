//! The life of a finding, row by row of the table in design, section 7.

mod narrow;
mod properties;
mod rows;
mod stage;

use crate::model::finding::{ChangeKind, FindingStatus, Resolution};
use crate::model::verdict::Status;
use stage::{Stage, at};

/// What a finding became: the change, where it stands, why it is over, and since when it cannot be told.
type Became = (ChangeKind, FindingStatus, Option<Resolution>, Option<i64>);

const OPEN: FindingStatus = FindingStatus::Open;
const WAIVED: FindingStatus = FindingStatus::Waived;
const STALE: FindingStatus = FindingStatus::Stale;
const RESOLVED: FindingStatus = FindingStatus::Resolved;

/// The finding of table `t`, known in a status, meets a verdict in the pass of hour 2.
fn meets(known: FindingStatus, stage: &Stage) -> Option<Became> {
    let known = stage::known("t", known);
    let changes = stage.reconcile(std::slice::from_ref(&known));
    assert!(changes.len() <= 1, "{changes:?}");
    changes.first().map(|change| {
        let now = &change.finding;
        assert_eq!(now.fingerprint, known.fingerprint);
        assert_eq!(now.first_seen, at(0), "it is remembered since when it fails");
        let since = now.stale_since.map(|since| (since - at(0)).num_hours());
        assert_eq!(now.resolved_at.is_some(), now.status == RESOLVED);
        (change.kind, now.status, now.resolution, since)
    })
}

fn verdict(status: Status) -> Stage {
    Stage::default().with("t", status)
}

#[test]
fn a_new_failure_opens_a_finding() {
    let changes = verdict(Status::Fail).reconcile(&[]);
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((change.kind, change.finding.status), (ChangeKind::Opened, OPEN));
    assert_eq!((change.finding.first_seen, change.finding.last_seen), (at(2), at(2)));
    assert_eq!(change.finding.details, serde_json::json!("details of t"));
}

#[test]
fn a_new_failure_under_a_waiver_opens_a_waived_finding() {
    let changes = verdict(Status::Waived).reconcile(&[]);
    assert_eq!(changes.iter().map(|change| (change.kind, change.finding.status)).collect::<Vec<_>>(), [(ChangeKind::Opened, WAIVED)]);
}

#[test]
fn what_does_not_fail_opens_nothing() {
    for status in [Status::Unknown, Status::Pass, Status::NotApplicable] {
        assert_eq!(verdict(status).reconcile(&[]), []);
    }
    assert_eq!(Stage::default().blind().reconcile(&[]), []);
}

#[test]
fn an_open_failure_that_fails_again_is_seen() {
    assert_eq!(meets(OPEN, &verdict(Status::Fail)), Some((ChangeKind::Seen, OPEN, None, None)));
    let seen = &verdict(Status::Fail).reconcile(&[stage::known("t", OPEN)])[0].finding;
    assert_eq!((seen.last_seen, seen.message.as_str()), (at(2), "t fails"));
}

#[test]
fn what_passes_was_fixed() {
    for known in [OPEN, STALE, WAIVED] {
        assert_eq!(meets(known, &verdict(Status::Pass)), Some((ChangeKind::Resolved, RESOLVED, Some(Resolution::Fixed), None)));
    }
}

#[test]
fn what_is_absent_from_a_complete_listing_is_gone() {
    for known in [OPEN, STALE, WAIVED] {
        assert_eq!(meets(known, &Stage::default()), Some((ChangeKind::Resolved, RESOLVED, Some(Resolution::Gone), None)));
    }
}

#[test]
fn what_is_absent_from_an_incomplete_listing_is_stale() {
    let stage = Stage::default().blind();
    assert_eq!(meets(OPEN, &stage), Some((ChangeKind::BecameStale, STALE, None, Some(2))));
    assert_eq!(meets(WAIVED, &stage), Some((ChangeKind::BecameStale, WAIVED, None, Some(2))));
}

#[test]
fn a_listing_that_nobody_asked_for_proves_nothing() {
    assert_eq!(meets(OPEN, &Stage::default().without_coverage()), Some((ChangeKind::BecameStale, STALE, None, Some(2))));
}

#[test]
fn a_listing_is_complete_whatever_happened_to_the_calls_after_it() {
    let stage = Stage::default().detail_denied();
    assert_eq!(meets(OPEN, &stage), Some((ChangeKind::Resolved, RESOLVED, Some(Resolution::Gone), None)));
}

#[test]
fn what_cannot_be_told_is_stale_and_never_fixed() {
    assert_eq!(meets(OPEN, &verdict(Status::Unknown)), Some((ChangeKind::BecameStale, STALE, None, Some(2))));
    assert_eq!(meets(WAIVED, &verdict(Status::Unknown)), Some((ChangeKind::BecameStale, WAIVED, None, Some(2))));
}

#[test]
fn stale_keeps_the_time_since_when() {
    assert_eq!(meets(STALE, &verdict(Status::Unknown)), None);
    assert_eq!(meets(STALE, &Stage::default().blind()), None);
}

#[test]
fn what_was_stale_and_fails_is_open_again() {
    assert_eq!(meets(STALE, &verdict(Status::Fail)), Some((ChangeKind::Seen, OPEN, None, None)));
}

#[test]
fn a_rule_that_no_longer_speaks_of_it_resolves_it() {
    for known in [OPEN, STALE, WAIVED] {
        let resolved = Some((ChangeKind::Resolved, RESOLVED, Some(Resolution::NotApplicable), None));
        assert_eq!(meets(known, &verdict(Status::NotApplicable)), resolved);
        assert_eq!(meets(known, &Stage::default().without_the_rule()), resolved);
    }
}

#[test]
fn what_was_resolved_and_fails_is_reopened_and_counted() {
    assert_eq!(meets(RESOLVED, &verdict(Status::Fail)), Some((ChangeKind::Reopened, OPEN, None, None)));
    let reopened = &verdict(Status::Fail).reconcile(&[stage::known("t", RESOLVED)])[0].finding;
    assert_eq!(reopened.reopened, 1);
    assert_eq!(meets(RESOLVED, &verdict(Status::Waived)), Some((ChangeKind::Reopened, WAIVED, None, None)));
}

#[test]
fn what_was_resolved_stays_so() {
    let stages = [
        verdict(Status::Pass),
        verdict(Status::Unknown),
        verdict(Status::NotApplicable),
        Stage::default(),
        Stage::default().blind(),
        Stage::default().without_the_rule(),
    ];
    for stage in stages {
        assert_eq!(meets(RESOLVED, &stage), None);
    }
}

#[test]
fn a_new_waiver_covers_an_open_failure() {
    assert_eq!(meets(OPEN, &verdict(Status::Waived)), Some((ChangeKind::Waived, WAIVED, None, None)));
    assert_eq!(meets(STALE, &verdict(Status::Waived)), Some((ChangeKind::Waived, WAIVED, None, None)));
}

#[test]
fn a_waived_failure_is_still_seen() {
    assert_eq!(meets(WAIVED, &verdict(Status::Waived)), Some((ChangeKind::Seen, WAIVED, None, None)));
}

#[test]
fn a_failure_is_open_when_its_waiver_ends() {
    assert_eq!(meets(WAIVED, &verdict(Status::Fail)), Some((ChangeKind::WaiverEnded, OPEN, None, None)));
}

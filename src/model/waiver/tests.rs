//! Waivers in time, and what counts as wide.

use super::*;
use crate::model::Region;

pub fn waiver(expires: &str) -> Waiver {
    Waiver {
        id: "w".into(),
        scope: WaiverScope::default(),
        owner: "team-a".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: expires.parse().unwrap(),
        origin: WaiverOrigin::Store,
    }
}

fn at(time: &str) -> Time {
    time.parse().unwrap()
}

#[test]
fn a_waiver_holds_until_its_last_second_and_no_longer() {
    let waiver = waiver("2026-12-31T23:59:59Z");
    assert_eq!(waiver.state(at("2026-12-01T00:00:00Z")), WaiverState::Active);
    assert_eq!(waiver.state(at("2026-12-18T00:00:00Z")), WaiverState::Expiring);
    assert_eq!(waiver.state(at("2026-12-31T23:59:59Z")), WaiverState::Expiring);
    assert_eq!(waiver.state(at("2027-01-01T00:00:00Z")), WaiverState::Expired);
    assert_eq!(waiver.days_left(at("2026-12-31T00:00:00Z")), 0);
    assert_eq!(waiver.days_left(at("2027-01-01T12:00:00Z")), -1);
}

#[test]
fn a_star_narrows_nothing() {
    let stars = WaiverScope { rules: vec!["*".into()], resources: vec!["**".into()], types: vec!["*".into()], ..WaiverScope::default() };
    assert!(stars.is_everything() && stars.is_any_rule() && stars.is_any_resource());
    let region = WaiverScope { regions: vec![Region::global()], ..stars.clone() };
    assert!(!region.is_everything() && region.is_any_resource());
    let tagged = WaiverScope { tags: [("Environment".into(), vec!["dev".into()])].into(), ..stars.clone() };
    assert!(!tagged.is_everything() && !tagged.is_any_resource());
    let rule = WaiverScope { rules: vec!["a-*".into()], ..stars };
    assert!(!rule.is_everything() && !rule.is_any_rule() && rule.is_any_resource());
}

#[test]
fn a_waiver_comes_back_from_json_as_it_went_in() {
    let mut written = waiver("2026-12-31T23:59:59Z");
    written.scope = WaiverScope {
        rules: vec!["a-rule".into()],
        accounts: vec!["111122223333".into()],
        tags: [("k".into(), vec!["v*".into()])].into(),
        ..WaiverScope::default()
    };
    written.origin = WaiverOrigin::File { file: "w.yaml".into(), line: 3 };
    let json = serde_json::to_value(&written).unwrap();
    assert_eq!(
        (&json["rule"][0], &json["account"][0], &json["origin"]["kind"]),
        (&"a-rule".into(), &"111122223333".into(), &"file".into())
    );
    assert_eq!(serde_json::from_value::<Waiver>(json).unwrap(), written);
}

#[test]
fn the_rule_about_waivers_that_end_soon_counts_the_same_days() {
    let rule = include_str!("../../../rules/waiver/waiver-expiring.yaml");
    assert!(rule.contains(&format!("days: {{ type: int, default: {EXPIRING_DAYS},")), "{rule}");
}

//! Passes that look at less than everything, and verdicts on parts of a resource.

use super::stage::{RULE, Stage, known, known_part};
use super::{OPEN, RESOLVED, STALE};
use crate::model::Region;
use crate::model::finding::{Change, FindingStatus, Resolution};
use crate::model::run::PassScope;
use crate::model::verdict::{Status, fingerprint};

fn outcomes(changes: &[Change]) -> Vec<(Option<&str>, FindingStatus, Option<Resolution>)> {
    changes.iter().map(|change| (change.finding.sub_key.as_deref(), change.finding.status, change.finding.resolution)).collect()
}

#[test]
fn a_pass_over_another_region_resolves_nothing_here() {
    let scope = PassScope { regions: Some(["eu-west-1".into()].into()), ..PassScope::default() };
    assert_eq!(Stage { scope: scope.clone(), ..Stage::default() }.reconcile(&[known("t", OPEN)]), []);
    // Not even where the rule is gone: what lies here is for a pass that looks here.
    assert_eq!(Stage { scope, ..Stage::default().without_the_rule() }.reconcile(&[known("t", OPEN)]), []);
}

#[test]
fn a_pass_over_another_account_resolves_nothing_here() {
    let scope = PassScope { accounts: Some(["222222222222".into()].into()), ..PassScope::default() };
    assert_eq!(Stage { scope, ..Stage::default() }.reconcile(&[known("t", OPEN)]), []);
}

#[test]
fn a_verdict_on_what_lies_outside_the_pass_concludes_nothing() {
    let scope = PassScope { accounts: Some(["222222222222".into()].into()), ..PassScope::default() };
    for status in [Status::Pass, Status::Unknown, Status::NotApplicable, Status::Fail] {
        assert_eq!(Stage { scope: scope.clone(), ..Stage::default() }.with("t", status).reconcile(&[known("t", OPEN)]), []);
    }
}

#[test]
fn a_judgement_in_one_account_says_nothing_of_the_same_id_in_another() {
    let mut stage = Stage::default().blind().with("t", Status::Pass);
    for row in &mut stage.results {
        row.resource.account = "222222222222".into();
        row.fingerprint = "another".into();
    }
    assert_eq!(outcomes(&stage.reconcile(&[known("t", OPEN)])), [(None, STALE, None)]);
}

#[test]
fn a_policy_of_aws_has_a_finding_of_its_own_in_each_account() {
    let of = |account: &str, id: &str| fingerprint(&RULE.into(), Some(id), (&account.into(), &Region::global(), &"t".into()), None);
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    assert_ne!(of("111111111111", policy), of("222222222222", policy));
    // What names its account needs nothing before it: findings that are known keep their identity.
    let role = "arn:aws:iam::111111111111:role/r";
    assert_eq!(of("111111111111", role).as_str(), "b29ee1bd50b89eb842efc02b9e9fb8e7");
}

#[test]
fn a_pass_of_another_rule_resolves_nothing_of_this_one() {
    let scope = PassScope { rules: Some(["another-rule".into()].into()), ..PassScope::default() };
    let stage = Stage { scope, whole_rule_set: false, ..Stage::default().without_the_rule() };
    assert_eq!(stage.reconcile(&[known("t", OPEN)]), []);
}

#[test]
fn a_narrow_pass_resolves_what_lies_inside() {
    let scope = PassScope { regions: Some(["us-east-2".into()].into()), rules: Some([RULE.into()].into()), ..PassScope::default() };
    let stage = Stage { scope, whole_rule_set: false, ..Stage::default() };
    assert_eq!(outcomes(&stage.reconcile(&[known("t", OPEN)])), [(None, RESOLVED, Some(Resolution::Gone))]);
}

#[test]
fn a_rule_that_did_not_load_resolves_nothing() {
    let stage = Stage { whole_rule_set: false, ..Stage::default().without_the_rule() };
    assert_eq!(stage.reconcile(&[known("t", OPEN)]), []);
}

#[test]
fn a_part_that_is_gone_from_a_judged_resource_was_fixed() {
    let stage = Stage::default().with_part("t", Some("index/a"), Status::Fail);
    let changes = stage.reconcile(&[known_part("t", Some("index/a"), OPEN), known_part("t", Some("index/b"), OPEN)]);
    assert_eq!(outcomes(&changes), [(Some("index/a"), OPEN, None), (Some("index/b"), RESOLVED, Some(Resolution::Fixed))]);
}

#[test]
fn a_part_that_is_gone_from_a_judgement_with_unknowns_is_stale() {
    let stage = Stage::default().with_part("t", Some("index/a"), Status::Pass).with("t", Status::Unknown);
    let changes = stage.reconcile(&[known_part("t", Some("index/b"), OPEN)]);
    assert_eq!(outcomes(&changes), [(Some("index/b"), STALE, None)]);
}

#[test]
fn a_part_of_a_resource_that_the_rule_leaves_out_is_not_applicable() {
    let changes = Stage::default().with("t", Status::NotApplicable).reconcile(&[known_part("t", Some("index/b"), OPEN)]);
    assert_eq!(outcomes(&changes), [(Some("index/b"), RESOLVED, Some(Resolution::NotApplicable))]);
}

#[test]
fn a_part_of_an_absent_resource_is_gone_with_it() {
    let stage = Stage::default().with_part("other", Some("index/b"), Status::Unknown);
    let changes = stage.reconcile(&[known_part("t", Some("index/b"), OPEN)]);
    assert_eq!(outcomes(&changes), [(Some("index/b"), RESOLVED, Some(Resolution::Gone))]);
}

#[test]
fn a_part_that_is_judged_twice_counts_as_the_worse() {
    for statuses in [[Status::Pass, Status::Fail], [Status::Fail, Status::Pass]] {
        let stage = statuses.into_iter().fold(Stage::default(), |stage, status| stage.with_part("t", Some("a"), status));
        assert_eq!(outcomes(&stage.reconcile(&[known_part("t", Some("a"), OPEN)])), [(Some("a"), OPEN, None)]);
    }
}

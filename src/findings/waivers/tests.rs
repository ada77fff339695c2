//! Waivers over verdicts: what is covered, what is not, and what is known of a waiver that covers nothing.

use super::*;
use crate::model::coverage::{Coverage, Outcome, ScopeRow};
use crate::model::inventory::{Facts, Known};
use crate::model::rule::{Pillar, Remedy, RuleStatus, Severity};
use crate::model::verdict::Expected;
use crate::model::waiver::{WaiverOrigin, WaiverScope, WaiverState};
use crate::model::{Gap, GapKind, Interner, Resource, Value};

const ACCOUNT: &str = "111122223333";
const TABLE: &str = "AWS::DynamoDB::Table";

fn now() -> Time {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn rule(id: &str) -> RuleInfo {
    RuleInfo {
        id: id.into(),
        title: "t".into(),
        status: RuleStatus::Stable,
        since: "0.1.0".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        resource: TABLE.into(),
        pack: "p".into(),
        aliases: vec![format!("old-{id}").into()],
        why: "w".into(),
        remedy: Remedy::default(),
        controls: Default::default(),
        calls: Vec::new(),
        reads: Vec::new(),
    }
}

fn table(name: &str, tags: Value) -> Resource {
    Resource {
        id: format!("arn:aws:dynamodb:us-east-2:{ACCOUNT}:table/{name}").into(),
        resource_type: TABLE.into(),
        name: name.into(),
        account: ACCOUNT.into(),
        region: "us-east-2".into(),
        tags,
        properties: Value::empty_map(),
        state: Value::empty_map(),
        origin: None,
    }
}

fn tags(value: Value) -> Value {
    Value::map([("Environment".into(), value)], &Interner::new())
}

fn coverage() -> Coverage {
    let mut coverage = Coverage::default();
    coverage.add(ScopeRow {
        account: ACCOUNT.into(),
        region: "us-east-2".into(),
        resource_type: TABLE.into(),
        call: "dynamodb:ListTables".into(),
        outcome: Outcome::Complete,
        resources: 2,
        reason: None,
        permission: None,
    });
    coverage
}

fn inventory(resources: Vec<Resource>) -> Inventory {
    let facts = resources.iter().map(|_| Facts { environment: Known::None, owner: Known::None }).collect();
    Inventory::new(resources, facts, &[], coverage())
}

fn verdict(rule: &RuleInfo, resource: Option<usize>, status: Status) -> Evaluation {
    Evaluation {
        resource,
        severity: Severity::High,
        message: "m".into(),
        gap: (status == Status::Unknown).then(|| Arc::new(Gap::new(GapKind::Denied, "denied"))),
        ..Evaluation::bare(&Arc::new(rule.clone()), (&ACCOUNT.into(), &"us-east-2".into()), status)
    }
}

fn waiver(id: &str, scope: WaiverScope) -> Arc<Waiver> {
    Arc::new(Waiver {
        id: id.into(),
        scope,
        owner: "team-a".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: "2026-12-31T23:59:59Z".parse().unwrap(),
        origin: WaiverOrigin::Store,
    })
}

fn on(rule: &str, resource: &str) -> WaiverScope {
    WaiverScope { rules: vec![rule.into()], resources: vec![resource.into()], ..WaiverScope::default() }
}

/// The statuses after these waivers were applied to a rule that fails on `users`, passes on `items`, and what became of them.
fn applied(waivers: &[Arc<Waiver>]) -> (Vec<Status>, Vec<Standing>) {
    applied_in(waivers, &PassScope::default(), &[Status::Fail, Status::Pass], tags(Value::str("dev")))
}

fn applied_in(waivers: &[Arc<Waiver>], scope: &PassScope, statuses: &[Status; 2], tags: Value) -> (Vec<Status>, Vec<Standing>) {
    let (rule, catalogue) = (rule("a-rule"), crate::model::catalogue::Catalogue::default());
    let inventory = inventory(vec![table("users", tags), table("items", Value::empty_map())]);
    let told = statuses.iter().enumerate().map(|(place, status)| verdict(&rule, Some(place), *status)).collect();
    let mut verdicts = Verdicts { told, ..Verdicts::default() };
    let look = Look { now: now(), scope, catalogue: &catalogue, evaluated: vec![&rule], left_out: Vec::new(), nature: Seen::Live };
    let standings = apply(&mut verdicts, &inventory, waivers, &look);
    (verdicts.told.iter().map(|one| one.status).collect(), standings)
}

fn covers(scope: WaiverScope) -> bool {
    applied(&[waiver("w", scope)]).0[0] == Status::Waived
}

#[test]
fn patterns_are_anchored_and_match_the_id_or_the_name() {
    assert!(covers(on("a-rule", "users")));
    assert!(covers(on("a-*", "arn:aws:dynamodb:*:table/users")));
    assert!(covers(on("old-a-rule", "use?s")), "former ids are followed");
    for (rule, resource) in [("a-rule", "user"), ("a-rule", "sers"), ("a-rule", "table/users"), ("rule", "users"), ("a-rul", "users")] {
        assert!(!covers(on(rule, resource)), "{rule} {resource}");
    }
}

#[test]
fn every_condition_that_is_given_must_hold() {
    let scope = on("a-rule", "users");
    assert!(covers(WaiverScope { accounts: vec![ACCOUNT.into()], regions: vec!["us-east-2".into()], ..scope.clone() }));
    assert!(!covers(WaiverScope { accounts: vec!["999999999999".into()], ..scope.clone() }));
    assert!(!covers(WaiverScope { regions: vec!["global".into()], ..scope.clone() }));
    assert!(covers(WaiverScope { types: vec!["AWS::DynamoDB::*".into()], ..scope.clone() }));
    assert!(!covers(WaiverScope { types: vec!["AWS::DynamoDB".into()], ..scope.clone() }));
    let tagged = |value: &str| WaiverScope { tags: [("Environment".into(), vec![value.into()])].into(), ..scope.clone() };
    assert!(covers(tagged("d*")) && !covers(tagged("prod")));
}

#[test]
fn only_failures_are_covered() {
    let all = [waiver("w", WaiverScope { accounts: vec![ACCOUNT.into()], ..WaiverScope::default() })];
    let scope = PassScope::default();
    let after = |statuses: [Status; 2]| applied_in(&all, &scope, &statuses, Value::empty_map()).0;
    assert_eq!(after([Status::Unknown, Status::Pass]), [Status::Unknown, Status::Pass]);
    assert_eq!(after([Status::NotApplicable, Status::Fail]), [Status::NotApplicable, Status::Waived]);
}

#[test]
fn tags_that_could_not_be_read_are_no_reason_to_waive() {
    let scope = WaiverScope { tags: [("Environment".into(), vec!["*".into()])].into(), ..on("a-rule", "users") };
    let gap = Value::gap(Gap::new(GapKind::Denied, "tags were denied"));
    for tags in [gap.clone(), tags(gap)] {
        let (statuses, standings) = applied_in(&[waiver("w", scope.clone())], &PassScope::default(), &[Status::Fail, Status::Pass], tags);
        assert_eq!(statuses[0], Status::Fail);
        assert_eq!(standings[0].unseen.as_ref().unwrap().detail, "tags were denied", "and whether it is used is not known");
        assert_ne!(standings[0].state(now()), WaiverState::Unused);
    }
}

#[test]
fn one_that_has_ended_covers_nothing_and_counts_what_it_would() {
    let mut ended = Waiver::clone(&waiver("w", on("a-rule", "users")));
    ended.expires = "2026-11-23T11:59:59Z".parse().unwrap();
    let (statuses, standings) = applied(&[Arc::new(ended)]);
    assert_eq!((statuses[0], standings[0].matched(), standings[0].state(now())), (Status::Fail, 1, WaiverState::Expired));
}

#[test]
fn of_several_the_one_that_ends_last_is_shown_and_all_are_used() {
    let first = waiver("first", on("a-rule", "users"));
    let mut later = Waiver::clone(&waiver("later", on("a-*", "users")));
    later.expires = "2027-01-31T23:59:59Z".parse().unwrap();
    let waivers = [first, Arc::new(later)];
    let rule = rule("a-rule");
    let mut verdicts = Verdicts { told: vec![verdict(&rule, Some(0), Status::Fail)], ..Verdicts::default() };
    let (scope, catalogue) = (PassScope::default(), crate::model::catalogue::Catalogue::default());
    let look = Look { now: now(), scope: &scope, catalogue: &catalogue, evaluated: vec![&rule], left_out: Vec::new(), nature: Seen::Live };
    let standings = apply(&mut verdicts, &inventory(vec![table("users", Value::empty_map())]), &waivers, &look);
    assert_eq!(verdicts.told[0].waiver.as_ref().unwrap().id.as_str(), "later");
    assert!(standings.iter().all(|standing| standing.matched() == 1));
}

#[test]
fn one_is_unused_only_where_all_that_it_speaks_of_was_seen() {
    let state = |scope: WaiverScope, pass: &PassScope, statuses: [Status; 2]| {
        let (_, standings) = applied_in(&[waiver("w", scope)], pass, &statuses, Value::empty_map());
        (standings[0].state(now()), standings[0].unseen.as_ref().map(|gap| gap.detail.to_string()))
    };
    let all = PassScope::default();
    let passes = [Status::Pass, Status::Pass];
    assert_eq!(state(on("a-rule", "users"), &all, passes), (WaiverState::Unused, None));
    assert_eq!(state(on("a-rule", "nobody"), &all, [Status::Fail, Status::Unknown]).0, WaiverState::Unused);
    assert_eq!(state(on("a-rule", "users"), &all, [Status::Unknown, Status::Pass]).1.unwrap(), "denied");
    let account = WaiverScope { accounts: vec!["999999999999".into()], ..on("a-rule", "users") };
    assert!(state(account, &all, passes).1.unwrap().contains("999999999999"));
    let region = WaiverScope { regions: vec!["eu-west-1".into()], ..on("a-rule", "users") };
    assert!(state(region.clone(), &all, passes).1.unwrap().contains("eu-west-1"));
    let narrow = PassScope { regions: Some(["us-east-2".into()].into()), ..PassScope::default() };
    assert!(state(on("a-rule", "users"), &narrow, passes).1.unwrap().contains("some of the regions"));
    let narrow = PassScope { accounts: Some([ACCOUNT.into()].into()), ..PassScope::default() };
    assert!(state(on("a-rule", "users"), &narrow, passes).1.unwrap().contains("some of the accounts"));
    let here = WaiverScope { accounts: vec![ACCOUNT.into()], ..on("a-rule", "users") };
    assert_eq!(state(here, &narrow, passes), (WaiverState::Unused, None));
}

#[test]
fn a_rule_that_was_left_out_or_a_listing_that_failed_leaves_it_open() {
    let (evaluated, left_out) = (rule("b-rule"), rule("a-rule"));
    let (scope, catalogue) = (PassScope::default(), crate::model::catalogue::Catalogue::default());
    let waivers = [waiver("w", on("a-rule", "users")), waiver("v", on("b-rule", "users"))];
    let look = Look {
        now: now(),
        scope: &scope,
        catalogue: &catalogue,
        evaluated: vec![&evaluated],
        left_out: vec![&left_out],
        nature: Seen::Live,
    };
    let mut verdicts = Verdicts { told: vec![verdict(&evaluated, None, Status::Unknown)], ..Verdicts::default() };
    let standings = apply(&mut verdicts, &inventory(Vec::new()), &waivers, &look);
    assert!(standings[0].unseen.as_ref().unwrap().detail.contains("left out a-rule"));
    assert_eq!(standings[1].unseen.as_ref().unwrap().detail, "denied");
}

#[test]
fn one_that_covers_every_resource_of_a_rule_is_told() {
    let scope = PassScope::default();
    let both = [Status::Fail, Status::Fail];
    let whole = |pattern: &str| {
        let (_, standings) = applied_in(&[waiver("w", on("a-rule", pattern))], &scope, &both, Value::empty_map());
        standings[0].whole.clone()
    };
    assert_eq!(whole("*s"), ["a-rule".into()]);
    assert!(whole("users").is_empty());
}

#[test]
fn waivers_become_resources_of_the_account_that_they_speak_of() {
    let elsewhere = WaiverScope { accounts: vec!["999999999999".into()], ..on("a-rule", "users") };
    let waivers = [waiver("w", on("a-rule", "users")), waiver("v", elsewhere)];
    let (_, standings) = applied(&waivers);
    let (scope, catalogue) = (PassScope::default(), crate::model::catalogue::Catalogue::default());
    let look = Look { now: now(), scope: &scope, catalogue: &catalogue, evaluated: Vec::new(), left_out: Vec::new(), nature: Seen::Live };
    let made = resources(&standings, &coverage(), &look, &Interner::new());
    let told: Vec<_> =
        made.iter().map(|one| (one.id.as_str(), one.account.as_str(), one.state.get("Matched").unwrap().to_text())).collect();
    assert_eq!(told, [("ledgerline:waiver:w", ACCOUNT, "1".to_owned()), ("ledgerline:waiver:v", "999999999999", "unknown".to_owned())]);
    let some = PassScope { accounts: Some(["999999999999".into()].into()), ..PassScope::default() };
    let narrow = Look { scope: &some, ..look };
    let made = resources(&standings, &coverage(), &narrow, &Interner::new());
    assert_eq!(made.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["v"], "what speaks of all is not judged by a look at some");
}

#[test]
fn a_file_that_says_what_should_be_proves_no_waiver_unused() {
    let (rule, scope, catalogue) = (rule("a-rule"), PassScope::default(), crate::model::catalogue::Catalogue::default());
    let look =
        Look { now: now(), scope: &scope, catalogue: &catalogue, evaluated: vec![&rule], left_out: Vec::new(), nature: Seen::Declared };
    let standings = apply(&mut Verdicts::default(), &inventory(Vec::new()), &[waiver("w", on("a-rule", "users"))], &look);
    assert!(standings[0].unseen.as_ref().unwrap().detail.contains("written in files"));
}

#[test]
fn what_a_contract_misses_is_covered_by_the_name_that_it_should_have() {
    let missing = RuleInfo { resource: "*".into(), ..rule("contract-missing") };
    let mut told = verdict(&missing, None, Status::Fail);
    told.subject = Some(Arc::new(Expected {
        id: Some("ledgerline:expected:x:orders".into()),
        resource_type: TABLE.into(),
        name: Some("orders".into()),
    }));
    let covered = |scope: WaiverScope| {
        let mut verdicts = Verdicts { told: vec![told.clone()], ..Verdicts::default() };
        let (pass, catalogue) = (PassScope::default(), crate::model::catalogue::Catalogue::default());
        let look =
            Look { now: now(), scope: &pass, catalogue: &catalogue, evaluated: vec![&missing], left_out: Vec::new(), nature: Seen::Live };
        apply(&mut verdicts, &inventory(Vec::new()), &[waiver("w", scope)], &look);
        verdicts.told[0].status == Status::Waived
    };
    assert!(covered(on("contract-*", "orders")) && !covered(on("contract-*", "order")));
    assert!(covered(WaiverScope { types: vec![TABLE.into()], ..on("contract-missing", "*s") }));
    assert!(!covered(WaiverScope { types: vec!["AWS::SNS::Topic".into()], ..on("contract-missing", "orders") }));
    let tagged = WaiverScope { tags: [("Environment".into(), vec!["*".into()])].into(), ..on("contract-missing", "orders") };
    assert!(!covered(tagged), "what is not there has no tags");
}

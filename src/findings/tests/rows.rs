//! Verdicts as rows.

use crate::findings::{Shown, results, summarise};
use crate::model::inventory::{Facts, Known};
use crate::model::rule::{Pillar, Remedy, RuleInfo, RuleStatus, Severity};
use crate::model::verdict::{Evaluation, Quiet, Quiets, Status, Verdicts};
use crate::model::{Coverage, Interner, Inventory, Money, Resource, Value};
use std::sync::Arc;

fn rule(id: &str) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.into(),
        title: "Good".into(),
        status: RuleStatus::Stable,
        since: "0.1.0".into(),
        pillar: Pillar::Cost,
        severity: Severity::Low,
        resource: "AWS::DynamoDB::Table".into(),
        pack: "dynamodb".into(),
        aliases: Vec::new(),
        why: "".into(),
        remedy: Remedy::default(),
        controls: [("soc2".into(), vec!["A1.1".into()])].into(),
        calls: Vec::new(),
        reads: Vec::new(),
    })
}

fn evaluation(rule: &Arc<RuleInfo>, resource: Option<usize>, status: Status) -> Evaluation {
    let bare = Evaluation::bare(rule, (&"111111111111".into(), &"us-east-2".into()), status);
    Evaluation { resource, severity: Severity::Critical, message: "m".into(), ..bare }
}

fn inventory() -> Inventory {
    let interner = Interner::new();
    let resources = ["b", "c"].map(|name| Resource {
        id: name.into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        name: name.into(),
        account: "111111111111".into(),
        region: "us-east-2".into(),
        tags: Value::from_json(&serde_json::json!({ "Owner": name }), &interner),
        properties: Value::empty_map(),
        state: Value::empty_map(),
        origin: None,
    });
    let facts =
        vec![Facts { environment: Known::None, owner: Known::Is("team-b".into()) }, Facts { environment: Known::None, owner: Known::None }];
    Inventory::new(resources.to_vec(), facts, &[], Coverage::default())
}

fn told(told: Vec<Evaluation>) -> Verdicts {
    Verdicts { told, ..Verdicts::default() }
}

#[test]
fn rows_are_sorted_and_share_what_is_the_same() {
    let rules = [rule("z"), rule("a")];
    let mut evaluations = Vec::new();
    for resource in [Some(1), Some(0), None] {
        evaluations.extend(rules.iter().map(|rule| evaluation(rule, resource, Status::Unknown)));
    }
    let rows = results(&told(evaluations.clone()), &inventory(), Shown { statuses: Status::ALL, known: &[] });
    let order: Vec<_> = rows.iter().map(|row| (row.resource.id.as_ref().map_or("-", |id| id.as_str()), row.rule.as_str())).collect();
    assert_eq!(order, [("-", "a"), ("-", "z"), ("b", "a"), ("b", "z"), ("c", "a"), ("c", "z")]);
    assert!(Arc::ptr_eq(&rows[2].resource.tags, &rows[3].resource.tags));
    assert!(Arc::ptr_eq(&rows[2].controls, &rows[4].controls));
    assert_eq!(*rows[2].resource.tags, serde_json::json!({ "Owner": "b" }));
    assert_eq!(rows[2].resource.owner.as_deref(), Some("team-b"));
    assert_eq!(rows[2].severity, Severity::Critical, "the config may have raised it");
    assert!(rows[0].resource.tags.is_null());
}

#[test]
fn the_summary_counts_all_and_adds_the_savings_of_failures() {
    let money = |cents: i64| Some(Money::new(rust_decimal::Decimal::new(cents, 2)));
    let rule = rule("a");
    let mut evaluations: Vec<_> = Status::ALL.iter().map(|status| evaluation(&rule, Some(0), *status)).collect();
    assert_eq!(summarise(&told(evaluations.clone())).monthly_savings_usd, None);
    for evaluation in &mut evaluations {
        evaluation.monthly_savings = money(10);
    }
    evaluations.push(evaluations.iter().find(|evaluation| evaluation.status == Status::Fail).unwrap().clone());
    let summary = summarise(&told(evaluations.clone()));
    assert_eq!((summary.pass, summary.fail, summary.waived, summary.unknown, summary.not_applicable), (1, 2, 1, 1, 1));
    assert_eq!(summary.monthly_savings_usd, money(20));
}

#[test]
fn a_pass_that_nobody_looks_at_is_no_row_unless_it_may_end_a_finding() {
    let rules = vec![rule("a"), rule("b")];
    let mut quiet = Quiets::default();
    for rule in [0, 1] {
        quiet.push(Quiet { rule, resource: 0, status: Status::Pass });
    }
    let (verdicts, inventory) = (Verdicts { told: Vec::new(), quiet, rules, tags: Default::default() }, inventory());
    assert_eq!(summarise(&verdicts).pass, 2, "it is counted all the same");
    let none = results(&verdicts, &inventory, Shown { statuses: &[Status::Fail], known: &[] });
    assert!(none.is_empty());
    let all = results(&verdicts, &inventory, Shown { statuses: Status::ALL, known: &[] });
    let failed = crate::model::report::ResultRow { status: Status::Fail, ..all[1].clone() };
    let open = crate::findings::finding::opened(
        &failed,
        crate::findings::finding::Failure::Open,
        "2026-11-01T00:00:00Z".parse().unwrap(),
        serde_json::Value::Null,
    )
    .unwrap();
    let some = results(&verdicts, &inventory, Shown { statuses: &[Status::Fail], known: &[open] });
    assert_eq!(some.iter().map(|row| (row.rule.as_str(), row.status)).collect::<Vec<_>>(), [("b", Status::Pass)]);
}

#[test]
fn every_rule_is_counted_by_verdict_and_one_that_judged_nothing_has_zeros() {
    use crate::findings::judged;
    use crate::model::judged::VerdictCounts;
    let (one, two, none) = (rule("one"), rule("two"), rule("none"));
    let mut quiet = Quiets::default();
    for (rule, status) in [(0, Status::Pass), (0, Status::Pass), (1, Status::NotApplicable)] {
        quiet.push(Quiet { resource: 0, rule, status });
    }
    let told = [Status::Fail, Status::Unknown, Status::Waived].map(|status| evaluation(&one, Some(0), status)).to_vec();
    let verdicts = Verdicts { told, quiet, rules: vec![Arc::clone(&one), Arc::clone(&two)], ..Verdicts::default() };
    let counted = judged(&verdicts, [&none, &one, &two]);
    let told: Vec<_> = counted.iter().map(|one| (one.rule.as_str(), one.verdicts)).collect();
    let of_one = VerdictCounts { pass: 2, fail: 1, waived: 1, unknown: 1, not_applicable: 0 };
    let of_two = VerdictCounts { not_applicable: 1, ..VerdictCounts::default() };
    assert_eq!(told, [("none", VerdictCounts::default()), ("one", of_one), ("two", of_two)]);
    assert_eq!(counted[0].controls, none.controls);
}

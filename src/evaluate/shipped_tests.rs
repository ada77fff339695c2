//! Walks the registry of shipped rules: each loads against the live catalogue, does what its examples say, and says what a
//! reader needs.

use crate::collect;
use crate::evaluate::{LoadOptions, Preview, RuleSet, examples, load, shipped};
use crate::model::rule::RuleStatus;
use crate::model::verdict::Status;
use std::collections::BTreeSet;

fn rules() -> RuleSet {
    let options = LoadOptions { preview: Preview::All, ..LoadOptions::default() };
    load(&shipped::shipped(), &collect::catalogue(), &options)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

#[test]
fn shipped_rules_load_and_their_examples_hold() {
    let rules = rules();
    let outcomes = examples::run_examples(&rules, &collect::catalogue());
    let faults: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.fault.as_ref().map(|fault| format!("{}:{}: {fault}", outcome.file, outcome.line)))
        .collect();
    assert!(faults.is_empty(), "{} of {} examples:\n{}", faults.len(), outcomes.len(), faults.join("\n"));
    assert!(outcomes.len() > 400, "{}", outcomes.len());
    assert!(rules.notes().is_empty(), "{:?}", rules.notes());
}

#[test]
fn shipped_rules_are_sorted_documented_and_show_every_verdict() {
    let rules = rules();
    let infos: Vec<_> = rules.infos().collect();
    assert!(infos.is_sorted_by_key(|info| &info.id));
    let stable = infos.iter().filter(|info| info.status == RuleStatus::Stable).count();
    assert!(stable >= 45, "{stable}");
    for rule in rules.rules() {
        let (info, id) = (&rule.info, rule.info.id.as_str());
        assert!(id.starts_with(&format!("{}-", info.pack)), "{id} is named after its pack, {}", info.pack);
        assert!(!info.why.is_empty() && !info.remedy.text.is_empty() && info.remedy.cli.is_some(), "{id} explains itself");
        assert!(!info.controls.is_empty(), "{id} speaks for a control");
        let shown: BTreeSet<Status> = rule.examples().iter().map(|example| example.expect).collect();
        for verdict in [Status::Pass, Status::Fail, Status::Unknown] {
            assert!(shown.contains(&verdict), "{id} has no example of {verdict}");
        }
        let messages = rule.examples().iter().filter(|example| example.expect == Status::Fail && example.message.is_some()).count();
        assert!(messages > 0, "{id} shows no message");
    }
}

#[test]
fn every_pillar_and_every_service_that_is_collected_has_rules() {
    let rules = rules();
    let catalogue = collect::catalogue();
    // Judged itself, or looked at by a rule about something else: a dashboard that should exist.
    let needs = rules.needs(&catalogue);
    let unjudged: Vec<&str> = catalogue
        .types()
        .filter(|spec| spec.listing.is_some())
        .map(|spec| spec.resource_type.as_str())
        .filter(|ty| !needs.wants_type(ty))
        .collect();
    // The one is asked for by `cost estimate`, the other becomes a part of trends, which are judged.
    assert_eq!(unjudged, ["Ledgerline::CloudWatch::Usage", "Ledgerline::Cost::Anomaly"]);
    let pillars: BTreeSet<&str> = rules.infos().map(|info| info.pillar.as_str()).collect();
    assert_eq!(pillars.into_iter().collect::<Vec<_>>(), ["cost", "operations", "reliability", "security", "tagging"]);
}

#[test]
fn a_rule_over_related_resources_asks_for_what_relates_them() {
    let rules = rules();
    let rule = rules.rules().iter().find(|rule| rule.info.id.as_str() == "kms-key-disabled-in-use").unwrap();
    for (ty, call) in [("AWS::DynamoDB::Table", "dynamodb:DescribeTable"), ("AWS::SNS::Topic", "sns:GetTopicAttributes")] {
        assert!(rule.needs().wants(ty, call), "without {call} no {ty} says which key it has, and the key looks unused");
    }
}

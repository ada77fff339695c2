//! What is written about rules: explanations, reference, schema.

use super::*;
use crate::evaluate::{Pass, docs, examples, explain};
use crate::model::run::PassScope;

#[test]
fn the_examples_of_good_rules_hold() {
    let outcomes = examples::run_examples(&rules(), &catalogue());
    assert_eq!(outcomes.len(), 20);
    for outcome in outcomes {
        assert_eq!(outcome.fault, None, "{}:{}", outcome.file, outcome.line);
    }
}

#[test]
fn an_example_that_does_not_hold_says_what_came_instead() {
    let text = GOOD[0]
        .1
        .replace("billed PROVISIONED\" }", "billed twice\" }")
        .replace("expect: pass, properties: { BillingMode: PAY_PER_REQUEST }", "expect: pass");
    let set = load(&sources(&[(GOOD[0].0, &text)]), &catalogue(), &LoadOptions::default()).unwrap();
    let told: Vec<String> = examples::run_examples(&set, &catalogue())
        .into_iter()
        .filter_map(|outcome| Some(format!("{}:{}: {}", outcome.file, outcome.line, outcome.fault?)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_reference_shows_every_rule_and_the_coverage_of_frameworks() {
    insta::assert_snapshot!(docs::reference(&rules(), &catalogue()));
}

#[test]
fn a_rule_is_explained_with_its_parameters_reads_and_permissions() {
    let options = settings("dev: { logs-group-retention-short: { min_days: 7 } }");
    let set = good(&options).unwrap();
    insta::assert_debug_snapshot!(explain::explain(set.find("logs-group-retention-short").unwrap(), &catalogue()));
}

#[test]
fn a_verdict_is_explained_step_by_step() {
    let table = resource("AWS::DynamoDB::Table", "t", json!({ "properties": { "BillingMode": "PROVISIONED" } }), &[]);
    let (set, inventory, catalogue, scope) = (rules(), inventory(vec![(table, Known::None)], &[]), catalogue(), PassScope::default());
    let pass = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope: &scope, evidence: &[] };
    let judgement = explain::judge(set.find("dynamodb-billing").unwrap(), &inventory, 0, &pass).unwrap();
    assert_eq!(judgement.evaluations.len(), 1);
    let step = judgement.steps.last().unwrap();
    assert_eq!((step.key, step.tree.value.as_ref().unwrap().to_json()), ("assert", json!(false)));
    let read = format!("{:?}", step.tree.parts);
    assert!(read.contains("properties.BillingMode") && read.contains("PROVISIONED"), "{read}");
    assert!(explain::judge(set.find("logs-group-orphaned").unwrap(), &inventory, 0, &pass).is_none());
}

#[test]
fn the_schema_for_editors_is_what_the_reader_reads() {
    let written = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/rule.schema.json"));
    let made = serde_json::to_string_pretty(&crate::evaluate::schema::rule_file()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/rule.schema.json"), &made).unwrap();
    } else {
        assert_eq!(written, made, "UPDATE_GENERATED=1 cargo test --lib the_schema_for_editors writes it anew");
    }
}

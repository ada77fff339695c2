//! Selections as AWS's guide shows them, and what it leaves open.

use super::FUNCTIONS;
use crate::model::{Gap, GapKind, Interner, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const ORDERS: &str = "arn:aws:dynamodb:us-east-2:111122223333:table/orders";

fn value(json: &Json) -> Value {
    Value::from_json(json, &Interner::new())
}

fn call(name: &str, arguments: &[Value]) -> Result<bool, Gap> {
    match (FUNCTIONS.iter().find(|function| function.name == name).unwrap().call)(arguments)? {
        Value::Bool(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

fn selects(selection: Json, tags: Json) -> Result<bool, GapKind> {
    call("backup.selects", &[value(&selection), Value::str(ORDERS), value(&tags)]).map_err(|gap| gap.kind)
}

fn names(selection: Json) -> bool {
    call("backup.names", &[value(&selection), Value::str(ORDERS)]).unwrap()
}

#[test]
fn an_arn_or_a_wildcard_means_a_table() {
    for pattern in [ORDERS, "*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:*", "arn:aws:dynamodb:us-east-2:111122223333:table/ord*"]
    {
        let selection = json!({ "Resources": ["arn:aws:ec2:*:*:volume/*", pattern] });
        assert_eq!((selects(selection.clone(), json!({})), names(selection)), (Ok(true), true), "{pattern}");
    }
    for pattern in ["arn:aws:dynamodb:*:*:table/order", "arn:aws:rds:*", "orders", "arn:aws:dynamodb:eu-west-1:*", "ARN:*"] {
        let selection = json!({ "Resources": [pattern] });
        assert_eq!((selects(selection.clone(), json!({})), names(selection)), (Ok(false), false), "{pattern}");
    }
}

#[test]
fn what_is_left_out_is_out() {
    let selection = json!({ "Resources": ["*"], "NotResources": ["arn:aws:ec2:*", "arn:aws:dynamodb:*:*:table/ord*"] });
    assert_eq!((selects(selection.clone(), json!({})), names(selection)), (Ok(false), false));
}

#[test]
fn any_tag_of_the_list_is_enough_and_all_conditions_are_needed() {
    let tag = |key: &str, value: &str| json!({ "ConditionType": "STRINGEQUALS", "ConditionKey": key, "ConditionValue": value });
    let list = json!({ "ListOfTags": [tag("backup", "daily"), tag("aws:ResourceTag/tier", "gold")] });
    assert_eq!(selects(list.clone(), json!({ "tier": "gold" })), Ok(true));
    assert_eq!(selects(list.clone(), json!({ "backup": "weekly" })), Ok(false));
    assert_eq!(selects(list.clone(), json!({ "Backup": "daily" })), Ok(false), "case matters");
    assert!(!names(list));
    let both = json!({ "Resources": ["*"], "Conditions": { "StringEquals": [tag("aws:ResourceTag/backup", "daily")], "StringLike": [tag("aws:ResourceTag/tier", "g*d")] } });
    assert_eq!(selects(both.clone(), json!({ "backup": "daily", "tier": "gold" })), Ok(true));
    assert_eq!(selects(both, json!({ "backup": "daily", "tier": "silver" })), Ok(false));
}

#[test]
fn resources_and_the_list_of_tags_add_up() {
    let selection = json!({ "Resources": ["arn:aws:ec2:*"], "ListOfTags": [{ "ConditionKey": "backup", "ConditionValue": "yes" }] });
    assert_eq!(selects(selection.clone(), json!({ "backup": "yes" })), Ok(true));
    assert_eq!(selects(selection, json!({})), Ok(false));
}

#[test]
fn a_selection_of_nothing_in_particular_is_everything() {
    assert_eq!(selects(json!({ "SelectionName": "all" }), json!({})), Ok(true));
    let tagged = json!({ "Conditions": { "StringEquals": [{ "ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "yes" }] } });
    assert_eq!(selects(tagged.clone(), json!({ "backup": "yes" })), Ok(true));
    assert_eq!(selects(tagged, json!({})), Ok(false));
}

#[test]
fn what_nobody_wrote_down_is_not_decided() {
    let negated = json!({ "Resources": ["*"], "Conditions": { "StringNotEquals": [{ "ConditionKey": "aws:ResourceTag/env", "ConditionValue": "dev" }] } });
    assert_eq!(selects(negated.clone(), json!({ "env": "dev" })), Ok(false));
    assert_eq!(selects(negated.clone(), json!({ "env": "prod" })), Ok(true));
    assert_eq!(selects(negated, json!({})), Err(GapKind::Undecidable));
    let mixed = json!({
        "ListOfTags": [{ "ConditionKey": "backup", "ConditionValue": "yes" }],
        "Conditions": { "StringEquals": [{ "ConditionKey": "aws:ResourceTag/env", "ConditionValue": "prod" }] },
    });
    assert_eq!(selects(mixed.clone(), json!({ "backup": "yes", "env": "prod" })), Ok(true));
    assert_eq!(selects(mixed, json!({ "backup": "yes" })), Err(GapKind::Undecidable));
}

#[test]
fn tags_that_could_not_be_read_matter_only_where_tags_decide() {
    let gap = || Value::gap(Gap::new(GapKind::Denied, "AccessDenied tag:GetResources"));
    let by_arn = value(&json!({ "Resources": [ORDERS] }));
    assert_eq!(call("backup.selects", &[by_arn, Value::str(ORDERS), gap()]), Ok(true));
    let by_tag = value(&json!({ "ListOfTags": [{ "ConditionKey": "backup", "ConditionValue": "yes" }] }));
    assert_eq!(call("backup.selects", &[by_tag, Value::str(ORDERS), gap()]).unwrap_err().kind, GapKind::Denied);
    assert!(call("backup.names", &[gap(), Value::str(ORDERS)]).is_err());
}

#[test]
fn the_functions_are_sorted() {
    assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
}

/// Whether a pattern fits, tried out.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| fits(rest, &text[skipped..])),
        Some((letter, rest)) => text.split_first().is_some_and(|(first, left)| first == letter && fits(rest, left)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against trying every split.
    #[test]
    fn wildcards_agree_with_those_of_policies(pattern in "[ab*]{0,8}", text in "[ab]{0,8}") {
        let selected = selects(json!({ "Conditions": { "StringLike": [{ "ConditionKey": "k", "ConditionValue": pattern }] } }), json!({ "k": text }));
        prop_assert_eq!(selected, Ok(fits(pattern.as_bytes(), text.as_bytes())), "{} on {}", pattern, text);
    }
}

//! Parts that are there and empty: they do nothing, or the opposite of what they seem to.

use super::Report;
use super::policy::{Place, Policy, element, member_path};
use super::registry::{Check, Example, Kind, suggestion};
use crate::iam::actions::Database;
use crate::iam::document::Quantifier;

use Example::{Condition, Statement};

static EMPTY_ARRAY_ACTION: Check = suggestion(
    "EMPTY_ARRAY_ACTION",
    Kind::Identity,
    "a list of actions is empty, so that the statement matches nothing",
    Statement(r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#),
    Statement(r#"{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}"#),
);
static EMPTY_ARRAY_RESOURCE: Check = suggestion(
    "EMPTY_ARRAY_RESOURCE",
    Kind::Identity,
    "a list of resources is empty, so that the statement matches nothing",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":[]}"#),
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::example/*"]}"#),
);
static EMPTY_ARRAY_PRINCIPAL: Check = suggestion(
    "EMPTY_ARRAY_PRINCIPAL",
    Kind::Resource,
    "a list of principals is empty, so that the statement speaks of nobody",
    Statement(r#"{"Effect":"Allow","Principal":{"AWS":[]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    Statement(r#"{"Effect":"Allow","Principal":{"AWS":["111122223333"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);
static EMPTY_OBJECT_PRINCIPAL: Check = suggestion(
    "EMPTY_OBJECT_PRINCIPAL",
    Kind::Resource,
    "Principal is an empty object, so that the statement speaks of nobody",
    Statement(r#"{"Effect":"Allow","Principal":{},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    Statement(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);
static EMPTY_OBJECT_CONDITION: Check = suggestion(
    "EMPTY_OBJECT_CONDITION",
    Kind::Identity,
    "a condition is empty and always holds",
    Condition("{}"),
    Condition(r#"{"Bool":{"aws:SecureTransport":"true"}}"#),
);
static EMPTY_ARRAY_CONDITION: Check = suggestion(
    "EMPTY_ARRAY_CONDITION",
    Kind::Identity,
    "a condition key has no values",
    Condition(r#"{"StringEquals":{"aws:PrincipalTag/team":[]}}"#),
    Condition(r#"{"StringEquals":{"aws:PrincipalTag/team":["a"]}}"#),
);
static EMPTY_ARRAY_CONDITION_FORALLVALUES: Check = suggestion(
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    Kind::Identity,
    "ForAllValues without values holds only where the key is absent; Null says that plainly",
    Condition(r#"{"ForAllValues:StringEquals":{"aws:TagKeys":[]}}"#),
    Condition(r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}"#),
);
static EMPTY_ARRAY_CONDITION_FORANYVALUE: Check = suggestion(
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    Kind::Identity,
    "ForAnyValue without values never holds",
    Condition(r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":[]}}"#),
    Condition(r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["team"]}}"#),
);
static EMPTY_ARRAY_CONDITION_IFEXISTS: Check = suggestion(
    "EMPTY_ARRAY_CONDITION_IFEXISTS",
    Kind::Identity,
    "IfExists without values holds only where the key is absent; Null says that plainly",
    Condition(r#"{"StringEqualsIfExists":{"aws:PrincipalTag/team":[]}}"#),
    Condition(r#"{"StringEqualsIfExists":{"aws:PrincipalTag/team":["a"]}}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &EMPTY_ARRAY_ACTION,
    &EMPTY_ARRAY_CONDITION,
    &EMPTY_ARRAY_CONDITION_FORALLVALUES,
    &EMPTY_ARRAY_CONDITION_FORANYVALUE,
    &EMPTY_ARRAY_CONDITION_IFEXISTS,
    &EMPTY_ARRAY_PRINCIPAL,
    &EMPTY_ARRAY_RESOURCE,
    &EMPTY_OBJECT_CONDITION,
    &EMPTY_OBJECT_PRINCIPAL,
];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    for statement in &policy.statements {
        let lists = [
            ("Action", &EMPTY_ARRAY_ACTION),
            ("NotAction", &EMPTY_ARRAY_ACTION),
            ("Resource", &EMPTY_ARRAY_RESOURCE),
            ("NotResource", &EMPTY_ARRAY_RESOURCE),
            ("Principal", &EMPTY_ARRAY_PRINCIPAL),
            ("NotPrincipal", &EMPTY_ARRAY_PRINCIPAL),
        ];
        for (name, check) in lists {
            let Some(member) = element(statement.node, name) else { continue };
            let path = member_path(&statement.place.path, &member.key);
            let place = Place { path: path.clone(), span: member.value.span.clone() };
            if member.value.items().is_empty() {
                report.add(check, &place, format!("{name} lists nothing"));
            }
            if let (Some(kinds), true) = (member.value.members(), name.ends_with("Principal")) {
                if kinds.is_empty() {
                    report.add(&EMPTY_OBJECT_PRINCIPAL, &place, format!("{name} names nobody"));
                }
                for kind in kinds.iter().filter(|kind| kind.value.items().is_empty()) {
                    let place = Place { path: member_path(&path, &kind.key), span: kind.value.span.clone() };
                    report.add(check, &place, format!("{} lists nobody", kind.key));
                }
            }
        }
        if let Some(block) = element(statement.node, "Condition") {
            let path = member_path(&statement.place.path, &block.key);
            let operators = block.value.members().unwrap_or_default();
            if block.value.members().is_some_and(<[_]>::is_empty) {
                let place = Place { path: path.clone(), span: block.value.span.clone() };
                report.add(&EMPTY_OBJECT_CONDITION, &place, "the condition is empty");
            }
            for operator in operators.iter().filter(|operator| operator.value.members().is_some_and(<[_]>::is_empty)) {
                let place = Place { path: member_path(&path, &operator.key), span: operator.value.span.clone() };
                report.add(&EMPTY_OBJECT_CONDITION, &place, format!("{} compares no key", operator.key));
            }
        }
        for condition in statement.conditions.iter().filter(|condition| condition.is_list && condition.values.is_empty()) {
            let check = match condition.operator.quantifier {
                Some(Quantifier::ForAllValues) => &EMPTY_ARRAY_CONDITION_FORALLVALUES,
                Some(Quantifier::ForAnyValue) => &EMPTY_ARRAY_CONDITION_FORANYVALUE,
                None if condition.operator.if_exists => &EMPTY_ARRAY_CONDITION_IFEXISTS,
                None => &EMPTY_ARRAY_CONDITION,
            };
            report.add(check, &condition.place, format!("{} has no values", condition.key));
        }
    }
}

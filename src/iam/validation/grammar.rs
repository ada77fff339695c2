//! The grammar: JSON, the elements that there are, which must be there, which exclude each other, and what each is written as.

use super::Report;
use super::policy::{Place, Policy, element, item_path, member_path, statements};
use super::registry::{Check, Example, Kind, error, warning};
use super::tree::{Json, Member, Node};
use std::collections::HashMap;

use Example::{Statement, Whole};

const OK: Example = Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#);

pub(super) static JSON_SYNTAX_ERROR: Check = error(
    "JSON_SYNTAX_ERROR",
    Kind::Identity,
    "the document is no JSON, or writes a key twice in one object",
    Whole(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",}]}"#),
    OK,
);
static DATA_TYPE_MISMATCH: Check = error(
    "DATA_TYPE_MISMATCH",
    Kind::Identity,
    "an element has a JSON type that AWS does not take there",
    Statement(r#"{"Effect":"Allow","Action":1,"Resource":"*"}"#),
    OK,
);
static INVALID_POLICY_ELEMENT: Check = error(
    "INVALID_POLICY_ELEMENT",
    Kind::Identity,
    "there is no element of this name",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Comment":"x"}"#),
    OK,
);
static INVALID_VERSION: Check = error(
    "INVALID_VERSION",
    Kind::Identity,
    "the version of the policy language is neither 2012-10-17 nor 2008-10-17",
    Whole(r#"{"Version":"2012-10-18","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}]}"#),
    OK,
);
static MISSING_VERSION: Check = warning(
    "MISSING_VERSION",
    Kind::Identity,
    "without Version a policy is of 2008, and its variables are plain text",
    Whole(r#"{"Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}]}"#),
    OK,
);
static MISSING_STATEMENT: Check =
    error("MISSING_STATEMENT", Kind::Identity, "the policy has no statement", Whole(r#"{"Version":"2012-10-17"}"#), OK);
static MISSING_EFFECT: Check =
    error("MISSING_EFFECT", Kind::Identity, "the statement has no Effect", Statement(r#"{"Action":"s3:GetObject","Resource":"*"}"#), OK);
static INVALID_EFFECT: Check = error(
    "INVALID_EFFECT",
    Kind::Identity,
    "Effect is neither Allow nor Deny; case matters",
    Statement(r#"{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}"#),
    OK,
);
static MISSING_ACTION: Check = error(
    "MISSING_ACTION",
    Kind::Identity,
    "the statement has neither Action nor NotAction",
    Statement(r#"{"Effect":"Allow","Resource":"*"}"#),
    OK,
);
static MISSING_RESOURCE: Check = error(
    "MISSING_RESOURCE",
    Kind::Identity,
    "the statement has neither Resource nor NotResource",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject"}"#),
    OK,
);
static MISSING_PRINCIPAL: Check = error(
    "MISSING_PRINCIPAL",
    Kind::Resource,
    "a statement of such a policy has to say whom it speaks of",
    OK,
    Statement(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
);
static UNSUPPORTED_PRINCIPAL: Check = error(
    "UNSUPPORTED_PRINCIPAL",
    Kind::Identity,
    "an identity policy speaks of whom it is attached to, and has no Principal",
    Statement(r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}"#),
    OK,
);
static UNSUPPORTED_ELEMENT_COMBINATION: Check = error(
    "UNSUPPORTED_ELEMENT_COMBINATION",
    Kind::Identity,
    "an element and its opposite stand in one statement",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","NotAction":"s3:PutObject","Resource":"*"}"#),
    OK,
);
static DUPLICATE_KEYS_WITH_DIFFERENT_CASE: Check = error(
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    Kind::Identity,
    "a condition key is written twice in one block, in different case; which one counts is not defined",
    Example::Condition(r#"{"StringEquals":{"aws:PrincipalTag/Team":"a","aws:PrincipalTag/team":"b"}}"#),
    Example::Condition(r#"{"StringEquals":{"aws:PrincipalTag/Team":["a","b"]}}"#),
);

pub(super) static CHECKS: &[&Check] = &[
    &DATA_TYPE_MISMATCH,
    &DUPLICATE_KEYS_WITH_DIFFERENT_CASE,
    &INVALID_EFFECT,
    &INVALID_POLICY_ELEMENT,
    &INVALID_VERSION,
    &JSON_SYNTAX_ERROR,
    &MISSING_ACTION,
    &MISSING_EFFECT,
    &MISSING_PRINCIPAL,
    &MISSING_RESOURCE,
    &MISSING_STATEMENT,
    &MISSING_VERSION,
    &UNSUPPORTED_ELEMENT_COMBINATION,
    &UNSUPPORTED_PRINCIPAL,
];

/// The keys that are written twice in one object, wherever. AWS's parsers disagree which of them counts.
pub(super) fn twice(node: &Node, path: &str, report: &mut Report) {
    match &node.json {
        Json::List(items) => items.iter().enumerate().for_each(|(at, item)| twice(item, &item_path(path, at), report)),
        Json::Object(members) => {
            let mut seen: HashMap<&str, ()> = HashMap::with_capacity(members.len());
            for member in members {
                let path = member_path(path, &member.key);
                if seen.insert(&member.key, ()).is_some() {
                    let place = Place { path: path.clone(), span: member.key_span.clone() };
                    report.add(&JSON_SYNTAX_ERROR, &place, format!("{} is written twice in one object", member.key));
                }
                twice(&member.value, &path, report);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
    }
}

pub(super) fn run(policy: &Policy<'_>, _: &crate::iam::actions::Database, report: &mut Report) {
    let root = policy.root;
    let Some(members) = root.members() else {
        expect("object", "", root, report);
        return;
    };
    known(members, "", &["Version", "Id", "Statement"], report);
    let whole = Place { path: String::new(), span: root.span.start..root.span.start + 1 };
    match element(root, "Version") {
        None => report.add(&MISSING_VERSION, &whole, "add \"Version\": \"2012-10-17\""),
        Some(member) => match member.value.text() {
            Some("2012-10-17" | "2008-10-17") => {}
            Some(version) => {
                let message = format!("there is no version {version}; use 2012-10-17");
                report.add(&INVALID_VERSION, &of("", member), message);
            }
            None => expect("string", &member.key, &member.value, report),
        },
    }
    if let Some(member) = element(root, "Id") {
        expect("string", &member.key, &member.value, report);
    }
    match element(root, "Statement") {
        None => report.add(&MISSING_STATEMENT, &whole, "add a Statement"),
        Some(member) if member.value.items().is_empty() => report.add(&MISSING_STATEMENT, &of("", member), "add a statement"),
        Some(member) => statements(member).for_each(|(place, node)| statement(policy.kind, &place, node, report)),
    }
}

const ELEMENTS: [&str; 9] = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn statement(kind: Kind, place: &Place, node: &Node, report: &mut Report) {
    let Some(members) = node.members() else {
        expect("object", &place.path, node, report);
        return;
    };
    let head = Place { path: place.path.clone(), span: place.span.start..place.span.start + 1 };
    known(members, &place.path, &ELEMENTS, report);
    let at = |name: &str| element(node, name);
    match at("Effect").map(|member| (member, member.value.text())) {
        None => report.add(&MISSING_EFFECT, &head, "add an Effect: Allow or Deny"),
        Some((_, Some("Allow" | "Deny"))) => {}
        Some((member, Some(word))) => {
            report.add(&INVALID_EFFECT, &of(&place.path, member), format!("{word:?} is neither \"Allow\" nor \"Deny\""));
        }
        Some((member, None)) => expect("string", &member_path(&place.path, &member.key), &member.value, report),
    }
    if let Some(member) = at("Sid") {
        expect("string", &member_path(&place.path, &member.key), &member.value, report);
    }
    for (name, opposite) in [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")] {
        if let (Some(_), Some(second)) = (at(name), at(opposite)) {
            let message = format!("{name} and {opposite} stand in one statement; keep one of them");
            report.add(&UNSUPPORTED_ELEMENT_COMBINATION, &of(&place.path, second), message);
        }
    }
    let has = |name: &str, opposite: &str| at(name).is_some() || at(opposite).is_some();
    if !has("Action", "NotAction") {
        report.add(&MISSING_ACTION, &head, "add Action or NotAction");
    }
    if !has("Resource", "NotResource") && kind != Kind::Trust {
        report.add(&MISSING_RESOURCE, &head, "add Resource or NotResource");
    }
    match kind {
        Kind::Resource | Kind::Trust | Kind::ResourceControl => {
            if !has("Principal", "NotPrincipal") {
                report.add(&MISSING_PRINCIPAL, &head, format!("a {} needs a Principal", kind.as_str()));
            }
        }
        Kind::Identity => {
            for member in ["Principal", "NotPrincipal"].into_iter().filter_map(at) {
                let message = format!("an identity policy has no {}; remove it", member.key);
                report.add(&UNSUPPORTED_PRINCIPAL, &of(&place.path, member), message);
            }
        }
        Kind::ServiceControl => {}
    }
    for member in ["Action", "NotAction", "Resource", "NotResource"].into_iter().filter_map(at) {
        strings(&member_path(&place.path, &member.key), &member.value, report);
    }
    for member in ["Principal", "NotPrincipal"].into_iter().filter_map(at) {
        principals(&member_path(&place.path, &member.key), &member.value, report);
    }
    if let Some(member) = at("Condition") {
        conditions(&member_path(&place.path, &member.key), &member.value, report);
    }
}

fn principals(path: &str, node: &Node, report: &mut Report) {
    match &node.json {
        // Which texts and lists may stand here, `principals` tells.
        Json::Text(_) | Json::List(_) => {}
        Json::Object(members) => {
            members.iter().for_each(|member| strings(&member_path(path, &member.key), &member.value, report));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => expect("object", path, node, report),
    }
}

fn conditions(path: &str, node: &Node, report: &mut Report) {
    let Some(operators) = node.members() else {
        expect("object", path, node, report);
        return;
    };
    for operator in operators {
        let path = member_path(path, &operator.key);
        let Some(keys) = operator.value.members() else {
            expect("object", &path, &operator.value, report);
            continue;
        };
        let mut seen: HashMap<String, &str> = HashMap::with_capacity(keys.len());
        for key in keys {
            if let Some(first) = seen.insert(key.key.to_ascii_lowercase(), &key.key) {
                let message = format!("{} is the same key as {first}; which one counts is not defined", key.key);
                report.add(&DUPLICATE_KEYS_WITH_DIFFERENT_CASE, &of(&path, key), message);
            }
            let path = member_path(&path, &key.key);
            for (at, value) in key.value.items().iter().enumerate() {
                if matches!(value.json, Json::Null | Json::List(_) | Json::Object(_)) {
                    let path = if key.value.is_list() { item_path(&path, at) } else { path.clone() };
                    expect("string", &path, value, report);
                }
            }
        }
    }
}

fn strings(path: &str, node: &Node, report: &mut Report) {
    for (at, item) in node.items().iter().enumerate() {
        let path = if node.is_list() { item_path(path, at) } else { path.to_owned() };
        expect("string", &path, item, report);
    }
}

fn known(members: &[Member], path: &str, names: &[&str], report: &mut Report) {
    for member in members {
        if !names.contains(&&*member.key) {
            let meant = names.iter().find(|name| member.key.eq_ignore_ascii_case(name));
            let hint = meant.map_or_else(String::new, |name| format!("; it is written {name}"));
            report.add(&INVALID_POLICY_ELEMENT, &of(path, member), format!("there is no element {}{hint}", member.key));
        }
    }
}

fn expect(wanted: &str, path: &str, node: &Node, report: &mut Report) {
    if node.json.type_name() != wanted {
        let place = Place { path: path.to_owned(), span: node.span.clone() };
        report.add(&DATA_TYPE_MISMATCH, &place, format!("this is of JSON type {}; {wanted} is expected", node.json.type_name()));
    }
}

fn of(path: &str, member: &Member) -> Place {
    Place { path: member_path(path, &member.key), span: member.key_span.start..member.value.span.end }
}

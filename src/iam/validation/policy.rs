//! A document as checks look at it: what can be understood of it, with the place of each part, and what the database knows of it.
//!
//! `document` refuses a policy with one mistake; this view passes over what has the wrong form ([`grammar`](super::grammar) has told
//! it) and keeps the rest, so that all mistakes are found at once.

use super::keys::{self, KeyFacts};
use super::operator::{self, Form};
use super::registry::Kind;
use super::tree::{Json, Member, Node};
use crate::iam::actions::Database;
use crate::iam::document::{Effect, Operator, Quantifier};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// A document.
pub(super) struct Policy<'a> {
    pub(super) kind: Kind,
    pub(super) source: &'a str,
    pub(super) root: &'a Node,
    /// Whether it is written in the version that has variables.
    pub(super) has_variables: bool,
    pub(super) statements: Vec<Statement<'a>>,
}

/// Where something stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) span: Range<usize>,
}

/// A text and where it stands.
pub(super) struct Text<'a> {
    pub(super) place: Place,
    pub(super) text: &'a str,
}

/// An element that is a text or a list of texts.
pub(super) struct Texts<'a> {
    pub(super) place: Place,
    pub(super) items: Vec<Text<'a>>,
}

/// One statement.
pub(super) struct Statement<'a> {
    pub(super) place: Place,
    pub(super) node: &'a Node,
    pub(super) effect: Option<Effect>,
    pub(super) sid: Option<Text<'a>>,
    pub(super) action: Option<Texts<'a>>,
    pub(super) not_action: Option<Texts<'a>>,
    pub(super) resource: Option<Texts<'a>>,
    pub(super) not_resource: Option<Texts<'a>>,
    pub(super) principal: Option<Principals<'a>>,
    pub(super) not_principal: Option<Principals<'a>>,
    pub(super) conditions: Vec<Condition<'a>>,
}

/// `Principal` or `NotPrincipal`.
pub(super) struct Principals<'a> {
    pub(super) place: Place,
    pub(super) node: &'a Node,
    /// Those of an object, with their key as it is written.
    pub(super) listed: Vec<(&'a str, Text<'a>)>,
}

/// One key under one operator.
pub(super) struct Condition<'a> {
    /// Of the key.
    pub(super) place: Place,
    /// The operator as it is written.
    pub(super) written: &'a str,
    pub(super) operator: Operator,
    /// What the operator does, where AWS has it.
    pub(super) form: Option<Form>,
    pub(super) key: &'a str,
    pub(super) lower: String,
    /// What is known of the key.
    pub(super) facts: Option<KeyFacts>,
    pub(super) values: Vec<Value<'a>>,
    pub(super) is_list: bool,
}

/// A value of a condition.
pub(super) struct Value<'a> {
    pub(super) place: Place,
    pub(super) node: &'a Node,
    /// Numbers and booleans are text to AWS.
    pub(super) text: Cow<'a, str>,
}

/// The path of a member.
pub(super) fn member_path(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The path of an item.
pub(super) fn item_path(path: &str, at: usize) -> String {
    format!("{path}[{at}]")
}

/// The member of an element name. AWS's name is meant whatever its case, and the right case comes first.
pub(super) fn element<'a>(node: &'a Node, name: &str) -> Option<&'a Member> {
    let members = node.members()?;
    members.iter().find(|member| *member.key == *name).or_else(|| members.iter().find(|member| member.key.eq_ignore_ascii_case(name)))
}

impl<'a> Policy<'a> {
    pub(super) fn of(source: &'a str, root: &'a Node, kind: Kind, database: &Database) -> Self {
        let version = element(root, "Version").and_then(|member| member.value.text());
        let mut known = HashMap::new();
        let statements = match element(root, "Statement") {
            None => Vec::new(),
            Some(member) => statements(member).map(|(place, node)| Statement::of(place, node, database, &mut known)).collect(),
        };
        Self { kind, source, root, has_variables: version == Some("2012-10-17"), statements }
    }

    /// All conditions of all statements.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (&Statement<'a>, &Condition<'a>)> {
        self.statements.iter().flat_map(|statement| statement.conditions.iter().map(move |condition| (statement, condition)))
    }
}

/// The statements, each with its place.
pub(super) fn statements(member: &Member) -> impl Iterator<Item = (Place, &Node)> {
    let in_list = member.value.is_list();
    member.value.items().iter().enumerate().map(move |(at, node)| {
        let path = if in_list { item_path(&member.key, at) } else { member.key.to_string() };
        (Place { path, span: node.span.clone() }, node)
    })
}

impl<'a> Statement<'a> {
    fn of(place: Place, node: &'a Node, database: &Database, known: &mut HashMap<String, Option<KeyFacts>>) -> Self {
        let member = |name: &str| element(node, name);
        let texts = |name: &str| member(name).map(|member| texts(&place.path, member));
        let effect = match member("Effect").and_then(|member| member.value.text()) {
            Some(word) if word.eq_ignore_ascii_case("Allow") => Some(Effect::Allow),
            Some(word) if word.eq_ignore_ascii_case("Deny") => Some(Effect::Deny),
            _ => None,
        };
        let sid = member("Sid").and_then(|member| {
            let place = Place { path: member_path(&place.path, &member.key), span: member.value.span.clone() };
            member.value.text().map(|text| Text { place, text })
        });
        let principals = |name: &str| member(name).map(|member| principals(&place.path, member));
        let mut conditions = Vec::new();
        if let Some(block) = member("Condition") {
            let path = member_path(&place.path, &block.key);
            for operator in block.value.members().unwrap_or_default() {
                let path = member_path(&path, &operator.key);
                for key in operator.value.members().unwrap_or_default() {
                    let lower = key.key.to_ascii_lowercase();
                    let facts = *known.entry(lower.clone()).or_insert_with(|| keys::facts(&lower, database));
                    conditions.push(Condition::of(&path, &operator.key, key, lower, facts));
                }
            }
        }
        Self {
            effect,
            sid,
            action: texts("Action"),
            not_action: texts("NotAction"),
            resource: texts("Resource"),
            not_resource: texts("NotResource"),
            principal: principals("Principal"),
            not_principal: principals("NotPrincipal"),
            conditions,
            place,
            node,
        }
    }

    pub(super) fn allows(&self) -> bool {
        self.effect == Some(Effect::Allow)
    }

    pub(super) fn denies(&self) -> bool {
        self.effect == Some(Effect::Deny)
    }

    /// The texts of `Action` and of `NotAction`.
    pub(super) fn all_actions(&self) -> impl Iterator<Item = &Text<'a>> {
        self.action.iter().chain(&self.not_action).flat_map(|texts| &texts.items)
    }

    /// The texts of `Resource` and of `NotResource`.
    pub(super) fn all_resources(&self) -> impl Iterator<Item = &Text<'a>> {
        self.resource.iter().chain(&self.not_resource).flat_map(|texts| &texts.items)
    }

    /// `Principal` and `NotPrincipal`.
    pub(super) fn all_principals(&self) -> impl Iterator<Item = &Principals<'a>> {
        self.principal.iter().chain(&self.not_principal)
    }

    /// Whether one of these keys, given in lower case, is in its condition.
    pub(super) fn has_key(&self, keys: &[&str]) -> bool {
        self.conditions.iter().any(|condition| keys.contains(&condition.lower.as_str()))
    }

    /// The texts of a kind of principal: `Service`.
    pub(super) fn principals_of(&self, kind: &str) -> impl Iterator<Item = &Text<'a>> {
        let listed = self.principal.iter().flat_map(|principals| &principals.listed);
        listed.filter(move |(key, _)| key.eq_ignore_ascii_case(kind)).map(|(_, text)| text)
    }
}

impl<'a> Condition<'a> {
    fn of(path: &str, operator: &'a str, member: &'a Member, lower: String, facts: Option<KeyFacts>) -> Self {
        let read = Operator::read(operator);
        let form = operator::form(&read.name);
        let place = Place { path: member_path(path, &member.key), span: member.key_span.clone() };
        let is_list = member.value.is_list();
        let values = member.value.items().iter().enumerate().filter_map(|(at, node)| {
            let path = if is_list { item_path(&place.path, at) } else { place.path.clone() };
            let text = match &node.json {
                Json::Text(text) | Json::Number(text) => Cow::Borrowed(&**text),
                Json::Bool(bool) => Cow::Owned(bool.to_string()),
                Json::Null | Json::List(_) | Json::Object(_) => return None,
            };
            Some(Value { place: Place { path, span: node.span.clone() }, node, text })
        });
        let values = values.collect();
        Self { place, written: operator, operator: read, form, key: &member.key, lower, facts, values, is_list }
    }

    /// Whether the key may be absent and the condition still hold.
    pub(super) fn holds_if_absent(&self) -> bool {
        self.operator.if_exists
            || self.operator.quantifier == Some(Quantifier::ForAllValues)
            || (self.form.is_some_and(|form| form.negated) && self.operator.quantifier.is_none())
    }
}

fn texts<'a>(path: &str, member: &'a Member) -> Texts<'a> {
    let place = Place { path: member_path(path, &member.key), span: member.key_span.clone() };
    Texts { items: items(&place.path, &member.value), place }
}

/// The texts of a value, passing over what is none.
fn items<'a>(path: &str, node: &'a Node) -> Vec<Text<'a>> {
    let is_list = node.is_list();
    let items = node.items().iter().enumerate().filter_map(|(at, item)| {
        let path = if is_list { item_path(path, at) } else { path.to_owned() };
        Some(Text { place: Place { path, span: item.span.clone() }, text: item.text()? })
    });
    items.collect()
}

fn principals<'a>(path: &str, member: &'a Member) -> Principals<'a> {
    let place = Place { path: member_path(path, &member.key), span: member.key_span.clone() };
    let members = member.value.members().unwrap_or_default();
    let listed =
        members.iter().flat_map(|kind| items(&member_path(&place.path, &kind.key), &kind.value).into_iter().map(|text| (&*kind.key, text)));
    Principals { listed: listed.collect(), place, node: &member.value }
}

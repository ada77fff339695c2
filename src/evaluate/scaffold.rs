//! The beginning of a rule file: `ledgerline rules new`.
//!
//! It asks for a real property of the type, with examples of every verdict, so that `rules check` and `rules test` have nothing to
//! say against it; the author replaces what is asked for. Made from the catalogue, it names calls as they are.

use crate::model::catalogue::{Catalogue, Field, FieldType, TypeSpec};
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use std::fmt::Write as _;

/// What an author named.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The rule's id.
    pub id: &'a str,
    /// The type that it judges, which the catalogue has.
    pub resource_type: &'a ResourceType,
    /// Where an editor finds the schema, from the file.
    pub schema: &'a str,
}

/// What the scaffold asks of a property.
struct Question {
    path: ArcStr,
    assert: String,
    good: String,
    bad: String,
}

/// Whether a text can be a rule's id, or a pack's name.
pub fn is_id(text: &str) -> bool {
    super::rulefile::check::is_id(text)
}

/// The text of the file; none where the catalogue does not have the type.
pub fn write(wanted: Wanted<'_>, catalogue: &Catalogue) -> Option<String> {
    let Wanted { id, resource_type, schema } = wanted;
    let spec = catalogue.find(resource_type)?;
    let Question { path, assert, good, bad } = question(spec);
    let thing = thing(resource_type);
    let of_property = path != "name";
    let given = |value: &str| if of_property { format!("properties: {{ {value} }}") } else { value.to_owned() };
    let mut text = format!(
        "\
# yaml-language-server: $schema={schema}
id: {id}   # names the fault, as the file does
title: TODO, the good state of the {thing}
status: preview   # stable once every verdict was seen; until then `rules.preview` or --rule loads it
since: 0.1.0
pillar: operations   # cost, tagging, security, reliability, operations
severity: medium   # critical, high, medium, low, info
resource: {resource_type}
params:
  exempt: {{ type: list, default: [], help: names that need not be so }}
when: \"!(name in params.exempt)\"
assert: '{assert}'
message: \"{thing} {{{{ name }}}} has {path} {{{{ {path} }}}}\"
why: TODO, what goes wrong where it is otherwise.
remedy: {{ text: \"TODO, a step that mends it.\" }}
# controls: {{ security-hub: [DynamoDB.1] }}   # `ledgerline rules docs` lists frameworks
examples:
  - {{ expect: pass, {} }}
  - {{ expect: fail, {}, message: \"has {path}\" }}
  - {{ expect: not_applicable, name: old, params: {{ exempt: [old] }}, {} }}
",
        given(&good),
        given(&bad),
        if of_property { given(&bad) } else { "tags: {}".to_owned() },
    );
    let call = path.parse::<Path>().ok().filter(|_| of_property).and_then(|path| spec.call_of(&path));
    if let Some(call) = call.filter(|call| spec.listing.as_ref() != Some(call)) {
        // Writing to a string cannot fail.
        _ = writeln!(text, "  - {{ expect: unknown, gaps: {{ {path}: \"AccessDenied {call}\" }} }}");
    }
    if let Some(note) = readable(spec) {
        _ = writeln!(text, "# {resource_type} has: {note}");
    }
    Some(text)
}

/// A type in small words: `AWS::DynamoDB::Table` is a table.
fn thing(resource_type: &ResourceType) -> String {
    let last = resource_type.as_str().rsplit("::").next().unwrap_or_default();
    let mut words = String::new();
    for (position, letter) in last.char_indices() {
        let starts =
            letter.is_ascii_uppercase() && last.get(..position).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_lowercase()));
        if starts {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// The properties that a rule may read, for the author's eyes.
fn readable(spec: &TypeSpec) -> Option<String> {
    let fields = spec.properties.fields().filter(|fields| !fields.is_empty())?;
    let names: Vec<&str> = fields.keys().map(ArcStr::as_str).collect();
    Some(names.join(", "))
}

/// A question about the plainest property: one of two words, then true or false, a number, a text; the resource's name where
/// there is none.
fn question(spec: &TypeSpec) -> Question {
    let none = std::collections::BTreeMap::new();
    let fields = spec.properties.fields().unwrap_or(&none);
    let plain = fields.iter().filter(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric()));
    let asked = plain.filter_map(|(name, field)| Some((rank(field)?, name, field))).min_by_key(|(rank, ..)| *rank);
    let by_name = || Question {
        path: "name".into(),
        assert: "name.startsWith(\"good-\")".to_owned(),
        good: "name: good-one".to_owned(),
        bad: "name: bad-one".to_owned(),
    };
    asked.and_then(|(_, name, field)| ask(name, field)).unwrap_or_else(by_name)
}

/// How good a property is to begin with; the less, the better.
fn rank(field: &Field) -> Option<u8> {
    let kind = match &field.ty {
        FieldType::String { values } if values.len() > 1 => 0,
        FieldType::Bool => 1,
        FieldType::Int => 2,
        FieldType::String { values } if values.is_empty() => 3,
        _ => return None,
    };
    Some(kind + if field.always { 0 } else { 10 })
}

fn ask(name: &ArcStr, field: &Field) -> Option<Question> {
    let path = arcstr::format!("properties.{name}");
    let (assert, good, bad) = match &field.ty {
        FieldType::String { values } => match values.as_slice() {
            [good, bad, ..] => (format!("{path} == \"{good}\""), format!("\"{good}\""), format!("\"{bad}\"")),
            _ => (format!("{path} != \"\""), "x".to_owned(), "\"\"".to_owned()),
        },
        FieldType::Bool => (path.to_string(), "true".to_owned(), "false".to_owned()),
        FieldType::Int => (format!("{path} >= 1"), "1".to_owned(), "0".to_owned()),
        _ => return None,
    };
    let assert = if field.always { assert } else { format!("has({path}) && {assert}") };
    Some(Question { assert, good: format!("{name}: {good}"), bad: format!("{name}: {bad}"), path })
}

#[cfg(test)]
#[path = "scaffold_tests.rs"]
mod tests;

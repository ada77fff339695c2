//! A selection: what its lists mean together.
//!
//! From the API reference of BackupSelection and "Assign resources with AWS CLI" of the AWS Backup developer guide:
//! `Resources` are ARNs, any of them, with `*`; `ListOfTags` adds what has any of its tags; `Conditions` take away what does
//! not meet all of them; `NotResources` takes away more. A selection with neither resources nor tags begins with everything.
//!
//! Two things are not written anywhere, and are not decided here where they would decide: what `Conditions` do to resources
//! that only `ListOfTags` brought in, and whether a condition of the negated kind holds for a resource without the tag.

use crate::model::{Gap, GapKind, Value};

/// What a selection says of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is meant.
    Yes,
    /// It is not.
    No,
    /// Nobody can tell.
    Undecidable(&'static str),
}

/// A selection.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    resources: Vec<String>,
    not_resources: Vec<String>,
    any_tags: Vec<(String, String)>,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Condition {
    like: bool,
    negated: bool,
    key: String,
    value: String,
}

const UNTAGGED: Answer =
    Answer::Undecidable("a condition that excludes a tag's value does not say what holds for resources without the tag");
const MIXED: Answer = Answer::Undecidable("the selection mixes ListOfTags with Conditions, and only one of them means the resource");

/// Reads a selection in CloudFormation's words. Lists that are absent are empty, as in templates.
///
/// # Errors
/// Where something is not known, or is no selection.
pub fn read(value: &Value) -> Result<Selection, Gap> {
    if let Some(gap) = value.first_gap() {
        return Err(Gap::clone(gap));
    }
    if value.as_map().is_none() {
        return Err(odd("a selection must be a map"));
    }
    let mut selection = Selection {
        resources: texts(value.get("Resources"))?,
        not_resources: texts(value.get("NotResources"))?,
        any_tags: pairs(value.get("ListOfTags"))?,
        conditions: Vec::new(),
    };
    for (kind, like, negated) in
        [("StringEquals", false, false), ("StringLike", true, false), ("StringNotEquals", false, true), ("StringNotLike", true, true)]
    {
        let pairs = pairs(value.get("Conditions").and_then(|conditions| conditions.get(kind)))?;
        selection.conditions.extend(pairs.into_iter().map(|(key, value)| Condition { like, negated, key, value }));
    }
    Ok(selection)
}

impl Selection {
    /// Whether tags may decide.
    pub fn asks_for_tags(&self) -> bool {
        !self.any_tags.is_empty() || !self.conditions.is_empty()
    }

    /// Whether it means a resource.
    pub fn means(&self, arn: &str, tags: &[(&str, &str)]) -> Answer {
        if self.not_resources.iter().any(|pattern| matches(pattern, arn)) {
            return Answer::No;
        }
        let value = |key: &str| tags.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        let everything = self.resources.is_empty() && self.any_tags.is_empty();
        let named = everything || self.resources.iter().any(|pattern| matches(pattern, arn));
        let tagged = self.any_tags.iter().any(|(key, wanted)| value(key) == Some(wanted.as_str()));
        if !named && !tagged {
            return Answer::No;
        }
        let mut met = Answer::Yes;
        for condition in &self.conditions {
            match condition.holds(value(&condition.key)) {
                Answer::Yes => {}
                Answer::No => {
                    met = Answer::No;
                    break;
                }
                unsure @ Answer::Undecidable(_) => met = unsure,
            }
        }
        match met {
            Answer::Yes => Answer::Yes,
            // Brought in by a tag, kept out by a condition: nowhere is written which of the two wins.
            Answer::No | Answer::Undecidable(_) if tagged => MIXED,
            not_met => not_met,
        }
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> Answer {
        let Some(value) = value else {
            return if self.negated { UNTAGGED } else { Answer::No };
        };
        let same = if self.like { matches(&self.value, value) } else { self.value == value };
        if same == self.negated { Answer::No } else { Answer::Yes }
    }
}

/// `*` is any run of characters; nothing else is special. Case matters.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = tail.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

fn texts(list: Option<&Value>) -> Result<Vec<String>, Gap> {
    let Some(list) = list.filter(|list| !matches!(list, Value::Null)) else { return Ok(Vec::new()) };
    let items = list.as_list().ok_or_else(|| odd("the resources of a selection must be a list"))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| odd("a resource of a selection must be text"))).collect()
}

/// Keys with values. The key of a tag may be written with or without `aws:ResourceTag/` before it.
fn pairs(list: Option<&Value>) -> Result<Vec<(String, String)>, Gap> {
    let Some(list) = list.filter(|list| !matches!(list, Value::Null)) else { return Ok(Vec::new()) };
    let items = list.as_list().ok_or_else(|| odd("the conditions of a selection must be lists"))?;
    let text = |item: &Value, key: &str| {
        item.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| odd("a condition lacks its key or value"))
    };
    items
        .iter()
        .map(|item| {
            let key = text(item, "ConditionKey")?;
            let key = key.strip_prefix("aws:ResourceTag/").map(str::to_owned).unwrap_or(key);
            Ok((key, text(item, "ConditionValue")?))
        })
        .collect()
}

fn odd(detail: &'static str) -> Gap {
    Gap::new(GapKind::Undecidable, detail)
}

//! What the store keeps of a finding beyond its row: the JSON of the result, read for the page. What a later version writes otherwise is
//! left out; a page that shows less is better than none.

use super::component::{foldable, lines, text};
use crate::model::rule::{Controls, Remedy};
use crate::model::value::Time;
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The details of a finding.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// How to mend it.
    pub remedy: Remedy,
    /// Framework → control ids.
    pub controls: Controls,
    /// The resource's tags; null where they are not known.
    pub tags: Value,
    /// The waiver that covers it.
    pub waiver: Option<Waived>,
    /// Policies to put in the place of one, as `ledgerline iam minimize` writes them.
    pub replacement: Vec<Value>,
    /// USD a month that the resource costs.
    pub monthly_cost_usd: Option<crate::model::Money>,
}

/// One place that was read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Where.
    pub path: String,
    /// What stood there.
    pub observed: Value,
    /// What the rule compares it with; null where that is no plain comparison.
    pub expected: Value,
    /// The call that brought it.
    pub call: Option<String>,
}

/// What is told of a waiver.
#[derive(Clone, Debug, Deserialize)]
pub struct Waived {
    /// Who took the responsibility.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires: Time,
}

impl Details {
    /// Reads them, part by part: one that cannot be read takes no other along.
    pub fn read(json: &Value) -> Self {
        fn part<T: DeserializeOwned>(json: &Value, key: &str) -> Option<T> {
            serde_json::from_value(json.get(key)?.clone()).ok()
        }
        Self {
            evidence: part(json, "evidence").unwrap_or_default(),
            remedy: part(json, "remedy").unwrap_or_default(),
            controls: part(json, "controls").unwrap_or_default(),
            tags: json.pointer("/resource/tags").cloned().unwrap_or_default(),
            waiver: part(json, "waiver"),
            replacement: part(json, "replacement").unwrap_or_default(),
            monthly_cost_usd: part(json, "monthly_cost_usd"),
        }
    }
}

/// A JSON value as people read it: text without quotes, what is long behind its beginning.
pub fn value(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.absent { "absent" } },
        Value::Bool(_) | Value::Number(_) => html! { code { (value) } },
        Value::String(whole) if whole.is_empty() => html! { span.absent { "empty text" } },
        Value::String(whole) => html! { code { (foldable(whole, 160)) } },
        Value::Array(_) | Value::Object(_) => {
            let short = value.to_string();
            if short.chars().nth(90).is_none() {
                return html! { code { (text(&short)) } };
            }
            let pretty = serde_json::to_string_pretty(value).unwrap_or(short);
            if pretty.lines().nth(14).is_none() {
                return html! { pre.json tabindex="0" { code { (lines(&pretty)) } } };
            }
            html! { details.fold { summary { (summary(value)) } pre.json tabindex="0" { code { (lines(&pretty)) } } } }
        }
    }
}

fn summary(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(entries) => {
            let keys: Vec<&str> = entries.keys().take(4).map(String::as_str).collect();
            format!("{{ {}{} }}", crate::telemetry::printable(&keys.join(", ")), if entries.len() > 4 { ", …" } else { "" })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => "a value".to_owned(),
    }
}

/// Tags, or that they are not known.
pub fn tags(tags: &Value) -> Markup {
    let Some(entries) = tags.as_object() else { return html! { span.absent { "not known" } } };
    html! {
        @if entries.is_empty() { span.absent { "none" } }
        @else {
            ul.tags {
                @for (key, value) in entries {
                    li { span.key { (foldable(key, 120)) } span.value { (foldable(value.as_str().unwrap_or_default(), 120)) } }
                }
            }
        }
    }
}

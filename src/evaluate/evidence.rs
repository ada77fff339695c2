//! What a verdict rests on: every place that the rule read, with what stood there and the call that brought it; and what it
//! lacks where it is `unknown`, as one plain sentence.

use super::expr::Frame;
use super::rule::Rule;
use crate::model::catalogue::Catalogue;
use crate::model::coverage::declares;
use crate::model::inventory::Known;
use crate::model::verdict::Evidence;
use crate::model::{Gap, GapKind, Path, Resource, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// The most items of a list that evidence keeps of a part; the rest is counted.
const MOST: usize = 8;

/// One entry a place, sorted, behind the part that is judged where the rule judges part by part: it may have been computed, and stand
/// nowhere in the resource. A place that is not there is observed as null.
pub(super) fn collect(rule: &Rule, frame: &Frame<'_>, catalogue: &Catalogue) -> Vec<Evidence> {
    let resource = frame.resource();
    let spec = catalogue.find(&resource.resource_type);
    let part = rule.body.each.as_ref().zip(frame.item());
    let part = part.map(|(each, item)| Evidence { path: each.name.clone(), observed: shortened(item), expected: None, call: None });
    let places = rule.body.observed.iter();
    let places = places.map(|path| Evidence {
        path: path.clone(),
        observed: resource.at(path).cloned().unwrap_or(Value::Null),
        expected: expected(rule, path, frame),
        call: spec.and_then(|spec| spec.call_of(path)),
    });
    part.into_iter().chain(places).collect()
}

/// The value with the beginnings of its lists only: what is judged part by part may be hundreds of ways or statements.
fn shortened(value: &Value) -> Value {
    match value {
        Value::List(items) => {
            let more = items.len().saturating_sub(MOST);
            let rest = (more > 0).then(|| Value::str(format!("and {more} more")));
            Value::List(items.iter().take(MOST).map(shortened).chain(rest).collect())
        }
        Value::Map(map) => map.with_values(shortened),
        other => other.clone(),
    }
}

/// What the rule compares a place with. Of several comparisons (a least and a most) all are said.
fn expected(rule: &Rule, path: &Path, frame: &Frame<'_>) -> Option<Value> {
    let mut comparisons =
        rule.body.assert.expected().iter().filter(|expected| expected.path() == path).map(|expected| expected.value(frame));
    let first = comparisons.next()?;
    let more: Vec<Value> = comparisons.collect();
    if more.is_empty() {
        return Some(first);
    }
    let words: Vec<String> = std::iter::once(&first).chain(&more).map(Value::to_text).collect();
    Some(Value::str(words.join(", ")))
}

/// Where a gap stands, of the places that the rule read.
pub(super) fn place_of(gap: &Arc<Gap>, rule: &Rule, resource: &Resource, environment: &Known<ArcStr>) -> Option<Path> {
    if matches!(environment, Known::Gap(unknown) if Arc::ptr_eq(unknown, gap)) {
        return Some(Path::root("environment"));
    }
    rule.body.observed.iter().find_map(|path| {
        let value = resource.at(path)?;
        let mut found = Vec::new();
        value.gaps(path, &mut found);
        found.into_iter().find(|(_, other)| Arc::ptr_eq(other, gap)).map(|(path, _)| path)
    })
}

/// Why something is not known: what, which call, and the permission that would mend it. Without the resource's name. `what` is what could not be read: a path, a list.
pub(super) fn sentence(gap: &Gap, what: &str) -> String {
    let call = gap.call.as_ref().map(crate::model::CallId::as_str);
    match (gap.kind, call) {
        (GapKind::Denied, Some(call)) => {
            let missing = gap.permission.as_ref().map(|permission| format!("; grant {permission}")).unwrap_or_default();
            format!("{what} could not be read: AWS denied {call}{missing}")
        }
        (GapKind::Denied, None) => format!("{what} could not be read: {}", gap.detail),
        (GapKind::Throttled, Some(call)) => format!("{what} could not be read: {call} was throttled until the retries ended"),
        (GapKind::Unreachable, Some(call)) => format!("{what} could not be read: {call} got no answer ({})", gap.detail),
        (GapKind::Broken, Some(call)) => format!("{what} could not be read: {call} gave an answer that makes no sense ({})", gap.detail),
        (GapKind::Throttled | GapKind::Unreachable | GapKind::Broken, None) => format!("{what} could not be read: {}", gap.detail),
        (GapKind::NotEnabled, Some(call)) => format!("{what} could not be read: {call} is not enabled for the account or region"),
        // A file that declares resources was not asked anything.
        (GapKind::NotRecorded, Some(call)) if declares(call) => format!("{what} is {}", gap.detail),
        (GapKind::NotRecorded, Some(call)) => format!("{what} was not recorded: {call} was not asked"),
        (GapKind::NotRecorded, None) => format!("{what} was not recorded: {}", gap.detail),
        (GapKind::KnownAfterApply, _) if gap.detail == "known after apply" => format!("{what} is known after apply"),
        (GapKind::KnownAfterApply, _) => format!("{what} is not known before it is applied: {}", gap.detail),
        // These name what they speak of themselves.
        (GapKind::Absent, _) => gap.detail.to_string(),
        (GapKind::NotEnabled, None) | (GapKind::StepLimit | GapKind::Failed | GapKind::Price | GapKind::Undecidable, _) => {
            gap.detail.to_string()
        }
    }
}

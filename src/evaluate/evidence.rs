//! What a verdict rests on: every place that the rule read, with what stood there and the call that brought it.

use super::expr::Frame;
use super::rule::Rule;
use crate::model::catalogue::Catalogue;
use crate::model::inventory::Known;
use crate::model::verdict::Evidence;
use crate::model::{Gap, Path, Resource, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// One entry a place, sorted. A place that is not there is observed as null.
pub(super) fn collect(rule: &Rule, frame: &Frame<'_>, catalogue: &Catalogue) -> Vec<Evidence> {
    let resource = frame.resource();
    let spec = catalogue.find(&resource.resource_type);
    let places = rule.body.observed.iter();
    places
        .map(|path| Evidence {
            path: path.clone(),
            observed: resource.at(path).cloned().unwrap_or(Value::Null),
            expected: expected(rule, path, frame),
            call: spec.and_then(|spec| spec.call_of(path)),
        })
        .collect()
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

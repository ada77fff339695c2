//! A resource in the making: what was read of it so far, and what became of each call that was made for it.
//!
//! Every service that asks once a resource works alike: a call that fails leaves its own gap and keeps no other from being
//! made; a resource that is gone meanwhile is dropped. That is written here, once.

use super::failure::Failure;
use super::scope::{Scope, Yield};
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{Gap, GapKind, Path, Resource, ResourceId};
use arcstr::ArcStr;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};
use std::borrow::Cow;

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;

/// A JSON object under construction.
#[derive(Clone, Debug, Default)]
pub struct Object(Map<String, Value>);

impl Object {
    /// Sets a key.
    pub fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Sets a key where there is a value.
    pub fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Takes all of another in.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The object.
    pub fn done(self) -> Value {
        Value::Object(self.0)
    }
}

impl std::ops::Index<&str> for Object {
    type Output = Value;

    /// What stands under a key; null where nothing does.
    fn index(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }
}

/// A time as properties have it: RFC 3339 in UTC.
pub fn time(time: Option<&DateTime>) -> Option<String> {
    time?.fmt(Format::DateTime).ok()
}

/// A resource in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    resource_type: Cow<'static, str>,
    /// Its canonical id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// Its tags, where a call of the service brings them: an object.
    pub tags: Value,
    /// Its properties.
    pub properties: Object,
    /// Its state.
    pub state: Object,
    /// What is not known for a fault in an answer.
    pub gaps: Vec<GapRecord>,
    answers: Vec<(&'static str, Result<(), Failure>)>,
}

impl Draft {
    /// A resource of which nothing is known but its name.
    pub fn new(resource_type: impl Into<Cow<'static, str>>, id: impl Into<ResourceId>, name: impl Into<String>) -> Self {
        Self {
            resource_type: resource_type.into(),
            id: id.into(),
            name: name.into(),
            tags: Value::Null,
            properties: Object::default(),
            state: Object::default(),
            gaps: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Takes an answer in; none where it says that the resource is gone. A failure becomes the gap of all that the
    /// catalogue says the call brings.
    pub fn take<T>(&mut self, call: &'static str, answer: Result<T, Failure>, read: impl FnOnce(&mut Self, T)) -> Option<()> {
        let answer = match answer {
            Ok(answer) => {
                read(self, answer);
                Ok(())
            }
            Err(failure) if failure.vanished() => return None,
            Err(failure) => Err(failure),
        };
        self.answers.push((call, answer));
        Some(())
    }

    /// Notes that one thing is not known although its call was answered: `root` is `properties` or `state`.
    pub fn unsure(&mut self, (root, key): (&str, &str), call: &'static str, kind: GapKind, detail: impl Into<ArcStr>) {
        let gap = Gap { call: Some(call.into()), ..Gap::new(kind, detail) };
        self.gaps.push(GapRecord { path: Path::root(root).key(key), gap });
    }

    /// Notes that one thing could not be asked for where a call failed that tells how: it is unknown for the same reason.
    pub fn without(&mut self, (root, key): (&str, &str), call: &'static str) {
        let failures = self.answers.iter().filter(|(answered, _)| *answered == call).filter_map(|(_, answer)| answer.as_ref().err());
        let gaps: Vec<Gap> = failures.map(|failure| failure.gap(&call.into())).collect();
        self.gaps.extend(gaps.into_iter().map(|gap| GapRecord { path: Path::root(root).key(key), gap }));
    }

    /// Notes that an answer lacks what AWS always sends: that is no absence.
    pub fn lacks(&mut self, place: (&str, &str), call: &'static str) {
        let detail = format!("{call} was answered without {} of {}", place.1, self.name);
        self.unsure(place, call, GapKind::Broken, detail);
    }

    fn into_resource(self, cx: &Scope<'_>) -> Resource {
        let record = ResourceRecord {
            id: self.id,
            resource_type: self.resource_type.as_ref().into(),
            name: self.name.into(),
            account: cx.place.account.clone(),
            region: cx.place.region.clone(),
            tags: self.tags,
            properties: self.properties.done(),
            state: self.state.done(),
            gaps: self.gaps,
            origin: None,
        };
        let mut resource = Resource::from_record(&record, cx.request.catalogue, cx.request.interner);
        for (call, answer) in &self.answers {
            if let Err(failure) = answer {
                cx.gap(&mut resource, call, failure);
            }
        }
        resource
    }
}

impl Yield {
    /// Enters a resource, with what became of each call for it in the rows of coverage.
    pub fn enter(&mut self, cx: &Scope<'_>, draft: Draft) {
        for (call, answer) in &draft.answers {
            self.answered(cx, &draft.resource_type, call, answer);
        }
        self.resources.push(draft.into_resource(cx));
    }
}

//! A resource in the making: what the rows put where, and what is not known of it.

use super::contents::Kind;
use super::instance::Instance;
use super::table::Mapping;
use crate::model::coverage::{PLAN, STATE};
use crate::model::path::Step;
use crate::model::resource::{GapRecord, Origin, ResourceRecord};
use crate::model::{AccountId, CallId, Gap, GapKind, Path, Region, ResourceType};
use arcstr::ArcStr;
use serde_json::{Map, Value};

/// A resource in the making.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Where it comes from.
    pub instance: &'a Instance,
    /// The table of its type.
    pub mapping: &'static Mapping,
    /// What it becomes.
    pub resource_type: &'static ResourceType,
    /// Its canonical id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'static str,
    /// `properties`, `state` and `tags`.
    pub body: Value,
    /// What is not known.
    pub gaps: Vec<GapRecord>,
}

/// What a row yields: a value, with what inside of it is not known; neither where there is nothing.
#[derive(Debug, Default)]
pub struct Made {
    /// The value.
    pub value: Option<Value>,
    /// What is not known, from here.
    pub gaps: Vec<(Vec<Step>, Gap)>,
}

impl Made {
    /// Nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A value.
    pub fn value(value: impl Into<Value>) -> Self {
        Self { value: Some(value.into()), gaps: Vec::new() }
    }

    /// Not known as a whole.
    pub fn gap(gap: Gap) -> Self {
        Self { value: None, gaps: vec![(Vec::new(), gap)] }
    }

    /// Whether it is nothing: neither a value nor unknown.
    pub fn is_nothing(&self) -> bool {
        self.value.is_none() && self.gaps.is_empty()
    }

    /// Takes another in at a key path; objects are made on the way.
    pub fn put(&mut self, keys: &[ArcStr], made: Made) {
        if let Some(value) = made.value {
            place(self.value.get_or_insert_with(|| Value::Object(Map::new())), keys, value);
        }
        let steps = || keys.iter().cloned().map(Step::Key);
        self.gaps.extend(made.gaps.into_iter().map(|(rest, gap)| (steps().chain(rest).collect(), gap)));
    }
}

/// Puts a value at a path of keys. Where it meets an object, it fills it up.
pub fn place(tree: &mut Value, keys: &[ArcStr], value: Value) {
    let Some((key, rest)) = keys.split_first() else {
        match (&mut *tree, value) {
            (Value::Object(old), Value::Object(new)) => {
                for (key, value) in new {
                    place(old.entry(key).or_insert(Value::Null), &[], value);
                }
            }
            (_, value) => *tree = value,
        }
        return;
    };
    if !tree.is_object() {
        *tree = Value::Object(Map::new());
    }
    if let Value::Object(map) = tree {
        place(map.entry(key.as_str()).or_insert(Value::Null), rest, value);
    }
}

/// The paths of what stands in objects.
fn leaves(value: &Value, here: &mut Vec<Step>, found: &mut Vec<Path>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                here.push(Step::Key(key.as_str().into()));
                leaves(value, here, found);
                here.pop();
            }
        }
        _ => found.push(Path::new(here.clone())),
    }
}

/// What the file could not tell.
#[derive(Clone, Copy, Debug)]
pub struct Silence {
    kind: Kind,
}

impl Silence {
    /// In a file of this kind.
    pub fn of(kind: Kind) -> Self {
        Self { kind }
    }

    /// The call that stands for reading the file, in coverage and gaps.
    pub fn call(self) -> CallId {
        match self.kind {
            Kind::Plan => PLAN.into(),
            Kind::State => STATE.into(),
        }
    }

    fn gap(self, kind: GapKind, detail: ArcStr) -> Gap {
        Gap { call: Some(self.call()), ..Gap::new(kind, detail) }
    }

    /// It is known only after the apply.
    pub fn after_apply(self) -> Gap {
        self.gap(GapKind::KnownAfterApply, arcstr::literal!("known after apply"))
    }

    /// It is marked as sensitive.
    pub fn sensitive(self) -> Gap {
        self.gap(GapKind::NotRecorded, arcstr::literal!("sensitive: Terraform marks it so, and it is not read"))
    }

    /// Neither plans nor states have it, or our tables do not.
    pub fn untold(self) -> Gap {
        self.gap(GapKind::NotRecorded, arcstr::literal!("not told by Terraform"))
    }

    /// It should be a document, and is none.
    pub fn no_document(self) -> Gap {
        self.gap(GapKind::Undecidable, arcstr::literal!("the document is not a JSON object"))
    }

    /// It has a shape that the table does not expect.
    pub fn odd(self) -> Gap {
        self.gap(GapKind::Broken, arcstr::literal!("it is not as the provider's schema has it"))
    }
}

impl Draft<'_> {
    /// Takes in what a row yields, from the root.
    pub fn put(&mut self, keys: &[ArcStr], made: Made) {
        let mut whole = Made { value: Some(std::mem::take(&mut self.body)), gaps: Vec::new() };
        whole.put(keys, made);
        self.body = whole.value.unwrap_or_default();
        self.gaps.extend(whole.gaps.into_iter().map(|(steps, gap)| GapRecord { path: Path::new(steps), gap }));
    }

    /// Takes in what a part says of it: that counts more than what its own attributes leave open.
    pub fn replace(&mut self, made: Made) {
        let mut told = Vec::new();
        if let Some(value) = &made.value {
            leaves(value, &mut Vec::new(), &mut told);
        }
        self.gaps.retain(|gap| !told.iter().any(|told| told.is_within(&gap.path)));
        self.put(&[], made);
    }

    /// One more item of a list.
    pub fn append(&mut self, path: &Path, made: Made) {
        let keys: Vec<ArcStr> =
            path.steps().iter().filter_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None }).collect();
        let pointer: String = keys.iter().flat_map(|key| ["/", key.as_str()]).collect();
        if !matches!(self.body.pointer(&pointer), Some(Value::Array(_))) {
            place(&mut self.body, &keys, Value::Array(Vec::new()));
        }
        let Some(Value::Array(items)) = self.body.pointer_mut(&pointer) else { return };
        // An attachment may also stand in the owner's own attributes.
        if made.gaps.is_empty() && made.value.as_ref().is_some_and(|value| items.contains(value)) {
            return;
        }
        let index = items.len();
        items.push(made.value.unwrap_or_default());
        for (rest, gap) in made.gaps {
            let steps = path.steps().iter().cloned().chain([Step::Index(index)]).chain(rest).collect();
            self.gaps.push(GapRecord { path: Path::new(steps), gap });
        }
    }

    /// The record of it.
    pub fn into_record(self, file: &ArcStr) -> ResourceRecord {
        let mut body = self.body;
        let mut root = |key: &str| body.get_mut(key).map(Value::take).unwrap_or_default();
        ResourceRecord {
            tags: root("tags"),
            properties: root("properties"),
            state: root("state"),
            id: self.id.into(),
            resource_type: self.resource_type.clone(),
            name: self.name.into(),
            account: self.account,
            region: self.region,
            gaps: self.gaps,
            origin: Some(Origin { file: file.clone(), address: self.instance.address.as_str().into(), line: None }),
        }
    }
}

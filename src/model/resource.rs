//! One resource, in CloudFormation's words.

use super::catalogue::{Catalogue, TypeSpec};
use super::{AccountId, CallId, Gap, Interner, Path, Region, ResourceId, ResourceType, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A resource as a source saw it.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Canonical id: the ARN where AWS gives one.
    pub id: ResourceId,
    /// CloudFormation type.
    pub resource_type: ResourceType,
    /// The name that people know it by.
    pub name: arcstr::ArcStr,
    /// The account it lives in.
    pub account: AccountId,
    /// The region it lives in, or `global`.
    pub region: Region,
    /// Tag keys to values: a map of text, or a gap.
    pub tags: Value,
    /// Properties with the names and shapes of the CloudFormation resource schema.
    pub properties: Value,
    /// What only a live account has.
    pub state: Value,
    /// Where it is written, for one that was read from a plan, a state or a template; none for what is live.
    pub origin: Option<Arc<Origin>>,
}

/// Where a resource is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, as it was named.
    pub file: arcstr::ArcStr,
    /// Its address in there: `module.data.aws_dynamodb_table.users[0]`, or a template's logical id.
    pub address: arcstr::ArcStr,
    /// The line that it begins on, counted from 1; none where the file has no lines worth naming, as a plan has none.
    pub line: Option<u32>,
}

impl Origin {
    /// The place as people follow it: `template.yaml:12, UsersTable`.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}, {}", self.file, self.address),
            None => format!("{}, {}", self.file, self.address),
        }
    }
}

/// A resource as JSON: the line of a recording and the row of the API. Times are text; gaps stand beside the values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResourceRecord {
    /// See [`Resource::id`].
    pub id: ResourceId,
    /// See [`Resource::resource_type`].
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// See [`Resource::name`].
    pub name: arcstr::ArcStr,
    /// See [`Resource::account`].
    pub account: AccountId,
    /// See [`Resource::region`].
    pub region: Region,
    /// See [`Resource::tags`]; an empty object where they are a gap.
    #[serde(default)]
    pub tags: serde_json::Value,
    /// See [`Resource::properties`].
    #[serde(default)]
    pub properties: serde_json::Value,
    /// See [`Resource::state`].
    #[serde(default)]
    pub state: serde_json::Value,
    /// What could not be read, by path.
    #[serde(default)]
    pub gaps: Vec<GapRecord>,
    /// See [`Resource::origin`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One gap with its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GapRecord {
    /// Where, from the resource's root.
    pub path: Path,
    /// Why.
    #[serde(flatten)]
    pub gap: Gap,
}

impl Resource {
    /// Builds a resource from its record. Where the catalogue knows the type, times and decimals are read from their
    /// text; types that it does not know keep JSON's.
    pub fn from_record(record: &ResourceRecord, catalogue: &Catalogue, interner: &Interner) -> Self {
        let spec = catalogue.find(&record.resource_type);
        let typed = |json: &serde_json::Value, pick: fn(&TypeSpec) -> &super::catalogue::FieldType| match (json, spec) {
            (serde_json::Value::Null, _) => Value::empty_map(),
            (json, Some(spec)) => pick(spec).read(json, interner),
            (json, None) => Value::from_json(json, interner),
        };
        let mut resource = Self {
            id: record.id.clone(),
            resource_type: interned(&record.resource_type, interner),
            name: record.name.clone(),
            account: AccountId::new(interner.string(record.account.as_str())),
            region: Region::new(interner.string(record.region.as_str())),
            tags: if record.tags.is_null() { Value::empty_map() } else { Value::from_json(&record.tags, interner) },
            properties: typed(&record.properties, |spec| &spec.properties),
            state: typed(&record.state, |spec| &spec.state),
            origin: record.origin.clone().map(Arc::new),
        };
        for GapRecord { path, gap } in &record.gaps {
            resource.put_gap(path, &Arc::new(gap.clone()), interner);
        }
        resource
    }

    /// The record of this resource.
    pub fn to_record(&self) -> ResourceRecord {
        ResourceRecord {
            id: self.id.clone(),
            resource_type: self.resource_type.clone(),
            name: self.name.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            tags: without_gaps(&self.tags),
            properties: without_gaps(&self.properties),
            state: without_gaps(&self.state),
            origin: self.origin.as_deref().cloned(),
            gaps: self.gaps().into_iter().map(|(path, gap)| GapRecord { path, gap: Gap::clone(gap) }).collect(),
        }
    }

    /// Marks a path as not known.
    pub fn put_gap(&mut self, path: &Path, gap: &Arc<Gap>, interner: &Interner) {
        if let Some((super::path::Step::Key(root), rest)) = path.steps().split_first() {
            match root.as_str() {
                "tags" => self.tags.put_gap(rest, gap, interner),
                "properties" => self.properties.put_gap(rest, gap, interner),
                "state" => self.state.put_gap(rest, gap, interner),
                _ => {}
            }
        }
    }

    /// Marks all that a call would have brought as not known: what its failure means for this resource.
    pub fn put_call_gap(&mut self, spec: &TypeSpec, call: &CallId, gap: &Arc<Gap>, interner: &Interner) {
        for path in spec.brought_by(call) {
            self.put_gap(&path, gap, interner);
        }
    }

    /// Every gap with its path, in the order tags, properties, state.
    pub fn gaps(&self) -> Vec<(Path, &Arc<Gap>)> {
        let mut found = Vec::new();
        self.tags.gaps(&Path::root("tags"), &mut found);
        self.properties.gaps(&Path::root("properties"), &mut found);
        self.state.gaps(&Path::root("state"), &mut found);
        found
    }

    /// The value at a path from the root.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        let (super::path::Step::Key(root), rest) = path.steps().split_first()? else { return None };
        match root.as_str() {
            "tags" => self.tags.at(rest),
            "properties" => self.properties.at(rest),
            "state" => self.state.at(rest),
            _ => None,
        }
    }
}

fn interned(resource_type: &ResourceType, interner: &Interner) -> ResourceType {
    ResourceType::new(interner.string(resource_type.as_str()))
}

/// JSON without the entries that are gaps; a gap inside a list stays as null, so that the indexes of the rest hold.
fn without_gaps(value: &Value) -> serde_json::Value {
    match value {
        Value::Gap(_) => serde_json::Value::Object(serde_json::Map::new()),
        Value::Map(map) => serde_json::Value::Object(
            map.iter().filter(|(_, value)| value.as_gap().is_none()).map(|(key, value)| (key.to_string(), without_gaps(value))).collect(),
        ),
        Value::List(items) => {
            items.iter().map(|item| if item.as_gap().is_some() { serde_json::Value::Null } else { without_gaps(item) }).collect()
        }
        other => other.to_json(),
    }
}

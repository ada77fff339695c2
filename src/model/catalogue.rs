//! What resource types exist, which properties they have, and which AWS call brings each ("hydration").
//!
//! Data beside the collectors (`catalogue.yaml` in each service's folder), joined in `cli`. From this one table come the
//! type check of rules, the plan of calls, the gaps that a refused call leaves, and `ledgerline permissions`.

mod field;
mod loose;

#[cfg(test)]
mod tests;

use super::path::Step;
use super::{CallId, Path, ResourceType};
use arcstr::ArcStr;
use serde::Deserialize;
use std::collections::BTreeMap;

pub use field::{Field, FieldType};
pub use loose::Loose;

/// All types of one build, by name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    types: BTreeMap<ResourceType, TypeSpec>,
}

/// One resource type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSpec {
    /// CloudFormation type, or one of ours.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// Where it lives.
    #[serde(default)]
    pub reach: Reach,
    /// The call whose listing says which resources there are. Absent for types that exist in every pass.
    pub listing: Option<CallId>,
    /// The call that brings `tags`; absent where the type has none.
    pub tags: Option<CallId>,
    /// The type's name in the Resource Groups Tagging API (`dynamodb:table`): what `tag:GetResources` is asked for.
    pub tagging: Option<ArcStr>,
    /// Every call that this type may need, the listing first.
    #[serde(default)]
    pub calls: Vec<CallSpec>,
    /// `properties`: always an object.
    pub properties: FieldType,
    /// `state`: always an object.
    #[serde(default = "FieldType::nothing")]
    pub state: FieldType,
    /// Where a resource of this type names others: what `related()` follows, both ways.
    #[serde(default)]
    pub relations: Vec<Relation>,
    /// What is special about it where no collector of ours describes it.
    #[serde(skip)]
    pub loose: Option<Loose>,
}

/// A property that names resources of another type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Where: text, or with `[]` every text of a list.
    pub path: Path,
    /// Of which type.
    pub to: ResourceType,
    /// What stands there.
    pub by: Naming,
}

/// How a property names a resource of the same account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// By its canonical id, mostly its ARN.
    Id,
    /// By its name, in the region of the one that names it.
    Name,
}

/// Where resources of a type live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// In each region on its own.
    #[default]
    Regional,
    /// Once an account.
    Global,
}

/// One AWS call and what it costs us.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallSpec {
    /// Its name.
    pub call: CallId,
    /// The IAM actions that it needs; the call's own name where absent.
    #[serde(default)]
    pub permissions: Vec<ArcStr>,
    /// The ARNs that the permissions are wanted on, wildcards among them; every resource where absent. For actions that
    /// would let us read more than we need: `apigateway:GET` reads API keys too.
    #[serde(default)]
    pub resources: Vec<ArcStr>,
    /// How often it is made.
    pub each: Each,
    /// Whether AWS charges for the request itself.
    #[serde(default)]
    pub paid: bool,
    /// Whether a whole inventory leaves it out: it is made only where the config (`samples`, `cost`) or a loaded rule asks
    /// for it by name.
    #[serde(default)]
    pub opt_in: bool,
    /// What it is for, where it is no part of auditing: then its permission stands in a policy of its own.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// Calls whose answer it needs first, other than the listing.
    #[serde(default)]
    pub after: Vec<CallId>,
}

/// What goes beyond auditing, is off unless configured, and has a policy of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Looking at a few items of named tables.
    Sampling,
}

/// How often a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// Once a page of an (account, region).
    Page,
    /// Once a resource.
    Resource,
    /// Once a resource of the type that this one hangs on, each page of it: the stages of an API. That type's listing is
    /// among the calls, and `after` names it.
    Parent,
    /// Once an account.
    Account,
}

impl CallSpec {
    /// The IAM actions that the call needs.
    pub fn permissions(&self) -> Vec<ArcStr> {
        if self.permissions.is_empty() { vec![self.call.as_str().into()] } else { self.permissions.clone() }
    }
}

impl Catalogue {
    /// The catalogue of these types; of two with one name, the later stays.
    pub fn new(types: impl IntoIterator<Item = TypeSpec>) -> Self {
        Self { types: types.into_iter().map(|spec| (spec.resource_type.clone(), spec)).collect() }
    }

    /// Adds types.
    pub fn extend(&mut self, types: impl IntoIterator<Item = TypeSpec>) {
        self.types.extend(types.into_iter().map(|spec| (spec.resource_type.clone(), spec)));
    }

    /// What is known of a type.
    pub fn find(&self, resource_type: &ResourceType) -> Option<&TypeSpec> {
        self.types.get(resource_type)
    }

    /// All types, sorted by name.
    pub fn types(&self) -> impl Iterator<Item = &TypeSpec> {
        self.types.values()
    }
}

impl TypeSpec {
    /// What is known of a call of this type.
    pub fn find_call(&self, call: &CallId) -> Option<&CallSpec> {
        self.calls.iter().find(|spec| spec.call == *call)
    }

    /// The type of one of the roots `properties`, `state`.
    pub fn root(&self, root: &str) -> Option<&FieldType> {
        match root {
            "properties" => Some(&self.properties),
            "state" => Some(&self.state),
            _ => None,
        }
    }

    /// The field at a path such as `properties.A.B[].C`, with the call that brings it.
    pub fn field(&self, path: &Path) -> Option<&Field> {
        let (Step::Key(root), rest) = path.steps().split_first()? else { return None };
        let mut here = self.root(root)?;
        let mut found = None;
        for step in rest {
            match step {
                Step::Key(key) => {
                    let field = here.fields()?.get(key)?;
                    found = Some(field);
                    here = &field.ty;
                }
                Step::Index(_) | Step::Every | Step::Item(..) => here = here.items()?,
            }
        }
        found
    }

    /// The calls that bring what lies at or under a path; a whole root asks for all of its calls. The listing comes
    /// with everything and is not repeated here.
    pub fn calls_for(&self, path: &Path) -> Vec<CallId> {
        let Some((Step::Key(root), rest)) = path.steps().split_first() else { return Vec::new() };
        let mut calls = Vec::new();
        if root == "tags" {
            calls.extend(self.tags.clone());
        } else if let Some(root) = self.root(root) {
            root.calls_for(rest, self.listing.as_ref(), &mut calls);
        }
        let mut calls: Vec<CallId> = calls.into_iter().flat_map(|call| self.with_earlier(call)).collect();
        calls.sort();
        calls.dedup();
        calls
    }

    /// A call and those whose answer it needs first.
    pub fn with_earlier(&self, call: CallId) -> Vec<CallId> {
        let mut calls = vec![call];
        let mut position = 0;
        while let Some(call) = calls.get(position) {
            let earlier = self.find_call(call).map(|spec| spec.after.clone()).unwrap_or_default();
            for call in earlier {
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
            position += 1;
        }
        calls
    }

    /// The call that brings the value at a path: the nearest one written above it, else the listing.
    pub fn call_of(&self, path: &Path) -> Option<CallId> {
        let (Step::Key(root), rest) = path.steps().split_first()? else { return None };
        if root == "tags" {
            return self.tags.clone();
        }
        let mut here = self.root(root)?;
        let mut call = self.listing.clone();
        for step in rest {
            match step {
                Step::Key(key) => {
                    let Some(field) = here.fields().and_then(|fields| fields.get(key)) else { break };
                    call = field.call.clone().or(call);
                    here = &field.ty;
                }
                Step::Index(_) | Step::Every | Step::Item(..) => {
                    let Some(items) = here.items() else { break };
                    here = items;
                }
            }
        }
        call
    }

    /// The paths that a call brings: what is not known when it fails.
    pub fn brought_by(&self, call: &CallId) -> Vec<Path> {
        let mut paths = Vec::new();
        if self.tags.as_ref() == Some(call) {
            paths.push(Path::root("tags"));
        }
        self.properties.brought_by(call, &Path::root("properties"), &mut paths);
        self.state.brought_by(call, &Path::root("state"), &mut paths);
        paths
    }
}

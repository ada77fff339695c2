//! A type that no collector of ours describes: known by AWS's public schemas alone, listed and read by Cloud Control.
//!
//! Its properties are not typed, and of all that AWS tells only what a rule reads is kept.

use super::{Catalogue, FieldType, TypeSpec};
use crate::model::path::Step;
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};

/// What is special about a type that is checked loosely.
#[derive(Clone, Debug, Default)]
pub struct Loose {
    /// Why no rule may ask for it: what AWS would answer can hold secrets.
    pub refused: Option<ArcStr>,
    /// Why AWS can't be asked for it.
    pub unlistable: Option<ArcStr>,
    /// Whether AWS's schemas have it. Of a type that they lack, neither properties nor permissions are known.
    pub listed: bool,
    /// What AWS takes and never tells: reading it would find an absence that means nothing.
    pub untold: Vec<Path>,
    /// What the operator should know, each one sentence.
    pub notes: Vec<ArcStr>,
    /// What rules read of it; all else is dropped where AWS's answer becomes a resource.
    pub kept: Vec<Path>,
}

impl Loose {
    /// Why a rule can't read a path; none where it can.
    pub fn never_told(&self, path: &Path) -> bool {
        self.untold.iter().any(|untold| path.is_within(untold))
    }
}

impl Catalogue {
    /// The same without what no rule reads of types that are checked loosely: neither the types nor their properties.
    #[must_use]
    pub fn narrowed<'a>(&self, reads: impl IntoIterator<Item = (&'a ResourceType, Option<&'a Path>)>) -> Self {
        let mut kept: BTreeMap<&ResourceType, BTreeSet<&Path>> = BTreeMap::new();
        for (resource_type, path) in reads {
            kept.entry(resource_type).or_default().extend(path);
        }
        Self::new(self.types().filter_map(|spec| match &spec.loose {
            None => Some(without_unread(spec, kept.get(&spec.resource_type))),
            Some(loose) => Some(narrowed(spec, loose, kept.get(&spec.resource_type)?)),
        }))
    }
}

/// A type of ours, without the properties that only AWS's schema knows and no rule reads: another type's may be called so in the same
/// text.
fn without_unread(spec: &TypeSpec, kept: Option<&BTreeSet<&Path>>) -> TypeSpec {
    let mut spec = spec.clone();
    if let FieldType::Object { fields } = &mut spec.properties {
        fields.retain(|name, field| !field.uncollected || kept.is_some_and(|kept| is_named(name, kept)));
    }
    spec
}

fn is_named(name: &ArcStr, kept: &BTreeSet<&Path>) -> bool {
    kept.iter().any(|path| matches!(path.steps(), [Step::Key(root), Step::Key(key), ..] if root == "properties" && key == name))
}

fn narrowed(spec: &TypeSpec, loose: &Loose, kept: &BTreeSet<&Path>) -> TypeSpec {
    let fields = spec.properties.fields().into_iter().flatten();
    let fields = fields.filter(|(name, _)| is_named(name, kept)).map(|(name, field)| (name.clone(), field.clone())).collect();
    let kept = kept.iter().copied().cloned().collect();
    TypeSpec { properties: FieldType::Object { fields }, loose: Some(Loose { kept, ..loose.clone() }), ..spec.clone() }
}

//! What the catalogue has and the tables do not tell becomes a gap: a property that Terraform does not speak of is not absent.
//!
//! Two kinds: a property that no row names, and one that is always there in a live account and for which the attributes had neither a
//! value nor a default.

use super::draft::{Draft, Silence};
use super::table::{Mapping, Row};
use crate::model::Path;
use crate::model::catalogue::{FieldType, TypeSpec};
use crate::model::path::Step;
use crate::model::resource::GapRecord;
use arcstr::ArcStr;
use serde_json::Value;
use std::collections::BTreeMap;

/// The places that rows name: a tree of keys.
#[derive(Debug, Default)]
pub struct Covered {
    /// All below comes from the row as it is.
    whole: bool,
    keys: BTreeMap<ArcStr, Covered>,
    items: Option<Box<Covered>>,
}

impl Covered {
    /// What an entry tells of its type, with the parts that others add to it.
    pub fn of<'a>(mapping: &Mapping, all: impl Iterator<Item = &'a Mapping>) -> Self {
        let mut covered = Self::default();
        covered.rows(&mapping.rows);
        covered.special(mapping);
        let owner = mapping.resource_type.as_ref();
        for (part, role) in all.flat_map(|part| part.part.iter().map(move |role| (part, role))) {
            if owner.is_none_or(|owner| !role.of.contains(owner)) {
                continue;
            }
            match &role.append {
                None => {
                    covered.rows(role.rows(part));
                    part.special.iter().flat_map(|special| special.adds()).for_each(|path| covered.whole_at(path));
                }
                Some(path) => {
                    let list = path.steps().iter().fold(&mut covered, |here, step| match step {
                        Step::Key(key) => here.keys.entry(key.clone()).or_default(),
                        Step::Index(_) | Step::Every | Step::Item(..) => here,
                    });
                    let item = list.items.get_or_insert_default();
                    item.rows(role.rows(part));
                    item.whole |= role.rows(part).is_empty();
                }
            }
        }
        covered
    }

    fn rows(&mut self, rows: &[Row]) {
        for row in rows {
            let here = row.to.0.iter().fold(&mut *self, |here, key| here.keys.entry(key.clone()).or_default());
            match (&row.each, &row.items) {
                (Some(inner), _) => here.items.get_or_insert_default().rows(inner),
                (None, Some(items)) => items.iter().for_each(|inner| here.items.get_or_insert_default().rows(inner)),
                // `default: []` or `{}` before the rows and parts that fill it.
                (None, None) if row.from.is_empty() && matches!(&row.default, Some(Value::Array(_) | Value::Object(_))) => {}
                (None, None) => here.whole = true,
            }
        }
    }

    fn special(&mut self, mapping: &Mapping) {
        for path in mapping.special.map(super::special::Special::tells).unwrap_or_default() {
            self.whole_at(path);
        }
    }

    fn whole_at(&mut self, path: &str) {
        path.split('.').fold(self, |here, key| here.keys.entry(key.into()).or_default()).whole = true;
    }
}

/// Puts the gaps.
pub fn fill(draft: &mut Draft<'_>, spec: &TypeSpec, covered: &Covered, silence: Silence) {
    let mut gaps = Vec::new();
    for (root, ty) in [("properties", &spec.properties), ("state", &spec.state)] {
        let nothing = Covered::default();
        let covered = covered.keys.get(root).unwrap_or(&nothing);
        let value = draft.body.get(root).unwrap_or(&Value::Null);
        walk(ty, covered, value, &Path::root(root), &Known { gaps: &draft.gaps, spec }, &mut gaps);
    }
    draft.gaps.extend(gaps.into_iter().map(|path| GapRecord { path, gap: silence.untold() }));
}

/// What the walk knows of the resource.
struct Known<'a> {
    gaps: &'a [GapRecord],
    spec: &'a TypeSpec,
}

fn walk(ty: &FieldType, covered: &Covered, value: &Value, here: &Path, known: &Known<'_>, gaps: &mut Vec<Path>) {
    if covered.whole {
        return;
    }
    if let (FieldType::List { items }, Value::Array(values), Some(covered)) = (ty, value, &covered.items) {
        for (index, value) in values.iter().enumerate().filter(|(_, value)| !value.is_null()) {
            walk(items, covered, value, &here.step(Step::Index(index)), known, gaps);
        }
        return;
    }
    for (key, field) in ty.fields().into_iter().flatten() {
        let path = here.key(key.clone());
        // What has a purpose of its own is off unless configured: then there is none of it, and that is no gap.
        let purposeful = field.call.as_ref().and_then(|call| known.spec.find_call(call)).is_some_and(|call| call.purpose.is_some());
        if purposeful || known.gaps.iter().any(|gap| path.is_within(&gap.path)) {
            continue;
        }
        match (covered.keys.get(key), value.get(key.as_str())) {
            (None, _) => gaps.push(path),
            (Some(covered), Some(value)) => walk(&field.ty, covered, value, &path, known, gaps),
            (Some(_), None) if field.always && !known.gaps.iter().any(|gap| gap.path.is_within(&path)) => gaps.push(path),
            (Some(_), None) => {}
        }
    }
}

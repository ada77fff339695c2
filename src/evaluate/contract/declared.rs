//! What a plan, a state or a template declares, as a contract: what is live is compared with it, both ways.
//!
//! Everything that the file says and knows is expected; what is known only after the apply, or was left out as sensitive, is a gap
//! there and nothing here. Lists with keys and tags are held exactly: an index or a tag that the file lacks was added by hand.
//! Every resource of the file's types, in its accounts and regions, that it lacks is unexpected, and worth knowing (`info`) rather than
//! a fault: a file says what it manages, never that it manages all of an account.

use super::expect::{Expect, Field, Keyed};
use super::terms::{Contract, Entry, Holds, Name};
use super::{lists, table};
use crate::diag::Source;
use crate::model::catalogue::{Catalogue, FieldType};
use crate::model::path::Step;
use crate::model::{AccountId, Path, Region, Resource, Value};
use arcstr::ArcStr;
use std::collections::BTreeSet;

/// Whether a file has all that it manages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// It has.
    Whole,
    /// It leaves something out: then nothing is unexpected.
    Part,
}

/// The contract of these resources. `file` is how the operator knows the source.
pub fn declare(file: &str, resources: &[Resource], extent: Extent, catalogue: &Catalogue) -> Contract {
    let mut entries: Vec<Entry> = resources.iter().map(|resource| entry(resource, catalogue)).collect();
    entries.sort_by(|a, b| (&a.resource_type, &a.name.text).cmp(&(&b.resource_type, &b.name.text)));
    let known = |text: &str| !text.is_empty() && text != "unknown";
    let accounts: BTreeSet<&AccountId> =
        resources.iter().map(|resource| &resource.account).filter(|account| known(account.as_str())).collect();
    let regions: BTreeSet<&Region> =
        resources.iter().map(|resource| &resource.region).filter(|region| known(region.as_str()) && !region.is_global()).collect();
    // A resource whose account the file does not tell may be in any.
    let all_known = |is: fn(&Resource) -> &str| resources.iter().all(|resource| known(is(resource)));
    let accounts = if all_known(|resource| resource.account.as_str()) { accounts.into_iter().cloned().collect() } else { Vec::new() };
    let regions = if all_known(|resource| resource.region.as_str()) { regions.into_iter().cloned().collect() } else { Vec::new() };
    Contract::new(Contract {
        name: name_of(file),
        description: None,
        source: Source::new(file, said(&entries)),
        holds: Holds::Always,
        accounts,
        regions,
        names: Name::pattern(&arcstr::literal!("*")).into_iter().filter(|_| extent == Extent::Whole).collect(),
        exact: true,
        entries,
        costs: Vec::new(),
        declared: true,
    })
}

/// The file's name without its folders: a sub-key's parts are parted by `/`.
fn name_of(file: &str) -> ArcStr {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    if name.is_empty() { arcstr::literal!("declared") } else { name.into() }
}

/// All that is expected, in one text: what the digest of a run is made of.
fn said(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        text.push_str(entry.resource_type.as_str());
        text.push(' ');
        text.push_str(&entry.name.text);
        for field in &entry.expect {
            text.push(' ');
            text.push_str(&field.expect.to_json().to_string());
        }
        text.push('\n');
    }
    text
}

fn entry(resource: &Resource, catalogue: &Catalogue) -> Entry {
    let resource_type = table::canonical(&resource.resource_type);
    let spec = catalogue.find(&resource_type);
    let tags = FieldType::Map { items: Box::new(FieldType::Any) };
    let mut entry = Entry {
        resource_type,
        name: Name::exact(&resource.name),
        at: 0,
        optional: false,
        conditions: Vec::new(),
        expect: Vec::new(),
        reads: Vec::new(),
    };
    let roots = [
        ("properties", &resource.properties, spec.map(|spec| &spec.properties)),
        ("tags", &resource.tags, spec.filter(|spec| spec.tags.is_some()).map(|_| &tags)),
    ];
    for (root, value, ty) in roots {
        let Some(ty) = ty else { continue };
        let expect = expect(value, ty, &Path::root(root), &mut entry.reads);
        // A file that says nothing of tags says that there are none; of properties it says nothing.
        let empty = matches!(&expect, Some(Expect::Map(fields)) if fields.is_empty() && root == "properties");
        entry.expect.extend(expect.filter(|_| !empty).map(|expect| Field { key: root.into(), expect, at: 0 }));
    }
    entry
}

/// What a value says of its place; none where it does not know.
fn expect(value: &Value, ty: &FieldType, path: &Path, reads: &mut Vec<Path>) -> Option<Expect> {
    match value {
        Value::Gap(_) | Value::Null => None,
        Value::Map(map) => {
            if map.get("Statement").is_some() && matches!(ty, FieldType::Any) {
                reads.push(path.clone());
                return (!value.holds_gap()).then(|| Expect::Policy(value.clone()));
            }
            let field = |(key, value): (&ArcStr, &Value)| {
                let ty = match ty {
                    FieldType::Object { fields } => fields.get(key).map(|field| &field.ty)?,
                    FieldType::Map { items } => items,
                    _ => &FieldType::Any,
                };
                let expect = expect(value, ty, &path.key(key.clone()), reads)?;
                Some(Field { key: key.clone(), expect, at: 0 })
            };
            Some(Expect::Map(map.iter().filter_map(field).collect()))
        }
        Value::List(items) => list(items, ty.items().unwrap_or(&FieldType::Any), path, reads),
        scalar => {
            reads.push(path.clone());
            Some(Expect::Equal(scalar.clone()))
        }
    }
}

fn list(items: &[Value], ty: &FieldType, path: &Path, reads: &mut Vec<Path>) -> Option<Expect> {
    let name = match path.steps().last() {
        Some(Step::Key(name)) => name.as_str(),
        _ => "",
    };
    let has = |key: &str| {
        let names: BTreeSet<ArcStr> = items.iter().filter_map(|item| item.called(key)).collect();
        !items.is_empty() && names.len() == items.len()
    };
    reads.push(path.clone());
    let place = path.step(Step::Every);
    let Some(by) = lists::key_of(name, has) else {
        // Half a list is none: it would differ from every whole one.
        let whole = !items.iter().any(Value::holds_gap);
        return whole.then(|| Expect::List(items.iter().filter_map(|item| expect(item, ty, &place, reads)).collect()));
    };
    let fields = items.iter().filter_map(|item| {
        let expect = match expect(item, ty, &place, reads)? {
            Expect::Map(fields) => Expect::Map(fields.into_iter().filter(|field| !by.key.split('+').any(|key| field.key == key)).collect()),
            other => other,
        };
        Some(Field { key: item.called(by.key)?, expect, at: 0 })
    });
    Some(Expect::Keyed(Keyed { key: by.key.into(), items: fields.collect(), extra: by.extra, absent: by.absent }))
}

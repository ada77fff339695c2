//! One contract file → a [`Contract`]: every mistake at once, each with its place.

use super::expect::{Expect, Field};
use super::terms::{Contract, Entry, Holds, Name};
use super::value::Values;
use super::{costs, table};
use crate::diag::yaml::{self, Dialect, Key, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use crate::model::catalogue::{Catalogue, FieldType, TypeSpec};
use crate::model::{AccountId, Interner, Path, Region, ResourceType};
use arcstr::ArcStr;

/// YAML as in every file of ours, and larger: a contract that was written from a state has thousands of resources.
pub(super) const DIALECT: Dialect = Dialect { most_bytes: 16 << 20, ..Dialect::OURS };

/// Reads a contract. `stem` is the file's name without its ending.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn read(source: &Source, stem: &str, holds: Holds, catalogue: &Catalogue) -> Result<Contract, Vec<Diagnostic>> {
    let root = yaml::parse_as(source, &DIALECT)?;
    let mut faults = Faults::new(source.clone());
    let contract = contract(&root, source, stem, holds, catalogue, &mut faults);
    match contract {
        Some(contract) if faults.is_empty() => Ok(contract),
        _ => Err(faults.into_diagnostics()),
    }
}

fn contract(root: &Node, source: &Source, stem: &str, holds: Holds, catalogue: &Catalogue, faults: &mut Faults) -> Option<Contract> {
    let table = Table::of(root, "a contract", faults)?;
    let name = table.required("contract", faults).and_then(|node| name(node, stem, faults));
    let description = table.optional("description").and_then(|node| node.string("description", faults));
    let words = |key: &'static str, faults: &mut Faults| table.optional(key).and_then(|node| node.words(key, faults)).unwrap_or_default();
    let accounts = words("accounts", faults).into_iter().map(AccountId::new).collect();
    let regions = words("regions", faults).into_iter().map(Region::new).collect();
    let names = table.optional("names").map(|node| patterns(node, faults)).unwrap_or_default();
    let exact = table.optional("exact").and_then(|node| node.boolean("exact", faults)).unwrap_or(false);
    let mut entries = Vec::new();
    let resources = table.required("resources", faults).and_then(|node| node.entries("resources", faults));
    let interner = Interner::new();
    for (resource_type, node) in resources.unwrap_or_default() {
        of_type(resource_type, node, catalogue, &interner, &mut entries, faults);
    }
    let costs = table.optional("costs").map(|node| costs::read(node, faults)).unwrap_or_default();
    table.finish("a contract", faults);
    Some(Contract::new(Contract {
        name: name?,
        description,
        source: source.clone(),
        holds,
        accounts,
        regions,
        names,
        exact,
        entries,
        costs,
        declared: false,
    }))
}

fn name(node: &Node, stem: &str, faults: &mut Faults) -> Option<ArcStr> {
    let name = node.word("contract", faults)?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !plain {
        faults.add_with_help(&node.span, format!("{name:?} is no name of a contract"), "write letters, digits, - _ and .");
        return None;
    }
    if name != stem {
        faults.add_with_help(&node.span, format!("the contract {name:?} is not called as its file"), format!("name the file {name}.yaml"));
    }
    Some(name)
}

fn patterns(node: &Node, faults: &mut Faults) -> Vec<Name> {
    let items = node.list("names", faults).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            let text = item.word("each of names", faults)?;
            Name::pattern(&text).map_err(|error| faults.add(&item.span, error)).ok()
        })
        .collect()
}

fn of_type(key: &Key, node: &Node, catalogue: &Catalogue, interner: &Interner, entries: &mut Vec<Entry>, faults: &mut Faults) {
    let resource_type = table::canonical(&ResourceType::new(key.text.clone()));
    let Some(spec) = catalogue.find(&resource_type) else {
        let known = catalogue.types().map(|spec| spec.resource_type.as_str());
        faults.add_unknown(&key.span, "resource type", &key.text, known);
        return;
    };
    for (name, node) in node.entries(&format!("the resources of {}", key.text), faults).unwrap_or_default() {
        let rewritten = table::rewritten(&key.text, node);
        let node = rewritten.as_ref().unwrap_or(node);
        entries.extend(entry(name, node, spec, interner, faults));
    }
}

fn entry(key: &Key, node: &Node, spec: &TypeSpec, interner: &Interner, entries: &mut Faults) -> Option<Entry> {
    let faults = entries;
    let name = Name::entry(&key.text).map_err(|error| faults.add(&key.span, error)).ok()?;
    let mut entry = Entry {
        resource_type: spec.resource_type.clone(),
        name,
        at: key.span.start,
        optional: false,
        conditions: Vec::new(),
        expect: Vec::new(),
        reads: Vec::new(),
    };
    if matches!(node.kind, yaml::Kind::Null) {
        return Some(entry);
    }
    let what = format!("the resource {:?}", key.text);
    let table = Table::of(node, &what, faults)?;
    entry.optional = table.optional("optional").and_then(|node| node.boolean("optional", faults)).unwrap_or(false);
    if let Some(node) = table.optional("where") {
        conditions(node, spec, interner, &mut entry, faults);
    }
    let tags = FieldType::Map { items: Box::new(FieldType::String { values: Vec::new() }) };
    let roots = [("properties", &spec.properties), ("state", &spec.state), ("tags", &tags)];
    for (root, ty) in roots {
        let Some(node) = table.optional(root) else { continue };
        if root == "tags" && spec.tags.is_none() {
            faults.add(&node.span, format!("{} has no tags", spec.resource_type));
            continue;
        }
        let mut values = Values { faults, interner, reads: Vec::new() };
        let expect = values.expectation(node, ty, &Path::root(root));
        entry.reads.append(&mut values.reads);
        entry.expect.extend(expect.map(|expect| Field { key: root.into(), expect, at: node.span.start }));
    }
    table.finish("a resource of a contract", faults);
    Some(entry)
}

/// `where: { state.UserPoolName: aws-devops-dev-users }`: which of the resources of that name are meant.
fn conditions(node: &Node, spec: &TypeSpec, interner: &Interner, entry: &mut Entry, faults: &mut Faults) {
    for (key, node) in node.entries("where", faults).unwrap_or_default() {
        let path: Option<Path> = key.text.parse().ok();
        let field = path.as_ref().and_then(|path| Some((path, spec.field(path)?)));
        let Some((path, field)) = field else {
            faults.add_with_help(
                &key.span,
                format!("{} has no {:?}", spec.resource_type, key.text),
                "write a path such as properties.Stage or state.UserPoolName",
            );
            continue;
        };
        let mut values = Values { faults, interner, reads: Vec::new() };
        let expect: Option<Expect> = values.expectation(node, &field.ty, path);
        entry.reads.append(&mut values.reads);
        entry.conditions.extend(expect.map(|expect| (path.clone(), expect)));
    }
}

//! Types that only rule files name: for each that our catalogue lacks, a specification from AWS's public schemas. And properties that
//! only they name, of types that it has: those are known by name, and a gap in every account, since no collector brings them.
//!
//! A type is found by its name in the texts of rules, before they are checked: an expression may look for others of a type
//! that the rule does not judge. A name in a comment makes a specification that nothing reads, and
//! `Catalogue::narrowed` drops it once the rules are checked. Making all 1,900 types known instead would make every look-up
//! pay for what no rule names.
//!
//! **What brings a property.** `ListResources` answers with properties too, but they are whatever the type's `list` handler
//! returns: the handler contract of the CloudFormation CLI demands the primary identifier of it and no more, the `read`
//! handler must return all that is not write-only. So of the listing only the identifier is believed, and every other
//! property is brought by `GetResource`: that it is absent there means that it is not set.

use super::permission::{Allowed, allowed};
use super::refused::refused;
use super::{Registry, Row};
use crate::model::catalogue::{CallSpec, Catalogue, Each, Field, FieldType, Loose, Reach, TypeSpec};
use crate::model::{CallId, Path, ResourceType};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};

/// Lists the resources of a type.
pub const LIST: &str = "cloudformation:ListResources";
/// Reads one resource.
pub const GET: &str = "cloudformation:GetResource";

/// Services whose resources have no region: they are asked for once an account.
const GLOBAL: [&str; 11] =
    ["Account", "BillingConductor", "Budgets", "CE", "CUR", "CloudFront", "GlobalAccelerator", "IAM", "Organizations", "Route53", "Shield"];

/// The types that the texts name and the catalogue lacks, and those whose properties they name and the catalogue lacks.
pub fn loose_types<'a>(texts: impl IntoIterator<Item = &'a str>, catalogue: &Catalogue) -> Vec<TypeSpec> {
    let mut found: BTreeMap<ResourceType, BTreeSet<&str>> = BTreeMap::new();
    let mut wider: BTreeMap<ResourceType, TypeSpec> = BTreeMap::new();
    for text in texts {
        for name in type_names(text) {
            let name = ResourceType::from(name);
            if let Some(known) = catalogue.find(&name) {
                widen(wider.get(&name).unwrap_or(known).clone(), text, &mut wider);
                continue;
            }
            let words = found.entry(name.clone()).or_default();
            if Registry::embedded().find(name.as_str()).is_none() {
                // Nobody knows its properties: each word of a text that names it may be one.
                words.extend(text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| is_name(word)));
            }
        }
    }
    found.into_iter().filter_map(|(name, words)| specify(&name, &words, catalogue)).chain(wider.into_values()).collect()
}

/// Adds the properties that AWS's schema has and the collector of the type does not bring, where the text reads them by name. A name
/// that the schema lacks too stays what it is: a slip.
fn widen(mut spec: TypeSpec, text: &str, wider: &mut BTreeMap<ResourceType, TypeSpec>) {
    let Some(row) = Registry::embedded().find(spec.resource_type.as_str()).filter(|row| refused(row.name()).is_none()) else { return };
    let read = text.split("properties.").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default());
    let named: BTreeSet<&str> = read.collect();
    let untold: Vec<Path> = row.untold().collect();
    let FieldType::Object { fields } = &mut spec.properties else { return };
    let mut more = false;
    for property in row.properties().filter(|property| named.contains(property) && row.tags() != Some(*property)) {
        let path = Path::root("properties").key(property);
        if !fields.contains_key(property) && !untold.contains(&path) {
            fields.insert(property.into(), Field { uncollected: true, ..field(false) });
            more = true;
        }
    }
    if more {
        wider.insert(spec.resource_type.clone(), spec);
    }
}

fn specify(name: &ResourceType, words: &BTreeSet<&str>, catalogue: &Catalogue) -> Option<TypeSpec> {
    match Registry::embedded().find(name.as_str()) {
        Some(row) => Some(listed(name, row)),
        None if is_slip(name.as_str(), catalogue) => None,
        None => Some(unlisted(name, words)),
    }
}

/// The words of a text that are names of types such as `AWS::SQS::Queue`, ours apart.
fn type_names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').map(|word| word.trim_matches(':'));
    words.filter(|word| {
        let parts: Vec<&str> = word.split("::").collect();
        parts.len() == 3 && parts.iter().all(|part| is_name(part)) && parts.first() != Some(&"Ledgerline")
    })
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a name that nobody lists is nearly one that is known: then it is a slip, and told as such.
fn is_slip(name: &str, catalogue: &Catalogue) -> bool {
    let near = |known: &str| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase()) <= 2;
    catalogue.types().any(|spec| near(spec.resource_type.as_str())) || Registry::embedded().rows().any(|row| near(row.name()))
}

fn listed(name: &ResourceType, row: Row<'_>) -> TypeSpec {
    let identifier: BTreeSet<&str> = row.identifier().collect();
    let fields = row.properties().map(|property| (ArcStr::from(property), field(!identifier.contains(property)))).collect();
    let (list, read) = (allowed(row.list_permissions()), allowed(row.read_permissions()));
    let mut loose = Loose {
        refused: refused(row.name()).map(ArcStr::from),
        unlistable: unlistable(row),
        listed: true,
        untold: row.untold().collect(),
        ..Loose::default()
    };
    loose.notes.extend(loose.unlistable.clone());
    let left_out: Vec<&str> = list.left_out.iter().chain(&read.left_out).map(ArcStr::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    if !left_out.is_empty() {
        loose.notes.push(arcstr::format!(
            "its handlers name {}, which the auditor's policy leaves out; where AWS insists on it, results are unknown",
            left_out.join(", ")
        ));
    }
    specification(name, fields, [call(LIST, Each::Page, list), call(GET, Each::Resource, read)], row.tags().is_some(), loose)
}

fn unlisted(name: &ResourceType, words: &BTreeSet<&str>) -> TypeSpec {
    let fields = words.iter().map(|word| (ArcStr::from(*word), field(true))).collect();
    let note = arcstr::format!(
        "AWS's public types of {} lack it: its properties are not checked, and which permissions its handlers need is not known",
        Registry::embedded().date()
    );
    let loose = Loose { notes: vec![note], ..Loose::default() };
    let calls = [call(LIST, Each::Page, Allowed::default()), call(GET, Each::Resource, Allowed::default())];
    specification(name, fields, calls, false, loose)
}

fn specification(name: &ResourceType, fields: BTreeMap<ArcStr, Field>, calls: [CallSpec; 2], tagged: bool, loose: Loose) -> TypeSpec {
    let service = name.as_str().split("::").nth(1).unwrap_or_default();
    TypeSpec {
        resource_type: name.clone(),
        reach: if name.as_str().starts_with("AWS::") && GLOBAL.contains(&service) { Reach::Global } else { Reach::Regional },
        listing: Some(LIST.into()),
        tags: tagged.then(|| CallId::from(GET)),
        tagging: None,
        calls: calls.into(),
        properties: FieldType::Object { fields },
        state: FieldType::nothing(),
        relations: Vec::new(),
        loose: Some(loose),
    }
}

/// A property of any shape. A rule need not guard it: where it is absent, reading it is unknown, as the design wants it of
/// loose types.
fn field(read: bool) -> Field {
    Field { ty: FieldType::Any, always: true, call: read.then(|| CallId::from(GET)), note: None, uncollected: false }
}

fn call(name: &str, each: Each, handler: Allowed) -> CallSpec {
    let permissions = [ArcStr::from(name)].into_iter().chain(handler.granted).collect();
    CallSpec { call: name.into(), permissions, each, paid: false, opt_in: false, purpose: None, after: Vec::new(), resources: Vec::new() }
}

fn unlistable(row: Row<'_>) -> Option<ArcStr> {
    let hangs_on: Vec<&str> = row.hangs_on().collect();
    if !row.lists() || !row.reads() {
        Some(arcstr::format!("AWS has no handler that lists and reads {}: nothing can be asked of a live account", row.name()))
    } else if !hangs_on.is_empty() {
        Some(arcstr::format!(
            "AWS lists {} only under a given {}: nothing can be asked of a live account",
            row.name(),
            hangs_on.join(" and ")
        ))
    } else {
        None
    }
}

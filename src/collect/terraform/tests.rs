//! The tables are walked: every row has an example, every example holds, every property of the catalogue is told or a gap.

use super::assembly::{Index, assemble};
use super::configuration::Configuration;
use super::contents::{Contents, Kind};
use super::draft::{Draft, Silence};
use super::instance::Instance;
use super::place::Places;
use super::table::{self, Example, Mapping, Row, To};
use crate::model::catalogue::{Catalogue, FieldType};
use crate::model::path::Step;
use crate::model::{Path, Region};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

mod files;

/// A plan of one instance, whose configuration writes what is given.
fn contents(mapping: &Mapping, example: &Example) -> Contents {
    let address = format!("{}.x", mapping.terraform);
    let expressions: Map<String, Value> =
        example.given.as_object().into_iter().flatten().map(|(key, _)| (key.clone(), json!({"constant_value": true}))).collect();
    let file = json!({"configuration": {"root_module": {"resources": [{"address": address, "expressions": expressions}]}}});
    let instance = Instance {
        values: example.given.clone(),
        unknown: example.unknown.clone(),
        ..Instance::new(&address, &mapping.terraform, "registry.terraform.io/hashicorp/aws")
    };
    let told = Instance { values: json!({"account_id": "111122223333"}), ..Instance::new("data.x.y", "aws_caller_identity", "") };
    Contents {
        kind: Kind::Plan,
        instances: vec![instance],
        telling: vec![told],
        unmapped: Default::default(),
        configuration: Configuration::of(&file),
        whole: true,
    }
}

fn catalogue() -> Catalogue {
    crate::collect::catalogue()
}

/// What an example yields, and the gaps in it.
fn made(mapping: &Mapping, example: &Example, catalogue: &Catalogue) -> (Value, Vec<String>) {
    let contents = contents(mapping, example);
    let places = Places::of(&contents, Some(&Region::new("us-east-2")));
    if mapping.resource_type.is_none() {
        let instance = contents.instances.first().expect("an example is an instance");
        return Index::for_test(&contents, |index| {
            let scene = index.scene(instance, Silence::of(Kind::Plan), "111122223333", "us-east-2", "aws");
            let made = scene.rows(&mapping.rows, index.node(instance));
            (made.value.unwrap_or_default(), made.gaps.into_iter().map(|(steps, _)| Path::new(steps).to_string()).collect())
        });
    }
    let assembled = assemble(&contents, &places, catalogue);
    let draft = assembled.drafts.into_iter().next().expect("a type makes a resource");
    let gaps = draft.gaps.iter().map(|gap| gap.path.to_string()).collect();
    (draft.body, gaps)
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path == "." {
        return Some(value);
    }
    let path: Path = path.parse().unwrap_or_else(|error| panic!("{error}"));
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key.as_str()),
        Step::Index(index) => value.get(index),
        Step::Every | Step::Item(..) => None,
    })
}

#[test]
fn every_example_of_every_table_holds() {
    let catalogue = catalogue();
    let mut wrong = Vec::new();
    for mapping in table::all() {
        for example in &mapping.examples {
            let (value, gaps) = made(mapping, example, &catalogue);
            for (path, expected) in &example.gives {
                let found = at(&value, path).filter(|value| !value.is_null());
                let gap = gaps.iter().any(|gap| gap == path || (path == "." && gap.is_empty()));
                let right = match expected {
                    Value::Null => found.is_none() && !gap,
                    Value::String(word) if word == "gap" => gap,
                    expected => found == Some(expected) && !gap,
                };
                if !right {
                    wrong.push(format!(
                        "{} {path}: expected {expected}, found {found:?}{}",
                        mapping.terraform,
                        if gap { ", a gap" } else { "" }
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The places that rows write to, items of lists as `[]`.
fn places(rows: &[Row], here: &str, found: &mut BTreeSet<String>) {
    for Row { to: To(keys), each, items, .. } in rows {
        let path =
            std::iter::once(here).filter(|here| !here.is_empty()).chain(keys.iter().map(|key| key.as_str())).collect::<Vec<_>>().join(".");
        let path = if path.is_empty() { ".".to_owned() } else { path };
        match (each, items) {
            (Some(inner), _) => places(inner, &format!("{path}[]"), found),
            (None, Some(items)) => items.iter().for_each(|inner| places(inner, &format!("{path}[]"), found)),
            (None, None) => _ = found.insert(path),
        }
    }
}

#[test]
fn every_row_of_every_table_has_an_example() {
    let index = regex::Regex::new(r"\[\d+\]").unwrap();
    let mut missing = Vec::new();
    for mapping in table::all() {
        let given: BTreeSet<String> = mapping
            .examples
            .iter()
            .flat_map(|example| example.gives.iter().filter(|(_, value)| !value.is_null()))
            .map(|(path, _)| index.replace_all(path, "[]").into_owned())
            .collect();
        let mut written = BTreeSet::new();
        places(&mapping.rows, "", &mut written);
        missing.extend(written.difference(&given).map(|path| format!("{} {path}", mapping.terraform)));
    }
    assert!(missing.is_empty(), "without an example:\n{}", missing.join("\n"));
}

#[test]
fn every_type_and_property_of_the_tables_is_in_the_catalogue() {
    let catalogue = catalogue();
    let mut unknown = Vec::new();
    for mapping in table::all() {
        let owners: Vec<_> = mapping.resource_type.iter().chain(mapping.part.iter().flat_map(|part| &part.of)).collect();
        assert!(mapping.aid == owners.is_empty(), "{} becomes nothing", mapping.terraform);
        for owner in owners {
            let spec = catalogue.find(owner).unwrap_or_else(|| panic!("{}: {owner} is not in the catalogue", mapping.terraform));
            let part = mapping.part.iter().find(|part| part.of.contains(owner));
            let prefix = part.and_then(|part| part.append.as_ref());
            if prefix.is_some_and(|prefix| prefix.to_string() == "state.Policy.Statement") {
                continue;
            }
            let mut written = BTreeSet::new();
            let rows = part.map_or(mapping.rows.as_slice(), |part| part.rows(mapping));
            places(rows, &prefix.map(|prefix| format!("{prefix}[]")).unwrap_or_default(), &mut written);
            for path in written {
                let path = path.trim_end_matches(".");
                let parsed: Path = path.parse().unwrap();
                // A list of plain values has no field of its own.
                let known = spec.field(&parsed).is_some()
                    || path.strip_suffix("[]").is_some_and(|list| spec.field(&list.parse().unwrap()).is_some());
                if !known {
                    unknown.push(format!("{}: {path} of {owner}", mapping.terraform));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "not in the catalogue:\n{}", unknown.join("\n"));
}

#[test]
fn every_property_of_the_catalogue_is_told_or_a_gap() {
    let catalogue = catalogue();
    let mut absent = Vec::new();
    for mapping in table::all().filter(|mapping| mapping.resource_type.is_some()) {
        // With nothing given, nothing may be there that no default says.
        let nothing = Example { given: json!({}), unknown: Value::Null, gives: Default::default() };
        for example in mapping.examples.iter().chain([&nothing]) {
            let contents = contents(mapping, example);
            let places = Places::of(&contents, None);
            let assembled = assemble(&contents, &places, &catalogue);
            let draft = &assembled.drafts[0];
            let spec = catalogue.find(draft.resource_type).unwrap();
            let mut told = BTreeSet::new();
            told_by(mapping, &mut told);
            for (root, ty) in [("properties", &spec.properties), ("state", &spec.state)] {
                let value = draft.body.get(root).unwrap_or(&Value::Null);
                unspoken(ty, value, root, draft, &told, &mut absent);
            }
        }
    }
    assert!(absent.is_empty(), "neither there nor a gap:\n{}", absent.join("\n"));
}

/// What an entry and its parts speak of, items of lists as `[]`.
fn told_by(mapping: &Mapping, told: &mut BTreeSet<String>) {
    places(&mapping.rows, "", told);
    told.extend(mapping.special.iter().flat_map(|special| special.tells()).map(ToString::to_string));
    for part in table::all() {
        for role in part.part.iter().filter(|role| role.of.iter().any(|owner| Some(owner) == mapping.resource_type.as_ref())) {
            places(role.rows(part), &role.append.as_ref().map(|path| format!("{path}[]")).unwrap_or_default(), told);
            told.extend(role.append.iter().map(ToString::to_string));
            told.extend(part.special.iter().flat_map(|special| special.adds()).map(ToString::to_string));
        }
    }
}

fn unspoken(ty: &FieldType, value: &Value, here: &str, draft: &Draft<'_>, told: &BTreeSet<String>, absent: &mut Vec<String>) {
    let index = regex::Regex::new(r"\[\d+\]").unwrap();
    for (key, field) in ty.fields().into_iter().flatten() {
        let path = format!("{here}.{key}");
        let parsed: Path = path.parse().unwrap();
        if draft.gaps.iter().any(|gap| parsed.is_within(&gap.path)) {
            continue;
        }
        let plain = index.replace_all(&path, "[]").into_owned();
        // What code puts together is told as a whole; its own tests hold it.
        let whole = |path: &str| plain.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        if draft.mapping.special.is_some_and(|special| special.tells().iter().any(|path| whole(path))) {
            continue;
        }
        let spoken =
            told.iter().any(|told| *told == plain || told.starts_with(&format!("{plain}.")) || told.starts_with(&format!("{plain}[")));
        match value.get(key.as_str()) {
            None if key == "TtlSample" => {}
            None if field.always && !draft.gaps.iter().any(|gap| gap.path.is_within(&parsed)) => {
                absent.push(format!("{} {path}", draft.mapping.terraform))
            }
            None if !spoken => absent.push(format!("{} {path}", draft.mapping.terraform)),
            None => {}
            Some(Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    if let Some(items) = field.ty.items() {
                        unspoken(items, value, &format!("{path}[{index}]"), draft, told, absent);
                    }
                }
            }
            Some(value) => unspoken(&field.ty, value, &path, draft, told, absent),
        }
    }
}

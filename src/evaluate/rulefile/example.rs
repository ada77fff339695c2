//! `examples:` of a rule file: a resource as it might be found, and the verdict that it deserves.
//!
//! What an example does not give is absent, also where the catalogue says that AWS always sends it: filling it in would
//! let an example pass on a value that nobody wrote. Reading it is then a gap, the verdict `unknown`, and the example
//! fails with the property's name, so that the author adds it. Names and values are checked like those in expressions.
//!
//! ```yaml
//! examples:
//!   - { expect: fail, properties: { BillingMode: PROVISIONED }, message: "billed PROVISIONED" }
//!   - { expect: unknown, gaps: { properties.BillingMode: "AccessDenied dynamodb:DescribeTable" } }
//!   - { expect: unknown, gaps: { "AWS::Logs::LogGroup": "ThrottlingException logs:DescribeLogGroups" } }   # its listing
//!   - { expect: fail, key: by-tenant, state: { … } }          # of a rule with `each`: one part; without it, the worst part
//!   - { expect: pass, related: [{ type: "AWS::IAM::Policy", name: p, properties: { … } }] }
//! ```

use super::super::parameter::Parameter;
use super::typed;
use crate::diag::Faults;
use crate::diag::yaml::{Key, Node, Table};
use crate::model::catalogue::{Catalogue, FieldType, Reach};
use crate::model::inventory::Known;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{AccountId, CallId, Gap, GapKind, Interner, Path, Region, Resource, ResourceId, ResourceType, Value};
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One example.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its line in the rule file.
    pub line: usize,
    /// The verdict that it deserves; never `waived`.
    pub expect: Status,
    /// What the message must hold.
    pub message: Option<ArcStr>,
    /// The part of the resource that `expect` speaks of, where the rule judges parts.
    pub key: Option<ArcStr>,
    /// The time of the pass.
    pub now: Time,
    /// Parameters set for it.
    pub parameters: BTreeMap<ArcStr, Value>,
    /// The environment that the resource belongs to.
    pub environment: Known<ArcStr>,
    /// The resource that is judged.
    pub subject: Resource,
    /// Resources related to it.
    pub related: Vec<Resource>,
    /// Resources that are merely there.
    pub others: Vec<Resource>,
    /// Types whose listing failed.
    pub unlisted: Vec<(ResourceType, Gap)>,
}

/// What examples of a rule are read with.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The types.
    pub catalogue: &'a Catalogue,
    /// The type that the rule judges.
    pub resource_type: &'a ResourceType,
    /// What the rule lets one set.
    pub parameters: &'a [Parameter],
}

/// The account of an example that names none.
const ACCOUNT: &str = "111122223333";
/// The region of an example that names none.
const REGION: &str = "us-east-2";
/// The `now` of an example that names none.
const NOW: &str = "2026-01-01";

/// Reads one example.
pub fn read(node: &Node, scope: Scope<'_>, faults: &mut Faults) -> Option<Example> {
    let before = faults.len();
    let table = Table::of(node, "an example", faults)?;
    let words: Vec<&str> = Status::ALL.iter().filter(|status| **status != Status::Waived).map(|status| status.as_str()).collect();
    let expect = table.required("expect", faults).and_then(|node| node.one_of::<Status>("verdict", &words, faults));
    if expect == Some(Status::Waived) {
        faults.add(table.span(), "a rule never gives `waived`: an example of a failure expects `fail`");
    }
    let message = table.optional("message").and_then(|node| node.string("message", faults));
    let key = table.optional("key").and_then(|node| node.word("key", faults));
    let now = table.optional("now").and_then(|node| time(node, faults)).or_else(|| typed::read_time(NOW));
    let parameters = table.optional("params").map(|node| parameters(node, scope, faults)).unwrap_or_default();
    let mut environment = table.optional("environment").and_then(|node| node.word("environment", faults)).map_or(Known::None, Known::Is);
    let mut unlisted = Vec::new();
    let interner = Interner::new();
    let mut subject = resource(&table, scope, scope.resource_type, &interner, faults);
    for (key, gap) in gaps(&table, faults) {
        match key.text.as_str() {
            "environment" => environment = Known::Gap(Arc::new(gap)),
            text if text.contains("::") => unlisted.push((listed_type(key, scope, faults), gap)),
            _ => put_gap(&mut subject, key, gap, scope, &interner, faults),
        }
    }
    let mut more = |key: &'static str| -> Vec<Resource> {
        let nodes = table.optional(key).and_then(|node| node.list(key, faults)).unwrap_or(&[]);
        nodes.iter().filter_map(|node| other_resource(node, scope, &interner, faults)).collect()
    };
    let (related, others) = (more("related"), more("inventory"));
    let line = faults.source().place(node.span.start).0;
    table.finish("an example", faults);
    let expect = expect?;
    (faults.len() == before).then_some(Example {
        line,
        expect,
        message,
        key,
        now: now?,
        parameters,
        environment,
        subject,
        related,
        others,
        unlisted,
    })
}

fn time(node: &Node, faults: &mut Faults) -> Option<Time> {
    match typed::read(node, &FieldType::Timestamp, "now", faults)? {
        Value::Time(millis) => chrono::DateTime::from_timestamp_millis(millis),
        _ => None,
    }
}

fn parameters(node: &Node, scope: Scope<'_>, faults: &mut Faults) -> BTreeMap<ArcStr, Value> {
    let mut values = BTreeMap::new();
    for (name, node) in node.entries("params", faults).unwrap_or(&[]) {
        match scope.parameters.iter().find(|parameter| parameter.name == name.text) {
            Some(parameter) => {
                values.extend(
                    typed::read(node, &parameter.ty, &format!("params.{}", name.text), faults).map(|value| (name.text.clone(), value)),
                );
            }
            None => faults.add_unknown(&name.span, "parameter", &name.text, scope.parameters.iter().map(|known| known.name.as_str())),
        }
    }
    values
}

fn other_resource(node: &Node, scope: Scope<'_>, interner: &Interner, faults: &mut Faults) -> Option<Resource> {
    let table = Table::of(node, "a resource", faults)?;
    let node = table.required("type", faults)?;
    let resource_type = ResourceType::new(node.word("type", faults)?);
    if scope.catalogue.find(&resource_type).is_none() {
        faults.add_unknown(&node.span, "resource type", resource_type.as_str(), type_names(scope.catalogue));
    }
    let mut resource = resource(&table, scope, &resource_type, interner, faults);
    let scope = Scope { resource_type: &resource_type, ..scope };
    for (key, gap) in gaps(&table, faults) {
        put_gap(&mut resource, key, gap, scope, interner, faults);
    }
    table.finish("a resource", faults);
    Some(resource)
}

fn resource(table: &Table<'_>, scope: Scope<'_>, resource_type: &ResourceType, interner: &Interner, faults: &mut Faults) -> Resource {
    let spec = scope.catalogue.find(resource_type);
    let word = |key: &'static str, faults: &mut Faults| table.optional(key).and_then(|node| node.word(key, faults));
    let name = word("name", faults).unwrap_or_else(|| arcstr::literal!("example"));
    let account = word("account", faults).unwrap_or_else(|| arcstr::literal!(ACCOUNT));
    let region = word("region", faults).unwrap_or_else(|| match spec.map(|spec| spec.reach) {
        Some(Reach::Global) => Region::GLOBAL.into(),
        Some(Reach::Regional) | None => arcstr::literal!(REGION),
    });
    let id = word("id", faults).unwrap_or_else(|| arcstr::format!("{account}/{region}/{resource_type}/{name}"));
    let mut tree = |key: &'static str, ty: &FieldType| {
        table.optional(key).and_then(|node| typed::read(node, ty, key, faults)).unwrap_or_else(Value::empty_map)
    };
    let text = FieldType::Map { items: Box::new(FieldType::String { values: Vec::new() }) };
    let (tags, properties, state) = (
        tree("tags", &text),
        tree("properties", spec.map_or(&FieldType::Any, |spec| &spec.properties)),
        tree("state", spec.map_or(&FieldType::Any, |spec| &spec.state)),
    );
    Resource {
        id: ResourceId::new(id),
        resource_type: ResourceType::new(interner.string(resource_type.as_str())),
        name,
        account: AccountId::new(account),
        region: Region::new(region),
        tags,
        properties,
        state,
        origin: None,
    }
}

fn gaps<'a>(table: &Table<'a>, faults: &mut Faults) -> Vec<(&'a Key, Gap)> {
    let entries = table.optional("gaps").and_then(|node| node.entries("gaps", faults)).unwrap_or(&[]);
    entries.iter().filter_map(|(key, node)| gap(node, faults).map(|gap| (key, gap))).collect()
}

/// An error code as AWS writes it, and the call that it answered: `AccessDenied dynamodb:DescribeTable`.
fn gap(node: &Node, faults: &mut Faults) -> Option<Gap> {
    let text = node.word("a gap", faults)?;
    let mut words = text.split_whitespace();
    let code = words.next().unwrap_or_default().to_owned();
    let kind = match code.as_str() {
        "Denied" => GapKind::Denied,
        code if code.contains("AccessDenied") || code.contains("Unauthorized") => GapKind::Denied,
        code if code.contains("Throttl") || code.contains("TooManyRequests") || code.contains("LimitExceeded") => GapKind::Throttled,
        "Unreachable" | "Timeout" | "ServiceUnavailable" | "InternalServerError" => GapKind::Unreachable,
        "Broken" => GapKind::Broken,
        "NotEnabled" => GapKind::NotEnabled,
        "NotRecorded" => GapKind::NotRecorded,
        "KnownAfterApply" => GapKind::KnownAfterApply,
        "Price" => GapKind::Price,
        "Undecidable" => GapKind::Undecidable,
        code => {
            let known = ["AccessDenied", "ThrottlingException", "Unreachable", "Broken", "NotEnabled", "NotRecorded", "KnownAfterApply"];
            faults.add_unknown(&node.span, "reason of a gap", code, known);
            return None;
        }
    };
    let call = words.next().map(CallId::from);
    let permission = match (&call, kind) {
        (Some(call), GapKind::Denied) => Some(words.next().map_or_else(|| ArcStr::from(call.as_str()), ArcStr::from)),
        _ => None,
    };
    Some(Gap { kind, detail: call.as_ref().map_or_else(|| text.clone(), |call| arcstr::format!("{call}: {code}")), call, permission })
}

fn put_gap(resource: &mut Resource, key: &Key, gap: Gap, scope: Scope<'_>, interner: &Interner, faults: &mut Faults) {
    let path: Path = match key.text.parse() {
        Ok(path) => path,
        Err(error) => return faults.add(&key.span, crate::model::path::NotAPath::to_string(&error)),
    };
    let root = path.steps().first();
    if !matches!(root, Some(crate::model::path::Step::Key(root)) if matches!(root.as_str(), "properties" | "state" | "tags")) {
        let roots = ["properties", "state", "tags", "environment"];
        return faults.add_unknown(&key.span, "place of a gap", &key.text, roots);
    }
    if let Some(spec) = scope.catalogue.find(scope.resource_type) {
        let is_root = path.steps().len() == 1;
        let is_tag = path.is_within(&Path::root("tags"));
        if !is_root && !is_tag && spec.field(&path).is_none() && !under_anything(spec, &path) {
            return faults.add(&key.span, format!("{} has no {path}", spec.resource_type));
        }
        let brought = spec.call_of(&path);
        // A whole root is brought by many calls.
        if let (Some(named), Some(brought), false) = (&gap.call, &brought, is_root && !is_tag)
            && named != brought
        {
            let help = format!("write {brought}, or name the call in the catalogue");
            return faults.add_with_help(&key.span, format!("{path} is brought by {brought}, not by {named}"), help);
        }
    }
    resource.put_gap(&path, &Arc::new(gap), interner);
}

/// Whether the path leads into something that the catalogue does not describe further.
fn under_anything(spec: &crate::model::catalogue::TypeSpec, path: &Path) -> bool {
    let steps = path.steps();
    (1..steps.len()).any(|length| {
        let above = Path::new(steps.get(..length).unwrap_or_default().to_vec());
        matches!(spec.field(&above).map(|field| &field.ty), Some(FieldType::Any | FieldType::Map { .. } | FieldType::List { .. }))
    })
}

fn listed_type(key: &Key, scope: Scope<'_>, faults: &mut Faults) -> ResourceType {
    let resource_type = ResourceType::new(key.text.clone());
    match scope.catalogue.find(&resource_type) {
        None => faults.add_unknown(&key.span, "resource type", &key.text, type_names(scope.catalogue)),
        Some(spec) if spec.listing.is_none() => faults.add(&key.span, format!("{} is in every pass: nothing lists it", key.text)),
        Some(_) => {}
    }
    resource_type
}

/// The names of all types of a catalogue.
pub fn type_names(catalogue: &Catalogue) -> impl Iterator<Item = &str> {
    catalogue.types().map(|spec| spec.resource_type.as_str())
}

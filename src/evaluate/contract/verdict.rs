//! What is said of each: one sentence that names the resource, the path and both values, and the evidence side by side.

use super::compare::Difference;
use super::terms::{Contract, Entry};
use crate::evaluate::evidence::sentence;
use crate::evaluate::pass::Pass;
use crate::model::rule::{RuleInfo, Severity};
use crate::model::verdict::{Evaluation, Evidence, Expected, Status};
use crate::model::{AccountId, Gap, Interner, Inventory, Path, Region, Resource, ResourceId, ResourceType, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// The longest value that a message quotes, in characters; evidence has it whole.
const QUOTED: usize = 120;

/// Writes the verdicts of one contract.
pub(super) struct Teller<'a> {
    pub contract: &'a Contract,
    pub cx: &'a Pass<'a>,
    pub inventory: &'a Inventory,
}

impl Teller<'_> {
    fn sub_key(&self, resource_type: &ResourceType, name: &str, path: Option<&Path>) -> ArcStr {
        let path = path.map(|path| format!("/{path}")).unwrap_or_default();
        arcstr::format!("{}/{resource_type}/{name}{path}", self.contract.name)
    }

    fn shown(&self, status: Status) -> bool {
        self.cx.evidence.contains(&status)
    }

    fn evaluation(&self, rule: &Arc<RuleInfo>, home: (&AccountId, &Region), sub_key: ArcStr, status: Status) -> Evaluation {
        Evaluation { sub_key: Some(sub_key), ..Evaluation::bare(rule, home, status) }
    }

    fn of(&self, rule: &Arc<RuleInfo>, position: usize, resource: &Resource, sub_key: ArcStr, status: Status) -> Evaluation {
        Evaluation { resource: Some(position), ..self.evaluation(rule, (&resource.account, &resource.region), sub_key, status) }
    }

    /// The identity of what is expected, whether it is there or not.
    fn expected(&self, entry: &Entry, home: (&AccountId, &Region)) -> Arc<Expected> {
        let (account, region) = home;
        let id = arcstr::format!("ledgerline:expected:{account}:{region}:{}:{}", entry.resource_type, entry.name.text);
        Arc::new(Expected {
            id: Some(ResourceId::new(id)),
            resource_type: entry.resource_type.clone(),
            name: Some(entry.name.text.clone()),
        })
    }

    fn listed(&self, resource_type: &ResourceType, observed: Value, expected: Value) -> Evidence {
        let call = self.cx.catalogue.find(resource_type).and_then(|spec| spec.listing.clone());
        Evidence { path: Path::root("name"), observed, expected: Some(expected), call }
    }

    /// What is expected is there.
    pub fn present(&self, rule: &Arc<RuleInfo>, entry: &Entry, position: usize, resource: &Resource) -> Evaluation {
        let sub_key = self.sub_key(&entry.resource_type, &entry.name.text, None);
        let mut told = self.of(rule, position, resource, sub_key, Status::Pass);
        told.subject = Some(self.expected(entry, (&resource.account, &resource.region)));
        if self.shown(Status::Pass) {
            told.message = arcstr::format!("{} is there, as contract {} expects", resource.name, self.contract.name);
            let name = Value::Str(resource.name.clone());
            told.evidence = vec![self.listed(&entry.resource_type, name, Value::Str(entry.name.text.clone()))];
        }
        told
    }

    /// What is expected is not there, or that cannot be told.
    pub fn missing(&self, rule: &Arc<RuleInfo>, entry: &Entry, home: (&AccountId, &Region), gap: Option<Arc<Gap>>) -> Evaluation {
        let (resource_type, name) = (&entry.resource_type, &entry.name.text);
        let status = if gap.is_some() { Status::Unknown } else { Status::Fail };
        let mut told = self.evaluation(rule, home, self.sub_key(resource_type, name, None), status);
        told.subject = Some(self.expected(entry, home));
        // A file may not tell which account or region it is for.
        let known = [home.0.as_str(), home.1.as_str()].into_iter().filter(|place| *place != "unknown" && *place != "global");
        let place: String = known.map(|place| format!(" in {place}")).collect();
        let what = if entry.name.is_pattern() { "no resource is called so" } else { "it is not there" };
        told.message = match &gap {
            None => arcstr::format!("{name}: contract {} expects this {resource_type}{place}, and {what}", self.contract.name),
            Some(gap) => arcstr::format!("{name}: {}", sentence(gap, &format!("whether this {resource_type} is there"))),
        };
        if self.shown(status) {
            told.evidence = vec![self.listed(resource_type, Value::Null, Value::Str(name.clone()))];
        }
        told.gap = gap;
        told
    }

    /// Where a resource is not as expected, or where that cannot be told; one pass where all is well.
    pub fn drifted(
        &self,
        rule: &Arc<RuleInfo>,
        entry: &Entry,
        position: usize,
        resource: &Resource,
        differences: Vec<Difference>,
        told: &mut Vec<Evaluation>,
    ) {
        if differences.is_empty() {
            // An entry that only says that something is there has nothing to drift from.
            if !entry.expect.is_empty() {
                let sub_key = self.sub_key(&entry.resource_type, &entry.name.text, None);
                let mut pass = self.of(rule, position, resource, sub_key, Status::Pass);
                if self.shown(Status::Pass) {
                    pass.message = arcstr::format!("{} is as contract {} expects", resource.name, self.contract.name);
                    pass.evidence = self.agreed(entry, resource);
                }
                told.push(pass);
            }
            return;
        }
        told.extend(differences.into_iter().map(|difference| self.differs(rule, entry, position, resource, difference)));
    }

    fn differs(&self, rule: &Arc<RuleInfo>, entry: &Entry, position: usize, resource: &Resource, difference: Difference) -> Evaluation {
        let Difference { path, observed, expected, gap, detail } = difference;
        let status = if gap.is_some() { Status::Unknown } else { Status::Fail };
        let sub_key = self.sub_key(&entry.resource_type, &entry.name.text, Some(&path));
        let mut told = self.of(rule, position, resource, sub_key, status);
        told.message = match (&gap, detail) {
            (Some(gap), _) => arcstr::format!("{}: {}", resource.name, sentence(gap, &path.to_string())),
            (None, Some(detail)) => {
                arcstr::format!("{}: {path} {detail}, other than contract {} says", resource.name, self.contract.name)
            }
            (None, None) => {
                let (is, should) = (said(&observed.to_json()), said(&expected));
                arcstr::format!("{}: {path} is {is}, contract {} says {should}", resource.name, self.contract.name)
            }
        };
        if self.shown(status) {
            let observed = gap.as_ref().map_or(observed, |gap| Value::Gap(Arc::clone(gap)));
            let expected = Value::from_json(&expected, &Interner::new());
            let call = self.cx.catalogue.find(&resource.resource_type).and_then(|spec| spec.call_of(&path));
            told.evidence = vec![Evidence { path, observed, expected: Some(expected), call }];
        }
        told.gap = gap;
        told
    }

    /// What was compared and agrees, one entry a property.
    fn agreed(&self, entry: &Entry, resource: &Resource) -> Vec<Evidence> {
        let spec = self.cx.catalogue.find(&resource.resource_type);
        let interner = Interner::new();
        let fields = entry.expect.iter().flat_map(|root| match &root.expect {
            super::expect::Expect::Map(fields) => fields.iter().map(|field| (Path::root(root.key.clone()), field)).collect::<Vec<_>>(),
            _ => Vec::new(),
        });
        fields
            .map(|(root, field)| {
                let path = root.key(field.key.clone());
                let observed = resource.at(&path).cloned().unwrap_or_default();
                let call = spec.and_then(|spec| spec.call_of(&path));
                Evidence { path, observed, expected: Some(Value::from_json(&field.expect.to_json(), &interner)), call }
            })
            .collect()
    }

    /// A resource that is named as the deployment's are.
    pub fn unexpected(&self, rule: &Arc<RuleInfo>, position: usize, resource: &Resource, status: Status) -> Evaluation {
        let resource_type = &resource.resource_type;
        let mut told = self.of(rule, position, resource, self.sub_key(resource_type, &resource.name, None), status);
        // A file says what it manages, never that it manages all of an account.
        told.severity = if self.contract.declared { Severity::Info } else { rule.severity };
        if self.shown(status) || status == Status::Fail {
            told.message = match status {
                Status::Fail if self.contract.declared => {
                    arcstr::format!("{}: this {resource_type} is there, and {} does not have it", resource.name, self.contract.source.name)
                }
                Status::Fail => {
                    arcstr::format!(
                        "{}: this {resource_type} is named as those of contract {}, which does not list it",
                        resource.name,
                        self.contract.name
                    )
                }
                _ => arcstr::format!("{} is listed in contract {}", resource.name, self.contract.name),
            };
        }
        if self.shown(status) {
            let name = Value::Str(resource.name.clone());
            let expected = if status == Status::Pass { name.clone() } else { Value::Null };
            told.evidence = vec![self.listed(resource_type, name, expected)];
        }
        told
    }

    /// Unexpected resources may be where a listing ended early.
    pub fn unlisted(&self, rule: &Arc<RuleInfo>, resource_type: &ResourceType, home: (&AccountId, &Region), gap: Arc<Gap>) -> Evaluation {
        let mut told = self.evaluation(rule, home, arcstr::format!("{}/{resource_type}", self.contract.name), Status::Unknown);
        told.subject = Some(Arc::new(Expected { id: None, resource_type: resource_type.clone(), name: None }));
        told.message = sentence(&gap, &format!("the list of {resource_type} of {} in {}", home.0, home.1)).into();
        told.gap = Some(gap);
        told
    }
}

/// A value as a message quotes it.
fn said(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::Null => return "not there".to_owned(),
        serde_json::Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

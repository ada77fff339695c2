//! Drafts → resources with coverage.
//!
//! A template is a whole listing of itself: what it does not have is not in it. Where something in it may make resources that
//! are not seen, no listing is complete, and a rule that asks whether there is none learns that nobody knows.

use super::draft::Draft;
use super::shape::Shaper;
use super::{CALL, Template, fold, untold};
use crate::collect::Request;
use crate::collect::aws::Registry;
use crate::model::catalogue::{FieldType, Reach, TypeSpec};
use crate::model::inventory::Collected;
use crate::model::resource::Origin;
use crate::model::{AccountId, Coverage, Gap, Outcome, Region, Resource, ResourceId, ResourceType, ScopeRow, Value};
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands where the account or region is not known.
const UNKNOWN: &str = "unknown";

impl Template {
    /// What the request needs of the template.
    pub(super) fn yields(&self, request: &Request<'_>) -> Collected {
        let mut collected = Collected::default();
        let untold = Arc::new(untold());
        let shaper = Shaper { interner: request.interner, untold: &untold };
        let mut counts: BTreeMap<ResourceType, Counted> = BTreeMap::new();
        let mut skipped: BTreeMap<ArcStr, u64> = BTreeMap::new();
        for (draft, line) in self.drafts.iter().zip(&self.lines) {
            let resource_type = ResourceType::new(request.interner.string(&draft.resource_type));
            let Some(spec) = request.catalogue.find(&resource_type) else {
                let known = fold::TAKEN_IN.contains(&draft.declared_type.as_str()) || self.unresolved.contains_key(&draft.declared_type);
                if !known {
                    *skipped.entry(draft.declared_type.clone()).or_default() += 1;
                }
                continue;
            };
            if !request.needs.wants_type(resource_type.as_str()) {
                continue;
            }
            let resource = self.resource(draft, *line, spec, &shaper);
            if !request.scope.looks_at(&resource.account, &resource.region) {
                continue;
            }
            let counted = counts.entry(resource_type).or_default();
            counted.resources += 1;
            counted.undecided = counted.undecided.take().or_else(|| draft.undecided.clone());
            collected.resources.push(resource);
        }
        self.cover(request, &counts, &skipped, &mut collected.coverage);
        collected
    }

    fn account(&self) -> AccountId {
        self.deployment.account.clone().unwrap_or_else(|| UNKNOWN.into())
    }

    fn region(&self, reach: Reach) -> Region {
        match reach {
            Reach::Global => Region::global(),
            Reach::Regional => self.deployment.region.clone().unwrap_or_else(|| UNKNOWN.into()),
        }
    }

    fn resource(&self, draft: &Draft, line: u32, spec: &TypeSpec, shaper: &Shaper<'_>) -> Resource {
        let own = || arcstr::format!("{}#{}", self.name, draft.logical);
        let undecided = draft.undecided.as_ref().map(|why| Value::Gap(Arc::clone(why)));
        let known = if undecided.is_some() { None } else { Some(&draft.identity) };
        // Tags that CloudFormation cannot write are written by somebody else, or by nobody.
        let told = || draft.tagged || Registry::embedded().find(spec.resource_type.as_str()).is_none_or(|row| row.tags().is_some());
        let tags = || match &spec.tags {
            None => Value::empty_map(),
            Some(_) if told() => self.tags(draft, shaper),
            Some(_) => Value::Gap(Arc::clone(shaper.untold)),
        };
        let properties = || shaper.read(&draft.properties, &spec.properties);
        Resource {
            id: ResourceId::new(known.and_then(|identity| identity.id.clone()).unwrap_or_else(own)),
            resource_type: ResourceType::new(shaper.interner.string(spec.resource_type.as_str())),
            name: known.and_then(|identity| identity.name.clone()).unwrap_or_else(|| draft.logical.clone()),
            account: self.account(),
            region: self.region(spec.reach),
            tags: undecided.clone().unwrap_or_else(tags),
            properties: undecided.clone().unwrap_or_else(properties),
            state: undecided.unwrap_or_else(|| state(draft, spec, shaper)),
            origin: Some(Arc::new(Origin { file: self.name.clone(), address: draft.logical.clone(), line: Some(line) })),
        }
    }

    fn tags(&self, draft: &Draft, shaper: &Shaper<'_>) -> Value {
        shaper.read(&draft.tags, &FieldType::Map { items: Box::new(FieldType::String { values: Vec::new() }) })
    }

    /// One row for each type that the rules ask for, and one for each that is not judged.
    fn cover(
        &self,
        request: &Request<'_>,
        counts: &BTreeMap<ResourceType, Counted>,
        skipped: &BTreeMap<ArcStr, u64>,
        coverage: &mut Coverage,
    ) {
        let more = self.unresolved.values().find(|unresolved| unresolved.makes_more);
        let row = |resource_type: ResourceType, region: Region, outcome: Outcome, resources: u64, reason: Option<ArcStr>| ScopeRow {
            account: self.account(),
            region,
            resource_type,
            call: CALL.into(),
            outcome,
            resources,
            reason,
            permission: None,
        };
        for (resource_type, _) in request.needs.types().filter(|(resource_type, _)| resource_type.as_str().starts_with("AWS::")) {
            let Some(spec) = request.catalogue.find(resource_type) else { continue };
            let region = self.region(spec.reach);
            if !request.scope.looks_at(&self.account(), &region) {
                continue;
            }
            let counted = counts.get(resource_type);
            let undecided = counted.and_then(|counted| counted.undecided.as_ref()).map(|why: &Arc<Gap>| why.detail.clone());
            let reason = more.map(|more| more.reason.clone()).or(undecided);
            let outcome = if reason.is_some() { Outcome::Skipped } else { Outcome::Complete };
            coverage.add(row(resource_type.clone(), region, outcome, counted.map_or(0, |counted| counted.resources), reason));
        }
        for (name, unresolved) in &self.unresolved {
            let region = self.region(Reach::Regional);
            coverage.add(row(ResourceType::new(name.clone()), region, Outcome::Skipped, unresolved.count, Some(unresolved.reason.clone())));
        }
        for (name, count) in skipped {
            let reason = arcstr::literal!("no rule asks for this type");
            coverage.add(row(ResourceType::new(name.clone()), self.region(Reach::Regional), Outcome::Skipped, *count, Some(reason)));
        }
    }
}

/// What was seen of a type.
#[derive(Debug, Default)]
struct Counted {
    resources: u64,
    /// Why it is not known whether one of them will be made.
    undecided: Option<Arc<Gap>>,
}

/// What a template tells of the state; all else is known once the resource is there.
fn state(draft: &Draft, spec: &TypeSpec, shaper: &Shaper<'_>) -> Value {
    let fields = spec.state.fields().into_iter().flatten();
    // What has a purpose of its own is off unless configured: then there is none of it, and that is no gap.
    let off = |name: &ArcStr| {
        let call = spec.state.fields().and_then(|fields| fields.get(name)).and_then(|field| field.call.as_ref());
        call.and_then(|call| spec.find_call(call)).is_some_and(|call| call.purpose.is_some())
    };
    let told = fields.filter_map(|(name, field)| {
        let value = match draft.state.get(name) {
            Some(super::told::Told::Null) => return None,
            Some(told) => shaper.read(told, &field.ty),
            None if off(name) => return None,
            None => Value::Gap(Arc::clone(shaper.untold)),
        };
        Some((name.clone(), value))
    });
    Value::map(told, shaper.interner)
}

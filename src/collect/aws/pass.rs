//! One collection: every account, every region, every service, side by side; and a row of coverage for all that was wanted.

use super::AwsSource;
use super::conduit::Conduit;
use super::failure::Failure;
use super::scope::{Scope, Yield};
use super::services::{self, Service};
use super::session::{self, Locked, Session};
use super::tally::Tally;
use crate::collect::config::AwsConfig;
use crate::collect::{Request, SourceError};
use crate::model::call::Place;
use crate::model::catalogue::{Reach, TypeSpec};
use crate::model::inventory::Collected;
use crate::model::{AccountId, CallId, Coverage, Gap, GapKind, Outcome, Region, Resource, ResourceType, ScopeRow};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What each service of this build knows: its collector and its types.
type Stock = Vec<(Box<dyn Service>, Vec<ResourceType>)>;

/// Collects what is asked for.
///
/// # Errors
/// Where no account could be entered.
pub async fn collect(source: &AwsSource, request: Request<'_>) -> Result<Collected, SourceError> {
    let AwsSource { config, patience, http, sdk } = source;
    let tally = Arc::new(Tally::default());
    let conduit = Conduit::new(patience.clone(), Arc::clone(&tally));
    let regions = named_regions(config, &request);
    let base = session::load(sdk.as_ref(), regions.first(), http, &tally, patience).await;
    let regions =
        if regions.is_empty() { base.region().map(|region| Region::from(region.as_ref())).into_iter().collect() } else { regions };
    let opened = session::open(config, &base, http, &tally, &conduit).await?;
    let stock = stock();
    let mut collected = Collected { collected_at: Some(request.now), ..Collected::default() };
    let mut running: Vec<BoxFuture<'_, Yield>> = Vec::new();
    for opened in &opened {
        match opened {
            Ok(session) => {
                collected.identities.push(session.identity.clone());
                for place in places(&session.identity.account, &regions, &request) {
                    running.push(in_place(place, session, &conduit, &stock, request).boxed());
                }
            }
            Err(locked) => locked_rows(locked, &regions, &request, &mut collected.coverage),
        }
    }
    for found in join_all(running).await {
        collected.resources.extend(found.resources);
        collected.costs.extend(found.costs);
        for row in found.coverage.rows() {
            collected.coverage.add(row.clone());
        }
    }
    // Accounts may be named twice, through two roles: a resource is one resource, and a cost is paid once.
    let mut known = BTreeSet::new();
    collected.resources.retain(|resource| known.insert(resource.id.clone()));
    let mut known = BTreeSet::new();
    collected.costs.retain(|row| known.insert((row.account.clone(), row.service.clone(), row.day, row.basis)));
    collected.requests = tally.requests();
    Ok(collected)
}

/// The regions that the operator named: those of the config, else those that the pass is narrowed to.
fn named_regions(config: &AwsConfig, request: &Request<'_>) -> Vec<Region> {
    if config.regions.is_empty() {
        request.scope.regions.iter().flatten().filter(|region| !region.is_global()).cloned().collect()
    } else {
        config.regions.clone()
    }
}

fn places(account: &AccountId, regions: &[Region], request: &Request<'_>) -> Vec<Place> {
    regions
        .iter()
        .cloned()
        .chain([Region::global()])
        .filter(|region| request.scope.looks_at(account, region))
        .map(|region| Place { account: account.clone(), region })
        .collect()
}

fn stock() -> Stock {
    let types: BTreeMap<&str, &str> = services::CATALOGUES.iter().copied().collect();
    services::all()
        .into_iter()
        .map(|service| {
            let text = types.get(service.name()).copied().unwrap_or_default();
            let types = super::types_of(service.name(), text).into_iter().map(|spec| spec.resource_type).collect();
            (service, types)
        })
        .collect()
}

/// Everything of one place: the services side by side, then the tags, which come for all of them at once.
async fn in_place(place: Place, session: &Session, conduit: &Conduit, stock: &Stock, request: Request<'_>) -> Yield {
    let sdk = session.in_region(&place.region);
    let scope = |service| Scope { place: place.clone(), request, caller: &session.identity, sdk: &sdk, conduit, service };
    let wanted = |types: &[ResourceType]| {
        types.iter().filter_map(|name| request.catalogue.find(name)).any(|spec| {
            // Types that exist in every pass are yielded whether a rule asks for them or not: they cost nothing.
            is_here(spec, &place.region) && (spec.calls.is_empty() || request.needs.wants_type(spec.resource_type.as_str()))
        })
    };
    let scopes: Vec<Scope<'_>> = stock.iter().filter(|(_, types)| wanted(types)).map(|(service, _)| scope(service.as_ref())).collect();
    let services = join_all(scopes.iter().map(|cx| cx.service.collect(cx)));
    #[cfg(feature = "tagging")]
    let (found, tags) = {
        let cx = scope(&services::tagging::Tagging);
        futures::join!(services, async { services::tagging::read(&cx).await })
    };
    #[cfg(not(feature = "tagging"))]
    let found = services.await;
    let mut all = Yield::default();
    for one in found {
        all.join(one);
    }
    #[cfg(feature = "tagging")]
    tags.put(&scope(&services::tagging::Tagging), &mut all);
    complete(&mut all, &place, stock, &request);
    all
}

fn is_here(spec: &TypeSpec, region: &Region) -> bool {
    match spec.reach {
        Reach::Global => region.is_global(),
        Reach::Regional => !region.is_global(),
    }
}

/// Sees to it that nothing wanted is passed over in silence: a row for each wanted call, and a gap for all that was not
/// asked for.
fn complete(all: &mut Yield, place: &Place, stock: &Stock, request: &Request<'_>) {
    let collected: BTreeSet<&ResourceType> = stock.iter().flat_map(|(_, types)| types).collect();
    for (spec, call) in wanted_calls(request).filter(|(spec, _)| is_here(spec, &place.region)) {
        if all.coverage.find(place, &spec.resource_type, call).is_some() {
            continue;
        }
        let failure = if collected.contains(&spec.resource_type) && cfg!(feature = "tagging") {
            Failure::fault(Outcome::Broken, format!("nobody told what became of {call}"))
        } else {
            Failure::fault(Outcome::Skipped, format!("this build cannot make {call}: its cargo feature is off"))
        };
        all.coverage.add(row(place, spec, call, &failure));
    }
    // One gap a call, shared by all resources.
    let mut unasked: BTreeMap<(&ResourceType, &CallId), Arc<Gap>> = BTreeMap::new();
    for spec in request.catalogue.types() {
        for call in spec.calls.iter().filter(|call| !request.needs.wants(spec.resource_type.as_str(), call.call.as_str())) {
            let detail = arcstr::format!("{} was not asked for", call.call);
            let gap = Gap { kind: GapKind::NotRecorded, call: Some(call.call.clone()), permission: None, detail };
            unasked.insert((&spec.resource_type, &call.call), Arc::new(gap));
        }
    }
    for resource in &mut all.resources {
        put_unasked(resource, &unasked, request);
    }
}

fn put_unasked(resource: &mut Resource, unasked: &BTreeMap<(&ResourceType, &CallId), Arc<Gap>>, request: &Request<'_>) {
    let Some(spec) = request.catalogue.find(&resource.resource_type) else { return };
    for call in &spec.calls {
        // The listing was made: it brought the resource.
        if let Some(gap) = unasked.get(&(&spec.resource_type, &call.call))
            && spec.listing.as_ref() != Some(&call.call)
        {
            resource.put_call_gap(spec, &call.call, gap, request.interner);
        }
    }
}

/// The calls of our types that are wanted.
fn wanted_calls<'a>(request: &Request<'a>) -> impl Iterator<Item = (&'a TypeSpec, &'a CallId)> {
    let (needs, catalogue) = (request.needs, request.catalogue);
    let ours: BTreeSet<ResourceType> =
        services::CATALOGUES.iter().flat_map(|(service, text)| super::types_of(service, text)).map(|spec| spec.resource_type).collect();
    needs
        .types()
        .filter(move |(resource_type, _)| ours.contains(*resource_type))
        .filter_map(move |(resource_type, calls)| Some((catalogue.find(resource_type)?, calls)))
        .flat_map(|(spec, calls)| calls.iter().map(move |call| (spec, call)))
}

/// What an account that we did not get into means for each thing that was wanted of it.
fn locked_rows(locked: &Locked, regions: &[Region], request: &Request<'_>, coverage: &mut Coverage) {
    for place in places(&locked.account, regions, request) {
        for (spec, call) in wanted_calls(request).filter(|(spec, _)| is_here(spec, &place.region)) {
            coverage.add(row(&place, spec, call, &locked.failure));
        }
    }
}

fn row(place: &Place, spec: &TypeSpec, call: &CallId, failure: &Failure) -> ScopeRow {
    ScopeRow {
        account: place.account.clone(),
        region: place.region.clone(),
        resource_type: spec.resource_type.clone(),
        call: call.clone(),
        outcome: failure.outcome(),
        resources: 0,
        reason: Some(failure.reason.clone()),
        permission: failure.permission.clone(),
    }
}

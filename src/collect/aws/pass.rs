//! One collection: every account, every region, every service, side by side; and a row of coverage for all that was wanted.

use super::AwsSource;
use super::conduit::Conduit;
use super::failure::Failure;
use super::scope::{Scope, Yield};
use super::services::{self, Service};
use super::session::{self, Locked, Session};
use super::tally::Tally;
use crate::collect::config::{AwsConfig, TableSample};
use crate::collect::{Request, SourceError, unasked};
use crate::model::call::Place;
use crate::model::catalogue::{Catalogue, Reach, TypeSpec};
use crate::model::inventory::Collected;
use crate::model::{AccountId, CallId, Coverage, Outcome, Region, Resource, ResourceType, ScopeRow};
use arcstr::ArcStr;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use futures::{FutureExt, StreamExt};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// What this build has.
struct Stock {
    /// Each collector with its types.
    services: Vec<(Box<dyn Service>, Vec<ResourceType>)>,
    /// The types of all AWS services, those that this build cannot call included.
    ours: BTreeSet<ResourceType>,
    /// The tables to take samples of.
    samples: Vec<TableSample>,
    /// The tag keys that costs are told apart by.
    cost_tags: Vec<ArcStr>,
}

/// Collects what is asked for.
///
/// # Errors
/// Where no account could be entered.
pub async fn collect(source: &AwsSource, request: Request<'_>) -> Result<Collected, SourceError> {
    let AwsSource { config, patience, http, sdk, samples, cost_tags } = source;
    let tally = Arc::new(Tally::default());
    let conduit = Conduit::new(patience.clone(), Arc::clone(&tally));
    let config = within(config, &request)?;
    let regions = named_regions(&config, &request);
    session::check_regions(&regions)?;
    let base = session::load(sdk.as_ref(), regions.first(), http, &tally, patience).await?;
    let regions =
        if regions.is_empty() { base.region().map(|region| Region::from(region.as_ref())).into_iter().collect() } else { regions };
    session::check_regions(&regions)?;
    let opened = session::open(&config, &base, &regions, http, &tally, &conduit).await?;
    let stock = stock(request.catalogue, samples, cost_tags);
    let mut collected = Collected { collected_at: Some(request.now), ..Collected::default() };
    // Not `join_all`: it asks each of its futures whenever one of them has news.
    let mut running: FuturesOrdered<BoxFuture<'_, Yield>> = FuturesOrdered::new();
    for opened in &opened {
        match opened {
            Ok(session) => {
                collected.identities.push(session.identity.clone());
                for place in places(&session.identity.account, &regions, &request) {
                    running.push_back(in_place(place, session, &conduit, &stock, request).boxed());
                }
            }
            Err(locked) => locked_rows(locked, &stock, &regions, &request, &mut collected.coverage),
        }
    }
    if running.is_empty() && collected.coverage.rows().next().is_none() {
        return Err(SourceError::BadInput("no account and region of the config lies in the scope that is asked for".to_owned()));
    }
    while let Some(found) = running.next().await {
        collected.resources.extend(found.resources);
        collected.ledger.join(found.ledger);
        for row in found.coverage.rows() {
            collected.coverage.add(row.clone());
        }
    }
    // Accounts may be named twice, through two roles: a resource is one resource, and a bill is one bill.
    keep_first(&mut collected.resources);
    let mut known = BTreeSet::new();
    collected.ledger.readings.retain(|reading| known.insert((reading.payer.clone(), reading.id.clone())));
    collected.requests = tally.requests();
    Ok(collected)
}

/// Keeps each resource of an account once. The id alone does not say whose it is: AWS's own policies have the same in every account.
fn keep_first(resources: &mut Vec<Resource>) {
    let mut known = HashSet::with_capacity(resources.len());
    resources.retain(|Resource { account, region, resource_type, id, .. }| {
        known.insert((account.clone(), region.clone(), resource_type.clone(), id.clone()))
    });
}

/// The accounts of the config that the pass looks at: the others are not even entered.
fn within(config: &AwsConfig, request: &Request<'_>) -> Result<AwsConfig, SourceError> {
    let Some(wanted) = &request.scope.accounts else { return Ok(config.clone()) };
    let accounts: Vec<_> = config.accounts.iter().filter(|account| wanted.contains(&account.id)).cloned().collect();
    if accounts.is_empty() && !config.accounts.is_empty() {
        let wanted: Vec<&str> = wanted.iter().map(AccountId::as_str).collect();
        return Err(SourceError::BadInput(format!("no account of the config is {}", wanted.join(" or "))));
    }
    Ok(AwsConfig { accounts, ..config.clone() })
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

fn stock(catalogue: &Catalogue, samples: &[TableSample], cost_tags: &[ArcStr]) -> Stock {
    let mut types: BTreeMap<&str, Vec<ResourceType>> = services::CATALOGUES
        .iter()
        .map(|(service, text)| (*service, super::types_of(service, text).into_iter().map(|spec| spec.resource_type).collect()))
        .collect();
    let loose = catalogue.types().filter(|spec| spec.loose.is_some()).map(|spec| spec.resource_type.clone());
    types.entry("cloudcontrol").or_default().extend(loose);
    let ours = types.values().flatten().cloned().collect();
    let services = services::all().into_iter().map(|service| {
        let types = types.remove(service.name()).unwrap_or_default();
        (service, types)
    });
    Stock { services: services.collect(), ours, samples: samples.to_vec(), cost_tags: cost_tags.to_vec() }
}

/// What arrives from one place.
enum Part {
    Service(Yield),
    #[cfg(feature = "tagging")]
    Tags(services::tagging::Tags),
}

/// Everything of one place: the services side by side, then the tags, which come for all of them at once.
async fn in_place(place: Place, session: &Session, conduit: &Conduit, stock: &Stock, request: Request<'_>) -> Yield {
    let sdk = session.in_region(&place.region);
    let scope = |service| Scope {
        place: place.clone(),
        request,
        caller: &session.identity,
        proven: &session.proven,
        sdk: &sdk,
        conduit,
        service,
        samples: &stock.samples,
        cost_tags: &stock.cost_tags,
    };
    let wanted = |types: &[ResourceType]| {
        types.iter().filter_map(|name| request.catalogue.find(name)).any(|spec| {
            // Types that exist in every pass are yielded whether a rule asks for them or not: they cost nothing.
            is_here(spec, &place.region) && (spec.calls.is_empty() || request.needs.wants_type(spec.resource_type.as_str()))
        })
    };
    let services = stock.services.iter().filter(|(_, types)| wanted(types));
    let scopes: Vec<Scope<'_>> = services.map(|(service, _)| scope(service.as_ref())).collect();
    #[cfg(feature = "tagging")]
    let tagging = scope(&services::tagging::Tagging);
    let mut parts: FuturesOrdered<BoxFuture<'_, Part>> = FuturesOrdered::new();
    for cx in &scopes {
        parts.push_back(cx.service.collect(cx).map(Part::Service).boxed());
    }
    #[cfg(feature = "tagging")]
    parts.push_back(services::tagging::read(&tagging).map(Part::Tags).boxed());
    let mut all = Yield::default();
    while let Some(part) = parts.next().await {
        match part {
            Part::Service(found) => all.join(found),
            // Last in the order: all resources are there.
            #[cfg(feature = "tagging")]
            Part::Tags(tags) => tags.put(&tagging, &mut all),
        }
    }
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
    let collected: BTreeSet<&ResourceType> = stock.services.iter().flat_map(|(_, types)| types).collect();
    for (spec, call) in wanted_calls(stock, request).filter(|(spec, _)| is_here(spec, &place.region)) {
        if all.coverage.find(place, &spec.resource_type, call).is_some() {
            continue;
        }
        let built = if call.service() == "tag" { cfg!(feature = "tagging") } else { collected.contains(&spec.resource_type) };
        let failure = if built {
            Failure::fault(Outcome::Broken, format!("nobody told what became of {call}"))
        } else {
            Failure::fault(Outcome::Skipped, format!("this build cannot make {call}: its cargo feature is off"))
        };
        for resource in all.resources.iter_mut().filter(|resource| resource.resource_type == spec.resource_type) {
            resource.put_call_gap(spec, call, &Arc::new(failure.gap(call)), request.interner);
        }
        all.coverage.add(row(place, spec, call, &failure));
    }
    unasked::mark(&mut all.resources, request);
}

/// The calls of our types that are wanted.
fn wanted_calls<'a>(stock: &'a Stock, request: &Request<'a>) -> impl Iterator<Item = (&'a TypeSpec, &'a CallId)> {
    let catalogue = request.catalogue;
    let ours = request.needs.types().filter(|(resource_type, _)| stock.ours.contains(*resource_type));
    ours.filter_map(move |(resource_type, calls)| Some((catalogue.find(resource_type)?, calls)))
        .flat_map(|(spec, calls)| calls.iter().map(move |call| (spec, call)))
}

/// What an account that we did not get into means for each thing that was wanted of it.
fn locked_rows(locked: &Locked, stock: &Stock, regions: &[Region], request: &Request<'_>, coverage: &mut Coverage) {
    for place in places(&locked.account, regions, request) {
        for (spec, call) in wanted_calls(stock, request).filter(|(spec, _)| is_here(spec, &place.region)) {
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

//! What a service's collector works with: one account in one region, and what is wanted of it.

use super::conduit::Conduit;
use super::failure::{Failure, Site};
use super::limiter::Pace;
use super::listing::{Listing, Page, Pager, Turn};
use super::salvage;
use super::services::Service;
use crate::collect::Request;
use crate::collect::config::TableSample;
use crate::model::call::Place;
use crate::model::catalogue::{Each, TypeSpec};
use crate::model::inventory::Identity;
use crate::model::paid::PaidRequest;
use crate::model::plane::Ledger;
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{CallId, Coverage, Money, Outcome, Region, Resource, ResourceId, ResourceType, ScopeRow};
use arcstr::ArcStr;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One account in one region (or `global`), during one pass.
pub struct Scope<'a> {
    /// The account and region.
    pub place: Place,
    /// What the pass asks for.
    pub request: Request<'a>,
    /// Who asks.
    pub caller: &'a Identity,
    /// The region that told so.
    pub(super) proven: &'a Region,
    /// The tables that a sample may be taken of.
    pub(super) samples: &'a [TableSample],
    /// The tag keys that costs are told apart by.
    pub(super) cost_tags: &'a [ArcStr],
    pub(super) sdk: &'a SdkConfig,
    pub(super) conduit: &'a Conduit,
    pub(super) service: &'a dyn Service,
}

/// What a collector yields: resources, and a row for each call that was wanted.
#[derive(Debug, Default)]
pub struct Yield {
    /// The resources.
    pub resources: Vec<Resource>,
    /// What became of each call.
    pub coverage: Coverage,
    /// What bills say, where that was asked for.
    pub ledger: Ledger,
}

impl<'a> Scope<'a> {
    /// The configuration to make a service's client from: credentials, region, endpoint, counting.
    pub fn sdk(&self) -> &'a SdkConfig {
        self.sdk
    }

    /// Whether this call is wanted for this type.
    pub fn wants(&self, resource_type: &str, call: &str) -> bool {
        self.request.needs.wants(resource_type, call)
    }

    /// The sample that the config asks for of a table.
    pub fn sample(&self, table: &str) -> Option<&'a TableSample> {
        self.samples.iter().find(|sample| sample.table == table)
    }

    /// The tag keys that costs are told apart by.
    pub fn cost_tags(&self) -> &'a [ArcStr] {
        self.cost_tags
    }

    /// What the catalogue knows of a type.
    pub fn spec(&self, resource_type: &str) -> Option<&'a TypeSpec> {
        self.request.catalogue.find(&ResourceType::from(resource_type))
    }

    /// The partition of the region (`aws`, `aws-us-gov`, `aws-cn` …), for ARNs that no answer carries.
    pub fn partition(&self) -> &str {
        // The caller's own ARN names it for every region of the account.
        self.caller.arn.split(':').nth(1).filter(|partition| !partition.is_empty()).unwrap_or("aws")
    }

    /// An ARN of this account and region: `arn:aws:<service>:<region>:<account>:<rest>`.
    pub fn arn(&self, service: &str, rest: &str) -> String {
        let region = if self.place.region.is_global() { "" } else { self.place.region.as_str() };
        format!("arn:{}:{service}:{region}:{}:{rest}", self.partition(), self.place.account)
    }

    /// Makes one call: paced, counted, retried and judged. `send` builds and sends the request, once an attempt.
    ///
    /// # Errors
    /// Why the call brought nothing.
    pub async fn call<T, E, Fut>(&self, call: &str, send: impl Fn() -> Fut) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        self.conduit.call(&self.site(call), self.pace(call), send).await
    }

    /// Reads every page of a listing. `fetch` asks for the page behind a token (none for the first). An item that makes no
    /// sense leaves the others in place and the listing broken.
    pub async fn list<I, E, Fut>(&self, call: &str, fetch: impl Fn(Option<String>) -> Fut) -> Listing<I>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        Fut: Future<Output = Result<Page<I>, SdkError<E, HttpResponse>>>,
    {
        let (mut token, mut pager, lost) = (None, Pager::new(call), AtomicUsize::new(0));
        loop {
            let page = self.call(call, || async {
                let ask = || fetch(token.clone());
                let error = match ask().await {
                    Ok(page) => return Ok(page),
                    Err(error) => error,
                };
                let Some(saved) = salvage::save(&error, ask).await else { return Err(error) };
                lost.fetch_add(saved.lost, Ordering::Relaxed);
                Ok(saved.page)
            });
            match pager.turn(page.await) {
                Turn::Next(next, going) => (token, pager) = (Some(next), going),
                Turn::End(listing) => return listing.without(call, lost.into_inner()),
            }
        }
    }

    /// Does something for each item, as many side by side as the pass allows; the answers in the items' order.
    // The futures are boxed: unboxed, the compiler cannot prove them `Send` for every lifetime of what they borrow.
    pub async fn each<'s, I, T>(&'s self, what: &str, items: Vec<I>, act: impl Fn(I) -> BoxFuture<'s, T>) -> Vec<T> {
        let progress = self.request.progress;
        progress.planned(what, items.len() as u64);
        let mut done = Vec::with_capacity(items.len());
        let numbered = items.into_iter().enumerate().map(|(position, item)| act(item).map(move |answer| (position, answer)));
        let mut running = futures::stream::iter(numbered).buffer_unordered(self.conduit.patience().in_flight.max(1));
        while let Some(answer) = running.next().await {
            progress.done(what, 1);
            done.push(answer);
        }
        // In order, so that of several failures the same one is told each time.
        done.sort_by_key(|(position, _)| *position);
        done.into_iter().map(|(_, answer)| answer).collect()
    }

    /// Counts what AWS charges for a request that was sent.
    pub fn paid(&self, price: Money) {
        self.conduit.tally().paid(price);
    }

    /// A paid request of this account: what [`crate::model::paid::PaidCalls`] is asked for.
    pub fn paid_request(&self, call: &str, key: String, price: Money, pages: u32) -> PaidRequest {
        PaidRequest { account: self.place.account.clone(), call: call.into(), key, price, pages }
    }

    /// A resource of this place, its properties and state typed by the catalogue.
    pub fn resource(
        &self,
        resource_type: &str,
        id: ResourceId,
        name: &str,
        properties: serde_json::Value,
        state: serde_json::Value,
    ) -> Resource {
        let record = ResourceRecord {
            id,
            resource_type: resource_type.into(),
            name: name.into(),
            account: self.place.account.clone(),
            region: self.place.region.clone(),
            tags: serde_json::Value::Null,
            properties,
            state,
            gaps: Vec::<GapRecord>::new(),
            origin: None,
        };
        Resource::from_record(&record, self.request.catalogue, self.request.interner)
    }

    /// Marks all that a call would have brought to a resource as not known.
    pub fn gap(&self, resource: &mut Resource, call: &str, failure: &Failure) {
        let call = CallId::from(call);
        let gap = Arc::new(failure.gap(&call));
        if let Some(spec) = self.request.catalogue.find(&resource.resource_type) {
            resource.put_call_gap(spec, &call, &gap, self.request.interner);
        }
    }

    /// A row of coverage of this place: how many resources the call was complete for, or why it was not.
    pub fn row(&self, resource_type: &str, call: &str, answer: Result<u64, &Failure>) -> ScopeRow {
        ScopeRow {
            account: self.place.account.clone(),
            region: self.place.region.clone(),
            resource_type: resource_type.into(),
            call: call.into(),
            outcome: answer.map_or_else(Failure::outcome, |_| Outcome::Complete),
            resources: answer.unwrap_or_default(),
            reason: answer.err().map(|failure| failure.reason.clone()),
            permission: answer.err().and_then(|failure| failure.permission.clone()),
        }
    }

    fn site(&self, call: &str) -> Site {
        let call = CallId::from(call);
        let permission = self.permission(&call);
        Site { place: self.place.clone(), call, permission, proven: Some(self.proven.clone()) }
    }

    /// The IAM action that a call needs, as the catalogue has it.
    fn permission(&self, call: &CallId) -> ArcStr {
        self.request
            .catalogue
            .types()
            .find_map(|spec| spec.find_call(call)?.permissions().into_iter().next())
            .unwrap_or_else(|| call.as_str().into())
    }

    fn pace(&self, call: &str) -> Pace {
        self.service.paces().iter().find(|(known, _)| *known == call).map_or_else(Pace::default, |(_, pace)| *pace)
    }
}

impl Yield {
    /// Enters a listing, and a row for every wanted call that is made once a resource: with what was listed they begin
    /// complete; where the listing failed they share its fault, because nobody can tell what they would have been asked for.
    pub fn listed<I>(&mut self, cx: &Scope<'_>, resource_type: &str, call: &str, listing: &Listing<I>) {
        let seen = listing.items.len() as u64;
        self.coverage.add(ScopeRow { resources: seen, ..cx.row(resource_type, call, listing.fault.as_ref().map_or(Ok(seen), Err)) });
        let follows = listing
            .fault
            .as_ref()
            .map(|fault| Failure { reason: arcstr::format!("the listing failed: {}", fault.reason), ..fault.clone() });
        for spec in cx.spec(resource_type).map(|spec| spec.calls.as_slice()).unwrap_or_default() {
            if spec.each == Each::Resource && cx.wants(resource_type, spec.call.as_str()) {
                self.coverage.add(cx.row(resource_type, spec.call.as_str(), follows.as_ref().map_or(Ok(0), Err)));
            }
        }
    }

    /// Enters the listing of what hangs on other resources, before it is made once for each of them (and entered by
    /// [`Yield::listed`] each time): a row for the listing of those others, and where that failed, its fault on the rest,
    /// because nobody can tell what else would have been asked.
    pub fn listed_under<I>(&mut self, cx: &Scope<'_>, resource_type: &str, call: &str, parents_call: &str, parents: &Listing<I>) {
        let fault = parents.fault.as_ref();
        self.coverage.add(cx.row(resource_type, parents_call, fault.map_or(Ok(parents.items.len() as u64), Err)));
        let fault = fault.map(|fault| Failure { reason: arcstr::format!("{parents_call} failed: {}", fault.reason), ..fault.clone() });
        self.listed(cx, resource_type, call, &Listing::<I> { items: Vec::new(), fault });
    }

    /// Enters what became of a call for one resource.
    pub fn answered<T>(&mut self, cx: &Scope<'_>, resource_type: &str, call: &str, answer: &Result<T, Failure>) {
        self.coverage.add(cx.row(resource_type, call, answer.as_ref().map(|_| 1)));
    }

    /// Takes all of another.
    pub fn join(&mut self, other: Yield) {
        self.resources.extend(other.resources);
        self.ledger.join(other.ledger);
        for row in other.coverage.rows() {
            self.coverage.add(row.clone());
        }
    }
}

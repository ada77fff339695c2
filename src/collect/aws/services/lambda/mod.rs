//! Lambda functions: one listing with their configuration, then per function only what a rule reads; their versions, aliases
//! and event sources.
//!
//! `GetFunction` is never asked: its answer holds the address of the code. Versions come in the same listing as functions
//! (`FunctionVersion: ALL`) instead of one `ListVersionsByFunction` a function: where a rule asks for versions, a few pages
//! more are all it costs.

mod event_sources;
mod functions;
mod map;
mod policy;
mod qualified;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::FunctionVersion;
use functions::{CONCURRENCY, EVENT_INVOKE, PROVISIONED, URLS};
use futures::FutureExt as _;
use map::{ALIAS, ALIASES, EVENT_SOURCE, EVENT_SOURCES, Entry, FUNCTION, LISTING, VERSION};
use policy::POLICY;

/// Collects functions, their versions and aliases, and their event sources.
pub struct Lambda;

/// The most functions that a page holds.
const PAGE: i32 = 50;

/// Lambda documents 15 a second for `GetPolicy`, and 15 for each of the rest of its control plane.
const PACES: &[(&str, Pace)] = &[
    (LISTING, Pace::new(15, 15)),
    (POLICY, Pace::new(15, 15)),
    (CONCURRENCY, Pace::new(15, 15)),
    (PROVISIONED, Pace::new(15, 15)),
    (URLS, Pace::new(15, 15)),
    (EVENT_INVOKE, Pace::new(15, 15)),
    (ALIASES, Pace::new(15, 15)),
    (EVENT_SOURCES, Pace::new(15, 15)),
];

#[async_trait::async_trait]
impl Service for Lambda {
    fn name(&self) -> &'static str {
        "lambda"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let wants = |resource_type| cx.request.needs.wants_type(resource_type);
        let mut found = Yield::default();
        if [FUNCTION, VERSION, ALIAS].into_iter().any(wants) {
            let (functions, versions) = list(cx, &client).await;
            let names = Listing { items: functions.items.iter().map(|one| one.name.clone()).collect(), fault: functions.fault.clone() };
            if wants(FUNCTION) {
                found.listed(cx, FUNCTION, LISTING, &functions);
                let hydrated = |function| functions::hydrate(cx, client.clone(), function).boxed();
                for function in cx.each("functions", functions.items, hydrated).await.into_iter().flatten() {
                    found.enter(cx, function);
                }
            }
            if wants(VERSION) {
                found.join(qualified::versions(cx, &client, versions).await);
            }
            if wants(ALIAS) {
                found.join(qualified::aliases(cx, &client, &names).await);
            }
        }
        if wants(EVENT_SOURCE) {
            found.join(event_sources::event_sources(cx, &client).await);
        }
        found
    }
}

/// The functions of a region, and their versions where those are wanted.
async fn list(cx: &Scope<'_>, client: &Client) -> (Listing<Draft>, Listing<Draft>) {
    let all = cx.request.needs.wants_type(VERSION).then_some(FunctionVersion::All);
    let entries = cx
        .list(LISTING, |marker| {
            let request = client.list_functions().max_items(PAGE).set_function_version(all.clone()).set_marker(marker);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.functions, next: answer.next_marker })
            }
        })
        .await
        .read(LISTING, map::entry);
    let (mut functions, mut versions) = (Vec::new(), Vec::new());
    for entry in entries.items {
        match entry {
            Entry::Function(function) => functions.push(function),
            Entry::Version(version) => versions.push(version),
        }
    }
    (Listing { items: functions, fault: entries.fault.clone() }, Listing { items: versions, fault: entries.fault })
}

//! API Gateway's HTTP and WebSocket APIs: one listing, then for each API its routes, stages, authorizers and integrations;
//! and the APIs that are mapped below custom domains.
//!
//! The operations share names with those of REST APIs (`GetStages`), and their IAM prefix; types and shapes are others. A
//! custom domain of this service is one of REST APIs too where it is asked there: its ARN is the same, so it is not listed
//! here a second time as a resource, only for its mappings.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_apigatewayv2::Client;
use futures::FutureExt as _;
use map::{API, APIS, AUTHORIZER, AUTHORIZERS, Api, DOMAINS, INTEGRATION, INTEGRATIONS, MAPPING, MAPPINGS, ROUTE, ROUTES, STAGE, STAGES};

/// Collects the types of HTTP and WebSocket APIs.
pub struct ApiGatewayV2;

/// The most items that a page holds, as text: so the operations want it.
const PAGE: &str = "500";

/// The quota of an account is 10 requests a second for all of API Gateway's control plane together.
const PACES: &[(&str, Pace)] = &[
    (APIS, Pace::new(3, 3)),
    (ROUTES, Pace::new(5, 5)),
    (STAGES, Pace::new(5, 5)),
    (AUTHORIZERS, Pace::new(5, 5)),
    (INTEGRATIONS, Pace::new(5, 5)),
    (DOMAINS, Pace::new(3, 3)),
    (MAPPINGS, Pace::new(3, 3)),
];

/// Reads every page of a listing of the service; all of them are paged alike.
macro_rules! pages {
    ($cx:expr, $call:expr, $request:expr) => {
        $cx.list($call, |token| {
            let request = $request.max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.items, next: answer.next_token })
            }
        })
        .await
    };
}

#[async_trait::async_trait]
impl Service for ApiGatewayV2 {
    fn name(&self) -> &'static str {
        "apigatewayv2"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        if [API, ROUTE, STAGE, AUTHORIZER, INTEGRATION].into_iter().any(|kind| cx.wants(kind, APIS)) {
            apis(cx, &client, &mut found).await;
        }
        if cx.wants(MAPPING, MAPPINGS) {
            mappings(cx, &client, &mut found).await;
        }
        found
    }
}

/// The listings of what hangs on one API, each with its type and call.
type Parts = Vec<(&'static str, &'static str, Listing<Draft>)>;

async fn apis(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let prefix = map::prefix(cx);
    let apis = pages!(cx, APIS, client.get_apis()).read(APIS, |api| map::api(api, &prefix));
    if cx.wants(API, APIS) {
        found.listed(cx, API, APIS, &apis);
    }
    for (kind, call) in [(ROUTE, ROUTES), (STAGE, STAGES), (AUTHORIZER, AUTHORIZERS), (INTEGRATION, INTEGRATIONS)] {
        if cx.wants(kind, call) {
            found.listed_under(cx, kind, call, APIS, &apis);
        }
    }
    let parts = cx.each("HTTP APIs", apis.items, |(draft, api)| parts(cx, client.clone(), draft, api).boxed()).await;
    for (draft, parts) in parts.into_iter().flatten() {
        if cx.wants(API, APIS) {
            found.enter(cx, draft);
        }
        for (kind, call, listing) in parts {
            found.listed(cx, kind, call, &listing);
            for draft in listing.items {
                found.enter(cx, draft);
            }
        }
    }
}

/// Asks for what is wanted of one API; none where it is gone meanwhile, whichever call says so.
async fn parts(cx: &Scope<'_>, client: Client, draft: Draft, api: Api) -> Option<(Draft, Parts)> {
    let mut parts = Parts::new();
    if cx.wants(ROUTE, ROUTES) {
        let routes = pages!(cx, ROUTES, client.get_routes().api_id(api.id.as_str()));
        parts.push((ROUTE, ROUTES, present(routes)?.read(ROUTES, |route| map::route(route, &api))));
    }
    if cx.wants(STAGE, STAGES) {
        let stages = pages!(cx, STAGES, client.get_stages().api_id(api.id.as_str()));
        parts.push((STAGE, STAGES, present(stages)?.read(STAGES, |stage| map::stage(stage, &api))));
    }
    if cx.wants(AUTHORIZER, AUTHORIZERS) {
        let authorizers = pages!(cx, AUTHORIZERS, client.get_authorizers().api_id(api.id.as_str()));
        parts.push((AUTHORIZER, AUTHORIZERS, present(authorizers)?.read(AUTHORIZERS, |authorizer| map::authorizer(authorizer, &api))));
    }
    if cx.wants(INTEGRATION, INTEGRATIONS) {
        let integrations = pages!(cx, INTEGRATIONS, client.get_integrations().api_id(api.id.as_str()));
        let integrations = present(integrations)?.read(INTEGRATIONS, |integration| map::integration(integration, &api));
        parts.push((INTEGRATION, INTEGRATIONS, integrations));
    }
    Some((draft, parts))
}

/// The listing; none where what it hangs on is gone.
fn present<I>(listing: Listing<I>) -> Option<Listing<I>> {
    (!listing.fault.as_ref().is_some_and(Failure::vanished)).then_some(listing)
}

async fn mappings(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let prefix = map::prefix(cx);
    let domains = pages!(cx, DOMAINS, client.get_domain_names()).read(DOMAINS, |domain| domain.domain_name().map(str::to_owned));
    found.listed_under(cx, MAPPING, MAPPINGS, DOMAINS, &domains);
    let listings = cx
        .each("domains of HTTP APIs", domains.items, |domain| {
            let (client, prefix) = (client.clone(), prefix.clone());
            async move {
                let mappings = pages!(cx, MAPPINGS, client.get_api_mappings().domain_name(domain.as_str()));
                Some(present(mappings)?.read(MAPPINGS, |mapping| map::mapping(mapping, &domain, &prefix)))
            }
            .boxed()
        })
        .await;
    for listing in listings.into_iter().flatten() {
        found.listed(cx, MAPPING, MAPPINGS, &listing);
        for draft in listing.items {
            found.enter(cx, draft);
        }
    }
}

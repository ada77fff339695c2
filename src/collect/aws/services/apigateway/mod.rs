//! API Gateway's REST APIs: one listing, then for each API its resources with all methods embedded, its stages, its
//! authorizers, and for each stage the deployment that it serves; custom domains with what is mapped below them.
//!
//! Methods come with `GetResources?embed=methods`, never one call a method. API keys are not asked for: `apigateway:GET` is
//! wanted on the paths of these calls only. HTTP and WebSocket APIs are another service, `apigatewayv2`.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_apigateway::Client;
use futures::FutureExt as _;
use map::{APIS, AUTHORIZER, AUTHORIZERS, Api, DEPLOYMENT, DOMAIN, DOMAINS, MAPPING, MAPPINGS, METHOD, RESOURCES, REST_API, STAGE, STAGES};

/// Collects the types of REST APIs.
pub struct ApiGateway;

/// The most items that a page holds.
const PAGE: i32 = 500;

/// The quota of an account is 10 requests a second for all of API Gateway's control plane together; it is shared by all
/// operations, so each takes a part ("Quotas for creating, deploying and managing an API").
const PACES: &[(&str, Pace)] = &[
    (APIS, Pace::new(3, 3)),
    (RESOURCES, Pace::new(5, 5)),
    (STAGES, Pace::new(5, 5)),
    (AUTHORIZERS, Pace::new(5, 5)),
    (DEPLOYMENT, Pace::new(5, 5)),
    (DOMAINS, Pace::new(3, 3)),
    (MAPPINGS, Pace::new(3, 3)),
];

#[async_trait::async_trait]
impl Service for ApiGateway {
    fn name(&self) -> &'static str {
        "apigateway"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        if [REST_API, METHOD, STAGE, AUTHORIZER].into_iter().any(|kind| cx.wants(kind, APIS)) {
            apis(cx, &client, &mut found).await;
        }
        if [DOMAIN, MAPPING].into_iter().any(|kind| cx.wants(kind, DOMAINS)) {
            domains(cx, &client, &mut found).await;
        }
        found
    }
}

/// What hangs on one API: the listings that were wanted.
#[derive(Default)]
struct Parts {
    methods: Option<Listing<Draft>>,
    stages: Option<Listing<Draft>>,
    authorizers: Option<Listing<Draft>>,
}

async fn apis(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let prefix = map::prefix(cx);
    let apis = cx
        .list(APIS, |position| {
            let request = client.get_rest_apis().limit(PAGE).set_position(position);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.items, next: answer.position })
            }
        })
        .await
        .read(APIS, |api| map::rest_api(api, &prefix));
    if cx.wants(REST_API, APIS) {
        found.listed(cx, REST_API, APIS, &apis);
    }
    for (kind, call) in [(METHOD, RESOURCES), (STAGE, STAGES), (AUTHORIZER, AUTHORIZERS)] {
        if cx.wants(kind, call) {
            found.listed_under(cx, kind, call, APIS, &apis);
        }
    }
    let parts = cx.each("REST APIs", apis.items, |(draft, api)| parts(cx, client.clone(), draft, api).boxed()).await;
    for (draft, parts) in parts.into_iter().flatten() {
        if cx.wants(REST_API, APIS) {
            found.enter(cx, draft);
        }
        for (kind, call, listing) in
            [(METHOD, RESOURCES, parts.methods), (STAGE, STAGES, parts.stages), (AUTHORIZER, AUTHORIZERS, parts.authorizers)]
        {
            let Some(listing) = listing else { continue };
            found.listed(cx, kind, call, &listing);
            for draft in listing.items {
                found.enter(cx, draft);
            }
        }
    }
}

/// Asks for what is wanted of one API; none where it is gone meanwhile, whichever call says so.
async fn parts(cx: &Scope<'_>, client: Client, draft: Draft, api: Api) -> Option<(Draft, Parts)> {
    let mut parts = Parts::default();
    if cx.wants(METHOD, RESOURCES) {
        let resources = cx
            .list(RESOURCES, |position| {
                let request = client.get_resources().rest_api_id(api.id.as_str()).embed("methods").limit(PAGE).set_position(position);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.items, next: answer.position })
                }
            })
            .await;
        let Listing { items, fault } = present(resources)?.read(RESOURCES, |resource| map::methods(resource, &api));
        parts.methods = Some(Listing { items: items.into_iter().flatten().collect(), fault });
    }
    if cx.wants(STAGE, STAGES) {
        let stages = cx
            .list(STAGES, |_| {
                let request = client.get_stages().rest_api_id(api.id.as_str());
                // The one listing here without pages.
                async { Ok(Page { items: request.send().await?.item, next: None }) }
            })
            .await;
        let mut stages = present(stages)?.read(STAGES, |stage| map::stage(stage, &api));
        if cx.wants(STAGE, DEPLOYMENT) {
            let mut deployed = Vec::with_capacity(stages.items.len());
            for stage in stages.items {
                deployed.extend(deployment(cx, &client, stage, &api).await);
            }
            stages.items = deployed;
        }
        parts.stages = Some(stages);
    }
    if cx.wants(AUTHORIZER, AUTHORIZERS) {
        let authorizers = cx
            .list(AUTHORIZERS, |position| {
                let request = client.get_authorizers().rest_api_id(api.id.as_str()).limit(PAGE).set_position(position);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.items, next: answer.position })
                }
            })
            .await;
        parts.authorizers = Some(present(authorizers)?.read(AUTHORIZERS, |authorizer| map::authorizer(authorizer, &api)));
    }
    Some((draft, parts))
}

/// The listing; none where what it hangs on is gone.
fn present<I>(listing: Listing<I>) -> Option<Listing<I>> {
    (!listing.fault.as_ref().is_some_and(Failure::vanished)).then_some(listing)
}

/// What a stage serves. One call a stage, because only `GetDeployment` can embed what was deployed, and neither resources
/// nor methods have a date; none where the deployment is gone, for then the stage is.
async fn deployment(cx: &Scope<'_>, client: &Client, mut stage: Draft, api: &Api) -> Option<Draft> {
    let Some(id) = stage.properties["DeploymentId"].as_str().map(str::to_owned) else { return Some(stage) };
    let answer = cx
        .call(DEPLOYMENT, || client.get_deployment().rest_api_id(api.id.as_str()).deployment_id(id.as_str()).embed("apisummary").send())
        .await;
    let answer = answer.and_then(|answer| if answer.id.is_some() { Ok(answer) } else { Err(Failure::empty(DEPLOYMENT)) });
    stage.take(DEPLOYMENT, answer, |stage, answer| map::deployment(stage, &answer))?;
    Some(stage)
}

async fn domains(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let prefix = map::prefix(cx);
    let domains = cx
        .list(DOMAINS, |position| {
            let request = client.get_domain_names().limit(PAGE).set_position(position);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.items, next: answer.position })
            }
        })
        .await
        .read(DOMAINS, |domain| map::domain(domain, &prefix));
    let (wanted, mapped) = (cx.wants(DOMAIN, DOMAINS), cx.wants(MAPPING, MAPPINGS));
    if wanted {
        found.listed(cx, DOMAIN, DOMAINS, &domains);
    }
    if mapped {
        found.listed_under(cx, MAPPING, MAPPINGS, DOMAINS, &domains);
    }
    let domains = cx
        .each("custom domains", domains.items, |(draft, domain)| {
            let (client, prefix) = (client.clone(), prefix.clone());
            async move {
                let mappings = if mapped { Some(mappings(cx, &client, &domain, &prefix).await?) } else { None };
                Some((draft, mappings))
            }
            .boxed()
        })
        .await;
    for (draft, mappings) in domains.into_iter().flatten() {
        if wanted {
            found.enter(cx, draft);
        }
        if let Some(mappings) = mappings {
            found.listed(cx, MAPPING, MAPPINGS, &mappings);
            for draft in mappings.items {
                found.enter(cx, draft);
            }
        }
    }
}

/// What stands below a domain; none where the domain is gone meanwhile. A domain without mappings is answered with an empty
/// object instead of an empty list (aws-sdk-js, issue 1416).
async fn mappings(cx: &Scope<'_>, client: &Client, domain: &map::Domain, prefix: &str) -> Option<Listing<Draft>> {
    let mappings = cx
        .list(MAPPINGS, |position| {
            let request = client.get_base_path_mappings().domain_name(domain.name.as_str()).set_domain_name_id(domain.id.clone());
            let request = request.limit(PAGE).set_position(position);
            async {
                let answer = request.send().await?;
                Ok(Page { items: Some(answer.items.unwrap_or_default()), next: answer.position })
            }
        })
        .await;
    Some(present(mappings)?.read(MAPPINGS, |mapping| map::mapping(mapping, domain, prefix)))
}

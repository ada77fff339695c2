//! Any other CloudFormation type, by Cloud Control: one listing a type, then `GetResource` once a resource where a rule reads
//! more than its identifier.
//!
//! The types are those of the catalogue that are checked loosely; why the listing's properties are not believed is said in
//! `collect/aws/registry/loose.rs`. Cloud Control runs the type's handlers with our credentials, so a refusal may come from
//! the service behind it; it names the action that is missing.
//!
//! A type that AWS does not know in a region (`TypeNotFoundException`) or can't list (`UnsupportedActionException`, and what
//! the schemas say so of) is `broken`, never "not enabled": that there are no such resources is not what AWS said, and the
//! registry of a region may lack a type whose service is there.

mod map;

#[cfg(test)]
mod map_tests;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::registry::{GET, LIST, Registry, Row};
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::Outcome;
use crate::model::catalogue::{Loose, Reach, TypeSpec};
use aws_sdk_cloudcontrol::Client;
use futures::FutureExt;

/// Collects every type that is checked loosely.
pub struct CloudControl;

/// AWS documents no figure; handlers make calls of their own behind each of ours.
const PACES: &[(&str, Pace)] = &[(LIST, Pace::new(5, 10)), (GET, Pace::new(10, 20))];

#[async_trait::async_trait]
impl Service for CloudControl {
    fn name(&self) -> &'static str {
        "cloudcontrol"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = client(cx);
        let mut found = Yield::default();
        // One type after another: a rule set names a few, and they share the pace.
        for spec in cx.request.catalogue.types() {
            let here = (spec.reach == Reach::Global) == cx.place.region.is_global();
            if let Some(loose) = spec.loose.as_ref().filter(|_| here && cx.request.needs.wants_type(spec.resource_type.as_str())) {
                one_type(cx, &client, spec, loose, &mut found).await;
            }
        }
        found
    }
}

/// What has no region is asked for where AWS keeps it: in one region of each partition.
fn client(cx: &Scope<'_>) -> Client {
    if !cx.place.region.is_global() {
        return Client::new(cx.sdk());
    }
    let home = match cx.partition() {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws" => "us-east-1",
        // The others have one region each that matters: the SDK's own.
        _ => return Client::new(cx.sdk()),
    };
    Client::new(&cx.sdk().to_builder().region(aws_config::Region::new(home)).build())
}

async fn one_type(cx: &Scope<'_>, client: &Client, spec: &TypeSpec, loose: &Loose, found: &mut Yield) {
    let name = spec.resource_type.as_str();
    let listing = match &loose.unlistable {
        Some(why) => Listing { items: Vec::new(), fault: Some(Failure::fault(Outcome::Broken, why.clone())) },
        None => list(cx, client, name).await,
    };
    found.listed(cx, name, LIST, &listing);
    let row = Registry::embedded().find(name);
    let drafts = cx.each("resources", listing.items, |identifier| hydrate(cx, client.clone(), spec, loose, row, identifier).boxed()).await;
    for draft in drafts.into_iter().flatten() {
        found.enter(cx, draft);
    }
}

/// The identifiers of all resources of a type.
async fn list(cx: &Scope<'_>, client: &Client, name: &str) -> Listing<String> {
    let listing = cx
        .list(LIST, |token| {
            let request = client.list_resources().type_name(name).max_results(100).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.resource_descriptions, next: answer.next_token })
            }
        })
        .await;
    listing.read(LIST, |item| item.identifier().filter(|text| !text.is_empty()).map(str::to_owned))
}

/// Asks for one resource, where more than its identifier is wanted; none where it is gone meanwhile.
async fn hydrate(
    cx: &Scope<'_>,
    client: Client,
    spec: &TypeSpec,
    loose: &Loose,
    row: Option<Row<'_>>,
    identifier: String,
) -> Option<Draft> {
    let name = spec.resource_type.as_str();
    let mut draft = map::listed(name, &identifier, row, |rest| map::id(cx.place.account.as_str(), cx.place.region.as_str(), name, rest));
    if cx.wants(name, GET) {
        let answer = cx.call(GET, || client.get_resource().type_name(name).identifier(&identifier).send()).await;
        let answer = answer.and_then(|answer| {
            let told = answer.resource_description.and_then(|description| description.properties);
            told.as_deref().and_then(map::properties).ok_or_else(|| Failure::empty(GET))
        });
        draft.take(GET, answer, |draft, answer| map::read(&answer, row, loose, draft))?;
    }
    Some(draft)
}

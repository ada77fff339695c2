//! Tags of a whole region at once: `tag:GetResources`, a hundred resources a page, instead of one call a resource.
//!
//! It names only what is tagged or once was. A resource that it does not name is untagged if, and only if, its last page
//! was reached; before that its tags are not known. Where it is refused, tags are a gap: calling once a resource instead
//! would turn one denial into ten thousand requests.

use super::Service;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::catalogue::Reach;
use crate::model::{ResourceId, ResourceType, Value};
use aws_sdk_resourcegroupstagging::Client;
use aws_sdk_resourcegroupstagging::types::ResourceTagMapping;
use std::collections::{HashMap, HashSet};

#[cfg(test)]
mod tests;

/// The Resource Groups Tagging API. It has no resources of its own: [`read`] and [`Tags::put`] serve all other services.
pub struct Tagging;

const CALL: &str = "tag:GetResources";

#[async_trait::async_trait]
impl Service for Tagging {
    fn name(&self) -> &'static str {
        "tagging"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Fifteen a second are documented; a region rarely has more pages than the burst.
        const { &[(CALL, Pace::new(15, 30))] }
    }

    async fn collect(&self, _cx: &Scope<'_>) -> Yield {
        Yield::default()
    }
}

/// The tags of one place.
#[derive(Debug, Default)]
pub struct Tags {
    by_arn: HashMap<String, Vec<(String, String)>>,
    types: HashSet<ResourceType>,
    fault: Option<Failure>,
}

/// Reads the tags of all types that want them here. Nothing is asked where none does.
pub async fn read(cx: &Scope<'_>) -> Tags {
    let wanted: Vec<_> = cx
        .request
        .catalogue
        .types()
        .filter(|spec| (spec.reach == Reach::Global) == cx.place.region.is_global())
        .filter(|spec| spec.tags.as_ref().is_some_and(|call| call.as_str() == CALL))
        .filter(|spec| cx.wants(spec.resource_type.as_str(), CALL))
        .collect();
    let mut tags = Tags { types: wanted.iter().map(|spec| spec.resource_type.clone()).collect(), ..Tags::default() };
    let filters: Vec<String> = wanted.iter().filter_map(|spec| spec.tagging.as_ref()).map(ToString::to_string).collect();
    if filters.is_empty() {
        return tags;
    }
    let client = Client::new(cx.sdk());
    let listing = cx
        .list(CALL, |token| {
            let request =
                client.get_resources().resources_per_page(100).set_resource_type_filters(Some(filters.clone())).set_pagination_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.resource_tag_mapping_list, next: answer.pagination_token })
            }
        })
        .await;
    tags.take(listing);
    tags
}

impl Tags {
    /// Enters what was listed. An entry that does not say whose tags it has may be anybody's: who is not named is then not
    /// known to be untagged.
    fn take(&mut self, listing: Listing<ResourceTagMapping>) {
        let listing = listing.read(CALL, |mapping| {
            let arn = mapping.resource_arn().filter(|arn| !arn.is_empty())?;
            Some((exact(arn).to_owned(), mapping.tags().iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect::<Vec<_>>()))
        });
        self.fault = listing.fault;
        for (arn, pairs) in listing.items {
            self.by_arn.entry(arn).or_default().extend(pairs);
        }
    }

    /// Puts the tags on the resources of a place, and a row of coverage for each type.
    pub fn put(&self, cx: &Scope<'_>, all: &mut Yield) {
        let interner = cx.request.interner;
        let mut counts: HashMap<&ResourceType, u64> = self.types.iter().map(|resource_type| (resource_type, 0)).collect();
        for resource in &mut all.resources {
            let Some(count) = counts.get_mut(&resource.resource_type) else { continue };
            match (self.of(&resource.id), &self.fault) {
                (Some(pairs), _) => {
                    let entries = pairs.iter().map(|(key, value)| (interner.string(key), Value::Str(interner.string(value))));
                    resource.tags = Value::map(entries, interner);
                    *count += 1;
                }
                (None, None) => {
                    resource.tags = Value::empty_map();
                    *count += 1;
                }
                (None, Some(fault)) => cx.gap(resource, CALL, fault),
            }
        }
        for (resource_type, count) in counts {
            let mut row = cx.row(resource_type.as_str(), CALL, self.fault.as_ref().map_or(Ok(count), Err));
            row.resources = count;
            all.coverage.add(row);
        }
    }

    fn of(&self, id: &ResourceId) -> Option<&[(String, String)]> {
        self.by_arn.get(exact(id.as_str())).map(Vec::as_slice)
    }
}

/// Log groups' ARNs end in `:*` in some answers and not in others.
fn exact(arn: &str) -> &str {
    arn.strip_suffix(":*").unwrap_or(arn)
}

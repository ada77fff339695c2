//! Versions and aliases. Versions come with the listing of functions; aliases are listed once a function. What is asked for
//! one is its policy: it may be open where the function is not.

use super::map::{self, ALIAS, ALIASES, LISTING, VERSION};
use super::policy::{POLICY, policy};
use crate::collect::aws::draft::Draft;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::Path;
use crate::model::resource::GapRecord;
use aws_sdk_lambda::Client;
use futures::FutureExt as _;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The published versions.
pub async fn versions(cx: &Scope<'_>, client: &Client, mut versions: Listing<Draft>) -> Yield {
    let mut found = Yield::default();
    found.listed(cx, VERSION, LISTING, &versions);
    count_newer(&mut versions);
    enter_with_policies(cx, client, &mut found, VERSION, "function versions", versions.items).await;
    found
}

/// The aliases of functions.
pub async fn aliases(cx: &Scope<'_>, client: &Client, functions: &Listing<String>) -> Yield {
    let mut found = Yield::default();
    found.listed_under(cx, ALIAS, ALIASES, LISTING, functions);
    let listings = cx.each("function aliases", functions.items.clone(), |name| list(cx, client.clone(), name).boxed()).await;
    let mut aliases = Vec::new();
    for listing in listings {
        // A function that is gone meanwhile has none.
        if listing.fault.as_ref().is_some_and(|fault| fault.vanished()) {
            continue;
        }
        found.listed(cx, ALIAS, ALIASES, &listing);
        aliases.extend(listing.items);
    }
    enter_with_policies(cx, client, &mut found, ALIAS, "alias policies", aliases).await;
    found
}

async fn list(cx: &Scope<'_>, client: Client, function: String) -> Listing<Draft> {
    cx.list(ALIASES, |marker| {
        let request = client.list_aliases().function_name(function.as_str()).set_marker(marker);
        async {
            let answer = request.send().await?;
            Ok(Page { items: answer.aliases, next: answer.next_marker })
        }
    })
    .await
    .read(ALIASES, map::alias)
}

async fn enter_with_policies(
    cx: &Scope<'_>,
    client: &Client,
    found: &mut Yield,
    resource_type: &'static str,
    what: &str,
    drafts: Vec<Draft>,
) {
    let drafts = if cx.wants(resource_type, POLICY) {
        cx.each(what, drafts, |draft| with_policy(cx, client.clone(), draft).boxed()).await
    } else {
        drafts.into_iter().map(Some).collect()
    };
    for draft in drafts.into_iter().flatten() {
        found.enter(cx, draft);
    }
}

/// With its policy; none where it is gone meanwhile.
async fn with_policy(cx: &Scope<'_>, client: Client, mut draft: Draft) -> Option<Draft> {
    let named = draft.name.clone();
    let (function, qualifier) = named.split_once(':')?;
    let policy = policy(cx, &client, function, Some(qualifier)).await;
    draft.take(POLICY, policy, |draft, policy| {
        draft.state.put_some("Policy", policy);
    })?;
    Some(draft)
}

/// How many versions of the same function are newer. Half a listing may lack just those.
fn count_newer(versions: &mut Listing<Draft>) {
    if let Some(fault) = &versions.fault {
        for version in &mut versions.items {
            version.gaps.push(GapRecord { path: Path::root("state").key("NewerVersions"), gap: fault.gap(&LISTING.into()) });
        }
        return;
    }
    let mut by_function: HashMap<String, Vec<(Reverse<u64>, usize)>> = HashMap::new();
    for (position, version) in versions.items.iter().enumerate() {
        let Some((function, number)) = version.name.split_once(':') else { continue };
        // Lambda counts them up and never uses a number twice (developer guide, "Manage Lambda function versions").
        by_function.entry(function.to_owned()).or_default().push((Reverse(number.parse().unwrap_or(0)), position));
    }
    for mut numbers in by_function.into_values() {
        numbers.sort_unstable();
        for (newer, (_, position)) in numbers.into_iter().enumerate() {
            if let Some(version) = versions.items.get_mut(position) {
                version.state.put("NewerVersions", newer);
            }
        }
    }
}

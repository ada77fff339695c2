//! KMS keys and aliases: two listings, then up to three calls a key, each only where a rule needs what it brings.
//!
//! Aliases are listed once a region and matched here: asking `ListAliases` for each key would be one more call a key.

mod map;

use super::Service;
use crate::collect::aws::document;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::aws::whole::Whole;
use crate::model::Outcome;
use aws_sdk_kms::Client;
use aws_sdk_kms::types::AliasListEntry;
use futures::FutureExt as _;
use map::{ALIAS, ALIASES, DESCRIBE, KEY, KEYS, POLICY, ROTATION};

/// Collects `AWS::KMS::Key` and `AWS::KMS::Alias`.
pub struct Kms;

/// The most that a page of keys holds (API reference of ListKeys).
const PAGE: i32 = 1000;
/// The most that a page of aliases holds (API reference of ListAliases).
const ALIAS_PAGE: i32 = 100;

/// KMS's request quotas give 2,000 a second to `DescribeKey`, 1,000 to the other two and 500 to listings; applications share
/// those of an account, so that a pass takes a small part.
const PACES: &[(&str, Pace)] = &[
    (KEYS, Pace::new(50, 50)),
    (ALIASES, Pace::new(50, 50)),
    (DESCRIBE, Pace::new(200, 100)),
    (ROTATION, Pace::new(100, 50)),
    (POLICY, Pace::new(100, 50)),
];

#[async_trait::async_trait]
impl Service for Kms {
    fn name(&self) -> &'static str {
        "kms"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        let wanted = cx.request.needs.wants_type(ALIAS) || cx.wants(KEY, ALIASES);
        let aliases = if wanted { aliases(cx, &client).await } else { Listing { items: Vec::new(), fault: None } };
        if cx.request.needs.wants_type(ALIAS) {
            let drafts = Listing { items: aliases.items.clone(), fault: aliases.fault.clone() }.read(ALIASES, map::alias);
            found.listed(cx, ALIAS, ALIASES, &drafts);
            drafts.items.into_iter().for_each(|alias| found.enter(cx, alias));
        }
        if cx.request.needs.wants_type(KEY) {
            keys(cx, &client, &aliases, &mut found).await;
        }
        found
    }
}

/// Every alias of the region.
async fn aliases(cx: &Scope<'_>, client: &Client) -> Listing<AliasListEntry> {
    cx.list(ALIASES, |marker| {
        let request = client.list_aliases().limit(ALIAS_PAGE).set_marker(marker);
        async {
            let answer = request.send().await?;
            Ok(Page { items: map::whole_page(answer.aliases, answer.truncated, answer.next_marker.as_deref()), next: answer.next_marker })
        }
    })
    .await
}

/// Every key of the region, with what is wanted of each.
async fn keys(cx: &Scope<'_>, client: &Client, aliases: &Listing<AliasListEntry>, found: &mut Yield) {
    let keys = cx
        .list(KEYS, |marker| {
            let request = client.list_keys().limit(PAGE).set_marker(marker);
            async {
                let answer = request.send().await?;
                Ok(Page { items: map::whole_page(answer.keys, answer.truncated, answer.next_marker.as_deref()), next: answer.next_marker })
            }
        })
        .await
        .read(KEYS, map::key);
    found.listed(cx, KEY, KEYS, &keys);
    if cx.wants(KEY, ALIASES) {
        found.coverage.add(cx.row(KEY, ALIASES, aliases.fault.as_ref().map_or(Ok(0), Err)));
    }
    let keys = cx.each("keys", keys.items, |key| hydrate(cx, client.clone(), aliases, key).boxed()).await;
    for key in keys.into_iter().flatten() {
        found.enter(cx, key);
    }
}

/// Asks for what is wanted of one key; none where it is gone meanwhile. A call that fails otherwise leaves its own gap and
/// does not keep the others from being made.
async fn hydrate(cx: &Scope<'_>, client: Client, aliases: &Listing<AliasListEntry>, mut key: Draft) -> Option<Draft> {
    let id = key.name.clone();
    if cx.wants(KEY, ALIASES) {
        let names = aliases.fault.clone().map_or_else(|| Ok(map::names(&aliases.items, &id)), Err);
        key.take(ALIASES, names, |key, names| key.state.put("Aliases", names))?;
    }
    let mut rotates = true;
    if cx.wants(KEY, DESCRIBE) {
        let answer = cx.call(DESCRIBE, || client.describe_key().key_id(&id).send()).await;
        let answer = answer.and_then(|answer| answer.key_metadata.filter(map::is_whole).ok_or_else(|| Failure::empty(DESCRIBE)));
        key.take(DESCRIBE, answer, |key, metadata| {
            rotates = map::can_rotate(&metadata);
            map::metadata(&metadata, key);
        })?;
    }
    // Where the key was not described it is not known to be one that cannot rotate: then KMS says so.
    if rotates && cx.wants(KEY, ROTATION) {
        let answer = cx
            .call(ROTATION, || {
                client.get_key_rotation_status().key_id(&id).customize().interceptor(Whole::Json("KeyRotationEnabled")).send()
            })
            .await;
        let answer = match answer {
            Err(failure) if failure.is("UnsupportedOperationException") => Ok(None),
            answer => answer.map(Some),
        };
        key.take(ROTATION, answer, |key, answer| {
            if let Some(answer) = answer {
                map::rotation(&answer, key);
            }
        })?;
    }
    if cx.wants(KEY, POLICY) {
        // A key has one policy, and its name is `default` (API reference of GetKeyPolicy).
        let answer = cx.call(POLICY, || client.get_key_policy().key_id(&id).policy_name("default").send()).await;
        let answer = answer.and_then(|answer| answer.policy.ok_or_else(|| Failure::empty(POLICY))).and_then(|text| {
            let unread = |fault| Failure::fault(Outcome::Broken, format!("the policy of key {id} cannot be read: {fault}"));
            document::read(&text).map_err(unread)
        });
        key.take(POLICY, answer, |key, policy| key.properties.put("KeyPolicy", policy))?;
    }
    Some(key)
}

//! IAM: roles, users, groups and managed policies from one paged call an account.
//!
//! `GetAccountAuthorizationDetails` brings what would else take several calls a role (its policies, each document, its
//! tags), a thousand entities a page. Only the kinds that are wanted are asked for. AWS's own policies come with it, and
//! those that nobody attached are left out: they are noise. What it leaves out comes from listings of the whole account: how
//! long sessions of roles last (`ListRoles`), what users sign in with ([`credentials`]), settings ([`settings`]).

mod credentials;
mod last_accessed;
mod map;
mod sessions;
mod settings;
#[cfg(test)]
mod tests;

use super::Service;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::aws::whole::Whole;
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{Gap, Outcome, Path, Resource};
use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{EntityType, GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail};
use credentials::ROOT;
use futures::FutureExt as _;
use map::{DETAILS, GROUP, MANAGED_POLICY, REPORT, ROLE, USER};
use sessions::SESSIONS;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// Collects the types of IAM.
pub struct Iam;

const POLICY_TAGS: &str = "iam:ListPolicyTags";

/// The most entities that a page holds.
const PAGE: i32 = 1000;

/// One entity of the answer.
enum Entity {
    Role(Box<RoleDetail>),
    User(Box<UserDetail>),
    Group(Box<GroupDetail>),
    Policy(Box<ManagedPolicyDetail>),
}

#[async_trait::async_trait]
impl Service for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // IAM names no figures; these are paces that other collectors get away with.
        const {
            &[
                (DETAILS, Pace::new(5, 10)),
                (POLICY_TAGS, Pace::new(20, 40)),
                (last_accessed::ASKING, Pace::new(2, 5)),
                (last_accessed::READING, Pace::new(5, 10)),
            ]
        }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::from_conf(aws_sdk_iam::config::Builder::from(cx.sdk()).interceptor(Whole::Xml).build());
        let mut found = Yield::default();
        settings::collect(cx, &client, &mut found).await;
        let asked = if cx.wants(USER, REPORT) || cx.wants(ROOT, REPORT) { Some(credentials::ask(cx, &client).await) } else { None };
        if let Some(asked) = asked.as_ref().filter(|_| cx.wants(ROOT, REPORT)) {
            credentials::enter_root(cx, asked, &mut found);
        }
        // Without a filter the answer would hold everything.
        if filters(cx).is_empty() {
            return found;
        }
        let entities = details(cx, &client).await;
        let mut kinds: HashMap<&str, Vec<ResourceRecord>> = HashMap::new();
        for record in entities.items {
            kinds.entry(kind_of(&record)).or_default().push(record);
        }
        count_users(&mut kinds, entities.fault.as_ref());
        for kind in [ROLE, USER, GROUP, MANAGED_POLICY] {
            if !cx.request.needs.wants_type(kind) {
                continue;
            }
            let mut listing = Listing { items: kinds.remove(kind).unwrap_or_default(), fault: entities.fault.clone() };
            found.listed(cx, kind, DETAILS, &listing);
            if kind == ROLE && cx.wants(ROLE, SESSIONS) {
                sessions::put(cx, &client, &mut listing.items, &mut found).await;
            }
            if matches!(kind, ROLE | USER) && cx.wants(kind, last_accessed::READING) {
                last_accessed::put(cx, &client, kind, &mut listing.items, &mut found).await;
            }
            if let Some(asked) = asked.as_ref().filter(|_| kind == USER && cx.wants(USER, REPORT)) {
                credentials::enter_calls(cx, asked, USER, &mut found);
                listing.items.iter_mut().for_each(|user| credentials::put(cx, asked, user));
            }
            found
                .resources
                .extend(listing.items.iter().map(|record| Resource::from_record(record, cx.request.catalogue, cx.request.interner)));
        }
        if cx.wants(MANAGED_POLICY, POLICY_TAGS) {
            tag_policies(cx, &client, &mut found).await;
        }
        found
    }
}

/// All entities of the kinds that are wanted, as records.
async fn details(cx: &Scope<'_>, client: &Client) -> Listing<ResourceRecord> {
    let filters = filters(cx);
    // "There is more" without a word on where: the rest cannot be asked for.
    let cut_short = AtomicBool::new(false);
    let entities = cx
        .list(DETAILS, |marker| {
            let request = client.get_account_authorization_details().set_filter(Some(filters.clone())).max_items(PAGE).set_marker(marker);
            let (cut_short, filters) = (&cut_short, &filters);
            async move {
                let mut answer = request.send().await?;
                let next = behind(answer.marker.take());
                cut_short.fetch_or(answer.is_truncated && next.is_none(), Ordering::Relaxed);
                let named = names_all(&answer, filters);
                let roles = answer.role_detail_list.unwrap_or_default().into_iter().map(|role| Entity::Role(role.into()));
                let users = answer.user_detail_list.unwrap_or_default().into_iter().map(|user| Entity::User(user.into()));
                let groups = answer.group_detail_list.unwrap_or_default().into_iter().map(|group| Entity::Group(group.into()));
                let policies = answer.policies.unwrap_or_default().into_iter().filter(map::is_of_interest);
                let policies = policies.map(|policy| Entity::Policy(policy.into()));
                Ok(Page { items: named.then(|| roles.chain(users).chain(groups).chain(policies).collect()), next })
            }
        })
        .await;
    let account = &cx.place.account;
    let mut records = entities.read(DETAILS, |entity| match entity {
        Entity::Role(role) => map::role(role, account),
        Entity::User(user) => map::user(user, account),
        Entity::Group(group) => map::group(group, account),
        Entity::Policy(policy) => map::managed_policy(policy, account),
    });
    if cut_short.into_inner() && records.fault.is_none() {
        records.fault = Some(endless(DETAILS));
    }
    records
}

/// Marks all that a call would have brought to a resource as not known.
fn put_call_gap(cx: &Scope<'_>, record: &mut ResourceRecord, call: &str, gap: Gap) {
    let paths = cx.spec(record.resource_type.as_str()).map(|spec| spec.brought_by(&call.into())).unwrap_or_default();
    record.gaps.extend(paths.into_iter().map(|path| GapRecord { path, gap: gap.clone() }));
}

/// A page of a listing by markers; none where there is more, and not a word on where.
fn page<I>(items: Vec<I>, is_truncated: bool, marker: Option<String>) -> Page<I> {
    let next = behind(marker);
    Page { items: (next.is_some() || !is_truncated).then_some(items), next }
}

fn endless(call: &str) -> Failure {
    Failure::fault(Outcome::Broken, format!("{call} says that there is more, and not where"))
}

/// The next page. A marker is only there where there is one, whatever became of `IsTruncated`, which reads as `false` where
/// it is missing.
fn behind(marker: Option<String>) -> Option<String> {
    marker.filter(|marker| !marker.is_empty())
}

/// Whether an answer has every list that was asked for. AWS writes empty ones: a kind whose list is missing was not told.
fn names_all(answer: &GetAccountAuthorizationDetailsOutput, filters: &[EntityType]) -> bool {
    let asked = |kinds: &[EntityType]| filters.iter().any(|filter| kinds.contains(filter));
    (answer.role_detail_list.is_some() || !asked(&[EntityType::Role]))
        && (answer.user_detail_list.is_some() || !asked(&[EntityType::User]))
        && (answer.group_detail_list.is_some() || !asked(&[EntityType::Group]))
        && (answer.policies.is_some() || !asked(&[EntityType::LocalManagedPolicy, EntityType::AwsManagedPolicy]))
}

/// The kinds that are wanted, and those that something wanted is made from.
fn filters(cx: &Scope<'_>) -> Vec<EntityType> {
    let wants = |kind| cx.request.needs.wants_type(kind);
    let mut filters = Vec::new();
    if wants(ROLE) {
        filters.push(EntityType::Role);
    }
    if wants(USER) || wants(GROUP) {
        filters.push(EntityType::User);
    }
    if wants(GROUP) {
        filters.push(EntityType::Group);
    }
    if wants(MANAGED_POLICY) {
        filters.extend([EntityType::LocalManagedPolicy, EntityType::AwsManagedPolicy]);
    }
    filters
}

fn kind_of(record: &ResourceRecord) -> &'static str {
    [ROLE, USER, GROUP].into_iter().find(|kind| record.resource_type.as_str() == *kind).unwrap_or(MANAGED_POLICY)
}

/// Users name their groups; groups do not name their users. Half a listing of users counts nobody.
fn count_users(kinds: &mut HashMap<&str, Vec<ResourceRecord>>, fault: Option<&Failure>) {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for user in kinds.get(USER).into_iter().flatten() {
        for group in user.properties["Groups"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str) {
            *counts.entry(group.to_owned()).or_default() += 1;
        }
    }
    for group in kinds.get_mut(GROUP).into_iter().flatten() {
        match fault {
            None => group.state["UserCount"] = counts.get(group.name.as_str()).copied().unwrap_or(0).into(),
            Some(fault) => {
                let path = Path::root("state").key("UserCount");
                group.gaps.push(GapRecord { path, gap: fault.gap(&DETAILS.into()) });
            }
        }
    }
}

/// Tags of the account's own policies, one call each. AWS's policies have none, and cannot have any.
async fn tag_policies(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let arns: Vec<(usize, String)> = found
        .resources
        .iter()
        .enumerate()
        .filter(|(_, resource)| resource.resource_type.as_str() == MANAGED_POLICY && !resource.id.as_str().contains(":iam::aws:"))
        .map(|(position, resource)| (position, resource.id.to_string()))
        .collect();
    let answers =
        cx.each("policy tags", arns, |(position, arn)| async move { (position, policy_tags(cx, client, &arn).await) }.boxed()).await;
    let mut vanished = Vec::new();
    for (position, answer) in answers {
        let Some(resource) = found.resources.get_mut(position) else { continue };
        match &answer {
            Err(failure) if failure.vanished() => {
                vanished.push(position);
                continue;
            }
            Err(failure) => cx.gap(resource, POLICY_TAGS, failure),
            Ok(tags) => resource.tags = crate::model::Value::from_json(tags, cx.request.interner),
        }
        found.answered(cx, MANAGED_POLICY, POLICY_TAGS, &answer);
    }
    vanished.sort_unstable();
    for position in vanished.into_iter().rev() {
        found.resources.remove(position);
    }
}

async fn policy_tags(cx: &Scope<'_>, client: &Client, arn: &str) -> Result<serde_json::Value, Failure> {
    let cut_short = AtomicBool::new(false);
    let listing = cx
        .list(POLICY_TAGS, |marker| {
            let request = client.list_policy_tags().policy_arn(arn).set_marker(marker);
            let cut_short = &cut_short;
            async move {
                let answer = request.send().await?;
                let next = behind(answer.marker);
                cut_short.fetch_or(answer.is_truncated && next.is_none(), Ordering::Relaxed);
                Ok(Page { items: Some(answer.tags), next })
            }
        })
        .await;
    match listing.fault {
        Some(fault) => Err(fault),
        None if cut_short.into_inner() => Err(endless(POLICY_TAGS)),
        None => Ok(map::tags(&listing.items)),
    }
}

//! EC2: security groups from one listing, and the regions of the account.
//!
//! Nothing is asked per group. Three listings complete what rules want to know of all of them: network interfaces, once a
//! region; prefix lists, only those that a rule names; and AWS's own word on stale rules, only for VPCs that name groups of
//! peered ones, since every other group must be in the listing that we have.

mod map;
mod subnets;

use super::Service;
use crate::collect::aws::failure::{Failure, Kind};
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::aws::whole::Whole;
use crate::model::resource::GapRecord;
use crate::model::{Outcome, Path};
use aws_sdk_ec2::Client;
use map::{Direction, GROUP, GROUPS, Group, REGION};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use subnets::{SUBNET, SUBNETS};

/// Collects security groups, subnets and the regions.
pub struct Ec2;

const LISTS: &str = "ec2:DescribeManagedPrefixLists";
const ENTRIES: &str = "ec2:GetManagedPrefixListEntries";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";
const STALE: &str = "ec2:DescribeStaleSecurityGroups";
const REGIONS: &str = "ec2:DescribeRegions";

/// The most groups and interfaces that a page holds.
const PAGE: i32 = 1000;
/// The most prefix lists and entries that a page holds.
const LIST_PAGE: i32 = 100;
/// The most stale groups that a page holds.
const STALE_PAGE: i32 = 255;

/// EC2 fills its buckets for unfiltered listings at 10 a second (API reference, request throttling).
const PACES: &[(&str, Pace)] = &[(GROUPS, Pace::new(10, 10)), (INTERFACES, Pace::new(10, 10)), (SUBNETS, Pace::new(10, 10))];

/// The CIDRs of each prefix list.
type Cidrs = BTreeMap<String, Result<Vec<String>, Failure>>;

#[async_trait::async_trait]
impl Service for Ec2 {
    fn name(&self) -> &'static str {
        "ec2"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::from_conf(aws_sdk_ec2::config::Builder::from(cx.sdk()).interceptor(Whole::Xml).build());
        if cx.place.region.is_global() {
            return regions(cx, &client).await;
        }
        let wants = |resource_type| cx.request.needs.wants_type(resource_type);
        let mut found = if wants(GROUP) { groups(cx, &client).await } else { Yield::default() };
        if wants(SUBNET) {
            found.join(subnets::subnets(cx, &client).await);
        }
        found
    }
}

/// The regions that are enabled for the account: others are not in the answer unless they are asked for.
async fn regions(cx: &Scope<'_>, client: &Client) -> Yield {
    let answer = cx.call(REGIONS, || client.describe_regions().send()).await;
    let listing = match answer.and_then(|answer| answer.regions.ok_or_else(|| Failure::empty(REGIONS))) {
        Ok(items) => Listing { items, fault: None },
        Err(fault) => Listing { items: Vec::new(), fault: Some(fault) },
    };
    let listing = listing.read(REGIONS, |region| map::region(region, &cx.place.account));
    let mut found = Yield::default();
    found.listed(cx, REGION, REGIONS, &listing);
    for region in listing.items {
        found.enter(cx, region);
    }
    found
}

async fn groups(cx: &Scope<'_>, client: &Client) -> Yield {
    let listing = cx
        .list(GROUPS, |token| {
            let request = client.describe_security_groups().max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.security_groups, next: answer.next_token })
            }
        })
        .await
        .read(GROUPS, |group| map::group(group, cx));
    let mut found = Yield::default();
    found.listed(cx, GROUP, GROUPS, &listing);
    let Listing { items: mut groups, fault } = listing;
    references(&mut groups, fault.as_ref());
    if cx.wants(GROUP, INTERFACES) {
        interfaces(cx, client, &mut groups, &mut found).await;
    }
    if cx.wants(GROUP, LISTS) {
        prefix_lists(cx, client, &mut groups, &mut found).await;
    }
    if cx.wants(GROUP, ENTRIES) {
        entries(cx, client, &mut groups, &mut found).await;
    }
    if cx.wants(GROUP, STALE) {
        stale(cx, client, &mut groups, fault.as_ref(), &mut found).await;
    }
    for group in groups {
        found.enter(cx, group.draft);
    }
    found
}

/// A row for a call that is made for all groups at once, before what it means for each.
fn made<T>(cx: &Scope<'_>, found: &mut Yield, call: &str, answer: &Result<T, Failure>) {
    found.coverage.add(cx.row(GROUP, call, answer.as_ref().map(|_| 0)));
}

/// Which groups name which. Half a listing cannot tell that nobody names a group.
fn references(groups: &mut [Group], fault: Option<&Failure>) {
    let mut named_by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in groups.iter() {
        for named in &group.references {
            named_by.entry(named.group.clone()).or_default().push(group.id.clone());
        }
    }
    for group in groups {
        match fault {
            None => group.draft.state.put("ReferencedBy", named_by.remove(&group.id).unwrap_or_default()),
            Some(fault) => {
                let path = Path::root("state").key("ReferencedBy");
                group.draft.gaps.push(GapRecord { path, gap: fault.gap(&GROUPS.into()) });
            }
        }
    }
}

async fn interfaces(cx: &Scope<'_>, client: &Client, groups: &mut [Group], found: &mut Yield) {
    let answer = cx
        .list(INTERFACES, |token| {
            let request = client.describe_network_interfaces().max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.network_interfaces, next: answer.next_token })
            }
        })
        .await
        .whole();
    made(cx, found, INTERFACES, &answer);
    let counts = answer.map(|interfaces| {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for interface in &interfaces {
            for id in interface.groups().iter().filter_map(|group| group.group_id()) {
                *counts.entry(id.to_owned()).or_default() += 1;
            }
        }
        counts
    });
    for group in groups {
        let count = counts.as_ref().map(|counts| counts.get(&group.id).copied().unwrap_or(0)).map_err(Clone::clone);
        group.draft.take(INTERFACES, count, |draft, count| draft.state.put("NetworkInterfaceCount", count));
    }
}

/// Names and owners of the prefix lists that rules name.
async fn prefix_lists(cx: &Scope<'_>, client: &Client, groups: &mut [Group], found: &mut Yield) {
    let answer = if groups.iter().all(|group| group.prefix_lists.is_empty()) {
        Ok(BTreeMap::new())
    } else {
        cx.list(LISTS, |token| {
            let request = client.describe_managed_prefix_lists().max_results(LIST_PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.prefix_lists, next: answer.next_token })
            }
        })
        .await
        .read(LISTS, map::prefix_list)
        .whole()
        .map(|lists| lists.into_iter().collect::<BTreeMap<String, Value>>())
    };
    made(cx, found, LISTS, &answer);
    for group in groups {
        let named = |lists: &BTreeMap<String, Value>| -> Value {
            let known = |id: &String| lists.get(id).cloned().unwrap_or_else(|| serde_json::json!({ "PrefixListId": id }));
            group.prefix_lists.iter().map(known).collect()
        };
        let answer = answer.as_ref().map(named).map_err(Clone::clone);
        group.draft.take(LISTS, answer, |draft, lists| draft.state.put("PrefixLists", lists));
    }
}

/// The CIDRs of the prefix lists that rules name, each list read once.
async fn entries(cx: &Scope<'_>, client: &Client, groups: &mut [Group], found: &mut Yield) {
    let named: BTreeSet<String> = groups.iter().flat_map(|group| group.prefix_lists.iter().cloned()).collect();
    let mut cidrs = Cidrs::new();
    for list in named {
        let answer = cx
            .list(ENTRIES, |token| {
                let request = client.get_managed_prefix_list_entries().prefix_list_id(&list).max_results(LIST_PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.entries, next: answer.next_token })
                }
            })
            .await
            .read(ENTRIES, |entry| entry.cidr().map(str::to_owned))
            .whole()
            .map_err(missing);
        made(cx, found, ENTRIES, &answer);
        cidrs.insert(list, answer);
    }
    if cidrs.is_empty() {
        made(cx, found, ENTRIES, &Ok(()));
    }
    for group in groups {
        let known = group.prefix_lists.iter().filter_map(|list| cidrs.get(list)).find_map(|answer| answer.as_ref().err());
        let answer = known.map_or(Ok(()), |failure| Err(failure.clone()));
        group.draft.take(ENTRIES, answer, |draft, ()| {
            let of = |list: &str| cidrs.get(list).and_then(|answer| answer.as_deref().ok()).unwrap_or_default();
            for (direction, key) in [(Direction::Ingress, "PrefixListIngress"), (Direction::Egress, "PrefixListEgress")] {
                let rules = map::expanded(&draft.properties[direction.property()], direction, of);
                draft.state.put(key, rules);
            }
        });
    }
}

/// What is missing here is a part of the group, not the group: a list that is no longer shared, a VPC that is going.
fn missing(failure: Failure) -> Failure {
    match failure.kind {
        Kind::Vanished => Failure { kind: Kind::Fault(Outcome::Broken), ..failure },
        Kind::Fault(_) => failure,
    }
}

/// Groups that rules name and that are gone: those of this account by comparison, those behind peerings by AWS's word.
async fn stale(cx: &Scope<'_>, client: &Client, groups: &mut [Group], fault: Option<&Failure>, found: &mut Yield) {
    let known: BTreeSet<String> = groups.iter().map(|group| group.id.clone()).collect();
    let peered = |group: &Group| group.references.iter().any(|named| !named.near);
    let vpcs: BTreeSet<String> = groups.iter().filter(|group| peered(group)).filter_map(|group| group.vpc.clone()).collect();
    let mut told: BTreeMap<String, Result<BTreeMap<String, Vec<String>>, Failure>> = BTreeMap::new();
    made(cx, found, STALE, &fault.map_or(Ok(()), |fault| Err(fault.clone())));
    for vpc in vpcs {
        let answer = cx
            .list(STALE, |token| {
                let request = client.describe_stale_security_groups().vpc_id(&vpc).max_results(STALE_PAGE).set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: answer.stale_security_group_set, next: answer.next_token })
                }
            })
            .await
            .read(STALE, map::stale)
            .whole()
            .map_err(missing);
        made(cx, found, STALE, &answer);
        told.insert(vpc, answer.map(|groups| groups.into_iter().collect()));
    }
    for group in groups {
        let near = group.references.iter().filter(|named| named.near && !known.contains(&named.group)).map(|named| named.group.clone());
        let far = match group.vpc.as_ref().filter(|_| peered(group)).and_then(|vpc| told.get(vpc)) {
            Some(Ok(told)) => Ok(told.get(&group.id).cloned().unwrap_or_default()),
            Some(Err(failure)) => Err(failure.clone()),
            None => Ok(Vec::new()),
        };
        let answer = match fault {
            Some(fault) => Err(fault.clone()),
            None => far.map(|far| near.chain(far).collect::<BTreeSet<String>>()),
        };
        group.draft.take(STALE, answer, |draft, gone| draft.state.put("StaleReferences", gone.into_iter().collect::<Vec<_>>()));
    }
}

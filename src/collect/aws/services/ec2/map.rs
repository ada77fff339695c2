//! Security groups in CloudFormation's words.
//!
//! AWS folds rules that differ only in their source into one permission; CloudFormation has one entry for each source, and
//! so has this: a rule file can then look at one source at a time, and a template reads the same.

use crate::collect::aws::draft::{Draft, Object};
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::Scope;
use crate::model::resource::GapRecord;
use crate::model::{AccountId, Path};
use aws_sdk_ec2::types::{IpPermission, ManagedPrefixList, Region, SecurityGroup, StaleSecurityGroup, Tag};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// The type's name.
pub const GROUP: &str = "AWS::EC2::SecurityGroup";
/// Its listing.
pub const GROUPS: &str = "ec2:DescribeSecurityGroups";
/// A region of the account.
pub const REGION: &str = "Ledgerline::EC2::Region";

/// Which way traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards what the group stands on.
    Ingress,
    /// Away from it.
    Egress,
}

impl Direction {
    /// The property that has the rules.
    pub fn property(self) -> &'static str {
        match self {
            Self::Ingress => "SecurityGroupIngress",
            Self::Egress => "SecurityGroupEgress",
        }
    }

    fn prefix_list(self) -> &'static str {
        match self {
            Self::Ingress => "SourcePrefixListId",
            Self::Egress => "DestinationPrefixListId",
        }
    }

    fn group(self) -> &'static str {
        match self {
            Self::Ingress => "SourceSecurityGroupId",
            Self::Egress => "DestinationSecurityGroupId",
        }
    }
}

/// A group that a rule names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its id.
    pub group: String,
    /// Whether it stands in this account and is reached without peering, so that this region's listing must have it.
    pub near: bool,
}

/// A security group with what its rules name.
#[derive(Debug)]
pub struct Group {
    /// The resource.
    pub draft: Draft,
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// The groups that its rules name, itself left out.
    pub references: BTreeSet<Reference>,
    /// The prefix lists that its rules name.
    pub prefix_lists: BTreeSet<String>,
}

/// One group; none where the answer lacks what names it.
pub fn group(group: &SecurityGroup, cx: &Scope<'_>) -> Option<Group> {
    let (id, name) = (group.group_id()?, group.group_name()?);
    let arn = group.security_group_arn().map_or_else(|| cx.arn("ec2", &format!("security-group/{id}")), str::to_owned);
    Some(read(group, id, name, arn, &cx.place.account))
}

fn read(group: &SecurityGroup, id: &str, name: &str, arn: String, account: &AccountId) -> Group {
    let mut draft = Draft::new(GROUP, arn, name);
    draft.tags = tags(group.tags());
    draft.properties.put("GroupName", name);
    draft.properties.put("GroupDescription", group.description().unwrap_or(""));
    draft.properties.put_some("VpcId", group.vpc_id());
    draft.state.put("GroupId", id);
    draft.state.put_some("OwnerId", group.owner_id());
    for (direction, permissions) in [(Direction::Ingress, &group.ip_permissions), (Direction::Egress, &group.ip_permissions_egress)] {
        match permissions {
            Some(permissions) => {
                let rules: Vec<Value> = permissions.iter().flat_map(|permission| rules(permission, direction)).collect();
                draft.properties.put(direction.property(), rules);
            }
            // AWS writes an empty set where there is no rule: without one, nothing was said.
            None => draft.gaps.push(GapRecord {
                path: Path::root("properties").key(direction.property()),
                gap: Failure::empty(GROUPS).gap(&GROUPS.into()),
            }),
        }
    }
    let permissions = || group.ip_permissions().iter().chain(group.ip_permissions_egress());
    let references = permissions().flat_map(|permission| references(permission, account)).filter(|named| named.group != id).collect();
    let prefix_lists =
        permissions().flat_map(IpPermission::prefix_list_ids).filter_map(|list| list.prefix_list_id()).map(str::to_owned).collect();
    Group { draft, id: id.to_owned(), vpc: group.vpc_id().map(str::to_owned), references, prefix_lists }
}

/// The entries of one permission: one for each of its sources or destinations.
fn rules(permission: &IpPermission, direction: Direction) -> Vec<Value> {
    let entry = |key: &str, value: Option<&str>, description: Option<&str>| {
        let mut entry = base(permission);
        entry.put_some(key, value);
        entry.put_some("Description", description);
        entry
    };
    let mut entries = Vec::new();
    for range in permission.ip_ranges() {
        entries.push(entry("CidrIp", range.cidr_ip(), range.description()).done());
    }
    for range in permission.ipv6_ranges() {
        entries.push(entry("CidrIpv6", range.cidr_ipv6(), range.description()).done());
    }
    for list in permission.prefix_list_ids() {
        entries.push(entry(direction.prefix_list(), list.prefix_list_id(), list.description()).done());
    }
    for pair in permission.user_id_group_pairs() {
        let mut entry = entry(direction.group(), pair.group_id(), pair.description());
        if direction == Direction::Ingress {
            entry.put_some("SourceSecurityGroupOwnerId", pair.user_id());
        }
        entries.push(entry.done());
    }
    entries
}

/// Protocol and ports as AWS says them: `-1` comes without ports, and ICMP with a type and a code in their place.
fn base(permission: &IpPermission) -> Object {
    let mut entry = Object::default();
    entry.put_some("IpProtocol", permission.ip_protocol());
    entry.put_some("FromPort", permission.from_port());
    entry.put_some("ToPort", permission.to_port());
    entry
}

/// A group of this account without peering is one of this region. Load balancers of old name theirs by the owner `amazon-elb`.
fn references(permission: &IpPermission, account: &AccountId) -> Vec<Reference> {
    let pairs = permission.user_id_group_pairs().iter();
    pairs
        .filter_map(|pair| {
            let owner = pair.user_id().unwrap_or(account.as_str());
            let foreign = owner != account.as_str() && owner.bytes().all(|letter| letter.is_ascii_digit());
            let near = owner == account.as_str() && pair.vpc_peering_connection_id().is_none();
            (near || foreign || pair.vpc_peering_connection_id().is_some())
                .then(|| pair.group_id().map(|group| Reference { group: group.to_owned(), near }))?
        })
        .collect()
}

/// The rules of one direction that name prefix lists, with each list's CIDRs in their place.
pub fn expanded<'a>(rules: &Value, direction: Direction, cidrs: impl Fn(&str) -> &'a [String]) -> Value {
    let key = direction.prefix_list();
    let mut entries = Vec::new();
    for rule in rules.as_array().into_iter().flatten() {
        let Some(list) = rule.get(key).and_then(Value::as_str) else { continue };
        for cidr in cidrs(list) {
            let mut entry = rule.as_object().cloned().unwrap_or_default();
            entry.remove("Description");
            entry.insert(if cidr.contains(':') { "CidrIpv6" } else { "CidrIp" }.to_owned(), json!(cidr));
            entries.push(Value::Object(entry));
        }
    }
    entries.into()
}

/// A prefix list by its id: name and owner.
pub fn prefix_list(list: &ManagedPrefixList) -> Option<(String, Value)> {
    let id = list.prefix_list_id()?;
    let mut object = Object::default();
    object.put("PrefixListId", id);
    object.put_some("PrefixListName", list.prefix_list_name());
    object.put_some("OwnerId", list.owner_id());
    Some((id.to_owned(), object.done()))
}

/// A group with stale rules, and the ids of the groups that they name.
pub fn stale(group: &StaleSecurityGroup) -> Option<(String, Vec<String>)> {
    let permissions = group.stale_ip_permissions().iter().chain(group.stale_ip_permissions_egress());
    let pairs = permissions.flat_map(|permission| permission.user_id_group_pairs());
    Some((group.group_id()?.to_owned(), pairs.filter_map(|pair| pair.group_id()).map(str::to_owned).collect()))
}

/// A region of the account.
pub fn region(region: &Region, account: &AccountId) -> Option<Draft> {
    let name = region.region_name()?;
    let mut draft = Draft::new(REGION, format!("ledgerline:ec2-region:{account}:{name}"), name);
    draft.properties.put("RegionName", name);
    draft.properties.put_some("OptInStatus", region.opt_in_status());
    Some(draft)
}

fn tags(tags: &[Tag]) -> Value {
    let entries: Map<String, Value> =
        tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), json!(tag.value().unwrap_or_default())))).collect();
    entries.into()
}

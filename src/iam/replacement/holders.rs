//! Which policies a word means, where they are, and what those whom they serve used of them.
//!
//! A policy that several have is used where one of them used it: what replaces it must serve all. A role's replacement is one for each
//! policy that it has; one of AWS's own cannot be edited, and gives way to a policy of the account.

use super::evidence::{Evidence, EvidenceFault};
use super::pieces::{Owner, Place};
use crate::iam::document::{self, Document};
use crate::model::value::Time;
use crate::model::{Resource, Value};
use std::collections::BTreeSet;

/// The types that are read.
pub const TYPES: [&str; 4] = ["AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"];

/// How many days a principal must have been there before what it did not use says anything.
pub const LONG_ENOUGH_DAYS: i64 = 90;

/// One policy that is asked about.
#[derive(Clone, Debug)]
pub struct Held {
    /// How it is named in outputs.
    pub label: String,
    /// Where it is.
    pub place: Place,
    /// What it says; why that is not known.
    pub document: Result<Document, String>,
    /// What was used of it.
    pub evidence: Evidence,
    /// Those whom it serves, by ARN.
    pub serves: Vec<String>,
    /// Those of them of whom nothing is recorded.
    pub unrecorded: Vec<String>,
}

/// Why no policy is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMeant {
    /// None is called so.
    #[error("there is no role, user, group or policy called {0}")]
    Nothing(String),
    /// Several are.
    #[error("{0} may be any of {1}; name one by its ARN")]
    Several(String, String),
    /// AWS keeps it.
    #[error("{0} is kept by AWS: its permissions are not the account's to change")]
    KeptByAws(String),
}

/// The policies of a role, user or group, or the managed policy, of this name or ARN.
///
/// # Errors
/// Where nothing, or more than one thing, is called so, or AWS keeps it.
pub fn find(resources: &[Resource], word: &str, now: Time) -> Result<Vec<Held>, NotMeant> {
    let called = |resource: &&Resource| {
        TYPES.contains(&resource.resource_type.as_str()) && (resource.id.as_str() == word || resource.name.as_str() == word)
    };
    let found: Vec<&Resource> = resources.iter().filter(called).collect();
    let [one] = found.as_slice() else {
        let ids: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
        return Err(if ids.is_empty() { NotMeant::Nothing(word.to_owned()) } else { NotMeant::Several(word.to_owned(), ids.join(", ")) });
    };
    let id = one.id.as_str();
    if [":role/aws-service-role/", ":role/aws-reserved/"].iter().any(|path| id.contains(path)) {
        return Err(NotMeant::KeptByAws(id.to_owned()));
    }
    if one.resource_type.as_str() == "AWS::IAM::ManagedPolicy" {
        return Ok(vec![managed(resources, one.id.as_str(), None, now)]);
    }
    Ok(of_owner(resources, one, now))
}

/// The policies of a role, user or group.
fn of_owner(resources: &[Resource], owner: &Resource, now: Time) -> Vec<Held> {
    let kind = match owner.resource_type.as_str() {
        "AWS::IAM::Role" => "role",
        "AWS::IAM::User" => "user",
        _ => "group",
    };
    let named = Owner { kind, name: owner.name.to_string() };
    let mut all = Vec::new();
    for item in list(owner, "Policies") {
        let name = item.get("PolicyName").and_then(Value::as_str).unwrap_or("inline");
        let served = served(resources, owner);
        let (evidence, unrecorded) = evidence(&served, now);
        all.push(Held {
            label: format!("{} {name}", owner.id),
            place: Place::Inline { name: name.to_owned(), owner: named.clone() },
            document: read(item.get("PolicyDocument")),
            evidence,
            serves: served.iter().map(|one| one.id.to_string()).collect(),
            unrecorded,
        });
    }
    for arn in list(owner, "ManagedPolicyArns").iter().filter_map(Value::as_str) {
        all.push(managed(resources, arn, Some(&named), now));
    }
    all
}

/// A managed policy, and whom it serves: where AWS's own is to give way in one place, only those there count.
fn managed(resources: &[Resource], arn: &str, owner: Option<&Owner>, now: Time) -> Held {
    let policy = resources.iter().find(|one| one.resource_type.as_str() == "AWS::IAM::ManagedPolicy" && one.id.as_str() == arn);
    let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let of_aws = arn.contains(":iam::aws:");
    let holds = |one: &&Resource| {
        let kind = one.resource_type.as_str();
        TYPES.contains(&kind)
            && list(one, "ManagedPolicyArns").iter().any(|held| held.as_str() == Some(arn))
            && owner
                .filter(|_| of_aws)
                .is_none_or(|owner| owner.name == one.name.as_str() && kind.to_ascii_lowercase().ends_with(owner.kind))
    };
    let served: Vec<&Resource> = resources.iter().filter(holds).flat_map(|holder| served(resources, holder)).collect();
    let (evidence, unrecorded) = evidence(&served, now);
    let version = policy.and_then(|policy| policy.state.get("DefaultVersionId")).and_then(Value::as_str).map(str::to_owned);
    let place = match owner.filter(|_| of_aws) {
        Some(owner) => Place::OfAws { name, arn: arn.to_owned(), owner: owner.clone() },
        None => Place::Managed { name, arn: arn.to_owned(), version },
    };
    let serves: BTreeSet<String> = served.iter().map(|one| one.id.to_string()).collect();
    Held {
        label: arn.to_owned(),
        place,
        document: policy
            .map_or_else(|| Err("the source does not have it".to_owned()), |policy| read(policy.properties.get("PolicyDocument"))),
        evidence,
        serves: serves.into_iter().collect(),
        unrecorded,
    }
}

/// Whom the policies of a holder serve: itself, or the users of a group.
fn served<'a>(resources: &'a [Resource], holder: &'a Resource) -> Vec<&'a Resource> {
    if holder.resource_type.as_str() != "AWS::IAM::Group" {
        return vec![holder];
    }
    let member = |user: &&Resource| {
        user.resource_type.as_str() == "AWS::IAM::User"
            && user.account == holder.account
            && list(user, "Groups").iter().any(|group| group.as_str() == Some(&holder.name))
    };
    resources.iter().filter(member).collect()
}

fn evidence(served: &[&Resource], now: Time) -> (Evidence, Vec<String>) {
    let mut unrecorded = BTreeSet::new();
    let all = served.iter().flat_map(|one| match of_principal(one, now) {
        Ok(evidence) => vec![evidence],
        Err(_) => {
            unrecorded.insert(one.id.to_string());
            vec![Evidence::nothing()]
        }
    });
    let all = Evidence::join(all.collect::<Vec<_>>());
    (all, unrecorded.into_iter().collect())
}

/// What a principal used, as it was collected.
///
/// # Errors
/// Where nothing was, or what was cannot be read.
pub fn of_principal(principal: &Resource, now: Time) -> Result<Evidence, EvidenceFault> {
    let accessed = Evidence::read_state(&principal.state)?;
    let made = principal.state.get("CreateDate").and_then(super::evidence::moment);
    let young = made.is_some_and(|made| now.signed_duration_since(made).num_days() < LONG_ENOUGH_DAYS);
    Ok(if young { Evidence::join([accessed, Evidence::too_new()]) } else { accessed })
}

/// The documents of the managed and inline policies of a name.
pub fn documents(resources: &[Resource], name: &str) -> Vec<Result<Document, String>> {
    let mut found = Vec::new();
    for one in resources.iter().filter(|one| TYPES.contains(&one.resource_type.as_str())) {
        if one.resource_type.as_str() == "AWS::IAM::ManagedPolicy" && one.name == name {
            found.push(read(one.properties.get("PolicyDocument")));
        }
        let inline = list(one, "Policies").iter().filter(|item| item.get("PolicyName").and_then(Value::as_str) == Some(name));
        found.extend(inline.map(|item| read(item.get("PolicyDocument"))));
    }
    found
}

fn read(document: Option<&Value>) -> Result<Document, String> {
    let document = document.ok_or("the source does not have its document")?;
    if let Some(gap) = document.first_gap() {
        return Err(gap.to_string());
    }
    document::parse(document).map_err(|faults| faults.to_string())
}

fn list<'a>(resource: &'a Resource, property: &str) -> &'a [Value] {
    resource.properties.get(property).and_then(Value::as_list).unwrap_or_default()
}

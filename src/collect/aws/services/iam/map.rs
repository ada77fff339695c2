//! Roles, users, groups and managed policies in CloudFormation's words.
//!
//! A policy document that cannot be read leaves a gap where it should stand, and nothing else: the other policies of the
//! role are judged as ever, and no rule can take "could not read" for "grants nothing".

use crate::collect::aws::document;
use crate::model::AccountId;
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{Gap, GapKind, Path, Region};
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag, UserDetail,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// The call that brings all of them.
pub const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
/// The call that has the credential report made.
pub const REPORT_MAKING: &str = "iam:GenerateCredentialReport";
/// The call that reads it.
pub const REPORT: &str = "iam:GetCredentialReport";
/// Roles.
pub const ROLE: &str = "AWS::IAM::Role";
/// Users.
pub const USER: &str = "AWS::IAM::User";
/// Groups.
pub const GROUP: &str = "AWS::IAM::Group";
/// Managed policies, the account's own and AWS's.
pub const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// A role; none where the answer lacks what names it.
pub fn role(role: &RoleDetail, account: &AccountId) -> Option<ResourceRecord> {
    let mut record = Draft::new(ROLE, role.arn()?, role.role_name()?);
    record.property("RoleName", role.role_name()?);
    record.property("Path", role.path().unwrap_or("/"));
    record.document("properties.AssumeRolePolicyDocument", "AssumeRolePolicyDocument", role.assume_role_policy_document());
    record.policies(role.role_policy_list(), role.attached_managed_policies(), role.permissions_boundary());
    record.state("RoleId", role.role_id());
    record.state("CreateDate", role.create_date().and_then(time));
    // IAM gives an empty RoleLastUsed where the role was not used in the tracking period.
    if let Some((used, at)) = role.role_last_used().and_then(|used| Some((used, used.last_used_date().and_then(time)?))) {
        let mut last = Map::from_iter([("LastUsedDate".to_owned(), json!(at))]);
        if let Some(region) = used.region() {
            last.insert("Region".into(), json!(region));
        }
        record.state("RoleLastUsed", Some(Value::Object(last)));
    }
    Some(record.finish(account, tags(role.tags())))
}

/// A user; none where the answer lacks what names it.
pub fn user(user: &UserDetail, account: &AccountId) -> Option<ResourceRecord> {
    let mut record = Draft::new(USER, user.arn()?, user.user_name()?);
    record.property("UserName", user.user_name()?);
    record.property("Path", user.path().unwrap_or("/"));
    record.property("Groups", user.group_list());
    record.policies(user.user_policy_list(), user.attached_managed_policies(), user.permissions_boundary());
    record.state("UserId", user.user_id());
    record.state("CreateDate", user.create_date().and_then(time));
    Some(record.finish(account, tags(user.tags())))
}

/// A group, without its count of users; none where the answer lacks what names it.
pub fn group(group: &GroupDetail, account: &AccountId) -> Option<ResourceRecord> {
    let mut record = Draft::new(GROUP, group.arn()?, group.group_name()?);
    record.property("GroupName", group.group_name()?);
    record.property("Path", group.path().unwrap_or("/"));
    record.policies(group.group_policy_list(), group.attached_managed_policies(), None);
    record.state("GroupId", group.group_id());
    record.state("CreateDate", group.create_date().and_then(time));
    Some(record.finish(account, Value::Null))
}

/// A managed policy with its default version; none where the answer lacks what names it.
pub fn managed_policy(policy: &ManagedPolicyDetail, account: &AccountId) -> Option<ResourceRecord> {
    let arn = policy.arn()?;
    // The name is the last part of the ARN, behind the path; emulators leave it out beside the ARN.
    let name = policy.policy_name().or_else(|| arn.rsplit('/').next())?;
    let mut record = Draft::new(MANAGED_POLICY, arn, name);
    record.property("ManagedPolicyName", name);
    record.property("Path", policy.path().unwrap_or("/"));
    let default = policy.policy_version_list().iter().find(|version| version.is_default_version());
    record.document("properties.PolicyDocument", "PolicyDocument", default.and_then(|version| version.document()));
    record.state("PolicyId", policy.policy_id());
    record.state("AwsManaged", Some(is_aws_managed(policy)));
    record.state("AttachmentCount", Some(policy.attachment_count().unwrap_or(0)));
    record.state("PermissionsBoundaryUsageCount", Some(policy.permissions_boundary_usage_count().unwrap_or(0)));
    record.state("DefaultVersionId", policy.default_version_id());
    record.state("CreateDate", policy.create_date().and_then(time));
    record.state("UpdateDate", policy.update_date().and_then(time));
    Some(record.finish(account, Value::Null))
}

/// Whether AWS wrote it: the account field of its ARN is `aws`.
pub fn is_aws_managed(policy: &ManagedPolicyDetail) -> bool {
    policy.arn().is_some_and(|arn| arn.split(':').nth(4) == Some("aws"))
}

/// Whether an account uses it at all. AWS's policies that nobody attached are noise; the account's own are its business.
pub fn is_of_interest(policy: &ManagedPolicyDetail) -> bool {
    let used = policy.attachment_count().unwrap_or(0) > 0 || policy.permissions_boundary_usage_count().unwrap_or(0) > 0;
    used || !is_aws_managed(policy)
}

/// Tags as keys to values.
pub fn tags(tags: &[Tag]) -> Value {
    tags.iter().map(|tag| (tag.key().to_owned(), json!(tag.value()))).collect::<Map<_, _>>().into()
}

/// A record on its way.
struct Draft {
    resource_type: &'static str,
    arn: String,
    name: String,
    properties: Map<String, Value>,
    state: Map<String, Value>,
    gaps: Vec<GapRecord>,
}

impl Draft {
    fn new(resource_type: &'static str, arn: &str, name: &str) -> Self {
        Self { resource_type, arn: arn.to_owned(), name: name.to_owned(), properties: Map::new(), state: Map::new(), gaps: Vec::new() }
    }

    fn property(&mut self, name: &str, value: impl serde::Serialize) {
        self.properties.insert(name.to_owned(), json!(value));
    }

    fn state(&mut self, name: &str, value: Option<impl serde::Serialize>) {
        if let Some(value) = value {
            self.state.insert(name.to_owned(), json!(value));
        }
    }

    fn document(&mut self, path: &str, name: &str, text: Option<&str>) {
        match document::read(text.unwrap_or("")) {
            Ok(document) => self.property(name, document),
            Err(fault) => self.gap(path, &fault),
        }
    }

    fn policies(&mut self, inline: &[PolicyDetail], attached: &[AttachedPolicy], boundary: Option<&AttachedPermissionsBoundary>) {
        let mut policies = Vec::with_capacity(inline.len());
        for (index, policy) in inline.iter().enumerate() {
            let mut entry = Map::from_iter([("PolicyName".to_owned(), json!(policy.policy_name().unwrap_or("")))]);
            match document::read(policy.policy_document().unwrap_or("")) {
                Ok(document) => {
                    entry.insert("PolicyDocument".into(), document);
                }
                Err(fault) => self.gap(&format!("properties.Policies[{index}].PolicyDocument"), &fault),
            }
            policies.push(Value::Object(entry));
        }
        self.property("Policies", policies);
        self.property("ManagedPolicyArns", attached.iter().filter_map(|policy| policy.policy_arn()).collect::<Vec<_>>());
        if let Some(arn) = boundary.and_then(|boundary| boundary.permissions_boundary_arn()) {
            self.property("PermissionsBoundary", arn);
        }
    }

    fn gap(&mut self, path: &str, fault: &document::Fault) {
        let path: Path = match path.parse() {
            Ok(path) => path,
            Err(error) => panic!("internal error: {path} is written here and should be a path: {error}"),
        };
        let detail = format!("a policy document of {} cannot be read: {fault}", self.name);
        self.gaps.push(GapRecord { path, gap: Gap { call: Some(DETAILS.into()), ..Gap::new(GapKind::Undecidable, detail) } });
    }

    fn finish(self, account: &AccountId, tags: Value) -> ResourceRecord {
        ResourceRecord {
            id: self.arn.into(),
            resource_type: self.resource_type.into(),
            name: self.name.into(),
            account: account.clone(),
            region: Region::global(),
            tags,
            properties: self.properties.into(),
            state: self.state.into(),
            gaps: self.gaps,
            origin: None,
        }
    }
}

fn time(at: &DateTime) -> Option<String> {
    at.fmt(Format::DateTime).ok()
}

//! Policies written apart, and memberships: a live role, user or group shows them as its own.

use super::{Resolver, Target, decided, each_meant, targets, written};
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;

/// Who can have policies, and the property of a policy that names them.
const HOLDERS: [(&str, &str, &str); 3] =
    [("AWS::IAM::Role", "Roles", "RoleName"), ("AWS::IAM::User", "Users", "UserName"), ("AWS::IAM::Group", "Groups", "GroupName")];

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for holder in drafts.iter_mut().filter(|draft| HOLDERS.iter().any(|(holder, ..)| draft.resource_type == *holder)) {
        for list in ["Policies", "ManagedPolicyArns"] {
            if holder.property(list).is_none() {
                holder.put(list, Told::List(Vec::new()));
            }
        }
    }
    for at in 0..drafts.len() {
        let Some(draft) = drafts.get(at) else { continue };
        match draft.declared_type.as_str() {
            "AWS::IAM::Policy" => {
                let part = inline(draft);
                attach(drafts, at, resolver, "Policies", &part);
            }
            "AWS::IAM::RolePolicy" | "AWS::IAM::UserPolicy" | "AWS::IAM::GroupPolicy" => {
                let part = inline(draft);
                for (holder, _, name) in HOLDERS {
                    let named = drafts.get(at).map(|draft| targets(resolver, written(resolver, draft, name))).unwrap_or_default();
                    add(drafts, holder, &named, "Policies", &part);
                }
            }
            "AWS::IAM::ManagedPolicy" => {
                let arn = draft.identity.id.clone().map_or_else(|| gap(arcstr::format!("the ARN of {}", draft.logical)), Told::Text);
                let part = decided(draft, arn);
                attach(drafts, at, resolver, "ManagedPolicyArns", &part);
                if let Some(policy) = drafts.get_mut(at) {
                    policy.tell("AwsManaged", Told::Bool(false));
                }
            }
            "AWS::IAM::UserToGroupAddition" => {
                let group = draft.property("GroupName").cloned().unwrap_or_else(|| gap("the group's name"));
                let group = decided(draft, group);
                let users = targets(resolver, written(resolver, draft, "Users"));
                add(drafts, "AWS::IAM::User", &users, "Groups", &group);
            }
            _ => {}
        }
    }
    count_uses(drafts, resolver);
}

/// How often the template attaches each of its policies and takes it for a boundary: what it lacks is not in it.
fn count_uses(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    let named = |draft: &Draft, property: &str| targets(resolver, written(resolver, draft, property));
    let is_holder = |draft: &&Draft| HOLDERS.iter().any(|(holder, ..)| draft.resource_type == *holder);
    let mut attached: Vec<Target> = Vec::new();
    let mut bounding: Vec<Target> = Vec::new();
    for holder in drafts.iter().filter(is_holder) {
        attached.extend(named(holder, "ManagedPolicyArns"));
        bounding.extend(named(holder, "PermissionsBoundary"));
    }
    for at in 0..drafts.len() {
        let Some(policy) = drafts.get(at).filter(|draft| draft.declared_type == "AWS::IAM::ManagedPolicy") else { continue };
        let own: Vec<Target> = HOLDERS.iter().flat_map(|(_, property, _)| named(policy, property)).collect();
        let attachments = count(attached.iter().filter(|target| target.means(policy)), own.len());
        let boundaries = count(bounding.iter().filter(|target| target.means(policy)), 0);
        if let Some(policy) = drafts.get_mut(at) {
            policy.tell("AttachmentCount", attachments);
            policy.tell("PermissionsBoundaryUsageCount", boundaries);
        }
    }
}

/// How many are meant; not known where one may or may not be.
fn count<'a>(meant: impl Iterator<Item = &'a Target>, more: usize) -> Told {
    let mut sum = i64::try_from(more).unwrap_or(i64::MAX);
    for target in meant {
        match target {
            Target::Logical(_) | Target::Name(_) => sum = sum.saturating_add(1),
            Target::Unknown(why) => return why.clone(),
        }
    }
    Told::Int(sum)
}

fn inline(draft: &Draft) -> Told {
    let property = |name: &str| draft.property(name).cloned().unwrap_or_else(|| gap(arcstr::format!("{name} of {}", draft.logical)));
    let part = Told::map([("PolicyName", property("PolicyName")), ("PolicyDocument", property("PolicyDocument"))]);
    decided(draft, part)
}

/// Adds to all that a policy names under `Roles`, `Users` and `Groups`.
fn attach(drafts: &mut [Draft], at: usize, resolver: &Resolver<'_>, list: &str, part: &Told) {
    for (holder, property, _) in HOLDERS {
        let named = drafts.get(at).map(|draft| targets(resolver, written(resolver, draft, property))).unwrap_or_default();
        add(drafts, holder, &named, list, part);
    }
}

fn add(drafts: &mut [Draft], holder: &'static str, named: &[Target], list: &str, part: &Told) {
    for target in named {
        for (holder, part) in each_meant(drafts, holder, target, part) {
            holder.push(list, part);
        }
    }
}

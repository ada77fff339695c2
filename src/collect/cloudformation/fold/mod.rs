//! What a template writes as resources of their own and a live account shows as part of another: policies of a role, rules of
//! a security group, permissions of a function. They are put where the live collectors put them, so that one rule reads both.
//!
//! Whose part something is may not be known (a name that is made elsewhere): then nobody's list is known to be whole.

mod apigateway;
mod cloudwatch;
mod dynamodb;
mod ec2;
mod iam;
mod lambda;
mod state;

use super::draft::{Draft, target};
use super::resolve::{Resolver, gap};
use super::told::Told;
use crate::diag::yaml::{Kind, Node};
use arcstr::ArcStr;

/// The types that are taken into others, sorted. All else that the catalogue lacks is skipped, and said so.
pub const TAKEN_IN: [&str; 13] = [
    "AWS::ApiGateway::Resource",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::UserToGroupAddition",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::SNS::TopicPolicy",
    "AWS::Serverless::SimpleTable",
];

/// Puts parts where they belong, and writes each type as its live collector does.
pub fn fold(drafts: &mut Vec<Draft>, resolver: &Resolver<'_>) {
    let subscriptions = state::subscriptions(drafts);
    drafts.extend(subscriptions);
    dynamodb::fold(drafts, resolver);
    iam::fold(drafts, resolver);
    lambda::fold(drafts, resolver);
    apigateway::fold(drafts, resolver);
    cloudwatch::fold(drafts, resolver);
    ec2::fold(drafts, resolver);
    state::fold(drafts, resolver);
}

/// The types that an API's document of its own, which is not read, may add to.
pub fn described_elsewhere(drafts: &[Draft]) -> std::collections::BTreeSet<&'static str> {
    apigateway::described_elsewhere(drafts)
}

/// Whom a property names.
#[derive(Clone, Debug)]
enum Target {
    /// A resource of the template.
    Logical(ArcStr),
    /// A name, an ARN or an id.
    Name(ArcStr),
    /// Nobody can tell.
    Unknown(Told),
}

/// A property of a resource as it is written.
fn written<'a>(resolver: &Resolver<'a>, draft: &Draft, property: &str) -> Option<&'a Node> {
    resolver.sections.resources.get(draft.at)?.properties?.get(property)
}

/// Whom a property names: one, or each of a list.
fn targets(resolver: &Resolver<'_>, node: Option<&Node>) -> Vec<Target> {
    let Some(node) = node else { return Vec::new() };
    if let Kind::List(items) = &node.kind {
        return items.iter().flat_map(|item| targets(resolver, Some(item))).collect();
    }
    if let Some(logical) = target(node).filter(|name| resolver.identities.has(name)) {
        return vec![Target::Logical(logical.into())];
    }
    match resolver.optional(node) {
        None | Some(Told::Null) => Vec::new(),
        Some(Told::List(items)) => items.into_iter().map(named).collect(),
        Some(told) => vec![named(told)],
    }
}

fn named(told: Told) -> Target {
    match told.word() {
        Some(word) => Target::Name(word),
        None if told.first_gap().is_some() => Target::Unknown(told),
        None => Target::Unknown(gap(arcstr::format!("{} where a name should stand", told.describe()))),
    }
}

impl Target {
    /// Whether a draft is meant, or may be.
    fn means(&self, draft: &Draft) -> bool {
        match self {
            Self::Logical(logical) => draft.logical == *logical,
            // A function may be named by its name or its ARN.
            Self::Name(name) => [&draft.identity.name, &draft.identity.id].into_iter().flatten().any(|known| known == name),
            Self::Unknown(_) => true,
        }
    }
}

/// The drafts of a type that a target means, each with what is to be added: the part itself, or, where nobody can tell whose it
/// is, a gap.
fn each_meant<'a>(
    drafts: &'a mut [Draft],
    resource_type: &'static str,
    target: &'a Target,
    part: &'a Told,
) -> impl Iterator<Item = (&'a mut Draft, Told)> {
    drafts.iter_mut().filter(move |draft| draft.resource_type == resource_type && target.means(draft)).map(move |draft| {
        let part = match target {
            Target::Unknown(why) => why.clone(),
            Target::Logical(_) | Target::Name(_) => part.clone(),
        };
        (draft, part)
    })
}

/// The part, or a gap where it is not known whether it will be made.
fn decided(draft: &Draft, part: Told) -> Told {
    draft.undecided.as_ref().map_or(part, |why| Told::Gap(std::sync::Arc::clone(why)))
}

//! What a table cannot say: environments whose values are dropped, permissions that are statements of a policy, counts over the file.

mod alarm;
mod budget;
mod group;
mod lambda;
mod pool;

use super::draft::{Draft, Made};
use super::node::{Found, Node};
use super::row::Scene;
use super::table::Row;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub use lambda::{back_end, function_of, host, invoked};

/// Code beside a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    /// `aws_lambda_function`: names and shapes of the environment's variables.
    LambdaEnvironment,
    /// `aws_lambda_permission`: a statement of the function's policy.
    LambdaPermission,
    /// What belongs to a function whatever version or alias it speaks of.
    LambdaQualified,
    /// `aws_iam_policy`: how often the file attaches it.
    PolicyUse,
    /// `aws_iam_group`: how many users the file puts into it.
    GroupUse,
    /// `aws_cloudwatch_metric_alarm`: its metrics in one form, its topics.
    Alarm,
    /// `aws_cloudwatch_composite_alarm`: the alarms that its rule asks about, its topics.
    CompositeAlarm,
    /// `aws_security_group`: one entry for each source and destination of its rules.
    SecurityGroup,
    /// `aws_security_group_rule`: the same of a rule beside the group.
    SecurityRule,
    /// `aws_budgets_budget`: who is told.
    Budget,
    /// `aws_cognito_user_pool`: second factors and triggers.
    UserPool,
}

impl Special {
    /// The paths that it tells of its own resource, besides the rows.
    pub fn tells(self) -> &'static [&'static str] {
        match self {
            Self::LambdaEnvironment => &["state.EnvironmentVariableNames", "state.EnvironmentSecrets"],
            Self::PolicyUse => &["state.AttachmentCount", "state.PermissionsBoundaryUsageCount"],
            Self::GroupUse => &["state.UserCount"],
            Self::Alarm => &["properties.Dimensions", "state.WatchedMetrics", "state.LocalTopics", "state.ForeignTopicsLive"],
            Self::CompositeAlarm => &["state.Children", "state.LocalTopics", "state.ForeignTopicsLive"],
            Self::SecurityGroup => group::TOLD,
            Self::Budget => &["properties.NotificationsWithSubscribers", "state.MailSubscribers", "state.SubscribedTopics"],
            Self::UserPool => &["properties.EnabledMfas", "state.TriggerArns"],
            Self::LambdaPermission | Self::LambdaQualified | Self::SecurityRule => &[],
        }
    }

    /// The paths that it adds to the owner of a part, besides the list that the table names.
    pub fn adds(self) -> &'static [&'static str] {
        match self {
            Self::SecurityRule => group::RULES,
            _ => &[],
        }
    }

    /// Completes a resource after its rows.
    pub fn complete(self, draft: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
        match self {
            Self::LambdaEnvironment => lambda::environment(draft, scene, node.at("environment.variables")),
            Self::Alarm => alarm::metric(draft, scene, node),
            Self::CompositeAlarm => alarm::composite(draft, scene),
            Self::SecurityGroup => group::complete(draft, scene, node),
            Self::Budget => budget::complete(draft, scene, node),
            Self::UserPool => pool::complete(draft, scene, node),
            Self::LambdaPermission | Self::LambdaQualified | Self::PolicyUse | Self::GroupUse | Self::SecurityRule => {}
        }
    }

    /// What a part adds to an owner.
    pub fn part<'a>(self, owner: &mut Draft<'_>, scene: &Scene<'a>, rows: &[Row], node: Node<'a>) -> Made {
        match self {
            Self::LambdaPermission => {
                // What Lambda writes around the statements of a policy that it keeps itself.
                for (key, value) in [("Version", "2012-10-17"), ("Id", "default")] {
                    owner.put(&["state".into(), "Policy".into(), key.into()], Made::value(value));
                }
                lambda::permission(scene, node, &owner.id)
            }
            Self::SecurityRule => {
                group::rule(owner, scene, node);
                Made::nothing()
            }
            _ => scene.rows(rows, node),
        }
    }

    /// The name of a part's owner, from what its attribute says; none where it cannot be told.
    pub fn owner(self, name: &str, node: Node<'_>) -> Option<String> {
        match self {
            Self::LambdaPermission => lambda::qualified(name, node),
            Self::LambdaQualified => function_of(name).map(|(name, _)| name.to_owned()),
            _ => Some(name.to_owned()),
        }
    }
}

/// Why a place is not known, for code that reads it without a row.
fn veil(found: Found<'_>, scene: &Scene<'_>) -> Option<Made> {
    match found {
        Found::Unknown => Some(Made::gap(scene.silence.after_apply())),
        Found::Sensitive => Some(Made::gap(scene.silence.sensitive())),
        Found::Known(_) | Found::Absent => None,
    }
}

/// How often the file uses a policy or a group: what is attached elsewhere no file tells.
pub fn count(drafts: &mut [Draft<'_>]) {
    let mut uses: BTreeMap<(&str, String), u64> = BTreeMap::new();
    for draft in drafts.iter() {
        for key in ["ManagedPolicyArns", "Groups"] {
            let listed = draft.body.pointer(&format!("/properties/{key}")).and_then(Value::as_array);
            for used in listed.into_iter().flatten().filter_map(Value::as_str) {
                *uses.entry((key, used.to_owned())).or_default() += 1;
            }
        }
        if let Some(boundary) = draft.body.pointer("/properties/PermissionsBoundary").and_then(Value::as_str) {
            *uses.entry(("PermissionsBoundary", boundary.to_owned())).or_default() += 1;
        }
    }
    for draft in drafts {
        if draft.mapping.special == Some(Special::SecurityGroup) {
            group::prefix_lists(draft);
        }
        let counts: &[(&str, &str, &str)] = match draft.mapping.special {
            Some(Special::PolicyUse) => {
                &[("AttachmentCount", "ManagedPolicyArns", "id"), ("PermissionsBoundaryUsageCount", "PermissionsBoundary", "id")]
            }
            Some(Special::GroupUse) => &[("UserCount", "Groups", "name")],
            _ => &[],
        };
        for (to, by, called) in counts {
            let name = if *called == "id" { draft.id.clone() } else { draft.name.clone() };
            let count = uses.get(&(*by, name)).copied().unwrap_or(0);
            draft.put(&["state".into(), (*to).into()], Made::value(count));
        }
    }
}

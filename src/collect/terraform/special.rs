//! What a table cannot say: environments whose values are dropped, permissions that are statements of a policy, counts over the file.

use super::draft::{Draft, Made};
use super::node::{Found, Node};
use super::row::Scene;
use super::table::Row;
use crate::collect::secret_shape;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

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
}

impl Special {
    /// The paths that it tells, besides the rows.
    pub fn tells(self) -> &'static [&'static str] {
        match self {
            Self::LambdaEnvironment => &["state.EnvironmentVariableNames", "state.EnvironmentSecrets"],
            Self::LambdaPermission | Self::LambdaQualified => &[],
            Self::PolicyUse => &["state.AttachmentCount", "state.PermissionsBoundaryUsageCount"],
            Self::GroupUse => &["state.UserCount"],
        }
    }

    /// Completes a resource after its rows.
    pub fn complete<'a>(self, draft: &mut Draft<'a>, scene: &Scene<'_>, node: Node<'_>) {
        match self {
            Self::LambdaEnvironment => environment(draft, scene, node.at("environment.variables")),
            Self::LambdaPermission | Self::LambdaQualified | Self::PolicyUse | Self::GroupUse => {}
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
                permission(scene, node, &owner.id)
            }
            Self::LambdaEnvironment | Self::LambdaQualified | Self::PolicyUse | Self::GroupUse => scene.rows(rows, node),
        }
    }

    /// The name of a part's owner, from what its attribute says; none where it cannot be told.
    pub fn owner(self, name: &str, node: Node<'_>) -> Option<String> {
        match self {
            Self::LambdaPermission => qualified(name, node),
            Self::LambdaQualified => function_of(name).map(|(name, _)| name.to_owned()),
            Self::LambdaEnvironment | Self::PolicyUse | Self::GroupUse => Some(name.to_owned()),
        }
    }
}

/// The names of the variables, and the shapes of those whose values look like secrets. The values end here.
fn environment(draft: &mut Draft<'_>, scene: &Scene<'_>, variables: Node<'_>) {
    let (names, secrets) = match variables.found() {
        Found::Absent => (Made::value(json!([])), Made::value(json!([]))),
        Found::Unknown => (Made::gap(scene.silence.after_apply()), Made::gap(scene.silence.after_apply())),
        Found::Sensitive => (Made::gap(scene.silence.sensitive()), Made::gap(scene.silence.sensitive())),
        Found::Known(_) => {
            let entries: BTreeMap<&str, Node<'_>> = variables.entries().into_iter().collect();
            let names: Vec<&str> = entries.keys().copied().collect();
            let shape = |(name, value): (&&str, &Node<'_>)| match value.found() {
                Found::Known(Value::String(text)) => Some(json!({"Name": name, "Shape": secret_shape::of(text)?})),
                _ => None,
            };
            let secrets = if variables.is_sensitive() {
                Made::gap(scene.silence.sensitive())
            } else if variables.is_veiled() {
                Made::gap(scene.silence.after_apply())
            } else {
                Made::value(entries.iter().filter_map(shape).collect::<Value>())
            };
            (Made::value(names), secrets)
        }
    };
    for (key, made) in [("EnvironmentVariableNames", names), ("EnvironmentSecrets", secrets)] {
        draft.put(&["state".into(), key.into()], made);
    }
}

/// The function that a name or an ARN names, with its version or alias where it names one too.
pub fn function_of(text: &str) -> Option<(&str, Option<&str>)> {
    match text.strip_prefix("arn:") {
        // arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]
        Some(rest) => {
            let mut parts = rest.split(':').skip(5);
            Some((parts.next()?, parts.next()))
        }
        None => Some(text.split_once(':').map_or((text, None), |(name, qualifier)| (name, Some(qualifier)))),
    }
}

/// Whose permission it is: `qualifier` names a version or an alias too.
fn qualified(name: &str, node: Node<'_>) -> Option<String> {
    let (name, inside) = function_of(name)?;
    let qualifier = match node.at("qualifier").found() {
        Found::Known(Value::String(text)) if !text.is_empty() => Some(text.as_str()),
        Found::Unknown | Found::Sensitive => return None,
        _ => inside,
    };
    Some(qualifier.map_or_else(|| name.to_owned(), |qualifier| format!("{name}:{qualifier}")))
}

/// The statement that Lambda makes of a permission (API reference of AddPermission): a service principal, an account, or everybody;
/// source ARN, source account and organisation as conditions.
fn permission<'a>(scene: &Scene<'a>, node: Node<'a>, resource: &str) -> Made {
    let mut statement = Made::value(json!({"Effect": "Allow", "Resource": resource}));
    let mut known = true;
    let mut text = |key: &str| match node.at(key).found() {
        Found::Known(Value::String(text)) if !text.is_empty() => Some(text.as_str()),
        Found::Unknown | Found::Sensitive => {
            // Terraform makes the id of a statement up; what is said does not hang on it.
            known &= key == "statement_id";
            None
        }
        _ => None,
    };
    let (sid, action, principal) = (text("statement_id"), text("action"), text("principal"));
    let (organisation, auth, event) = (text("principal_org_id"), text("function_url_auth_type"), text("event_source_token"));
    let (source_account, source_arn) = (text("source_account"), text("source_arn"));
    if !known {
        // Half a statement would be a wider or a narrower one.
        return Made::gap(scene.silence.after_apply());
    }
    let principal = principal.map(|principal| match principal {
        "*" => json!("*"),
        account if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) => {
            json!({"AWS": format!("arn:{}:iam::{account}:root", scene.place.iter().find(|(name, _)| *name == "partition").map_or("aws", |(_, value)| value))})
        }
        arn if arn.starts_with("arn:") => json!({"AWS": arn}),
        service => json!({"Service": service}),
    });
    let mut conditions: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let written = [
        ("ArnLike", "AWS:SourceArn", source_arn),
        ("StringEquals", "AWS:SourceAccount", source_account),
        ("StringEquals", "aws:PrincipalOrgID", organisation),
        ("StringEquals", "lambda:FunctionUrlAuthType", auth),
        ("StringEquals", "lambda:EventSourceToken", event),
    ];
    for (operator, key, value) in written {
        if let Some(value) = value {
            conditions.entry(operator).or_default().insert(key.to_owned(), value.into());
        }
    }
    let conditions = (!conditions.is_empty()).then(|| json!(conditions));
    for (key, value) in
        [("Sid", sid.map(Value::from)), ("Action", action.map(Value::from)), ("Principal", principal), ("Condition", conditions)]
    {
        if let Some(value) = value {
            statement.put(&[key.into()], Made::value(value));
        }
    }
    statement
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
        let counts: &[(&str, &str, &str)] = match draft.mapping.special {
            Some(Special::PolicyUse) => {
                &[("AttachmentCount", "ManagedPolicyArns", "id"), ("PermissionsBoundaryUsageCount", "PermissionsBoundary", "id")]
            }
            Some(Special::GroupUse) => &[("UserCount", "Groups", "name")],
            Some(Special::LambdaEnvironment | Special::LambdaPermission | Special::LambdaQualified) | None => &[],
        };
        for (to, by, called) in counts {
            let name = if *called == "id" { draft.id.clone() } else { draft.name.clone() };
            let count = uses.get(&(*by, name)).copied().unwrap_or(0);
            draft.put(&["state".into(), (*to).into()], Made::value(count));
        }
    }
}

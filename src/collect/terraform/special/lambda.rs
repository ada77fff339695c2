//! Functions: environments whose values are dropped, permissions that are statements of a policy, addresses that invoke them.

use crate::collect::secret_shape;
use crate::collect::terraform::draft::{Draft, Made};
use crate::collect::terraform::node::{Found, Node};
use crate::collect::terraform::row::Scene;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The names of the variables, and the shapes of those whose values look like secrets. The values end here.
pub fn environment(draft: &mut Draft<'_>, scene: &Scene<'_>, variables: Node<'_>) {
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
pub fn qualified(name: &str, node: Node<'_>) -> Option<String> {
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
pub fn permission<'a>(scene: &Scene<'a>, node: Node<'a>, resource: &str) -> Made {
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

/// The function that an integration's address invokes, and the version or alias: `…:lambda:path/…/functions/<arn>/invocations`, or the
/// function's ARN itself.
pub fn invoked(uri: &str) -> Option<(&str, Option<&str>)> {
    let function = match uri.split_once(":lambda:path/").and_then(|(_, path)| path.split_once("/functions/")) {
        Some((_, function)) => function.split_once('/').map_or(function, |(function, _)| function),
        None => uri,
    };
    if !function.starts_with("arn:") || function.split(':').nth(2) != Some("lambda") || function.contains("${") {
        return None;
    }
    let qualified = function.match_indices(':').nth(6).and_then(|(at, _)| function.split_at_checked(at));
    Some(qualified.map_or((function, None), |(arn, rest)| (arn, rest.strip_prefix(':'))))
}

/// Scheme and host of a web address: what stands behind them may be a token.
pub fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{}", host.rsplit('@').next()?))
}

/// An address without what people hide in one: user, password and query of an HTTP back end.
pub fn back_end(uri: &str) -> String {
    let Some((scheme @ ("http" | "https"), rest)) = uri.split_once("://") else { return uri.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or(host))
}

//! Functions: permissions, addresses and what becomes of events are written apart, and are state of a live function.
//!
//! Values of environment variables end here, as they do where answers of the live account become resources.

use super::{Resolver, decided, each_meant, targets, written};
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;
use crate::collect::secret_shape;
use std::collections::BTreeMap;

const FUNCTION: &str = "AWS::Lambda::Function";
const LATEST: &str = "$LATEST";

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for draft in drafts.iter_mut() {
        match draft.resource_type.as_str() {
            FUNCTION => function(draft),
            "AWS::Lambda::Alias" => alias(draft),
            "AWS::Lambda::EventSourceMapping" => event_source(draft),
            "AWS::Lambda::Version" => version(draft),
            _ => {}
        }
    }
    for at in 0..drafts.len() {
        let Some(draft) = drafts.get(at) else { continue };
        let (property, list, part) = match draft.declared_type.as_str() {
            "AWS::Lambda::Permission" => ("FunctionName", "Policy", statement(draft)),
            "AWS::Lambda::Url" => ("TargetFunctionArn", "FunctionUrls", url(draft)),
            "AWS::Lambda::EventInvokeConfig" => ("FunctionName", "EventInvokeConfigs", events(draft)),
            "AWS::Lambda::Alias" if draft.property("ProvisionedConcurrencyConfig").is_some() => {
                ("FunctionName", "ProvisionedConcurrency", provisioned(draft))
            }
            _ => continue,
        };
        let part = decided(draft, part);
        for target in targets(resolver, written(resolver, draft, property)) {
            for (function, part) in each_meant(drafts, FUNCTION, &target, &part) {
                if list == "Policy" {
                    permit(function, part);
                } else if let Some(Told::List(items)) = function.state.get_mut(list) {
                    items.push(part);
                }
            }
        }
    }
}

fn function(draft: &mut Draft) {
    if let Some(Told::Map(mut vpc)) = draft.property("VpcConfig").cloned() {
        if vpc.get("SubnetIds").is_none_or(|ids| ids.items().is_empty() && ids.first_gap().is_none()) {
            draft.drop("VpcConfig");
        } else {
            vpc.entry("SecurityGroupIds".into()).or_insert_with(|| Told::List(Vec::new()));
            draft.put("VpcConfig", Told::Map(vpc));
        }
    }
    let image = draft.property("Code").and_then(|code| code.get("ImageUri")).is_some();
    if image && draft.property("PackageType").is_none() {
        draft.put("PackageType", Told::text("Image"));
    }
    // Lambda names the group after the function where nobody names another (Developer Guide, "Log groups").
    let group = draft
        .identity
        .name
        .as_ref()
        .map_or_else(|| gap("the name of the log group"), |name| Told::text(arcstr::format!("/aws/lambda/{name}")));
    let mut logging = match draft.property("LoggingConfig").cloned() {
        Some(Told::Map(logging)) => Some(logging),
        Some(_) => None,
        None => Some(BTreeMap::new()),
    };
    if let Some(logging) = &mut logging {
        logging.entry("LogGroup".into()).or_insert(group);
        logging.entry("LogFormat".into()).or_insert_with(|| Told::text("Text"));
    }
    if let Some(logging) = logging {
        draft.put("LoggingConfig", Told::Map(logging));
    }
    environment(draft);
    draft.tell("Version", Told::text(LATEST));
    draft.tell("Policy", Told::Null);
    for list in ["FunctionUrls", "EventInvokeConfigs", "ProvisionedConcurrency"] {
        draft.tell(list, Told::List(Vec::new()));
    }
}

/// The names of the variables, and the shapes of those values that look like secrets.
fn environment(draft: &mut Draft) {
    let variables = match draft.property("Environment") {
        None => Told::Map(BTreeMap::new()),
        Some(environment @ Told::Map(_)) => environment.get("Variables").cloned().unwrap_or_else(|| Told::Map(BTreeMap::new())),
        Some(other) => other.clone(),
    };
    draft.drop("Environment");
    let Told::Map(variables) = variables else {
        let told = variables.first_gap().map_or_else(|| gap("the environment"), |why| Told::Gap(std::sync::Arc::clone(why)));
        draft.tell("EnvironmentVariableNames", told.clone());
        draft.tell("EnvironmentSecrets", told);
        return;
    };
    let secrets = variables.iter().filter_map(|(name, value)| match value.word() {
        Some(word) if word.contains("{{resolve:") => Some(gap(arcstr::format!("sensitive: the dynamic reference of variable {name}"))),
        Some(word) => {
            let shape = secret_shape::of(&word)?;
            Some(Told::map([("Name", Told::text(name.clone())), ("Shape", Told::text(shape))]))
        }
        // Whether it has the shape of one shows once it is there.
        None => value.first_gap().map(|why| Told::Gap(std::sync::Arc::clone(why))),
    });
    let secrets = Told::List(secrets.collect());
    let names = Told::List(variables.keys().map(|name| Told::text(name.clone())).collect());
    draft.tell("EnvironmentSecrets", secrets);
    draft.tell("EnvironmentVariableNames", names);
}

/// A statement as Lambda writes it for a permission (Developer Guide, "Viewing resource-based IAM policies").
fn statement(draft: &Draft) -> Told {
    let mut statement = BTreeMap::new();
    statement.insert("Effect".into(), Told::text("Allow"));
    statement.insert("Sid".into(), Told::text(draft.logical.clone()));
    let principal = draft.property("Principal").cloned().unwrap_or_else(|| gap("the principal"));
    let principal = match principal.word() {
        Some(word) if word == "*" => Told::text("*"),
        Some(word) if word.contains(".amazon") => Told::map([("Service", Told::Text(word))]),
        Some(word) if word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()) => {
            Told::map([("AWS", Told::text(arcstr::format!("arn:aws:iam::{word}:root")))])
        }
        Some(word) => Told::map([("AWS", Told::Text(word))]),
        None => principal,
    };
    statement.insert("Principal".into(), principal);
    statement.insert("Action".into(), draft.property("Action").cloned().unwrap_or_else(|| gap("the action")));
    let mut conditions = BTreeMap::new();
    let mut condition = |operator: &str, key: &str, property: &str| {
        if let Some(told) = draft.property(property) {
            match conditions.entry(operator.into()).or_insert_with(|| Told::Map(BTreeMap::new())) {
                Told::Map(keys) => keys.insert(key.into(), told.clone()),
                _ => None,
            };
        }
    };
    condition("ArnLike", "AWS:SourceArn", "SourceArn");
    condition("StringEquals", "AWS:SourceAccount", "SourceAccount");
    condition("StringEquals", "lambda:EventSourceToken", "EventSourceToken");
    condition("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType");
    condition("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID");
    if !conditions.is_empty() {
        statement.insert("Condition".into(), Told::Map(conditions));
    }
    Told::Map(statement)
}

/// Adds a statement to the function's policy.
fn permit(function: &mut Draft, part: Told) {
    let part = match part {
        Told::Map(mut statement) => {
            let arn = function.identity.id.clone().map_or_else(|| gap(arcstr::format!("the ARN of {}", function.logical)), Told::Text);
            statement.insert("Resource".into(), arn);
            Told::Map(statement)
        }
        other => other,
    };
    match function.state.get_mut("Policy") {
        Some(Told::Map(policy)) => {
            if let Some(Told::List(statements)) = policy.get_mut("Statement") {
                statements.push(part);
            }
        }
        Some(Told::Gap(_)) => {}
        _ => {
            let policy =
                Told::map([("Version", Told::text("2012-10-17")), ("Id", Told::text("default")), ("Statement", Told::List(vec![part]))]);
            function.tell("Policy", policy);
        }
    }
}

fn url(draft: &Draft) -> Told {
    let text = |name: &str, default: &str| draft.property(name).cloned().unwrap_or_else(|| Told::text(default));
    let cors = |name: &str| match draft.property("Cors") {
        Some(Told::Gap(why)) => Told::Gap(std::sync::Arc::clone(why)),
        cors => cors.and_then(|cors| cors.get(name)).cloned().unwrap_or_else(|| Told::List(Vec::new())),
    };
    let credentials = match cors("AllowCredentials") {
        Told::List(_) => Told::Bool(false),
        told => told,
    };
    Told::map([
        ("FunctionUrl", gap("the address")),
        ("Qualifier", text("Qualifier", LATEST)),
        ("AuthType", draft.property("AuthType").cloned().unwrap_or_else(|| gap("who may call"))),
        ("InvokeMode", text("InvokeMode", "BUFFERED")),
        ("AllowOrigins", cors("AllowOrigins")),
        ("AllowMethods", cors("AllowMethods")),
        ("AllowCredentials", credentials),
    ])
}

fn events(draft: &Draft) -> Told {
    let or = |name: &str, default: Told| draft.property(name).cloned().unwrap_or(default);
    let destination = |way: &str| match draft.property("DestinationConfig") {
        Some(Told::Gap(why)) => Told::Gap(std::sync::Arc::clone(why)),
        config => config.and_then(|to| to.get(way)).and_then(|to| to.get("Destination")).cloned().unwrap_or(Told::Null),
    };
    Told::map([
        ("Qualifier", or("Qualifier", Told::text(LATEST))),
        // API reference of PutFunctionEventInvokeConfig.
        ("MaximumRetryAttempts", or("MaximumRetryAttempts", Told::Int(2))),
        ("MaximumEventAgeInSeconds", or("MaximumEventAgeInSeconds", Told::Int(21_600))),
        ("OnFailure", destination("OnFailure")),
        ("OnSuccess", destination("OnSuccess")),
    ])
}

fn provisioned(draft: &Draft) -> Told {
    let config = draft.property("ProvisionedConcurrencyConfig");
    let requested = config.and_then(|config| config.get("ProvisionedConcurrentExecutions")).cloned();
    Told::map([
        ("Qualifier", draft.property("Name").cloned().unwrap_or_else(|| gap("the alias"))),
        ("Requested", requested.unwrap_or_else(|| gap("how many"))),
        ("Allocated", gap("known after apply")),
        ("Status", gap("known after apply")),
    ])
}

/// The function's name of what may be its ARN.
fn bare(draft: &mut Draft) {
    let Some(word) = draft.property("FunctionName").and_then(Told::word) else { return };
    let name =
        if word.starts_with("arn:") { word.split(':').nth(6).unwrap_or_default() } else { word.split(':').next().unwrap_or_default() };
    if !name.is_empty() {
        draft.put("FunctionName", Told::text(name));
    }
}

fn alias(draft: &mut Draft) {
    bare(draft);
    draft.tell("Policy", gap("permissions of aliases are not told apart"));
    let words = ["FunctionName", "Name"].map(|name| draft.property(name).and_then(Told::word));
    if let [Some(function), Some(name)] = words {
        draft.identity.name = Some(arcstr::format!("{function}:{name}"));
    }
}

fn version(draft: &mut Draft) {
    bare(draft);
    draft.tell("Policy", gap("permissions of versions are not told apart"));
}

fn event_source(draft: &mut Draft) {
    let enabled = draft.property("Enabled").map_or(Some(true), Told::flag);
    draft.tell("State", enabled.map_or_else(|| gap("whether it is on"), |on| Told::text(if on { "Enabled" } else { "Disabled" })));
    bare(draft);
    let failed = draft.property("DestinationConfig").and_then(|to| to.get("OnFailure")).is_some();
    if !failed && draft.property("DestinationConfig").is_some_and(|to| to.first_gap().is_none()) {
        draft.drop("DestinationConfig");
    }
}

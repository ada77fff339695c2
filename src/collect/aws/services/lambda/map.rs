//! Functions in CloudFormation's words.
//!
//! Environment variables are where people keep secrets: their names are kept, as state, and their values end here. They are
//! not written as `Environment.Variables` without values, for that would say that the values are empty. Of a value only its
//! shape is kept, where it has that of a secret.

mod event_source;
mod qualified;

use crate::collect::aws::draft::{Draft, Object};
use crate::collect::secret_shape;
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Path};
use aws_sdk_lambda::types::{
    Architecture, FunctionConfiguration, FunctionEventInvokeConfig, FunctionUrlAuthType, FunctionUrlConfig, PackageType,
    ProvisionedConcurrencyConfigListItem, TracingMode,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub use event_source::{EVENT_SOURCE, EVENT_SOURCES, event_source};
pub use qualified::{ALIAS, ALIASES, VERSION, alias, version};

#[cfg(test)]
mod tests;

/// The type's name.
pub const FUNCTION: &str = "AWS::Lambda::Function";
/// Its listing.
pub const LISTING: &str = "lambda:ListFunctions";
/// What Lambda calls a function as it is now, where others are versions and aliases of it.
const LATEST: &str = "$LATEST";

/// What stands in the listing.
#[derive(Debug)]
pub enum Entry {
    /// A function as it is now.
    Function(Draft),
    /// One of its published versions.
    Version(Draft),
}

/// One entry of the listing; none where the answer lacks what names it.
pub fn entry(entry: &FunctionConfiguration) -> Option<Entry> {
    match entry.version() {
        None | Some(LATEST) => function(entry).map(Entry::Function),
        Some(number) => version(entry, number).map(Entry::Version),
    }
}

/// One function; none where the answer lacks what names it.
fn function(function: &FunctionConfiguration) -> Option<Draft> {
    let (name, arn) = (function.function_name()?, function.function_arn()?);
    // A listing of all versions names the version here too (API reference of ListFunctions, `FunctionVersion`).
    let arn = arn.strip_suffix(":$LATEST").unwrap_or(arn);
    let mut draft = Draft::new(FUNCTION, arn, name);
    properties(function, name, &mut draft.properties);
    let state = &mut draft.state;
    state.put("Version", function.version().unwrap_or(LATEST));
    state.put("CodeSize", function.code_size());
    state.put_some("LastModified", function.last_modified().and_then(last_modified));
    state.put_some("VpcId", function.vpc_config().and_then(|vpc| vpc.vpc_id()).filter(|id| !id.is_empty()));
    environment(function, &mut draft);
    Some(draft)
}

/// What the answer leaves out stands at the default that the API reference of CreateFunction gives.
fn properties(function: &FunctionConfiguration, name: &str, into: &mut Object) {
    into.put("FunctionName", name);
    into.put("Description", function.description().unwrap_or(""));
    into.put("PackageType", function.package_type().unwrap_or(&PackageType::Zip).as_str());
    into.put_some("Runtime", function.runtime().map(|runtime| runtime.as_str()));
    into.put_some("Handler", function.handler().filter(|handler| !handler.is_empty()));
    into.put_some("Role", function.role());
    into.put("MemorySize", function.memory_size().unwrap_or(128));
    into.put("Timeout", function.timeout().unwrap_or(3));
    let architectures: Vec<&str> = function.architectures().iter().map(Architecture::as_str).collect();
    into.put("Architectures", if architectures.is_empty() { vec![Architecture::X8664.as_str()] } else { architectures });
    let tracing = function.tracing_config().and_then(|tracing| tracing.mode()).unwrap_or(&TracingMode::PassThrough);
    into.put("TracingConfig", json!({"Mode": tracing.as_str()}));
    let dead_letters = function.dead_letter_config().and_then(|config| config.target_arn()).filter(|arn| !arn.is_empty());
    into.put_some("DeadLetterConfig", dead_letters.map(|arn| json!({"TargetArn": arn})));
    // A function that was taken out of its VPC keeps a config with empty lists.
    let vpc = function.vpc_config().filter(|vpc| !vpc.subnet_ids().is_empty());
    into.put_some("VpcConfig", vpc.map(|vpc| json!({"SubnetIds": vpc.subnet_ids(), "SecurityGroupIds": vpc.security_group_ids()})));
    into.put_some("KmsKeyArn", function.kms_key_arn().filter(|arn| !arn.is_empty()));
    into.put("EphemeralStorage", json!({"Size": function.ephemeral_storage().map_or(512, |storage| storage.size())}));
    into.put("LoggingConfig", logging(function, name));
    into.put("Layers", function.layers().iter().filter_map(|layer| layer.arn()).collect::<Vec<_>>());
    let file_systems: Vec<Value> = function
        .file_system_configs()
        .iter()
        .map(|system| json!({"Arn": system.arn(), "LocalMountPath": system.local_mount_path()}))
        .collect();
    into.put("FileSystemConfigs", file_systems);
    let snap_start = function.snap_start().and_then(|snap| snap.apply_on()).map_or("None", |apply| apply.as_str());
    into.put("SnapStart", json!({"ApplyOn": snap_start}));
}

fn logging(function: &FunctionConfiguration, name: &str) -> Value {
    let config = function.logging_config();
    let mut logging = Object::default();
    let format = config.and_then(|config| config.log_format()).map_or("Text", |format| format.as_str());
    logging.put("LogFormat", format);
    let group = config.and_then(|config| config.log_group()).map_or_else(|| format!("/aws/lambda/{name}"), str::to_owned);
    logging.put("LogGroup", group);
    logging.put_some("ApplicationLogLevel", config.and_then(|config| config.application_log_level()).map(|level| level.as_str()));
    logging.put_some("SystemLogLevel", config.and_then(|config| config.system_log_level()).map(|level| level.as_str()));
    logging.done()
}

/// The sorted names of the variables, and the shapes of those whose values look like secrets; a gap where Lambda could not
/// decrypt them.
fn environment(function: &FunctionConfiguration, draft: &mut Draft) {
    let environment = function.environment();
    if let Some(error) = environment.and_then(|environment| environment.error()) {
        let detail = format!(
            "Lambda could not read the environment of {}: {}",
            function.function_name().unwrap_or("?"),
            error.error_code().unwrap_or("it does not say why")
        );
        for key in ["EnvironmentVariableNames", "EnvironmentSecrets"] {
            let gap = Gap { call: Some(LISTING.into()), ..Gap::new(GapKind::Broken, detail.as_str()) };
            draft.gaps.push(GapRecord { path: Path::root("state").key(key), gap });
        }
        return;
    }
    let variables: BTreeMap<&str, &str> = environment
        .and_then(|environment| environment.variables())
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let secrets = variables.iter().filter_map(|(name, value)| Some(json!({"Name": name, "Shape": secret_shape::of(value)?})));
    draft.state.put("EnvironmentSecrets", secrets.collect::<Value>());
    draft.state.put("EnvironmentVariableNames", variables.keys().copied().collect::<Vec<_>>());
}

/// An address that a function is open at; none where the answer does not say which, or who may call it.
pub fn function_url(url: &FunctionUrlConfig) -> Option<Value> {
    let auth = url.auth_type();
    // Where the answer has none, the SDK makes one up, and an address without text.
    if url.function_url().is_empty() || !FunctionUrlAuthType::values().contains(&auth.as_str()) {
        return None;
    }
    let cors = url.cors();
    Some(json!({
        "FunctionUrl": url.function_url(),
        "Qualifier": qualifier(url.function_arn()).unwrap_or(LATEST),
        "AuthType": auth.as_str(),
        "InvokeMode": url.invoke_mode().map_or("BUFFERED", |mode| mode.as_str()),
        "AllowOrigins": cors.map(|cors| cors.allow_origins()).unwrap_or_default(),
        "AllowMethods": cors.map(|cors| cors.allow_methods()).unwrap_or_default(),
        "AllowCredentials": cors.and_then(|cors| cors.allow_credentials()).unwrap_or(false),
    }))
}

/// Capacity that is kept ready, and paid for, by version or alias: the last part of its ARN.
pub fn provisioned_concurrency(config: &ProvisionedConcurrencyConfigListItem) -> Option<Value> {
    Some(json!({
        "Qualifier": qualifier(config.function_arn()?)?,
        "Requested": config.requested_provisioned_concurrent_executions()?,
        "Allocated": config.allocated_provisioned_concurrent_executions().unwrap_or(0),
        "Status": config.status().map_or("", |status| status.as_str()),
    }))
}

/// What becomes of asynchronous events, by version or alias. Retries and age stand at the defaults that the API reference of
/// PutFunctionEventInvokeConfig gives.
pub fn event_invoke_config(config: &FunctionEventInvokeConfig) -> Option<Value> {
    let destinations = config.destination_config();
    let on_failure = destinations.and_then(|to| to.on_failure()).and_then(|to| to.destination()).filter(|arn| !arn.is_empty());
    let on_success = destinations.and_then(|to| to.on_success()).and_then(|to| to.destination()).filter(|arn| !arn.is_empty());
    let mut into = Object::default();
    into.put("Qualifier", qualifier(config.function_arn()?).unwrap_or(LATEST));
    into.put("MaximumRetryAttempts", config.maximum_retry_attempts().unwrap_or(2));
    into.put("MaximumEventAgeInSeconds", config.maximum_event_age_in_seconds().unwrap_or(21_600));
    into.put_some("OnFailure", on_failure);
    into.put_some("OnSuccess", on_success);
    Some(into.done())
}

/// The version or alias that an ARN of a function names: `arn:aws:lambda:<region>:<account>:function:<name>:<qualifier>`.
fn qualifier(arn: &str) -> Option<&str> {
    arn.split(':').nth(7)
}

/// The name of the function that an ARN names, with a version or without.
fn function_name(arn: &str) -> Option<&str> {
    arn.split(':').nth(6).filter(|name| !name.is_empty())
}

/// Lambda writes `2026-10-01T12:00:00.000+0000`, without the colon that RFC 3339 wants; others write RFC 3339.
fn last_modified(text: &str) -> Option<String> {
    let lambdas = chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    let time = lambdas.or_else(|_| chrono::DateTime::parse_from_rfc3339(text)).ok()?;
    Some(time.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

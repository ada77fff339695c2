//! Functions in CloudFormation's words.
//!
//! Environment variables are where people keep secrets: their names are kept, as state, and their values end here. They are
//! not written as `Environment.Variables` without values, for that would say that the values are empty.

use crate::collect::aws::draft::{Draft, Object};
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Path};
use aws_sdk_lambda::types::{
    Architecture, FunctionConfiguration, FunctionUrlConfig, PackageType, ProvisionedConcurrencyConfigListItem, TracingMode,
};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// The type's name.
pub const FUNCTION: &str = "AWS::Lambda::Function";
/// Its listing.
pub const LISTING: &str = "lambda:ListFunctions";

/// One function; none where the answer lacks what names it.
pub fn function(function: &FunctionConfiguration) -> Option<Draft> {
    let (name, arn) = (function.function_name()?, function.function_arn()?);
    let mut draft = Draft::new(FUNCTION, arn, name);
    properties(function, name, &mut draft.properties);
    let (variables, gap) = variable_names(function);
    let state = &mut draft.state;
    state.put_some("Version", function.version());
    state.put("CodeSize", function.code_size());
    state.put_some("LastModified", function.last_modified().and_then(last_modified));
    state.put_some("EnvironmentVariableNames", variables);
    state.put_some("VpcId", function.vpc_config().and_then(|vpc| vpc.vpc_id()).filter(|id| !id.is_empty()));
    draft.gaps.extend(gap);
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

/// The sorted names of the variables; a gap where Lambda could not decrypt them.
fn variable_names(function: &FunctionConfiguration) -> (Option<Vec<&str>>, Option<GapRecord>) {
    let Some(environment) = function.environment() else { return (Some(Vec::new()), None) };
    if let Some(error) = environment.error() {
        let detail = format!(
            "Lambda could not read the environment of {}: {}",
            function.function_name().unwrap_or("?"),
            error.error_code().unwrap_or("it does not say why")
        );
        let gap = Gap { call: Some(LISTING.into()), ..Gap::new(GapKind::Broken, detail) };
        return (None, Some(GapRecord { path: Path::root("state").key("EnvironmentVariableNames"), gap }));
    }
    let mut names: Vec<&str> = environment.variables().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    (Some(names), None)
}

/// The addresses that functions are open at.
pub fn function_url(url: &FunctionUrlConfig) -> Value {
    let cors = url.cors();
    json!({
        "FunctionUrl": url.function_url(),
        "AuthType": url.auth_type().as_str(),
        "InvokeMode": url.invoke_mode().map_or("BUFFERED", |mode| mode.as_str()),
        "AllowOrigins": cors.map(|cors| cors.allow_origins()).unwrap_or_default(),
        "AllowCredentials": cors.and_then(|cors| cors.allow_credentials()).unwrap_or(false),
    })
}

/// Capacity that is kept ready, and paid for, by version or alias: the last part of its ARN.
pub fn provisioned_concurrency(config: &ProvisionedConcurrencyConfigListItem) -> Value {
    json!({
        "Qualifier": config.function_arn().and_then(|arn| arn.rsplit(':').next()).unwrap_or(""),
        "Requested": config.requested_provisioned_concurrent_executions().unwrap_or(0),
        "Allocated": config.allocated_provisioned_concurrent_executions().unwrap_or(0),
        "Status": config.status().map_or("", |status| status.as_str()),
    })
}

/// Lambda writes `2026-10-01T12:00:00.000+0000`, without the colon that RFC 3339 wants; others write RFC 3339.
fn last_modified(text: &str) -> Option<String> {
    let lambdas = chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    let time = lambdas.or_else(|_| chrono::DateTime::parse_from_rfc3339(text)).ok()?;
    Some(time.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

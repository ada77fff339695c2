//! Stages, and the deployment that each serves.

use super::{Api, DEPLOYMENT, STAGE, STAGES, access_log, names, part, tags};
use crate::collect::aws::draft::{Draft, Object, time};
use crate::model::GapKind;
use aws_sdk_apigateway::operation::get_deployment::GetDeploymentOutput;
use aws_sdk_apigateway::types::{AccessLogSettings, CanarySettings, MethodSetting, Stage};
use serde_json::{Map, Value, json};

/// One stage; none where the answer lacks what names it.
pub fn stage(stage: &Stage, api: &Api) -> Option<Draft> {
    let name = stage.stage_name()?;
    let mut draft = part(STAGE, api, &format!("/stages/{name}"), name);
    draft.tags = tags(stage.tags());
    let into = &mut draft.properties;
    into.put("StageName", name);
    into.put("Description", stage.description().unwrap_or(""));
    into.put_some("ClientCertificateId", stage.client_certificate_id().filter(|id| !id.is_empty()));
    into.put("CacheClusterEnabled", stage.cache_cluster_enabled());
    into.put_some("CacheClusterSize", stage.cache_cluster_size().map(|size| size.as_str()));
    into.put("TracingEnabled", stage.tracing_enabled());
    into.put("MethodSettings", settings(stage));
    let log = stage.access_log_settings();
    let destination = log.and_then(AccessLogSettings::destination_arn);
    into.put_some("AccessLogSetting", access_log(destination, log.and_then(AccessLogSettings::format)));
    into.put_some("CanarySetting", stage.canary_settings().map(canary));
    into.put_some("DocumentationVersion", stage.documentation_version());
    match stage.deployment_id().filter(|id| !id.is_empty()) {
        Some(id) => draft.properties.put("DeploymentId", id),
        // A stage is made with a deployment; nothing can be said of one that does not tell which.
        None => {
            draft.lacks(("properties", "DeploymentId"), STAGES);
            draft.lacks(("state", "DeployedMethods"), STAGES);
        }
    }
    let state = &mut draft.state;
    state.put("VariableNames", names(stage.variables()));
    state.put_some("WebAclArn", stage.web_acl_arn().filter(|arn| !arn.is_empty()));
    state.put_some("CacheClusterStatus", stage.cache_cluster_status().map(|status| status.as_str()));
    state.put_some("CreatedDate", time(stage.created_date()));
    state.put_some("LastUpdatedDate", time(stage.last_updated_date()));
    Some(draft)
}

/// What the stage sets for all of its methods and for single ones, sorted. Nothing set is the default of API Gateway, and
/// that is no logging: the list is empty then.
fn settings(stage: &Stage) -> Value {
    let mut settings: Vec<(&String, &MethodSetting)> = stage.method_settings().into_iter().flatten().collect();
    settings.sort_by_key(|(key, _)| key.as_str());
    settings.into_iter().map(|(key, setting)| method_setting(key, setting)).collect()
}

/// `{resource path}/{verb}`, the path with `~1` for its slashes, or `*/*`.
fn method_setting(key: &str, setting: &MethodSetting) -> Value {
    let (path, verb) = key.rsplit_once('/').unwrap_or((key, "*"));
    let path = path.replace("~1", "/");
    let mut into = Object::default();
    into.put("ResourcePath", format!("/{}", path.trim_start_matches('/')));
    into.put("HttpMethod", verb);
    // API reference of MethodSetting: OFF, ERROR or INFO; an entry made for another setting has none.
    into.put("LoggingLevel", setting.logging_level().filter(|level| !level.is_empty()).unwrap_or("OFF"));
    into.put("MetricsEnabled", setting.metrics_enabled());
    into.put("DataTraceEnabled", setting.data_trace_enabled());
    into.put("ThrottlingBurstLimit", setting.throttling_burst_limit());
    into.put("ThrottlingRateLimit", setting.throttling_rate_limit());
    into.put("CachingEnabled", setting.caching_enabled());
    into.put("CacheTtlInSeconds", setting.cache_ttl_in_seconds());
    into.put("CacheDataEncrypted", setting.cache_data_encrypted());
    into.done()
}

/// A canary, without its own values of stage variables.
fn canary(canary: &CanarySettings) -> Value {
    let mut into = Object::default();
    into.put("PercentTraffic", canary.percent_traffic());
    into.put("UseStageCache", canary.use_stage_cache());
    into.put_some("DeploymentId", canary.deployment_id());
    into.done()
}

/// What the stage serves: when it was deployed, and how each method was guarded then.
pub fn deployment(stage: &mut Draft, answer: &GetDeploymentOutput) {
    stage.state.put_some("DeploymentCreatedDate", time(answer.created_date()));
    match answer.api_summary() {
        Some(summary) => {
            let mut methods = Map::new();
            for (path, verbs) in summary {
                for (verb, method) in verbs {
                    let deployed = json!({
                        "AuthorizationType": method.authorization_type().unwrap_or("NONE"),
                        "ApiKeyRequired": method.api_key_required(),
                    });
                    methods.insert(format!("{verb} {path}"), deployed);
                }
            }
            stage.state.put("DeployedMethods", Value::Object(methods));
        }
        // An API without methods cannot be deployed: this answer leaves the summary out, which is no fault of the call.
        None => {
            let detail = format!("{DEPLOYMENT} did not tell the methods of the deployment of {}", stage.name);
            stage.unsure(("state", "DeployedMethods"), DEPLOYMENT, GapKind::NotRecorded, detail);
        }
    }
}

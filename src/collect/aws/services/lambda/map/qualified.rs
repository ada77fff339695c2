//! What a function is known as besides itself: its published versions and the aliases that lead to them. Each has a policy of
//! its own and can be called by others than the function.

use super::{function_name, last_modified};
use crate::collect::aws::draft::{Draft, Object};
use aws_sdk_lambda::types::{AliasConfiguration, FunctionConfiguration};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The type of a published version.
pub const VERSION: &str = "AWS::Lambda::Version";
/// The type of an alias.
pub const ALIAS: &str = "AWS::Lambda::Alias";
/// The listing of a function's aliases.
pub const ALIASES: &str = "lambda:ListAliases";

/// One published version; none where the answer lacks what names it.
pub fn version(version: &FunctionConfiguration, number: &str) -> Option<Draft> {
    let (name, arn) = (version.function_name()?, version.function_arn()?);
    let mut draft = Draft::new(VERSION, arn, format!("{name}:{number}"));
    draft.properties.put("FunctionName", name);
    draft.properties.put("Description", version.description().unwrap_or(""));
    draft.properties.put_some("CodeSha256", version.code_sha256());
    draft.state.put("Version", number);
    draft.state.put("CodeSize", version.code_size());
    draft.state.put_some("LastModified", version.last_modified().and_then(last_modified));
    Some(draft)
}

/// One alias; none where the answer lacks what names it, or which version it leads to.
pub fn alias(alias: &AliasConfiguration) -> Option<Draft> {
    let (arn, name, version) = (alias.alias_arn()?, alias.name()?, alias.function_version()?);
    let function = function_name(arn)?;
    let mut draft = Draft::new(ALIAS, arn, format!("{function}:{name}"));
    let weights: BTreeMap<&str, f64> = alias
        .routing_config()
        .and_then(|routing| routing.additional_version_weights())
        .into_iter()
        .flatten()
        .map(|(version, weight)| (version.as_str(), *weight))
        .collect();
    let properties = &mut draft.properties;
    properties.put("FunctionName", function);
    properties.put("Name", name);
    properties.put("FunctionVersion", version);
    properties.put("Description", alias.description().unwrap_or(""));
    properties.put_some("RoutingConfig", (!weights.is_empty()).then(|| routing(&weights)));
    let of_function = arn.strip_suffix(name).unwrap_or(arn);
    let versions = [version].into_iter().chain(weights.keys().copied());
    draft.state.put("VersionArns", versions.map(|version| format!("{of_function}{version}")).collect::<Vec<_>>());
    Some(draft)
}

/// Where the API has a map, CloudFormation has a list.
fn routing(weights: &BTreeMap<&str, f64>) -> Value {
    let mut routing = Object::default();
    let weights: Vec<Value> =
        weights.iter().map(|(version, weight)| json!({"FunctionVersion": version, "FunctionWeight": weight})).collect();
    routing.put("AdditionalVersionWeights", weights);
    routing.done()
}

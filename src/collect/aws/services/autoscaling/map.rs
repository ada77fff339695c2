//! Scalable targets and their policies in CloudFormation's words.
//!
//! A target has no name of its own: CloudFormation refers to one by resource, dimension and namespace with bars between
//! them, and so does this, so that a rule can look for the target of a table or index by name.

use crate::collect::aws::draft::{Draft, Object, time};
use aws_sdk_applicationautoscaling::types::{
    ScalableTarget, ScalingPolicy, ServiceNamespace, StepScalingPolicyConfiguration, TargetTrackingScalingPolicyConfiguration,
};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// What is scaled.
pub const TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
/// How.
pub const POLICY: &str = "AWS::ApplicationAutoScaling::ScalingPolicy";

/// What a policy says of the target that it moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// The target's name.
    pub target: String,
    /// The policy, as the target's state has it.
    pub policy: (String, String),
}

/// One target.
pub fn target(target: &ScalableTarget) -> Draft {
    let name = name(target.resource_id(), target.scalable_dimension().as_str(), target.service_namespace());
    let id = target.scalable_target_arn().unwrap_or(&name);
    let mut draft = Draft::new(TARGET, id, name.as_str());
    draft.properties.put("ServiceNamespace", target.service_namespace().as_str());
    draft.properties.put("ResourceId", target.resource_id());
    draft.properties.put("ScalableDimension", target.scalable_dimension().as_str());
    draft.properties.put("MinCapacity", target.min_capacity());
    draft.properties.put("MaxCapacity", target.max_capacity());
    draft.properties.put("RoleARN", target.role_arn());
    let suspended = target.suspended_state();
    let told = |of: Option<Option<bool>>| of.flatten().unwrap_or(false);
    draft.properties.put(
        "SuspendedState",
        json!({
            "DynamicScalingInSuspended": told(suspended.map(|state| state.dynamic_scaling_in_suspended())),
            "DynamicScalingOutSuspended": told(suspended.map(|state| state.dynamic_scaling_out_suspended())),
            "ScheduledScalingSuspended": told(suspended.map(|state| state.scheduled_scaling_suspended())),
        }),
    );
    draft.state.put_some("CreationTime", time(Some(target.creation_time())));
    scaled(target.resource_id(), &mut draft.state);
    draft
}

/// One policy.
pub fn policy(policy: &ScalingPolicy) -> Draft {
    let mut draft = Draft::new(POLICY, policy.policy_arn(), policy.policy_name());
    draft.properties.put("PolicyName", policy.policy_name());
    draft.properties.put("PolicyType", policy.policy_type().as_str());
    draft.properties.put("ServiceNamespace", policy.service_namespace().as_str());
    draft.properties.put("ResourceId", policy.resource_id());
    draft.properties.put("ScalableDimension", policy.scalable_dimension().as_str());
    let tracking = policy.target_tracking_scaling_policy_configuration().map(tracking);
    draft.properties.put_some("TargetTrackingScalingPolicyConfiguration", tracking);
    draft.properties.put_some("StepScalingPolicyConfiguration", policy.step_scaling_policy_configuration().map(steps));
    draft.state.put_some("CreationTime", time(Some(policy.creation_time())));
    scaled(policy.resource_id(), &mut draft.state);
    draft
}

/// Which target a policy moves.
pub fn moved(policy: &ScalingPolicy) -> Moved {
    Moved {
        target: name(policy.resource_id(), policy.scalable_dimension().as_str(), policy.service_namespace()),
        policy: (policy.policy_name().to_owned(), policy.policy_type().as_str().to_owned()),
    }
}

fn name(resource: &str, dimension: &str, namespace: &ServiceNamespace) -> String {
    format!("{resource}|{dimension}|{}", namespace.as_str())
}

/// `table/orders`, `table/orders/index/by-tenant` and `function:orders:live` name what is scaled.
fn scaled(resource: &str, state: &mut Object) {
    if let Some(table) = resource.strip_prefix("table/") {
        state.put_some("TableName", table.split('/').next());
    }
    if let Some(function) = resource.strip_prefix("function:") {
        state.put_some("FunctionName", function.split(':').next());
    }
}

fn tracking(config: &TargetTrackingScalingPolicyConfiguration) -> Value {
    let mut object = Object::default();
    object.put("TargetValue", config.target_value());
    object.put("DisableScaleIn", config.disable_scale_in().unwrap_or(false));
    object.put_some("ScaleInCooldown", config.scale_in_cooldown());
    object.put_some("ScaleOutCooldown", config.scale_out_cooldown());
    let metric = config.predefined_metric_specification();
    object.put_some(
        "PredefinedMetricSpecification",
        metric.map(|metric| json!({ "PredefinedMetricType": metric.predefined_metric_type().as_str() })),
    );
    object.done()
}

fn steps(config: &StepScalingPolicyConfiguration) -> Value {
    let mut object = Object::default();
    object.put_some("AdjustmentType", config.adjustment_type().map(|kind| kind.as_str()));
    object.put_some("Cooldown", config.cooldown());
    object.put_some("MetricAggregationType", config.metric_aggregation_type().map(|kind| kind.as_str()));
    object.done()
}

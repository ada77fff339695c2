//! Targets and policies as Application Auto Scaling answers them, and what they become.

use super::{moved, policy, target};
use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension, ScalableTarget, ScalingPolicy, ServiceNamespace,
    SuspendedState, TargetTrackingScalingPolicyConfiguration,
};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

fn built(resource: &str, dimension: ScalableDimension) -> aws_sdk_applicationautoscaling::types::builders::ScalableTargetBuilder {
    ScalableTarget::builder()
        .service_namespace(ServiceNamespace::Dynamodb)
        .resource_id(resource)
        .scalable_dimension(dimension)
        .min_capacity(5)
        .max_capacity(100)
        .role_arn("arn:aws:iam::111122223333:role/scaling")
        .creation_time(DateTime::from_secs(0))
}

#[test]
fn a_target_is_found_by_what_it_scales() {
    let index = target(&built("table/orders/index/by-tenant", ScalableDimension::DynamoDbIndexWriteCapacityUnits).build().unwrap());
    assert_eq!(index.name, "table/orders/index/by-tenant|dynamodb:index:WriteCapacityUnits|dynamodb");
    assert_eq!((&index.state["TableName"], &index.state["FunctionName"]), (&json!("orders"), &Value::Null));
    let alias = built("function:orders:live", ScalableDimension::LambdaFunctionProvisionedConcurrency);
    let alias = target(&alias.service_namespace(ServiceNamespace::Lambda).build().unwrap());
    assert_eq!((&alias.state["TableName"], &alias.state["FunctionName"]), (&Value::Null, &json!("orders")));
}

#[test]
fn what_is_not_said_to_be_suspended_scales() {
    let table = |state: Option<SuspendedState>| {
        let built = built("table/orders", ScalableDimension::DynamoDbTableReadCapacityUnits).set_suspended_state(state);
        target(&built.build().unwrap()).properties["SuspendedState"].clone()
    };
    let none = json!({ "DynamicScalingInSuspended": false, "DynamicScalingOutSuspended": false, "ScheduledScalingSuspended": false });
    assert_eq!(table(None), none);
    let out = table(Some(SuspendedState::builder().dynamic_scaling_out_suspended(true).build()));
    assert_eq!((&out["DynamicScalingOutSuspended"], &out["DynamicScalingInSuspended"]), (&json!(true), &json!(false)));
}

#[test]
fn a_policy_names_the_target_that_it_moves() {
    let metric = PredefinedMetricSpecification::builder().predefined_metric_type(MetricType::DynamoDbReadCapacityUtilization);
    let tracking =
        TargetTrackingScalingPolicyConfiguration::builder().target_value(70.0).predefined_metric_specification(metric.build().unwrap());
    let answer = ScalingPolicy::builder()
        .policy_arn("arn:aws:autoscaling:us-east-2:111122223333:scalingPolicy:1")
        .policy_name("reads")
        .service_namespace(ServiceNamespace::Dynamodb)
        .resource_id("table/orders")
        .scalable_dimension(ScalableDimension::DynamoDbTableReadCapacityUnits)
        .policy_type(PolicyType::TargetTrackingScaling)
        .target_tracking_scaling_policy_configuration(tracking.build().unwrap())
        .creation_time(DateTime::from_secs(0))
        .build()
        .unwrap();
    let of = moved(&answer);
    assert_eq!(of.target, target(&built("table/orders", ScalableDimension::DynamoDbTableReadCapacityUnits).build().unwrap()).name);
    assert_eq!(of.policy, ("reads".to_owned(), "TargetTrackingScaling".to_owned()));
    let draft = policy(&answer);
    assert_eq!(
        draft.properties["TargetTrackingScalingPolicyConfiguration"],
        json!({
            "TargetValue": 70.0,
            "DisableScaleIn": false,
            "PredefinedMetricSpecification": { "PredefinedMetricType": "DynamoDBReadCapacityUtilization" },
        })
    );
    assert_eq!((&draft.state["TableName"], &draft.state["CreationTime"]), (&json!("orders"), &json!("1970-01-01T00:00:00Z")));
}

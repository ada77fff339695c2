//! Answers of Lambda in CloudFormation's words, without the values of variables.

use super::*;
use aws_sdk_lambda::types::{EnvironmentError, EnvironmentResponse, VpcConfigResponse};

fn named(name: &str) -> aws_sdk_lambda::types::builders::FunctionConfigurationBuilder {
    let arn = format!("arn:aws:lambda:us-east-2:111122223333:function:{name}");
    FunctionConfiguration::builder().function_name(name).function_arn(arn)
}

#[test]
fn values_of_the_environment_are_nowhere() {
    let environment = EnvironmentResponse::builder().variables("TABLE", "t").variables("API_KEY", "s3cr3t-value").build();
    let record = function(&named("one").environment(environment).build()).unwrap();
    assert_eq!(record.state["EnvironmentVariableNames"], json!(["API_KEY", "TABLE"]));
    assert!(!format!("{record:?}").contains("s3cr3t-value"));
}

#[test]
fn an_environment_that_lambda_cannot_read_is_a_gap_and_not_empty() {
    let error = EnvironmentError::builder().error_code("AccessDeniedException").message("x").build();
    let environment = EnvironmentResponse::builder().error(error).build();
    let record = function(&named("one").environment(environment).build()).unwrap();
    assert!(record.state["EnvironmentVariableNames"].is_null());
    assert_eq!(record.gaps[0].path.to_string(), "state.EnvironmentVariableNames");
}

#[test]
fn what_the_answer_leaves_out_stands_at_its_default() {
    let record = function(&named("one").build()).unwrap();
    let properties = &record.properties;
    assert_eq!(properties["Architectures"], json!(["x86_64"]));
    assert_eq!(properties["TracingConfig"]["Mode"], "PassThrough");
    assert_eq!(properties["LoggingConfig"], json!({"LogFormat": "Text", "LogGroup": "/aws/lambda/one"}));
    assert!(properties["Runtime"].is_null());
    assert!(properties["VpcConfig"].is_null());
}

#[test]
fn a_function_that_left_its_vpc_is_in_none() {
    let left = VpcConfigResponse::builder().set_subnet_ids(Some(Vec::new())).vpc_id("").build();
    let record = function(&named("one").vpc_config(left).build()).unwrap();
    assert!(record.properties["VpcConfig"].is_null());
    assert!(record.state["VpcId"].is_null());
}

#[test]
fn lambdas_way_of_writing_time_is_understood() {
    for text in ["2026-10-01T14:00:00.250+0200", "2026-10-01T12:00:00.250000000Z"] {
        let record = function(&named("one").last_modified(text).build()).unwrap();
        assert_eq!(record.state["LastModified"], "2026-10-01T12:00:00.250Z");
    }
}

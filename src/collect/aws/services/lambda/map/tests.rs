//! Answers of Lambda in CloudFormation's words, without the values of variables.

use super::*;
use crate::model::{AccountId, Region};
use aws_sdk_lambda::types::{EnvironmentError, EnvironmentResponse, VpcConfigResponse};

fn place() -> Place {
    Place { account: AccountId::from("111122223333"), region: Region::from("us-east-2") }
}

fn named(name: &str) -> aws_sdk_lambda::types::builders::FunctionConfigurationBuilder {
    let arn = format!("arn:aws:lambda:us-east-2:111122223333:function:{name}");
    FunctionConfiguration::builder().function_name(name).function_arn(arn)
}

#[test]
fn values_of_the_environment_are_nowhere() {
    let environment = EnvironmentResponse::builder().variables("TABLE", "t").variables("API_KEY", "s3cr3t-value").build();
    let record = function(&named("one").environment(environment).build(), &place()).unwrap();
    assert_eq!(record.state["EnvironmentVariableNames"], json!(["API_KEY", "TABLE"]));
    assert!(!serde_json::to_string(&record).unwrap().contains("s3cr3t-value"));
}

#[test]
fn an_environment_that_lambda_cannot_read_is_a_gap_and_not_empty() {
    let error = EnvironmentError::builder().error_code("AccessDeniedException").message("x").build();
    let environment = EnvironmentResponse::builder().error(error).build();
    let record = function(&named("one").environment(environment).build(), &place()).unwrap();
    assert!(record.state.get("EnvironmentVariableNames").is_none());
    assert_eq!(record.gaps[0].path.to_string(), "state.EnvironmentVariableNames");
}

#[test]
fn what_the_answer_leaves_out_stands_at_its_default() {
    let record = function(&named("one").build(), &place()).unwrap();
    let properties = &record.properties;
    assert_eq!(properties["Architectures"], json!(["x86_64"]));
    assert_eq!(properties["TracingConfig"]["Mode"], "PassThrough");
    assert_eq!(properties["LoggingConfig"], json!({"LogFormat": "Text", "LogGroup": "/aws/lambda/one"}));
    assert!(properties.get("Runtime").is_none());
    assert!(properties.get("VpcConfig").is_none());
}

#[test]
fn a_function_that_left_its_vpc_is_in_none() {
    let left = VpcConfigResponse::builder().set_subnet_ids(Some(Vec::new())).vpc_id("").build();
    let record = function(&named("one").vpc_config(left).build(), &place()).unwrap();
    assert!(record.properties.get("VpcConfig").is_none());
    assert!(record.state.get("VpcId").is_none());
}

#[test]
fn lambdas_way_of_writing_time_is_understood() {
    for text in ["2026-10-01T14:00:00.250+0200", "2026-10-01T12:00:00.250000000Z"] {
        let record = function(&named("one").last_modified(text).build(), &place()).unwrap();
        assert_eq!(record.state["LastModified"], "2026-10-01T12:00:00.250Z");
    }
}

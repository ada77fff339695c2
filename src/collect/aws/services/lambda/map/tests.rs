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

#[test]
fn an_environment_keeps_the_shape_of_a_secret_and_not_the_secret() {
    let url = "postgres://app:hunter2-pw@db.example/orders";
    let environment = EnvironmentResponse::builder().variables("TABLE", "t").variables("DB", url).build();
    let record = function(&named("one").environment(environment).build()).unwrap();
    assert_eq!(record.state["EnvironmentSecrets"], json!([{"Name": "DB", "Shape": "url-with-password"}]));
    assert!(!format!("{record:?}").contains("hunter2"));
}

#[test]
fn a_listing_of_all_versions_names_the_function_as_without() {
    let arn = "arn:aws:lambda:us-east-2:111122223333:function:one";
    let Some(Entry::Function(latest)) = entry(&named("one").function_arn(format!("{arn}:$LATEST")).version("$LATEST").build()) else {
        panic!("the function itself")
    };
    assert_eq!((latest.id.as_str(), latest.name.as_str()), (arn, "one"));
    let Some(Entry::Version(third)) = entry(&named("one").function_arn(format!("{arn}:3")).version("3").build()) else {
        panic!("a version")
    };
    assert_eq!((third.id.to_string(), third.name.as_str()), (format!("{arn}:3"), "one:3"));
    assert_eq!(third.properties["FunctionName"], "one");
}

#[test]
fn an_alias_leads_to_every_version_that_gets_a_share() {
    let weights = aws_sdk_lambda::types::AliasRoutingConfiguration::builder().additional_version_weights("4", 0.25).build();
    let arn = "arn:aws:lambda:us-east-2:111122223333:function:one";
    let answer = aws_sdk_lambda::types::AliasConfiguration::builder()
        .alias_arn(format!("{arn}:live"))
        .name("live")
        .function_version("3")
        .routing_config(weights);
    let draft = alias(&answer.build()).unwrap();
    assert_eq!(draft.name, "one:live");
    assert_eq!(draft.state["VersionArns"], json!([format!("{arn}:3"), format!("{arn}:4")]));
    let weights = &draft.properties["RoutingConfig"]["AdditionalVersionWeights"];
    assert_eq!(*weights, json!([{"FunctionVersion": "4", "FunctionWeight": 0.25}]));
}

#[test]
fn an_event_source_names_its_function_and_keeps_no_filter() {
    let filter = aws_sdk_lambda::types::Filter::builder().pattern(r#"{"body":{"customer":["Ann"]}}"#).build();
    let answer = aws_sdk_lambda::types::EventSourceMappingConfiguration::builder()
        .uuid("u-1")
        .function_arn("arn:aws:lambda:us-east-2:111122223333:function:one:live")
        .filter_criteria(aws_sdk_lambda::types::FilterCriteria::builder().filters(filter).build())
        .state("Enabled");
    let draft = event_source(&answer.build(), |id| format!("arn:aws:lambda:us-east-2:111122223333:event-source-mapping:{id}")).unwrap();
    assert_eq!(draft.id.as_str(), "arn:aws:lambda:us-east-2:111122223333:event-source-mapping:u-1");
    assert_eq!((&draft.properties["FunctionName"], &draft.state["Qualifier"]), (&json!("one"), &json!("live")));
    assert!(!format!("{draft:?}").contains("Ann"));
}

#[test]
fn a_url_without_its_kind_of_authorisation_is_not_read() {
    let url = |auth: &str| {
        FunctionUrlConfig::builder()
            .function_url("https://abc.lambda-url.us-east-2.on.aws/")
            .function_arn("arn:aws:lambda:us-east-2:111122223333:function:one:live")
            .creation_time("2026-10-01T12:00:00Z")
            .last_modified_time("2026-10-01T12:00:00Z")
            .auth_type(auth.into())
            .build()
            .unwrap()
    };
    assert_eq!(function_url(&url("NONE")).unwrap()["Qualifier"], "live");
    assert!(function_url(&url("no value was set")).is_none());
}

#[test]
fn destinations_are_told_apart() {
    let failed = aws_sdk_lambda::types::OnFailure::builder().destination("arn:aws:sqs:us-east-2:111122223333:failed").build();
    let to = aws_sdk_lambda::types::DestinationConfig::builder().on_failure(failed).build();
    let config = FunctionEventInvokeConfig::builder().function_arn("arn:aws:lambda:us-east-2:111122223333:function:one:$LATEST");
    let read = event_invoke_config(&config.destination_config(to).maximum_retry_attempts(0).build()).unwrap();
    assert_eq!(read["Qualifier"], "$LATEST");
    assert_eq!((&read["MaximumRetryAttempts"], &read["MaximumEventAgeInSeconds"]), (&json!(0), &json!(21_600)));
    assert_eq!(read["OnFailure"], "arn:aws:sqs:us-east-2:111122223333:failed");
    assert!(read.get("OnSuccess").is_none());
}

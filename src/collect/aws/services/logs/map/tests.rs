//! Log groups in CloudFormation's words.

use super::*;
fn named(name: &str) -> aws_sdk_cloudwatchlogs::types::builders::LogGroupBuilder {
    LogGroup::builder().log_group_name(name).arn(format!("arn:aws:logs:us-east-2:111122223333:log-group:{name}:*"))
}

#[test]
fn never_expiring_is_absent_and_not_a_number() {
    let record = log_group(&named("/aws/lambda/one").build()).unwrap();
    assert!(record.properties["RetentionInDays"].is_null());
    let record = log_group(&named("/aws/lambda/one").retention_in_days(7).build()).unwrap();
    assert_eq!(record.properties["RetentionInDays"], 7);
}

#[test]
fn the_id_is_the_arn_that_tag_calls_use() {
    let record = log_group(&named("/aws/lambda/one").build()).unwrap();
    assert_eq!(record.id.as_str(), "arn:aws:logs:us-east-2:111122223333:log-group:/aws/lambda/one");
    let newer = named("x").log_group_arn("arn:aws:logs:us-east-2:111122223333:log-group:x").build();
    assert_eq!(log_group(&newer).unwrap().id.as_str(), "arn:aws:logs:us-east-2:111122223333:log-group:x");
}

#[test]
fn an_old_group_is_of_the_standard_class() {
    let record = log_group(&named("x").creation_time(1_760_000_000_000).build()).unwrap();
    assert_eq!(record.properties["LogGroupClass"], "STANDARD");
    assert_eq!(record.state["CreationTime"], "2025-10-09T08:53:20Z");
}

#[test]
fn a_group_without_a_name_is_no_group() {
    assert!(log_group(&LogGroup::builder().build()).is_none());
}

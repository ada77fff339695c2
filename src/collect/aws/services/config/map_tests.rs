//! Recorders as they are described.

use super::*;
use aws_sdk_config::types::{RecorderStatus, RecordingGroup};

fn arn(name: &str) -> String {
    format!("arn:aws:config:us-east-2:111122223333:configuration-recorder/{name}")
}

#[test]
fn a_recorder_of_some_types_says_which() {
    let group = RecordingGroup::builder().all_supported(false).resource_types(ResourceType::from("AWS::EC2::Instance")).build();
    let draft = recorder(&ConfigurationRecorder::builder().name("default").recording_group(group).build(), arn).unwrap();
    assert_eq!(draft.properties["RecordingGroup"]["AllSupported"], false);
    assert_eq!(draft.properties["RecordingGroup"]["ResourceTypes"], json!(["AWS::EC2::Instance"]));
    assert_eq!(draft.id.as_str(), "arn:aws:config:us-east-2:111122223333:configuration-recorder/default");
}

#[test]
fn a_recorder_without_a_group_records_everything() {
    let draft = recorder(&ConfigurationRecorder::builder().name("default").build(), arn).unwrap();
    assert_eq!(draft.properties["RecordingGroup"]["AllSupported"], true);
}

#[test]
fn a_recorder_that_exists_need_not_record() {
    let mut state = Object::default();
    status(
        &ConfigurationRecorderStatus::builder().name("default").recording(false).last_status(RecorderStatus::Failure).build(),
        &mut state,
    );
    assert_eq!((&state["Recording"], &state["LastStatus"]), (&json!(false), &json!("Failure")));
}

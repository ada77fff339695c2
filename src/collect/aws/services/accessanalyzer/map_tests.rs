//! Analyzers as they are listed.

use super::*;
use aws_sdk_accessanalyzer::types::{AnalyzerStatus, Type};
use aws_smithy_types::DateTime;

#[test]
fn an_analyzer_says_whose_access_it_looks_at_and_brings_its_tags() {
    let listed = AnalyzerSummary::builder()
        .arn("arn:aws:access-analyzer:us-east-2:111122223333:analyzer/external")
        .name("external")
        .r#type(Type::AccountUnusedAccess)
        .created_at(DateTime::from_secs(0))
        .status(AnalyzerStatus::Active)
        .tags("Owner", "a=b")
        .build()
        .unwrap();
    let draft = analyzer(&listed).unwrap();
    assert_eq!((&draft.properties["Type"], &draft.state["Status"]), (&json!("ACCOUNT_UNUSED_ACCESS"), &json!("ACTIVE")));
    assert_eq!(draft.tags, json!({"Owner": "a=b"}));
    assert_eq!(draft.state["LastResourceAnalyzedAt"], Value::Null);
}

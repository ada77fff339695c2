//! Analyzers in CloudFormation's words.

use crate::collect::aws::draft::{Draft, time};
use aws_sdk_accessanalyzer::types::AnalyzerSummary;
use serde_json::{Map, Value, json};

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;

/// The type's name.
pub const ANALYZER: &str = "AWS::AccessAnalyzer::Analyzer";
/// Its listing.
pub const LISTING: &str = "access-analyzer:ListAnalyzers";

/// One analyzer; none where the answer lacks what names it.
pub fn analyzer(analyzer: &AnalyzerSummary) -> Option<Draft> {
    if analyzer.arn().is_empty() || analyzer.name().is_empty() {
        return None;
    }
    let mut draft = Draft::new(ANALYZER, analyzer.arn(), analyzer.name());
    draft.properties.put("AnalyzerName", analyzer.name());
    draft.properties.put("Type", analyzer.r#type().as_str());
    draft.state.put("Status", analyzer.status().as_str());
    draft.state.put_some("CreatedAt", time(Some(analyzer.created_at())));
    draft.state.put_some("LastResourceAnalyzedAt", time(analyzer.last_resource_analyzed_at()));
    draft.state.put_some("ManagedBy", analyzer.managed_by().filter(|service| !service.is_empty()));
    let tags = analyzer.tags().into_iter().flatten().map(|(key, value)| (key.clone(), json!(value)));
    draft.tags = Value::Object(tags.collect::<Map<_, _>>());
    Some(draft)
}

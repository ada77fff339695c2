//! IAM Access Analyzer: the analyzers of a region, with their tags, from one listing. Findings are not asked for.

mod map;

use super::Service;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_accessanalyzer::Client;
use map::{ANALYZER, LISTING};

/// Collects `AWS::AccessAnalyzer::Analyzer`.
pub struct AccessAnalyzer;

#[async_trait::async_trait]
impl Service for AccessAnalyzer {
    fn name(&self) -> &'static str {
        "accessanalyzer"
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let analyzers = cx
            .list(LISTING, |token| {
                let request = client.list_analyzers().set_next_token(token);
                async {
                    let answer = request.send().await?;
                    Ok(Page { items: Some(answer.analyzers), next: answer.next_token })
                }
            })
            .await
            .read(LISTING, map::analyzer);
        let mut found = Yield::default();
        found.listed(cx, ANALYZER, LISTING, &analyzers);
        for analyzer in analyzers.items {
            found.enter(cx, analyzer);
        }
        found
    }
}

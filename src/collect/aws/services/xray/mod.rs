//! X-Ray: how a region's traces are encrypted. One call a region; traces themselves are never read.

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_xray::Client;
use aws_sdk_xray::types::EncryptionConfig;

#[cfg(test)]
mod tests;

/// Collects `Ledgerline::XRay::EncryptionConfig`.
pub struct XRay;

const CONFIG: &str = "Ledgerline::XRay::EncryptionConfig";
const GET: &str = "xray:GetEncryptionConfig";

#[async_trait::async_trait]
impl Service for XRay {
    fn name(&self) -> &'static str {
        "xray"
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let configs = cx
            .list(GET, |_| async {
                let answer = client.get_encryption_config().send().await?;
                Ok(Page { items: answer.encryption_config.map(|config| vec![config]), next: None })
            })
            .await
            .read(GET, |config| draft(config, cx.arn("xray", "encryption-config")));
        let mut found = Yield::default();
        found.listed(cx, CONFIG, GET, &configs);
        configs.items.into_iter().for_each(|config| found.enter(cx, config));
        found
    }
}

/// The settings; none where the answer lacks one of them. AWS gives them no ARN: `id` is one in its form.
fn draft(config: &EncryptionConfig, id: String) -> Option<Draft> {
    let mut draft = Draft::new(CONFIG, id, "encryption-config");
    draft.properties.put("Type", config.r#type()?.as_str());
    draft.properties.put_some("KeyId", config.key_id().filter(|key| !key.is_empty()));
    draft.state.put("Status", config.status()?.as_str());
    Some(draft)
}

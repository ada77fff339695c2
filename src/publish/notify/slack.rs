//! A Slack-compatible incoming webhook (Slack, Mattermost, Rocket.Chat and others): one text with light markup.
//!
//! Blocks would look better in Slack and are dropped by the others. What comes from the audited accounts cannot call anybody: `&`, `<`
//! and `>` are written as Slack asks for (<https://docs.slack.dev/messaging/formatting-message-text/>), which takes `<!channel>`,
//! `<@user>` and disguised links apart, and `@` loses its meaning for servers that read `@all` in plain text.

#[cfg(test)]
#[path = "slack_tests.rs"]
mod tests;

use super::config::WebTarget;
use super::fault::Fault;
use super::told::{headline, worst_first};
use super::web::Web;
use super::{Channel, Delivered, Voice};
use crate::model::notice::Batch;
use serde_json::json;

/// So many changes are named in one message, the worst first; the others are counted.
const NAMED: usize = 15;

/// A Slack-compatible webhook.
#[derive(Debug)]
pub struct Slack {
    web: Web,
}

impl Slack {
    /// Nobody is asked yet.
    pub fn new(target: WebTarget) -> Self {
        Self { web: Web::new(target) }
    }
}

/// Text that calls nobody and hides no link. Emphasis is left alone: it does no harm, and names have underscores.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // A space of no width behind it: what follows is no name any more.
            '@' => safe.push_str("@\u{200b}"),
            // Markdown's links and pictures, which Mattermost reads: a text that hides where it leads.
            '(' if before == ']' => safe.push_str("\u{200b}("),
            other => safe.push(other),
        }
        before = character;
    }
    safe
}

/// The text of a message.
pub(super) fn text(batch: &Batch, voice: &Voice) -> String {
    let mut lines = vec![format!("*{}*", headline(batch))];
    let notices = worst_first(batch);
    // The link is ours and must stay one; nothing of it comes from an account.
    let escape = |name: &str, value: &str| if name == "link" { value.to_owned() } else { escaped(value) };
    lines.extend(notices.iter().take(NAMED).map(|notice| format!("• {}", voice.text.render(&voice.told(notice), escape))));
    if notices.len() > NAMED {
        let page = voice.page_url.as_deref().map(|page| format!(": {page}")).unwrap_or_default();
        lines.push(format!("and {} more{page}", notices.len() - NAMED));
    }
    lines.join("\n")
}

#[async_trait::async_trait]
impl Channel for Slack {
    fn most(&self, _digest: bool) -> u32 {
        1_000
    }

    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        let body = json!({ "text": text(batch, voice), "unfurl_links": false, "unfurl_media": false });
        let headers = [("idempotency-key", batch.id.to_string())];
        self.web.post(&headers, body.to_string().into_bytes()).await.map(Delivered::all)
    }
}

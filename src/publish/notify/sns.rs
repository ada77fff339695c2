//! An SNS topic: one message a change, as JSON, with attributes by which subscriptions filter; a digest is one message of plain text.
//!
//! SNS may deliver twice whatever we do; the attribute `id` stays the same, and is the deduplication id of a FIFO topic.

use super::aws::Session;
use super::config::Topic;
use super::fault::{Fault, Nature, of_aws, of_code};
use super::told::{headline, quoted, worst_first};
use super::{Channel, Delivered, Voice};
use crate::model::notice::{Batch, Notice, Purpose};
use aws_sdk_sns::Client;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};

/// What `PublishBatch` takes at most (<https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html>): ten messages, 256 KiB in all.
const MESSAGES: u32 = 10;
const BYTES: usize = 256 * 1024;
/// So many changes are named in a digest.
const NAMED: usize = 100;

/// A topic.
#[derive(Debug)]
pub struct Sns {
    topic: Topic,
    session: Session,
}

impl Sns {
    /// Nobody is asked yet.
    pub fn new(topic: Topic) -> Self {
        let session = Session::new(topic.access.clone());
        Self { topic, session }
    }

    fn is_fifo(&self) -> bool {
        self.topic.arn.ends_with(".fifo")
    }

    async fn send_digest(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        let client = Client::new(self.session.sdk().await?);
        let mut publish = client
            .publish()
            .topic_arn(self.topic.arn.as_str())
            .subject(subject(&headline(batch)))
            .message(digest(batch, voice))
            .message_attributes("id", attribute(&batch.id)?)
            .message_attributes("change", attribute("digest")?);
        if self.is_fifo() {
            publish = publish.message_deduplication_id(batch.id.as_str()).message_group_id("ledgerline");
        }
        let answer = publish.send().await.map_err(|error| of_aws("sns:Publish", &error))?;
        Ok(Delivered::all(format!("sns:Publish gave message id {}", quoted(answer.message_id().unwrap_or("-")))))
    }

    fn entry(&self, notice: &Notice, batch: &Batch, voice: &Voice) -> Result<PublishBatchRequestEntry, Fault> {
        let finding = &notice.change.finding;
        let told = voice.told(notice);
        let mut json = told.json();
        // A tenth of what a batch may have: without the details it always fits.
        if json.to_string().len() > BYTES / 12
            && let Some(details) = json.pointer_mut("/finding/details")
        {
            *details = serde_json::Value::Null;
        }
        let line = voice.text.render(&told, |_, value| value.to_owned());
        let mut entry = PublishBatchRequestEntry::builder()
            .id(notice.id.as_str())
            .subject(subject(&line))
            .message(json.to_string())
            .message_attributes("test", attribute(if batch.purpose == Purpose::Test { "true" } else { "false" })?);
        for (name, value) in [
            ("id", notice.id.as_str()),
            ("change", notice.change.kind.as_str()),
            ("severity", finding.severity.as_str()),
            ("pillar", finding.pillar.as_str()),
            ("account", finding.account.as_str()),
            ("rule", finding.rule.as_str()),
        ] {
            entry = entry.message_attributes(name, attribute(value)?);
        }
        if self.is_fifo() {
            entry = entry.message_deduplication_id(notice.id.as_str()).message_group_id(finding.fingerprint.as_str());
        }
        entry.build().map_err(|error| Fault::new(Nature::Message, error.to_string()))
    }
}

/// At most 100 characters of ASCII without control characters, beginning with a letter or a digit.
fn subject(text: &str) -> String {
    let ascii = text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '-' }).collect::<String>();
    ascii.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).chars().take(99).collect()
}

fn attribute(value: &str) -> Result<MessageAttributeValue, Fault> {
    let built = MessageAttributeValue::builder().data_type("String").string_value(value).build();
    built.map_err(|error| Fault::new(Nature::Message, error.to_string()))
}

fn digest(batch: &Batch, voice: &Voice) -> String {
    let notices = worst_first(batch);
    let mut lines = vec![headline(batch), String::new()];
    lines.extend(notices.iter().take(NAMED).map(|notice| voice.text.render(&voice.told(notice), |_, value| value.to_owned())));
    if let Some(more) = notices.len().checked_sub(NAMED).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

#[async_trait::async_trait]
impl Channel for Sns {
    fn most(&self, digest: bool) -> u32 {
        if digest { 5_000 } else { MESSAGES }
    }

    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        if voice.digest {
            return self.send_digest(batch, voice).await;
        }
        let client = Client::new(self.session.sdk().await?);
        let entries = batch.notices.iter().map(|notice| self.entry(notice, batch, voice)).collect::<Result<Vec<_>, _>>()?;
        let publish = client.publish_batch().topic_arn(self.topic.arn.as_str()).set_publish_batch_request_entries(Some(entries));
        let answer = publish.send().await.map_err(|error| of_aws("sns:PublishBatch", &error))?;
        let mut delivered = Delivered::all(format!("sns:PublishBatch took {} of {}", answer.successful().len(), batch.notices.len()));
        for failed in answer.failed() {
            let reason = quoted(&format!("{}: {}", failed.code(), failed.message().unwrap_or_default()));
            if !failed.sender_fault() {
                delivered.again.push(failed.id().into());
            } else if of_code(failed.code()) == Nature::Channel {
                return Err(Fault::channel(format!("sns:PublishBatch answered {reason}")));
            } else {
                delivered.refused.push((failed.id().into(), reason));
            }
        }
        Ok(delivered)
    }
}

//! Messages: changes → the channels that the config names, one file a channel.
//!
//! A channel sends one batch and says what became of it; it keeps nothing. What is to be sent, again after a failure and never
//! twice without need, the outbox of the store knows; when, the daemon. Every message carries ids that stay the same when it is sent
//! again, so that a receiver who cares can tell a repetition.
//!
//! Off unless configured, and by credentials of its own: what audits never writes.

#[cfg(any(feature = "s3", feature = "securityhub", feature = "sns"))]
mod aws;
pub mod backoff;
pub mod config;
mod email;
pub mod fault;
pub mod permissions;
mod route;
#[cfg(feature = "s3")]
pub mod s3;
mod secret;
#[cfg(feature = "securityhub")]
mod securityhub;
mod slack;
#[cfg(feature = "sns")]
mod sns;
mod template;
mod told;
mod web;
mod webhook;

#[cfg(test)]
pub(crate) mod tests;

use crate::model::notice::Batch;
use arcstr::ArcStr;
use config::{ChannelConfig, Kind, NotifyConfig, Template};
use fault::Fault;
use std::sync::Arc;

pub use template::Mistake;
pub use told::Told;

/// What a channel took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Notices that it will never take, each with the reason.
    pub refused: Vec<(ArcStr, String)>,
    /// Notices that it may take later.
    pub again: Vec<ArcStr>,
    /// What came back, for people.
    pub receipt: String,
}

impl Delivered {
    /// All of it, and what came back.
    fn all(receipt: impl Into<String>) -> Self {
        Self { receipt: receipt.into(), ..Self::default() }
    }
}

/// How a channel says things.
#[derive(Clone, Debug)]
struct Voice {
    text: Template,
    page_url: Option<ArcStr>,
    digest: bool,
}

impl Voice {
    fn told<'a>(&'a self, notice: &'a crate::model::notice::Notice) -> Told<'a> {
        Told { notice, page_url: self.page_url.as_deref() }
    }
}

/// Sends batches.
#[async_trait::async_trait]
trait Channel: Send + Sync {
    /// The most changes that one sending takes, alone or as a digest.
    fn most(&self, digest: bool) -> u32;

    /// Sends a batch, within a deadline of its own.
    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault>;
}

/// A configured channel.
pub struct Outlet {
    /// As the config describes it.
    pub config: ChannelConfig,
    voice: Voice,
    channel: Box<dyn Channel>,
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Outlet").field(&self.config.name).finish()
    }
}

/// The channels of a config. Nobody is asked yet.
pub fn outlets(config: &NotifyConfig) -> Vec<Arc<Outlet>> {
    config.channels.iter().map(|channel| Arc::new(Outlet::new(channel.clone()))).collect()
}

impl Outlet {
    /// A channel as the config describes it.
    pub fn new(config: ChannelConfig) -> Self {
        let channel: Box<dyn Channel> = match &config.kind {
            Kind::Slack(target) => Box::new(slack::Slack::new(target.clone())),
            Kind::Webhook { target, key } => Box::new(webhook::Webhook::new(target.clone(), key.clone())),
            Kind::Email(mail) => Box::new(email::Email::new(mail.clone())),
            #[cfg(feature = "sns")]
            Kind::Sns(topic) => Box::new(sns::Sns::new(topic.clone())),
            #[cfg(feature = "securityhub")]
            Kind::SecurityHub(hub) => Box::new(securityhub::SecurityHub::new(hub.clone())),
            #[cfg(feature = "s3")]
            Kind::S3(bucket) => Box::new(s3::S3::new(bucket.clone())),
            #[cfg(not(all(feature = "s3", feature = "securityhub", feature = "sns")))]
            other => Box::new(LeftOut(other.as_str())),
        };
        let voice = Voice { text: config.text.clone(), page_url: config.page_url.clone(), digest: config.digest.is_some() };
        Self { config, voice, channel }
    }

    /// The most changes that one sending takes. A digest takes as many as it can name or count.
    pub fn most(&self) -> u32 {
        self.channel.most(self.voice.digest)
    }

    /// Sends a batch.
    ///
    /// # Errors
    /// Why it did not get through, without secrets.
    pub async fn send(&self, batch: &Batch) -> Result<Delivered, Fault> {
        self.channel.send(batch, &self.voice).await
    }
}

/// A channel that this build was made without.
#[cfg(not(all(feature = "s3", feature = "securityhub", feature = "sns")))]
struct LeftOut(&'static str);

#[cfg(not(all(feature = "s3", feature = "securityhub", feature = "sns")))]
#[async_trait::async_trait]
impl Channel for LeftOut {
    fn most(&self, _digest: bool) -> u32 {
        1
    }

    async fn send(&self, _batch: &Batch, _voice: &Voice) -> Result<Delivered, Fault> {
        Err(Fault::channel(format!("this build of Ledgerline was made without {}", self.0)))
    }
}

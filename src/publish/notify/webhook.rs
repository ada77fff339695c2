//! A generic webhook: JSON, signed.
//!
//! The body is `{"schema": "ledgerline.changes/1", "id", "channel", "test", "summary", "changes": [{"id", "change", "at", "run", "link",
//! "finding"}]}`; a finding has the keys of `/api/v1/findings/{fingerprint}`. `Idempotency-Key` is the `id`, which a repetition has
//! again, and so have the changes theirs.
//!
//! With a key the header `Ledgerline-Signature: t=<seconds since 1970>,v1=<hex>` carries HMAC-SHA-256 with that key over the seconds as
//! written, a full stop and the body's bytes. A receiver computes it, compares in constant time, and refuses seconds that are not
//! near: so nobody can send an old message again later. `deploy/messages.md` shows it.

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;

use super::config::{Secret, WebTarget};
use super::fault::Fault;
use super::told::headline;
use super::web::Web;
use super::{Channel, Delivered, Voice};
use crate::model::notice::{Batch, Purpose};
use crate::model::value::Time;
use ring::hmac;
use serde_json::json;

/// The version of the body.
pub const SCHEMA: &str = "ledgerline.changes/1";

/// A webhook.
#[derive(Debug)]
pub struct Webhook {
    web: Web,
    key: Option<Secret>,
}

impl Webhook {
    /// Nobody is asked yet.
    pub fn new(target: WebTarget, key: Option<Secret>) -> Self {
        Self { web: Web::new(target), key }
    }
}

/// The signature's header.
pub(super) fn signature(key: &Secret, at: Time, body: &[u8]) -> String {
    let seconds = at.timestamp();
    let mut signed = format!("{seconds}.").into_bytes();
    signed.extend_from_slice(body);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes()), &signed);
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

/// The body.
pub(super) fn body(batch: &Batch, voice: &Voice) -> Vec<u8> {
    let changes: Vec<_> = batch.notices.iter().map(|notice| voice.told(notice).json()).collect();
    json!({
        "schema": SCHEMA,
        "id": batch.id.as_str(),
        "channel": batch.channel.as_str(),
        "test": batch.purpose == Purpose::Test,
        "summary": headline(batch),
        "changes": changes,
    })
    .to_string()
    .into_bytes()
}

#[async_trait::async_trait]
impl Channel for Webhook {
    fn most(&self, _digest: bool) -> u32 {
        100
    }

    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        let body = body(batch, voice);
        let mut headers = vec![("idempotency-key", batch.id.to_string())];
        if let Some(key) = &self.key {
            headers.push(("ledgerline-signature", signature(key, chrono::Utc::now(), &body)));
        }
        self.web.post(&headers, body).await.map(Delivered::all)
    }
}

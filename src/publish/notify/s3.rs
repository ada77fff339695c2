//! Files in a bucket: changes as JSON lines, and whatever else is to be put there (the report).
//!
//! One object a batch, under a key that a repetition has again: it then replaces itself.

use super::aws::Session;
use super::config::Bucket;
use super::fault::{Fault, of_aws};
use super::{Channel, Delivered, Voice};
use crate::model::notice::{Batch, Purpose};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;

/// A place in a bucket.
#[derive(Debug)]
pub struct S3 {
    bucket: Bucket,
    session: Session,
}

impl S3 {
    /// Nobody is asked yet.
    pub fn new(bucket: Bucket) -> Self {
        let session = Session::new(bucket.access.clone());
        Self { bucket, session }
    }

    /// Puts an object under the prefix and answers its whole address, `s3://BUCKET/KEY`. One that is there is replaced. It is
    /// encrypted as the bucket says.
    ///
    /// # Errors
    /// Why it is not there now.
    pub async fn put(&self, name: &str, bytes: Vec<u8>, content_type: &str) -> Result<String, Fault> {
        let Bucket { bucket, prefix, .. } = &self.bucket;
        let key = format!("{prefix}{name}");
        let client = Client::new(self.session.sdk().await?);
        let put = client.put_object().bucket(bucket.as_str()).key(&key).content_type(content_type).body(ByteStream::from(bytes));
        put.send().await.map_err(|error| of_aws("s3:PutObject", &error))?;
        Ok(format!("s3://{bucket}/{key}"))
    }
}

/// The key of a batch, below the prefix: the day on which its first change happened, and its id.
pub(super) fn key(batch: &Batch) -> String {
    match (batch.purpose, batch.notices.first()) {
        (Purpose::News, Some(first)) => format!("changes/{}/{}.ndjson", first.change.at().format("%Y/%m/%d"), batch.id),
        (Purpose::Test | Purpose::News, _) => format!("test/{}.ndjson", batch.id),
    }
}

#[async_trait::async_trait]
impl Channel for S3 {
    fn most(&self, _digest: bool) -> u32 {
        10_000
    }

    async fn send(&self, batch: &Batch, voice: &Voice) -> Result<Delivered, Fault> {
        let lines: Vec<String> = batch.notices.iter().map(|notice| format!("{}\n", voice.told(notice).json())).collect();
        let address = self.put(&key(batch), lines.concat().into_bytes(), "application/x-ndjson").await?;
        Ok(Delivered::all(format!("written to {address}")))
    }
}

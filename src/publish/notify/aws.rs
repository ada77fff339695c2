//! The way into AWS to publish: a session of its own, apart from the one that audits, which stays without any right to write.

use super::config::AwsAccess;
use super::fault::Fault;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long one call may take.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A session that is opened when it is first needed.
#[derive(Debug, Default)]
pub struct Session {
    access: AwsAccess,
    opened: OnceCell<SdkConfig>,
}

impl Session {
    /// Nobody is asked yet.
    pub fn new(access: AwsAccess) -> Self {
        Self { access, opened: OnceCell::new() }
    }

    /// What clients are made from: credentials by the usual chain, the role where the config names one.
    ///
    /// # Errors
    /// Where an endpoint can be none, which the SDK would stumble over.
    pub async fn sdk(&self) -> Result<&SdkConfig, Fault> {
        self.opened.get_or_try_init(|| open(&self.access)).await
    }
}

async fn open(access: &AwsAccess) -> Result<SdkConfig, Fault> {
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).operation_timeout(DEADLINE).build();
    // The outbox tries again, later and with growing pauses.
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts).retry_config(RetryConfig::disabled());
    if let Some(region) = &access.region {
        loader = loader.region(Region::new(region.to_string()));
    }
    let base = loader.load().await;
    if let Some(url) = base.endpoint_url().filter(|url| !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
        return Err(Fault::channel(format!("AWS_ENDPOINT_URL is {url:?}: an endpoint begins with https:// or http://")));
    }
    let mut builder = base.to_builder();
    if base.endpoint_url() == Some("") {
        builder.set_endpoint_url(None);
    }
    if let Some(role) = &access.role_arn {
        let mut provider = AssumeRoleProvider::builder(role.as_str()).configure(&base).session_name("ledgerline-publishing");
        if let Some(external_id) = &access.external_id {
            provider = provider.external_id(external_id.as_str());
        }
        builder = builder.credentials_provider(SharedCredentialsProvider::new(provider.build().await));
    }
    Ok(builder.build())
}

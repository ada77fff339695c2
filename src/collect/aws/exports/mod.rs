//! Billing exports where AWS delivers them: from their bucket, or asked through Athena. Off unless somebody names a bucket or configures
//! Athena; neither is part of an audit.
//!
//! With the caller's own credentials: the bucket of an export belongs to the account that pays, and is seldom one that is audited.

#[cfg(feature = "athena")]
mod athena;
#[cfg(feature = "s3")]
mod bucket;

#[cfg(feature = "athena")]
pub use athena::{Asked, Athena};
#[cfg(feature = "s3")]
pub use bucket::{Bucket, Fetched};

use super::connector::https;
use super::patience::Patience;
use super::session;
use super::tally::Tally;
use crate::collect::SourceError;
use crate::collect::export::{ExportFault, Why};
use crate::model::Region;
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use std::sync::Arc;

/// A call is tried so often.
const ATTEMPTS: u32 = 4;

/// What clients are made from.
async fn sdk(region: Option<&Region>) -> Result<SdkConfig, SourceError> {
    let sdk = session::load(None, region, &https(), &Arc::new(Tally::default()), &Patience::default()).await?;
    Ok(sdk.into_builder().retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS)).build())
}

/// What AWS said, and which permission it needs.
fn refused<E: ProvideErrorMetadata + std::error::Error + 'static, R: std::fmt::Debug + 'static>(
    name: &str,
    permission: &str,
    error: &SdkError<E, R>,
) -> ExportFault {
    let why = match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => aws_smithy_types::error::display::DisplayErrorContext(error).to_string(),
    };
    let why: String = why.chars().take(400).collect();
    ExportFault::new(
        name,
        Why::Refused(format!("AWS refused {permission}: {why} (`ledgerline permissions --for exports` prints what is needed)")),
    )
}

//! Reports in a bucket, besides the store: out of reach of whoever could write to the store.
//!
//! What is there is read from the store, so that it can be put there again after a failure or a restart.

use super::ReportSettings;
#[cfg(feature = "s3")]
use crate::publish::report::manifest::{FILE, SIGNATURE_FILE};
use crate::store::{KeptReport, Store};

/// Puts every part of a report, its manifest and its signature under the place that the config names. One that is there already is
/// replaced by itself.
///
/// # Errors
/// Why not all of it is there now.
#[cfg(feature = "s3")]
pub async fn put(store: &dyn Store, settings: &ReportSettings, report: &KeptReport) -> Result<(), String> {
    let Some(bucket) = &settings.config.s3 else { return Ok(()) };
    let s3 = crate::publish::notify::s3::S3::new(bucket.clone());
    let id = &report.id;
    for part in &report.parts {
        let bytes = store.report_part(id, &part.name).await.map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or_else(|| format!("the part {} is gone from the store", part.name))?;
        s3.put(&format!("{id}/{}", part.name), bytes, &part.media_type).await.map_err(|fault| fault.reason)?;
    }
    let signature = format!("{}\n", report.signature).into_bytes();
    s3.put(&format!("{id}/{SIGNATURE_FILE}"), signature, "text/plain").await.map_err(|fault| fault.reason)?;
    // The manifest is the last: where it is, all is.
    s3.put(&format!("{id}/{FILE}"), report.manifest.as_bytes().to_vec(), "application/json").await.map_err(|fault| fault.reason)?;
    Ok(())
}

/// This build cannot.
#[cfg(not(feature = "s3"))]
pub async fn put(_store: &dyn Store, settings: &ReportSettings, _report: &KeptReport) -> Result<(), String> {
    if settings.config.s3.is_some() { Err("report.s3 is set, and this build has no S3".to_owned()) } else { Ok(()) }
}

//! Reports as the daemon and `ledgerline report` make them: the store is asked, the parts are rendered, the manifest is signed, and
//! the store keeps all of it. What a report says is `publish`'s business.

mod gather;
mod key;
mod place;
pub(super) mod schedule;

#[cfg(test)]
mod tests;

use super::config::ReportConfig;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::publish::report::manifest::{self, BadKey, Previous, Rendered, Signed, SigningKey};
use crate::publish::report::{self, Data, Format, FrameworkInfo, NoAudit, Question, RenderError};
use crate::store::{AddedReport, KeptPart, KeptReport, NewReport, PageRequest, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;

pub use key::{key_file, signing_key};
pub use place::put;

/// How often a report is signed anew because another was kept meanwhile.
const ATTEMPTS: u32 = 5;

/// What a report rests on besides the store.
#[derive(Clone, Debug, Default)]
pub struct ReportSettings {
    /// Due dates, key and places.
    pub config: ReportConfig,
    /// The waivers of the files.
    pub waivers: Vec<Arc<Waiver>>,
    /// The catalogues of controls.
    pub frameworks: Vec<FrameworkInfo>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Nothing was audited yet.
    #[error(transparent)]
    NoAudit(#[from] NoAudit),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The file of the key failed.
    #[error("cannot {act} the key of reports {path}: {why}")]
    KeyFile {
        /// What was to be done.
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// The file holds no key.
    #[error("{path}: {why}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: BadKey,
    },
    /// Others kept reports each time.
    #[error("{ATTEMPTS} other reports were kept in {0} while this one was signed")]
    Overtaken(String),
    /// It is kept in the store, and could not be put where the config names.
    #[error("report {id} is kept, and could not be put to report.s3: {why}")]
    Place {
        /// The report.
        id: arcstr::ArcStr,
        /// Why not.
        why: String,
    },
    /// A bug in rendering.
    #[error("internal error: {0}")]
    Bug(String),
}

/// A report in some formats.
#[derive(Debug)]
pub struct Made {
    /// What it says.
    pub data: Data,
    /// Its parts.
    pub parts: Vec<Rendered>,
}

/// Makes the data of a report.
///
/// # Errors
/// Where nothing had been audited by then, or the store fails.
pub async fn data(store: &dyn Store, settings: &ReportSettings, as_of: Time) -> Result<Data, ReportError> {
    let material = gather::gather(store, settings, as_of).await?;
    let question = Question { as_of, due_days: settings.config.due_days.clone(), version: env!("CARGO_PKG_VERSION") };
    // Ten thousand findings take a while: the loops and the listeners must not wait for it.
    Ok(blocking(move || report::assemble(&material, &question)).await??)
}

/// Makes a report in these formats.
///
/// # Errors
/// Where nothing had been audited by then, the store fails, or a part cannot be written.
pub async fn make(store: &dyn Store, settings: &ReportSettings, as_of: Time, formats: &'static [Format]) -> Result<Made, ReportError> {
    let data = data(store, settings, as_of).await?;
    blocking(move || Ok(Made { parts: manifest::render_all(&data, formats)?, data })).await?
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ReportError> {
    tokio::task::spawn_blocking(work).await.map_err(|bug| ReportError::Bug(bug.to_string()))
}

/// The manifest of a report, signed behind the last one that is kept.
///
/// # Errors
/// Where the store fails.
pub async fn sign(store: &dyn Store, made: &Made, key: &SigningKey) -> Result<(Signed, Option<Previous>), ReportError> {
    let last = store.reports(&PageRequest::new(1, None)).await?.items.into_iter().next();
    let previous = last.map(|last| Previous { report: last.id, sha256: last.manifest_sha256 });
    Ok((manifest::sign(&made.data, &made.parts, previous.clone(), key), previous))
}

/// Keeps a report in the store, behind the last one. One of the same time that is kept already stays, and is answered.
///
/// # Errors
/// Where the store fails.
pub async fn keep(store: &dyn Store, made: &Made, key: &SigningKey, now: Time) -> Result<KeptReport, ReportError> {
    for _ in 0..ATTEMPTS {
        let (signed, previous) = sign(store, made, key).await?;
        let kept = |rendered: &Rendered| {
            let part = &rendered.part;
            let kept =
                KeptPart { name: part.name.clone(), media_type: part.media_type.clone(), bytes: part.bytes, sha256: part.sha256.clone() };
            (kept, rendered.bytes.clone())
        };
        let new = NewReport {
            id: made.data.id.clone(),
            as_of: made.data.as_of,
            made_at: now,
            previous: previous.map(|previous| previous.sha256),
            manifest: signed.text.into(),
            manifest_sha256: signed.sha256,
            signature: signed.signature,
            headline: report::headline(&made.data),
            parts: made.parts.iter().map(kept).collect(),
        };
        match store.add_report(&new).await? {
            AddedReport::New(kept) => return Ok(kept),
            AddedReport::Taken(kept) => {
                tracing::info!(report.id = %kept.id, "a report of this time is kept already; it stays");
                return Ok(kept);
            }
            AddedReport::Overtaken => {}
        }
    }
    Err(ReportError::Overtaken(store.name().to_owned()))
}

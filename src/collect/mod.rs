//! Stage 1: sources → resources with coverage.
//!
//! A source is whatever yields resources: a live account ([`aws`]), an inventory file ([`recording`]), a Terraform plan or
//! state ([`terraform`]), a template ([`cloudformation`]). What a source could
//! not read is part of its answer, never an error: errors are only for a source that could not be begun at all.

pub mod aws;
pub mod cloudformation;
pub mod config;
pub mod export;
pub mod permissions;
pub mod probe;
pub mod recording;
pub mod terraform;

mod secret_shape;
mod unasked;

use crate::model::Interner;

use crate::model::catalogue::Catalogue;
use crate::model::inventory::Collected;
use crate::model::needs::Needs;
use crate::model::paid::PaidCalls;
use crate::model::run::PassScope;
use crate::model::value::Time;

/// Every resource type that a source can yield, with the calls that bring it, and the types of waivers and of trends of cost, which no
/// source yields.
pub fn catalogue() -> Catalogue {
    Catalogue::new(
        aws::catalogue().types().cloned().chain(probe::types()).chain(crate::model::waiver::types()).chain(crate::cost::trend::types()),
    )
}

/// The same with the types that only these rule texts name: AWS's public schemas describe them, and Cloud Control brings them.
pub fn catalogue_for<'a>(texts: impl IntoIterator<Item = &'a str>) -> Catalogue {
    let mut catalogue = catalogue();
    let loose = aws::loose_types(texts, &catalogue);
    catalogue.extend(loose);
    catalogue
}

/// What a source is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The calls that are needed, and no others.
    pub needs: &'a Needs,
    /// The accounts and regions to look at.
    pub scope: &'a PassScope,
    /// The time of the pass.
    pub now: Time,
    /// The types that resources are read as.
    pub catalogue: &'a Catalogue,
    /// Shares strings of the pass.
    pub interner: &'a Interner,
    /// The budget of calls that cost money.
    pub paid: &'a dyn PaidCalls,
    /// Told how far it is.
    pub progress: &'a dyn Progress,
}

/// Told how far a collection is: a terminal shows it, a pipe does not.
pub trait Progress: Send + Sync {
    /// Something new is to be done.
    fn planned(&self, what: &str, steps: u64);
    /// Steps of it are done.
    fn done(&self, what: &str, steps: u64);
}

/// Tells nobody.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn planned(&self, _what: &str, _steps: u64) {}
    fn done(&self, _what: &str, _steps: u64) {}
}

/// What a source's resources are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Somebody looked, and they were there: a live account, a recording of one.
    Observed,
    /// A file says that they should be: a plan, a state, a template. Alone it is judged like an account; beside an observed source it
    /// says what that one is compared with.
    Declared,
}

/// Yields resources with coverage.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// What it is, for people: `aws`, or the file's name.
    fn name(&self) -> &str;

    /// Whether its resources are there, or are only written down to be there.
    fn nature(&self) -> Nature {
        Nature::Observed
    }

    /// Collects what is asked for. Whatever fails on the way is in the coverage and in the resources' gaps.
    ///
    /// # Errors
    /// Only where nothing could be begun.
    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError>;
}

/// Why a source could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No credentials, expired ones, or no way to AWS at all. Exit code 4.
    #[error("{0}")]
    NothingToAudit(String),
    /// The file is not what it should be. Exit code 2.
    #[error("{0}")]
    BadInput(String),
}

//! Resources for the commands of `ledgerline iam` that look at an account: from recordings, plans, states, templates, or live.

use crate::audit::{AuditError, Budget};
use crate::cli::Failure;
use crate::cli::flags::{RegionFlags, SourceArg};
use crate::cli::parts::{self, Parts};
use crate::collect::{self, Request, Silent};
use crate::model::Interner;
use crate::model::inventory::Collected;
use crate::model::needs::Needs;
use crate::model::run::PassScope;

/// What all sources together have of what is needed.
pub fn collect(sources: &[SourceArg], needs: &Needs, parts: &Parts) -> Result<Collected, Failure> {
    let (catalogue, interner, scope) = (collect::catalogue(), Interner::new(), PassScope::default());
    let budget = Budget::new(None, parts.config.cost);
    let now = parts::now();
    let request = Request { needs, scope: &scope, now, catalogue: &catalogue, interner: &interner, paid: &budget, progress: &Silent };
    let sources = parts.sources(sources, &RegionFlags::default())?;
    parts::block_on(async {
        let mut all = Collected::default();
        for source in sources {
            all.join(source.collect(request).await.map_err(AuditError::from)?, now);
        }
        Ok(all)
    })
}

//! What an account uses, asked of CloudWatch and the services, for `ledgerline cost estimate --from-cloudwatch`.

use crate::audit::Budget;
use crate::cli::flags::RegionFlags;
use crate::cli::parts::{self, Parts};
use crate::cli::progress::Line;
use crate::cli::{Failure, prices};
use crate::collect::{self, Request, SourceError};
use crate::config::Config;
use crate::cost::estimate::Usage;
use crate::cost::estimate::observed::{self, OTHERS, TYPE};
use crate::model::inventory::Collected;
use crate::model::ledger::Month;
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use crate::model::{Interner, Outcome, ResourceType};
use anyhow::Context as _;

/// The usage of the month at the rate of the last thirty days, in the one region that flags or config name. Paid within the month's cap,
/// which the store remembers.
///
/// # Errors
/// Where nothing may be paid, where anything could not be read, or where there is more than one region.
pub(super) fn usage(config: Config, regions: &RegionFlags, store: Option<&str>) -> Result<Usage, Failure> {
    prices::put_in_force(&config)?;
    let parts = Parts::of(config, &[])?;
    let catalogue = collect::catalogue();
    let mut needs = Needs::default();
    needs.list(&ResourceType::from(TYPE), &catalogue);
    for (kind, paths) in OTHERS {
        for path in paths {
            let path = path.parse().map_err(|_| Failure::input(format!("internal error: the path {path}")))?;
            needs.read(&ResourceType::from(kind), &path, &catalogue);
        }
    }
    let (now, scope) = (parts::now(), PassScope::default());
    let collected = parts::block_on(async {
        let (progress, interner) = (Line::new(), Interner::new());
        let store = parts.store(store).await?;
        let budget = Budget::new(store.as_deref(), parts.config.cost);
        let (needs, scope, paid, progress) = (&needs, &scope, &budget, &progress);
        let request = Request { needs, scope, now, catalogue: &catalogue, interner: &interner, paid, progress };
        let mut all = Ok(Collected::default());
        for source in parts.live(regions) {
            let Ok(collected) = &mut all else { break };
            match source.collect(request).await {
                Ok(more) => collected.join(more, now),
                Err(error) => all = Err(error),
            }
        }
        if let Some(store) = &store {
            store.close().await;
        }
        Ok(all)
    })?;
    let collected = collected.map_err(|error| match error {
        SourceError::NothingToAudit(_) => Failure::NothingAudited(error.into()),
        SourceError::BadInput(_) => Failure::Input(error.into()),
    })?;
    let unread = collected.coverage.rows().find(|row| !matches!(row.outcome, Outcome::Complete));
    if let Some(row) = unread {
        let reason = row.reason.clone().unwrap_or_default();
        return Err(Failure::input(format!(
            "what is used could not be read: {} in {} was {}: {reason}",
            row.call,
            row.region,
            row.outcome.as_str()
        )));
    }
    let mut found: Vec<&str> =
        collected.resources.iter().filter(|one| one.resource_type.as_str() == TYPE).map(|one| one.region.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    let [region] = found.as_slice() else {
        return Err(Failure::input(format!("an estimate is of one region, not of {}; name one with --region", found.join(", "))));
    };
    Ok(observed::usage(&collected.resources, region, Month::at(now)).context("CloudWatch's counts make no usage")?)
}

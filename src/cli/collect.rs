//! `ledgerline collect`: an account's inventory in a file, to be audited elsewhere or later without credentials.

use super::flags::{RegionFlags, RuleFlags};
use super::parts::{self, Parts};
use super::{Exit, Failure, output};
use crate::audit::{AuditError, Budget};
use crate::collect::{Request, recording};
use crate::model::Interner;
use crate::model::inventory::Collected;
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use clap::Args;
use std::path::{Path, PathBuf};

/// Flags of `ledgerline collect`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline collect --output account.ndjson.zst                     everything that costs nothing
  ledgerline collect --output iam.ndjson.zst --rule 'iam-*'          only what these rules read
  ledgerline audit --source account.ndjson.zst                       audit it, anywhere")]
pub struct CollectArgs {
    /// The recording to write, whole or not at all; readable by its owner alone
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub regions: RegionFlags,
    /// The store that remembers what paid calls cost: sqlite://FILE. They are made only where cost.enabled is set
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Exit with 0 even where something could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
}

/// Collects and writes.
pub fn run(args: &CollectArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    // Without --rule everything that costs nothing: what a rule will ask tomorrow is not known today.
    let mut needs = match &selection.narrowed {
        Some(_) => selection.rules.needs(&parts.catalogue),
        None => Needs::everything(&parts.catalogue),
    };
    if parts.config.cost.enabled {
        needs.join(&selection.rules.needs(&parts.catalogue));
    }
    let scope = PassScope { rules: None, ..parts.scope(&selection, &args.regions) };
    let sources = parts.live(&args.regions);
    let now = parts::now();
    let collected = parts::block_on(async {
        let (progress, interner) = (super::progress::Line::new(), Interner::new());
        let store = parts.store(args.store.as_deref()).await?;
        let budget = Budget::new(store.as_deref(), parts.config.cost).shared_by(parts.payers());
        let request = Request {
            needs: &needs,
            scope: &scope,
            now,
            catalogue: &parts.catalogue,
            interner: &interner,
            paid: &budget,
            progress: &progress,
        };
        let mut collected = Ok(Collected::default());
        for source in &sources {
            let Ok(all) = &mut collected else { break };
            match source.collect(request).await {
                Ok(more) => all.join(more, now),
                Err(error) => collected = Err(error),
            }
        }
        if let Some(store) = &store {
            store.close().await;
        }
        Ok(collected.map_err(AuditError::from)?)
    })?;
    recording::write(&args.output, &collected, env!("CARGO_PKG_VERSION"), now).map_err(|error| Failure::Input(error.into()))?;
    let complete = collected.coverage.is_complete();
    let faults = collected.coverage.rows().filter(|row| row.outcome.is_fault()).count();
    output::tell(&format!("{}: {} resources, {} requests", args.output.display(), collected.resources.len(), collected.requests.total));
    if !complete {
        output::tell(&format!("{faults} calls could not be read in full; results that depend on them will be unknown"));
    }
    Ok(if complete || args.allow_incomplete { Exit::Clean } else { Exit::Incomplete })
}

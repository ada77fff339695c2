//! `ledgerline demo`: the whole daemon, or one audit, on the account that is recorded inside the binary.

use super::auditor::{Feed, PassRunner, Reread};
use super::parts::{self, Parts};
use super::{Exit, Failure, flags, output};
use crate::audit::{self, Plan};
use crate::collect::recording::Recording;
use crate::collect::{Silent, Source};
use crate::config::Config;
use crate::model::report::Report;
use crate::publish::export::Format;
use crate::serve::TakenPort;
use crate::store::Store;
use anyhow::Context as _;
use clap::Args;
use std::path::Path;
use std::sync::Arc;

/// The recorded account: `ledgerline collect` wrote it against an emulator, see `tests/demo`.
const ACCOUNT: &[u8] = include_bytes!("demo/account.ndjson.zst");
/// The config that its owners would write.
const CONFIG: &str = include_str!("demo/ledgerline.yaml");

/// Flags of `ledgerline demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline demo            the daemon on free ports, with a temporary store; it prints where to look
  ledgerline demo --once     one audit of the recorded account, its findings, and the end")]
pub struct DemoArgs {
    /// Audit once, print the findings and end with exit code 0, whatever was found
    #[arg(long)]
    pub once: bool,
    /// How the findings are written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = flags::format())]
    pub format: &'static Format,
}

/// Runs the demo.
pub fn run(args: &DemoArgs) -> Result<Exit, Failure> {
    let reread: Reread = Box::new(|| Parts::of(Config::parse(Path::new("the demo's ledgerline.yaml"), CONFIG)?, &[]));
    let parts = reread()?;
    let folder = tempfile::tempdir().context("cannot make a folder for the demo's store")?;
    let url = format!("sqlite://{}", folder.path().join("demo.db").display());
    parts::block_on(async {
        let store = crate::store::open(&url).await?;
        let report = first_audit(&parts, store.as_ref()).await?;
        output::write_report(args.format, &report, None)?;
        if args.once {
            store.close().await;
            return Ok(());
        }
        output::tell("\nThe daemon runs on the recorded account; Ctrl-C ends it. The page with the findings, and the metrics:");
        let runner = PassRunner::new(reread, Vec::new(), Feed::Fixed(vec![Box::new(account())]), Arc::clone(&store))?;
        super::serve::watch(runner, store, &parts.config.serve, TakenPort::TakeAnother).await
    })?;
    Ok(Exit::Clean)
}

/// The account that is recorded inside the binary.
fn account() -> Recording {
    Recording::bytes("the recorded account", ACCOUNT)
}

async fn first_audit(parts: &Parts, store: &dyn Store) -> Result<Report, Failure> {
    let plan = Plan { trigger: "start", ..parts.plan() };
    let sources: Vec<Box<dyn Source>> = vec![Box::new(account())];
    Ok(audit::run(&plan, &sources, Some(store), &Silent, &parts::interrupted()).await?)
}

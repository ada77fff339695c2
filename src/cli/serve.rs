//! `ledgerline serve`: the daemon. Audits on schedule and on demand, the page, the API and the metrics.

use super::flags::{RegionFlags, RuleFlags, SourceArg};
use super::{Exit, Failure};
use clap::Args;
use std::net::SocketAddr;
use std::path::Path;

/// Flags of `ledgerline serve`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline serve --config /etc/ledgerline/ledgerline.yaml
  ledgerline serve --store sqlite:///var/lib/ledgerline/ledgerline.db

SIGHUP reads rules and config again; a file with mistakes keeps the old ones. SIGTERM ends it.")]
pub struct ServeArgs {
    /// What to audit: `aws`, or a recording; may be given several times
    #[arg(long = "source", value_name = "aws|FILE", default_value = "aws")]
    pub sources: Vec<SourceArg>,
    #[command(flatten)]
    pub rules: RuleFlags,
    #[command(flatten)]
    pub regions: RegionFlags,
    /// Remember findings here: sqlite://FILE
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Where the page and the API listen
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen_web: Option<SocketAddr>,
    /// Where /metrics listens
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen_metrics: Option<SocketAddr>,
}

/// Runs until it is told to stop.
pub fn run(_args: &ServeArgs, _config: Option<&Path>) -> Result<Exit, Failure> {
    Err(Failure::input("`serve` is being wired"))
}

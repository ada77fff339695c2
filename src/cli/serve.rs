//! `ledgerline serve`: the daemon. Audits on schedule and on demand, the page, the API and the metrics.

use super::auditor::{Feed, PassRunner, Reread};
use super::flags::{RegionFlags, RuleFlags, SourceArg};
use super::parts::{self, Parts};
use super::{Exit, Failure, output};
use crate::daemon::{self, Daemon, signals};
use crate::publish::metrics::{Build, Page, Process};
use crate::serve::config::ServeConfig;
use crate::serve::{self, TakenPort};
use crate::store::Store;
use anyhow::Context as _;
use clap::Args;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

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
pub fn run(args: &ServeArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let (config, directories) = (config.map(Path::to_owned), args.rules.rules.clone());
    let reread: Reread = Box::new(move || Parts::load(config.as_deref(), &directories));
    let first = reread()?;
    // A source that is no recording should stop the start, not every audit.
    first.sources(&args.sources, &args.regions)?;
    let mut listen = first.config.serve.clone();
    listen.web = args.listen_web.unwrap_or(listen.web);
    listen.metrics = args.listen_metrics.unwrap_or(listen.metrics);
    parts::block_on(async {
        let Some(store) = first.store(args.store.as_deref()).await? else {
            return Err(Failure::input(
                "serve needs a store that remembers findings: name one with --store sqlite://FILE, or as store.url in ledgerline.yaml",
            ));
        };
        let feed = Feed::Named(args.sources.clone(), args.regions.clone());
        let runner = PassRunner::new(reread, args.rules.only.clone(), feed, Arc::clone(&store))?;
        watch(runner, store, &listen, TakenPort::Refuse).await
    })?;
    Ok(Exit::Clean)
}

/// Binds the listeners, begins the daemon, prints where to look, and runs until a signal ends it.
pub async fn watch(runner: PassRunner, store: Arc<dyn Store>, listen: &ServeConfig, taken: TakenPort) -> Result<(), Failure> {
    let bound = serve::bind(listen, taken).await.map_err(|error| Failure::Input(error.into()))?;
    let parts = runner.parts();
    let runner = Arc::new(runner);
    let renewed = Arc::clone(&runner);
    let build = Build { version: env!("CARGO_PKG_VERSION"), revision: option_env!("LEDGERLINE_REVISION").unwrap_or("unknown") };
    let page = Page::new(Process::new(build).context("internal error: the metrics of the process")?);
    let daemon = Daemon::begin(daemon::Parts {
        auditor: runner,
        store: Arc::clone(&store),
        page,
        schedules: parts.config.schedules.clone(),
        keep_days: parts.config.store.keep_days,
        clock: parts::now,
    })
    .await
    .map_err(|error| Failure::Input(error.into()))?;
    // Whoever started us may read no further: that ends nothing.
    _ = output::print(&format!("{}\n{}\n", bound.web_url(), bound.metrics_url()));
    let serving = bound.serve(Arc::clone(&daemon), move || renewed.parts().config.serve.clone());
    let (ran, (), obeyed) = tokio::join!(daemon.run(), serving, signals::obey(Arc::clone(&daemon)));
    store.close().await;
    ran.map_err(|error| Failure::Input(error.into()))?;
    obeyed.context("cannot listen for signals")?;
    Ok(())
}

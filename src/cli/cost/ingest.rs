//! `ledgerline cost ingest`: a billing export into the store.

use crate::cli::parts::{self, now};
use crate::cli::{Exit, Failure, output};
#[cfg(feature = "s3")]
use crate::collect::aws::exports::{Bucket, Fetched};
use crate::collect::export::{self, ExportFault, Found, Reading};
use crate::config::Config;
use crate::cost::export::layout::ExportKind;
use crate::model::export::{ExportRow, StoredPeriod};
use crate::store::{self, Published, Store, StoreError};
use crate::telemetry::printable;
use clap::Args;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Flags of `ledgerline cost ingest`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline cost ingest focus-2026-10.csv.gz --store sqlite://ledgerline.db
  ledgerline cost ingest exports/my-export/                 a folder: by its manifests, or else every data file in it
  ledgerline cost ingest s3://BUCKET/PREFIX/my-export/      by its manifests

A bill (provider, billing account, month) that is read again takes the place of what was stored of it, whole.
Where anything is wrong, nothing is taken in, and what was stored stays.")]
pub struct IngestArgs {
    /// A file (Parquet, CSV, gzipped CSV), a manifest, a folder, or s3://BUCKET/PREFIX
    /// [default: `cost.exports.location` of the config]
    #[arg(value_name = "FILE|FOLDER|s3://…")]
    from: Option<String>,
    /// What the export is; told by its columns where it is not said
    #[arg(long, value_name = "focus|cur2")]
    kind: Option<ExportKind>,
    /// The store that takes it in: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

/// So many batches of sums wait for the store.
const WAITING: usize = 4;

/// Takes it in and tells what it brought.
pub fn run(args: &IngestArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let config = Config::load(config)?;
    let url = store_url(args.store.as_deref(), &config)?;
    let from = args.from.clone().or_else(|| config.exports.location.as_ref().map(ToString::to_string));
    let from = from
        .ok_or_else(|| Failure::input("name what to read: a file, a folder, s3://BUCKET/PREFIX, or cost.exports.location in the config"))?;
    parts::block_on(async {
        let origin = find(&from, &config).await?;
        let found = origin.found();
        if found.manifests.is_empty() && found.files.len() > 1 {
            let count = found.files.len();
            tracing::warn!("{} has no manifest: its {count} data files are read as they are, complete or not", printable(&from));
        }
        let store = store::open(&url).await?;
        let kind = args.kind.or(config.exports.kind);
        let taken = take(&store, &origin, &from, kind).await;
        store.close().await;
        let (reading, published) = taken?;
        output::print(&told(reading, &published))?;
        Ok(Exit::Clean)
    })
}

/// The store that a flag or the config names.
pub fn store_url(flag: Option<&str>, config: &Config) -> Result<String, Failure> {
    let named = flag.or(config.store.url.as_deref()).map(ToOwned::to_owned);
    named.ok_or_else(|| {
        Failure::input("billing exports are kept in a store: name it with --store sqlite://FILE, or under `store` in the config")
    })
}

/// Where data files came from, and how it is told that they did not change meanwhile.
enum Origin {
    Here(Found),
    #[cfg(feature = "s3")]
    Bucket(Bucket, Fetched),
}

impl Origin {
    const fn found(&self) -> &Found {
        match self {
            Self::Here(found) => found,
            #[cfg(feature = "s3")]
            Self::Bucket(_, fetched) => &fetched.found,
        }
    }

    async fn recheck(&self) -> Result<(), ExportFault> {
        match self {
            Self::Here(found) => found.recheck(),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket, fetched) => bucket.recheck(fetched).await,
        }
    }
}

#[cfg_attr(not(feature = "s3"), expect(unused_variables, reason = "files on this machine need no config"))]
async fn find(from: &str, config: &Config) -> Result<Origin, Failure> {
    if from.starts_with("s3://") {
        #[cfg(feature = "s3")]
        {
            let opened = Bucket::open(config.exports.region.as_ref()).await;
            let bucket = opened.map_err(|error| Failure::input(error.to_string()))?;
            let fetched = bucket.fetch(from).await.map_err(told_as_input)?;
            return Ok(Origin::Bucket(bucket, fetched));
        }
        #[cfg(not(feature = "s3"))]
        return Err(Failure::input("this build reads no buckets (the feature `s3` is off)"));
    }
    export::find(Path::new(from)).map(Origin::Here).map_err(told_as_input)
}

/// A fault of an export, without what could act on a terminal.
pub fn told_as_input(fault: ExportFault) -> Failure {
    Failure::input(printable(&fault.to_string()))
}

async fn take(store: &Arc<dyn Store>, origin: &Origin, from: &str, kind: Option<ExportKind>) -> Result<(Reading, Published), Failure> {
    let ticket = store.begin_export(from, now()).await?;
    let taken = match read(store, ticket, origin, kind).await {
        Ok(reading) if reading.rows == 0 => Err(Failure::input(format!("{} holds no rows: nothing was taken in", printable(from)))),
        Ok(reading) => store.publish_export(ticket).await.map(|published| (reading, published)).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    if taken.is_err() {
        // The reason of the failure matters more than what dropping the rows says; they are dropped later anyway.
        _ = store.discard_export(ticket).await;
    }
    taken
}

/// Reads files on threads of their own while the store writes.
async fn read(store: &Arc<dyn Store>, ticket: store::ExportTicket, origin: &Origin, kind: Option<ExportKind>) -> Result<Reading, Failure> {
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Vec<ExportRow>>(WAITING);
    let files = origin.found().files.clone();
    let reading = tokio::task::spawn_blocking(move || export::read(&files, kind, &|rows| sender.blocking_send(rows).is_ok()));
    let mut refused: Option<StoreError> = None;
    while let Some(rows) = receiver.recv().await {
        if let Err(error) = store.stage_export(ticket, &rows).await {
            refused = Some(error);
            receiver.close();
            break;
        }
    }
    // What is still on its way is let go, so that a reader that waits for room ends.
    while receiver.recv().await.is_some() {}
    let reading = reading.await.map_err(|error| Failure::input(format!("internal error: the reader of exports failed: {error}")))?;
    if let Some(error) = refused {
        return Err(error.into());
    }
    let reading = reading.map_err(told_as_input)?;
    origin.recheck().await.map_err(told_as_input)?;
    Ok(reading)
}

/// What people are told.
fn told(reading: Reading, published: &Published) -> String {
    let mut text = format!("Read {} rows of {} {}.\n", reading.rows, reading.files, if reading.files == 1 { "file" } else { "files" });
    for period in &published.periods {
        let before = published.replaced.iter().find(|before| before.period == period.period);
        let instead = before.map_or_else(String::new, |before| {
            format!(", in place of {} read {}", before.charges, before.read_at.format("%Y-%m-%d %H:%M UTC"))
        });
        _ = writeln!(text, "  {}: {} charges{instead}", named(period), period.charges);
    }
    text
}

/// A bill in words.
pub fn named(stored: &StoredPeriod) -> String {
    let word = |text: &Option<arcstr::ArcStr>| text.as_deref().map_or_else(|| "?".to_owned(), |text| printable(text).into_owned());
    format!("{} {} {}", stored.period.month, word(&stored.period.provider), word(&stored.period.billing_account))
}

//! How long a scrape of 20,000 series takes, over a real socket: the target is a p99 under 10 ms.
//!
//! `cargo bench --bench scrape`. Not criterion: the question is the slowest of a hundred, which it does not answer.

#[path = "idle/auditor.rs"]
mod idle;

use anyhow::Context as _;
use idle::Idle;
use ledgerline::daemon::config::ScheduleConfig;
use ledgerline::daemon::{Daemon, Parts};
use ledgerline::model::snapshot::Snapshot;
use ledgerline::publish::metrics::{Build, Page, Process};
use ledgerline::serve::config::ServeConfig;
use ledgerline::serve::{TakenPort, bind};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SCRAPES: usize = 1_000;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    let runtime = tokio::runtime::Runtime::new()?;
    let address = runtime.block_on(listening(&url))?;
    let mut connection = BufReader::new(TcpStream::connect(&address)?);
    connection.get_ref().set_nodelay(true)?;
    let mut times = Vec::with_capacity(SCRAPES);
    let mut page = Vec::new();
    for _ in 0..SCRAPES {
        let began = Instant::now();
        scrape(&mut connection, &mut page)?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let series = page.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#")).count();
    let at = |percent: usize| times.get((SCRAPES - 1) * percent / 100).copied().unwrap_or(Duration::MAX);
    println!("{series} series, {} bytes, {SCRAPES} scrapes: p50 {:?}, p99 {:?}, worst {:?}", page.len(), at(50), at(99), at(100));
    Ok(())
}

async fn listening(url: &str) -> anyhow::Result<String> {
    let page = Page::new(Process::new(Build { version: "bench", revision: "bench" })?);
    let store = ledgerline::store::open(url).await?;
    let schedules = ScheduleConfig::default();
    let parts = Parts { auditor: Arc::new(Idle), store, page: page.clone(), schedules, keep_days: 1, clock: chrono::Utc::now };
    let daemon = Daemon::begin(parts).await?;
    let began = Instant::now();
    page.publish(&snapshot());
    println!("rendering a snapshot, once a pass: {:?}", began.elapsed());
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let bound = bind(&ServeConfig { web: any, metrics: any, ..ServeConfig::default() }, TakenPort::Refuse).await?;
    let address = bound.metrics_url().trim_start_matches("http://").trim_end_matches("/metrics").to_owned();
    tokio::spawn(bound.serve(daemon, ServeConfig::default));
    Ok(address)
}

fn scrape(connection: &mut BufReader<TcpStream>, page: &mut Vec<u8>) -> anyhow::Result<()> {
    connection.get_mut().write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut length = None;
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = Some(value.trim().parse::<usize>()?);
        }
    }
    page.resize(length.context("no content-length")?, 0);
    connection.read_exact(page)?;
    Ok(())
}

/// More than the budget holds, so that the page is as full as it can be.
fn snapshot() -> Snapshot {
    let resources = (0..40_000).map(|number| {
        let (account, region) = (format!("{:012}", number % 20), format!("us-east-{}", number % 16));
        (account.into(), region.into(), format!("AWS::Service::Type{number:05}").into(), 7)
    });
    Snapshot { resources: resources.collect(), ..Snapshot::default() }
}

//! How long a page of a hundred thousand findings takes, over a real socket: the target is under 100 ms.
//!
//! `cargo bench --bench page`. Not criterion: each page is asked for a few times, and the slowest counts.

#[path = "idle/auditor.rs"]
mod idle;

use anyhow::Context as _;
use idle::Idle;
use ledgerline::daemon::config::ScheduleConfig;
use ledgerline::daemon::{Daemon, Parts};
use ledgerline::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use ledgerline::model::report::Summary;
use ledgerline::model::rule::{Pillar, Severity};
use ledgerline::model::run::{PassScope, Requests, RunRecord, RunStatus};
use ledgerline::model::sight::{SeenResource, Sight};
use ledgerline::model::snapshot::Snapshot;
use ledgerline::model::value::Time;
use ledgerline::publish::metrics::{Build, Page, Process};
use ledgerline::serve::config::ServeConfig;
use ledgerline::serve::{TakenPort, bind};
use ledgerline::store::{FinishedRun, Store};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FINDINGS: usize = 100_000;
const TIMES: usize = 20;

/// The pages: the list as it opens, deep in it, sorted, narrowed, and searched through without a hit.
const PAGES: [&str; 12] = [
    "/",
    "/findings",
    "/findings?sort=age",
    "/findings?sort=savings",
    "/findings?sort=account",
    "/findings?severity=high&pillar=cost",
    "/findings?status=open&status=stale&status=waived&status=resolved",
    "/findings?rule=rule-77&region=us-east-2",
    "/findings?q=table-099999",
    "/findings?q=nothing+is+called+that",
    "/resources",
    "/resources?q=table-099999",
];

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    let runtime = tokio::runtime::Runtime::new()?;
    let address = runtime.block_on(listening(&url))?;
    println!("| page | bytes | median ms | slowest ms |\n|---|---|---|---|");
    let (_, first) = ask(&address, "/findings")?;
    let next =
        first.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("/findings").replace("&amp;", "&");
    for page in PAGES.iter().copied().chain([next.as_str()]) {
        let mut times = Vec::with_capacity(TIMES);
        let mut bytes = 0;
        for _ in 0..TIMES {
            let (time, body) = ask(&address, page)?;
            times.push(time);
            bytes = body.len();
        }
        times.sort_unstable();
        let at = |place: usize| times.get(place).copied().unwrap_or(Duration::MAX).as_secs_f64() * 1000.0;
        let shown = page.split("&cursor=").next().unwrap_or(page).split("?cursor=").next().unwrap_or(page);
        let shown = if shown == page { page.to_owned() } else { format!("{shown}, second page") };
        println!("| `{shown}` | {bytes} | {:.1} | {:.1} |", at(TIMES / 2), at(TIMES - 1));
    }
    Ok(())
}

/// One page on a connection of its own; a body that is no page is a mistake of the bench.
fn ask(address: &str, path: &str) -> anyhow::Result<(Duration, String)> {
    let mut connection = TcpStream::connect(address)?;
    let began = Instant::now();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let time = began.elapsed();
    anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {}", answer.lines().next().unwrap_or_default());
    Ok((time, answer))
}

async fn listening(url: &str) -> anyhow::Result<String> {
    let page = Page::new(Process::new(Build { version: "bench", revision: "bench" })?);
    let store = ledgerline::store::open(url).await?;
    let began = Instant::now();
    fill(store.as_ref()).await?;
    println!("a pass of {FINDINGS} findings and as many resources was written in {:?}", began.elapsed());
    let schedules = ScheduleConfig::default();
    let parts = Parts { auditor: Arc::new(Idle), store, page, schedules, keep_days: 1, clock: chrono::Utc::now };
    let daemon = Daemon::begin(parts).await?;
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let config = ServeConfig { web: any, metrics: any, ..ServeConfig::default() };
    let bound = bind(&config, TakenPort::Refuse).await?;
    let address = bound.web_url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    tokio::spawn(bound.serve(daemon, move || config.clone()));
    Ok(address)
}

async fn fill(store: &dyn Store) -> anyhow::Result<()> {
    let now: Time = "2026-11-23T08:00:00Z".parse().context("a time")?;
    let record = RunRecord {
        id: "0193-bench".into(),
        status: RunStatus::Complete,
        trigger: "start".into(),
        asked_by: None,
        scope: PassScope::default(),
        started_at: now,
        finished_at: Some(now),
        version: "bench".into(),
        rules_digest: "none".into(),
        error: None,
        coverage: serde_json::json!({"complete": true, "ratio": 1.0, "scopes": []}),
        summary: serde_json::to_value(Summary::default())?,
        requests: serde_json::Value::Null,
    };
    let changes: Vec<Change> =
        (0..FINDINGS).map(|number| Change { run: record.id.clone(), kind: ChangeKind::Opened, finding: finding(number, now) }).collect();
    let resources: Vec<SeenResource> = changes.iter().map(|change| seen(&change.finding)).collect();
    let generation = store.known().await?.generation;
    let sight = Sight { resources: &resources, everywhere: true, every_rule: true, ..Sight::default() };
    let (requests, snapshot) = (Requests::default(), Snapshot::default());
    store
        .finish_run(FinishedRun {
            record: &record,
            generation,
            changes: &changes,
            sight,
            requests: &requests,
            snapshot: &snapshot,
            tell: &[],
        })
        .await?;
    Ok(())
}

fn finding(number: usize, now: Time) -> Finding {
    let pick = |of: usize| number.wrapping_mul(7919) % of;
    let name = format!("table-{number:06}");
    Finding {
        fingerprint: format!("{number:032x}").into(),
        rule: format!("rule-{}", pick(200)).into(),
        title: "Table uses on-demand capacity".into(),
        pillar: Pillar::ALL.get(pick(5)).copied().unwrap_or(Pillar::Cost),
        severity: Severity::ALL.get(pick(5)).copied().unwrap_or(Severity::Low),
        status: match pick(10) {
            0..7 => FindingStatus::Open,
            7 => FindingStatus::Stale,
            8 => FindingStatus::Waived,
            _ => FindingStatus::Resolved,
        },
        resource: format!("arn:aws:dynamodb:us-east-{}:{:012}:table/{name}", pick(4), pick(20)).into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        resource_name: name.as_str().into(),
        account: format!("{:012}", pick(20)).into(),
        region: format!("us-east-{}", pick(4)).into(),
        sub_key: None,
        message: format!("table {name} is billed PROVISIONED, 5 read and 5 write units around the clock").into(),
        owner: Some(format!("team-{}", pick(30)).into()),
        first_seen: now - chrono::TimeDelta::minutes(i64::try_from(pick(500_000)).unwrap_or(0)),
        last_seen: now,
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: serde_json::json!({"evidence": [{"path": "properties.BillingMode", "observed": "PROVISIONED", "expected": "PAY_PER_REQUEST",
            "call": "dynamodb:DescribeTable"}], "remedy": {"text": "Switch the table to on-demand capacity.", "cli": "aws dynamodb update-table \
            --table-name <table> --billing-mode PAY_PER_REQUEST", "terraform": null}, "controls": {"security-hub": ["DynamoDB.1"]}}),
    }
}

fn seen(finding: &Finding) -> SeenResource {
    SeenResource {
        id: finding.resource.clone(),
        resource_type: finding.resource_type.clone(),
        name: finding.resource_name.clone(),
        account: finding.account.clone(),
        region: finding.region.clone(),
        owner: finding.owner.clone(),
        tags: Some(serde_json::json!({"Project": "diatonic", "Environment": "dev", "Owner": finding.owner})),
        results: Some(Summary { pass: 20, fail: 1, ..Summary::default() }),
        untold: Vec::new(),
    }
}

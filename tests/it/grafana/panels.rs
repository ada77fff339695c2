//! Each panel's query, with its variables filled in as Grafana does it, is executed by a real Prometheus that scraped the demo, and
//! is answered with data. What a recording cannot feed (it asks AWS nothing, nobody waives anything or is told) is named here, and is
//! answered by a second daemon, which audits the emulated account.
//!
//! With `LEDGERLINE_DRAW_DASHBOARDS` set, the answers are drawn into `dashboards/pictures/`.

use super::prometheus::{Prometheus, is_installed};
use super::{dashboards, list};
use crate::daemon::{Served, request};
use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, Deployed, here};
use crate::support::moto;
use serde_json::{Map, Value};
use std::process::Command;
use std::time::{Duration, Instant};

/// The panels that only a live account feeds.
const LIVE: [&str; 7] = [
    "Changes that wait",
    "Channels that take nothing",
    "Messages",
    "Next waiver ends",
    "Requests by service",
    "Requests to AWS",
    "Throttled",
];

/// How far back a picture looks, in seconds.
const SPAN: i64 = 60;

/// What the live account's people have besides: a waiver, and a topic that is told.
const MORE: &str = "
notify:
  - { name: people, kind: sns, topic_arn: \"arn:aws:sns:us-east-2:ACCOUNT:aws-devops-dev-alerts\" }
waivers:
  - { id: accepted, rule: tagging-function-untagged, owner: platform, reason: it goes next month, expires: 2027-03-31 }
";

/// Waits for the first audit; that of an emulated account takes its time on a busy machine.
fn ready(served: &Served) {
    let begun = Instant::now();
    while served.get("readyz").0 != 200 {
        assert!(begun.elapsed() < Duration::from_secs(240), "waited in vain for the first audit");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Audits once more, so that what counts audits has counted one between two scrapes.
fn audit(served: &Served) {
    let url = format!("{}api/v1/audits", served.web);
    let (status, body) = request(ureq::http::Method::POST, &url, &[("content-type", "application/json")], Some("{}"));
    assert_eq!(status, 202, "{body}");
    let id = serde_json::from_str::<Value>(&body).expect("JSON")["id"].as_str().expect("an id").to_owned();
    let begun = Instant::now();
    while !served.json(&format!("api/v1/audits/{id}"))["finished_at"].is_string() {
        assert!(begun.elapsed() < Duration::from_secs(240), "the audit does not end");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn every_panels_query_is_answered_with_data() {
    if !is_installed("prometheus") {
        return;
    }
    let deployed = Deployed::new();
    let listen = ["--listen-web", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"];
    let live =
        Ledgerline::on(&deployed.account).file("ledgerline.yaml", &format!("{CONFIG}{}", MORE.replace("ACCOUNT", &deployed.account.id)));
    let live = Served::start(live.args(["serve", "--store", "sqlite://store.db"]).args(listen));
    let demo = Served::start(Ledgerline::new().args(["demo"]));
    ready(&demo);
    ready(&live);
    let folder = tempfile::tempdir().expect("a folder");
    let jobs = [("demo", demo.metrics.as_str()), ("live", live.metrics.as_str())];
    let prometheus = Prometheus::scraping(folder.path(), &jobs, "");
    let drawn = std::env::var_os("LEDGERLINE_DRAW_DASHBOARDS").is_some();
    if drawn {
        std::thread::sleep(Duration::from_secs(20));
    }
    audit(&live);
    audit(&demo);
    std::thread::sleep(Duration::from_secs(if drawn { 20 } else { 3 }));
    let mut answers = Map::new();
    let mut faults = Vec::new();
    for dashboard in dashboards() {
        let mut of_dashboard = Map::new();
        for panel in list(&dashboard, "panels") {
            let title = panel["title"].as_str().expect("a title");
            let job = if LIVE.contains(&title) { "live" } else { "demo" };
            let mut of_panel = Vec::new();
            for target in list(panel, "targets") {
                let query = target["expr"].as_str().expect("a query");
                let filled = |job: &str| query.replace("$job", job).replace("$instance", ".+").replace("$__rate_interval", "60s");
                match prometheus.instant(&filled(job)) {
                    Err(error) => faults.push(format!("{title}: {error}: {query}")),
                    Ok(found) if found.is_empty() => faults.push(format!("{title} is empty: {query}")),
                    Ok(found) if found.iter().any(|one| one["value"][1] == "NaN") => faults.push(format!("{title} is no number: {query}")),
                    Ok(_) if job == "live" => {
                        let on_demo = prometheus.instant(&filled("demo")).unwrap_or_default();
                        assert!(on_demo.is_empty(), "the demo feeds {title}: take it off the list");
                    }
                    Ok(_) => {}
                }
                if drawn {
                    of_panel.push(prometheus.range(&filled(job), SPAN).unwrap_or_default().into());
                }
            }
            of_dashboard.insert(panel["id"].to_string(), Value::Array(of_panel));
        }
        answers.insert(dashboard["uid"].as_str().expect("a uid").to_owned(), of_dashboard.into());
    }
    assert_eq!(faults, Vec::<String>::new());
    if drawn {
        draw(&folder.path().join("answers.json"), &answers.into());
    }
}

/// Has the answers drawn.
fn draw(file: &std::path::Path, answers: &Value) {
    std::fs::write(file, answers.to_string()).expect("a file of the test");
    let drawn = Command::new(moto::python()).arg(here("dashboards/draw.py")).arg(file).output().expect("Python runs");
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
}

#[test]
fn every_dashboard_has_its_picture_in_the_readme() {
    let readme = std::fs::read_to_string(here("README.md")).expect("the README");
    for dashboard in dashboards() {
        let name = format!("dashboards/pictures/{}.svg", dashboard["uid"].as_str().expect("a uid"));
        let picture = std::fs::read_to_string(here(&name)).unwrap_or_else(|error| panic!("{name}: {error}; {HOW}"));
        assert!(readme.contains(&format!("]({name})")), "the README does not show {name}");
        for panel in list(&dashboard, "panels") {
            let title = panel["title"].as_str().expect("a title");
            assert!(picture.contains(&format!(">{title}<")), "{name} lacks {title}; {HOW}");
        }
    }
}

const HOW: &str = "draw it: LEDGERLINE_DRAW_DASHBOARDS=1 cargo test --test it every_panels_query";

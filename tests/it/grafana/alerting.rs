//! The alerts, from the rule file to the people: a real Prometheus evaluates the shipped rules over a real daemon and tells a real
//! Alertmanager. Only the patience of the rules is taken out, so that the test need not wait ten minutes.

use super::prometheus::{Prometheus, free_port, is_installed, start};
use crate::daemon::{Served, request, until};
use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, here};
use serde_json::Value;
use std::collections::BTreeSet;

/// What alerts are about (the list of the design), and the alert that speaks of it.
const SUBJECTS: [(&str, &str); 18] = [
    ("exporter down", "LedgerlineDown"),
    ("audit stale", "LedgerlineAuditStale"),
    ("coverage dropped", "LedgerlineCoverageDropped"),
    ("snapshot rejected", "LedgerlineAuditFailing"),
    ("new critical finding", "LedgerlineNewCriticalFinding"),
    ("finding past its due date", "LedgerlineFindingOverdue"),
    ("waiver expiring", "LedgerlineWaiverExpiring"),
    ("waiver expired", "LedgerlineWaiverExpired"),
    ("cost above estimate", "LedgerlineCostAboveEstimate"),
    ("budget forecast breach", "LedgerlineBudgetForecastBreach"),
    ("untagged share high", "LedgerlineUntaggedShareHigh"),
    ("cost anomaly", "LedgerlineCostAnomaly"),
    ("large restatement", "LedgerlineCostRestated"),
    ("paid-call cap reached", "LedgerlinePaidCapReached"),
    ("leader flapping", "LedgerlineLeaderFlapping"),
    ("series budget exceeded", "LedgerlineSeriesBudgetExceeded"),
    ("weekly report late", "LedgerlineReportLate"),
    ("reload refused", "LedgerlineReloadRefused"),
];

fn alerts() -> String {
    std::fs::read_to_string(here("deploy/prometheus/alerts.yaml")).expect("the alerts")
}

#[test]
fn every_subject_has_an_alert() {
    let text = alerts();
    let names: BTreeSet<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert_eq!(names.len(), text.matches("- alert: ").count(), "an alert is there twice");
    for (subject, alert) in SUBJECTS {
        assert!(names.contains(alert), "nothing tells of {subject}");
    }
}

#[test]
fn the_runbook_explains_every_alert_and_no_other() {
    let (text, runbook) = (alerts(), std::fs::read_to_string(here("deploy/RUNBOOK.md")).expect("the runbook"));
    let mut named: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("runbook_url: deploy/RUNBOOK.md#")).collect();
    let mut told: Vec<String> = runbook.lines().filter_map(|line| Some(line.strip_prefix("## ")?.to_lowercase())).collect();
    named.sort_unstable();
    told.sort();
    assert_eq!(named, told);
    let rules = text.matches("- alert: ").count();
    assert_eq!((rules, text.matches("summary: ").count(), text.matches("description: >-").count()), (named.len(), rules, rules));
}

#[test]
fn an_alert_reaches_a_real_alertmanager() {
    if !is_installed("prometheus") || !is_installed("prometheus-alertmanager") {
        return;
    }
    let ended = "waivers:\n  - { id: old, rule: tagging-function-untagged, owner: team, reason: it was to go, expires: 2026-11-01 }\n";
    let recording = here("src/cli/demo/account.ndjson.zst");
    let command = Ledgerline::new().file("ledgerline.yaml", &format!("{CONFIG}{ended}"));
    let command = command.args(["serve", "--store", "sqlite://store.db", "--source"]).args([recording]);
    let served = Served::start(command.args(["--listen-web", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"]));
    served.ready();
    let folder = tempfile::tempdir().expect("a folder");
    let impatient: String = alerts().lines().filter(|line| !line.trim().starts_with("for: ")).map(|line| format!("{line}\n")).collect();
    std::fs::write(folder.path().join("alerts.yaml"), impatient).expect("a file of the test");
    let config = folder.path().join("alertmanager.yml");
    std::fs::write(&config, "route: { receiver: people, group_wait: 0s }\nreceivers: [{ name: people }]\n").expect("a file of the test");
    let (port, peers) = (free_port(), free_port());
    let _alertmanager = start(
        "prometheus-alertmanager",
        &[
            format!("--config.file={}", config.display()),
            format!("--storage.path={}", folder.path().join("alertmanager").display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
            format!("--cluster.listen-address=127.0.0.1:{peers}"),
        ],
    );
    let more = format!(
        "rule_files: [alerts.yaml]\nalerting: {{ alertmanagers: [{{ static_configs: [{{ targets: [\"127.0.0.1:{port}\"] }}] }}] }}\n"
    );
    let _prometheus = Prometheus::scraping(folder.path(), &[("ledgerline", &served.metrics)], &more);
    let heard = || -> Vec<Value> {
        let (status, body) = request(ureq::http::Method::GET, &format!("http://127.0.0.1:{port}/api/v2/alerts"), &[], None);
        if status == 200 { serde_json::from_str(&body).expect("JSON") } else { Vec::new() }
    };
    let told = |heard: &[Value], name: &str| heard.iter().find(|alert| alert["labels"]["alertname"] == name).cloned();
    until("the alert", || told(&heard(), "LedgerlineWaiverExpired").is_some());
    let alert = told(&heard(), "LedgerlineWaiverExpired").expect("it was there");
    assert_eq!(alert["labels"]["severity"], "warning");
    assert_eq!(alert["annotations"]["runbook_url"], "deploy/RUNBOOK.md#ledgerlinewaiverexpired");
    assert!(alert["annotations"]["description"].as_str().is_some_and(|text| text.starts_with("1 waivers on 127.0.0.1:")), "{alert:#}");
    assert_eq!(told(&heard(), "LedgerlineDown"), None, "what is up is not told as down");
}

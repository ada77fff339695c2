//! Waivers as their users meet them: in the config of an audit, on the command line, and over HTTP on a running daemon.

use crate::daemon::{Served, request, until, with_recording};
use crate::support::command::{Ledgerline, Ran};
use serde_json::{Value, json};
use ureq::http::Method;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/account.ndjson.zst");
/// What the account's people wrote, so that only what is planted fails.
const CONFIG: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/ledgerline.yaml"));

/// The recording was made in November 2026, and is judged as of then.
const WAIVERS: &str = "
waivers:
  - id: runner-demo-key
    rule: lambda-environment-secret
    resource: aws-devops-dev-flow-*
    account: '313476888312'
    owner: team-flows
    reason: The key is the public one of a sandbox.
    ticket: FLOW-12
    expires: 2026-12-31
  - { id: soon, rule: iam-role-inline-pass-role-*, resource: '*-deployment', owner: sec, reason: migration, expires: 2026-11-30 }
  - { id: over, rule: dynamodb-table-provisioned, resource: '*lab-model*', owner: data, reason: trial, expires: 2026-10-31 }
  - { id: typo, rule: dynamodb-table-pitr-disabled, resource: user-content-metadata, owner: data, reason: moved, expires: 2026-12-31 }
  - { id: wide, rule: 'tagging-*', owner: data, reason: later, expires: 2026-12-31 }
  - { id: drift, rule: contract-*, account: '313476888312', owner: data, reason: 'planted, and known', expires: 2026-12-31 }
  - { id: elsewhere, rule: dynamodb-table-pitr-disabled, account: '999999999999', owner: data, reason: other, expires: 2026-12-31 }
";

fn ledgerline(waivers: &str) -> Ledgerline {
    Ledgerline::new().file("ledgerline.yaml", &format!("{CONFIG}{waivers}"))
}

fn audit(waivers: &str, more: &[&str]) -> Ran {
    ledgerline(waivers).args(["audit", "--source", RECORDING, "--as-of", "2026-11-23"]).args(more).run()
}

fn results(report: &Value, what: impl Fn(&Value) -> bool) -> Vec<&Value> {
    report["results"].as_array().unwrap().iter().filter(|row| what(row)).collect()
}

#[test]
fn what_is_waived_is_listed_counted_and_does_not_fail_the_audit() {
    let before = audit("", &["--format", "json"]);
    let after = audit(WAIVERS, &["--format", "json"]);
    assert_eq!((before.code, after.code), (1, 0), "all failures of high severity are waived\n{}", after.stderr);
    let (before, after) = (before.json(), after.json());
    let waived = results(&after, |row| row["status"] == "waived");
    assert_eq!(after["summary"]["waived"], waived.len());
    let about = results(&after, |row| row["resource"]["type"] == "Ledgerline::Waiver" && row["status"] == "fail").len() as u64;
    let count = |report: &Value, status: &str| report["summary"][status].as_u64().unwrap();
    assert_eq!(count(&after, "fail") - about + count(&after, "waived"), count(&before, "fail"), "none of them is lost");
    let secret = waived.iter().find(|row| row["rule"] == "lambda-environment-secret").unwrap();
    assert_eq!(
        secret["waiver"],
        json!({"id": "runner-demo-key", "owner": "team-flows", "reason": "The key is the public one of a sandbox.", "ticket": "FLOW-12",
               "expires": "2026-12-31T23:59:59Z"})
    );
    let open = results(&before, |row| row["rule"] == "lambda-environment-secret");
    assert_eq!((&secret["fingerprint"], &secret["evidence"]), (&open[0]["fingerprint"], &open[0]["evidence"]));
    assert!(results(&after, |row| row["status"] != "waived" && !row["waiver"].is_null()).is_empty());
}

#[test]
fn every_format_shows_what_is_waived_and_a_status_can_leave_it_out() {
    for format in ["table", "ndjson", "csv"] {
        let ran = audit(WAIVERS, &["--format", format]);
        assert!(ran.stdout.contains("runner-demo-key") && ran.stdout.contains("team-flows"), "{format}: {}", ran.stdout);
    }
    let table = audit(WAIVERS, &["--status", "fail"]).stdout;
    assert!(!table.contains("runner-demo-key") && !table.contains(" 0 waived"), "not listed, and counted all the same: {table}");
    let only = audit(WAIVERS, &["--status", "waived", "--format", "json"]).json();
    assert!(results(&only, |row| row["status"] != "waived").is_empty() && !only["results"].as_array().unwrap().is_empty());
}

#[test]
fn waivers_that_are_unused_wide_ending_or_over_are_findings() {
    let report = audit(WAIVERS, &["--format", "json"]).json();
    let mut told: Vec<(&str, &str, &str)> = results(&report, |row| row["resource"]["type"] == "Ledgerline::Waiver")
        .iter()
        .map(|row| (row["rule"].as_str().unwrap(), row["resource"]["name"].as_str().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("waiver-expired", "over", "fail"),
            ("waiver-expiring", "soon", "fail"),
            ("waiver-over-wide", "elsewhere", "unknown"),
            ("waiver-over-wide", "wide", "fail"),
            ("waiver-unused", "elsewhere", "unknown"),
            ("waiver-unused", "typo", "fail"),
        ]
    );
    let narrow = audit(WAIVERS, &["--format", "json", "--rule", "waiver-*", "--rule", "lambda-environment-secret"]).json();
    let unused = results(&narrow, |row| row["rule"] == "waiver-unused" && row["status"] == "fail");
    assert!(unused.is_empty(), "a narrow look proves no waiver unused: {unused:#?}");
}

#[test]
fn a_file_with_a_mistake_waives_nothing_and_stops_the_audit() {
    let bad = "
waivers:
  - { id: a, rule: lambda-enviroment-secret, owner: x, reason: y, expires: 2026-12-31 }
  - { id: b, rule: lambda-environment-secret, owner: x, expires: 2026-12-31 }
  - { id: b, rule: lambda-environment-secret, owner: x, reason: y, expires: 2026-12-31, until: 2027-01-31 }
";
    for command in [["audit", "--source", RECORDING].as_slice(), &["waivers", "check"], &["waivers", "list"]] {
        let ran = ledgerline(bad).args(command).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        for told in [
            "no rule is called \"lambda-enviroment-secret\"",
            "did you mean \"lambda-environment-secret\"",
            "\"reason\" is missing",
            "until",
            "4 mistakes found",
        ] {
            assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
        }
    }
}

#[test]
fn the_command_line_lists_them_and_tells_what_each_covers() {
    let list = ledgerline(WAIVERS).args(["waivers", "list", "--format", "json"]).run();
    let rows = list.json();
    assert_eq!((list.code, rows.as_array().unwrap().len(), &rows[0]["id"]), (0, 7, &json!("drift")));
    assert_eq!((&rows[2]["state"], &rows[2]["origin"]["kind"], &rows[2]["matched"]), (&json!("expired"), &json!("file"), &Value::Null));
    let checked = ledgerline(WAIVERS).args(["waivers", "check"]).run();
    assert_eq!((checked.code, checked.stdout.as_str()), (0, "7 waivers: no mistakes\n"));
    let judged = ledgerline(WAIVERS).args(["waivers", "check", "--source", RECORDING]).run();
    assert_eq!(judged.code, 1, "{}{}", judged.stdout, judged.stderr);
    let line = |id: &str| judged.stdout.lines().find(|line| line.starts_with(id)).unwrap_or_default().to_owned();
    assert!(line("runner-demo-key").contains(" active ") && line("runner-demo-key").contains("ledgerline.yaml:"), "{}", judged.stdout);
    assert!(line("typo").contains(" unused ") && line("over").contains(" expired "), "{}", judged.stdout);
    assert!(line("elsewhere").contains("unknown: this audit did not look at account 999999999999"), "{}", judged.stdout);
    let missing = ledgerline(WAIVERS).args(["waivers", "list", "--store", "sqlite://none.db"]).run();
    assert!(missing.code == 2 && missing.stderr.contains("there is no store"), "{}", missing.stderr);
}

/// Asks with JSON; status and answer.
fn api(served: &Served, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let body = body.map(Value::to_string);
    let (status, answer) =
        request(method, &format!("{}api/v1/{path}", served.web), &[("content-type", "application/json")], body.as_deref());
    (status, serde_json::from_str(&answer).unwrap_or_default())
}

/// Audits and waits for the end.
fn audited(served: &Served) {
    let (status, record) = api(served, Method::POST, "audits", Some(&json!({})));
    assert_eq!(status, 202, "{record}");
    let path = format!("api/v1/audits/{}", record["id"].as_str().unwrap());
    until("the audit", || served.json(&path)["finished_at"].is_string());
}

#[test]
fn a_daemon_takes_waivers_over_http_and_heeds_them_from_the_next_audit_on() {
    let config = format!(
        "{CONFIG}\nwaivers: [{{ id: of-file, rule: logs-group-*, resource: nothing, owner: a, reason: b, expires: 2026-12-31 }}]\n"
    );
    let served = Served::start(with_recording(Ledgerline::new().file("ledgerline.yaml", &config)));
    served.ready();
    let status = || served.json("api/v1/findings?rule=lambda-environment-secret")["items"][0]["status"].clone();
    assert_eq!(status(), "open");
    // The recording is judged by the time of its making, which is before any end that is still to come.
    let end = (chrono::Utc::now() + chrono::TimeDelta::days(30)).format("%Y-%m-%d").to_string();
    let waiver = |id: &str| json!({"id": id, "rule": "lambda-environment-secret", "resource": "*-flow-runner", "owner": "t", "reason": "r", "expires": end});
    let mistakes = json!({"id": "w", "rule": "lambda-enviroment-secret", "owner": "t", "expires": "soon", "x": 1});
    let (code, refused) = api(&served, Method::POST, "waivers", Some(&mistakes));
    let detail = refused["detail"].as_str().unwrap();
    for told in ["did you mean \"lambda-environment-secret\"", "\"reason\" is missing", "expires must be a date", "unknown key"] {
        assert!(code == 400 && detail.contains(told), "{told}: {detail}");
    }
    assert_eq!(api(&served, Method::POST, "waivers", Some(&waiver("of-file"))).0, 409);
    let (code, added) = api(&served, Method::POST, "waivers", Some(&waiver("w-1")));
    assert_eq!((code, &added["state"]), (201, &json!("active")), "{added}");
    audited(&served);
    assert_eq!(status(), "waived");
    let page = served.scraped();
    assert!(page.contains("ledgerline_waivers{state=\"unused\"} 1") && page.contains("ledgerline_results{status=\"waived\"} 1"), "{page}");
    assert!(page.contains("ledgerline_waiver_next_expiry_timestamp_seconds 1"), "{page}");
    let listed = served.json("api/v1/waivers");
    let ids: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["of-file", "w-1"]);
    let store = format!("sqlite://{}", served.command.folder().join("store.db").display());
    let list = Ledgerline::new().args(["waivers", "list", "--store", &store, "--format", "json"]).run().json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["origin"]["kind"]), (1, &json!("store")));
    let beside = Ledgerline::new().file("ledgerline.yaml", CONFIG).args(["audit", "--source", RECORDING, "--store", &store]).run();
    assert!(beside.stdout.contains("waived: w-1 by t until"), "an audit beside the daemon heeds them too: {}", beside.stdout);

    // A reload brings what the file says now.
    std::fs::write(served.command.folder().join("ledgerline.yaml"), CONFIG).unwrap();
    served.signal("HUP");
    until("the reload", || served.json("api/v1/waivers")["items"].as_array().unwrap().len() == 1);
    let (code, revoked) = api(&served, Method::DELETE, "waivers/w-1", None);
    assert_eq!((code, &revoked["state"]), (200, &json!("revoked")));
    audited(&served);
    assert_eq!(status(), "open");
    let history = served.json(&format!(
        "api/v1/findings/{}",
        served.json("api/v1/findings?rule=lambda-environment-secret")["items"][0]["fingerprint"].as_str().unwrap()
    ));
    let kinds: Vec<&str> = history["history"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["opened", "waived", "waiver_ended"]);
}

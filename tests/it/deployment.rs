//! What ships beside the binary: the IAM policy is the one that the rules need, every alert is tested and explained, and
//! dashboards and alerts ask only for metrics that there are. The rest about dashboards is in `grafana`.

use crate::support::command::Ledgerline;
use std::collections::BTreeSet;

fn text(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_shipped_policy_is_what_the_stable_rules_need() {
    let ran = Ledgerline::new().args(["permissions"]).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, text("deploy/iam/policy.json"), "write it anew: ledgerline permissions --output deploy/iam/policy.json");
}

#[test]
fn every_alert_is_tested_both_ways_and_explained() {
    let (alerts, tests, runbook) =
        (text("deploy/prometheus/alerts.yaml"), text("deploy/prometheus/alerts_test.yaml"), text("deploy/RUNBOOK.md"));
    let names: Vec<&str> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        assert!(tests.contains(&format!("name: {name} fires")), "no test in which {name} fires");
        assert!(tests.contains(&format!("name: {name} stays quiet")), "no test in which {name} stays quiet");
        assert!(runbook.contains(&format!("## {name}\n")), "RUNBOOK.md does not explain {name}");
        assert!(alerts.contains(&format!("runbook_url: deploy/RUNBOOK.md#{}\n", name.to_lowercase())), "{name} names no runbook");
    }
}

#[test]
fn dashboard_and_alerts_ask_for_metrics_that_there_are() {
    let page = text("src/publish/metrics/snapshots/ledgerline__publish__metrics__tests__page.snap");
    let process = text("src/publish/metrics/process.rs");
    let declared = process.split('"').filter(|word| word.starts_with("ledgerline_") && !word.contains(' '));
    let known = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let known: BTreeSet<&str> = known.chain(declared).collect();
    assert!(known.len() > 20, "{known:?}");
    let dashboards = ["auditor", "compliance", "cost", "overview", "tagging"].map(|name| format!("dashboards/ledgerline-{name}.json"));
    for file in dashboards.iter().map(String::as_str).chain(["deploy/prometheus/alerts.yaml"]) {
        let text = text(file);
        for (at, _) in text.match_indices("ledgerline_") {
            let name: String = text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let name = ["_bucket", "_count", "_sum"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(&name);
            assert!(known.contains(name), "{file} asks for {name}, which is not among the metrics");
        }
    }
}

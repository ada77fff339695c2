//! What ships beside the binary: the IAM policy is the one that the rules need, every alert is tested and explained, and
//! the dashboard keeps the rules of Grafana's linter and asks only for metrics that there are.

use crate::support::command::Ledgerline;
use serde_json::Value;
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
        (text("deploy/prometheus/alerts.yaml"), text("deploy/prometheus/alerts_test.yaml"), text("deploy/prometheus/runbook.md"));
    let names: Vec<&str> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        assert!(tests.contains(&format!("name: {name} fires")), "no test in which {name} fires");
        assert!(tests.contains(&format!("name: {name} stays quiet")), "no test in which {name} stays quiet");
        assert!(runbook.contains(&format!("## {name}\n")), "runbook.md does not explain {name}");
        assert!(
            alerts.contains(&format!("runbook_url: deploy/prometheus/runbook.md#{}\n", name.to_lowercase())),
            "{name} names no runbook"
        );
    }
}

#[test]
fn the_dashboard_keeps_the_linters_rules() {
    let dashboard: Value = serde_json::from_str(&text("dashboards/ledgerline-overview.json")).unwrap();
    assert_eq!(dashboard["editable"], false);
    let variables: Vec<&str> = dashboard["templating"]["list"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(variables, ["datasource", "job", "instance"]);
    let (mut titles, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().filter(|title| !title.is_empty()).expect("a panel has a title");
        assert!(titles.insert(title) && ids.insert(panel["id"].as_u64().unwrap()), "{title} is there twice");
        assert!(panel["description"].as_str().is_some_and(|text| text.len() > 10), "{title} has no description");
        assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{title} has no unit");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
            assert_eq!(
                query.matches("ledgerline_").count(),
                query.matches("job=~\"$job\", instance=~\"$instance\"").count(),
                "{title}: {query}"
            );
            for (at, _) in query.match_indices("rate(").chain(query.match_indices("increase(")) {
                assert!(query[at..].contains("[$__rate_interval]"), "{title}: {query}");
            }
        }
    }
}

#[test]
fn dashboard_and_alerts_ask_for_metrics_that_there_are() {
    let page = text("src/publish/metrics/snapshots/ledgerline__publish__metrics__tests__page.snap");
    let known: BTreeSet<&str> = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert!(known.len() > 20, "{known:?}");
    for file in ["dashboards/ledgerline-overview.json", "deploy/prometheus/alerts.yaml"] {
        let text = text(file);
        for (at, _) in text.match_indices("ledgerline_") {
            let name: String = text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            assert!(known.contains(name.as_str()), "{file} asks for {name}, which is not among the metrics");
        }
    }
}

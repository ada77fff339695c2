//! The seventeen rules of Grafana's dashboard-linter by their names, as a test of ours: the linter is a Go program that no registry of
//! ours ships. Each rule holds for every dashboard, and complains of one that was broken for it.

use super::prometheus::is_installed;
use super::{dashboards, list};
use serde_json::{Value, json};
use std::process::Command;

struct Rule {
    name: &'static str,
    /// What is wrong with a dashboard.
    judge: fn(&Value) -> Vec<String>,
    /// Breaks a dashboard so that the rule is not kept.
    spoil: fn(&mut Value),
}

const RULES: [Rule; 17] = [
    Rule { name: "panel-datasource-rule", judge: panel_datasource, spoil: |d| d["panels"][0]["datasource"]["uid"] = json!("abc") },
    Rule { name: "panel-no-targets-rule", judge: panel_no_targets, spoil: |d| d["panels"][0]["targets"] = json!([]) },
    Rule { name: "panel-title-description-rule", judge: panel_words, spoil: |d| d["panels"][0]["description"] = json!("") },
    Rule { name: "panel-units-rule", judge: panel_units, spoil: |d| d["panels"][0]["fieldConfig"]["defaults"]["unit"] = json!("apples") },
    Rule { name: "target-counter-agg-rule", judge: counters, spoil: |d| query(d, "sum(ledgerline_aws_throttles_total{$mine})") },
    Rule { name: "target-instance-rule", judge: |d| matchers(d, "instance"), spoil: |d| query(d, "sum(up{job=~\"$job\"})") },
    Rule { name: "target-job-rule", judge: |d| matchers(d, "job"), spoil: |d| query(d, "sum(up{instance=~\"$instance\"})") },
    Rule { name: "target-logql-auto-rule", judge: no_loki, spoil: |d| d["panels"][0]["targets"][0]["datasource"]["type"] = json!("loki") },
    Rule { name: "target-logql-rule", judge: no_loki, spoil: |d| d["panels"][0]["targets"][0]["datasource"]["type"] = json!("loki") },
    Rule { name: "target-promql-rule", judge: promql, spoil: |d| query(d, "sum by (ledgerline_findings{$mine}") },
    Rule {
        name: "target-rate-interval-rule",
        judge: rate_interval,
        spoil: |d| query(d, "sum(rate(ledgerline_aws_throttles_total{$mine}[5m]))"),
    },
    Rule { name: "template-datasource-rule", judge: template_datasource, spoil: |d| d["templating"]["list"][0]["query"] = json!("loki") },
    Rule {
        name: "template-instance-rule",
        judge: |d| template(d, "instance"),
        spoil: |d| d["templating"]["list"][2]["multi"] = json!(false),
    },
    Rule { name: "template-job-rule", judge: |d| template(d, "job"), spoil: |d| d["templating"]["list"][1]["allValue"] = json!(".*") },
    Rule {
        name: "template-label-promql-rule",
        judge: label_values,
        spoil: |d| d["templating"]["list"][1]["query"]["query"] = json!("label_values(job"),
    },
    Rule { name: "template-on-time-change-reload-rule", judge: reload, spoil: |d| d["templating"]["list"][2]["refresh"] = json!(1) },
    Rule { name: "uneditable-dashboard", judge: uneditable, spoil: |d| d["editable"] = json!(true) },
];

/// Gives the first panel another query; `$mine` stands for the matchers of the variables.
fn query(dashboard: &mut Value, query: &str) {
    dashboard["panels"][0]["targets"][0]["expr"] = json!(query.replace("$mine", "job=~\"$job\", instance=~\"$instance\""));
}

/// What of each panel is not as it should be.
fn panels(dashboard: &Value, sound: impl Fn(&Value) -> bool) -> Vec<String> {
    let unsound = list(dashboard, "panels").iter().filter(|panel| !sound(panel));
    unsound.map(|panel| panel["title"].to_string()).collect()
}

/// What of each query is not as it should be.
fn queries(dashboard: &Value, sound: impl Fn(&str) -> bool) -> Vec<String> {
    let all = list(dashboard, "panels").iter().flat_map(|panel| list(panel, "targets"));
    all.map(|target| target["expr"].as_str().unwrap_or("")).filter(|query| !sound(query)).map(str::to_owned).collect()
}

fn panel_datasource(dashboard: &Value) -> Vec<String> {
    let ours = json!({"type": "prometheus", "uid": "${datasource}"});
    panels(dashboard, |panel| panel["datasource"] == ours && list(panel, "targets").iter().all(|target| target["datasource"] == ours))
}

fn panel_no_targets(dashboard: &Value) -> Vec<String> {
    panels(dashboard, |panel| !list(panel, "targets").is_empty())
}

fn panel_words(dashboard: &Value) -> Vec<String> {
    panels(dashboard, |panel| ["title", "description"].iter().all(|word| panel[word].as_str().is_some_and(|text| text.len() > 3)))
}

fn panel_units(dashboard: &Value) -> Vec<String> {
    let known = ["short", "s", "percentunit", "currencyUSD"];
    panels(dashboard, |panel| panel["fieldConfig"]["defaults"]["unit"].as_str().is_some_and(|unit| known.contains(&unit)))
}

/// The names of the metrics that a query selects, each with what stands between its braces and what stands before and behind.
fn selectors(query: &str) -> Vec<(&str, &str, &str, &str)> {
    let mut found = Vec::new();
    for (open, _) in query.match_indices('{') {
        let name = query[..open].rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let close = query[open..].find('}').map_or(query.len(), |at| open + at);
        found.push((&query[name..open], &query[open + 1..close], &query[..name], query.get(close + 1..).unwrap_or("")));
    }
    found
}

fn counters(dashboard: &Value) -> Vec<String> {
    let is_counter = |name: &str| ["_total", "_count", "_sum", "_bucket"].iter().any(|end| name.ends_with(end));
    let gained = |before: &str| ["rate(", "irate(", "increase("].iter().any(|function| before.ends_with(function));
    queries(dashboard, |query| selectors(query).iter().all(|(name, _, before, _)| !is_counter(name) || gained(before)))
}

fn matchers(dashboard: &Value, label: &str) -> Vec<String> {
    let wanted = format!("{label}=~\"${label}\"");
    queries(dashboard, |query| {
        let selectors = selectors(query);
        // A metric without braces has no matcher at all.
        let bare = query.matches("ledgerline_").count() > selectors.iter().filter(|(name, ..)| name.starts_with("ledgerline_")).count();
        !bare && !selectors.is_empty() && selectors.iter().all(|(_, labels, ..)| labels.split(", ").any(|one| one == wanted))
    })
}

fn no_loki(dashboard: &Value) -> Vec<String> {
    panels(dashboard, |panel| list(panel, "targets").iter().all(|target| target["datasource"]["type"] == "prometheus"))
}

/// Prometheus's own parser judges, over a rule file that has every query.
fn promql(dashboard: &Value) -> Vec<String> {
    if !is_installed("promtool") {
        return queries(dashboard, |query| query.matches('(').count() == query.matches(')').count());
    }
    let filled = |query: &str| query.replace("$__rate_interval", "5m").replace("$job", ".+").replace("$instance", ".+");
    let all = list(dashboard, "panels").iter().flat_map(|panel| list(panel, "targets"));
    let rules: Vec<Value> = all
        .enumerate()
        .map(|(number, target)| json!({"record": format!("panel:{number}"), "expr": filled(target["expr"].as_str().unwrap_or(""))}))
        .collect();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), json!({"groups": [{"name": "panels", "rules": rules}]}).to_string()).expect("a file of the test");
    let said = Command::new("promtool").args(["check", "rules"]).arg(file.path()).output().expect("promtool runs");
    if said.status.success() { Vec::new() } else { vec![String::from_utf8_lossy(&said.stderr).into_owned()] }
}

fn rate_interval(dashboard: &Value) -> Vec<String> {
    let ranges = |query: &str| query.split('[').skip(1).map(|rest| rest.split(']').next().unwrap_or("").to_owned()).collect::<Vec<_>>();
    queries(dashboard, |query| ranges(query).iter().all(|range| range == "$__rate_interval"))
}

fn variable<'a>(dashboard: &'a Value, name: &str) -> Option<&'a Value> {
    list(&dashboard["templating"], "list").iter().find(|variable| variable["name"] == name)
}

fn complaint(sound: bool, what: &str) -> Vec<String> {
    if sound { Vec::new() } else { vec![what.to_owned()] }
}

fn template_datasource(dashboard: &Value) -> Vec<String> {
    let found = variable(dashboard, "datasource");
    let sound = |one: &Value| one["type"] == "datasource" && one["query"] == "prometheus" && one["label"] == "Data source";
    let only = list(&dashboard["templating"], "list").iter().filter(|one| one["type"] == "datasource").count() == 1;
    complaint(found.is_some_and(sound) && only, "no one variable of a Prometheus data source")
}

fn template(dashboard: &Value, name: &str) -> Vec<String> {
    let sound = |one: &Value| {
        one["type"] == "query"
            && one["datasource"]["uid"] == "${datasource}"
            && one["label"].as_str().is_some_and(|label| label.to_lowercase() == name)
            && one["multi"] == true
            && one["includeAll"] == true
            && one["allValue"] == ".+"
    };
    complaint(variable(dashboard, name).is_some_and(sound), &format!("no sound variable {name}"))
}

fn label_values(dashboard: &Value) -> Vec<String> {
    let form = regex::Regex::new(r#"^label_values\([a-z_]+(\{[a-z_]+=~"\$[a-z]+"\})?, [a-z_]+\)$"#).expect("a pattern");
    let queries = list(&dashboard["templating"], "list").iter().filter(|one| one["type"] == "query");
    let texts = queries.map(|one| one["query"]["query"].as_str().unwrap_or(""));
    texts.filter(|text| !form.is_match(text)).map(str::to_owned).collect()
}

fn reload(dashboard: &Value) -> Vec<String> {
    let queries = list(&dashboard["templating"], "list").iter().filter(|one| one["type"] == "query");
    queries.filter(|one| one["refresh"] != 2).map(|one| one["name"].to_string()).collect()
}

fn uneditable(dashboard: &Value) -> Vec<String> {
    complaint(dashboard["editable"] == false, "it can be edited")
}

#[test]
fn every_dashboard_keeps_the_linters_rules() {
    for dashboard in dashboards() {
        for rule in &RULES {
            assert_eq!((rule.judge)(&dashboard), Vec::<String>::new(), "{}: {}", dashboard["uid"], rule.name);
            let mut spoilt = dashboard.clone();
            (rule.spoil)(&mut spoilt);
            assert!(!(rule.judge)(&spoilt).is_empty(), "{}: {} has no complaint of what was spoilt", dashboard["uid"], rule.name);
        }
    }
}

#[test]
fn titles_and_places_of_panels_are_their_own() {
    for dashboard in dashboards() {
        let panels = list(&dashboard, "panels");
        for (at, panel) in panels.iter().enumerate() {
            for other in &panels[at + 1..] {
                assert_ne!((&panel["title"], &panel["id"]), (&other["title"], &other["id"]), "{}", dashboard["uid"]);
                assert_ne!(panel["title"], other["title"], "{}", dashboard["uid"]);
                assert!(!overlap(&panel["gridPos"], &other["gridPos"]), "{}: {} and {}", dashboard["uid"], panel["title"], other["title"]);
            }
        }
    }
}

fn overlap(one: &Value, other: &Value) -> bool {
    let side = |place: &Value, key: &str| place[key].as_i64().expect("a number");
    let meet = |from: &str, size: &str| {
        side(one, from) < side(other, from) + side(other, size) && side(other, from) < side(one, from) + side(one, size)
    };
    meet("x", "w") && meet("y", "h")
}

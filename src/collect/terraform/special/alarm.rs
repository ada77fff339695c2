//! Alarms: the metrics that they look at in one form, the topics that they tell, the alarms that they ask about. As the live collector
//! tells them.

use crate::collect::terraform::draft::{Draft, Made};
use crate::collect::terraform::node::{Found, Node};
use crate::collect::terraform::row::Scene;
use serde_json::{Map, Value, json};

/// An alarm on a metric or a query.
pub fn metric(draft: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
    let dimensions = node.at("dimensions");
    let listed = super::veil(dimensions.found(), scene).unwrap_or_else(|| {
        let mut listed = Made::value(Value::Array(Vec::new()));
        for (key, value) in dimensions.entries() {
            match value.found() {
                Found::Known(value) => {
                    if let Some(Value::Array(items)) = &mut listed.value {
                        items.push(json!({"Name": key, "Value": value}));
                    }
                }
                Found::Absent => {}
                // One that is not known may be any: the whole list is not.
                Found::Unknown | Found::Sensitive => return Made::gap(scene.silence.after_apply()),
            }
        }
        listed
    });
    draft.put(&["properties".into(), "Dimensions".into()], listed);
    let watched = watched(node).map_or_else(|| Made::gap(scene.silence.after_apply()), Made::value);
    draft.put(&["state".into(), "WatchedMetrics".into()], watched);
    topics(draft, scene);
}

/// The metrics of this account; none where one of them is not known, or the query selects them by itself.
fn watched(node: Node<'_>) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    if node.text("namespace").is_some() {
        all.push(metric_of(node)?);
    }
    let queries = node.at("metric_query");
    if queries.is_veiled() {
        return None;
    }
    for query in queries.items() {
        let expression = query.text("expression").unwrap_or_default().to_ascii_uppercase();
        if ["SEARCH", "SELECT"].iter().any(|word| expression.contains(word)) {
            return None;
        }
        // Another account's metrics are not among them.
        let metric = query.at("metric");
        if query.text("account_id").is_none() && metric.text("namespace").is_some() {
            all.push(metric_of(metric)?);
        }
    }
    Some(all)
}

fn metric_of(node: Node<'_>) -> Option<Value> {
    let known = |key: &str| node.text(key);
    let (namespace, name, dimensions) = (known("namespace")?, known("metric_name")?, node.at("dimensions"));
    if dimensions.is_veiled() || matches!(dimensions.found(), Found::Unknown | Found::Sensitive) {
        return None;
    }
    let dimensions: Map<String, Value> = match dimensions.found() {
        Found::Known(Value::Object(map)) => map.clone(),
        _ => Map::new(),
    };
    let mut told = json!({"Namespace": namespace, "MetricName": name, "Dimensions": dimensions});
    for key in ["FunctionName", "TableName", "ApiName"] {
        if let (Some(value), Value::Object(told)) = (dimensions.get(key), &mut told) {
            told.insert(key.to_owned(), value.clone());
        }
    }
    Some(told)
}

/// An alarm on other alarms.
pub fn composite(draft: &mut Draft<'_>, scene: &Scene<'_>) {
    let rule = draft.body.pointer("/properties/AlarmRule").and_then(Value::as_str).map(children);
    let children = rule.map_or_else(|| Made::gap(scene.silence.after_apply()), Made::value);
    draft.put(&["state".into(), "Children".into()], children);
    topics(draft, scene);
}

/// What an alarm's topics are, from the actions that the rows have put together; not known where one of those is not.
fn topics(draft: &mut Draft<'_>, scene: &Scene<'_>) {
    let asked: crate::model::Path = crate::model::Path::root("properties").key("AlarmActions");
    if draft.gaps.iter().any(|gap| gap.path.is_within(&asked)) {
        for key in ["LocalTopics", "ForeignTopicsLive"] {
            draft.put(&["state".into(), key.into()], Made::gap(scene.silence.after_apply()));
        }
        return;
    }
    let actions = draft.body.pointer("/properties/AlarmActions").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut local = Vec::new();
    let mut foreign = false;
    for arn in actions.iter().filter_map(Value::as_str) {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (Some("sns"), Some(region), Some(account), Some(name)) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        if region == draft.region.as_str() && account == draft.account.as_str() { local.push(name.to_owned()) } else { foreign = true }
    }
    draft.put(&["state".into(), "LocalTopics".into()], Made::value(local));
    let live = if foreign { Made::gap(scene.silence.untold()) } else { Made::value(true) };
    draft.put(&["state".into(), "ForeignTopicsLive".into()], live);
}

/// The alarms that a rule asks about, by name or ARN, quoted or not; sorted, each once.
fn children(rule: &str) -> Vec<String> {
    let asks = regex::Regex::new(r#"(?i)\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))"#);
    let mut names: Vec<String> = asks
        .iter()
        .flat_map(|asks| asks.captures_iter(rule))
        .filter_map(|found| found.iter().skip(1).flatten().next().map(|name| name.as_str().trim().to_owned()))
        .map(
            |name| {
                if name.starts_with("arn:") { name.split_once(":alarm:").map_or(name.clone(), |(_, name)| name.to_owned()) } else { name }
            },
        )
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

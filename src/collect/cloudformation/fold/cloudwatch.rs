//! Alarms: which metrics they watch and which topics they tell is state of a live alarm, worked out from what is written.

use super::Resolver;
use crate::collect::cloudformation::draft::Draft;
use crate::collect::cloudformation::resolve::gap;
use crate::collect::cloudformation::told::Told;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn fold(drafts: &mut [Draft], resolver: &Resolver<'_>) {
    for draft in drafts.iter_mut() {
        match draft.resource_type.as_str() {
            "AWS::CloudWatch::Alarm" => {
                let watched = watched(draft, resolver);
                draft.tell("WatchedMetrics", watched);
                queries(draft);
                topics(draft, resolver);
            }
            "AWS::CloudWatch::CompositeAlarm" => topics(draft, resolver),
            _ => {}
        }
    }
}

/// The metrics of this account that an alarm looks at.
fn watched(draft: &Draft, resolver: &Resolver<'_>) -> Told {
    let mut watched = Vec::new();
    if let (Some(namespace), Some(name)) = (draft.property("Namespace"), draft.property("MetricName")) {
        watched.push(metric(namespace, name, draft.property("Dimensions")));
    }
    match draft.property("Metrics") {
        None => {}
        Some(Told::List(queries)) => {
            for query in queries {
                if let Told::Gap(why) = query {
                    watched.push(Told::Gap(Arc::clone(why)));
                    continue;
                }
                let expression = query.get("Expression").map(|told| told.word().map(|word| word.to_ascii_uppercase()));
                match expression {
                    Some(None) => return gap("the alarm's query"),
                    Some(Some(word)) if word.contains("SEARCH") || word.contains("SELECT") => {
                        return gap("the alarm's query selects its metrics by itself (SEARCH or SELECT)");
                    }
                    Some(Some(_)) | None => {}
                }
                let foreign = query.get("AccountId").is_some_and(|account| match (account.word(), &resolver.deployment.account) {
                    (Some(word), Some(own)) => word != own.as_str(),
                    _ => false,
                });
                if let Some(told) = query.get("MetricStat").and_then(|stat| stat.get("Metric")).filter(|_| !foreign) {
                    let part = |name: &str| told.get(name).cloned().unwrap_or_else(|| gap(arcstr::format!("{name} of the metric")));
                    watched.push(metric(&part("Namespace"), &part("MetricName"), told.get("Dimensions")));
                }
            }
        }
        Some(other) => return other.first_gap().map_or_else(|| gap("the alarm's query"), |why| Told::Gap(Arc::clone(why))),
    }
    Told::List(watched)
}

fn metric(namespace: &Told, name: &Told, dimensions: Option<&Told>) -> Told {
    let mut told = BTreeMap::from([("Namespace".into(), namespace.clone()), ("MetricName".into(), name.clone())]);
    let mut named = BTreeMap::new();
    for dimension in dimensions.map(Told::items).unwrap_or_default() {
        let key = dimension.get("Name").and_then(Told::word);
        match (key, dimension.get("Value")) {
            (Some(key), Some(value)) => _ = named.insert(key, value.clone()),
            _ => {
                // Which dimension it is cannot be told: it may be any.
                let why = dimension.first_gap().map_or_else(|| gap("a dimension"), |why| Told::Gap(Arc::clone(why)));
                for key in ["FunctionName", "TableName", "ApiName"] {
                    told.insert(key.into(), why.clone());
                }
                told.insert("Dimensions".into(), why);
                return Told::Map(told);
            }
        }
    }
    for key in ["FunctionName", "TableName", "ApiName"] {
        if let Some(value) = named.get(key) {
            told.insert(key.into(), value.clone());
        }
    }
    told.insert("Dimensions".into(), Told::Map(named));
    Told::Map(told)
}

/// Where CloudFormation writes the metric of a query inside, the catalogue has it flat.
fn queries(draft: &mut Draft) {
    let Some(Told::List(mut queries)) = draft.property("Metrics").cloned() else { return };
    for query in &mut queries {
        let Told::Map(entries) = query else { continue };
        let Some(Told::Map(stat)) = entries.get_mut("MetricStat") else { continue };
        let metric = stat.remove("Metric");
        for name in ["Namespace", "MetricName"] {
            if let Some(told) = metric.as_ref().and_then(|metric| metric.get(name)) {
                stat.insert(name.into(), told.clone());
            }
        }
    }
    draft.put("Metrics", Told::List(queries));
}

/// Which topics an alarm tells: those of this account and region, and whether there are others.
fn topics(draft: &mut Draft, resolver: &Resolver<'_>) {
    let mut local = Vec::new();
    let mut foreign = None;
    let actions = draft.property("AlarmActions").cloned().unwrap_or_else(|| Told::List(Vec::new()));
    if let Told::Gap(_) = actions {
        draft.tell("LocalTopics", actions.clone());
        draft.tell("ForeignTopicsLive", actions);
        return;
    }
    for action in actions.items() {
        let Some(arn) = action.word() else {
            let why = action.first_gap().map_or_else(|| gap("an action"), |why| Told::Gap(Arc::clone(why)));
            local.push(why.clone());
            foreign = Some(why);
            continue;
        };
        let mut parts = arn.splitn(6, ':').skip(2);
        let (Some("sns"), Some(region), Some(account), Some(name)) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let own = resolver.deployment.account.as_ref().is_some_and(|own| own.as_str() == account)
            && resolver.deployment.region.as_ref().is_some_and(|own| own.as_str() == region);
        if own {
            local.push(Told::text(name));
        } else {
            foreign = Some(gap(arcstr::format!("{arn} may belong to another account or region, whose topics are not listed here")));
        }
    }
    draft.tell("LocalTopics", Told::List(local));
    draft.tell("ForeignTopicsLive", foreign.unwrap_or(Told::Bool(true)));
}

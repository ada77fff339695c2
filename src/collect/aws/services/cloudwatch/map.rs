//! Alarms and dashboards in CloudFormation's words.
//!
//! An alarm looks at one metric, or at a query that names several or selects them by itself. Rules ask "who watches this
//! function?", so what an alarm looks at is written in one form, `state.WatchedMetrics`; where a query selects its metrics
//! (`SEARCH`, Metrics Insights, PromQL), that is a gap: nobody can tell from the alarm alone what it covers.

use crate::collect::aws::draft::{Draft, Object, time};
use crate::collect::aws::scope::Scope;
use crate::model::call::Place;
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Path};
use aws_sdk_cloudwatch::types::{CompositeAlarm, DashboardEntry, Dimension, MetricAlarm, MetricDataQuery};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// Alarms on a metric or a query.
pub const ALARM: &str = "AWS::CloudWatch::Alarm";
/// Alarms on other alarms.
pub const COMPOSITE_ALARM: &str = "AWS::CloudWatch::CompositeAlarm";
/// Dashboards.
pub const DASHBOARD: &str = "AWS::CloudWatch::Dashboard";
/// Alarms on the bill.
pub const BILLING_ALARM: &str = "Ledgerline::Billing::Alarm";

const BILLING: &str = "AWS/Billing";

/// An alarm on a metric or a query; none where the answer lacks what names it.
pub fn metric_alarm(alarm: &MetricAlarm, place: &Place) -> Option<Draft> {
    let (name, arn) = (alarm.alarm_name()?, alarm.alarm_arn()?);
    let mut draft = Draft::new(ALARM, arn, name);
    let into = &mut draft.properties;
    into.put("AlarmName", name);
    into.put("AlarmDescription", alarm.alarm_description().unwrap_or(""));
    into.put("ActionsEnabled", alarm.actions_enabled().unwrap_or(true));
    into.put("AlarmActions", alarm.alarm_actions());
    into.put("OKActions", alarm.ok_actions());
    into.put("InsufficientDataActions", alarm.insufficient_data_actions());
    into.put_some("Namespace", alarm.namespace());
    into.put_some("MetricName", alarm.metric_name());
    into.put_some("Statistic", alarm.statistic().map(|statistic| statistic.as_str()));
    into.put_some("ExtendedStatistic", alarm.extended_statistic());
    into.put("Dimensions", alarm.dimensions().iter().filter_map(dimension).collect::<Value>());
    into.put_some("Period", alarm.period());
    into.put_some("Unit", alarm.unit().map(|unit| unit.as_str()));
    into.put_some("EvaluationPeriods", alarm.evaluation_periods());
    into.put_some("DatapointsToAlarm", alarm.datapoints_to_alarm());
    into.put_some("Threshold", alarm.threshold());
    into.put_some("ThresholdMetricId", alarm.threshold_metric_id());
    into.put_some("ComparisonOperator", alarm.comparison_operator().map(|operator| operator.as_str()));
    // API reference of PutMetricAlarm: "if you omit this parameter, the default behavior of missing is used".
    into.put("TreatMissingData", alarm.treat_missing_data().unwrap_or("missing"));
    into.put("Metrics", alarm.metrics().iter().map(query).collect::<Value>());
    let state = alarm.state_value().map(|state| state.as_str());
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    stand(&mut draft.state, state, since, alarm.alarm_configuration_updated_timestamp());
    match watched(alarm, place) {
        Ok(metrics) => draft.state.put("WatchedMetrics", metrics),
        Err(why) => draft.gaps.push(gap("WatchedMetrics", why)),
    }
    topics(&mut draft, alarm.alarm_actions(), place);
    Some(draft)
}

/// An alarm on other alarms; none where the answer lacks what names it.
pub fn composite_alarm(alarm: &CompositeAlarm, place: &Place) -> Option<Draft> {
    let (name, arn, rule) = (alarm.alarm_name()?, alarm.alarm_arn()?, alarm.alarm_rule()?);
    let mut draft = Draft::new(COMPOSITE_ALARM, arn, name);
    let into = &mut draft.properties;
    into.put("AlarmName", name);
    into.put("AlarmDescription", alarm.alarm_description().unwrap_or(""));
    into.put("AlarmRule", rule);
    into.put("ActionsEnabled", alarm.actions_enabled().unwrap_or(true));
    into.put("AlarmActions", alarm.alarm_actions());
    into.put("OKActions", alarm.ok_actions());
    into.put("InsufficientDataActions", alarm.insufficient_data_actions());
    into.put_some("ActionsSuppressor", alarm.actions_suppressor().filter(|alarm| !alarm.is_empty()));
    let state = alarm.state_value().map(|state| state.as_str());
    let since = alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp());
    stand(&mut draft.state, state, since, alarm.alarm_configuration_updated_timestamp());
    draft.state.put("Children", children(rule));
    topics(&mut draft, alarm.alarm_actions(), place);
    Some(draft)
}

/// A dashboard; none where the answer lacks its name.
pub fn dashboard(dashboard: &DashboardEntry, cx: &Scope<'_>) -> Option<Draft> {
    let name = dashboard.dashboard_name()?;
    let arn = dashboard.dashboard_arn().map_or_else(|| cx.arn("cloudwatch", &format!("dashboard/{name}")), str::to_owned);
    let mut draft = Draft::new(DASHBOARD, arn, name);
    draft.properties.put("DashboardName", name);
    draft.state.put_some("LastModified", time(dashboard.last_modified()));
    draft.state.put_some("Size", dashboard.size());
    Some(draft)
}

/// Whether an alarm watches the bill, by itself or in a query.
pub fn watches_the_bill(alarm: &MetricAlarm) -> bool {
    alarm.namespace() == Some(BILLING) || alarm.metrics().iter().any(|query| bill_of(query).is_some())
}

/// An alarm on the bill; none where the answer lacks what names it. The same alarm is also an `AWS::CloudWatch::Alarm` where
/// its region is audited, so its id is another one.
pub fn billing_alarm(alarm: &MetricAlarm) -> Option<Draft> {
    let (name, arn) = (alarm.alarm_name()?, alarm.alarm_arn()?);
    let queried = alarm.metrics().iter().find_map(bill_of);
    let metric = alarm.metric_name().or_else(|| queried.and_then(|metric| metric.metric_name()))?;
    let dimensions = if alarm.namespace() == Some(BILLING) { alarm.dimensions() } else { queried?.dimensions() };
    let named = |wanted: &str| dimensions.iter().find(|dimension| dimension.name() == Some(wanted)).and_then(Dimension::value);
    let mut draft = Draft::new(BILLING_ALARM, format!("ledgerline:billing-alarm:{arn}"), name);
    let into = &mut draft.properties;
    into.put("AlarmName", name);
    into.put("MetricName", metric);
    into.put("ActionsEnabled", alarm.actions_enabled().unwrap_or(true));
    into.put("AlarmActions", alarm.alarm_actions());
    into.put_some("Threshold", alarm.threshold());
    into.put_some("ServiceName", named("ServiceName"));
    into.put_some("LinkedAccount", named("LinkedAccount"));
    draft.state.put_some("StateValue", alarm.state_value().map(|state| state.as_str()));
    Some(draft)
}

fn bill_of(query: &MetricDataQuery) -> Option<&aws_sdk_cloudwatch::types::Metric> {
    query.metric_stat()?.metric().filter(|metric| metric.namespace() == Some(BILLING))
}

fn stand(into: &mut Object, state: Option<&str>, since: Option<&DateTime>, configured: Option<&DateTime>) {
    into.put_some("StateValue", state);
    into.put_some("StateSince", time(since));
    into.put_some("ConfiguredAt", time(configured));
}

fn dimension(dimension: &Dimension) -> Option<Value> {
    Some(json!({ "Name": dimension.name()?, "Value": dimension.value()? }))
}

fn query(query: &MetricDataQuery) -> Value {
    let mut told = Object::default();
    told.put_some("Id", query.id());
    told.put_some("Expression", query.expression());
    told.put_some("Label", query.label());
    // API reference of MetricDataQuery: "if you omit this, the default of true is used".
    told.put("ReturnData", query.return_data().unwrap_or(true));
    told.put_some("Period", query.period());
    told.put_some("AccountId", query.account_id());
    if let Some((stat, metric)) = query.metric_stat().and_then(|stat| Some((stat, stat.metric()?))) {
        let mut into = Object::default();
        into.put_some("Namespace", metric.namespace());
        into.put_some("MetricName", metric.metric_name());
        into.put_some("Stat", stat.stat());
        into.put_some("Period", stat.period());
        told.put("MetricStat", into.done());
    }
    told.done()
}

/// The metrics of this account that an alarm looks at; why that is not known.
fn watched(alarm: &MetricAlarm, place: &Place) -> Result<Value, &'static str> {
    if alarm.evaluation_criteria().is_some() {
        return Err("the alarm selects its metrics by a PromQL query");
    }
    if alarm.metrics().iter().filter_map(MetricDataQuery::expression).any(selects) {
        return Err("the alarm's query selects its metrics by itself (SEARCH or SELECT)");
    }
    let own = |query: &&MetricDataQuery| query.account_id().is_none_or(|account| account == place.account.as_str());
    let queried = alarm.metrics().iter().filter(own).filter_map(|query| query.metric_stat()?.metric());
    let queried = queried.filter_map(|metric| Some(metric_of(metric.namespace()?, metric.metric_name()?, metric.dimensions())));
    let single = alarm.namespace().zip(alarm.metric_name()).map(|(space, name)| metric_of(space, name, alarm.dimensions()));
    Ok(single.into_iter().chain(queried).collect())
}

/// Whether an expression picks metrics that it does not name one by one.
fn selects(expression: &str) -> bool {
    let expression = expression.to_ascii_uppercase();
    ["SEARCH", "SELECT"].iter().any(|word| expression.contains(word))
}

fn metric_of(namespace: &str, name: &str, dimensions: &[Dimension]) -> Value {
    let dimensions: serde_json::Map<String, Value> =
        dimensions.iter().filter_map(|dimension| Some((dimension.name()?.to_owned(), dimension.value()?.into()))).collect();
    let mut told = Object::default();
    told.put("Namespace", namespace);
    told.put("MetricName", name);
    for key in ["FunctionName", "TableName", "ApiName"] {
        told.put_some(key, dimensions.get(key).cloned());
    }
    told.put("Dimensions", dimensions);
    told.done()
}

/// What an alarm's topics are: those that the pass can know, and whether there are others.
fn topics(draft: &mut Draft, actions: &[String], place: &Place) {
    let mut local = Vec::new();
    let mut foreign = Vec::new();
    for arn in actions {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (Some("sns"), Some(region), Some(account), Some(name)) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        if region == place.region.as_str() && account == place.account.as_str() { local.push(name) } else { foreign.push(arn.as_str()) }
    }
    draft.state.put("LocalTopics", local);
    if foreign.is_empty() {
        draft.state.put("ForeignTopicsLive", true);
    } else {
        let why = format!("{} belongs to another account or region, whose topics are not listed here", foreign.join(", "));
        draft.gaps.push(gap("ForeignTopicsLive", why));
    }
}

/// The alarms that a rule asks about: `ALARM("a") AND NOT OK(arn:…:alarm:b)`, by name or ARN, quoted or not (API reference of
/// PutCompositeAlarm). A quoted name may hold anything but a quotation mark.
fn children(rule: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = rule;
    while let Some((before, after)) = rest.split_once('(') {
        let word = before.trim_end().rsplit(|letter: char| !letter.is_ascii_alphabetic() && letter != '_').next().unwrap_or("");
        if !["ALARM", "OK", "INSUFFICIENT_DATA"].contains(&word.to_ascii_uppercase().as_str()) {
            rest = after;
            continue;
        }
        let inner = after.trim_start();
        let (named, behind) = match inner.chars().next().filter(|quote| ['"', '\''].contains(quote)) {
            Some(quote) => inner.strip_prefix(quote).and_then(|inner| inner.split_once(quote)),
            None => inner.split_once(')'),
        }
        .unwrap_or((inner.trim_start_matches(['"', '\'']), ""));
        let name = named.trim();
        let name = if name.starts_with("arn:") { name.split_once(":alarm:").map_or(name, |(_, name)| name) } else { name };
        names.push(name.to_owned());
        rest = behind;
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn gap(key: &str, why: impl Into<arcstr::ArcStr>) -> GapRecord {
    GapRecord { path: Path::root("state").key(key), gap: Gap::new(GapKind::Undecidable, why) }
}

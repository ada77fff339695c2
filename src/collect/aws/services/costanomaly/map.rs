//! Monitors and anomalies as rows that are kept for a day, and rows as resources.
//!
//! AWS writes amounts of anomalies as floating-point numbers; they are taken as the shortest decimals that mean the same.

use crate::model::resource::ResourceRecord;
use crate::model::{AccountId, Region};
use aws_sdk_costexplorer::types::{Anomaly, AnomalyMonitor, RootCause};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// A monitor.
pub const MONITOR: &str = "AWS::CE::AnomalyMonitor";
/// What one noticed.
pub const ANOMALY: &str = "Ledgerline::Cost::Anomaly";
/// What stands for all services.
const TOTAL: &str = "Total";

/// What is kept of one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// AWS's id of it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `properties`.
    pub properties: Value,
    /// `state`.
    pub state: Value,
}

impl Row {
    /// The resource.
    pub fn record(self, kind: &str, account: &AccountId) -> ResourceRecord {
        let id = if kind == ANOMALY { format!("ledgerline:cost:anomaly:{account}:{}", self.id) } else { self.id };
        ResourceRecord {
            id: id.into(),
            resource_type: kind.into(),
            name: self.name.into(),
            account: account.clone(),
            region: Region::global(),
            tags: Value::Null,
            properties: self.properties,
            state: self.state,
            gaps: Vec::new(),
            origin: None,
        }
    }
}

/// A monitor; none where it has no ARN.
pub fn monitor(monitor: &AnomalyMonitor) -> Option<Row> {
    let mut properties = json!({ "MonitorName": monitor.monitor_name(), "MonitorType": monitor.monitor_type().as_str() });
    put(&mut properties, "MonitorDimension", monitor.monitor_dimension().map(|dimension| json!(dimension.as_str())));
    let mut state = json!({});
    put(&mut state, "LastEvaluatedDate", monitor.last_evaluated_date().map(|date| json!(date)));
    put(&mut state, "DimensionalValueCount", Some(json!(monitor.dimensional_value_count())));
    Some(Row { id: monitor.monitor_arn()?.to_owned(), name: monitor.monitor_name().to_owned(), properties, state })
}

/// An anomaly; none where it lacks its days or amounts.
pub fn anomaly(anomaly: &Anomaly) -> Option<Row> {
    let from = day(anomaly.anomaly_start_date()?)?;
    let to = anomaly.anomaly_end_date().map_or(Some(from), day)?;
    let impact = anomaly.impact()?;
    let service = anomaly.dimension_value().or_else(|| anomaly.root_causes().iter().find_map(RootCause::service)).unwrap_or(TOTAL);
    let id = anomaly.anomaly_id();
    let too_much = amount(impact.total_impact().max(impact.max_impact()))?;
    let expected = impact.total_expected_spend().and_then(amount);
    let actual = impact.total_actual_spend().and_then(amount).or(Some(expected.unwrap_or_default() + too_much))?;
    let mut properties = json!({
        "AnomalyId": id,
        "Service": service,
        "From": from.to_string(),
        "To": to.to_string(),
        "Actual": actual.to_string(),
        "Impact": too_much.to_string(),
        "Drivers": anomaly.root_causes().iter().map(driver).collect::<Vec<_>>(),
    });
    put(&mut properties, "Expected", expected.map(|expected| json!(expected.to_string())));
    // Absent where nothing was expected: no number is that many per cent of nothing.
    put(&mut properties, "Percentage", impact.total_impact_percentage().and_then(amount).map(|percent| json!(percent.to_string())));
    Some(Row { id: id.to_owned(), name: service.to_owned(), properties, state: json!({}) })
}

fn driver(cause: &RootCause) -> Value {
    let mut driver = json!({});
    put(&mut driver, "Account", cause.linked_account().map(|account| json!(account)));
    put(&mut driver, "Region", cause.region().map(|region| json!(region)));
    put(&mut driver, "UsageType", cause.usage_type().map(|usage| json!(usage)));
    driver
}

fn put(object: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(value), Some(object)) = (value, object.as_object_mut()) {
        object.insert(key.to_owned(), value);
    }
}

/// AWS writes `2026-11-20T00:00:00Z` and `2026-11-20`.
fn day(text: &str) -> Option<chrono::NaiveDate> {
    text.get(..10)?.parse().ok()
}

fn amount(number: f64) -> Option<Decimal> {
    let text = number.to_string();
    Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok().map(|amount| amount.normalize())
}

//! What CloudWatch counted and the services store, as usage of a month.

use super::{Component, FreeTier, Usage, UsageLine};
use crate::model::ledger::Month;
use crate::model::rule::words;
use crate::model::{Resource, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The type of what CloudWatch counted.
pub const TYPE: &str = "Ledgerline::CloudWatch::Usage";
/// The types that tell the rest: memory of functions, sizes and classes of tables, stored logs.
pub const OTHERS: [(&str, &[&str]); 3] = [
    ("AWS::Lambda::Function", &["properties.MemorySize", "properties.Architectures"]),
    (
        "AWS::DynamoDB::Table",
        &["properties.BillingMode", "properties.TableClass", "properties.ProvisionedThroughput", "state.TableSizeBytes"],
    ),
    ("AWS::Logs::LogGroup", &["state.StoredBytes"]),
];
const GB: i64 = 1 << 30;
/// Hours of the month that AWS's own calculator counts with.
const MONTH_HOURS: i64 = 730;

words! {
    /// What is counted.
    Counted { /// Invocations, by function.
        Invocations = "invocations", /// Milliseconds, by function.
        Duration = "duration", /// Requests of REST APIs, by name.
        RestRequests = "rest_requests", /// Requests of HTTP APIs, by id.
        HttpRequests = "http_requests", /// Bytes that came in, by log group.
        LogBytes = "log_bytes", /// Read units, by table.
        Reads = "reads", /// Write units, by table.
        Writes = "writes", /// Read units of global indexes, by table.
        IndexReads = "index_reads", /// Write units of global indexes, by table.
        IndexWrites = "index_writes" }
}

impl Counted {
    /// Namespace, dimensions and metric in CloudWatch; the last dimension is the name that sums are kept by.
    pub const fn metric(self) -> (&'static str, &'static [&'static str], &'static str) {
        const INDEX: &[&str] = &["GlobalSecondaryIndexName", "TableName"];
        match self {
            Self::Invocations => ("AWS/Lambda", &["FunctionName"], "Invocations"),
            Self::Duration => ("AWS/Lambda", &["FunctionName"], "Duration"),
            Self::RestRequests => ("AWS/ApiGateway", &["ApiName"], "Count"),
            Self::HttpRequests => ("AWS/ApiGateway", &["ApiId"], "Count"),
            Self::LogBytes => ("AWS/Logs", &["LogGroupName"], "IncomingBytes"),
            Self::Reads => ("AWS/DynamoDB", &["TableName"], "ConsumedReadCapacityUnits"),
            Self::Writes => ("AWS/DynamoDB", &["TableName"], "ConsumedWriteCapacityUnits"),
            Self::IndexReads => ("AWS/DynamoDB", INDEX, "ConsumedReadCapacityUnits"),
            Self::IndexWrites => ("AWS/DynamoDB", INDEX, "ConsumedWriteCapacityUnits"),
        }
    }
}

/// The usage of a month in a region, at the rate of the days that were counted; none where nothing was counted, or where it does not fit
/// into 28 digits. A function that is gone counts with the least memory.
pub fn usage(resources: &[Resource], region: &str, month: Month) -> Option<Usage> {
    let here: Vec<&Resource> = resources.iter().filter(|resource| resource.region.as_str() == region).collect();
    let of = |kind: &'static str| here.iter().copied().filter(move |resource| resource.resource_type.as_str() == kind);
    let mut units: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    let mut add = |component: &'static str, sku: &'static str, amount: Decimal| {
        let sum = units.entry((component, sku)).or_default();
        *sum = sum.checked_add(amount)?;
        Some(())
    };
    let functions: BTreeMap<&str, &Resource> = of("AWS::Lambda::Function").map(|one| (one.name.as_str(), one)).collect();
    let tables: BTreeMap<&str, &Resource> = of("AWS::DynamoDB::Table").map(|one| (one.name.as_str(), one)).collect();
    let mut counted = false;
    for one in of(TYPE) {
        counted = true;
        let days = decimal(one.properties.get("Days")?)?;
        for row in one.properties.get("Sums").and_then(Value::as_list).unwrap_or_default() {
            let what: Counted = row.get("Counted")?.as_str()?.parse().ok()?;
            let name = row.get("Name")?.as_str()?;
            let sum = decimal(row.get("Sum")?)?.checked_mul(Decimal::from(month.days()))?.checked_div(days)?.round_dp(6);
            match what {
                Counted::Invocations => add("Lambda", "lambda-request", sum)?,
                Counted::Duration => {
                    let function = functions.get(name);
                    let memory = function.and_then(|one| decimal(one.properties.get("MemorySize")?)).unwrap_or(Decimal::from(128));
                    let arm = function.is_some_and(|one| is_arm(one));
                    let seconds = sum.checked_mul(memory)?.checked_div(Decimal::from(1024 * 1000))?;
                    add("Lambda", if arm { "lambda-gb-second-arm" } else { "lambda-gb-second-x86" }, seconds.round_dp(6))?;
                }
                Counted::RestRequests => add("API Gateway", "apigateway-rest-request", sum)?,
                Counted::HttpRequests => add("API Gateway", "apigateway-http-request", sum)?,
                Counted::LogBytes => add("CloudWatch", "logs-ingest", gigabytes(sum)?)?,
                Counted::Reads | Counted::IndexReads | Counted::Writes | Counted::IndexWrites => {
                    let table = tables.get(name).copied();
                    // Provisioned capacity is paid by the hour, below.
                    if !table.is_some_and(|one| one.properties.is_called("BillingMode", "PROVISIONED")) {
                        let read = matches!(what, Counted::Reads | Counted::IndexReads);
                        add("DynamoDB", sku(table, if read { Part::Read } else { Part::Write }), sum)?;
                    }
                }
            }
        }
    }
    if !counted {
        return None;
    }
    for table in tables.values() {
        let size = table.state.get("TableSizeBytes").and_then(decimal).unwrap_or_default();
        add("DynamoDB", sku(Some(table), Part::Storage), gigabytes(size)?)?;
        let throughput = table.properties.get("ProvisionedThroughput");
        for (key, part) in [("ReadCapacityUnits", Part::ReadHour), ("WriteCapacityUnits", Part::WriteHour)] {
            let provisioned = throughput.and_then(|throughput| decimal(throughput.get(key)?)).unwrap_or_default();
            if provisioned > Decimal::ZERO {
                add("DynamoDB", sku(Some(table), part), provisioned.checked_mul(Decimal::from(MONTH_HOURS))?)?;
            }
        }
    }
    for group in of("AWS::Logs::LogGroup") {
        add("CloudWatch", "logs-storage", gigabytes(group.state.get("StoredBytes").and_then(decimal).unwrap_or_default())?)?;
    }
    let mut components: Vec<Component> = Vec::new();
    for ((component, sku), amount) in units {
        let line = UsageLine { sku: sku.into(), low: amount, high: amount };
        match components.last_mut().filter(|last| last.name == component) {
            Some(last) => last.lines.push(line),
            None => components.push(Component { name: component.into(), lines: vec![line], ..Component::default() }),
        }
    }
    let discount = (Decimal::ZERO, Decimal::ZERO);
    Some(Usage { month, region: ArcStr::from(region), free_tier: FreeTier::default(), discount, components, range: None })
}

#[derive(Clone, Copy)]
enum Part {
    Read,
    Write,
    Storage,
    ReadHour,
    WriteHour,
}

fn sku(table: Option<&Resource>, part: Part) -> &'static str {
    let infrequent = table.is_some_and(|one| one.properties.is_called("TableClass", "STANDARD_INFREQUENT_ACCESS"));
    match (infrequent, part) {
        (false, Part::Read) => "dynamodb-read-request",
        (false, Part::Write) => "dynamodb-write-request",
        (false, Part::Storage) => "dynamodb-storage",
        (false, Part::ReadHour) => "dynamodb-read-capacity-hour",
        (false, Part::WriteHour) => "dynamodb-write-capacity-hour",
        (true, Part::Read) => "dynamodb-ia-read-request",
        (true, Part::Write) => "dynamodb-ia-write-request",
        (true, Part::Storage) => "dynamodb-ia-storage",
        (true, Part::ReadHour) => "dynamodb-ia-read-capacity-hour",
        (true, Part::WriteHour) => "dynamodb-ia-write-capacity-hour",
    }
}

fn is_arm(function: &Resource) -> bool {
    let architectures = function.properties.get("Architectures").and_then(Value::as_list).unwrap_or_default();
    architectures.iter().any(|one| one.as_str() == Some("arm64"))
}

fn gigabytes(bytes: Decimal) -> Option<Decimal> {
    Some(bytes.checked_div(Decimal::from(GB))?.round_dp(6))
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(**number),
        _ => None,
    }
}

//! `GetCostAndUsage`.

use super::super::wire::page;
use super::book::{CostBook, CostLine};
use super::{Refused, invalid};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const METRICS: [&str; 7] =
    ["AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost", "NormalizedUsageAmount", "UnblendedCost", "UsageQuantity"];
const DIMENSIONS: [&str; 10] =
    ["AZ", "INSTANCE_TYPE", "LINKED_ACCOUNT", "OPERATION", "PURCHASE_TYPE", "RECORD_TYPE", "REGION", "SERVICE", "USAGE_TYPE", "TENANCY"];

/// One group of one period: its amounts by metric, as numbers and where one line makes it, as written.
type Group = BTreeMap<String, (Decimal, Option<String>)>;

pub fn answer(book: &CostBook, input: &Value, account: &str, repeated: bool) -> Result<Value, Refused> {
    let (start, end) = interval(input)?;
    let metrics: Vec<&str> = input["Metrics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if metrics.is_empty() || metrics.iter().any(|metric| !METRICS.contains(metric)) {
        return Err(invalid(format!("Invalid metrics: {metrics:?}")));
    }
    let monthly = match input["Granularity"].as_str() {
        Some("DAILY") => false,
        Some("MONTHLY") => true,
        other => return Err(invalid(format!("Invalid granularity: {other:?}"))),
    };
    let groups = groups_of(input)?;
    check(&input["Filter"])?;
    let mut cells: Vec<(NaiveDate, NaiveDate, Vec<String>, Group)> = Vec::new();
    let mut from = start;
    while from < end {
        let until = if monthly { first_of_next_month(from).min(end) } else { from + Days::new(1) };
        let mut sums: BTreeMap<Vec<String>, Group> = BTreeMap::new();
        let within =
            |line: &&CostLine| from <= line.day && line.day < until && book.tells(line) && passes(book, &input["Filter"], line, account);
        for line in book.lines.iter().filter(within) {
            let keys = groups.iter().map(|group| key_of(book, group, line, account)).collect();
            let sum = sums.entry(keys).or_default();
            for metric in &metrics {
                let (amount, whole) = book.told(line, metric);
                let as_written = (whole && *metric != "AmortizedCost").then(|| line.amount.clone());
                sum.entry((*metric).to_owned())
                    .and_modify(|(sum, written)| (*sum, *written) = (*sum + amount, None))
                    .or_insert((amount, as_written));
            }
        }
        if sums.is_empty() {
            sums.insert(Vec::new(), metrics.iter().map(|metric| ((*metric).to_owned(), (Decimal::ZERO, None))).collect());
        }
        cells.extend(sums.into_iter().map(|(keys, group)| (from, until, keys, group)));
        from = until;
    }
    let signature = format!("{}{}{}{}", input["TimePeriod"], input["GroupBy"], input["Metrics"], input["Filter"]);
    let token = position(input, &signature)?;
    let (cells, next) = page(&cells, token.as_deref(), book.page_size, repeated);
    let mut periods: Vec<Value> = Vec::new();
    for (from, until, keys, group) in cells {
        let period = json!({"Start": from.to_string(), "End": until.to_string()});
        if periods.last().is_none_or(|last| last["TimePeriod"] != period) {
            periods.push(json!({"TimePeriod": period, "Total": {}, "Groups": [], "Estimated": *until > book.estimated_from}));
        }
        let amounts: Map<String, Value> = group
            .iter()
            .map(|(metric, (sum, written))| {
                let amount = written.clone().unwrap_or_else(|| sum.to_string());
                (metric.clone(), json!({"Amount": amount, "Unit": book.currency}))
            })
            .collect();
        if let Some(last) = periods.last_mut() {
            if groups.is_empty() {
                last["Total"] = amounts.into();
            } else if let (Some(groups), false) = (last["Groups"].as_array_mut(), keys.is_empty()) {
                groups.push(json!({"Keys": keys, "Metrics": amounts}));
            }
        }
    }
    let mut answer = json!({"GroupDefinitions": input["GroupBy"], "ResultsByTime": periods, "DimensionValueAttributes": []});
    if let Some(next) = next {
        answer["NextPageToken"] = json!(format!("{next}|{signature}"));
    }
    Ok(answer)
}

/// `GetDimensionValues`.
pub fn dimension_values(book: &CostBook, input: &Value, account: &str) -> Result<Value, Refused> {
    let (start, end) = interval(input)?;
    let dimension = input["Dimension"].as_str().unwrap_or("");
    if !DIMENSIONS.contains(&dimension) {
        return Err(invalid(format!("Dimension {dimension} is not supported")));
    }
    let within = book.lines.iter().filter(|line| start <= line.day && line.day < end && book.tells(line));
    let group = ("DIMENSION".to_owned(), dimension.to_owned());
    let values: BTreeSet<String> = within.map(|line| key_of(book, &group, line, account)).collect();
    let values: Vec<Value> = values.into_iter().map(|value| json!({"Value": value, "Attributes": {}})).collect();
    Ok(json!({"DimensionValues": values, "ReturnSize": values.len(), "TotalSize": values.len()}))
}

pub fn interval(input: &Value) -> Result<(NaiveDate, NaiveDate), Refused> {
    let day = |name: &str| {
        let text = input["TimePeriod"][name].as_str().unwrap_or("");
        text.parse::<NaiveDate>().map_err(|_| invalid(format!("time period {name} date {text} is not valid")))
    };
    let (start, end) = (day("Start")?, day("End")?);
    if start >= end {
        return Err(invalid("Start date (and hour) should be before end date (and hour)"));
    }
    Ok((start, end))
}

fn position(input: &Value, signature: &str) -> Result<Option<String>, Refused> {
    let Some(token) = input["NextPageToken"].as_str().filter(|token| !token.is_empty()) else { return Ok(None) };
    let (position, of) = token.split_once('|').ok_or(("InvalidNextTokenException", "The page token is not valid".to_owned()))?;
    if of != signature {
        return Err(("RequestChangedException", "Your request parameters changed between pages".to_owned()));
    }
    Ok(Some(position.to_owned()))
}

fn groups_of(input: &Value) -> Result<Vec<(String, String)>, Refused> {
    let groups: Vec<(String, String)> = input["GroupBy"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|group| (group["Type"].as_str().unwrap_or("").to_owned(), group["Key"].as_str().unwrap_or("").to_owned()))
        .collect();
    if groups.len() > 2 {
        return Err(invalid("At most two GroupBy definitions are supported"));
    }
    for (kind, key) in &groups {
        match kind.as_str() {
            "DIMENSION" if DIMENSIONS.contains(&key.as_str()) => {}
            "TAG" if !key.is_empty() => {}
            _ => return Err(invalid(format!("Dimension {key} of type {kind} is not supported"))),
        }
    }
    Ok(groups)
}

fn key_of(book: &CostBook, group: &(String, String), line: &CostLine, account: &str) -> String {
    match (group.0.as_str(), group.1.as_str()) {
        ("TAG", key) => {
            let value = line.tags.get(key).filter(|_| book.is_active(key));
            format!("{key}${}", value.map_or("", String::as_str))
        }
        (_, "SERVICE") => line.service.clone(),
        (_, "LINKED_ACCOUNT") => line.account.clone().unwrap_or_else(|| account.to_owned()),
        (_, "RECORD_TYPE") => line.record_type.clone(),
        (_, "REGION") => line.region.clone(),
        (_, other) => format!("No{other}"),
    }
}

/// Refuses what AWS refuses; a value that nobody has is not among it.
fn check(filter: &Value) -> Result<(), Refused> {
    for part in ["And", "Or"] {
        if let Some(parts) = filter[part].as_array() {
            if parts.len() < 2 {
                return Err(invalid(format!("Expression {part} should have at least two operands")));
            }
            parts.iter().try_for_each(check)?;
        }
    }
    if filter["Not"].is_object() {
        check(&filter["Not"])?;
    }
    match filter["Dimensions"]["Key"].as_str() {
        Some(key) if !DIMENSIONS.contains(&key) => Err(invalid(format!("Dimension {key} is not supported"))),
        Some(_) if filter["Dimensions"]["Values"].as_array().is_none_or(Vec::is_empty) => Err(invalid("Values must not be empty")),
        _ => Ok(()),
    }
}

fn passes(book: &CostBook, filter: &Value, line: &CostLine, account: &str) -> bool {
    let parts = |name: &str| filter[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let among = |kind: &str, what: &str| {
        let Some(key) = filter[what]["Key"].as_str() else { return true };
        let found = key_of(book, &(kind.to_owned(), key.to_owned()), line, account);
        let found = found.strip_prefix(&format!("{key}$")).filter(|_| kind == "TAG").unwrap_or(&found);
        filter[what]["Values"].as_array().into_iter().flatten().any(|value| value == found)
    };
    parts("And").iter().all(|part| passes(book, part, line, account))
        && (parts("Or").is_empty() || parts("Or").iter().any(|part| passes(book, part, line, account)))
        && (!filter["Not"].is_object() || !passes(book, &filter["Not"], line, account))
        && among("DIMENSION", "Dimensions")
        && among("TAG", "Tags")
}

fn first_of_next_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).expect("a month within the calendar")
}

//! Cost Explorer's `GetCostAndUsage`: validates as AWS does, misleads as AWS misleads.
//!
//! Three GroupBy, an end before its start, an unknown dimension or metric are `ValidationException`. With GroupBy `Total` is
//! empty; pages split a period; an unknown filter value gives zero, silently; a page token belongs to its parameters.
//! The bill is metered by the server: $0.01 an answered request, pages included.

use super::wire::{Call, Reply, page};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const METRICS: [&str; 7] =
    ["AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost", "NormalizedUsageAmount", "UnblendedCost", "UsageQuantity"];
const DIMENSIONS: [&str; 10] =
    ["AZ", "INSTANCE_TYPE", "LINKED_ACCOUNT", "OPERATION", "PURCHASE_TYPE", "RECORD_TYPE", "REGION", "SERVICE", "USAGE_TYPE", "TENANCY"];

/// What things cost, by service and day.
#[derive(Clone, Debug)]
pub struct CostBook {
    /// Amounts by service and day, as AWS writes decimals.
    pub amounts: BTreeMap<(String, NaiveDate), String>,
    /// From this day on AWS says `Estimated`.
    pub estimated_from: NaiveDate,
    /// Groups on one page; small numbers split a period over pages.
    pub page_size: usize,
    /// The billing currency.
    pub currency: String,
}

impl Default for CostBook {
    fn default() -> Self {
        Self { amounts: BTreeMap::new(), estimated_from: NaiveDate::MAX, page_size: 5000, currency: "USD".to_owned() }
    }
}

impl CostBook {
    /// Adds the same amount of a service for each day, the last one not included.
    pub fn spend(mut self, service: &str, from: NaiveDate, until: NaiveDate, amount: &str) -> Self {
        for day in from.iter_days().take_while(|day| *day < until) {
            self.amounts.insert((service.to_owned(), day), amount.to_owned());
        }
        self
    }
}

/// Answers one call.
pub fn answer(book: &CostBook, call: &Call, repeated: bool) -> Reply {
    if call.operation() != "GetCostAndUsage" {
        return Reply::unknown(call);
    }
    match cost_and_usage(book, &call.input, &call.account, repeated) {
        Ok(answer) => Reply::Json(answer),
        Err((code, message)) => Reply::error(400, code, message),
    }
}

type Refused = (&'static str, String);

fn invalid(message: impl Into<String>) -> Refused {
    ("ValidationException", message.into())
}

fn cost_and_usage(book: &CostBook, input: &Value, account: &str, repeated: bool) -> Result<Value, Refused> {
    let day = |name: &str| {
        let text = input["TimePeriod"][name].as_str().unwrap_or("");
        text.parse::<NaiveDate>().map_err(|_| invalid(format!("time period {name} date {text} is not valid")))
    };
    let (start, end) = (day("Start")?, day("End")?);
    if start >= end {
        return Err(invalid("Start date (and hour) should be before end date (and hour)"));
    }
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
    let mut cells: Vec<(NaiveDate, NaiveDate, Vec<String>, Decimal)> = Vec::new();
    let mut from = start;
    while from < end {
        let until = if monthly { first_of_next_month(from).min(end) } else { from + Days::new(1) };
        let mut sums: BTreeMap<Vec<String>, Decimal> = BTreeMap::new();
        for ((service, day), amount) in &book.amounts {
            if *day < from || *day >= until || !passes(&input["Filter"], service) {
                continue;
            }
            let keys = groups.iter().map(|group| key_of(group, service, account)).collect();
            let amount = Decimal::from_scientific(amount).or_else(|_| Decimal::from_str_exact(amount)).expect("a decimal in the book");
            *sums.entry(keys).or_default() += amount;
        }
        if sums.is_empty() {
            sums.insert(Vec::new(), Decimal::ZERO);
        }
        cells.extend(sums.into_iter().map(|(keys, amount)| (from, until, keys, amount)));
        from = until;
    }
    let signature = format!("{}{}{}", input["TimePeriod"], input["GroupBy"], input["Metrics"]);
    let token = match input["NextPageToken"].as_str().filter(|token| !token.is_empty()) {
        None => None,
        Some(token) => {
            let (position, of) = token.split_once('|').ok_or(("InvalidNextTokenException", "The page token is not valid".to_owned()))?;
            if of != signature {
                return Err(("RequestChangedException", "Your request parameters changed between pages".to_owned()));
            }
            Some(position.to_owned())
        }
    };
    let (cells, next) = page(&cells, token.as_deref(), book.page_size, repeated);
    let mut periods: Vec<Value> = Vec::new();
    for (from, until, keys, amount) in cells {
        let period = json!({"Start": from.to_string(), "End": until.to_string()});
        if periods.last().is_none_or(|last| last["TimePeriod"] != period) {
            periods.push(json!({"TimePeriod": period, "Total": {}, "Groups": [], "Estimated": *until > book.estimated_from}));
        }
        let amounts: Map<String, Value> = metrics
            .iter()
            .map(|metric| ((*metric).to_owned(), json!({"Amount": written(book, keys, *from, *amount), "Unit": book.currency})))
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

/// The amount as the book writes it where it was not summed: exponents stay.
fn written(book: &CostBook, keys: &[String], day: NaiveDate, amount: Decimal) -> String {
    match keys {
        [service] => match book.amounts.get(&(service.clone(), day)) {
            Some(text) if Decimal::from_scientific(text).is_ok_and(|value| value == amount) => text.clone(),
            _ => amount.to_string(),
        },
        _ => amount.to_string(),
    }
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

fn key_of(group: &(String, String), service: &str, account: &str) -> String {
    match (group.0.as_str(), group.1.as_str()) {
        ("TAG", key) => format!("{key}$"),
        (_, "SERVICE") => service.to_owned(),
        (_, "LINKED_ACCOUNT") => account.to_owned(),
        (_, "RECORD_TYPE") => "Usage".to_owned(),
        (_, "REGION") => "us-east-2".to_owned(),
        (_, other) => format!("No{other}"),
    }
}

fn passes(filter: &Value, service: &str) -> bool {
    match filter["Dimensions"]["Key"].as_str() {
        Some("SERVICE") => filter["Dimensions"]["Values"].as_array().into_iter().flatten().any(|value| value == service),
        _ => true,
    }
}

fn first_of_next_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).expect("a month within the calendar")
}

//! `GetCostForecast`: the same every day, a tenth less or more at the ends.

use super::book::CostBook;
use super::usage::interval;
use super::{Refused, invalid};
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub fn answer(book: &CostBook, input: &Value) -> Result<Value, Refused> {
    let (start, end) = interval(input)?;
    if book.clock.is_some_and(|today| start < today) {
        return Err(invalid("Start date must be today or in the future"));
    }
    let metric = input["Metric"].as_str().unwrap_or("");
    if !["AMORTIZED_COST", "BLENDED_COST", "NET_AMORTIZED_COST", "NET_UNBLENDED_COST", "UNBLENDED_COST"].contains(&metric) {
        return Err(invalid(format!("Invalid metric: {metric:?}")));
    }
    if !matches!(input["Granularity"].as_str(), Some("DAILY" | "MONTHLY")) {
        return Err(invalid("Invalid granularity"));
    }
    if input["PredictionIntervalLevel"].as_i64().is_some_and(|level| !(51..=99).contains(&level)) {
        return Err(invalid("PredictionIntervalLevel must be from 51 to 99"));
    }
    let a_day = Decimal::from_str_exact(&book.forecast).expect("a decimal in the book");
    let mean = a_day * Decimal::from((end - start).num_days());
    let tenth = mean / Decimal::TEN;
    let period = json!({"Start": start.to_string(), "End": end.to_string()});
    Ok(json!({
        "Total": {"Amount": mean.to_string(), "Unit": book.currency},
        "ForecastResultsByTime": [{
            "TimePeriod": period,
            "MeanValue": mean.to_string(),
            "PredictionIntervalLowerBound": (mean - tenth).to_string(),
            "PredictionIntervalUpperBound": (mean + tenth).to_string(),
        }],
    }))
}

//! Cost Explorer: validates as AWS does, misleads as AWS misleads, and has a clock of its own.
//!
//! Three GroupBy, an end before its start, an unknown dimension or metric are `ValidationException`. With GroupBy `Total` is
//! empty; pages split a period; an unknown filter value gives zero, silently; a page token belongs to its parameters; what lacks
//! a tag is `Key$`, and so is everything where the key is not active; the last day is half there, and months are restated late.
//! The bill is metered by the server: $0.01 an answered request, pages included.

mod book;
mod forecast;
mod tags;
mod usage;

pub use book::{CostBook, CostLine};

use super::wire::{Call, Reply};
use serde_json::{Value, json};

/// What is answered instead of an answer: AWS's code and message.
type Refused = (&'static str, String);

fn invalid(message: impl Into<String>) -> Refused {
    ("ValidationException", message.into())
}

/// Answers one call; none where it is not played here.
pub fn answer(book: &CostBook, call: &Call, repeated: bool) -> Option<Reply> {
    let known: fn(&CostBook, &Call, bool) -> Result<Value, Refused> = match call.operation() {
        "GetCostAndUsage" => |book, call, repeated| usage::answer(book, &call.input, &call.account, repeated),
        "GetCostForecast" => |book, call, _| forecast::answer(book, &call.input),
        "ListCostAllocationTags" => |book, call, _| tags::answer(book, &call.input),
        "GetDimensionValues" => |book, call, _| usage::dimension_values(book, &call.input, &call.account),
        "GetAnomalies" => |book, call, _| anomalies(book, &call.input),
        _ => return None,
    };
    if book.young {
        return Some(Reply::error(400, "DataUnavailableException", "Data is not available. Please try again after 24 hours."));
    }
    Some(match known(book, call, repeated) {
        Ok(answer) => Reply::Json(answer),
        Err((code, message)) => Reply::error(400, code, message),
    })
}

/// The end of this interval is included, unlike all others.
fn anomalies(book: &CostBook, input: &Value) -> Result<Value, Refused> {
    let start = input["DateInterval"]["StartDate"].as_str().ok_or_else(|| invalid("StartDate is missing"))?;
    let end = input["DateInterval"]["EndDate"].as_str().unwrap_or("9999-12-31");
    if start > end {
        return Err(invalid("Start date should be before end date"));
    }
    let within =
        |anomaly: &&Value| anomaly["AnomalyStartDate"].as_str().is_some_and(|day| (start..=end).contains(&&day[..10.min(day.len())]));
    Ok(json!({"Anomalies": book.anomalies.iter().filter(within).collect::<Vec<_>>()}))
}

//! Bills as resources: the month of a service, the month of a payer, a tag key in money.

use super::months::ServiceMonth;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::Scope;
use crate::cost::ledger::untagged;
use crate::model::ledger::Month;
use crate::model::plane::{Cell, Forecast, Plane, Reading};
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::value::Time;
use crate::model::{AccountId, Gap, GapKind, Money, Path, Region};
use arcstr::ArcStr;
use serde_json::{Value, json};

#[cfg(test)]
mod tests;

/// The month of a service.
pub const SERVICE_MONTH: &str = "Ledgerline::Cost::ServiceMonth";
/// The month of a payer.
pub const MONTH: &str = "Ledgerline::Cost::Month";
/// A tag key in money.
pub const TAG_KEY: &str = "Ledgerline::Cost::TagKey";
/// The call that brings the planes.
pub const COST_AND_USAGE: &str = "ce:GetCostAndUsage";
/// The call that brings AWS's forecast.
pub const FORECAST: &str = "ce:GetCostForecast";
/// The call that tells which tag keys are active.
pub const ALLOCATION_TAGS: &str = "ce:ListCostAllocationTags";

/// A service's month as a resource.
pub fn service_month(month: &ServiceMonth, currency: &str, account: &AccountId) -> ResourceRecord {
    let word = month.month.to_string();
    let mut properties = json!({
        "Service": month.service.as_str(),
        "Month": word,
        "Currency": currency,
        "MonthToDate": month.to_date.to_string(),
        "Credits": month.credits.to_string(),
        "Tax": month.tax.to_string(),
        "Estimated": month.estimated,
        "Days": month.days,
        "DataThrough": month.data_through.to_string(),
    });
    let mut gaps = Vec::new();
    match month.projected {
        Some(projected) => properties["ProjectedMonthEnd"] = json!(projected.to_string()),
        None => {
            let detail = format!("too few days are known to say where {word} will end: Cost Explorer's data is complete after two days");
            gaps.push(gap("ProjectedMonthEnd", COST_AND_USAGE, GapKind::Undecidable, detail));
        }
    }
    record(format!("ledgerline:cost:{account}:{}:{word}", month.service), SERVICE_MONTH, month.service.clone(), account, properties, gaps)
}

/// This month of a payer as a resource.
///
/// # Errors
/// A sum that does not fit.
pub fn month(bill: &Reading, now: Time, forecast: Option<&Result<Forecast, Failure>>) -> Result<ResourceRecord, Failure> {
    let month = Month::at(now);
    let cells = || bill.cells.iter().filter(|cell| Month::of(cell.day) == month);
    let sum = |amount: fn(&Cell) -> Money| Money::sum(cells().map(amount)).map_err(|fault| super::broken(&fault));
    let (word, account) = (month.to_string(), &bill.payer);
    let mut properties = json!({
        "Month": word,
        "Currency": bill.currency.as_ref().map_or("USD", ArcStr::as_str),
        "Billed": sum(|cell| cell.billed)?.to_string(),
        "Effective": sum(|cell| cell.effective)?.to_string(),
        "Net": sum(|cell| cell.net)?.to_string(),
        "Estimated": cells().any(|cell| cell.estimated),
    });
    let mut gaps = Vec::new();
    match forecast {
        Some(Ok(forecast)) => {
            for (name, amount) in [("ForecastLow", forecast.low), ("ForecastMean", forecast.mean), ("ForecastHigh", forecast.high)] {
                properties[name] = json!(amount.to_string());
            }
        }
        Some(Err(failure)) => {
            for name in ["ForecastLow", "ForecastMean", "ForecastHigh"] {
                let path = Path::root("properties").key(name);
                gaps.push(GapRecord { path, gap: failure.gap(&FORECAST.into()) });
            }
        }
        // Nobody asked for it; what is not asked is marked by those who know what was.
        None => {}
    }
    Ok(record(format!("ledgerline:cost:{account}:{word}"), MONTH, word.into(), account, properties, gaps))
}

/// A tag key in money as a resource; `active` is none where nobody asked.
pub fn tag_key(
    cx: &Scope<'_>,
    key: &ArcStr,
    reading: Option<&Reading>,
    active: Option<Result<bool, &Failure>>,
    currency: &str,
) -> ResourceRecord {
    let (month, account) = (Month::at(cx.request.now), &cx.place.account);
    let mut properties = json!({"TagKey": key.as_str(), "Month": month.to_string(), "Currency": currency});
    let mut gaps = Vec::new();
    match active {
        Some(Ok(active)) => properties["Active"] = json!(active),
        Some(Err(failure)) => {
            gaps.push(GapRecord { path: Path::root("properties").key("Active"), gap: failure.gap(&ALLOCATION_TAGS.into()) });
        }
        None => {}
    }
    let cells = reading.into_iter().flat_map(|reading| &reading.cells).filter(|cell| Month::of(cell.day) == month);
    let shares = untagged(Plane::TagService, key, cells).ok();
    let known = match (reading, &shares) {
        _ if matches!(active, Some(Ok(false))) => Err("the key is not activated for cost allocation, so that no bill has a value of it"),
        (None, _) => Err("not read yet: tag keys take turns, within the requests of a day (cost.requests_a_day)"),
        (Some(_), None) => Err("the sum does not fit into 28 digits"),
        (Some(reading), Some(shares)) => Ok((reading, shares)),
    };
    match known {
        Ok((reading, shares)) => {
            properties["UntaggedCost"] = json!(shares.untagged.to_string());
            properties["TaggableCost"] = json!(shares.taggable.to_string());
            properties["ObservedAt"] = json!(reading.observed_at.to_rfc3339());
            let part = |(service, (untagged, taggable)): (&ArcStr, &(Money, Money))| json!({"Service": service.as_str(), "UntaggedCost": untagged.to_string(), "TaggableCost": taggable.to_string()});
            properties["Services"] = shares.parts.iter().map(part).collect();
            match shares.percent() {
                Some(percent) => properties["UntaggedPercent"] = json!(percent.to_string()),
                None => {
                    let detail = "nothing that can be tagged was used this month, or corrections outweigh it".to_owned();
                    gaps.push(gap("UntaggedPercent", COST_AND_USAGE, GapKind::Undecidable, detail));
                }
            }
        }
        Err(why) => {
            for name in ["UntaggedCost", "TaggableCost", "UntaggedPercent", "Services", "ObservedAt"] {
                gaps.push(gap(name, COST_AND_USAGE, GapKind::Undecidable, why.to_owned()));
            }
        }
    }
    record(format!("ledgerline:cost:{account}:tag:{key}"), TAG_KEY, key.clone(), account, properties, gaps)
}

fn gap(name: &str, call: &str, kind: GapKind, detail: String) -> GapRecord {
    GapRecord { path: Path::root("properties").key(name), gap: Gap { call: Some(call.into()), ..Gap::new(kind, detail) } }
}

fn record(id: String, of: &str, name: ArcStr, account: &AccountId, properties: Value, gaps: Vec<GapRecord>) -> ResourceRecord {
    ResourceRecord {
        id: id.into(),
        resource_type: of.into(),
        name,
        account: account.clone(),
        region: Region::global(),
        tags: Value::Null,
        properties,
        state: Value::Null,
        gaps,
        origin: None,
    }
}

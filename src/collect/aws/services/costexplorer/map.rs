//! Cells of cost as ledger rows, months of cost as resources.

use super::cell::Cell;
use super::months::ServiceMonth;
use crate::model::ledger::{Basis, CostRow};
use crate::model::money::Overflow;
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::value::Time;
use crate::model::{AccountId, Gap, GapKind, Money, Path, Region};
use arcstr::ArcStr;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The type's name.
pub const SERVICE_MONTH: &str = "Ledgerline::Cost::ServiceMonth";
/// The call that brings it.
pub const COST_AND_USAGE: &str = "ce:GetCostAndUsage";

/// The ledger's rows: one a service, day and basis, all record types added up.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn rows(cells: &[Cell], account: &AccountId, observed_at: Time) -> Result<Vec<CostRow>, Overflow> {
    let mut sums: BTreeMap<(ArcStr, NaiveDate, Basis), (Money, bool)> = BTreeMap::new();
    for cell in cells {
        for (basis, amount) in [(Basis::Billed, cell.unblended), (Basis::Effective, cell.amortized), (Basis::Net, cell.net)] {
            let sum = sums.entry((cell.service.clone(), cell.day, basis)).or_default();
            *sum = (sum.0.plus(amount)?, sum.1 || cell.estimated);
        }
    }
    let row = |((service, day, basis), (amount, estimated))| CostRow {
        account: account.clone(),
        service,
        day,
        basis,
        amount,
        estimated,
        observed_at,
    };
    Ok(sums.into_iter().map(row).collect())
}

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
            let gap = Gap { call: Some(COST_AND_USAGE.into()), ..Gap::new(GapKind::Undecidable, detail) };
            gaps.push(GapRecord { path: Path::root("properties").key("ProjectedMonthEnd"), gap });
        }
    }
    ResourceRecord {
        id: format!("ledgerline:cost:{account}:{}:{word}", month.service).into(),
        resource_type: SERVICE_MONTH.into(),
        name: month.service.clone(),
        account: account.clone(),
        region: Region::global(),
        tags: Value::Null,
        properties,
        state: Value::Null,
        gaps,
        origin: None,
    }
}

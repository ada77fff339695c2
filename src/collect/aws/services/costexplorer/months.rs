//! Cells of cost made into months, by service: to date, and where the month will end.
//!
//! Credits, refunds and tax are kept apart from what was used: a credit would make an expensive service look cheap, and no
//! estimate of a service's cost foresees it. The projection is that of [`projection`], over what was used.

use crate::cost::projection::{self, Span};
use crate::model::AccountId;
use crate::model::ledger::{Basis, CostRow, Month};
use crate::model::money::{Money, Overflow};
use crate::model::plane::Cell;
use crate::model::value::Time;
use arcstr::ArcStr;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
mod tests;

/// The service that stands for all of them.
pub const TOTAL: &str = "Total";

/// One service in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMonth {
    /// The service, or [`TOTAL`].
    pub service: ArcStr,
    /// The month.
    pub month: Month,
    /// What was used, without credits, refunds and tax.
    pub to_date: Money,
    /// Where the month will end; the same as `to_date` where it has ended, none where too little is known.
    pub projected: Option<Money>,
    /// Credits and refunds; negative or zero.
    pub credits: Money,
    /// Taxes.
    pub tax: Money,
    /// Whether any of its days is an estimate.
    pub estimated: bool,
    /// Days of the month that there is data of, over all services.
    pub days: u32,
    /// The last of them.
    pub data_through: NaiveDate,
}

#[derive(Default)]
struct Sums {
    used: Money,
    credits: Money,
    tax: Money,
    estimated: bool,
}

/// Adds the cells by service and record type up to months, by service and in all. `from` is the first day that was asked for, `at` the time of asking.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn by_service(cells: &[Cell], from: NaiveDate, at: Time) -> Result<Vec<ServiceMonth>, Overflow> {
    let account = AccountId::new(arcstr::literal!(""));
    let mut seen: BTreeMap<Month, BTreeSet<NaiveDate>> = BTreeMap::new();
    let mut sums: BTreeMap<(Month, ArcStr), Sums> = BTreeMap::new();
    let mut used: Vec<CostRow> = Vec::new();
    for cell in cells {
        let month = Month::of(cell.day);
        seen.entry(month).or_default().insert(cell.day);
        for service in [cell.first.clone(), arcstr::literal!(TOTAL)] {
            let sums = sums.entry((month, service.clone())).or_default();
            sums.estimated |= cell.estimated;
            let amount = cell.billed;
            match cell.second.as_str() {
                "Credit" | "Refund" => sums.credits = sums.credits.plus(amount)?,
                "Tax" => sums.tax = sums.tax.plus(amount)?,
                // Usage, and what commitments make of it: fees, covered usage and its negation.
                _ => {
                    sums.used = sums.used.plus(amount)?;
                    let (account, basis) = (account.clone(), Basis::Billed);
                    used.push(CostRow { account, service, day: cell.day, basis, amount, estimated: cell.estimated, observed_at: at });
                }
            }
        }
    }
    let today = at.date_naive();
    let projections = projection::month_end(&used, Span { from, today })?;
    let mut projected: BTreeMap<ArcStr, Option<Money>> =
        projections.into_iter().map(|(line, projection)| (line.service, projection.month_end)).collect();
    let mut months = Vec::with_capacity(sums.len());
    for ((month, service), sums) in sums {
        let Some((days, Some(last))) = seen.get(&month).map(|days| (days.len(), days.last())) else { continue };
        let projected = if month < Month::of(today) {
            Some(sums.used)
        } else {
            // A service with credits alone has used nothing.
            projected.remove(&service).unwrap_or(Some(Money::ZERO))
        };
        months.push(ServiceMonth {
            service,
            month,
            to_date: sums.used,
            projected,
            credits: sums.credits,
            tax: sums.tax,
            estimated: sums.estimated,
            days: u32::try_from(days).unwrap_or(u32::MAX),
            data_through: *last,
        });
    }
    Ok(months)
}

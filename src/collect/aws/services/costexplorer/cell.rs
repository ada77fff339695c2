//! Cost Explorer's answers as cells: one service on one day of one record type.
//!
//! Cells are what is kept for a day in the cache of paid answers, so they hold all that an answer said. Pages may split a
//! period: cells of one key on two pages are added up by whoever sums them.

use crate::cost::amount;
use crate::model::Money;
use crate::model::money::Overflow;
use arcstr::ArcStr;
use aws_sdk_costexplorer::types::{Group, ResultByTime};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// One service on one day, of one record type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// As Cost Explorer names it.
    pub service: ArcStr,
    /// `Usage`, `Credit`, `Tax` …; `Usage` where the answer was not grouped by it.
    pub record_type: ArcStr,
    /// UTC.
    pub day: NaiveDate,
    /// Whether AWS still calls it an estimate.
    pub estimated: bool,
    /// The currency of the bill.
    pub currency: ArcStr,
    /// UnblendedCost.
    pub unblended: Money,
    /// AmortizedCost.
    pub amortized: Money,
    /// NetUnblendedCost.
    pub net: Money,
}

/// An answer that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something that must be there is not.
    #[error("the answer has no {0}")]
    Missing(&'static str),
    /// A day that is none.
    #[error("{0:?} is not a day")]
    NotADay(String),
    /// An amount that is none.
    #[error(transparent)]
    NotAnAmount(#[from] amount::NotAnAmount),
    /// Amounts in several currencies cannot be added up.
    #[error("the bill is in {0} and in {1}")]
    TwoCurrencies(ArcStr, ArcStr),
    /// A sum that does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// The cells of a page. Days without any group have none.
///
/// # Errors
/// [`Fault`] where the page is not what Cost Explorer documents: half of it would be a wrong sum.
pub fn cells(page: &[ResultByTime]) -> Result<Vec<Cell>, Fault> {
    let mut cells = Vec::new();
    for period in page {
        let start = period.time_period().ok_or(Fault::Missing("TimePeriod"))?.start();
        let day = start.parse().map_err(|_| Fault::NotADay(start.to_owned()))?;
        for group in period.groups() {
            cells.push(cell(group, day, period.estimated())?);
        }
    }
    Ok(cells)
}

fn cell(group: &Group, day: NaiveDate, estimated: bool) -> Result<Cell, Fault> {
    let metric = |name: &'static str| group.metrics().and_then(|metrics| metrics.get(name)).ok_or(Fault::Missing(name));
    let amount =
        |name: &'static str| -> Result<Money, Fault> { Ok(Money::new(amount::read(metric(name)?.amount().ok_or(Fault::Missing(name))?)?)) };
    let [service, rest @ ..] = group.keys() else { return Err(Fault::Missing("Keys")) };
    Ok(Cell {
        service: service.as_str().into(),
        record_type: rest.first().map_or("Usage", String::as_str).into(),
        day,
        estimated,
        currency: metric("UnblendedCost")?.unit().ok_or(Fault::Missing("Unit"))?.into(),
        unblended: amount("UnblendedCost")?,
        amortized: amount("AmortizedCost")?,
        net: amount("NetUnblendedCost")?,
    })
}

/// The one currency of all cells; none where there are no cells.
///
/// # Errors
/// [`Fault::TwoCurrencies`].
pub fn currency(cells: &[Cell]) -> Result<Option<&ArcStr>, Fault> {
    let Some(first) = cells.first().map(|cell| &cell.currency) else { return Ok(None) };
    match cells.iter().map(|cell| &cell.currency).find(|currency| *currency != first) {
        None => Ok(Some(first)),
        Some(other) => Err(Fault::TwoCurrencies(first.clone(), other.clone())),
    }
}

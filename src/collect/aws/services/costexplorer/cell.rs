//! Cost Explorer's answers as cells of a plane.
//!
//! Pages may split a period: groups of one key on two pages are added up. Where an answer is grouped, its `Total` is empty; where
//! it is not, the total is its one cell.

use crate::cost::amount;
use crate::model::Money;
use crate::model::money::Overflow;
use crate::model::plane::Cell;
use arcstr::ArcStr;
use aws_sdk_costexplorer::types::{MetricValue, ResultByTime};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

#[cfg(test)]
mod tests;

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

/// All cells of an answer, each group and day once, and the one currency of all; none where there is no cell.
pub type Cells = (Vec<Cell>, Option<ArcStr>);

/// The cells of all pages. Days without any group have none. `groups` is how many keys a group has; zero for a total.
///
/// # Errors
/// [`Fault`] where an answer is not what Cost Explorer documents: half of it would be a wrong sum.
pub fn cells(periods: &[ResultByTime], groups: usize) -> Result<Cells, Fault> {
    let mut cells: BTreeMap<(NaiveDate, ArcStr, ArcStr), Cell> = BTreeMap::new();
    let mut currency = None;
    for period in periods {
        let start = period.time_period().ok_or(Fault::Missing("TimePeriod"))?.start();
        let day = start.parse().map_err(|_| Fault::NotADay(start.to_owned()))?;
        let mut enter = |keys: &[String], metrics: Option<&HashMap<String, MetricValue>>| -> Result<(), Fault> {
            let (first, second) = match (groups, keys) {
                (0, []) => (ArcStr::new(), ArcStr::new()),
                (2, [first, second]) => (first.as_str().into(), second.as_str().into()),
                _ => return Err(Fault::Missing("Keys")),
            };
            let cell = cell(first, second, day, period.estimated(), metrics, &mut currency)?;
            match cells.entry((day, cell.first.clone(), cell.second.clone())) {
                std::collections::btree_map::Entry::Vacant(entry) => _ = entry.insert(cell),
                std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().add(&cell)?,
            }
            Ok(())
        };
        if groups == 0 {
            enter(&[], period.total())?;
        }
        for group in period.groups() {
            enter(group.keys(), group.metrics())?;
        }
    }
    Ok((cells.into_values().collect(), currency))
}

fn cell(
    first: ArcStr,
    second: ArcStr,
    day: NaiveDate,
    estimated: bool,
    metrics: Option<&HashMap<String, MetricValue>>,
    currency: &mut Option<ArcStr>,
) -> Result<Cell, Fault> {
    let mut amount = |name: &'static str| -> Result<Money, Fault> {
        let metric = metrics.and_then(|metrics| metrics.get(name)).ok_or(Fault::Missing(name))?;
        let unit = metric.unit().ok_or(Fault::Missing("Unit"))?;
        let amount = Money::new(amount::read(metric.amount().ok_or(Fault::Missing(name))?)?);
        match currency {
            Some(known) if known != unit => return Err(Fault::TwoCurrencies(known.clone(), unit.into())),
            Some(_) => {}
            None => *currency = Some(unit.into()),
        }
        Ok(amount)
    };
    Ok(Cell {
        billed: amount("UnblendedCost")?,
        effective: amount("AmortizedCost")?,
        net: amount("NetUnblendedCost")?,
        first,
        second,
        day,
        estimated,
    })
}

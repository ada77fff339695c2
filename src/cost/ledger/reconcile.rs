//! Do the groups of a plane add up to the bill?
//!
//! Cost Explorer leaves `Total` empty where an answer is grouped, so the total is asked for on its own, or derived from the one
//! plane that has everything. Amounts are written with ten digits behind the point: each may be off by half of the last, and a
//! sum of many by as much for each group. More than that is not rounding but a part that is missing.

use super::USED;
use crate::model::money::Overflow;
use crate::model::plane::{Cell, Reading};
use crate::model::{Money, ledger::Basis};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Half of the last digit that Cost Explorer writes.
const HALF_OF_LAST: Decimal = Decimal::from_parts(5, 0, 0, false, 11);

/// The amounts that groups must add up to, by day, in the order of [`Cell::BASES`].
pub type Against = BTreeMap<NaiveDate, ([Money; 3], u32)>;

/// Groups that do not add up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discrepancy {
    /// On a day.
    #[error("the groups of {plane} add up to {groups} on {day} ({basis}), the bill says {total}")]
    Differs {
        /// The plane.
        plane: String,
        /// The day.
        day: NaiveDate,
        /// Which cost.
        basis: Basis,
        /// What the groups add up to.
        groups: Money,
        /// What the bill says.
        total: Money,
    },
    /// A sum that does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// What a reading adds up to, by day, and of how many groups.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn total_of(reading: &Reading) -> Result<Against, Overflow> {
    sums(reading.cells.iter())
}

/// What was used, by day, out of a reading by service and record type; of services that `takes`.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn used_in(reading: &Reading, takes: impl Fn(&str) -> bool) -> Result<Against, Overflow> {
    sums(reading.cells.iter().filter(|cell| USED.contains(&cell.second.as_str()) && takes(&cell.first)))
}

fn sums<'a>(cells: impl Iterator<Item = &'a Cell>) -> Result<Against, Overflow> {
    let mut sums = Against::new();
    for cell in cells {
        let (sum, groups) = sums.entry(cell.day).or_default();
        for (sum, amount) in sum.iter_mut().zip(cell.amounts()) {
            *sum = sum.plus(amount)?;
        }
        *groups += 1;
    }
    Ok(sums)
}

/// Holds a reading against the bill.
///
/// # Errors
/// [`Discrepancy`], the first in time.
pub fn reconcile(reading: &Reading, against: &Against) -> Result<(), Discrepancy> {
    let groups = total_of(reading)?;
    let days: std::collections::BTreeSet<_> = groups.keys().chain(against.keys()).copied().collect();
    let nothing = ([Money::ZERO; 3], 0);
    for day in days.into_iter().filter(|day| (reading.from..=reading.to).contains(day)) {
        let (have, in_groups) = groups.get(&day).unwrap_or(&nothing);
        let (want, in_total) = against.get(&day).unwrap_or(&nothing);
        let slack = HALF_OF_LAST.checked_mul(Decimal::from(in_groups.saturating_add(*in_total))).ok_or(Overflow)?;
        for ((basis, groups), total) in Cell::BASES.into_iter().zip(have).zip(want) {
            let off = groups.amount().checked_sub(total.amount()).ok_or(Overflow)?;
            if off.abs() > slack {
                let plane = reading.id.to_string();
                return Err(Discrepancy::Differs { plane, day, basis, groups: *groups, total: *total });
            }
        }
    }
    Ok(())
}

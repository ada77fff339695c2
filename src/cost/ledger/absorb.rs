//! New readings taken into a payer's ledger: what is replaced, what was restated, which months are final.
//!
//! A day is settled two days after it: yesterday is partial, the day before is whole. A settled day that changes was restated.
//! A month that has ended is final when three readings on three days have said the same of it and AWS no longer calls it an
//! estimate, or on the 15th of the next: after that nothing changes it any more.

use crate::model::AccountId;
use crate::model::ledger::{Month, SETTLED_DAYS};
use crate::model::money::{Money, Overflow};
use crate::model::plane::{Cell, KnownLedger, LedgerUpdate, MonthState, Plane, PlaneId, Reading, Restatement};
use crate::model::value::Time;
use arcstr::ArcStr;
use chrono::{Datelike as _, Days, NaiveDate};
use std::collections::BTreeMap;

/// How many equal readings make a month final.
const EQUAL_READS: u32 = 3;
/// The day of the next month on which a month is final.
const LAST_DAY: u32 = 15;

/// A reading that does not enter the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The plane.
    pub id: PlaneId,
    /// Why.
    pub reason: ArcStr,
}

/// What became of the readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Absorbed {
    /// What is written.
    pub update: LedgerUpdate,
    /// What is not.
    pub rejected: Vec<Rejected>,
}

/// Takes a payer's readings into what is known. Those of several currencies enter not at all: they cannot be of one bill.
///
/// # Errors
/// [`Overflow`] where a sum does not fit; then nothing is to be written.
pub fn absorb(payer: &AccountId, known: &KnownLedger, readings: Vec<Reading>, now: Time) -> Result<Absorbed, Overflow> {
    let today = now.date_naive();
    let mut absorbed = Absorbed::default();
    let mut currency = known.planes.iter().find_map(|plane| plane.currency.clone());
    let mut months: BTreeMap<Month, MonthState> = known.months.iter().map(|month| (month.month, month.clone())).collect();
    for reading in readings {
        match acceptable(known, &reading, currency.as_ref(), now) {
            Err(reason) => absorbed.rejected.push(Rejected { id: reading.id, reason }),
            Ok(()) => {
                currency = currency.or_else(|| reading.currency.clone());
                let reading = without_frozen(reading, &months);
                if reading.id.plane == Plane::ServiceRecord {
                    let currency = reading.currency.clone().unwrap_or_default();
                    absorbed.update.restatements = restated(payer, known, &reading, &currency)?;
                    settle(payer, known, &reading, &mut months);
                }
                absorbed.update.readings.push(reading);
            }
        }
    }
    // A month is final on the 15th, whether it was read that day or not.
    for state in months.values_mut() {
        if state.frozen_at.is_none() && is_over(state.month, today) {
            state.frozen_at = Some(now);
        }
    }
    absorbed.update.months = months.into_values().collect();
    Ok(absorbed)
}

fn acceptable(known: &KnownLedger, reading: &Reading, currency: Option<&ArcStr>, now: Time) -> Result<(), ArcStr> {
    if let (Some(known), Some(new)) = (currency, &reading.currency)
        && known != new
    {
        return Err(arcstr::format!("it is in {new}, the ledger in {known}: currencies are never mixed"));
    }
    if reading.observed_at > now {
        return Err(arcstr::format!("it was read at {}, which is still to come", reading.observed_at));
    }
    let before = known.planes.iter().find(|plane| plane.plane == reading.id.plane && plane.tag == reading.id.tag);
    match before {
        Some(before) if before.observed_at > reading.observed_at => Err(arcstr::format!(
            "it was read at {}, before what is known, read at {}: a clock went back",
            reading.observed_at,
            before.observed_at
        )),
        _ => Ok(()),
    }
}

/// The reading from the first month on that is not final. Months become final in order, so what is left is without holes.
fn without_frozen(mut reading: Reading, months: &BTreeMap<Month, MonthState>) -> Reading {
    let frozen = |month: Month| months.get(&month).is_some_and(|state| state.frozen_at.is_some());
    while frozen(Month::of(reading.from)) && reading.from <= reading.to {
        reading.from = Month::of(reading.from).next().first_day();
    }
    let from = reading.from;
    reading.cells.retain(|cell| cell.day >= from);
    reading
}

/// What differs on days that were settled when they were read before.
fn restated(payer: &AccountId, known: &KnownLedger, reading: &Reading, currency: &ArcStr) -> Result<Vec<Restatement>, Overflow> {
    let Some(before) = known.planes.iter().find(|plane| plane.plane == Plane::ServiceRecord) else { return Ok(Vec::new()) };
    let settled = |day: NaiveDate| before.from <= day && day <= before.to && day < open_day(before.observed_at);
    let changed = differences(known, reading, settled);
    let mut months: BTreeMap<Month, Restatement> = BTreeMap::new();
    for (day, old, new) in changed {
        let restatement = months.entry(Month::of(day)).or_insert_with_key(|month| Restatement {
            payer: payer.clone(),
            month: *month,
            observed_at: reading.observed_at,
            before: Money::ZERO,
            after: Money::ZERO,
            cells: 0,
            currency: currency.clone(),
        });
        restatement.before = restatement.before.plus(old)?;
        restatement.after = restatement.after.plus(new)?;
        restatement.cells = restatement.cells.saturating_add(1);
    }
    Ok(months.into_values().collect())
}

/// The first day that was not settled at a time.
fn open_day(at: Time) -> NaiveDate {
    at.date_naive().checked_sub_days(Days::new(SETTLED_DAYS - 1)).unwrap_or(NaiveDate::MIN)
}

/// Groups and days whose billed amount is another, with both amounts; one that is not there is zero.
fn differences(known: &KnownLedger, reading: &Reading, takes: impl Fn(NaiveDate) -> bool) -> Vec<(NaiveDate, Money, Money)> {
    let mut both: BTreeMap<(NaiveDate, &ArcStr, &ArcStr), (Money, Money)> = BTreeMap::new();
    let within = |cell: &&Cell| (reading.from..=reading.to).contains(&cell.day) && takes(cell.day);
    for cell in known.cells.iter().filter(within) {
        both.entry((cell.day, &cell.first, &cell.second)).or_default().0 = cell.billed;
    }
    for cell in reading.cells.iter().filter(within) {
        both.entry((cell.day, &cell.first, &cell.second)).or_default().1 = cell.billed;
    }
    both.into_iter().filter(|(_, (old, new))| old != new).map(|((day, _, _), (old, new))| (day, old, new)).collect()
}

/// Counts equal readings of the months that have ended, and makes final what is.
fn settle(payer: &AccountId, known: &KnownLedger, reading: &Reading, months: &mut BTreeMap<Month, MonthState>) {
    let today = reading.observed_at.date_naive();
    let mut month = Month::of(reading.from);
    while month < Month::of(today) {
        let is_of = |day: NaiveDate| Month::of(day) == month;
        // A clock that jumped ahead sees months end that have not: the bill must already tell of the time after.
        let goes_on = reading.cells.iter().any(|cell| cell.day >= month.next().first_day());
        let all_settled = month.next().first_day() <= open_day(reading.observed_at) && goes_on;
        let estimated = reading.cells.iter().any(|cell| is_of(cell.day) && cell.estimated);
        let equal = differences(known, reading, is_of).is_empty();
        let fresh = || MonthState { payer: payer.clone(), month, equal_reads: 0, last_read: today, frozen_at: None };
        let state = months.entry(month).or_insert_with(fresh);
        if state.frozen_at.is_none() && all_settled {
            if estimated {
                state.equal_reads = 0;
            } else if state.equal_reads == 0 || !equal {
                state.equal_reads = 1;
            } else if state.last_read < today {
                state.equal_reads += 1;
            }
            state.last_read = today;
            if state.equal_reads >= EQUAL_READS {
                state.frozen_at = Some(reading.observed_at);
            }
        }
        month = month.next();
    }
}

/// Whether the next month has come to its 15th.
fn is_over(month: Month, today: NaiveDate) -> bool {
    let next = month.next();
    Month::of(today) > next || (Month::of(today) == next && today.day() >= LAST_DAY)
}

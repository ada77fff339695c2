//! A plane as the rows that pages, reports and metrics are made of: one a linked account, service, day and basis.

use crate::model::AccountId;
use crate::model::ledger::{Basis, CostRow, CostSpan};
use crate::model::money::{Money, Overflow};
use crate::model::plane::{Cell, Plane, Reading};
use arcstr::ArcStr;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// By service and day: what it cost, and whether AWS calls that an estimate.
type Days = BTreeMap<(ArcStr, NaiveDate), (Money, bool)>;

/// The rows of a reading, by account and basis. `known` are accounts that had rows before: one that has none any more cost
/// nothing. Bills in another currency than USD, and planes without services, have no rows.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn daily(reading: &Reading, known: &[AccountId]) -> Result<Vec<CostSpan>, Overflow> {
    let by_account = reading.id.plane == Plane::AccountService;
    if !(by_account || reading.id.plane == Plane::ServiceRecord) || reading.currency.as_ref().is_some_and(|currency| currency != "USD") {
        return Ok(Vec::new());
    }
    let mut sums: BTreeMap<(AccountId, Basis), Days> = BTreeMap::new();
    for account in known.iter().chain([&reading.payer]) {
        for basis in Cell::BASES {
            sums.entry((account.clone(), basis)).or_default();
        }
    }
    for cell in &reading.cells {
        let (account, service) =
            if by_account { (AccountId::new(cell.first.clone()), &cell.second) } else { (reading.payer.clone(), &cell.first) };
        for (basis, amount) in Cell::BASES.into_iter().zip(cell.amounts()) {
            let rows = sums.entry((account.clone(), basis)).or_default();
            let (sum, estimated) = rows.entry((service.clone(), cell.day)).or_default();
            *sum = sum.plus(amount)?;
            *estimated |= cell.estimated;
        }
    }
    let span = |((account, basis), rows): ((AccountId, Basis), BTreeMap<_, _>)| CostSpan {
        from: reading.from,
        to: reading.to,
        basis,
        rows: rows
            .into_iter()
            .map(|((service, day), (amount, estimated))| CostRow {
                account: account.clone(),
                service,
                day,
                basis,
                amount,
                estimated,
                observed_at: reading.observed_at,
            })
            .collect(),
        account,
    };
    Ok(sums.into_iter().map(span).collect())
}

//! The ledger as pages and metrics show it: sums of this month, out of the planes.

use super::untagged::untagged;
use super::{USED, is_taggable};
use crate::model::AccountId;
use crate::model::ledger::Month;
use crate::model::money::{Money, Overflow};
use crate::model::plane::{Forecast, LedgerView, Plane, PlaneState, Reading, Restatement, TagStatus, Untagged};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};

/// What is stored of all payers.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The planes with their ages.
    pub planes: Vec<PlaneState>,
    /// The cells of this month, as readings.
    pub readings: Vec<Reading>,
    /// Everything that was restated.
    pub restatements: Vec<Restatement>,
    /// The tag keys.
    pub tags: Vec<TagStatus>,
    /// Forecasts of this month.
    pub forecasts: Vec<Forecast>,
}

/// Sums it up. Bills in other currencies than USD have no amounts here.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn view(stored: &Stored, month: Month) -> Result<LedgerView, Overflow> {
    let currencies: BTreeSet<ArcStr> = stored.planes.iter().filter_map(|plane| plane.currency.clone()).collect();
    let in_dollars: Vec<&Reading> = stored.readings.iter().filter(|reading| reading.currency.as_ref().is_none_or(is_dollar)).collect();
    let mut restated: BTreeMap<Month, Money> = BTreeMap::new();
    for one in stored.restatements.iter().filter(|one| is_dollar(&one.currency)) {
        let sum = restated.entry(one.month).or_default();
        *sum = sum.plus(one.after)?.plus(Money::new(-one.before.amount()))?;
    }
    // The months that may still be restated are there with zero.
    for reading in &in_dollars {
        restated.entry(Month::of(reading.from)).or_default();
    }
    let mut active: BTreeMap<ArcStr, bool> = BTreeMap::new();
    for tag in &stored.tags {
        *active.entry(tag.key.clone()).or_default() |= tag.active;
    }
    Ok(LedgerView {
        currencies: currencies.into_iter().collect(),
        untagged: untagged_by_account(&in_dollars, &stored.tags, month)?,
        tags_active: active.into_iter().collect(),
        adjustments: adjustments(&in_dollars, month)?,
        restated: restated.into_iter().collect(),
        forecasts: stored.forecasts.iter().filter(|one| one.month == month && is_dollar(&one.currency)).cloned().collect(),
        planes: stored.planes.clone(),
    })
}

fn is_dollar(currency: &ArcStr) -> bool {
    currency == "USD"
}

/// By linked account where the payer has several, else for the payer.
fn untagged_by_account(readings: &[&Reading], tags: &[TagStatus], month: Month) -> Result<Vec<Untagged>, Overflow> {
    let mut rows = Vec::new();
    for reading in readings.iter().filter(|reading| matches!(reading.id.plane, Plane::TagService | Plane::TagAccount)) {
        let split = readings
            .iter()
            .any(|other| other.payer == reading.payer && other.id.tag == reading.id.tag && other.id.plane == Plane::TagAccount);
        let key = &reading.id.tag;
        let active = tags.iter().find(|tag| tag.payer == reading.payer && tag.key == *key).map(|tag| tag.active);
        let cells = reading.cells.iter().filter(|cell| Month::of(cell.day) == month);
        let shares = untagged(reading.id.plane, key, cells)?;
        let row = |account: AccountId, service, untagged, taggable| Untagged {
            account,
            tag_key: key.clone(),
            service,
            untagged,
            taggable,
            active,
            observed_at: reading.observed_at,
        };
        if reading.id.plane == Plane::TagAccount {
            for (account, (untagged, taggable)) in &shares.parts {
                rows.push(row(AccountId::new(account.clone()), None, *untagged, *taggable));
            }
        } else {
            if !split {
                rows.push(row(reading.payer.clone(), None, shares.untagged, shares.taggable));
            }
            for (service, (untagged, taggable)) in shares.parts.iter().filter(|(service, _)| is_taggable(service)) {
                rows.push(row(reading.payer.clone(), Some(service.clone()), *untagged, *taggable));
            }
        }
    }
    rows.sort_by(|one, other| (&one.account, &one.tag_key, &one.service).cmp(&(&other.account, &other.tag_key, &other.service)));
    Ok(rows)
}

/// By account and record type. The plane by account says it; until it was read, that by service, for the payer.
fn adjustments(readings: &[&Reading], month: Month) -> Result<Vec<(AccountId, ArcStr, Money)>, Overflow> {
    let mut sums: BTreeMap<(AccountId, ArcStr), Money> = BTreeMap::new();
    let payers: BTreeSet<&AccountId> = readings.iter().map(|reading| &reading.payer).collect();
    for payer in payers {
        let of = |plane: Plane| readings.iter().find(move |reading| reading.payer == *payer && reading.id.plane == plane);
        let Some(reading) = of(Plane::AccountRecord).or_else(|| of(Plane::ServiceRecord)) else { continue };
        // What most people look for is there with zero.
        for kind in ["Credit", "Refund", "Tax"] {
            sums.entry((payer.clone(), kind.into())).or_default();
        }
        let cells = reading.cells.iter().filter(|cell| Month::of(cell.day) == month && !USED.contains(&cell.second.as_str()));
        for cell in cells {
            let account = match reading.id.plane {
                Plane::AccountRecord => AccountId::new(cell.first.clone()),
                _ => payer.clone(),
            };
            let sum = sums.entry((account, cell.second.clone())).or_default();
            *sum = sum.plus(cell.billed)?;
        }
    }
    Ok(sums.into_iter().map(|((account, kind), sum)| (account, kind, sum)).collect())
}

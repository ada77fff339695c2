//! Bills that were read, entered into the ledger: what contradicts what is known is left out, and the last good state stays.

use crate::cost::ledger::{self, Absorbed, Stored};
use crate::model::AccountId;
use crate::model::ledger::{CostRow, Month};
use crate::model::plane::{KnownLedger, Ledger, LedgerView, Plane, Reading};
use crate::model::value::Time;
use crate::store::{Store, StoreError};
use std::collections::BTreeMap;

/// Enters what sources said of bills. A payer whose sums do not fit, or who contradicts what is known, is left as it was.
pub(super) async fn enter(store: &dyn Store, found: &Ledger, now: Time) -> Result<(), StoreError> {
    let mut payers: BTreeMap<&AccountId, Vec<Reading>> = BTreeMap::new();
    for payer in found.tags.iter().map(|tag| &tag.payer).chain(found.forecasts.iter().map(|forecast| &forecast.payer)) {
        payers.entry(payer).or_default();
    }
    for reading in &found.readings {
        payers.entry(&reading.payer).or_default().push(reading.clone());
    }
    // An account may be asked for itself and be part of another's bill: the larger bill is entered last, and its rows stay.
    let mut payers: Vec<_> = payers.into_iter().collect();
    payers.sort_by_key(|(_, readings)| {
        readings.iter().find(|reading| reading.id.plane == Plane::AccountService).map_or(0, |reading| accounts(reading).len())
    });
    for (payer, readings) in payers {
        let days = || readings.iter().flat_map(|reading| [reading.from, reading.to]);
        let known = match (days().min(), days().max()) {
            (Some(from), Some(to)) => store.known_ledger(payer, from, to).await?,
            _ => KnownLedger::default(),
        };
        let absorbed = ledger::absorb(payer, &known, readings, now).and_then(|absorbed| with_rows(absorbed, &known));
        let Absorbed { mut update, rejected } = match absorbed {
            Ok(absorbed) => absorbed,
            Err(error) => {
                tracing::warn!(account.id = %payer, %error, "the bill was not entered into the ledger; what was known of it stays");
                continue;
            }
        };
        for one in rejected {
            tracing::warn!(account.id = %payer, plane = %one.id, "the bill was not entered into the ledger, what was known of it stays: {}", one.reason);
        }
        for one in &update.restatements {
            tracing::info!(
                account.id = %payer, month = %one.month, before = %one.before, after = %one.after, currency = %one.currency, cells = one.cells,
                "AWS restated what settled days did cost"
            );
        }
        update.tags = found.tags.iter().filter(|tag| tag.payer == *payer).cloned().collect();
        update.forecasts = found.forecasts.iter().filter(|forecast| forecast.payer == *payer).cloned().collect();
        store.put_ledger(&update).await?;
    }
    Ok(())
}

/// The daily rows: by linked account; for the payer as a whole where that plane was never read.
fn with_rows(mut absorbed: Absorbed, known: &KnownLedger) -> Result<Absorbed, crate::model::money::Overflow> {
    let find = |plane: Plane| absorbed.update.readings.iter().find(move |reading| reading.id.plane == plane);
    let was_split = known.planes.iter().any(|plane| plane.plane == Plane::AccountService);
    let rows = find(Plane::AccountService).or_else(|| if was_split { None } else { find(Plane::ServiceRecord) });
    let spans = rows.map(|reading| ledger::daily(reading, &known.accounts)).transpose()?;
    absorbed.update.costs = spans.unwrap_or_default();
    Ok(absorbed)
}

/// The daily rows of what was read, where nothing is known besides.
pub(super) fn rows(found: &Ledger) -> Vec<CostRow> {
    let split = |payer: &AccountId| found.readings.iter().any(|one| one.payer == *payer && one.id.plane == Plane::AccountService);
    let readings = found.readings.iter().filter(|one| match one.id.plane {
        Plane::AccountService => true,
        Plane::ServiceRecord => !split(&one.payer),
        Plane::Total | Plane::AccountRecord | Plane::ServiceRegion | Plane::TagService | Plane::TagAccount => false,
    });
    let spans = readings.flat_map(|reading| ledger::daily(reading, &[]).unwrap_or_default());
    spans.flat_map(|span| span.rows).collect()
}

fn accounts(reading: &Reading) -> std::collections::BTreeSet<&str> {
    reading.cells.iter().map(|cell| cell.first.as_str()).collect()
}

/// The ledger as metrics and pages show it.
pub(super) async fn view(store: &dyn Store, month: Month) -> Result<LedgerView, StoreError> {
    let stored = Stored {
        planes: store.planes().await?,
        readings: store.ledger(month).await?,
        restatements: store.restatements().await?,
        tags: store.tag_keys().await?,
        forecasts: store.forecasts(month).await?,
    };
    Ok(ledger::view(&stored, month).unwrap_or_else(|error| {
        tracing::warn!(%error, "the ledger of this month cannot be added up; it is not shown");
        LedgerView::default()
    }))
}

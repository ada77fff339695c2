//! Cost Explorer: what was spent, day by day, in planes (see [`Plane`]). Every request and page costs $0.01.
//!
//! One question covers this month and, until the 15th, the previous one, which may still be restated: at most 46 days. It is
//! asked once a day at most (the answer is kept), only where the config says so, and only within the month's cap and the day's
//! number of requests; who decides that is behind [`PaidCalls`](crate::model::paid::PaidCalls). A plane whose groups do not add
//! up to the bill is broken and is left out: the last good one stays.

mod ask;
mod cell;
pub(super) mod charge;
mod forecast;
mod map;
mod months;
mod question;
mod tags;
#[cfg(test)]
mod tests;

use super::Service;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::scope::{Scope, Yield};
use crate::cost::ledger::{self, Against, is_taggable};
use crate::cost::plan::{COST_EXPLORER_PAGES as MOST_PAGES, COST_EXPLORER_REQUEST as PRICE};
use crate::cost::trend::TYPE as TREND;
use crate::model::ledger::Month;
use crate::model::plane::{Plane, PlaneId, Reading, TagStatus};
use crate::model::{Outcome, Resource};
use arcstr::ArcStr;
use ask::Period;
use map::{ALLOCATION_TAGS, COST_AND_USAGE, FORECAST, MONTH, SERVICE_MONTH, TAG_KEY};
use std::collections::{BTreeMap, BTreeSet};

/// Collects `Ledgerline::Cost::*` and the ledger's planes.
pub struct CostExplorer;

#[async_trait::async_trait]
impl Service for CostExplorer {
    fn name(&self) -> &'static str {
        "costexplorer"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(COST_AND_USAGE, Pace::new(2, 5)), (FORECAST, Pace::new(2, 5)), (ALLOCATION_TAGS, Pace::new(2, 5))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let mut found = Yield::default();
        let period = Period::of(cx.request.now.date_naive());
        let bill = match ask::reading(cx, &Plane::ServiceRecord.into(), &period, None).await {
            Ok(bill) => bill,
            Err(failure) => {
                let of_usage = [SERVICE_MONTH, MONTH, TAG_KEY, TREND].map(|of| (of, COST_AND_USAGE));
                for (of, call) in of_usage.into_iter().chain([(MONTH, FORECAST), (TAG_KEY, ALLOCATION_TAGS)]) {
                    if cx.wants(of, call) {
                        found.coverage.add(cx.row(of, call, Err(&failure)));
                    }
                }
                return found;
            }
        };
        let mut book = Book { cx, period, bill, found: &mut found };
        let adds_up = book.main_planes().await;
        if cx.wants(SERVICE_MONTH, COST_AND_USAGE) {
            book.service_months(&adds_up);
        }
        if let Err(failure) = &adds_up {
            for of in [MONTH, TAG_KEY, TREND] {
                if cx.wants(of, COST_AND_USAGE) {
                    book.found.coverage.add(cx.row(of, COST_AND_USAGE, Err(failure)));
                }
            }
            return found;
        }
        if cx.wants(TREND, COST_AND_USAGE) {
            // Trends are made of the ledger, which now holds this answer.
            book.found.coverage.add(cx.row(TREND, COST_AND_USAGE, Ok(0)));
        }
        if cx.wants(MONTH, COST_AND_USAGE) {
            book.month().await;
        }
        let statuses = if cx.wants(TAG_KEY, ALLOCATION_TAGS) { Some(book.tag_statuses().await) } else { None };
        book.turns(statuses.as_ref().and_then(|answer| answer.as_ref().ok())).await;
        if cx.wants(TAG_KEY, COST_AND_USAGE) {
            book.tag_keys(statuses.as_ref()).await;
        }
        book.found.ledger.readings.insert(0, book.bill);
        found
    }
}

/// One payer's bill while it is read.
struct Book<'a, 's> {
    cx: &'a Scope<'s>,
    period: Period,
    /// The bill by service and record type: what all else is held against.
    bill: Reading,
    found: &'a mut Yield,
}

impl Book<'_, '_> {
    /// The total and the split by linked account, where a rule asks for the month; whether the bill is what its total says.
    async fn main_planes(&mut self) -> Result<(), Failure> {
        if !self.cx.wants(MONTH, COST_AND_USAGE) {
            return Ok(());
        }
        if let Some(total) = self.read(&Plane::Total.into()).await {
            let against = ledger::total_of(&total).map_err(|fault| broken(&fault))?;
            ledger::reconcile(&self.bill, &against).map_err(|fault| broken(&fault))?;
            self.found.ledger.readings.push(total);
        }
        if let Some(accounts) = self.read(&Plane::AccountService.into()).await {
            self.enter(accounts);
        }
        Ok(())
    }

    /// A plane of the day; none where there is no room for it, and its fault in coverage where it failed.
    async fn read(&mut self, id: &PlaneId) -> Option<Reading> {
        let of = if id.tag.is_empty() { MONTH } else { TAG_KEY };
        match ask::reading(self.cx, id, &self.period, Some(&self.bill)).await {
            Ok(reading) => Some(reading),
            // The money or the requests of the day are used up: planes wait their turn, and say how old they are.
            Err(failure) if failure.outcome() == Outcome::Skipped => None,
            Err(failure) => {
                self.found.coverage.add(self.cx.row(of, COST_AND_USAGE, Err(&failure)));
                None
            }
        }
    }

    /// Enters a plane that adds up to the bill; answers whether it does.
    fn enter(&mut self, reading: Reading) -> bool {
        let of = if reading.id.tag.is_empty() { MONTH } else { TAG_KEY };
        let held = self.against(&reading.id).map_err(|fault| broken(&fault)).and_then(|against| {
            ledger::reconcile(&reading, &against).map_err(|fault| broken(&fault))?;
            match (&self.bill.currency, &reading.currency) {
                (Some(bill), Some(plane)) if bill != plane => {
                    Err(Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE}: the bill is in {bill} and in {plane}")))
                }
                _ => Ok(()),
            }
        });
        match held {
            Ok(()) => {
                self.found.ledger.readings.push(reading);
                true
            }
            Err(failure) => {
                self.found.coverage.add(self.cx.row(of, COST_AND_USAGE, Err(&failure)));
                false
            }
        }
    }

    /// What the groups of a plane must add up to.
    fn against(&self, id: &PlaneId) -> Result<Against, crate::model::money::Overflow> {
        match id.plane {
            Plane::TagService => ledger::used_in(&self.bill, |_| true),
            Plane::TagAccount => ledger::used_in(&self.bill, is_taggable),
            Plane::Total | Plane::ServiceRecord | Plane::AccountService | Plane::AccountRecord | Plane::ServiceRegion => {
                ledger::total_of(&self.bill)
            }
        }
    }

    /// The months of each service, as resources.
    fn service_months(&mut self, adds_up: &Result<(), Failure>) {
        let currency = self.currency();
        let months = adds_up
            .clone()
            .and_then(|()| months::by_service(&self.bill.cells, self.period.start, self.cx.request.now).map_err(|fault| broken(&fault)));
        let rows = months.map(|months| {
            let records = months.iter().map(|month| map::service_month(month, &currency, &self.cx.place.account));
            records.map(|record| Resource::from_record(&record, self.cx.request.catalogue, self.cx.request.interner)).collect::<Vec<_>>()
        });
        let seen = rows.as_ref().map(|rows| rows.len() as u64);
        self.found.coverage.add(self.cx.row(SERVICE_MONTH, COST_AND_USAGE, seen));
        self.found.resources.extend(rows.unwrap_or_default());
    }

    /// This month as a whole, with AWS's forecast where a rule asks for it.
    async fn month(&mut self) {
        let forecast = if self.cx.wants(MONTH, FORECAST) { Some(forecast::ask(self.cx, &self.bill).await) } else { None };
        if let Some(answer) = &forecast {
            self.found.coverage.add(self.cx.row(MONTH, FORECAST, answer.as_ref().map(|_| 1)));
        }
        let record = map::month(&self.bill, self.cx.request.now, forecast.as_ref());
        self.found.coverage.add(self.cx.row(MONTH, COST_AND_USAGE, record.as_ref().map(|_| 1)));
        if let Ok(record) = record {
            self.found.resources.push(Resource::from_record(&record, self.cx.request.catalogue, self.cx.request.interner));
        }
        self.found.ledger.forecasts.extend(forecast.and_then(Result::ok));
    }

    /// Which of the configured keys are active.
    async fn tag_statuses(&mut self) -> Result<Vec<TagStatus>, Failure> {
        let answer = tags::ask(self.cx).await;
        self.found.coverage.add(self.cx.row(TAG_KEY, ALLOCATION_TAGS, answer.as_ref().map(|tags| tags.len() as u64)));
        if let Ok(tags) = &answer {
            self.found.ledger.tags.extend(tags.iter().cloned());
        }
        answer
    }

    /// The planes whose turn it is, until the day's requests are used up. Keys that are known as inactive are not asked for: no
    /// bill has a value of them.
    async fn turns(&mut self, statuses: Option<&Vec<TagStatus>>) {
        let wants_tags = self.cx.wants(TAG_KEY, COST_AND_USAGE);
        let inactive = |key: &ArcStr| statuses.is_some_and(|known| known.iter().any(|status| status.key == *key && !status.active));
        let keys: Vec<ArcStr> = self.cx.cost_tags().iter().filter(|key| wants_tags && !inactive(key)).cloned().collect();
        let accounts = self.found.ledger.readings.iter().find(|reading| reading.id.plane == Plane::AccountService);
        let accounts: BTreeSet<&ArcStr> = accounts.into_iter().flat_map(|reading| &reading.cells).map(|cell| &cell.first).collect();
        let several = accounts.len() > 1;
        let mut last = BTreeMap::new();
        for id in question::turns(&keys, several, |_| None, self.cx.request.now) {
            if let Some(reading) = ask::kept(self.cx, &id).await {
                last.insert(id, reading.observed_at);
            }
        }
        let order = question::turns(&keys, several, |id| last.get(id).copied(), self.cx.request.now);
        for id in order.into_iter().filter(|id| !id.tag.is_empty() || self.cx.wants(MONTH, COST_AND_USAGE)) {
            if self.cx.request.paid.room(&self.cx.place.account, self.cx.request.now).await == 0 {
                break;
            }
            if let Some(reading) = self.read(&id).await {
                self.enter(reading);
            }
        }
    }

    /// The tag keys as resources: from the plane of today, or from the last that was read.
    async fn tag_keys(&mut self, statuses: Option<&Result<Vec<TagStatus>, Failure>>) {
        let mut seen = 0;
        for key in self.cx.cost_tags() {
            let id = PlaneId { plane: Plane::TagService, tag: key.clone() };
            let today = self.found.ledger.readings.iter().find(|reading| reading.id == id).cloned();
            let reading = match today {
                Some(reading) => Some(reading),
                // One of last month says nothing of this one.
                None => ask::kept(self.cx, &id).await.filter(|kept| Month::of(kept.to) == Month::at(self.cx.request.now)),
            };
            let reading = reading.filter(|reading| {
                let against = self.against(&reading.id);
                // What was kept was held against the bill of its own day.
                reading.observed_at.date_naive() < self.cx.request.now.date_naive()
                    || against.is_ok_and(|against| ledger::reconcile(reading, &against).is_ok())
            });
            let status = statuses.map(|answer| answer.as_ref().map(|known| known.iter().any(|one| one.key == *key && one.active)));
            let record = map::tag_key(self.cx, key, reading.as_ref(), status, &self.currency());
            self.found.resources.push(Resource::from_record(&record, self.cx.request.catalogue, self.cx.request.interner));
            seen += 1;
        }
        self.found.coverage.add(self.cx.row(TAG_KEY, COST_AND_USAGE, Ok(seen)));
    }

    /// The currency of the bill. An account without any cost has none, and is shown in dollars.
    fn currency(&self) -> ArcStr {
        self.bill.currency.clone().unwrap_or(arcstr::literal!("USD"))
    }
}

fn broken(fault: &dyn std::error::Error) -> Failure {
    Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE}: {fault}"))
}

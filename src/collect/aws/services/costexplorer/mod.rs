//! Cost Explorer: what each service cost, day by day. Every request and page costs $0.01.
//!
//! One request covers this month and, until the 15th, the previous one, which may still be restated: at most 46 days. It is
//! asked for once a day at most (the answer is cached), only where the config says so, and only within the month's cap;
//! who decides that is behind [`PaidCalls`](crate::model::paid::PaidCalls). Grouped by service *and* record type: two
//! groupings cost no more than one, and a credit must not make a service look cheap.

mod cell;
mod charge;
mod map;
mod months;
#[cfg(test)]
mod tests;

use super::Service;
use crate::collect::aws::failure::{Failure, GivenUp, Kind};
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::cost::plan::{COST_EXPLORER_PAGES as MOST_PAGES, COST_EXPLORER_REQUEST as PRICE};
use crate::model::{Outcome, Resource};
use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::config::Region;
use aws_sdk_costexplorer::types::{DateInterval, Granularity, GroupDefinition, GroupDefinitionType, ResultByTime};
use aws_smithy_runtime_api::client::result::SdkError;
use cell::Cell;
use charge::Charge;
use chrono::{Datelike as _, Days, Months, NaiveDate};
use map::{COST_AND_USAGE, SERVICE_MONTH};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

/// Collects `Ledgerline::Cost::ServiceMonth` and the ledger's rows.
pub struct CostExplorer;

const USED_UP: &str = "the pages that are paid for are used up, and the last of them failed";

const METRICS: [&str; 3] = ["UnblendedCost", "AmortizedCost", "NetUnblendedCost"];

#[async_trait::async_trait]
impl Service for CostExplorer {
    fn name(&self) -> &'static str {
        "costexplorer"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(COST_AND_USAGE, Pace::new(2, 5))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let mut found = Yield::default();
        let period = Period::of(cx.request.now.date_naive());
        let answer = match cells(cx, &period).await {
            Ok(cells) => yielded(cx, &period, &cells, &mut found),
            Err(failure) => Err(failure),
        };
        found.coverage.add(cx.row(SERVICE_MONTH, COST_AND_USAGE, answer.as_ref().copied()));
        found
    }
}

/// The days asked for: the first one, and the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Period {
    start: NaiveDate,
    end: NaiveDate,
}

impl Period {
    /// This month up to today, and the previous one until the 15th.
    fn of(today: NaiveDate) -> Self {
        let first = today.with_day(1).unwrap_or(today);
        let start = if today.day() <= 15 { first.checked_sub_months(Months::new(1)).unwrap_or(first) } else { first };
        Self { start, end: today.checked_add_days(Days::new(1)).unwrap_or(today) }
    }
}

/// Cells as resources and rows; how many resources.
fn yielded(cx: &Scope<'_>, period: &Period, cells: &[Cell], found: &mut Yield) -> Result<u64, Failure> {
    let broken = |fault: &dyn std::error::Error| Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE}: {fault}"));
    let account = &cx.place.account;
    // An account without any cost has no currency, and no months either.
    let currency = cell::currency(cells).map_err(|fault| broken(&fault))?.map_or("USD", |currency| currency.as_str());
    let months = months::by_service(cells, period.start, cx.request.now).map_err(|fault| broken(&fault))?;
    if currency == "USD" {
        // The ledger and its metrics are in dollars: another currency is shown by the resources alone.
        found.costs = map::rows(cells, account, cx.request.now).map_err(|fault| broken(&fault))?;
    }
    for month in &months {
        let record = map::service_month(month, currency, account);
        found.resources.push(Resource::from_record(&record, cx.request.catalogue, cx.request.interner));
    }
    Ok(months.len() as u64)
}

/// The cells of the period: kept from an equal request of the last day, or asked for and paid.
async fn cells(cx: &Scope<'_>, period: &Period) -> Result<Vec<Cell>, Failure> {
    let now = cx.request.now;
    let key = format!("{}..{} DAILY SERVICE,RECORD_TYPE {}", period.start, period.end, METRICS.join(","));
    let request = cx.paid_request(COST_AND_USAGE, key, PRICE, MOST_PAGES);
    if let Some(kept) = cx.request.paid.cached(&request, now).await
        && let Ok(cells) = serde_json::from_value(kept)
    {
        return Ok(cells);
    }
    cx.request.paid.reserve(&request, now).await.map_err(|refusal| Failure::fault(Outcome::Skipped, refusal.to_string()))?;
    let pages = AtomicU32::new(0);
    let answer = ask(cx, period, &pages).await;
    let kept = answer.as_ref().ok().and_then(|cells| serde_json::to_value(cells).ok());
    cx.request.paid.settle(&request, pages.into_inner(), kept, now).await;
    answer
}

/// Asks, page by page; `charged` counts the requests that AWS charges for, of which no more than were set aside are sent.
async fn ask(cx: &Scope<'_>, period: &Period, charged: &AtomicU32) -> Result<Vec<Cell>, Failure> {
    let client = client(cx);
    let interval = DateInterval::builder().start(period.start.to_string()).end(period.end.to_string()).build();
    let interval = interval.map_err(|error| Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} could not be built: {error}")))?;
    let group = |key: &str| GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key(key).build();
    let pay = || {
        charged.fetch_add(1, Ordering::Relaxed);
        cx.paid(PRICE);
    };
    let pages = cx
        .list(COST_AND_USAGE, |token| {
            let request = client
                .get_cost_and_usage()
                .time_period(interval.clone())
                .granularity(Granularity::Daily)
                .set_metrics(Some(METRICS.iter().map(|metric| (*metric).to_owned()).collect()))
                .group_by(group("SERVICE"))
                .group_by(group("RECORD_TYPE"))
                .set_next_page_token(token);
            let pay = &pay;
            async move {
                let charge = Charge::begin(pay);
                let answer = request.send().await;
                charge.end(&answer);
                let beyond = charged.load(Ordering::Relaxed) >= MOST_PAGES;
                let answer = match answer {
                    Ok(answer) => answer,
                    // Trying again would cost more than was set aside.
                    Err(error) if beyond => return Err(SdkError::construction_failure(GivenUp::after(USED_UP, &error))),
                    Err(error) => return Err(error),
                };
                // No page beyond those that were set aside: what is missing is seen below.
                let more = answer.next_page_token.filter(|token| !token.is_empty());
                let part = answer.results_by_time.map(|periods| Part { periods, cut: beyond && more.is_some() });
                Ok(Page { items: part.map(|part| vec![part]), next: more.filter(|_| !beyond) })
            }
        })
        .await;
    if let Some(fault) = pages.fault {
        return Err(understood(fault));
    }
    if pages.items.iter().any(|page| page.cut) {
        return Err(Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} has more than the {MOST_PAGES} pages that are paid for")));
    }
    let periods: Vec<ResultByTime> = pages.items.into_iter().flat_map(|page| page.periods).collect();
    whole(&periods, period)
}

/// The cells of all pages. AWS names every day that it is asked for, those without any cost too: a day that is missing was not
/// told, and half an answer is no low bill.
fn whole(periods: &[ResultByTime], asked: &Period) -> Result<Vec<Cell>, Failure> {
    let named: BTreeSet<&str> = periods.iter().filter_map(ResultByTime::time_period).map(DateInterval::start).collect();
    let mut days = asked.start.iter_days().take_while(|day| *day < asked.end);
    if let Some(day) = days.find(|day| !named.contains(day.to_string().as_str())) {
        return Err(Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} was answered without {day}")));
    }
    cell::cells(periods).map_err(|fault| Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE}: {fault}")))
}

/// One page, and whether the rest was left unasked.
struct Part {
    periods: Vec<ResultByTime>,
    cut: bool,
}

/// Cost Explorer lives in one region of each partition, whatever region is audited.
fn client(cx: &Scope<'_>) -> Client {
    let home = if cx.partition() == "aws-cn" { "cn-northwest-1" } else { "us-east-1" };
    Client::from_conf(aws_sdk_costexplorer::config::Builder::from(cx.sdk()).region(Region::new(home)).build())
}

/// A young account has no data yet, and one that never opened Cost Explorer is refused with words of its own: neither is a
/// missing permission.
fn understood(failure: Failure) -> Failure {
    let not_enabled = failure.is("DataUnavailableException") || failure.reason.contains("not enabled for cost explorer");
    if not_enabled { Failure { kind: Kind::Fault(Outcome::NotEnabled), permission: None, ..failure } } else { failure }
}

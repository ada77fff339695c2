//! Asking, and paying for it: what is kept from today costs nothing, all else is set aside first and settled after.

use super::cell;
use super::charge::Charge;
use super::map::COST_AND_USAGE;
use super::{MOST_PAGES, PRICE, question};
use crate::collect::aws::failure::{Failure, GivenUp, Kind};
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::Scope;
use crate::model::Outcome;
use crate::model::paid::PaidRequest;
use crate::model::plane::{PlaneId, Reading};
use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::config::Region;
use aws_sdk_costexplorer::types::{DateInterval, Granularity, ResultByTime};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

const USED_UP: &str = "the pages that are paid for are used up, and the last of them failed";

const METRICS: [&str; 3] = ["UnblendedCost", "AmortizedCost", "NetUnblendedCost"];

/// The days asked for: the first one, and the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub start: NaiveDate,
    /// The day behind the last.
    pub end: NaiveDate,
}

impl Period {
    /// This month up to today, and the previous one until the 15th.
    pub fn of(today: NaiveDate) -> Self {
        let first = today.with_day(1).unwrap_or(today);
        let start = if today.day() <= 15 { first.checked_sub_months(Months::new(1)).unwrap_or(first) } else { first };
        Self { start, end: today.checked_add_days(Days::new(1)).unwrap_or(today) }
    }
}

/// A plane of the period: kept from today, or asked for and paid.
///
/// # Errors
/// Why there is none; [`Outcome::Skipped`] where it may not be paid for.
pub async fn reading(cx: &Scope<'_>, id: &PlaneId, period: &Period, bill: Option<&Reading>) -> Result<Reading, Failure> {
    let today = period.end.pred_opt().unwrap_or(period.end);
    let mut request = cx.paid_request(COST_AND_USAGE, id.to_string(), PRICE, MOST_PAGES);
    if let Some(kept) = cx.request.paid.cached(&request, cx.request.now).await
        && let Ok(kept) = serde_json::from_value::<Reading>(kept)
        && kept.to == today
        && kept.from == period.start
        && kept.observed_at <= cx.request.now
    {
        return Ok(kept);
    }
    // The last pages of the day may be fewer than an answer can have.
    request.pages = MOST_PAGES.min(cx.request.paid.room(&cx.place.account, cx.request.now).await).max(1);
    let charged = AtomicU32::new(0);
    let asked = async {
        let periods = ask(cx, id, period, bill, request.pages, &charged).await?;
        let (cells, currency) = whole(&periods, period, question::groups(id).len())?;
        let payer = cx.place.account.clone();
        Ok(Reading { payer, id: id.clone(), from: period.start, to: today, currency, observed_at: cx.request.now, cells })
    };
    spend(cx, &request, &charged, asked).await
}

/// The last reading of a plane, however old.
pub async fn kept(cx: &Scope<'_>, id: &PlaneId) -> Option<Reading> {
    let request = cx.paid_request(COST_AND_USAGE, id.to_string(), PRICE, MOST_PAGES);
    last(cx, &request).await
}

/// The last answer of an equal request, however old.
pub async fn last<T: DeserializeOwned>(cx: &Scope<'_>, request: &PaidRequest) -> Option<T> {
    let (_, kept) = cx.request.paid.kept(request).await?;
    serde_json::from_value(kept).ok()
}

/// Sets the price aside, asks, and settles: what is dropped in between stays spent.
///
/// # Errors
/// [`Outcome::Skipped`] where it may not be paid for, else why it failed.
pub async fn spend<T: Serialize>(
    cx: &Scope<'_>,
    request: &PaidRequest,
    charged: &AtomicU32,
    asked: impl Future<Output = Result<T, Failure>> + Send,
) -> Result<T, Failure> {
    let now = cx.request.now;
    cx.request.paid.reserve(request, now).await.map_err(|refusal| Failure::fault(Outcome::Skipped, refusal.to_string()))?;
    let answer = asked.await;
    let kept = answer.as_ref().ok().and_then(|answer| serde_json::to_value(answer).ok());
    cx.request.paid.settle(request, charged.load(Ordering::Relaxed), kept, now).await;
    answer
}

/// Counts a request that AWS charges for.
pub fn pay(cx: &Scope<'_>, charged: &AtomicU32) {
    charged.fetch_add(1, Ordering::Relaxed);
    cx.paid(PRICE);
}

/// The answer; a failure that was charged is final where `most` requests were: trying again would cost more than was set aside.
///
/// # Errors
/// What it was.
#[expect(clippy::result_large_err, reason = "the error is the SDK's own, as callers judge it")]
pub fn within<T, E>(answer: Result<T, SdkError<E, HttpResponse>>, charged: &AtomicU32, most: u32) -> Result<T, SdkError<E, HttpResponse>>
where
    E: std::error::Error + 'static,
{
    match answer {
        Err(error) if charged.load(Ordering::Relaxed) >= most => Err(SdkError::construction_failure(GivenUp::after(USED_UP, &error))),
        answer => answer,
    }
}

/// Asks, page by page; `charged` counts the requests that AWS charges for, of which no more than `most` are sent.
async fn ask(
    cx: &Scope<'_>,
    id: &PlaneId,
    period: &Period,
    bill: Option<&Reading>,
    most: u32,
    charged: &AtomicU32,
) -> Result<Vec<ResultByTime>, Failure> {
    let client = client(cx);
    let interval = DateInterval::builder().start(period.start.to_string()).end(period.end.to_string()).build();
    let interval = interval.map_err(|error| Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} could not be built: {error}")))?;
    let (groups, filter) = (question::groups(id), question::filter(id, bill));
    let groups = if groups.is_empty() { None } else { Some(groups) };
    let pay = || pay(cx, charged);
    let pages = cx
        .list(COST_AND_USAGE, |token| {
            let request = client
                .get_cost_and_usage()
                .time_period(interval.clone())
                .granularity(Granularity::Daily)
                .set_metrics(Some(METRICS.iter().map(|metric| (*metric).to_owned()).collect()))
                .set_group_by(groups.clone())
                .set_filter(filter.clone())
                .set_next_page_token(token);
            let pay = &pay;
            async move {
                let charge = Charge::begin(pay);
                let answer = request.send().await;
                charge.end(&answer);
                let answer = within(answer, charged, most)?;
                let beyond = charged.load(Ordering::Relaxed) >= most;
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
        return Err(Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} has more than the {most} pages that are paid for")));
    }
    Ok(pages.items.into_iter().flat_map(|page| page.periods).collect())
}

/// The cells of all pages. AWS names every day that it is asked for, those without any cost too: a day that is missing was not
/// told, and half an answer is no low bill.
pub fn whole(periods: &[ResultByTime], asked: &Period, groups: usize) -> Result<cell::Cells, Failure> {
    let named: BTreeSet<&str> = periods.iter().filter_map(ResultByTime::time_period).map(DateInterval::start).collect();
    let mut days = asked.start.iter_days().take_while(|day| *day < asked.end);
    if let Some(day) = days.find(|day| !named.contains(day.to_string().as_str())) {
        return Err(Failure::fault(Outcome::Broken, format!("{COST_AND_USAGE} was answered without {day}")));
    }
    let (cells, currency) = cell::cells(periods, groups).map_err(|fault| super::broken(&fault))?;
    if let Some(stranger) = cells.iter().find(|cell| cell.day < asked.start || cell.day >= asked.end) {
        return Err(Failure::fault(
            Outcome::Broken,
            format!("{COST_AND_USAGE} was answered with {}, which was not asked for", stranger.day),
        ));
    }
    Ok((cells, currency))
}

/// One page, and whether the rest was left unasked.
struct Part {
    periods: Vec<ResultByTime>,
    cut: bool,
}

/// Cost Explorer lives in one region of each partition, whatever region is audited.
pub fn client(cx: &Scope<'_>) -> Client {
    let home = if cx.partition() == "aws-cn" { "cn-northwest-1" } else { "us-east-1" };
    Client::from_conf(aws_sdk_costexplorer::config::Builder::from(cx.sdk()).region(Region::new(home)).build())
}

/// A young account has no data yet, and one that never opened Cost Explorer is refused with words of its own: neither is a
/// missing permission.
pub fn understood(failure: Failure) -> Failure {
    let not_enabled = failure.is("DataUnavailableException") || failure.reason.contains("not enabled for cost explorer");
    if not_enabled { Failure { kind: Kind::Fault(Outcome::NotEnabled), permission: None, ..failure } } else { failure }
}

//! AWS Cost Anomaly Detection: which monitors there are, and what they noticed in the last month.
//!
//! Every request costs $0.01, as all of Cost Explorer's do: each is made once a day at most, within the cap and only where the config says
//! so. What AWS noticed is put together with what we noticed later, in `audit`, where the ledger's days are known.

mod map;

use super::Service;
use super::costexplorer::charge::Charge;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::cost::plan::COST_EXPLORER_REQUEST as PRICE;
use crate::cost::trend::TOLD_DAYS;
use crate::model::paid::PaidRequest;
use crate::model::{Outcome, Resource};
use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::config::Region;
use aws_sdk_costexplorer::types::AnomalyDateInterval;
use chrono::Days;
use map::{ANOMALY, MONITOR, Row};
use std::sync::atomic::{AtomicU32, Ordering};

/// Collects `AWS::CE::AnomalyMonitor` and `Ledgerline::Cost::Anomaly`.
pub struct CostAnomaly;

const MONITORS: &str = "ce:GetAnomalyMonitors";
const ANOMALIES: &str = "ce:GetAnomalies";
/// The most pages that a listing may take: of a hundred each.
const MOST_PAGES: u32 = 1;
const PAGE: i32 = 100;
/// So far back anomalies are asked for.
const DAYS_BACK: u64 = TOLD_DAYS.unsigned_abs();

#[async_trait::async_trait]
impl Service for CostAnomaly {
    fn name(&self) -> &'static str {
        "costanomaly"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        const { &[(ANOMALIES, Pace::new(2, 5)), (MONITORS, Pace::new(2, 5))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let mut found = Yield::default();
        for (kind, call) in [(MONITOR, MONITORS), (ANOMALY, ANOMALIES)] {
            if !cx.wants(kind, call) {
                continue;
            }
            let rows = rows(cx, kind, call).await;
            found.coverage.add(cx.row(kind, call, rows.as_ref().map(|rows| rows.len() as u64)));
            for row in rows.into_iter().flatten() {
                let record = row.record(kind, &cx.place.account);
                found.resources.push(Resource::from_record(&record, cx.request.catalogue, cx.request.interner));
            }
        }
        found
    }
}

/// The rows of a listing: kept from the last day, or asked for and paid.
async fn rows(cx: &Scope<'_>, kind: &str, call: &str) -> Result<Vec<Row>, Failure> {
    let now = cx.request.now;
    let key = if kind == ANOMALY { format!("the {DAYS_BACK} days before {}", now.date_naive()) } else { "all".to_owned() };
    let request: PaidRequest = cx.paid_request(call, key, PRICE, MOST_PAGES);
    if let Some(kept) = cx.request.paid.cached(&request, now).await
        && let Ok(rows) = serde_json::from_value(kept)
    {
        return Ok(rows);
    }
    cx.request.paid.reserve(&request, now).await.map_err(|refusal| Failure::fault(Outcome::Skipped, refusal.to_string()))?;
    let charged = AtomicU32::new(0);
    let answer = ask(cx, call, &charged).await;
    let kept = answer.as_ref().ok().and_then(|rows| serde_json::to_value(rows).ok());
    cx.request.paid.settle(&request, charged.into_inner(), kept, now).await;
    answer
}

async fn ask(cx: &Scope<'_>, call: &str, charged: &AtomicU32) -> Result<Vec<Row>, Failure> {
    let home = if cx.partition() == "aws-cn" { "cn-northwest-1" } else { "us-east-1" };
    let client = Client::from_conf(aws_sdk_costexplorer::config::Builder::from(cx.sdk()).region(Region::new(home)).build());
    let pay = || {
        charged.fetch_add(1, Ordering::Relaxed);
        cx.paid(PRICE);
    };
    let listing: Listing<Option<Row>> = if call == MONITORS {
        let pages = cx.list(call, |token| {
            let request = client.get_anomaly_monitors().max_results(PAGE).set_next_page_token(token);
            let pay = &pay;
            async move {
                let charge = Charge::begin(pay);
                let answer = request.send().await;
                charge.end(&answer);
                let answer = answer?;
                let cut = answer.next_page_token.is_some_and(|token| !token.is_empty());
                Ok(Page { items: Some(ended(answer.anomaly_monitors.iter().map(map::monitor).collect(), cut)), next: None })
            }
        });
        pages.await
    } else {
        let today = cx.request.now.date_naive();
        let start = today.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(today);
        // The end is included, other than everywhere else in Cost Explorer.
        let interval = AnomalyDateInterval::builder().start_date(start.to_string()).end_date(today.to_string()).build();
        let interval = interval.map_err(|error| Failure::fault(Outcome::Broken, format!("{call} could not be built: {error}")))?;
        let pages = cx.list(call, |token| {
            let request = client.get_anomalies().date_interval(interval.clone()).max_results(PAGE).set_next_page_token(token);
            let pay = &pay;
            async move {
                let charge = Charge::begin(pay);
                let answer = request.send().await;
                charge.end(&answer);
                let answer = answer?;
                let cut = answer.next_page_token.is_some_and(|token| !token.is_empty());
                Ok(Page { items: Some(ended(answer.anomalies.iter().map(map::anomaly).collect(), cut)), next: None })
            }
        });
        pages.await
    };
    let rows: Option<Vec<Row>> = listing.whole()?.into_iter().collect();
    rows.ok_or_else(|| Failure::fault(Outcome::Broken, format!("{call} was answered with what makes no sense, or with more than a page")))
}

/// A page's rows; one that makes no sense where there would be more pages: none is paid for beyond the first.
fn ended(mut rows: Vec<Option<Row>>, cut: bool) -> Vec<Option<Row>> {
    if cut {
        rows.push(None);
    }
    rows
}

//! What tables and their indexes consumed, minute by minute, from CloudWatch; and what that says of how they are paid.
//!
//! Paid: $0.01 for each thousand metrics asked for, within the month's cap, once a day, and only where the config lets calls be paid and a
//! rule reads it. A fortnight of minutes, because two whole weeks weigh every weekday alike, CloudWatch keeps minutes for fifteen days, and
//! five metrics then fill one answer. The last ten minutes are left out: they are not all in yet. A minute without a figure consumed
//! nothing. Of all this only sums and the comparison of the ways to pay are kept.

mod told;

use super::{DESCRIBE, TABLE};
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::paid::PaidRequest;
use crate::model::{Money, Outcome};
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy};
use aws_smithy_types::DateTime;
use chrono::{TimeDelta, Timelike as _};
use futures::FutureExt as _;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use told::{Asked, Series, Window};

/// The call.
pub(super) const METRICS: &str = "cloudwatch:GetMetricData";
/// What one metric costs: $0.01 a thousand (<https://aws.amazon.com/cloudwatch/pricing/>).
const PRICE: Money = Money::new(Decimal::from_parts(1, 0, 0, false, 5));
/// What is not in yet.
const UNSETTLED: TimeDelta = TimeDelta::minutes(10);
const MINUTE_SECS: i32 = 60;

/// Adds what was consumed to the tables, where that is wanted and may be paid.
pub(super) async fn add(cx: &Scope<'_>, tables: &mut [Option<Draft>], found: &mut Yield) {
    if !cx.wants(TABLE, METRICS) {
        return;
    }
    for table in tables.iter_mut().flatten() {
        table.without(("state", "Consumption"), DESCRIBE);
    }
    let now = cx.request.now;
    let end = (now - UNSETTLED).with_second(0).and_then(|end| end.with_nanosecond(0)).unwrap_or(now);
    let window = Window::until(end);
    let asked: Vec<Asked> = tables.iter().flatten().flat_map(told::asked).collect();
    if asked.is_empty() || !cx.wants(TABLE, DESCRIBE) {
        found.coverage.add(cx.row(TABLE, METRICS, Ok(0)));
        return;
    }
    // One request of the budget is one metric. An answer that fails is asked for once more.
    let metrics = u32::try_from(asked.len()).unwrap_or(u32::MAX).saturating_mul(2);
    let request = cx.paid_request(METRICS, format!("{} a fortnight of minutes", cx.place.region), PRICE, metrics);
    let kept = match cx.request.paid.cached(&request, now).await {
        Some(Value::Object(kept)) => Ok(kept),
        _ => ask(cx, &request, &asked, window).await,
    };
    match kept {
        Ok(kept) => {
            for table in tables.iter_mut().flatten() {
                // A table that is younger than the answer has none.
                if let Some(state) = kept.get(table.id.as_str()) {
                    table.state.put("Consumption", told::state(table, state));
                }
            }
            found.coverage.add(cx.row(TABLE, METRICS, Ok(kept.len() as u64)));
        }
        Err(failure) if failure.outcome() == Outcome::Skipped => found.coverage.add(cx.row(TABLE, METRICS, Err(&failure))),
        Err(failure) => {
            for table in tables.iter_mut().flatten() {
                // A table that is gone was dropped before.
                let _still_there = table.take(METRICS, Err::<(), Failure>(failure.clone()), |_, ()| ());
            }
            found.coverage.add(cx.row(TABLE, METRICS, Err(&failure)));
        }
    }
}

/// Asks within the budget; what each table consumed, by its ARN.
async fn ask(cx: &Scope<'_>, request: &PaidRequest, asked: &[Asked], window: Window) -> Result<Map<String, Value>, Failure> {
    let now = cx.request.now;
    cx.request.paid.reserve(request, now).await.map_err(|refusal| Failure::fault(Outcome::Skipped, refusal.to_string()))?;
    let client = Client::new(cx.sdk());
    let sent = std::sync::atomic::AtomicU32::new(0);
    let batches = told::batches(asked);
    let answers = cx.each("metrics", batches, |batch| batch_of(cx, client.clone(), batch, window, &sent).boxed()).await;
    let answer = answers.into_iter().collect::<Result<Vec<_>, _>>().map(|series| {
        let series: Vec<Series> = series.into_iter().flatten().collect();
        told::by_table(&series, window)
    });
    let used = sent.into_inner().min(request.pages);
    cx.request.paid.settle(request, used, answer.as_ref().ok().map(|kept| Value::Object(kept.clone())), now).await;
    answer
}

/// The series of one request. All of it is charged when it is sent, whatever becomes of it: too much is counted, never too little.
async fn batch_of(
    cx: &Scope<'_>,
    client: Client,
    batch: Vec<Asked>,
    window: Window,
    sent: &std::sync::atomic::AtomicU32,
) -> Result<Vec<Series>, Failure> {
    let queries: Vec<MetricDataQuery> = batch.iter().enumerate().map(|(at, one)| query(at, one)).collect();
    let metrics = u32::try_from(queries.len()).unwrap_or(u32::MAX);
    let (start, end) = (DateTime::from_secs(window.start.timestamp()), DateTime::from_secs(window.end.timestamp()));
    let listing = cx
        .list(METRICS, |token| {
            let request = client.get_metric_data().set_metric_data_queries(Some(queries.clone())).start_time(start).end_time(end);
            let request = request.scan_by(ScanBy::TimestampAscending).max_datapoints(told::MOST_POINTS).set_next_token(token);
            sent.fetch_add(metrics, std::sync::atomic::Ordering::Relaxed);
            for _ in 0..metrics {
                cx.paid(PRICE);
            }
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.metric_data_results, next: answer.next_token })
            }
        })
        .await;
    let results: Vec<MetricDataResult> = listing.whole()?;
    let mut series: Vec<Series> = batch.into_iter().map(Series::new).collect();
    for result in &results {
        let position = result.id().and_then(|id| id.strip_prefix('m')).and_then(|id| id.parse::<usize>().ok());
        let one = position.and_then(|position| series.get_mut(position));
        let one = one.ok_or_else(|| Failure::fault(Outcome::Broken, format!("{METRICS} answered with a metric that was not asked for")))?;
        for (time, value) in result.timestamps().iter().zip(result.values()) {
            one.put(time.secs(), *value, window);
        }
        one.answered = true;
    }
    // A metric that was never published is answered with an empty series; one that is missing was not answered.
    if series.iter().any(|one| !one.answered) {
        return Err(Failure::fault(Outcome::Broken, format!("{METRICS} was answered without a metric that was asked for")));
    }
    Ok(series)
}

fn query(at: usize, asked: &Asked) -> MetricDataQuery {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let mut metric =
        Metric::builder().namespace("AWS/DynamoDB").metric_name(asked.metric.name()).dimensions(dimension("TableName", &asked.table));
    if let Some(index) = &asked.index {
        metric = metric.dimensions(dimension("GlobalSecondaryIndexName", index));
    }
    let period = if asked.metric.is_provisioned() { MINUTE_SECS * 60 } else { MINUTE_SECS };
    // Consumption is a sum: its average is that of requests, and says nothing.
    let statistic = if asked.metric.is_provisioned() { "Average" } else { "Sum" };
    let stat = MetricStat::builder().metric(metric.build()).period(period).stat(statistic).build();
    MetricDataQuery::builder().id(format!("m{at}")).metric_stat(stat).build()
}

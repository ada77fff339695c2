//! What the last thirty days used of functions, APIs, logs and tables, as CloudWatch counted it: for `ledgerline cost estimate
//! --from-cloudwatch`. No rule reads it, so that no audit asks for it.
//!
//! CloudWatch finds the metrics itself (`SEARCH`), and charges for each that it finds: $0.01 for a thousand. One expression finds five
//! hundred at most; where one finds so many, more may be missing, and the answer is refused.

use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::cost::estimate::observed::{Counted, TYPE};
use crate::model::resource::ResourceRecord;
use crate::model::{Money, Outcome, Resource};
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{MetricDataQuery, MetricDataResult};
use aws_smithy_types::DateTime;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// The call.
const METRICS: &str = "cloudwatch:GetMetricData";
/// What one metric costs.
const PRICE: Money = Money::new(Decimal::from_parts(1, 0, 0, false, 5));
/// The most that one expression finds.
const MOST_FOUND: usize = 500;
const DAYS: i64 = 30;

/// The region's usage, where it is wanted.
pub(super) async fn usage(cx: &Scope<'_>, found: &mut Yield) {
    let answer = sums(cx).await;
    found.coverage.add(cx.row(TYPE, METRICS, answer.as_ref().map(|_| 1)));
    if let Ok(sums) = answer {
        let record = ResourceRecord {
            id: format!("ledgerline:usage:{}:{}", cx.place.account, cx.place.region).into(),
            resource_type: TYPE.into(),
            name: cx.place.region.shared().clone(),
            account: cx.place.account.clone(),
            region: cx.place.region.clone(),
            tags: Value::Null,
            properties: json!({ "Days": DAYS, "Sums": sums }),
            state: Value::Null,
            gaps: Vec::new(),
            origin: None,
        };
        found.resources.push(Resource::from_record(&record, cx.request.catalogue, cx.request.interner));
    }
}

async fn sums(cx: &Scope<'_>) -> Result<Value, Failure> {
    let now = cx.request.now;
    let most = u32::try_from(MOST_FOUND * Counted::ALL.len()).unwrap_or(u32::MAX);
    let request = cx.paid_request(METRICS, format!("{} {DAYS} days before {}", cx.place.region, now.date_naive()), PRICE, most);
    if let Some(kept) = cx.request.paid.cached(&request, now).await {
        return Ok(kept);
    }
    cx.request.paid.reserve(&request, now).await.map_err(|refusal| Failure::fault(Outcome::Skipped, refusal.to_string()))?;
    let charged = AtomicU32::new(0);
    let answer = ask(cx, &charged).await;
    cx.request.paid.settle(&request, charged.into_inner().min(most), answer.as_ref().ok().cloned(), now).await;
    answer
}

async fn ask(cx: &Scope<'_>, charged: &AtomicU32) -> Result<Value, Failure> {
    let client = Client::new(cx.sdk());
    let end = cx.request.now - TimeDelta::minutes(10);
    let (start, end) = (DateTime::from_secs((end - TimeDelta::days(DAYS)).timestamp()), DateTime::from_secs(end.timestamp()));
    let queries: Vec<MetricDataQuery> = Counted::ALL.iter().map(|counted| query(*counted)).collect();
    let listing = cx
        .list(METRICS, |token| {
            let request = client.get_metric_data().set_metric_data_queries(Some(queries.clone())).start_time(start).end_time(end);
            let request = request.set_next_token(token);
            async {
                let answer = request.send().await?;
                let found = answer.metric_data_results.as_ref().map_or(0, Vec::len);
                charged.fetch_add(u32::try_from(found).unwrap_or(u32::MAX), Ordering::Relaxed);
                for _ in 0..found {
                    cx.paid(PRICE);
                }
                Ok(Page { items: answer.metric_data_results, next: answer.next_token })
            }
        })
        .await;
    let results: Vec<MetricDataResult> = listing.whole()?;
    let mut sums: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &results {
        let counted = Counted::ALL.iter().find(|counted| Some(counted.as_str()) == result.id());
        let counted = counted.ok_or_else(|| Failure::fault(Outcome::Broken, format!("{METRICS} answered with what was not asked for")))?;
        *found.entry(counted.as_str()).or_default() += 1;
        let sum = sums.entry((counted.as_str(), result.label().unwrap_or_default())).or_default();
        for value in result.values() {
            // A count beyond all bounds is none.
            *sum = sum.checked_add(Decimal::from_f64_retain(*value).unwrap_or_default().round_dp(3)).unwrap_or(*sum);
        }
    }
    if let Some((expression, _)) = found.iter().find(|(_, count)| **count >= MOST_FOUND) {
        let reason = format!("{METRICS} finds {MOST_FOUND} metrics of {expression} at most, and found as many: there may be more");
        return Err(Failure::fault(Outcome::Broken, reason));
    }
    let rows =
        sums.into_iter().map(|((counted, name), sum)| json!({ "Counted": counted, "Name": name, "Sum": sum.normalize().to_string() }));
    Ok(rows.collect())
}

fn query(counted: Counted) -> MetricDataQuery {
    let (namespace, dimensions, metric) = counted.metric();
    let schema = [&[namespace], dimensions].concat().join(",");
    let expression = format!("SEARCH('{{{schema}}} MetricName=\"{metric}\"', 'Sum', 86400)");
    let name = dimensions.last().copied().unwrap_or_default();
    MetricDataQuery::builder().id(counted.as_str()).expression(expression).label(format!("${{PROP('Dim.{name}')}}")).build()
}

//! CloudWatch: alarms of both kinds from one listing, the dashboards of the account, and the alarms on its bill.
//!
//! `DescribeAlarms` leaves composite alarms out unless it is asked for them by type, so it is asked for exactly the types
//! that are wanted. Nothing is asked per alarm or dashboard.

mod map;
mod usage;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::cost::estimate::observed;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::{Builder, Region};
use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, DashboardEntry, MetricAlarm};
use map::{ALARM, BILLING_ALARM, COMPOSITE_ALARM, DASHBOARD};

/// Collects the types of CloudWatch.
pub struct CloudWatch;

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const DASHBOARDS: &str = "cloudwatch:ListDashboards";

/// The most alarms that a page holds.
const PAGE: i32 = 100;

/// One alarm of the answer.
enum Alarm {
    Metric(Box<MetricAlarm>),
    Composite(Box<CompositeAlarm>),
}

#[async_trait::async_trait]
impl Service for CloudWatch {
    fn name(&self) -> &'static str {
        "cloudwatch"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Service quotas: nine a second for DescribeAlarms, ten for ListDashboards.
        const { &[(ALARMS, Pace::new(9, 9)), (DASHBOARDS, Pace::new(10, 10))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let mut found = Yield::default();
        if cx.place.region.is_global() {
            if cx.wants(BILLING_ALARM, ALARMS) {
                billing_alarms(cx, &mut found).await;
            }
            if cx.wants(DASHBOARD, DASHBOARDS) {
                dashboards(cx, &mut found).await;
            }
        } else {
            alarms(cx, &mut found).await;
            if cx.request.needs.wants_type(observed::TYPE) {
                usage::usage(cx, &mut found).await;
            }
        }
        found
    }
}

/// The alarms of a region, of the types that are wanted.
async fn alarms(cx: &Scope<'_>, found: &mut Yield) {
    let kinds = [(ALARM, AlarmType::MetricAlarm), (COMPOSITE_ALARM, AlarmType::CompositeAlarm)];
    let (names, types): (Vec<&str>, Vec<AlarmType>) = kinds.into_iter().filter(|(name, _)| cx.wants(name, ALARMS)).unzip();
    if types.is_empty() {
        return;
    }
    let listing = list(cx, &Client::new(cx.sdk()), types).await;
    let listing = listing.read(ALARMS, |alarm| match alarm {
        Alarm::Metric(alarm) => map::metric_alarm(alarm, &cx.place).map(|draft| (ALARM, draft)),
        Alarm::Composite(alarm) => map::composite_alarm(alarm, &cx.place).map(|draft| (COMPOSITE_ALARM, draft)),
    });
    for name in names {
        let items = listing.items.iter().filter(|(kind, _)| *kind == name).map(|(_, draft)| draft.clone()).collect();
        enter(cx, found, name, ALARMS, Listing { items, fault: listing.fault.clone() });
    }
}

/// The alarms on the bill: of the region where AWS publishes the metric, those that watch it.
async fn billing_alarms(cx: &Scope<'_>, found: &mut Yield) {
    let home = if cx.partition() == "aws-cn" { "cn-north-1" } else { "us-east-1" };
    let client = Client::from_conf(Builder::from(cx.sdk()).region(Region::new(home)).build());
    let mut listing = list(cx, &client, vec![AlarmType::MetricAlarm]).await;
    listing.items.retain(|alarm| matches!(alarm, Alarm::Metric(alarm) if map::watches_the_bill(alarm)));
    let listing = listing.read(ALARMS, |alarm| match alarm {
        Alarm::Metric(alarm) => map::billing_alarm(alarm),
        Alarm::Composite(_) => None,
    });
    enter(cx, found, BILLING_ALARM, ALARMS, listing);
}

/// Alarms of these types, page by page. A page has a list for each type that it was asked for; one that lacks any of them
/// was cut off.
async fn list(cx: &Scope<'_>, client: &Client, types: Vec<AlarmType>) -> Listing<Alarm> {
    cx.list(ALARMS, |token| {
        let request = client.describe_alarms().set_alarm_types(Some(types.clone())).max_records(PAGE).set_next_token(token);
        let types = &types;
        async move {
            let answer = request.send().await?;
            let told = |kind, told: bool| told || !types.contains(&kind);
            let whole = told(AlarmType::MetricAlarm, answer.metric_alarms.is_some())
                && told(AlarmType::CompositeAlarm, answer.composite_alarms.is_some());
            let metric = answer.metric_alarms.unwrap_or_default().into_iter().map(|alarm| Alarm::Metric(alarm.into()));
            let composite = answer.composite_alarms.unwrap_or_default().into_iter().map(|alarm| Alarm::Composite(alarm.into()));
            // Emulators answer with composite alarms that nobody asked for.
            let composite = composite.filter(|_| types.contains(&AlarmType::CompositeAlarm));
            let metric = metric.filter(|_| types.contains(&AlarmType::MetricAlarm));
            Ok(Page { items: whole.then(|| metric.chain(composite).collect()), next: answer.next_token })
        }
    })
    .await
}

async fn dashboards(cx: &Scope<'_>, found: &mut Yield) {
    let client = Client::new(cx.sdk());
    let listing: Listing<DashboardEntry> = cx
        .list(DASHBOARDS, |token| {
            let request = client.list_dashboards().set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.dashboard_entries, next: answer.next_token })
            }
        })
        .await;
    let listing = listing.read(DASHBOARDS, |dashboard| map::dashboard(dashboard, cx));
    enter(cx, found, DASHBOARD, DASHBOARDS, listing);
}

fn enter(cx: &Scope<'_>, found: &mut Yield, kind: &str, call: &str, listing: Listing<Draft>) {
    found.listed(cx, kind, call, &listing);
    for draft in listing.items {
        found.enter(cx, draft);
    }
}

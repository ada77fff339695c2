//! AWS Config: the recorders of a region, whether they record, and where what they record is delivered. Each is one answer
//! a region without pages; what was recorded is never read.

mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_config::Client;
use aws_sdk_config::types::ConfigurationRecorderStatus;
use map::{CHANNEL, CHANNELS, RECORDER, RECORDERS, STATUS};
use std::collections::HashMap;

/// Collects the types of AWS Config.
pub struct Config;

#[async_trait::async_trait]
impl Service for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        if cx.wants(RECORDER, RECORDERS) {
            recorders(cx, &client, &mut found).await;
        }
        if cx.wants(CHANNEL, CHANNELS) {
            let answer = cx.call(CHANNELS, || client.describe_delivery_channels().send()).await;
            let channels = whole(CHANNELS, answer.map(|answer| answer.delivery_channels));
            let channels =
                channels.read(CHANNELS, |channel| map::channel(channel, |name| cx.arn("config", &format!("delivery-channel/{name}"))));
            enter(cx, CHANNEL, CHANNELS, channels, &mut found);
        }
        found
    }
}

async fn recorders(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let answer = cx.call(RECORDERS, || client.describe_configuration_recorders().send()).await;
    let recorders = whole(RECORDERS, answer.map(|answer| answer.configuration_recorders));
    let mut recorders =
        recorders.read(RECORDERS, |recorder| map::recorder(recorder, |name| cx.arn("config", &format!("configuration-recorder/{name}"))));
    if cx.wants(RECORDER, STATUS) {
        let answer = cx.call(STATUS, || client.describe_configuration_recorder_status().send()).await;
        let told = answer.and_then(|answer| answer.configuration_recorders_status.ok_or_else(|| Failure::empty(STATUS)));
        put_status(&mut recorders.items, &told);
        found.coverage.add(cx.row(RECORDER, STATUS, told.as_ref().map(|told| told.len() as u64)));
    }
    enter(cx, RECORDER, RECORDERS, recorders, found);
}

/// Puts each recorder's status into it; one whose status was not told is not known to record or not.
fn put_status(recorders: &mut Vec<Draft>, told: &Result<Vec<ConfigurationRecorderStatus>, Failure>) {
    let known: HashMap<&str, &ConfigurationRecorderStatus> =
        told.iter().flatten().filter_map(|status| Some((status.name()?, status))).collect();
    recorders.retain_mut(|recorder| {
        let status = match told {
            Ok(_) => known.get(recorder.name.as_str()).copied().ok_or_else(|| Failure::empty(STATUS)),
            Err(failure) => Err(failure.clone()),
        };
        recorder.take(STATUS, status, |recorder, status| map::status(status, &mut recorder.state)).is_some()
    });
}

fn whole<T>(call: &str, answer: Result<Option<Vec<T>>, Failure>) -> Listing<T> {
    match answer.and_then(|items| items.ok_or_else(|| Failure::empty(call))) {
        Ok(items) => Listing { items, fault: None },
        Err(failure) => Listing { items: Vec::new(), fault: Some(failure) },
    }
}

fn enter(cx: &Scope<'_>, resource_type: &str, call: &str, listing: Listing<Draft>, found: &mut Yield) {
    found.listed(cx, resource_type, call, &listing);
    for draft in listing.items {
        found.enter(cx, draft);
    }
}

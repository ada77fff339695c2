//! `probes`: which endpoints are asked from outside, and what is expected of them.

use super::accounts::account_id;
use super::read::whole;
use crate::collect::config::AwsConfig;
use crate::collect::config::{Endpoint, ProbesConfig, Url};
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node, Table};
use std::time::Duration;

/// What holds where a probe does not say.
const CERTIFICATE_DAYS: u32 = 30;
const TIMEOUT_SECS: u64 = 10;

/// Each probe under a name of its own. One that names no account belongs to the configured one, where there is just one.
pub fn probes(node: &Node, aws: &AwsConfig, faults: &mut Faults) -> ProbesConfig {
    let mut config = ProbesConfig::default();
    for item in node.list("probes", faults).unwrap_or_default() {
        let Some(mut endpoint) = endpoint(item, faults) else { continue };
        if config.endpoints.iter().any(|known| known.name == endpoint.name) {
            faults.add(&item.span, format!("probe {:?} is given twice", endpoint.name.as_str()));
            continue;
        }
        if let (None, [only]) = (&endpoint.account, aws.accounts.as_slice()) {
            endpoint.account = Some(only.id.clone());
        }
        config.endpoints.push(endpoint);
    }
    config
}

fn endpoint(node: &Node, faults: &mut Faults) -> Option<Endpoint> {
    let table = Table::of(node, "a probe", faults)?;
    let name = table.required("name", faults).and_then(|node| {
        let name = node.word("name", faults)?;
        if name.trim().is_empty() {
            faults.add(&node.span, "a probe needs a name");
            return None;
        }
        Some(name)
    });
    let url = table.required("url", faults).and_then(|node| {
        let text = node.string("url", faults)?;
        Url::parse(&text).map_err(|fault| faults.add(&node.span, fault)).ok()
    });
    let account = table.optional("account").and_then(|node| account_id(node, "account", faults));
    let protected = table.optional("protected").and_then(|node| node.boolean("protected", faults)).unwrap_or_default();
    let status = table.optional("status").map(|node| statuses(node, faults)).unwrap_or_default();
    let days = table.optional("certificate_days").and_then(|node| whole(node, "certificate_days", 0..=3650_u32, faults));
    let allow_private = table.optional("allow_private").and_then(|node| node.boolean("allow_private", faults)).unwrap_or_default();
    let timeout = table.optional("timeout_secs").and_then(|node| whole(node, "timeout_secs", 1..=60_u64, faults));
    table.finish("a probe", faults);
    Some(Endpoint {
        name: name?,
        account,
        url: url?,
        status,
        protected,
        certificate_days: days.unwrap_or(CERTIFICATE_DAYS),
        allow_private,
        timeout: Duration::from_secs(timeout.unwrap_or(TIMEOUT_SECS)),
    })
}

/// One status, or a list of them.
fn statuses(node: &Node, faults: &mut Faults) -> Vec<u16> {
    let items = match &node.kind {
        Kind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    items.iter().filter_map(|item| whole(item, "status", 100..=599_u16, faults)).collect()
}

//! The top of the file: its keys, each given to the section that reads it.

use super::{Config, accounts, environments, exports, listen, notify, probes, report, rules, samples, schedules, waivers};
use crate::collect::config::ExportsConfig;
use crate::cost::config::{CostConfig, TagKeys};
use crate::diag::yaml::{self, Kind, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use crate::model::Money;
use crate::model::value::Time;
use crate::store::config::StoreConfig;
use rust_decimal::Decimal;
use std::path::{Path, PathBuf};

/// Reads the whole file. `folder` is what relative paths in it are relative to; waivers may end so long after `now`.
pub fn read(source: &Source, folder: &Path, now: Time) -> Result<Config, Vec<Diagnostic>> {
    let root = yaml::parse(source).map_err(|diagnostic| vec![diagnostic])?;
    let mut faults = Faults::new(source.clone());
    let config = if matches!(root.kind, Kind::Null) { Config::default() } else { read_root(&root, folder, now, &mut faults) };
    if faults.is_empty() {
        return Ok(config);
    }
    let mut diagnostics = faults.into_diagnostics();
    diagnostics.extend(config.waivers.faults().iter().cloned());
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    Err(diagnostics)
}

fn read_root(root: &Node, folder: &Path, now: Time, faults: &mut Faults) -> Config {
    let Some(table) = Table::of(root, "the config file", faults) else { return Config::default() };
    let mut config = Config::default();
    if let Some(node) = table.optional("accounts") {
        config.aws.accounts = accounts::accounts(node, faults);
    }
    if let Some(node) = table.optional("regions") {
        config.aws.regions = accounts::regions(node, "regions", faults);
    }
    if let Some(node) = table.optional("environments") {
        config.ownership.environments = environments::environments(node, faults);
    }
    if let Some(node) = table.optional("rules") {
        config.rules = rules::rules(node, folder, &config.ownership.environments, faults);
    }
    if let Some(node) = table.optional("parameters") {
        config.rules.parameters = rules::parameters(node, &config.ownership.environments, faults);
    }
    config.rules.source = Some(faults.source().clone());
    if let Some(node) = table.optional("waivers") {
        config.waivers = waivers::waivers(node, folder, now, faults);
    }
    if let Some(node) = table.optional("store") {
        config.store = store(node, folder, faults);
    }
    if let Some(node) = table.optional("schedules") {
        config.schedules = schedules::schedules(node, faults);
    }
    if let Some(node) = table.optional("report") {
        config.report = report::report(node, folder, faults);
    }
    config.serve = listen::serve(&table, folder, faults);
    if let Some(node) = table.optional("cost") {
        (config.cost, config.cost_tags, config.prices, config.exports) = cost(node, folder, faults);
    }
    if let Some(node) = table.optional("probes") {
        config.probes = probes::probes(node, &config.aws, faults);
    }
    if let Some(node) = table.optional("samples") {
        config.samples = samples::samples(node, faults);
    }
    if let Some(node) = table.optional("notify") {
        config.notify = notify::notify(node, folder, faults);
    }
    table.finish("the config file", faults);
    config
}

fn store(node: &Node, folder: &Path, faults: &mut Faults) -> StoreConfig {
    let mut store = StoreConfig::default();
    let Some(table) = Table::of(node, "store", faults) else { return store };
    if let Some(node) = table.optional("url") {
        store.url = node.string("store.url", faults).map(|url| match url.strip_prefix("sqlite://") {
            Some(file) if Path::new(file).is_relative() && folder != Path::new("") => {
                arcstr::format!("sqlite://{}", folder.join(file).display())
            }
            Some(_) | None => url,
        });
    }
    if let Some(node) = table.optional("keep_days") {
        store.keep_days = whole(node, "store.keep_days", 1..=36_500, faults).unwrap_or(store.keep_days);
    }
    table.finish("store", faults);
    store
}

fn cost(node: &Node, folder: &Path, faults: &mut Faults) -> (CostConfig, TagKeys, Option<PathBuf>, ExportsConfig) {
    let (mut cost, mut tags) = (CostConfig::default(), TagKeys::default());
    let Some(table) = Table::of(node, "cost", faults) else { return (cost, tags, None, ExportsConfig::default()) };
    if let Some(node) = table.optional("enabled") {
        cost.enabled = node.boolean("cost.enabled", faults).unwrap_or_default();
    }
    if let Some(node) = table.optional("monthly_cap_usd") {
        match node.decimal("cost.monthly_cap_usd", faults) {
            Some(cap) if cap >= Decimal::ZERO => cost.monthly_cap_usd = Money::new(cap),
            Some(_) => faults.add(&node.span, "cost.monthly_cap_usd must not be negative"),
            None => {}
        }
    }
    if let Some(node) = table.optional("requests_a_day") {
        cost.requests_a_day = whole(node, "cost.requests_a_day", 1..=1_000, faults).unwrap_or(cost.requests_a_day);
    }
    if let Some(node) = table.optional("tag_keys") {
        tags.0.clear();
        for item in node.list("cost.tag_keys", faults).unwrap_or_default() {
            match item.word("a tag key", faults) {
                Some(key) if tags.0.contains(&key) => faults.add(&item.span, format!("the tag key {:?} is given twice", key.as_str())),
                // AWS's own limit (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
                Some(key) if key.is_empty() || key.chars().count() > 128 => {
                    faults.add(&item.span, "a tag key has 1 to 128 characters");
                }
                Some(key) => tags.0.push(key),
                None => {}
            }
        }
    }
    let prices = table.optional("prices").and_then(|node| node.string("cost.prices", faults)).map(|file| folder.join(file.as_str()));
    let exports = table.optional("exports").map(|node| exports::exports(node, folder, faults)).unwrap_or_default();
    table.finish("cost", faults);
    (cost, tags, prices, exports)
}

/// A whole number within bounds.
pub fn whole<T: TryFrom<i64> + PartialOrd + std::fmt::Display>(
    node: &Node,
    what: &str,
    bounds: std::ops::RangeInclusive<T>,
    faults: &mut Faults,
) -> Option<T> {
    let number = node.integer(what, faults)?;
    match T::try_from(number) {
        Ok(number) if bounds.contains(&number) => Some(number),
        Ok(_) | Err(_) => {
            faults.add(&node.span, format!("{what} must be from {} to {}, not {number}", bounds.start(), bounds.end()));
            None
        }
    }
}

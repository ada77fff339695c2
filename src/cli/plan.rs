//! What a pass would ask AWS, and what of it costs money: `audit --dry-run` and `cost plan`. Nothing is asked here.

use super::parts::{self, Parts, Selection};
use super::{Exit, Failure, output};
use crate::audit::{self, Plan};
use crate::cost::plan::{COST_EXPLORER_PAGES, COST_EXPLORER_REQUEST, PlannedRequest, plan as priced};
use crate::model::catalogue::{CallSpec, Each};
use crate::model::ledger::Month;
use crate::model::needs::Needs;
use crate::model::{AccountId, CallId, Money, ResourceType};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What an audit of the selected rules needs, as `audit::run` works it out.
pub fn needs(parts: &Parts, selection: &Selection) -> Needs {
    audit::needs(&Plan { rules: &selection.rules, ..parts.plan() })
}

/// Prints the calls and the price of the paid ones.
pub fn show(needs: &Needs, parts: &Parts, store: Option<&str>, live: bool) -> Result<Exit, Failure> {
    if !live {
        output::print("A recording is audited without asking AWS anything.\n")?;
        return Ok(Exit::Clean);
    }
    let mut text = calls(needs, parts);
    text.push('\n');
    text.push_str(&price(needs, parts, store)?);
    output::print(&text)?;
    Ok(Exit::Clean)
}

fn calls(needs: &Needs, parts: &Parts) -> String {
    let mut planned: BTreeMap<&CallId, (&CallSpec, Vec<&ResourceType>)> = BTreeMap::new();
    for (resource_type, calls) in needs.types() {
        for call in calls {
            if let Some(spec) = parts.catalogue.find(resource_type).and_then(|spec| spec.find_call(call)) {
                planned.entry(call).or_insert_with(|| (spec, Vec::new())).1.push(resource_type);
            }
        }
    }
    let regions = match parts.config.aws.regions.as_slice() {
        [] => "the SDK's own region".to_owned(),
        regions => regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("Calls that an audit of {regions} would make:\n");
    let width = planned.keys().map(|call| call.as_str().len()).max().unwrap_or_default();
    for (call, (spec, types)) in &planned {
        let how_often = match spec.each {
            Each::Page => "once a page",
            Each::Resource => "once a resource",
            Each::Parent => "once a resource that it hangs on",
            Each::Account => "once an account",
        };
        let types: Vec<&str> = types.iter().map(|resource_type| resource_type.as_str()).collect();
        let paid = if spec.paid { ", paid" } else { "" };
        _ = writeln!(text, "  {:width$}  {how_often}{paid}: {}", call.as_str(), types.join(", "));
    }
    if planned.is_empty() {
        text.push_str("  none: no loaded rule reads anything\n");
    }
    text
}

/// The paid calls among the needed ones, what they cost at most, and whether they would be made.
pub fn price(needs: &Needs, parts: &Parts, store: Option<&str>) -> Result<String, Failure> {
    let cost = parts.config.cost;
    let paid = needs.types().flat_map(|(resource_type, calls)| {
        let spec = parts.catalogue.find(resource_type);
        calls.iter().filter(move |call| spec.and_then(|spec| spec.find_call(call)).is_some_and(|call| call.paid))
    });
    let mut paid: Vec<&CallId> = paid.collect();
    paid.sort();
    paid.dedup();
    let accounts: Vec<AccountId> = match parts.config.aws.accounts.as_slice() {
        [] => vec![AccountId::from("the account of the credentials")],
        accounts => accounts.iter().map(|account| account.id.clone()).collect(),
    };
    let requests = accounts.iter().flat_map(|account| {
        paid.iter().map(|call| PlannedRequest {
            account: account.clone(),
            call: CallId::clone(call),
            what: arcstr::literal!("cost by service and day"),
            price: COST_EXPLORER_REQUEST,
            pages: COST_EXPLORER_PAGES,
        })
    });
    let plan = priced(requests.collect()).context("cannot price the plan")?;
    if plan.lines.is_empty() {
        return Ok("No loaded rule needs a call that AWS charges for.\n".to_owned());
    }
    let mut text = "Calls that AWS charges for, at most once a day each:\n".to_owned();
    for line in &plan.lines {
        let request = &line.request;
        _ = writeln!(
            text,
            "  {} for {} ({}): up to {} pages at {} USD, at most {} USD a day, {} USD a month",
            request.call, request.account, request.what, request.pages, request.price, line.each, line.month
        );
    }
    _ = writeln!(text, "Together at most {} USD an audit and {} USD a month.", plan.each, plan.month);
    let spent = spent(parts, store)?;
    _ = match (cost.enabled, spent) {
        (false, _) => writeln!(text, "They are off: cost.enabled is false, and rules that need them judge nothing."),
        (true, None) => writeln!(text, "They are refused: no store is named that would remember what they cost (--store, or store.url)."),
        (true, Some(spent)) => {
            writeln!(text, "The month's cap is {} USD, of which {spent} USD are spent; what is beyond it is refused.", cost.monthly_cap_usd)
        }
    };
    if cost.enabled && !plan.fits(cost.monthly_cap_usd) {
        _ = writeln!(text, "A month of daily audits may reach the cap; answers have as a rule one page, and are kept for a day.");
    }
    Ok(text)
}

/// What this month's paid calls did cost; nothing where no store is named. A plan does not make a store that is not there.
fn spent(parts: &Parts, store: Option<&str>) -> Result<Option<Money>, Failure> {
    let url = store.or(parts.config.store.url.as_deref());
    let file = url.and_then(|url| url.strip_prefix("sqlite://"));
    if file.is_some_and(|file| !std::path::Path::new(file).exists()) {
        return Ok(Some(Money::ZERO));
    }
    parts::block_on(async {
        let Some(store) = parts.store(store).await? else { return Ok(None) };
        let spent = store.paid_spent(Month::at(parts::now())).await?;
        store.close().await;
        Ok(Some(spent))
    })
}

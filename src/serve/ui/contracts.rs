//! `/contracts`: what deployments must contain, and where what was found departs from that.

use super::component::{counted, foldable, name, nothing, number, scrolled, text, usd};
use super::findings::{link, table};
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::contract::{DRIFTED, MISSING, UNEXPECTED, contract_of};
use crate::model::document::{ContractDocument, ContractHold};
use crate::model::finding::{Finding, FindingStatus};
use crate::model::value::Time;
use crate::store::{FindingFilter, FindingOrder, PageRequest};
use axum::extract::State;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most departures that the page lists; the list of findings has all.
const MOST: u32 = 500;

/// The page.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>) -> Result<Document, Refusal> {
    let filter = FindingFilter {
        rules: crate::model::contract::RULES.iter().map(|rule| (*rule).into()).collect(),
        statuses: vec![FindingStatus::Open, FindingStatus::Stale, FindingStatus::Waived],
        ..FindingFilter::default()
    };
    let page = daemon.store().findings_by(FindingOrder::Severity, &filter, &PageRequest::new(MOST, None)).await?;
    let contracts = daemon.auditor().contracts();
    let mut departures: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &page.items {
        departures.entry(contract_of(finding.sub_key.as_deref().unwrap_or_default())).or_default().push(finding);
    }
    let unknown: Vec<&str> = departures.keys().copied().filter(|name| !contracts.iter().any(|contract| contract.name == *name)).collect();
    let now = daemon.now();
    let body = html! {
        @if contracts.is_empty() && page.items.is_empty() {
            (nothing("No contract is loaded. Write one from a plan: ledgerline contract from-terraform."))
        }
        @for contract in &contracts { (section(contract, departures.get(contract.name.as_str()).map_or(&[], Vec::as_slice), now)) }
        @for name in unknown {
            section { h2 { (super::component::name(if name.is_empty() { "Others" } else { name })) }
                p.under { "This contract is not loaded any more, or came with a file that was audited." }
                (list(departures.get(name).map_or(&[], Vec::as_slice), now))
            }
        }
        @if page.next.is_some() {
            p { "There are more: " (link("all departures", &[("rule", MISSING), ("rule", DRIFTED), ("rule", UNEXPECTED)])) }
        }
    };
    let lead = html! { p { (counted(contracts.len() as u64, "contract", "contracts")) ", " (counted(page.items.len() as u64, "departure", "departures")) } };
    Ok(Page { title: "Contracts", section: Some(Section::Contracts), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn section(contract: &ContractDocument, departures: &[&Finding], now: Time) -> Markup {
    let count = |rule: &str| departures.iter().filter(|finding| finding.rule.as_str() == rule).count() as u64;
    let (missing, drifted, unexpected) = (count(MISSING), count(DRIFTED), count(UNEXPECTED));
    let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &contract.entries {
        types.entry(entry.resource_type.as_str()).or_default().push(&entry.name);
    }
    html! {
        section.contract {
            h2 { (name(&contract.name)) }
            @if let Some(description) = &contract.description { p.prose { (text(description)) } }
            dl.tiles {
                div { dt { "Declared" } dd { (number(contract.entries.len() as u64)) } }
                div.bad[missing > 0] { dt { "Missing" } dd { (number(missing)) } }
                div.bad[drifted > 0] { dt { "Drifted" } dd { (number(drifted)) } }
                div.bad[unexpected > 0] { dt { "Unexpected" } dd { (number(unexpected)) } }
            }
            p.under {
                code { (text(&contract.file)) }
                @match contract.holds {
                    ContractHold::Always => " · judged in every audit",
                    ContractHold::WhereFound => " · judged where something of its deployment is found",
                }
            }
            @if departures.is_empty() { (nothing("No departure is known.")) } @else { (list(departures, now)) }
            details.fold {
                summary { "What it declares" }
                (scrolled("What the contract declares", declared(&types)))
                @if !contract.costs.is_empty() {
                    h3 { "Estimated cost of a month" }
                    ul.plain { @for (component, low, high) in &contract.costs { li { (name(component)) ": " (usd(*low)) " to " (usd(*high)) } } }
                }
            }
        }
    }
}

fn declared(types: &BTreeMap<&str, Vec<&str>>) -> Markup {
    html! {
        table {
            caption.sr { "Declared resources by type" }
            thead { tr { th scope="col" { "Type" } th.num scope="col" { "Count" } th scope="col" { "Names" } } }
            tbody {
                @for (resource_type, names) in types {
                    tr { th scope="row" { (text(resource_type)) } td.num { (names.len()) } td { @for one in names { div { (foldable(one, 120)) } } } }
                }
            }
        }
    }
}

fn list(departures: &[&Finding], now: Time) -> Markup {
    let findings: Vec<Finding> = departures.iter().map(|finding| (*finding).clone()).collect();
    table(&findings, now, None)
}

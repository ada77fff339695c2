//! `/cost`: what was spent by day and service, against what was estimated, and what mending would save.

use super::address;
use super::asked::Asked;
use super::bill;
use super::component::{counted, name, nothing, scrolled, text, time, usd};
use super::expense::{Component, Expense};
use super::findings::{link, table};
use super::layout::{Document, Page, Section};
use super::refusal::{Refusal, wrong};
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::Money;
use crate::model::finding::FindingStatus;
use crate::model::ledger::{Basis, Month};
use crate::model::rule::Pillar;
use crate::publish::chart;
use crate::store::{FindingFilter, FindingOrder, PageRequest};
use crate::telemetry::printable;
use axum::extract::State;
use chrono::NaiveDate;
use maud::{Markup, html};
use std::sync::Arc;

/// Services with a colour of their own; the rest is one more.
const TOLD_APART: usize = chart::SERIES - 1;

/// The page, of the current month or of the one that is asked for.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>, mut asked: Asked) -> Result<Document, Refusal> {
    let now = daemon.now();
    let current = Month::at(now);
    let month =
        asked.text("month").map(|month| month.parse::<Month>()).transpose().map_err(|error| wrong(error.to_string()))?.unwrap_or(current);
    asked.finish(&["month"])?;
    let store = daemon.store();
    let rows = store.costs(month).await?;
    let snapshot = store.snapshot().await?.unwrap_or_default();
    let (expense, basis) = Expense::of(&rows);
    let open = vec![FindingStatus::Open, FindingStatus::Stale];
    let of_cost = FindingFilter { pillars: vec![Pillar::Cost], statuses: open.clone(), ..FindingFilter::default() };
    let findings = store.findings_by(FindingOrder::Severity, &of_cost, &PageRequest::new(50, None)).await?;
    let every = FindingFilter { statuses: open, ..FindingFilter::default() };
    let mut saving = store.findings_by(FindingOrder::Savings, &every, &PageRequest::new(20, None)).await?.items;
    saving.retain(|finding| finding.monthly_savings_usd.is_some());
    let observed = rows.iter().map(|row| row.observed_at).max();
    let body = html! {
        (months(month, current))
        @if expense.services.is_empty() {
            (nothing(&format!("There are no cost figures for {month}. They are read where cost.enabled is true in the config; AWS charges a cent for each question.")))
        } @else {
            section { h2 { "By day and service" } (daily(&expense)) (services(&expense, basis)) }
        }
        @if month == current { (estimates(&expense.against(&snapshot), month)) }
        @if month == current {
            (bill::untagged(&snapshot.ledger.untagged))
            (bill::anomalies(&snapshot.anomalies))
            (bill::besides(&snapshot.ledger))
        }
        section { h2 { "Findings about cost" }
            @if findings.items.is_empty() { (nothing("None is open.")) }
            @else { (table(&findings.items, now, None)) }
            @if findings.next.is_some() { p { (link("All findings about cost", &[("pillar", "cost")])) } }
        }
        section { h2 { "What mending would save" }
            @if saving.is_empty() { (nothing("No open finding names an amount.")) }
            @else {
                (table(&saving, now, None))
                p { (link("All, sorted by savings", &[("sort", "savings")])) }
            }
        }
    };
    let lead = html! {
        p {
            @if let Some(total) = expense.total.filter(|_| !expense.services.is_empty()) {
                strong { (usd(total)) } " in " (month) @if month == current { " so far" }
                @if let Some(at) = observed { ", read " (time(at)) }
            } @else { (month) }
        }
    };
    Ok(Page { title: "Cost", section: Some(Section::Cost), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn months(month: Month, current: Month) -> Markup {
    let before = month.first_day().checked_sub_days(chrono::Days::new(1)).map(Month::of);
    html! {
        nav.pager aria-label="Months" {
            @if let Some(before) = before { a rel="prev" href=(address::with_query("/cost", [("month", before.to_string())])) { (before) } }
            span aria-current="page" { (month) }
            @if month < current { a rel="next" href=(address::with_query("/cost", [("month", month.next().to_string())])) { (month.next()) } }
        }
    }
}

fn daily(expense: &Expense) -> Markup {
    let apart: Vec<&str> = expense.services.iter().take(TOLD_APART).map(|(service, _)| service.as_str()).collect();
    let labels: Vec<String> = expense.days.keys().map(|day| day.format("%-d").to_string()).collect();
    let columns: Vec<chart::Column<'_>> = expense
        .days
        .iter()
        .zip(&labels)
        .map(|((day, amounts), label)| {
            let mut parts: Vec<chart::Part> = amounts.iter().map(|(service, amount)| part(service, *amount, *day, &apart)).collect();
            parts.sort_by_key(|part| part.series);
            chart::Column { label, provisional: expense.estimated.contains(day), parts }
        })
        .collect();
    let most = expense.days.values().filter_map(|amounts| Money::sum(amounts.values().copied()).ok()).max().unwrap_or_default();
    let label = format!(
        "Cost by day and service, {}; the dearest day cost {} USD",
        counted(columns.len() as u64, "day", "days"),
        most.amount().round_dp(2)
    );
    html! {
        figure.chart-figure { (chart::columns(&label, "USD", &columns))
            figcaption {
                ul.legend {
                    @for (at, service) in apart.iter().enumerate() { li { span class={ "swatch s" (at) } {} (name(service)) } }
                    @if expense.services.len() > TOLD_APART { li { span class={ "swatch s" (TOLD_APART) } {} "others" } }
                }
                @if !expense.estimated.is_empty() { p.under { "Lighter columns may still change: AWS calls their figures estimates." } }
            }
        }
    }
}

fn part(service: &str, amount: Money, day: NaiveDate, apart: &[&str]) -> chart::Part {
    let title = format!("{} on {}: {} USD", printable(service), day.format("%-d %B"), amount.amount().normalize());
    chart::Part { series: apart.iter().position(|one| *one == service).unwrap_or(TOLD_APART), amount: amount.amount(), title }
}

fn services(expense: &Expense, basis: Option<Basis>) -> Markup {
    let last: Vec<_> = expense.days.iter().rev().take(7).collect();
    let table = html! {
        table {
            caption.sr { "Cost by service" }
            thead { tr { th scope="col" { "Service" } th.num scope="col" { "Month" } @for (day, _) in last.iter().rev() { th.num scope="col" { (day.format("%-d %b")) } } } }
            tbody {
                @for (service, sum) in &expense.services {
                    tr { th scope="row" { (name(service)) } td.num { (usd(*sum)) }
                        @for (_, amounts) in last.iter().rev() { td.num { @if let Some(amount) = amounts.get(service) { (usd(*amount)) } @else { span.absent { "–" } } } }
                    }
                }
            }
        }
    };
    html! {
        (scrolled("Cost by service", table))
        @if let Some(basis) = basis {
            p.under {
                @match basis {
                    Basis::Billed => "As billed (unblended)",
                    Basis::Effective => "Effective: commitments are spread over their use",
                    Basis::List => "At public prices",
                    Basis::Net => "Net, after discounts",
                }
            }
        }
    }
}

/// The month so far against its estimates.
pub fn estimates(components: &[Component<'_>], month: Month) -> Markup {
    html! {
        section { h2 { "Against the estimate" }
            @if components.is_empty() { (nothing("No contract that holds here estimates a month.")) }
            @else {
                table.estimates {
                    caption.sr { "Cost of the month so far against what was estimated" }
                    thead { tr { th scope="col" { "Component" } th.num scope="col" { "So far" } th.num scope="col" { "Estimate" } th scope="col" { "Range" } } }
                    tbody { @for component in components { (estimate(component, month)) } }
                }
            }
        }
    }
}

fn estimate(component: &Component<'_>, month: Month) -> Markup {
    let Component { name: called, low, high, spent, projected } = component;
    let word = spent.map(|spent| {
        // Where the month will end says more than where it is; without a projection it may still come to more.
        let stands = projected.unwrap_or(spent);
        if stands > *high {
            "above"
        } else if stands < *low {
            if projected.is_some() { "below" } else { "below, so far" }
        } else {
            "within"
        }
    });
    html! {
        tr {
            th scope="row" { (name(called)) }
            td.num { @if let Some(spent) = spent { (usd(*spent)) } @else { span.absent { "no figures" } } }
            td.num { (low.amount().normalize()) "–" (high.amount().normalize()) " USD" }
            td.range {
                @if let Some(spent) = spent {
                    @let label = format!("{}: {} USD of {} to {} USD in {month}", printable(called), spent.amount().round_dp(2), low.amount(), high.amount());
                    (chart::estimate(&label, &chart::Estimate { low: low.amount(), high: high.amount(), actual: spent.amount(), projected: projected.map(Money::amount) }))
                }
                @if let Some(projected) = projected { span.under { "ends at " (usd(*projected)) } " " }
                @if let Some(word) = word { span class={ "word " (word.split(',').next().unwrap_or(word)) } { (text(word)) } }
            }
        }
    }
}

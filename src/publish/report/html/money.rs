//! The cost annex.

use super::super::data::Data;
use super::super::words::{self, clip};
use super::{more, section};
use maud::{Markup, html};

/// Rows of one table.
const MOST_ROWS: usize = 25;

pub fn costs(data: &Data) -> Markup {
    let costs = &data.costs;
    let body = html! {
        @match costs.until {
            Some(until) => {
                p.lead {
                    strong { (words::usd_or_none(costs.month_to_date_usd)) } " were billed in " (costs.month) " until " (until) "; "
                    (words::usd_or_none(costs.previous_month_usd)) " in the whole month before."
                    @if costs.estimated_days > 0 { " AWS still calls " (words::count(costs.estimated_days, "day", "days")) " of it an estimate." }
                }
            }
            None => { p.none { "No costs are known for " (costs.month) ": reading them from Cost Explorer is off, or nothing has been read yet." } }
        }
        @if !costs.services.is_empty() {
            h3 { "By service" }
            div.scroll tabindex="0" role="region" aria-label="Cost by service" { table {
                thead { tr { th scope="col" { "Service" } th.number scope="col" { (costs.month) } th.number scope="col" { "Month before" } } }
                tbody { @for one in costs.services.iter().take(MOST_ROWS) { tr {
                    th scope="row" { (clip(&one.service, 80)) }
                    td.number { (words::usd(one.month_to_date_usd)) } td.number { (words::usd_or_none(one.previous_month_usd)) }
                } } }
            } }
            (more(costs.services.len(), MOST_ROWS, "report.json"))
        }
        @if !costs.estimates.is_empty() {
            h3 { "Estimates " span.about { "what the deployments that are there are expected to cost a month" } }
            div.scroll tabindex="0" role="region" aria-label="Estimates" { table {
                thead { tr { th scope="col" { "Component" } th.number scope="col" { "At least" } th.number scope="col" { "At most" } } }
                tbody { @for one in costs.estimates.iter().take(MOST_ROWS) { tr {
                    th scope="row" { (clip(&one.component, 80)) }
                    td.number { (words::usd(one.low_usd)) } td.number { (words::usd(one.high_usd)) }
                } } }
            } }
            (more(costs.estimates.len(), MOST_ROWS, "report.json"))
        }
        @if !costs.savings.is_empty() {
            h3 { "Savings " span.about { "what mending open findings would save a month" } }
            div.scroll tabindex="0" role="region" aria-label="Savings" { table {
                thead { tr { th scope="col" { "Rule" } th.number scope="col" { "Findings" } th.number scope="col" { "A month" } } }
                tbody { @for one in costs.savings.iter().take(MOST_ROWS) { tr {
                    th scope="row" { code { (clip(one.rule.as_str(), 80)) } }
                    td.number { (one.findings) } td.number { (words::usd(one.monthly_usd)) }
                } } }
            } }
            (more(costs.savings.len(), MOST_ROWS, "report.json"))
        }
        p { "Ledgerline's own paid calls cost " (words::usd(costs.auditor_usd)) " this month." }
    };
    section("cost", "Cost", &body)
}

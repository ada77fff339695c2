//! Chains by which a principal becomes an administrator, drawn: who it is, each call with what it is made on, whom it has become.
//!
//! A chain is an ordered list that the style sheet draws as boxes and arrows: it reads aloud in the order of its steps, and turns
//! from a row into a column where the screen is narrow, which a picture of fixed size would not.

use super::component::{foldable, name, text};
use super::details::Evidence;
use maud::{Markup, html};
use serde::Deserialize;

/// Chains that are drawn of one finding; the rest is counted.
const DRAWN: usize = 3;

/// What `iam.paths` says of a principal.
#[derive(Debug, Deserialize)]
struct Principal {
    principal: String,
    /// Chains, shortest first; what the evidence leaves out is a sentence behind them.
    chains: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Chain {
    path_id: String,
    target: String,
    /// Each a call and what it is made on: `iam:PassRole on arn:…`.
    steps: Vec<String>,
    fix: String,
}

/// Whether a piece of evidence is chains, which are drawn instead of told.
pub fn holds(evidence: &Evidence) -> bool {
    !chains(evidence).1.is_empty()
}

/// The chains that the evidence holds; nothing where it holds none.
pub fn drawn(evidence: &[Evidence]) -> Markup {
    html! {
        @for one in evidence {
            @let (principal, chains) = chains(one);
            @if !chains.is_empty() {
                section.chains { h2 { "Ways to administrator" }
                    @for chain in chains.iter().take(DRAWN) { (draw(&principal, chain)) }
                    @if chains.len() > DRAWN { p.under { "Longer ways are in the evidence; `ledgerline iam paths` lists all of them." } }
                }
            }
        }
    }
}

fn chains(evidence: &Evidence) -> (String, Vec<Chain>) {
    let Ok(told) = Principal::deserialize(&evidence.observed) else { return (String::new(), Vec::new()) };
    (told.principal, told.chains.iter().filter_map(|chain| Chain::deserialize(chain).ok()).collect())
}

fn draw(principal: &str, chain: &Chain) -> Markup {
    html! {
        figure.chain {
            ol.chain {
                li.who { (short(principal)) }
                @for step in &chain.steps { (drawn_step(step)) }
                @if chain.target != principal { li.who { (short(&chain.target)) } }
                li.admin { "administrator" }
            }
            figcaption { code { (text(&chain.path_id)) } " · stopped by: " (foldable(&chain.fix, 300)) }
        }
    }
}

fn drawn_step(step: &str) -> Markup {
    let (call, on) = step.split_once(" on ").unwrap_or((step, ""));
    html! { li.call { code { (text(call)) } @if !on.is_empty() { div.under { "on " (short(on)) } } } }
}

/// An ARN as people call it, the whole of it as its title.
fn short(arn: &str) -> Markup {
    let last = arn.rsplit_once("::").map_or(arn, |(_, rest)| rest.split_once(':').map_or(rest, |(_, name)| name));
    html! { span title=(crate::telemetry::printable(arn)) { (name(if last.is_empty() { arn } else { last })) } }
}

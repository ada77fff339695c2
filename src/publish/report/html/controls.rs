//! Control coverage: a bar a framework, and the controls that are not in order by name.

use super::super::data::{Control, ControlState, Data, Framework};
use super::super::words::{self, clip};
use super::{more, section};
use maud::{Markup, html};

/// Rows of one framework.
const MOST_CONTROLS: usize = 150;
/// Frameworks: ours are eight, and directories of rules may bring more.
const MOST_FRAMEWORKS: usize = 20;
/// Rules that are named beside a control.
const MOST_RULES: usize = 6;
const WIDTH: u64 = 600;

/// The order of a bar's pieces and of the legend.
const STATES: [ControlState; 5] =
    [ControlState::Pass, ControlState::Waived, ControlState::NotEvaluated, ControlState::Unknown, ControlState::Fail];

pub fn controls(data: &Data) -> Markup {
    let body = html! {
        p.lead {
            "A control passes only where something was evaluated for it and all of that passed. What fails under a waiver is "
            em { "waived" } ", what could not be told " em { "unknown" } ", and what nothing was evaluated for is "
            em { "not evaluated" } ": none of these is in order."
        }
        @if data.frameworks.is_empty() { p.none { "Nothing was evaluated for any control." } } @else {
            p.legend aria-hidden="true" {
                @for state in STATES { span class={ "key " (state.as_str()) } { (words::control(state)) } " " }
            }
            @for framework in data.frameworks.iter().take(MOST_FRAMEWORKS) { (one(framework)) }
            (more(data.frameworks.len(), MOST_FRAMEWORKS, "report.json"))
        }
    };
    section("controls", "Control coverage", &body)
}

fn one(framework: &Framework) -> Markup {
    let of = |state: ControlState| framework.counts.get(&state).copied().unwrap_or_default();
    let all = framework.controls.len() as u64;
    let without = framework.controls_known.map(|known| known.saturating_sub(all)).filter(|without| *without > 0);
    let label: Vec<String> = STATES.iter().map(|state| format!("{} {}", of(*state), words::control(*state))).collect();
    let not_in_order: Vec<&Control> = framework.controls.iter().filter(|control| control.state != ControlState::Pass).collect();
    let passing: Vec<&Control> = framework.controls.iter().filter(|control| control.state == ControlState::Pass).collect();
    html! {
        div.framework {
            h3 { (clip(&framework.title, 120)) " " code.rule { (clip(&framework.id, 40)) } }
            (bar(&label.join(", "), &STATES.map(|state| (state, of(state))), all))
            p.counts {
                (label.join(", "))
                @if let Some(without) = without { "; " (without) " more controls of the framework have no rule here" }
                "."
            }
            @if !not_in_order.is_empty() {
                div.scroll tabindex="0" role="region" aria-label={ "Controls of " (clip(&framework.title, 120)) " that are not in order" } { table.controls {
                    thead { tr {
                        th scope="col" { "Control" } th scope="col" { "State" } th.number scope="col" { "Pass" } th.number scope="col" { "Fail" }
                        th.number scope="col" { "Waived" } th.number scope="col" { "Unknown" } th scope="col" { "Rules" }
                    } }
                    tbody { @for control in not_in_order.iter().take(MOST_CONTROLS) { tr {
                        th scope="row" { (clip(&control.id, 40)) " " span.about { (clip(&control.title, 120)) } }
                        td { span class={ "key " (control.state.as_str()) } { (words::control(control.state)) } }
                        td.number { (control.verdicts.pass) } td.number { (control.verdicts.fail) }
                        td.number { (control.verdicts.waived) } td.number { (control.verdicts.unknown) }
                        td.rules { (rules(control)) }
                    } } }
                } }
                (more(not_in_order.len(), MOST_CONTROLS, "report.json"))
            }
            @if !passing.is_empty() {
                p.passing { "Passing: " @for (at, control) in passing.iter().take(MOST_CONTROLS).enumerate() {
                    @if at > 0 { ", " } (clip(&control.id, 40))
                } @if passing.len() > MOST_CONTROLS { " and " (passing.len() - MOST_CONTROLS) " more" } "." }
            }
        }
    }
}

fn rules(control: &Control) -> String {
    let mut names: Vec<String> = control.rules.iter().take(MOST_RULES).map(|rule| clip(rule.as_str(), 80).into_owned()).collect();
    if control.rules.len() > MOST_RULES {
        names.push(format!("{} more", control.rules.len() - MOST_RULES));
    }
    names.join(", ")
}

/// A bar of pieces, each as wide as its share; a piece that is there is at least two units wide, so that it is seen.
fn bar(label: &str, pieces: &[(ControlState, u64)], all: u64) -> Markup {
    let width = |count: u64| if count == 0 { 0 } else { (count * WIDTH).checked_div(all.max(1)).unwrap_or_default().max(2) };
    let mut at = 0;
    let placed: Vec<(ControlState, u64, u64)> = pieces
        .iter()
        .map(|(state, count)| {
            let from = at;
            at += width(*count);
            (*state, from, width(*count))
        })
        .filter(|(_, _, wide)| *wide > 0)
        .collect();
    html! {
        svg.bar role="img" aria-label=(label) viewBox={ "0 0 " (at.max(1)) " 12" } preserveAspectRatio="none" {
            @for (state, from, wide) in placed { rect class=(state.as_str()) x=(from) y="0" width=(wide) height="12" {} }
        }
    }
}

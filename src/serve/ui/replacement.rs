//! A proven replacement of a policy: what it takes away, what was proven of it, its difference, the text to take over and the way back.

use super::component::{code, counted, foldable, text};
use super::details::Details;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// Replacements that are shown of one finding, one an inline policy.
const MOST: usize = 5;

/// What `ledgerline iam minimize` writes of a replacement, as far as the page shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Replacement {
    documents: Vec<Value>,
    removed: Vec<String>,
    untracked: Vec<String>,
    proofs: Proofs,
    terraform: String,
    diff: String,
    undo: Undo,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Proofs {
    within_current: Proof,
    keeps_use: Proof,
    within_baseline: Option<Proof>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Proof {
    result: String,
}

impl Proof {
    fn holds(&self) -> bool {
        self.result == "no_new_access"
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Undo {
    text: String,
    cli: String,
}

/// How many patterns of actions the replacements of a finding take away: what the principal has too much of.
pub fn excess(details: &Details) -> usize {
    read(details).iter().map(|one| one.removed.len()).sum()
}

/// The replacements that a finding holds; nothing where it holds none.
pub fn shown(details: &Details, key: &str) -> Markup {
    let replacements = read(details);
    html! {
        @if !replacements.is_empty() {
            section.replacement { h2 { "Replacement" }
                @for (at, one) in replacements.iter().take(MOST).enumerate() { (show(one, &format!("{key}-{at}"))) }
            }
        }
    }
}

fn read(details: &Details) -> Vec<Replacement> {
    // What has no difference to show is no replacement.
    let all = details.replacement.iter().filter_map(|one| Replacement::deserialize(one).ok());
    all.filter(|one| !one.diff.is_empty()).collect()
}

fn show(one: &Replacement, key: &str) -> Markup {
    html! {
        p { (counted(one.removed.len() as u64, "pattern of actions goes", "patterns of actions go"))
            @if !one.removed.is_empty() { ": " code { (foldable(&one.removed.join(" "), 240)) } } }
        @if !one.untracked.is_empty() { p.under { (one.untracked.len()) " stay only because AWS does not record their use." } }
        ul.plain {
            (proof("It grants nothing that the policy does not grant today", Some(&one.proofs.within_current)))
            (proof("It keeps all that was used, and all whose use is not recorded", Some(&one.proofs.keeps_use)))
            (proof("It stays within the baseline", one.proofs.within_baseline.as_ref()))
        }
        figure.code { figcaption { "Difference" } pre.diff tabindex="0" aria-label="Difference" { code { (diff(&one.diff)) } } }
        details.fold { summary { "As JSON" }
            @for (at, document) in one.documents.iter().enumerate() {
                (code(&format!("j-{key}-{at}"), "Policy", &serde_json::to_string_pretty(document).unwrap_or_default()))
            }
        }
        @if !one.terraform.is_empty() { details.fold { summary { "As Terraform" } (code(&format!("r-{key}"), "Terraform", &one.terraform)) } }
        @if !one.undo.text.is_empty() {
            details.fold { summary { "The way back" } p { (text(&one.undo.text)) }
                @if !one.undo.cli.is_empty() { (code(&format!("u-{key}"), "AWS CLI", &one.undo.cli)) } }
        }
    }
}

fn proof(what: &str, proof: Option<&Proof>) -> Markup {
    html! {
        @if let Some(proof) = proof {
            li { span class=(if proof.holds() { "verdict pass" } else { "verdict unknown" }) { (if proof.holds() { "proven" } else { "not proven" }) } ": " (what) "." }
        }
    }
}

/// The lines of a difference, each marked by its sign and told by its colour.
fn diff(whole: &str) -> Markup {
    html! {
        @for (at, line) in whole.lines().enumerate() {
            @if at > 0 { "\n" }
            @if line.starts_with('+') { ins { (text(line)) } }
            @else if line.starts_with('-') { del { (text(line)) } }
            @else { (text(line)) }
        }
    }
}

//! The rule reference in Markdown, generated from the rules themselves (`ledgerline rules docs`).
//!
//! One document: an index by pack, a section a rule, and for each control framework which control which rule speaks for.

use super::rule::Rule;
use super::rulefile::framework::Framework;
use super::rulefile::typed;
use super::ruleset::RuleSet;
use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use crate::model::rule::{RuleInfo, RuleStatus};
use crate::model::{CallId, Value};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The whole reference, of loaded rules and of those that are loaded only on request.
pub fn reference(rules: &RuleSet, catalogue: &Catalogue) -> String {
    let mut all: Vec<&Rule> = rules.rules().iter().chain(rules.shelf()).collect();
    all.sort_by(|a, b| (&a.info.pack, &a.info.id).cmp(&(&b.info.pack, &b.info.id)));
    let mut text = String::from("# Rules\n\nGenerated from the rule files by `ledgerline rules docs`; edit those.\n");
    index(&all, &mut text);
    for rule in &all {
        section(rule, catalogue, &mut text);
    }
    for info in rules.coded() {
        coded(info, &mut text);
    }
    summary(rules, &all, &mut text);
    for framework in rules.frameworks() {
        coverage(framework, &all, &mut text);
    }
    text
}

fn index(rules: &[&Rule], text: &mut String) {
    let mut pack = None;
    for rule in rules {
        let info = &rule.info;
        if pack != Some(&info.pack) {
            pack = Some(&info.pack);
            let _ = write!(text, "\n## {}\n\n| rule | good state | pillar | severity | status |\n|---|---|---|---|---|\n", info.pack);
        }
        let _ = writeln!(
            text,
            "| [{id}](#{id}) | {} | {} | {} | {} |",
            cell(&info.title),
            info.pillar,
            info.severity,
            info.status,
            id = info.id
        );
    }
}

fn section(rule: &Rule, catalogue: &Catalogue, text: &mut String) {
    let info = &rule.info;
    let _ = write!(text, "\n### {}\n\n**{}.** {}\n\n", info.id, prose(&info.title), prose(&info.why));
    let parts = rule.body.each.as_ref().map(|each| format!(", each of `{}` on its own", each.list.source().trim())).unwrap_or_default();
    let _ = writeln!(text, "- Judges: `{}`{parts}", info.resource);
    let _ = writeln!(text, "- Pillar: {} · severity: {} · status: {} · since {}", info.pillar, info.severity, info.status, info.since);
    match info.status {
        RuleStatus::Stable => {}
        RuleStatus::Preview => text.push_str("- Preview: loaded only where `rules.preview` or `--rule` names it\n"),
        RuleStatus::Deprecated => text.push_str("- Deprecated: loaded only where `rules.preview` or `--rule` names it\n"),
    }
    if !info.aliases.is_empty() {
        let _ = writeln!(text, "- Formerly: {}", joined(info.aliases.iter().map(|alias| format!("`{alias}`"))));
    }
    let _ = writeln!(text, "- Calls: {}", listed(info.calls.iter().map(CallId::as_str)));
    let _ = writeln!(text, "- Permissions: {}", listed(permissions(rule, catalogue).iter().map(ArcStr::as_str)));
    for (framework, ids) in &info.controls {
        let _ = writeln!(text, "- {framework}: {}", joined(ids.iter().map(ToString::to_string)));
    }
    parameters(rule, text);
    remedy(info, text);
}

fn remedy(info: &RuleInfo, text: &mut String) {
    let _ = write!(text, "\n**Remedy.** {}\n", prose(&info.remedy.text));
    for (language, code) in [("sh", &info.remedy.cli), ("hcl", &info.remedy.terraform)] {
        if let Some(code) = code {
            let fence = fence(code);
            let _ = write!(text, "\n{fence}{language}\n{code}\n{fence}\n");
        }
    }
}

/// A rule of contracts, which is code and no file.
fn coded(info: &RuleInfo, text: &mut String) {
    let _ = write!(text, "\n### {}\n\n**{}.** {}\n\n", info.id, prose(&info.title), prose(&info.why));
    text.push_str("- Judges what the contracts name (`rules/contracts/*.yaml`)\n");
    let _ = writeln!(text, "- Pillar: {} · severity: {} · status: {} · since {}", info.pillar, info.severity, info.status, info.since);
    for (framework, ids) in &info.controls {
        let _ = writeln!(text, "- {framework}: {}", joined(ids.iter().map(ToString::to_string)));
    }
    remedy(info, text);
}

fn parameters(rule: &Rule, text: &mut String) {
    let declared = rule.parameters().declared();
    if declared.is_empty() {
        return;
    }
    text.push_str("\n| parameter | type | default | meaning |\n|---|---|---|---|\n");
    for parameter in declared {
        let _ = writeln!(
            text,
            "| `{}` | {} | `{}` | {} |",
            parameter.name,
            cell(&typed::describe(&parameter.ty)),
            cell(&written(&parameter.default)),
            cell(&parameter.help)
        );
    }
}

/// How much of each framework the rules speak for.
fn summary(rules: &RuleSet, all: &[&Rule], text: &mut String) {
    text.push_str("\n## Frameworks\n\n| framework | controls with a rule | of |\n|---|---|---|\n");
    for framework in rules.frameworks() {
        let spoken = |id: &&ArcStr| all.iter().any(|rule| rule.info.controls.get(&framework.id).is_some_and(|ids| ids.contains(*id)));
        let covered = framework.controls.keys().filter(spoken).count();
        let _ = writeln!(text, "| {} | {covered} | {} |", cell(&framework.title), framework.controls.len());
    }
}

fn coverage(framework: &Framework, rules: &[&Rule], text: &mut String) {
    let mut by_control: BTreeMap<&ArcStr, Vec<&Rule>> = framework.controls.keys().map(|id| (id, Vec::new())).collect();
    for rule in rules {
        for id in rule.info.controls.get(&framework.id).into_iter().flatten() {
            by_control.entry(id).or_default().push(rule);
        }
    }
    let _ = write!(text, "\n## Framework: {}\n\n", prose(&framework.title));
    if let Some(url) = &framework.url {
        let _ = write!(text, "<{url}>\n\n");
    }
    let spoken = by_control.values().filter(|rules| !rules.is_empty()).count();
    let _ = write!(text, "{spoken} of the {} controls listed here have a rule.\n\n", by_control.len());
    text.push_str("| control | title | rules |\n|---|---|---|\n");
    for (id, rules) in by_control {
        let title = framework.controls.get(id).map_or("", ArcStr::as_str);
        let rules = joined(rules.iter().map(|rule| format!("[{id}](#{id})", id = rule.info.id)));
        let _ = writeln!(text, "| {} | {} | {} |", cell(id), cell(title), if rules.is_empty() { "–" } else { &rules });
    }
}

/// The IAM actions that a rule's calls need, sorted.
pub(super) fn permissions(rule: &Rule, catalogue: &Catalogue) -> BTreeSet<ArcStr> {
    permissions_of(rule.needs(), catalogue)
}

/// The IAM actions that these calls need, sorted.
pub(super) fn permissions_of(needs: &Needs, catalogue: &Catalogue) -> BTreeSet<ArcStr> {
    needs
        .types()
        .flat_map(|(resource_type, calls)| {
            let spec = catalogue.find(resource_type);
            calls.iter().flat_map(move |call| {
                spec.and_then(|spec| spec.find_call(call)).map_or_else(|| vec![call.as_str().into()], |call| call.permissions())
            })
        })
        .collect()
}

/// A value as the operator would write it in YAML: JSON is YAML.
pub(super) fn written(value: &Value) -> String {
    value.to_json().to_string()
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let list = joined(words.map(|word| format!("`{word}`")));
    if list.is_empty() { "none".to_owned() } else { list }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Prose as it is, but for what Markdown would read as HTML.
fn prose(text: &str) -> String {
    text.replace('<', "&lt;")
}

/// One cell of a table.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|").replace('\n', " ")
}

/// A fence longer than any inside the code.
fn fence(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

//! `/rules`: the loaded rules with how much each finds, and one rule with all that its file says.

use super::address;
use super::asked::Asked;
use super::component::{code, counted, foldable, lines, name, nothing, number, scrolled, severity, text, verdict};
use super::details;
use super::findings::{link, select};
use super::layout::{Document, Page, Section};
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::daemon::Daemon;
use crate::model::RuleId;
use crate::model::document::RuleDocument;
use crate::model::rule::{Pillar, RuleInfo, RuleStatus, Severity};
use crate::serve::problem::Problem;
use axum::extract::{Path, State};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

const FIELDS: [&str; 5] = ["found", "pack", "pillar", "q", "severity"];

/// What was asked for.
#[derive(Debug, Default)]
struct Wish {
    text: Option<String>,
    pack: Option<String>,
    pillar: Option<Pillar>,
    severity: Option<Severity>,
    found: bool,
}

impl Wish {
    fn read(mut asked: Asked) -> Result<Self, Refusal> {
        let wish = Self {
            text: asked.text("q"),
            pack: asked.text("pack"),
            pillar: asked.word("pillar")?,
            severity: asked.word("severity")?,
            found: asked.text("found").is_some(),
        };
        asked.finish(&FIELDS)?;
        Ok(wish)
    }

    fn wants(&self, info: &RuleInfo, found: u64) -> bool {
        let holds = |part: &String| {
            let part = part.to_lowercase();
            [info.id.as_str(), info.title.as_str(), info.resource.as_str()].iter().any(|text| text.to_lowercase().contains(&part))
                || info.controls.values().flatten().any(|control| control.to_lowercase().contains(&part))
        };
        self.text.as_ref().is_none_or(holds)
            && self.pack.as_ref().is_none_or(|pack| info.pack.as_str() == pack)
            && self.pillar.is_none_or(|pillar| info.pillar == pillar)
            && self.severity.is_none_or(|severity| info.severity == severity)
            && (!self.found || found > 0)
    }
}

/// Findings by rule, those that are not resolved.
async fn counts(daemon: &Daemon) -> Result<HashMap<RuleId, u64>, Refusal> {
    let snapshot = daemon.store().snapshot().await?.unwrap_or_default();
    Ok(snapshot.rule_findings.into_iter().map(|(rule, _, count)| (rule, count)).collect())
}

/// The list, by pack.
pub async fn list(viewer: Viewer, State(daemon): State<Arc<Daemon>>, asked: Asked) -> Result<Document, Refusal> {
    let wish = Wish::read(asked)?;
    let counts = counts(&daemon).await?;
    let rules = daemon.auditor().rules();
    let packs: BTreeSet<&str> = rules.iter().map(|info| info.pack.as_str()).collect();
    let found = |info: &RuleInfo| counts.get(&info.id).copied().unwrap_or(0);
    let mut shown: BTreeMap<&str, Vec<(&RuleInfo, u64)>> = BTreeMap::new();
    for info in rules.iter().filter(|info| wish.wants(info, found(info))) {
        shown.entry(info.pack.as_str()).or_default().push((info, found(info)));
    }
    let count: usize = shown.values().map(Vec::len).sum();
    let body = html! {
        form.narrow method="get" action="/rules" role="search" aria-label="Narrow the list" {
            div.field.grow { label for="q" { "Text" } input type="search" id="q" name="q" value=[wish.text.as_deref()] placeholder="id, title, type or control"; }
            (select("pack", "Pack", packs.iter().copied(), wish.pack.as_deref()))
            (select("pillar", "Pillar", Pillar::ALL.iter().map(|pillar| pillar.as_str()), wish.pillar.map(Pillar::as_str)))
            (select("severity", "Severity", Severity::ALL.iter().rev().map(|one| one.as_str()), wish.severity.map(Severity::as_str)))
            fieldset { legend { "Findings" } label.tick { input type="checkbox" name="found" value="yes" checked[wish.found]; "only rules that found something" } }
            div.act { button type="submit" { "Show" } a href="/rules" { "Reset" } }
        }
        @if shown.is_empty() { (nothing("No rule matches.")) }
        @for (pack, rules) in &shown {
            section {
                h2 { (name(pack)) span.count { (rules.len()) } }
                (scrolled(pack, table(pack, rules)))
            }
        }
    };
    let lead = html! { p { (counted(count as u64, "rule", "rules")) " loaded" } };
    Ok(Page { title: "Rules", section: Some(Section::Rules), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn table(pack: &str, rules: &[(&RuleInfo, u64)]) -> Markup {
    html! {
        table.rules {
            caption.sr { "Rules of " (name(pack)) }
            thead { tr { th scope="col" { "Rule" } th scope="col" { "Good state" } th scope="col" { "Severity" } th scope="col" { "Pillar" } th.num scope="col" { "Findings" } } }
            tbody {
                @for (info, found) in rules {
                    tr {
                        th scope="row" { a href=(address::path(&["rules", info.id.as_str()])) { code { (text(info.id.as_str())) } } }
                        td { (text(&info.title)) }
                        td { (severity(info.severity)) }
                        td { (info.pillar) }
                        td.num { @if *found > 0 { (link(&number(*found), &[("rule", info.id.as_str())])) } @else { span.absent { "0" } } }
                    }
                }
            }
        }
    }
}

/// One rule.
pub async fn show(viewer: Viewer, State(daemon): State<Arc<Daemon>>, Path(id): Path<String>) -> Result<Document, Refusal> {
    let rules = daemon.auditor().rules();
    let found = rules.iter().find(|rule| rule.id.as_str() == id || rule.aliases.iter().any(|alias| alias.as_str() == id));
    let info = found.ok_or_else(|| Problem::not_found("no loaded rule has this id"))?;
    let document = daemon.auditor().rule_document(&info.id).unwrap_or_default();
    let findings = counts(&daemon).await?.get(&info.id).copied().unwrap_or(0);
    let body = html! {
        dl.facts {
            div { dt { "Judges" } dd { @if info.judges_any_type() { "what contracts name" } @else { code { (text(info.resource.as_str())) } } } }
            div { dt { "Findings" } dd {
                @if findings > 0 { (link(&counted(findings, "finding", "findings"), &[("rule", info.id.as_str())])) } @else { "none" }
                div.under { (link("with waived and resolved ones", &[("rule", info.id.as_str()), ("status", "open,stale,waived,resolved")])) }
            } }
            div { dt { "Pack" } dd { a href=(address::with_query("/rules", [("pack", info.pack.as_str())])) { (text(&info.pack)) } } }
            div { dt { "Since" } dd { (text(&info.since)) } }
            @if !document.file.is_empty() { div.wide { dt { "File" } dd { code { (text(&document.file)) } } } }
            @if !info.aliases.is_empty() { div.wide { dt { "Formerly" } dd { @for alias in &info.aliases { code { (text(alias.as_str())) } " " } } } }
        }
        div.columns {
            div {
                section { h2 { "Why it matters" } p.prose { (text(info.why.trim())) } }
                section { h2 { "Remedy" }
                    p.prose { (text(&info.remedy.text)) }
                    @if let Some(cli) = &info.remedy.cli { (code("remedy-cli", "AWS CLI", cli)) }
                    @if let Some(terraform) = &info.remedy.terraform { (code("remedy-terraform", "Terraform", terraform)) }
                }
                (parameters(&document))
                (judged(&document))
                (examples(&document))
            }
            div.side { (controls(info)) (reads(info, &document)) }
        }
    };
    let lead = html! {
        p.crumbs { a href="/rules" { "Rules" } " / " code { (text(info.id.as_str())) } }
        p.marks {
            (severity(info.severity)) span.pillar { (info.pillar) }
            @match info.status {
                RuleStatus::Stable => {}
                RuleStatus::Preview => span.chip { "preview" },
                RuleStatus::Deprecated => span.chip { "deprecated" },
            }
        }
    };
    Ok(Page { title: &info.title, section: Some(Section::Rules), lead: Some(lead), body, refresh: None }.render(&viewer))
}

fn parameters(document: &RuleDocument) -> Markup {
    if document.parameters.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption.sr { "Parameters" }
            thead { tr { th scope="col" { "Parameter" } th scope="col" { "Value" } th scope="col" { "Meaning" } } }
            tbody {
                @for parameter in &document.parameters {
                    tr {
                        th scope="row" { code { (text(&parameter.name)) } div.under { (text(&parameter.kind)) } }
                        td {
                            (details::value(&parameter.value))
                            @for (environment, value) in &parameter.by_environment { div.under { (name(environment)) ": " (details::value(value)) } }
                        }
                        td { (text(&parameter.help)) }
                    }
                }
            }
        }
    };
    html! { section { h2 { "Parameters" } (scrolled("Parameters", table)) } }
}

fn judged(document: &RuleDocument) -> Markup {
    html! {
        @if !document.expressions.is_empty() {
            section { h2 { "How it judges" }
                dl.expressions {
                    @for (key, expression) in &document.expressions {
                        div { dt { (text(key)) } dd { pre tabindex="0" { code { (lines(expression.trim())) } } } }
                    }
                }
            }
        }
    }
}

fn examples(document: &RuleDocument) -> Markup {
    html! {
        @if !document.examples.is_empty() {
            section { h2 { "Examples" span.count { (document.examples.len()) } }
                ul.examples {
                    @for example in &document.examples {
                        li { span class={ "verdict " (example.expect) } { (verdict(example.expect)) } pre tabindex="0" { code { (lines(&example.text)) } } }
                    }
                }
            }
        }
    }
}

fn controls(info: &RuleInfo) -> Markup {
    html! {
        section { h2 { "Controls" }
            @if info.controls.is_empty() { (nothing("It speaks for none.")) }
            dl.controls {
                @for (framework, ids) in &info.controls { div { dt { (text(framework)) } dd { @for id in ids { span.chip { (name(id)) } } } } }
            }
        }
    }
}

fn reads(info: &RuleInfo, document: &RuleDocument) -> Markup {
    html! {
        section { h2 { "What it asks of AWS" }
            @if info.calls.is_empty() { (nothing("Nothing of its own.")) }
            ul.plain { @for call in &info.calls { li { code { (text(call.as_str())) } } } }
            @if !document.permissions.is_empty() {
                h3 { "Permissions" }
                ul.plain { @for permission in &document.permissions { li { code { (text(permission)) } } } }
            }
            @if !info.reads.is_empty() {
                h3 { "Reads" }
                ul.plain {
                    @for (resource_type, path) in &info.reads {
                        li { code { (foldable(&path.to_string(), 120)) } @if *resource_type != info.resource { div.under { (text(resource_type.as_str())) } } }
                    }
                }
            }
        }
    }
}

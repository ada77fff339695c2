//! `ledgerline rules list`: the loaded rules, as a table or as the array that other tools read.

use super::{ListArgs, ListFormat};
use crate::cli::parts::Parts;
use crate::cli::{Exit, Failure, output};
use crate::evaluate::parameter::EVERYWHERE;
use crate::evaluate::{Rule, RuleSet};
use crate::model::rule::{Controls, Pillar, RuleInfo, RuleStatus, Severity};
use crate::model::{CallId, ResourceType, RuleId};
use crate::telemetry::printable;
use anyhow::Context as _;
use comfy_table::{Table, presets};
use serde::Serialize;
use std::path::Path;

/// One rule as `--format json` lists it; its keys are promised in the design.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a RuleId,
    title: &'a str,
    status: RuleStatus,
    pillar: Pillar,
    severity: Severity,
    resource: &'a ResourceType,
    pack: &'a str,
    controls: &'a Controls,
    calls: &'a [CallId],
}

impl<'a> From<&'a RuleInfo> for Row<'a> {
    fn from(info: &'a RuleInfo) -> Self {
        Self {
            id: &info.id,
            title: &info.title,
            status: info.status,
            pillar: info.pillar,
            severity: info.severity,
            resource: &info.resource,
            pack: &info.pack,
            controls: &info.controls,
            calls: &info.calls,
        }
    }
}

/// Prints the list.
pub fn run(args: &ListArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.rules.rules)?;
    let selection = parts.select(&args.rules.only)?;
    let text = match args.format {
        ListFormat::Table => table(&selection.rules),
        ListFormat::Json => {
            let rows: Vec<Row<'_>> = selection.rules.infos().map(|info| Row::from(info.as_ref())).collect();
            serde_json::to_string_pretty(&rows).context("cannot write the list")? + "\n"
        }
    };
    output::print(&text)?;
    Ok(Exit::Clean)
}

fn table(rules: &RuleSet) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["RULE", "SEVERITY", "PILLAR", "RESOURCE", "GOOD STATE"]);
    for rule in rules.rules() {
        let info = &rule.info;
        let severity = severity(rule);
        let cells = [info.id.as_str(), &severity, info.pillar.as_str(), info.resource.as_str(), info.title.as_str()];
        table.add_row(cells.map(|cell| printable(cell).into_owned()));
    }
    let lines: Vec<String> = table.to_string().lines().map(|line| line.trim().to_owned()).collect();
    let (loaded, shelf) = (rules.infos().count(), rules.shelf().len());
    let rest = match shelf {
        0 => String::new(),
        _ => format!("; {shelf} more are not loaded (preview, deprecated, disabled or not asked for)"),
    };
    format!("{}\n\n{loaded} rules{rest}\n", lines.join("\n"))
}

/// The severity; where the config set it, with the rule's own and what holds in environments.
fn severity(rule: &Rule) -> String {
    let severities = rule.severities();
    let Some(own) = severities.own() else { return rule.info.severity.as_str().to_owned() };
    let by_environment = severities.set().filter(|(environment, ..)| *environment != EVERYWHERE);
    let set: Vec<String> = by_environment.map(|(environment, severity, _)| format!("{severity} in {environment}")).collect();
    let instead = if own == rule.info.severity { Vec::new() } else { vec![format!("not {own}")] };
    format!("{} ({})", rule.info.severity, instead.into_iter().chain(set).collect::<Vec<_>>().join(", "))
}

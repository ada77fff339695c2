//! `ledgerline rules explain`: what a rule looks at, and why it says what it says of one resource.

use super::ExplainArgs;
use crate::audit::{AuditError, Budget};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::collect::{Request, Silent, Source as _};
use crate::cost::config::CostConfig;
use crate::diag::{Diagnostic, suggest};
use crate::evaluate::explain::{Explanation, Judgement, explain, judge};
use crate::evaluate::{Pass, Rule, RuleSet};
use crate::inventory;
use crate::model::run::PassScope;
use crate::model::verdict::Status;
use crate::model::{Interner, Inventory, Value};
use crate::telemetry::printable;
use std::fmt::Write as _;
use std::path::Path;

/// Prints the explanation.
pub fn run(args: &ExplainArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.directories)?;
    let selection = parts.select(std::slice::from_ref(&args.id))?;
    let mut text = String::new();
    for rule in selection.rules.rules() {
        describe(&explain(rule, &parts.catalogue), &mut text);
        if let (Some(source), Some(resource)) = (&args.source, &args.resource) {
            judged(&parts, &selection.rules, rule, source, resource, &mut text)?;
        }
    }
    output::print(&text)?;
    Ok(Exit::Clean)
}

fn describe(explanation: &Explanation, text: &mut String) {
    let info = &explanation.info;
    let mut line = |line: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{line}");
    };
    line(format_args!("{} ({}, {}, {})", info.id, info.severity, info.pillar, info.status));
    line(format_args!("  {}\n  judges {}, from {}\n", info.title, info.resource, explanation.file));
    line(format_args!("Why\n{}", indented(&info.why)));
    for (key, expression) in &explanation.expressions {
        line(format_args!("{key}\n{}", indented(expression)));
    }
    if !explanation.parameters.is_empty() {
        line(format_args!("Parameters"));
    }
    for parameter in &explanation.parameters {
        line(format_args!("  {} ({}) = {}: {}", parameter.name, parameter.kind, json(&parameter.value), parameter.help));
        for (environment, value) in &parameter.by_environment {
            line(format_args!("    in {environment}: {}", json(value)));
        }
    }
    line(format_args!("Reads"));
    for read in &explanation.reads {
        let call = read.call.as_ref().map_or("the listing", |call| call.as_str());
        line(format_args!("  {} {} ({call})", read.resource_type, read.path));
    }
    line(format_args!("Needs\n  {}\n", explanation.permissions.join(", ")));
    line(format_args!("Remedy\n{}", indented(&info.remedy.text)));
    for (name, snippet) in [("AWS CLI", &info.remedy.cli), ("Terraform", &info.remedy.terraform)] {
        if let Some(snippet) = snippet {
            line(format_args!("  {name}:\n{}", indented(snippet)));
        }
    }
    for (framework, controls) in &info.controls {
        line(format_args!("{framework}: {}", controls.join(", ")));
    }
}

fn judged(parts: &Parts, rules: &RuleSet, rule: &Rule, source: &Path, resource: &str, text: &mut String) -> Result<(), Failure> {
    let recording = parts::recording(source)?;
    let scope = PassScope::default();
    let now = parts::now();
    let collected = parts::block_on(async {
        let (needs, interner) = (rules.needs(&parts.catalogue), Interner::new());
        let budget = Budget::new(None, CostConfig::default());
        let request = Request {
            needs: &needs,
            scope: &scope,
            now,
            catalogue: &parts.catalogue,
            interner: &interner,
            paid: &budget,
            progress: &Silent,
        };
        Ok(recording.collect(request).await.map_err(AuditError::from)?)
    })?;
    let now = collected.collected_at.unwrap_or(now);
    let inventory = inventory::build(collected.resources, collected.coverage, &parts.config.ownership, &parts.catalogue);
    let positions: Vec<usize> = inventory.with_id(resource).collect();
    if positions.is_empty() {
        return Err(no_such_resource(&inventory, rule, source, resource));
    }
    let cx = Pass { now, catalogue: &parts.catalogue, scope: &scope, evidence: Status::ALL };
    for &position in &positions {
        // One id in several accounts is a resource of each.
        let account = inventory.resource(position).filter(|_| positions.len() > 1).map(|found| &found.account);
        let subject = account.map_or_else(|| resource.to_owned(), |account| format!("{resource} in {account}"));
        match judge(rule, &inventory, position, &cx) {
            Some(judgement) => verdict(&judgement, &subject, text),
            None => _ = writeln!(text, "\n{}: {} does not judge resources of this type", printable(&subject), rule.info.id),
        }
    }
    Ok(())
}

fn verdict(judgement: &Judgement, resource: &str, text: &mut String) {
    _ = writeln!(text, "\n{}", printable(resource));
    for evaluation in &judgement.evaluations {
        let part = evaluation.sub_key.as_ref().map(|key| format!(" [{key}]")).unwrap_or_default();
        _ = writeln!(text, "  {}{}: {}", evaluation.status, printable(&part), printable(&evaluation.message));
    }
    for (key, steps) in &judgement.steps {
        _ = writeln!(text, "  {key}");
        for step in steps {
            _ = writeln!(text, "    {} = {}", printable(&step.source), json(&step.value));
        }
    }
    _ = writeln!(text, "  with parameters {}", json(&judgement.params));
}

fn no_such_resource(inventory: &Inventory, rule: &Rule, source: &Path, resource: &str) -> Failure {
    let known = inventory.of_type(rule.info.resource.as_str()).iter().filter_map(|position| inventory.resource(*position));
    let ids: Vec<&str> = known.map(|resource| resource.id.as_str()).collect();
    let fault = Diagnostic::whole(source.display().to_string(), format!("there is no resource {resource:?}"));
    let near = suggest(resource, ids.iter().copied()).or_else(|| ids.iter().copied().find(|id| id.ends_with(resource)));
    vec![match near {
        Some(near) => fault.help(format!("did you mean {near:?}?")),
        None => fault.help(format!("it has {} of type {}", ids.len(), rule.info.resource)),
    }]
    .into()
}

fn json(value: &Value) -> String {
    printable(&value.to_json().to_string()).into_owned()
}

fn indented(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| format!("  {line}"));
    lines.map(|line| line.trim_end().to_owned() + "\n").collect()
}

//! `ledgerline rules explain`: what a rule looks at, and why it says what it says of one resource.
//!
//! A resource is explained over the same sources as `audit` reads, by the same judge; only the calls of the one rule are made,
//! and those that tell the environment.

mod json;
mod text;

use super::{ExplainArgs, ExplainFormat};
use crate::audit::{self, AuditError, Budget, Plan};
use crate::cli::flags::SourceArg;
use crate::cli::parts::{self, Parts, Selection};
use crate::cli::{Exit, Failure, output};
use crate::collect::{Nature, Request, Source};
use crate::diag::{Diagnostic, suggest};
use crate::evaluate::explain::{Explanation, Judgement, explain, explain_coded, judge};
use crate::evaluate::{Pass, Rule};
use crate::inventory::{self, Tried};
use crate::model::catalogue::Each;
use crate::model::inventory::Collected;
use crate::model::run::PassScope;
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{Interner, Inventory, Resource};
use anyhow::Context as _;
use std::path::Path;

/// What a rule says of one resource.
struct Explained<'a> {
    resource: &'a Resource,
    /// The environments that were tried.
    tried: Vec<Tried>,
    judgement: Judgement,
}

/// Prints the explanation.
pub fn run(args: &ExplainArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.directories)?;
    let selection = parts.select(std::slice::from_ref(&args.id))?;
    let rules = selection.rules.rules();
    let explanations: Vec<(&Rule, Explanation)> = rules.iter().map(|rule| (rule, explain(rule, &parts.catalogue))).collect();
    let coded: Vec<Explanation> = selection.rules.coded().map(|info| explain_coded(info, &selection.rules, &parts.catalogue)).collect();
    let Some(wanted) = args.resource.as_ref().filter(|_| !rules.is_empty()) else {
        if args.resource.is_some() {
            output::tell("note: what a contract says of a resource, with both values, is told by `ledgerline contract check`");
        }
        let rules = explanations.iter().map(|(_, explanation)| explanation).chain(&coded);
        return print(args.format, rules.map(|explanation| (explanation, Vec::new())));
    };
    let aws = [SourceArg::Aws];
    let named = if args.sources.is_empty() { &aws } else { args.sources.as_slice() };
    let sources = observed(parts.sources(named, &args.regions)?);
    let scope = parts.scope(&selection, &args.regions);
    let (inventory, now) = look(&parts, &selection, &scope, &sources, args.as_of)?;
    let cx = Pass { now, catalogue: &parts.catalogue, scope: &scope, evidence: Status::ALL };
    let explained = explanations.iter().map(|(rule, explanation)| {
        let positions = positions(&inventory, rule, wanted);
        if positions.is_empty() {
            return Err(not_found(&inventory, &parts, rule, named, wanted));
        }
        let explained = positions.into_iter().filter_map(|position| {
            let (resource, judgement) = (inventory.resource(position)?, judge(rule, &inventory, position, &cx)?);
            let tried = inventory::environments_tried(resource, &parts.config.ownership.environments);
            Some(Explained { resource, tried, judgement })
        });
        Ok((explanation, explained.collect()))
    });
    let explained: Vec<(&Explanation, Vec<Explained<'_>>)> = explained.collect::<Result<_, Failure>>()?;
    print(args.format, explained.into_iter())
}

fn print<'a>(format: ExplainFormat, explained: impl Iterator<Item = (&'a Explanation, Vec<Explained<'a>>)>) -> Result<Exit, Failure> {
    let text = match format {
        ExplainFormat::Text => explained.map(|(explanation, resources)| text::write(explanation, &resources)).collect(),
        ExplainFormat::Json => {
            let rules: Vec<serde_json::Value> = explained.map(|(explanation, resources)| json::rule(explanation, &resources)).collect();
            let document = serde_json::json!({ "schema": "ledgerline.explain/1", "rules": rules });
            serde_json::to_string_pretty(&document).context("cannot write the explanation")? + "\n"
        }
    };
    output::print(&text)?;
    Ok(Exit::Clean)
}

/// Beside what was observed, a declared source is what that is compared with; it is not judged.
fn observed(sources: Vec<Box<dyn Source>>) -> Vec<Box<dyn Source>> {
    let any = sources.iter().any(|source| source.nature() == Nature::Observed);
    let (kept, left): (Vec<_>, Vec<_>) = sources.into_iter().partition(|source| !any || source.nature() == Nature::Observed);
    for source in left {
        output::tell(&format!("note: {} is declared, not observed: it is not judged beside what is there", source.name()));
    }
    kept
}

/// The first two stages of a pass, for the selected rules.
fn look(
    parts: &Parts,
    selection: &Selection,
    scope: &PassScope,
    sources: &[Box<dyn Source>],
    as_of: Option<Time>,
) -> Result<(Inventory, Time), Failure> {
    let plan = Plan { rules: &selection.rules, whole_rule_set: false, scope, listed: Status::ALL, as_of, ..parts.plan() };
    let (needs, interner, started_at) = (audit::needs(&plan), Interner::new(), parts::now());
    let collected = parts::block_on(async {
        let progress = crate::cli::progress::Line::new();
        let budget = Budget::new(None, plan.cost);
        let asked = async {
            let mut all = Collected::default();
            for source in sources {
                let request = Request {
                    needs: &needs,
                    scope,
                    now: started_at,
                    catalogue: &parts.catalogue,
                    interner: &interner,
                    paid: &budget,
                    progress: &progress,
                };
                all.join(source.collect(request).await.map_err(AuditError::from)?, started_at);
            }
            Ok::<Collected, AuditError>(all)
        };
        tokio::select! {
            biased;
            () = async { parts::interrupted().cancelled().await } => Err(AuditError::Cancelled.into()),
            asked = asked => Ok(asked?),
        }
    })?;
    let now = as_of.or(collected.collected_at).unwrap_or(started_at);
    Ok((inventory::build(collected.resources, collected.coverage, &parts.config.ownership, &parts.catalogue), now))
}

/// The resources that are meant, of the type that the rule judges: by id, else by name.
fn positions(inventory: &Inventory, rule: &Rule, wanted: &str) -> Vec<usize> {
    let of_type = inventory.of_type(rule.info.resource.as_str());
    let of = |meant: fn(&Resource, &str) -> bool| -> Vec<usize> {
        of_type.iter().copied().filter(|position| inventory.resource(*position).is_some_and(|one| meant(one, wanted))).collect()
    };
    let by_id = of(|resource, wanted| resource.id.as_str() == wanted);
    if by_id.is_empty() { of(|resource, wanted| resource.name == wanted) } else { by_id }
}

fn not_found(inventory: &Inventory, parts: &Parts, rule: &Rule, named: &[SourceArg], wanted: &str) -> Failure {
    let judged = &rule.info.resource;
    let place: Vec<String> = named.iter().map(ToString::to_string).collect();
    let place = place.join(", ");
    if let Some(other) = inventory.with_id(wanted).find_map(|position| inventory.resource(position)) {
        let fault = Diagnostic::whole(place, format!("{wanted:?} is of type {}", other.resource_type));
        return vec![fault.help(format!("{} judges {judged}", rule.info.id))].into();
    }
    let spec = parts.catalogue.find(judged);
    let listings = || spec.into_iter().flat_map(|spec| spec.calls.iter().filter(|call| matches!(call.each, Each::Page | Each::Parent)));
    let failed = inventory
        .coverage()
        .rows()
        .find(|row| row.resource_type == *judged && row.outcome.is_fault() && listings().any(|listing| listing.call == row.call));
    let fault = Diagnostic::whole(place, format!("there is no resource {wanted:?}"));
    if let Some(row) = failed {
        let grant = row.permission.as_ref().map(|permission| format!("; grant {permission}")).unwrap_or_default();
        let why = row.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        return vec![fault.help(format!("it may be there all the same: {} failed in {}{why}{grant}", row.call, row.region))].into();
    }
    let known = || inventory.of_type(judged.as_str()).iter().filter_map(|position| inventory.resource(*position));
    let names: Vec<&str> = known().map(|resource| resource.id.as_str()).chain(known().map(|resource| resource.name.as_str())).collect();
    let near = suggest(wanted, names.iter().copied()).or_else(|| names.iter().copied().find(|id| id.ends_with(wanted)));
    vec![match near {
        Some(near) => fault.help(format!("did you mean {near:?}?")),
        None => fault.help(format!("it has {} of type {judged}", known().count())),
    }]
    .into()
}

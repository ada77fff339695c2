//! `ledgerline contract from-terraform`: a contract of what a plan or a state declares, written so that people can go on from it.

use super::FromTerraformArgs;
use crate::audit::Budget;
use crate::cli::flags::SourceArg;
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::collect::{Nature, Request, Silent};
use crate::diag::{Diagnostic, Source};
use crate::evaluate::contract::render::file;
use crate::evaluate::contract::update::{Updated, update};
use crate::evaluate::contract::{Contract, ContractSet, ContractSource, Extent, declare};
use crate::evaluate::shipped;
use crate::model::Interner;
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use anyhow::Context as _;
use std::path::Path;

/// Writes the contract; says what was added, renewed, kept and is gone.
pub fn run(args: &FromTerraformArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &[])?;
    let contract = declared(args, &parts)?;
    let name = match (&args.name, &args.output) {
        (Some(name), _) => name.clone(),
        (None, Some(output)) => plain(shipped::stem(&output.display().to_string())),
        (None, None) => plain(shipped::stem(&args.file.display().to_string())),
    };
    let existing = args.update.as_ref().or(args.output.as_ref().filter(|output| output.exists()));
    let origin = args.file.file_name().unwrap_or_default().to_string_lossy();
    let updated = match existing {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the contract {}", path.display()))?;
            update(&Source::new(path.display().to_string(), text), &contract)?
        }
        None => Updated { text: file(&contract, &name, &origin), ..Updated::default() },
    };
    if args.output.is_some() || existing.is_none() {
        holds(&updated.text, &name, existing.is_some(), &parts)?;
    }
    output::write(args.output.as_deref(), updated.text.as_bytes())?;
    let groups = [
        ("added", &updated.added),
        ("renewed", &updated.renewed),
        ("kept as edited", &updated.kept),
        ("kept, though no longer declared", &updated.gone),
    ];
    for (what, entries) in groups {
        entries.iter().for_each(|entry| output::tell(&format!("{what}: {entry}")));
    }
    Ok(Exit::Clean)
}

/// What the file declares.
fn declared(args: &FromTerraformArgs, parts: &Parts) -> Result<Contract, Failure> {
    let sources = parts.sources(&[SourceArg::File(args.file.clone())], &args.regions)?;
    let name = args.file.display().to_string();
    let Some(source) = sources.first().filter(|source| source.nature() == Nature::Declared) else {
        let fault = Diagnostic::whole(name, "this is no Terraform state or plan");
        return Err(
            vec![fault.help("name a state (terraform.tfstate) or a plan as JSON: terraform show -json plan.out > plan.json")].into()
        );
    };
    let (needs, interner) = (Needs::everything(&parts.catalogue), Interner::new());
    let budget = Budget::new(None, parts.config.cost);
    let (scope, now) = (PassScope::default(), parts::now());
    let request =
        Request { needs: &needs, scope: &scope, now, catalogue: &parts.catalogue, interner: &interner, paid: &budget, progress: &Silent };
    let collected =
        parts::block_on(async { source.collect(request).await.map_err(|error| Failure::from(crate::audit::AuditError::from(error))) })?;
    for row in collected.coverage.rows().filter(|row| row.outcome != crate::model::Outcome::Complete) {
        let reason = row.reason.as_deref().unwrap_or_default();
        output::tell(&format!("left out: {} ({reason})", row.resource_type));
    }
    Ok(declare(&name, &collected.resources, Extent::Whole, &parts.catalogue))
}

/// A contract that was written must be one that can be read.
fn holds(text: &str, name: &str, edited: bool, parts: &Parts) -> Result<(), Failure> {
    let stem = if edited { text.lines().find_map(|line| line.strip_prefix("contract:")).map_or(name, str::trim) } else { name };
    let stem = stem.split('#').next().unwrap_or(stem).trim().trim_matches('"');
    let source = ContractSource { path: format!("{stem}.yaml"), text: text.to_owned(), shipped: false };
    ContractSet::load(&[source], &parts.catalogue)?;
    Ok(())
}

/// A name that a contract may have.
fn plain(stem: &str) -> String {
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    if plain.is_empty() { "contract".to_owned() } else { plain }
}

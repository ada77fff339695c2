//! `ledgerline contract check`: an audit of nothing but contracts, with the formats, flags and exit codes of `audit`.

use super::CheckArgs;
use crate::cli::parts::{Parts, Selection};
use crate::cli::{Exit, Failure, audit};
use crate::config::Config;
use crate::evaluate::contract::ContractSource;
use crate::evaluate::shipped;
use anyhow::Context as _;
use arcstr::ArcStr;
use std::path::Path;

/// Judges the named contracts, or all.
pub fn run(args: &CheckArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let (mut names, mut files) = (Vec::<ArcStr>::new(), Vec::new());
    for contract in &args.contracts {
        if is_file(contract) {
            let text = std::fs::read(contract).with_context(|| format!("cannot read the contract {contract}"))?;
            names.push(shipped::stem(contract).into());
            let text = String::from_utf8_lossy(&text).into_owned();
            files.push(ContractSource { path: contract.clone(), text, shipped: false });
        } else {
            names.push(contract.as_str().into());
        }
    }
    let parts = Parts::with_contracts(Config::load(config)?, &args.directories, files)?;
    let contracts = parts.configured.contracts().only(&names)?;
    let rules = parts.configured.select(&crate::model::contract::RULES)?.with_other_contracts(contracts);
    let narrowed = rules.infos().map(|info| info.id.clone()).collect();
    audit::conduct(&args.pass, &parts, &Selection { rules, narrowed: Some(narrowed) })
}

/// Whether a word names a file and not a contract: names have neither folders nor endings.
fn is_file(word: &str) -> bool {
    word.contains('/') || word.ends_with(".yaml") || word.ends_with(".yml")
}

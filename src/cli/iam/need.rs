//! `ledgerline iam need`: is a policy enough for what it is for, and is it no more? By contracts, or by a file that says what is needed.

use super::baseline;
use super::sources;
use crate::cli::flags::SourceArg;
use crate::cli::parts::Parts;
use crate::cli::{Exit, Failure, output};
use crate::evaluate::contract::{Answer, answers};
use crate::iam::comparison::{Beyond, beyond};
use crate::iam::document;
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use crate::model::{Gap, Path as Property, ResourceType};
use crate::telemetry::printable;
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Flags of `ledgerline iam need`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline iam need --source account.ndjson.zst
  ledgerline iam need aws-devops-dev-lambda-dynamodb-access --contract diatonic-dev --format json
  ledgerline iam need app-policy --needed needed.json --source account.ndjson.zst
  ledgerline iam need app-policy --needed terraform.tfstate

A contract says what a policy must grant (at_least) and what it may (at_most). --needed names a policy document instead, or a Terraform
state or plan that has a policy of the same name.

Exit codes: 0 sufficient and minimal · 1 not · 2 bad input · 3 it cannot be told, or nothing says what is needed")]
pub struct NeedArgs {
    /// A managed policy by name or ARN; without it every one of which a contract says what is needed
    #[arg(value_name = "POLICY")]
    policy: Option<String>,
    /// Where it is: a recording, a Terraform plan or state, a CloudFormation template, or `aws`; without it `aws`
    #[arg(long = "source", value_name = "aws|FILE")]
    sources: Vec<SourceArg>,
    /// Only this contract; may be given several times
    #[arg(long = "contract", value_name = "NAME")]
    contracts: Vec<String>,
    /// Also load the contracts of this directory
    #[arg(long = "rules", value_name = "DIR")]
    directories: Vec<PathBuf>,
    /// What is needed, in place of contracts
    #[arg(long, value_name = "FILE", requires = "policy")]
    needed: Option<PathBuf>,
    /// How the result is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For machines
    Json,
}

const POLICY: &str = "AWS::IAM::ManagedPolicy";

/// Answers.
pub fn run(args: &NeedArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &args.directories)?;
    let sources = if args.sources.is_empty() { vec![SourceArg::Aws] } else { args.sources.clone() };
    let names: Vec<arcstr::ArcStr> = args.contracts.iter().map(|name| name.as_str().into()).collect();
    let contracts = parts.configured.contracts().only(&names)?;
    let mut needs = Needs::default();
    needs.read(&ResourceType::from(POLICY), &Property::root("properties").key("PolicyDocument"), &parts.catalogue);
    for entry in contracts.contracts().iter().flat_map(|contract| &contract.entries).filter(|_| args.needed.is_none()) {
        // What else the contract names tells where the deployment is.
        needs.list(&entry.resource_type, &parts.catalogue);
        if entry.resource_type.as_str().starts_with("AWS::IAM::") {
            needs.read(&entry.resource_type, &Property::root("properties"), &parts.catalogue);
        }
    }
    let collected = sources::collect(&sources, &needs, &parts)?;
    let mut all: Vec<Answer> = Vec::new();
    if let (Some(file), Some(policy)) = (&args.needed, &args.policy) {
        let is = |one: &&crate::model::Resource| one.resource_type.as_str() == POLICY && (one.name == *policy || one.id.as_str() == policy);
        let found: Vec<_> = collected.resources.iter().filter(is).collect();
        if found.is_empty() {
            return Err(Failure::input(format!("there is no managed policy called {policy}")));
        }
        for resource in found {
            let needed = baseline::read(file, &resource.name, &parts)?;
            let path = Property::root("properties").key("PolicyDocument");
            let document = resource
                .at(&path)
                .map_or_else(|| Err("it is not known".to_owned()), |value| document::parse(value).map_err(|faults| faults.to_string()));
            let weigh = |swap: bool| match &document {
                Err(why) => Err(unsure(why)),
                Ok(document) if swap => beyond(&needed, document).map_err(|why| unsure(&why)),
                Ok(document) => beyond(document, &needed).map_err(|why| unsure(&why)),
            };
            let contract = file.display().to_string().into();
            all.push(Answer {
                contract,
                resource: resource.id.clone(),
                path,
                lacks: weigh(false),
                exceeds: weigh(true),
                unneeded: weigh(true),
            });
        }
    } else {
        let scope = PassScope::default();
        let inventory = crate::inventory::build(collected.resources, collected.coverage, &parts.config.ownership, &parts.catalogue);
        for contract in contracts.active(&inventory, &scope) {
            let is = |answer: &Answer| {
                let name = answer.resource.as_str().rsplit(['/', ':']).next();
                args.policy.as_ref().is_none_or(|policy| answer.resource.as_str() == policy || name == Some(policy))
            };
            all.extend(answers(contract, &inventory, &scope).into_iter().filter(is));
        }
    }
    match args.format {
        Format::Json => {
            output::print(&(serde_json::to_string_pretty(&all.iter().map(line).collect::<Vec<_>>()).unwrap_or_default() + "\n"))?
        }
        Format::Text => output::print(&text(&all))?,
    }
    let bad = |parts: &Result<Vec<Beyond>, Arc<Gap>>| parts.as_ref().is_ok_and(|parts| !parts.is_empty());
    let unsure = |answer: &Answer| answer.lacks.is_err() || answer.exceeds.is_err();
    Ok(if all.iter().any(|answer| bad(&answer.lacks) || bad(&answer.exceeds)) {
        Exit::Findings
    } else if all.is_empty() || all.iter().any(unsure) {
        Exit::Incomplete
    } else {
        Exit::Clean
    })
}

fn unsure(why: &str) -> Arc<Gap> {
    Arc::new(Gap::new(crate::model::GapKind::Undecidable, why))
}

fn line(answer: &Answer) -> Json {
    let list = |parts: &Result<Vec<Beyond>, Arc<Gap>>| match parts {
        Ok(parts) => parts.iter().map(part).collect(),
        Err(_) => Json::Null,
    };
    let holds = |parts: &Result<Vec<Beyond>, Arc<Gap>>| parts.as_ref().ok().map(Vec::is_empty);
    let reason = [&answer.lacks, &answer.exceeds, &answer.unneeded].into_iter().find_map(|parts| parts.as_ref().err());
    json!({
        "contract": answer.contract.as_str(),
        "policy": answer.resource.as_str(),
        "path": answer.path.to_string(),
        "sufficient": holds(&answer.lacks),
        "minimal": holds(&answer.exceeds),
        "lacks": list(&answer.lacks),
        "exceeds": list(&answer.exceeds),
        "unneeded": list(&answer.unneeded),
        "reason": reason.map(|gap| gap.to_string()),
    })
}

fn part(one: &Beyond) -> Json {
    let context: serde_json::Map<String, Json> = one
        .witness
        .context
        .iter()
        .map(|(key, value)| {
            let value = match value {
                crate::iam::evaluation::ContextValue::One(text) => Json::from(text.as_str()),
                crate::iam::evaluation::ContextValue::Many(texts) => texts.iter().map(|text| Json::from(text.as_str())).collect(),
            };
            (key.to_owned(), value)
        })
        .collect();
    json!({
        "statement_index": one.statement_index,
        "witness": {"action": one.witness.action.as_str(), "resource": one.witness.resource.as_str(), "context": context},
    })
}

fn text(all: &[Answer]) -> String {
    let mut text = String::new();
    for answer in all {
        let word = |parts: &Result<Vec<Beyond>, Arc<Gap>>, good: &str| match parts {
            Ok(parts) if parts.is_empty() => good.to_owned(),
            Ok(_) => format!("not {good}"),
            Err(gap) => format!("{good}: cannot be told ({gap})"),
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "{}: {}, {} by {}",
            answer.resource,
            word(&answer.lacks, "sufficient"),
            word(&answer.exceeds, "minimal"),
            answer.contract
        );
        let mut list = |what: &str, parts: &Result<Vec<Beyond>, Arc<Gap>>| {
            for one in parts.iter().flatten() {
                _ = writeln!(text, "  {what} {} on {}, {}", one.witness.action, one.witness.resource, one.statement);
            }
        };
        list("lacks", &answer.lacks);
        list("grants beyond", &answer.exceeds);
        if answer.exceeds.as_ref().is_ok_and(Vec::is_empty) {
            list("may, and need not, grant", &answer.unneeded);
        }
    }
    if all.is_empty() {
        text.push_str("no contract that holds here says what a policy is needed for\n");
    }
    text.lines().map(|line| printable(line).into_owned() + "\n").collect()
}

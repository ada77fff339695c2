//! Contracts: what is read, what is refused, what is said of a world.

mod judging;
mod reading;
mod writing;

use super::{Contract, ContractSet, ContractSource};
use crate::collect;
use crate::evaluate::config::RulesConfig;
use crate::evaluate::{LoadOptions, Pass, RuleSet, load, run};
use crate::model::catalogue::Catalogue;
use crate::model::coverage::ScopeRow;
use crate::model::inventory::{Facts, Known};
use crate::model::resource::ResourceRecord;
use crate::model::run::PassScope;
use crate::model::verdict::{Evaluation, Status};
use crate::model::{Coverage, Interner, Inventory, Outcome, Resource};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// The types, read once: that takes longer than all these tests.
fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(collect::catalogue)
}

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-2";

fn source(name: &str, text: &str) -> ContractSource {
    ContractSource { path: format!("rules/contracts/{name}.yaml"), text: text.to_owned(), shipped: false }
}

/// What is said of these texts, one line a mistake.
fn refused(sources: &[ContractSource]) -> Vec<String> {
    match ContractSet::load(sources, catalogue()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn contracts(sources: &[ContractSource]) -> ContractSet {
    ContractSet::load(sources, catalogue()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// One contract of this name over `resources:` and whatever else the text says.
fn contract(text: &str) -> ContractSet {
    contracts(&[source("it", &format!("contract: it\n{text}"))])
}

fn only(set: &ContractSet) -> &Arc<Contract> {
    set.contracts().first().unwrap()
}

/// A resource; its gaps are `{path: call}`.
fn resource(kind: &str, name: &str, body: Value) -> Value {
    let region = if kind.starts_with("AWS::IAM") { "global" } else { REGION };
    let mut record =
        json!({"id": format!("arn:{kind}:{ACCOUNT}:{name}"), "type": kind, "name": name, "account": ACCOUNT, "region": region});
    for (key, value) in body.as_object().unwrap() {
        record[key] = value.clone();
    }
    record
}

fn table(name: &str, properties: Value) -> Value {
    resource("AWS::DynamoDB::Table", name, json!({ "properties": properties }))
}

/// An inventory of these resources; the listings of their types, and of `listed`, are complete unless `broken` names the type.
fn world(records: &[Value], listed: &[&str], broken: &[&str]) -> Inventory {
    let (catalogue, interner) = (catalogue(), Interner::new());
    let mut resources: Vec<Resource> = records
        .iter()
        .map(|record| {
            let record: ResourceRecord = serde_json::from_value(record.clone()).unwrap();
            Resource::from_record(&record, catalogue, &interner)
        })
        .collect();
    resources
        .sort_by_key(|resource| (resource.account.clone(), resource.region.clone(), resource.resource_type.clone(), resource.id.clone()));
    let mut coverage = Coverage::default();
    let types = resources.iter().map(|resource| resource.resource_type.as_str().to_owned());
    for kind in types.chain(listed.iter().map(|kind| (*kind).to_owned())).collect::<std::collections::BTreeSet<_>>() {
        let Some(listing) = catalogue.find(&kind.as_str().into()).and_then(|spec| spec.listing.clone()) else { continue };
        let outcome = if broken.contains(&kind.as_str()) { Outcome::Denied } else { Outcome::Complete };
        coverage.add(ScopeRow {
            account: ACCOUNT.into(),
            region: if kind.starts_with("AWS::IAM") { "global".into() } else { REGION.into() },
            resource_type: kind.as_str().into(),
            permission: (outcome == Outcome::Denied).then(|| listing.as_str().into()),
            call: listing,
            outcome,
            resources: 0,
            reason: None,
        });
    }
    let facts = resources.iter().map(|_| Facts { environment: Known::None, owner: Known::None }).collect();
    Inventory::new(resources, facts, &[], coverage)
}

/// Everything that the contracts say of a world, through the way that every audit goes.
fn evaluations(set: ContractSet, inventory: &Inventory) -> Vec<Evaluation> {
    let catalogue = catalogue();
    let rules: RuleSet = load(&[], catalogue, &LoadOptions::default()).unwrap().with_contracts(set, &RulesConfig::default(), catalogue);
    let scope = PassScope::default();
    let pass = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue, scope: &scope, evidence: Status::ALL };
    run(&rules, inventory, &pass).told
}

/// The same, one line each: `rule status sub-key`.
fn told(set: ContractSet, inventory: &Inventory) -> Vec<String> {
    evaluations(set, inventory)
        .iter()
        .map(|told| {
            format!("{} {} {}", told.rule.id.as_str().trim_start_matches("contract-"), told.status, told.sub_key.as_deref().unwrap())
        })
        .collect()
}

/// What fails or cannot be told, without rule and contract.
fn drifts(text: &str, records: &[Value]) -> Vec<String> {
    let evaluations = evaluations(contract(text), &world(records, &[], &[]));
    let drifts = evaluations.iter().filter(|told| told.rule.id.as_str() == "contract-drifted" && told.status != Status::Pass);
    drifts
        .map(|told| {
            let path = told.sub_key.as_deref().unwrap().splitn(4, '/').nth(3).unwrap();
            if told.status == Status::Unknown { format!("{path}: unknown") } else { path.to_owned() }
        })
        .collect()
}

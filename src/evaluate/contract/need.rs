//! Is a policy enough for what a contract says is needed, and is it no more? Proven by the engine, not compared as text.
//!
//! `at_least` is the need: every request that it allows must be allowed. `at_most` is the most that may be granted; without it that is
//! the need itself where the question is put (`ledgerline iam need`), and nothing where a contract is judged.

use super::document::{Distance, Grants};
use super::expect::{Bounds, Expect, Place};
use super::judge::home;
use super::terms::Contract;
use crate::iam::comparison::{Beyond, beyond};
use crate::iam::document::{self, Document};
use crate::model::run::PassScope;
use crate::model::{Gap, GapKind, Inventory, Path, ResourceId, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// What a policy lacks of a need, and what it has beyond what may be: nothing, where it is as it should be.
pub fn weigh(bounds: &Bounds, observed: &Value, place: Place<'_>) -> Result<Distance, Arc<Gap>> {
    let policy = read(observed)?;
    let mut distance = Distance::default();
    if let Some(least) = &bounds.at_least {
        let least = place.fill_value(least);
        distance.less = told(beyond(&policy, &read(&least)?))?;
        // What must be denied is no need of anybody, and compared as it is written.
        let denies = Grants::of(observed).zip(Grants::of(&least)).map(|(observed, least)| observed.lacks_denies(&least));
        distance.less.extend(denies.unwrap_or_default());
    }
    if let Some(most) = &bounds.at_most {
        distance.more = told(beyond(&read(&place.fill_value(most))?, &policy))?;
    }
    Ok(distance)
}

fn told(found: Result<Vec<Beyond>, String>) -> Result<Vec<String>, Arc<Gap>> {
    let found = found.map_err(|why| unsure(&why))?;
    let mut lines: Vec<String> = found.iter().map(|one| format!("{} on {}", one.witness.action, one.witness.resource)).collect();
    lines.dedup();
    Ok(lines)
}

fn read(document: &Value) -> Result<Document, Arc<Gap>> {
    document::parse(document).map_err(|faults| unsure(&format!("the policy document cannot be understood: {faults}")))
}

fn unsure(why: &str) -> Arc<Gap> {
    Arc::new(Gap::new(GapKind::Undecidable, why))
}

/// Whether one policy is enough, and no more, by one contract.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The contract.
    pub contract: ArcStr,
    /// The resource whose policy it is.
    pub resource: ResourceId,
    /// The property that holds the policy.
    pub path: Path,
    /// The parts of the need that are not granted.
    pub lacks: Result<Vec<Beyond>, Arc<Gap>>,
    /// What is granted beyond what may be.
    pub exceeds: Result<Vec<Beyond>, Arc<Gap>>,
    /// What is granted beyond the need, whether or not it may be.
    pub unneeded: Result<Vec<Beyond>, Arc<Gap>>,
}

/// The answers for every policy of which a contract says what is needed, in the order of the contract.
pub fn answers(contract: &Contract, inventory: &Inventory, scope: &PassScope) -> Vec<Answer> {
    let home = home(contract, inventory, scope);
    let mut all = Vec::new();
    for entry in &contract.entries {
        let mut bounds = Vec::new();
        for field in &entry.expect {
            find(&field.expect, &Path::root(field.key.clone()), &mut bounds);
        }
        if bounds.is_empty() {
            continue;
        }
        for position in inventory.of_type(entry.resource_type.as_str()) {
            let Some(resource) = inventory.resource(*position) else { continue };
            if !entry.name.is(&resource.name) || !contract.speaks_of(&resource.account, &resource.region) {
                continue;
            }
            let region = if resource.region.is_global() { &home.region } else { &resource.region };
            let place = Place { account: resource.account.as_str(), region: region.as_str() };
            for (path, bounds) in &bounds {
                let (lacks, exceeds, unneeded) = both(bounds, resource.at(path), place);
                all.push(Answer {
                    contract: contract.name.clone(),
                    resource: resource.id.clone(),
                    path: path.clone(),
                    lacks,
                    exceeds,
                    unneeded,
                });
            }
        }
    }
    all
}

type Parts = Result<Vec<Beyond>, Arc<Gap>>;

fn both(bounds: &Bounds, observed: Option<&Value>, place: Place<'_>) -> (Parts, Parts, Parts) {
    let policy = match observed.map_or_else(|| Err(unsure("the policy is not known")), read) {
        Ok(policy) => policy,
        Err(gap) => return (Err(Arc::clone(&gap)), Err(Arc::clone(&gap)), Err(gap)),
    };
    let side = |side: &Option<Value>| side.as_ref().map(|side| read(&place.fill_value(side)));
    let (least, most) = (side(&bounds.at_least), side(&bounds.at_most));
    let past = |limit: Option<&Result<Document, Arc<Gap>>>| match limit {
        None => Ok(Vec::new()),
        Some(Err(gap)) => Err(Arc::clone(gap)),
        Some(Ok(limit)) => beyond(limit, &policy).map_err(|why| unsure(&why)),
    };
    let lacks = match &least {
        None => Ok(Vec::new()),
        Some(Err(gap)) => Err(Arc::clone(gap)),
        Some(Ok(least)) => beyond(&policy, least).map_err(|why| unsure(&why)),
    };
    (lacks, past(most.as_ref().or(least.as_ref())), past(least.as_ref()))
}

/// The policies inside an expectation.
fn find<'a>(expect: &'a Expect, path: &Path, found: &mut Vec<(Path, &'a Bounds)>) {
    match expect {
        Expect::Bounds(bounds) => found.push((path.clone(), bounds)),
        Expect::Map(fields) => fields.iter().for_each(|field| find(&field.expect, &path.key(field.key.clone()), found)),
        Expect::Equal(_)
        | Expect::Keyed(_)
        | Expect::List(_)
        | Expect::Policy(_)
        | Expect::OneOf(_)
        | Expect::Matches(_)
        | Expect::Present(_)
        | Expect::Range(..)
        | Expect::Includes(_)
        | Expect::NoneOf(_) => {}
    }
}

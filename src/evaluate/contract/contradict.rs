//! Two contracts that hold together must not ask for two things of one place: no deployment could keep both.
//!
//! Found where both name the resource, or one names it and the other's pattern does; two patterns may never meet.

use super::compare::How;
use super::expect::{Expect, Field, Place};
use super::terms::{Contract, Entry, Holds};
use crate::diag::Diagnostic;
use crate::model::path::Step;
use crate::model::{Path, Value};
use std::sync::Arc;

/// Every contradiction, told at the later place and naming the earlier one. A shipped contract that nobody asked for stands back.
pub(super) fn faults(contracts: &[Arc<Contract>]) -> Vec<Diagnostic> {
    let held: Vec<&Contract> = contracts.iter().map(AsRef::as_ref).filter(|contract| contract.holds == Holds::Always).collect();
    let mut faults = Vec::new();
    let mut named: std::collections::HashMap<(&str, &str), Vec<(&Contract, &Entry)>> = std::collections::HashMap::new();
    for contract in &held {
        for entry in &contract.entries {
            if entry.name.is_pattern() {
                continue;
            }
            let others = named.entry((entry.resource_type.as_str(), entry.name.text.as_str())).or_default();
            others.iter().for_each(|(other, theirs)| between((other, theirs), (contract, entry), &mut faults));
            others.push((contract, entry));
        }
    }
    for contract in &held {
        for pattern in contract.entries.iter().filter(|entry| entry.name.is_pattern()) {
            for other in &held {
                for entry in other.of_type(pattern.resource_type.as_str()).iter().filter(|entry| !entry.name.is_pattern()) {
                    if pattern.name.is(&entry.name.text) {
                        between((contract, pattern), (other, entry), &mut faults);
                    }
                }
            }
        }
    }
    faults
}

fn between(a: (&Contract, &Entry), b: (&Contract, &Entry), faults: &mut Vec<Diagnostic>) {
    if !a.1.conditions.is_empty() || !b.1.conditions.is_empty() || !meet(a.0, b.0) {
        return;
    }
    for theirs in &a.1.expect {
        for ours in b.1.expect.iter().filter(|ours| ours.key == theirs.key) {
            fields(theirs, ours, &Path::root(ours.key.clone()), &mut |path, theirs, ours| {
                let (line, column) = a.0.source.place(theirs.at);
                let said = |expect: &Expect| expect.to_json().to_string();
                let message = format!(
                    "{} {}: {path} is {} here and {} in {}:{line}:{column}",
                    b.1.resource_type,
                    b.1.name.text,
                    said(&ours.expect),
                    said(&theirs.expect),
                    a.0.source.name,
                );
                let help = if a.0.name == b.0.name { "say one of them" } else { "two contracts that hold together must agree" };
                faults.push(Diagnostic::at(&b.0.source, ours.at..ours.at + ours.key.len(), message).help(help));
            });
        }
    }
}

/// Whether the accounts and regions of two contracts have one in common.
fn meet(a: &Contract, b: &Contract) -> bool {
    fn common<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.is_empty() || b.is_empty() || a.iter().any(|one| b.contains(one))
    }
    common(&a.accounts, &b.accounts) && common(&a.regions, &b.regions)
}

fn fields(a: &Field, b: &Field, path: &Path, told: &mut dyn FnMut(&Path, &Field, &Field)) {
    match (&a.expect, &b.expect) {
        (Expect::Map(theirs), Expect::Map(ours)) => {
            for ours in ours {
                for theirs in theirs.iter().filter(|theirs| theirs.key == ours.key) {
                    fields(theirs, ours, &path.key(ours.key.clone()), told);
                }
            }
        }
        (Expect::Keyed(theirs), Expect::Keyed(ours)) if theirs.key == ours.key => {
            for item in &ours.items {
                for other in theirs.items.iter().filter(|other| other.key == item.key) {
                    fields(other, item, &path.step(Step::Item(ours.key.clone(), item.key.clone())), told);
                }
            }
        }
        (one, other) if !agree(one, other) => told(path, a, b),
        _ => {}
    }
}

/// Whether something can be as both say. Where that is not easily told, it can.
fn agree(a: &Expect, b: &Expect) -> bool {
    let how = How { place: Place { account: "${AWS::AccountId}", region: "${AWS::Region}" }, exact: false };
    let holds = |expect: &Expect, value: &Value| how.holds(expect, Some(value)).unwrap_or(true);
    match (a.as_value(), b.as_value()) {
        (Some(value), _) => holds(b, &value),
        (None, Some(value)) => holds(a, &value),
        (None, None) => match (a, b) {
            (Expect::Present(false), other) | (other, Expect::Present(false)) => {
                matches!(other, Expect::Present(false) | Expect::NoneOf(_))
            }
            (Expect::OneOf(one), other) | (other, Expect::OneOf(one)) => one.iter().any(|value| holds(other, value)),
            (Expect::Range(low, high), Expect::Range(min, max)) => {
                low.zip(*max).is_none_or(|(low, max)| low <= max) && min.zip(*high).is_none_or(|(min, high)| min <= high)
            }
            _ => true,
        },
    }
}

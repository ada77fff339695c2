//! What rule and contract files say, read for the page from the loaded rules.

use super::parts::Parts;
use crate::diag::Source;
use crate::diag::yaml;
use crate::evaluate::Rule;
use crate::evaluate::contract::{Contract, Holds};
use crate::evaluate::explain::{Explanation, explain, explain_coded};
use crate::model::RuleId;
use crate::model::document::{ContractDocument, ContractEntry, ContractHold, ExampleDocument, ParameterDocument, RuleDocument};

/// What a rule's file says; none where no loaded rule has this id.
pub fn rule(parts: &Parts, id: &RuleId) -> Option<RuleDocument> {
    let rules = &parts.configured;
    if let Some(rule) = rules.find(id.as_str()) {
        return Some(RuleDocument { examples: examples(rule), ..document(explain(rule, &parts.catalogue)) });
    }
    let coded = rules.coded().find(|info| info.id == *id)?;
    Some(document(explain_coded(coded, rules, &parts.catalogue)))
}

fn document(explanation: Explanation) -> RuleDocument {
    let parameters = explanation.parameters.into_iter().map(|parameter| ParameterDocument {
        name: parameter.name,
        kind: parameter.kind.into(),
        help: parameter.help,
        value: parameter.value.to_json(),
        by_environment: parameter.by_environment.iter().map(|(environment, value)| (environment.clone(), value.to_json())).collect(),
    });
    RuleDocument {
        file: explanation.file.as_ref().into(),
        expressions: explanation.expressions.into_iter().map(|(key, expression)| (key.into(), expression)).collect(),
        parameters: parameters.collect(),
        examples: Vec::new(),
        permissions: explanation.permissions,
    }
}

/// The rule's tests as written, each with the verdict that it deserves.
fn examples(rule: &Rule) -> Vec<ExampleDocument> {
    let source = rule.source();
    let root = yaml::parse(source).ok();
    let written = root.as_ref().and_then(|root| root.get("examples")).map(items).unwrap_or_default();
    let told = rule.examples().iter().zip(written);
    told.map(|(example, span)| ExampleDocument { expect: example.expect, text: text(source, span).into() }).collect()
}

fn items(node: &yaml::Node) -> Vec<std::ops::Range<usize>> {
    if let yaml::Kind::List(items) = &node.kind { items.iter().map(|item| item.span.clone()).collect() } else { Vec::new() }
}

/// The text of a place, its further lines moved to the left as far as they stand in alike.
fn text(source: &Source, span: std::ops::Range<usize>) -> String {
    let text = source.text.get(span).unwrap_or_default().trim_end();
    let indent =
        text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let lines = text.lines().enumerate().map(|(at, line)| if at == 0 { line } else { line.get(indent..).unwrap_or(line.trim_start()) });
    lines.collect::<Vec<_>>().join("\n")
}

/// The loaded contracts, by name.
pub fn contracts(parts: &Parts) -> Vec<ContractDocument> {
    parts.configured.contracts().contracts().iter().map(|contract| contract_document(contract)).collect()
}

fn contract_document(contract: &Contract) -> ContractDocument {
    let entries = contract.entries.iter().map(|entry| ContractEntry {
        resource_type: entry.resource_type.clone(),
        name: entry.name.text.clone(),
        optional: entry.optional,
    });
    ContractDocument {
        name: contract.name.clone(),
        description: contract.description.clone(),
        file: contract.source.name.as_ref().into(),
        holds: match contract.holds {
            Holds::Always => ContractHold::Always,
            Holds::WhereFound => ContractHold::WhereFound,
        },
        entries: entries.collect(),
        costs: contract.costs.iter().map(|range| (range.component.clone(), range.low, range.high)).collect(),
    }
}

//! `rules` and `parameters`. Whether a rule or a parameter of a name exists, `evaluate` tells: here only the shape is read,
//! and every word keeps its place.

use super::environments::DEFAULT;
use crate::diag::Faults;
use crate::diag::yaml::{Node, Table};
use crate::evaluate::config::{RulesConfig, Setting, Written};
use crate::model::environment::Environment;
use std::path::Path;

/// `rules: { directories, disable, preview }`.
pub fn rules(node: &Node, folder: &Path, faults: &mut Faults) -> RulesConfig {
    let mut config = RulesConfig::default();
    let Some(table) = Table::of(node, "rules", faults) else { return config };
    if let Some(node) = table.optional("directories") {
        let directories = node.words("rules.directories", faults).unwrap_or_default();
        config.directories = directories.iter().map(|directory| folder.join(directory.as_str())).collect();
    }
    if let Some(node) = table.optional("disable") {
        config.disable = written(node, "rules.disable", faults);
    }
    if let Some(node) = table.optional("preview") {
        config.preview = written(node, "rules.preview", faults);
    }
    table.finish("rules", faults);
    config
}

fn written(node: &Node, what: &str, faults: &mut Faults) -> Vec<Written> {
    let items = node.list(what, faults).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.word(&format!("each of {what}"), faults).map(|text| Written { text, span: item.span.clone() }))
        .collect()
}

/// `parameters: { ENVIRONMENT|default: { RULE: { PARAMETER: VALUE } } }`.
pub fn parameters(node: &Node, environments: &[Environment], faults: &mut Faults) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (environment, rules) in node.entries("parameters", faults).unwrap_or_default() {
        if environment.text != DEFAULT && !environments.iter().any(|known| known.name == environment.text) {
            let known = environments.iter().map(|known| known.name.as_str()).chain([DEFAULT]);
            faults.add_unknown(&environment.span, "environment", &environment.text, known);
        }
        for (rule, values) in rules.entries("the parameters of an environment", faults).unwrap_or_default() {
            for (parameter, value) in values.entries("the parameters of a rule", faults).unwrap_or_default() {
                settings.push(Setting {
                    environment: environment.text.clone(),
                    rule: rule.clone(),
                    parameter: parameter.clone(),
                    value: value.clone(),
                });
            }
        }
    }
    settings
}

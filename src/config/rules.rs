//! `rules` and `parameters`. Whether a rule or a parameter of a name exists, `evaluate` tells: here only the shape is read,
//! and every word keeps its place.

use super::environments::DEFAULT;
use crate::diag::Faults;
use crate::diag::yaml::{Key, Kind, Node, Table};
use crate::evaluate::config::{PackSetting, RulesConfig, Setting, SeveritySetting, Written};
use crate::model::environment::Environment;
use crate::model::rule::Severity;
use arcstr::ArcStr;
use std::path::Path;

/// `rules: { directories, packs, disable, preview, severity, contracts }`.
pub fn rules(node: &Node, folder: &Path, environments: &[Environment], faults: &mut Faults) -> RulesConfig {
    let mut config = RulesConfig::default();
    let Some(table) = Table::of(node, "rules", faults) else { return config };
    if let Some(node) = table.optional("directories") {
        let directories = node.words("rules.directories", faults).unwrap_or_default();
        config.directories = directories.iter().map(|directory| folder.join(directory.as_str())).collect();
    }
    if let Some(node) = table.optional("packs") {
        let items = node.list("rules.packs", faults).unwrap_or_default();
        config.packs = items.iter().filter_map(|item| pack(item, folder, faults)).collect();
    }
    if let Some(node) = table.optional("disable") {
        config.disable = written(node, "rules.disable", faults);
    }
    if let Some(node) = table.optional("preview") {
        config.preview = written(node, "rules.preview", faults);
    }
    if let Some(node) = table.optional("severity") {
        config.severities = severities(node, environments, faults);
    }
    if let Some(node) = table.optional("contracts") {
        config.contracts = written(node, "rules.contracts", faults);
    }
    table.finish("rules", faults);
    config
}

/// `{ path: acme-1.2.0.tar.zst, sha256: … }`. A pack without a digest would be whatever lies there that day.
fn pack(node: &Node, folder: &Path, faults: &mut Faults) -> Option<PackSetting> {
    let table = Table::of(node, "a pack", faults)?;
    let path = table.required("path", faults).and_then(|node| Some((node.string("path", faults)?, node.span.clone())));
    let digest = table.optional("sha256");
    if digest.is_none() {
        let help = "`ledgerline rules pack` printed it; `sha256sum FILE` does too";
        faults.add_with_help(table.span(), "a pack needs its digest, sha256", help);
    }
    let digest = digest.and_then(|node| {
        let text = node.word("sha256", faults)?.to_lowercase();
        let fits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !fits {
            faults.add(&node.span, "sha256 must be 64 hexadecimal digits");
        }
        fits.then(|| (ArcStr::from(text), node.span.clone()))
    });
    table.finish("a pack", faults);
    let ((path, path_span), (sha256, sha256_span)) = (path?, digest?);
    Some(PackSetting { path: folder.join(path.as_str()), path_span, sha256, sha256_span })
}

/// `severity: { RULE: SEVERITY }`, or by environment `severity: { RULE: { ENVIRONMENT|default: SEVERITY } }`.
fn severities(node: &Node, environments: &[Environment], faults: &mut Faults) -> Vec<SeveritySetting> {
    let words: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
    let mut settings = Vec::new();
    for (rule, value) in node.entries("rules.severity", faults).unwrap_or_default() {
        let mut add = |environment: ArcStr, node: &Node, faults: &mut Faults| {
            if let Some(severity) = node.one_of("severity", &words, faults) {
                settings.push(SeveritySetting { environment, rule: rule.clone(), severity, span: node.span.clone() });
            }
        };
        if let Kind::Map(entries) = &value.kind {
            for (environment, node) in entries {
                known_environment(environment, environments, faults);
                add(environment.text.clone(), node, faults);
            }
        } else {
            add(ArcStr::from(DEFAULT), value, faults);
        }
    }
    settings
}

fn known_environment(written: &Key, environments: &[Environment], faults: &mut Faults) {
    if written.text != DEFAULT && !environments.iter().any(|known| known.name == written.text) {
        let known = environments.iter().map(|known| known.name.as_str()).chain([DEFAULT]);
        faults.add_unknown(&written.span, "environment", &written.text, known);
    }
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
        known_environment(environment, environments, faults);
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

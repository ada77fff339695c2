//! Tests of the stage as its callers see it: texts in, rules and evaluations out.

macro_rules! rule_file {
    ($folder:literal, $name:literal) => {
        (
            concat!("rules/test/", $name, ".yaml"),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/evaluate/testdata/", $folder, "/", $name, ".yaml")),
        )
    };
}

mod documents;
mod loading;
mod passes;

use super::config::{RulesConfig, Setting, Written};
use super::{LoadOptions, RuleSet, RuleSource, load, shipped};
use crate::diag::{Diagnostic, Faults, Source};
use crate::model::call::Place;
use crate::model::catalogue::Catalogue;
use crate::model::inventory::{Facts, Known};
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{Coverage, Gap, GapKind, Interner, Inventory, Outcome, Resource, ScopeRow};
use serde_json::json;

pub(super) fn catalogue() -> Catalogue {
    Catalogue::new(serde_saphyr::from_str::<Vec<_>>(include_str!("testdata/catalogue.yaml")).unwrap())
}

const GOOD: [(&str, &str); 5] = [
    rule_file!("rules", "dynamodb-table-provisioned"),
    rule_file!("rules", "dynamodb-table-untagged"),
    rule_file!("rules", "logs-group-orphaned"),
    rule_file!("rules", "logs-group-retention-short"),
    rule_file!("rules", "dynamodb-index-misnamed"),
];

/// Sources of these files, with the test framework.
pub(super) fn sources(files: &[(&str, &str)]) -> Vec<RuleSource> {
    let framework = ("rules/frameworks/security-hub.yaml", include_str!("testdata/security-hub.yaml"));
    let files = files.iter().chain([&framework]);
    shipped::sources(files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

pub(super) fn good(options: &LoadOptions) -> Result<RuleSet, Vec<Diagnostic>> {
    load(&sources(&GOOD), &catalogue(), options)
}

/// The rules, those in preview included.
pub(super) fn rules() -> RuleSet {
    good(&LoadOptions { preview: super::Preview::All, ..LoadOptions::default() }).unwrap()
}

/// What is said of these files, one line each.
pub(super) fn said(files: &[(&str, &str)]) -> String {
    lines(load(&sources(files), &catalogue(), &LoadOptions::default()).unwrap_err())
}

pub(super) fn lines(diagnostics: Vec<Diagnostic>) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Options as the config file gives them: `environment: { rule: { parameter: value } }`.
pub(super) fn settings(text: &str) -> LoadOptions {
    let source = Source::new("ledgerline.yaml", text);
    let root = crate::diag::yaml::parse(&source).unwrap();
    let mut faults = Faults::new(source.clone());
    let mut parameters = Vec::new();
    for (environment, rules) in root.entries("", &mut faults).unwrap() {
        for (rule, values) in rules.entries("", &mut faults).unwrap() {
            for (parameter, value) in values.entries("", &mut faults).unwrap() {
                let (rule, parameter, value) = (rule.clone(), parameter.clone(), value.clone());
                parameters.push(Setting { environment: environment.text.clone(), rule, parameter, value });
            }
        }
    }
    LoadOptions { config: RulesConfig { parameters, source: Some(source), ..RulesConfig::default() }, ..LoadOptions::default() }
}

pub(super) fn word(text: &str) -> Written {
    Written { text: text.into(), span: 0..0 }
}

/// A resource from JSON; `gaps` are paths that DescribeTable was denied for.
pub(super) fn resource(kind: &str, name: &str, more: serde_json::Value, gaps: &[&str]) -> Resource {
    let get = |key: &str| more.get(key).cloned().unwrap_or_else(|| json!({}));
    let record = ResourceRecord {
        id: format!("arn:{kind}:{name}").into(),
        resource_type: kind.into(),
        name: name.into(),
        account: "111122223333".into(),
        region: "us-east-2".into(),
        tags: get("tags"),
        properties: get("properties"),
        state: get("state"),
        gaps: gaps.iter().map(|path| GapRecord { path: path.parse().unwrap(), gap: denied("dynamodb:DescribeTable") }).collect(),
        origin: None,
    };
    Resource::from_record(&record, &catalogue(), &Interner::new())
}

pub(super) fn denied(call: &str) -> Gap {
    Gap { kind: GapKind::Denied, call: Some(call.into()), permission: Some(call.into()), detail: "AccessDeniedException".into() }
}

/// An inventory of these, each with its environment, all listings complete but for the failed ones.
pub(super) fn inventory(resources: Vec<(Resource, Known<arcstr::ArcStr>)>, failed: &[(&str, &str)]) -> Inventory {
    let mut resources = resources;
    resources.sort_by(|a, b| (&a.0.resource_type, &a.0.id).cmp(&(&b.0.resource_type, &b.0.id)));
    let (resources, facts): (Vec<Resource>, Vec<Facts>) =
        resources.into_iter().map(|(resource, environment)| (resource, Facts { environment, owner: Known::None })).unzip();
    let mut coverage = Coverage::default();
    let place = Place { account: "111122223333".into(), region: "us-east-2".into() };
    for spec in catalogue().types() {
        let call = spec.listing.clone().unwrap();
        let failed = failed.iter().any(|(kind, listing)| spec.resource_type.as_str() == *kind && call.as_str() == *listing);
        coverage.add(ScopeRow {
            account: place.account.clone(),
            region: place.region.clone(),
            resource_type: spec.resource_type.clone(),
            permission: failed.then(|| call.as_str().into()),
            reason: failed.then(|| "AccessDeniedException".into()),
            call,
            outcome: if failed { Outcome::Denied } else { Outcome::Complete },
            resources: 0,
        });
    }
    Inventory::new(resources, facts, &[], coverage)
}

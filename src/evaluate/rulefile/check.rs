//! [`RawRule`] → a rule: names and ids, the expressions against the catalogue, and whether examples show every verdict.

use super::example::{self, Example};
use super::framework::Framework;
use super::{RawRule, Word, compile, loose};
use crate::diag::{Diagnostic, Faults};
use crate::evaluate::expr::{Functions, Reads};
use crate::evaluate::parameter::Parameters;
use crate::evaluate::rule::Body;
use crate::evaluate::ruleset;
use crate::evaluate::severity::Severities;
use crate::model::catalogue::Catalogue;
use crate::model::rule::{Controls, RuleInfo};
use crate::model::verdict::Status;
use crate::model::{CallId, Interner, Path, ResourceType, RuleId};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// What all rules are checked against.
pub struct Checks<'a> {
    /// The types.
    pub catalogue: &'a Catalogue,
    /// The control frameworks.
    pub frameworks: &'a BTreeMap<ArcStr, Framework>,
    /// The functions of all libraries.
    pub functions: Functions,
}

impl<'a> Checks<'a> {
    /// Types, frameworks, and the functions of all libraries.
    pub fn new(catalogue: &'a Catalogue, frameworks: &'a BTreeMap<ArcStr, Framework>) -> Self {
        Self {
            catalogue,
            frameworks,
            functions: Functions::new([crate::backup::FUNCTIONS, crate::cost::FUNCTIONS, crate::iam::FUNCTIONS, crate::net::FUNCTIONS]),
        }
    }
}

/// Checks one rule. All mistakes go to the faults; a rule comes back only where there are none.
pub(in crate::evaluate) fn check(
    raw: &RawRule,
    pack: &ArcStr,
    stem: &str,
    checks: &Checks<'_>,
    faults: &mut Faults,
    notes: &mut Vec<Diagnostic>,
) -> Option<(RuleInfo, Body)> {
    let id = raw.id.as_ref();
    names(raw, stem, faults);
    let controls = controls(&raw.controls, checks.frameworks, faults);
    let resource = raw.resource.as_ref()?;
    let resource_type = ResourceType::new(resource.text.clone());
    resource_type_is_known(resource, checks.catalogue, faults, notes);
    let code = compile::compile(raw, &resource_type, checks, faults);
    let scope = example::Scope { catalogue: checks.catalogue, resource_type: &resource_type, parameters: &raw.parameters };
    let examples: Vec<Example> = raw.examples.iter().filter_map(|node| example::read(node, scope, faults)).collect();
    if let Some(code) = &code {
        loose::check(raw, resource, &code.reads, checks.catalogue, faults, notes);
    }
    if let Some(code) = &code
        && examples.len() == raw.examples.len()
    {
        examples_show_every_verdict(raw, &examples, &code.reads, &resource_type, checks.catalogue, faults);
    }
    if !faults.is_empty() {
        return None;
    }
    let code = code?;
    let mut info = RuleInfo {
        id: RuleId::new(id?.text.clone()),
        title: raw.title.clone()?.text,
        status: raw.status?,
        since: raw.since.clone()?.text,
        pillar: raw.pillar?,
        severity: raw.severity?,
        resource: resource_type,
        pack: pack.clone(),
        aliases: raw.aliases.iter().map(|alias| RuleId::new(alias.text.clone())).collect(),
        why: raw.why.clone()?,
        remedy: raw.remedy.clone()?,
        controls,
        calls: Vec::new(),
        reads: code.reads.places().map(|read| (read.resource_type.clone(), read.path.clone())).collect(),
    };
    info.reads.sort();
    info.reads.dedup();
    let needs = ruleset::needs_of(&info.resource, &code.reads, checks.catalogue);
    info.calls = needs.types().flat_map(|(_, calls)| calls.iter().cloned()).collect();
    info.calls.sort();
    info.calls.dedup();
    let parameters = Parameters::new(raw.parameters.clone(), &BTreeMap::new(), &Interner::new());
    let body = Body {
        source: raw.file.clone()?,
        parameters,
        severities: Severities::default(),
        each: code.each,
        when: code.when,
        assert: code.assert,
        message: code.message,
        message_text: raw.message.clone()?.text,
        savings: code.savings,
        replacement: code.replacement,
        required_tags: code.required_tags,
        observed: code.reads.observed(),
        reads: code.reads,
        needs,
        examples,
    };
    Some((info, body))
}

fn names(raw: &RawRule, stem: &str, faults: &mut Faults) {
    if let Some(id) = &raw.id {
        if !is_id(&id.text) {
            faults.add_with_help(
                &id.span,
                format!("{:?} can't be a rule's id", id.text),
                "use small words joined by -, as in dynamodb-table-unencrypted",
            );
        } else if id.text != stem {
            faults.add_with_help(
                &id.span,
                format!("the id {:?} is not the file's name, {stem:?}", id.text),
                format!("name the file {}.yaml", id.text),
            );
        }
    }
    for alias in raw.aliases.iter().filter(|alias| !is_id(&alias.text)) {
        faults.add(&alias.span, format!("{:?} can't be a rule's id", alias.text));
    }
    if let Some(Word { text: title, span }) = &raw.title {
        if title.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("ensure")) {
            faults.add_with_help(
                span,
                "a title states the good state and does not begin with \"Ensure\"",
                format!("say{}", title.get(6..).unwrap_or("")),
            );
        }
        if title.ends_with('.') {
            faults.add(span, "a title has no full stop");
        }
    }
    if let Some(since) = &raw.since
        && !is_version(&since.text)
    {
        faults.add(&since.span, format!("since must be a version such as 0.1.0, not {:?}", since.text));
    }
}

/// Whether a text can be a rule's id: small words joined by `-`.
pub fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// Whether a text is a version such as 0.1.0.
pub fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

fn controls(raw: &[(Word, Vec<Word>)], frameworks: &BTreeMap<ArcStr, Framework>, faults: &mut Faults) -> Controls {
    let mut controls = Controls::new();
    for (name, ids) in raw {
        let Some(framework) = frameworks.get(&name.text) else {
            faults.add_unknown(&name.span, "framework", &name.text, frameworks.keys().map(ArcStr::as_str));
            continue;
        };
        for id in ids.iter().filter(|id| !framework.controls.contains_key(&id.text)) {
            faults.add_unknown(&id.span, &format!("control of {}", name.text), &id.text, framework.controls.keys().map(ArcStr::as_str));
        }
        let mut ids: Vec<ArcStr> = ids.iter().map(|id| id.text.clone()).collect();
        ids.sort();
        ids.dedup();
        controls.insert(name.text.clone(), ids);
    }
    controls
}

/// A type that the catalogue does not know is allowed, since a source may bring it; it is checked loosely, and said.
fn resource_type_is_known(resource: &Word, catalogue: &Catalogue, faults: &mut Faults, notes: &mut Vec<Diagnostic>) {
    if catalogue.find(&ResourceType::new(resource.text.clone())).is_some() {
        return;
    }
    let near = crate::diag::suggest(&resource.text, example::type_names(catalogue));
    let parts: Vec<&str> = resource.text.split("::").collect();
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty() || !part.chars().all(|c| c.is_ascii_alphanumeric())) {
        faults.add_with_help(
            &resource.span,
            format!("{:?} is no resource type", resource.text),
            near.map_or_else(
                || "write it as CloudFormation does, AWS::DynamoDB::Table".to_owned(),
                |near| format!("did you mean {near:?}?"),
            ),
        );
        return;
    }
    let note = Diagnostic::at(
        faults.source(),
        resource.span.clone(),
        format!("no collector describes {}: its properties are not checked, and nothing is asked of AWS for it", resource.text),
    );
    notes.push(match near {
        Some(near) => note.help(format!("did you mean {near:?}?")),
        None => note,
    });
}

/// Reports every verdict without an example. `unknown` is asked for where the rule reads what a call of its own brings:
/// what the listing brings is there whenever the resource is.
fn examples_show_every_verdict(
    raw: &RawRule,
    examples: &[Example],
    reads: &Reads,
    judged: &ResourceType,
    catalogue: &Catalogue,
    faults: &mut Faults,
) {
    let fetched = fetched(reads, judged, catalogue);
    let wanted = [
        (Status::Pass, true, String::new()),
        (Status::Fail, true, String::new()),
        (Status::Unknown, fetched.is_some(), fetched.map(|(path, call)| format!(": {path} is brought by {call}")).unwrap_or_default()),
        (Status::NotApplicable, raw.when.is_some(), ": the rule has `when`".to_owned()),
    ];
    for (status, wanted, why) in wanted {
        if wanted && !examples.iter().any(|example| example.expect == status) {
            faults.add_with_help(
                &raw.examples_span,
                format!("no example expects `{status}`{why}"),
                format!("add one under examples, as in {{ expect: {status}, … }}"),
            );
        }
    }
}

/// A place that the rule reads, with the call that brings it after the listing.
fn fetched(reads: &Reads, judged: &ResourceType, catalogue: &Catalogue) -> Option<(Path, CallId)> {
    let spec = catalogue.find(judged)?;
    reads.places().filter(|read| read.resource_type == *judged).find_map(|read| {
        let call = spec.call_of(&read.path).filter(|call| spec.listing.as_ref() != Some(call))?;
        Some((read.path.clone(), call))
    })
}

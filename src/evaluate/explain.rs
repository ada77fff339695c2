//! What a rule looks at and why it says what it says: `ledgerline rules explain`.
//!
//! Plain data; the command draws it.

use super::docs;
use super::expr::{Frame, Subject, Traced};
use super::judge::{Home, Judge, keys};
use super::pass::Pass;
use super::rule::Rule;
use super::rulefile::typed;
use super::ruleset::RuleSet;
use crate::diag::{Place, yaml};
use crate::model::catalogue::Catalogue;
use crate::model::inventory::Known;
use crate::model::rule::{RuleInfo, Severity};
use crate::model::verdict::{Evaluation, Evidence, Status, Verdicts};
use crate::model::{CallId, Inventory, Path, ResourceType, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// A rule, explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What it says about itself.
    pub info: Arc<RuleInfo>,
    /// Its file.
    pub file: Arc<str>,
    /// Its expressions as written, by their keys in the rule file.
    pub expressions: Vec<(&'static str, ArcStr)>,
    /// What the operator may set.
    pub parameters: Vec<ExplainedParameter>,
    /// The severities that the config sets, with the environment (or `default`) and the place of each.
    pub severities: Vec<(ArcStr, Severity, Place)>,
    /// The severity of the rule file, where the config sets another.
    pub own_severity: Option<Severity>,
    /// What it reads.
    pub reads: Vec<ExplainedRead>,
    /// The IAM actions that its calls need, sorted.
    pub permissions: Vec<ArcStr>,
}

/// A parameter with its values.
#[derive(Clone, Debug)]
pub struct ExplainedParameter {
    /// Its name.
    pub name: ArcStr,
    /// What may be set, in words.
    pub kind: String,
    /// What it means.
    pub help: ArcStr,
    /// What holds where no environment says otherwise.
    pub value: Value,
    /// What holds in environments that say otherwise.
    pub by_environment: Vec<(ArcStr, Value)>,
}

/// A place that a rule reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedRead {
    /// Of which type.
    pub resource_type: ResourceType,
    /// Where.
    pub path: Path,
    /// The call that brings it.
    pub call: Option<CallId>,
}

/// What a rule says of one resource, and how it came to it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The verdicts: one, or one a part.
    pub evaluations: Vec<Evaluation>,
    /// How the rule's expressions came to them, in the order of evaluation; those that were not evaluated are left out.
    pub steps: Vec<Step>,
    /// The environment of the resource.
    pub environment: Known<ArcStr>,
    /// The parameters that held.
    pub parameters: Vec<HeldParameter>,
    /// What was read of the resource.
    pub reads: Vec<Evidence>,
}

/// One expression of the rule over the resource, or over one of its parts.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its key in the rule file: `when`, `each`, `assert`.
    pub key: &'static str,
    /// The sub-key of the part that it was evaluated for.
    pub part: Option<ArcStr>,
    /// How it came to its value.
    pub tree: Traced,
}

/// A parameter as it held for one resource.
#[derive(Clone, Debug)]
pub struct HeldParameter {
    /// Its name.
    pub name: ArcStr,
    /// Its value; a gap where environments set it and the resource's own could not be told.
    pub value: Value,
    /// The environment of the config that sets it (`default` for all); none where the rule's own default holds.
    pub set_by: Option<ArcStr>,
    /// Where the value is written; none where it is not known which holds.
    pub place: Option<Place>,
}

/// Explains a rule.
pub fn explain(rule: &Rule, catalogue: &Catalogue) -> Explanation {
    let body = &rule.body;
    let mut expressions = Vec::new();
    expressions.extend(body.each.as_ref().map(|each| ("each", each.list.source().clone())));
    expressions.extend(body.when.as_ref().map(|when| ("when", when.source().clone())));
    expressions.push(("assert", body.assert.source().clone()));
    expressions.push(("message", body.message_text.clone()));
    expressions.extend(body.required_tags.as_ref().map(|keys| ("required_tags", keys.source().clone())));
    expressions.extend(body.savings.as_ref().map(|savings| ("savings", savings.source().clone())));
    expressions.extend(body.replacement.as_ref().map(|replacement| ("replacement", replacement.source().clone())));
    let reads = rule.info.reads.iter().map(|(resource_type, path)| ExplainedRead {
        resource_type: resource_type.clone(),
        path: path.clone(),
        call: catalogue.find(resource_type).and_then(|spec| spec.call_of(path)),
    });
    Explanation {
        info: Arc::clone(&rule.info),
        file: Arc::clone(&rule.source().name),
        expressions,
        parameters: parameters(rule),
        severities: rule.severities().set().map(|(environment, severity, place)| (environment.clone(), severity, place.clone())).collect(),
        own_severity: rule.severities().own(),
        reads: reads.collect(),
        permissions: docs::permissions(rule, catalogue).into_iter().collect(),
    }
}

/// What a rule says about itself that is code and no file: contracts are what it judges by.
pub fn explain_coded(info: &Arc<RuleInfo>, rules: &RuleSet, catalogue: &Catalogue) -> Explanation {
    let needs = rules.contracts().needs([info.id.as_str()], catalogue);
    Explanation {
        info: Arc::clone(info),
        file: Arc::from("rules/contracts/*.yaml"),
        expressions: Vec::new(),
        parameters: Vec::new(),
        severities: Vec::new(),
        own_severity: None,
        reads: Vec::new(),
        permissions: docs::permissions_of(&needs, catalogue).into_iter().collect(),
    }
}

fn parameters(rule: &Rule) -> Vec<ExplainedParameter> {
    let parameters = rule.parameters();
    let value = |values: &Value, name: &str| values.get(name).cloned().unwrap_or_default();
    let explained = parameters.declared().iter().map(|parameter| {
        let general = value(parameters.of(None), &parameter.name);
        let by_environment = parameters
            .environments()
            .map(|(environment, values)| (environment.clone(), value(values, &parameter.name)))
            .filter(|(_, own)| own.to_json() != general.to_json());
        ExplainedParameter {
            name: parameter.name.clone(),
            kind: typed::describe(&parameter.ty),
            help: parameter.help.clone(),
            by_environment: by_environment.collect(),
            value: general,
        }
    });
    explained.collect()
}

/// Judges one resource of the inventory and keeps every step; none where there is no such resource, or where the rule is on
/// another type.
pub fn judge(rule: &Rule, inventory: &Inventory, position: usize, cx: &Pass<'_>) -> Option<Judgement> {
    let resource = inventory.resource(position).filter(|resource| resource.resource_type == rule.info.resource)?;
    let facts = inventory.facts(position)?;
    let subject = Subject::at(inventory, position, cx.catalogue, cx.now)?.within(cx.scope);
    let params = rule.parameters().known_of(&facts.environment);
    let mut verdicts = Verdicts::default();
    let mut home = None;
    // Somebody asked: every status is told.
    let cx = Pass { evidence: Status::ALL, ..*cx };
    Judge::new(0, rule, &cx).judge(&subject, &facts.environment, position, Home::of(&mut home, resource), &mut verdicts);
    let evaluations = verdicts.told;
    Some(Judgement {
        reads: evaluations.first().map(|evaluation| evaluation.evidence.clone()).unwrap_or_default(),
        steps: steps(rule, &subject.frame(&params)),
        environment: facts.environment.clone(),
        parameters: held(rule, &facts.environment, &params),
        evaluations,
    })
}

/// What the judge evaluated, in its order.
pub(super) fn steps(rule: &Rule, frame: &Frame<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(when) = &rule.body.when {
        steps.push(Step { key: "when", part: None, tree: when.trace(frame) });
        if when.truth(frame) != Ok(true) {
            return steps;
        }
    }
    let Some(each) = &rule.body.each else {
        steps.push(Step { key: "assert", part: None, tree: rule.body.assert.trace(frame) });
        return steps;
    };
    steps.push(Step { key: "each", part: None, tree: each.list.trace(frame) });
    let parts = each.list.eval(frame);
    let parts = parts.as_list().unwrap_or_default();
    for (part, (key, gap)) in parts.iter().zip(keys(each, parts, frame)) {
        let frame = frame.with_item(part);
        let (name, program) = if gap.is_some() { ("key", &each.key) } else { ("assert", &rule.body.assert) };
        steps.push(Step { key: name, part: Some(key), tree: program.trace(&frame) });
    }
    steps
}

fn held(rule: &Rule, environment: &Known<ArcStr>, params: &Value) -> Vec<HeldParameter> {
    let file = rule.source();
    let written = yaml::parse(file).ok();
    let default_of = |name: &str| {
        let node = written.as_ref()?.get("params")?.get(name)?;
        Some(file.place_of(node.get("default").unwrap_or(node).span.start))
    };
    let held = rule.parameters().declared().iter().map(|parameter| {
        let value = params.get(&parameter.name).cloned().unwrap_or_default();
        let set = rule.parameters().source_of(environment.value().map(ArcStr::as_str), &parameter.name);
        let (set_by, place) = match (&value, set) {
            (Value::Gap(_), _) => (None, None),
            (_, Some((environment, place))) => (Some(ArcStr::from(environment)), Some(place.clone())),
            (_, None) => (None, default_of(&parameter.name)),
        };
        HeldParameter { name: parameter.name.clone(), value, set_by, place }
    });
    held.collect()
}

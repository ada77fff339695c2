//! What a rule looks at and why it says what it says: `ledgerline rules explain`.
//!
//! Plain data; the command draws it.

use super::docs;
use super::expr::{Subject, Traced};
use super::judge::{Home, Judge};
use super::pass::Pass;
use super::rule::Rule;
use super::rulefile::typed;
use crate::model::catalogue::Catalogue;
use crate::model::rule::RuleInfo;
use crate::model::verdict::{Evaluation, Status, Verdicts};
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
    /// Every part of `when` and `assert` with its value, in the order of evaluation.
    pub steps: Vec<(&'static str, Vec<Traced>)>,
    /// The parameters that held.
    pub params: Value,
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
        reads: reads.collect(),
        permissions: docs::permissions(rule, catalogue).into_iter().collect(),
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
    let frame = subject.frame(&params);
    let mut steps = Vec::new();
    steps.extend(rule.body.when.as_ref().map(|when| ("when", when.trace(&frame))));
    let parts = rule.body.each.as_ref().map(|each| {
        steps.push(("each", each.list.trace(&frame)));
        each.list.eval(&frame)
    });
    match &parts {
        None => steps.push(("assert", rule.body.assert.trace(&frame))),
        Some(parts) => {
            let parts = parts.as_list().unwrap_or_default();
            steps.extend(parts.iter().map(|part| ("assert", rule.body.assert.trace(&frame.with_item(part)))));
        }
    }
    let mut verdicts = Verdicts::default();
    let mut home = None;
    // Somebody asked: every status is told.
    let cx = Pass { evidence: Status::ALL, ..*cx };
    Judge::new(0, rule, &cx).judge(&subject, &facts.environment, position, Home::of(&mut home, resource), &mut verdicts);
    Some(Judgement { evaluations: verdicts.told, steps, params: params.clone().into_owned() })
}

//! An explanation for machines: schema `ledgerline.explain/1`. Every key is present, null where unknown or without meaning.

use super::Explained;
use crate::diag::Place;
use crate::evaluate::explain::{Explanation, Step};
use crate::evaluate::expr::{Part, Traced};
use crate::inventory::{Holds, Tried};
use crate::model::inventory::Known;
use crate::model::{Gap, Value as Data};
use serde_json::{Value, json};

/// One rule with what it says of resources.
pub fn rule(explanation: &Explanation, resources: &[Explained<'_>]) -> Value {
    let info = &explanation.info;
    let severities: Vec<Value> = explanation
        .severities
        .iter()
        .map(|(environment, severity, at)| json!({ "environment": environment, "severity": severity, "place": place(Some(at)) }))
        .collect();
    let expressions: serde_json::Map<String, Value> =
        explanation.expressions.iter().map(|(key, expression)| ((*key).to_owned(), expression.as_str().into())).collect();
    let parameters: Vec<Value> = explanation
        .parameters
        .iter()
        .map(|parameter| {
            let environments: serde_json::Map<String, Value> =
                parameter.by_environment.iter().map(|(environment, value)| (environment.to_string(), value.to_json())).collect();
            json!({
                "name": parameter.name, "kind": parameter.kind, "help": parameter.help,
                "value": parameter.value.to_json(), "by_environment": environments,
            })
        })
        .collect();
    let reads: Vec<Value> = explanation
        .reads
        .iter()
        .map(|read| json!({ "type": read.resource_type, "path": read.path.to_string(), "call": read.call }))
        .collect();
    json!({
        "id": info.id, "title": info.title, "file": explanation.file.as_ref(), "status": info.status, "pillar": info.pillar,
        "severity": info.severity, "own_severity": explanation.own_severity.unwrap_or(info.severity), "severities": severities,
        "resource": info.resource, "why": info.why, "remedy": info.remedy, "controls": info.controls,
        "expressions": expressions, "parameters": parameters, "reads": reads, "permissions": explanation.permissions,
        "resources": resources.iter().map(resource).collect::<Vec<_>>(),
    })
}

fn resource(explained: &Explained<'_>) -> Value {
    let Explained { resource, tried: environments, judgement } = explained;
    let results: Vec<Value> = judgement
        .evaluations
        .iter()
        .map(|evaluation| {
            json!({
                "status": evaluation.status, "severity": evaluation.severity, "sub_key": evaluation.sub_key,
                "message": evaluation.message, "gap": evaluation.gap.as_deref().map(gap),
            })
        })
        .collect();
    let (environment, unknown) = match &judgement.environment {
        Known::Is(name) => (Some(name), None),
        Known::None => (None, None),
        Known::Gap(unknown) => (None, Some(gap(unknown))),
    };
    let parameters: Vec<Value> = judgement
        .parameters
        .iter()
        .map(|parameter| {
            let mut json = valued(&parameter.value);
            json["name"] = parameter.name.as_str().into();
            json["set_by"] = parameter.set_by.as_deref().into();
            json["place"] = place(parameter.place.as_ref());
            json
        })
        .collect();
    let reads: Vec<Value> = judgement
        .reads
        .iter()
        .map(|read| {
            let mut json = valued(&read.observed);
            json["path"] = read.path.to_string().into();
            json["call"] = json!(read.call);
            json
        })
        .collect();
    json!({
        "id": resource.id, "type": resource.resource_type, "name": resource.name,
        "account": resource.account, "region": resource.region, "origin": resource.origin,
        "environment": { "name": environment, "gap": unknown, "tried": environments.iter().map(tried).collect::<Vec<_>>() },
        "parameters": parameters, "reads": reads, "results": results,
        "derivation": judgement.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn tried(tried: &Tried) -> Value {
    let conditions: Vec<Value> = tried
        .conditions
        .iter()
        .map(|condition| {
            let mut json = valued(&condition.found);
            json["key"] = condition.key.as_str().into();
            json["wanted"] = json!(condition.wanted);
            json["holds"] = holds(&condition.holds);
            json
        })
        .collect();
    json!({ "name": tried.name, "holds": holds(&tried.holds), "conditions": conditions })
}

fn holds(holds: &Holds) -> Value {
    match holds {
        Holds::Yes => true.into(),
        Holds::No => false.into(),
        Holds::Untold(_) => Value::Null,
    }
}

fn step(step: &Step) -> Value {
    json!({ "expression": step.key, "sub_key": step.part, "tree": tree(&step.tree) })
}

fn tree(traced: &Traced) -> Value {
    let mut json = traced.value.as_ref().map_or_else(|| json!({ "value": null, "gap": null }), valued);
    json["source"] = traced.source.as_str().into();
    json["item"] = traced.item.as_ref().map(Data::to_json).into();
    json["state"] = match traced.part {
        Part::Evaluated => "evaluated",
        Part::Absorbed => "absorbed",
        Part::Skipped => "not_evaluated",
    }
    .into();
    json["parts"] = traced.parts.iter().map(tree).collect();
    json
}

/// A value, and the gap where it is none.
fn valued(value: &Data) -> Value {
    json!({ "value": value.to_json(), "gap": value.as_gap().map(|unknown| gap(unknown)) })
}

fn gap(gap: &Gap) -> Value {
    json!({ "kind": gap.kind, "call": gap.call, "permission": gap.permission, "detail": gap.detail })
}

fn place(place: Option<&Place>) -> Value {
    place.map(|place| json!({ "file": place.file.as_ref(), "line": place.line, "column": place.column })).into()
}

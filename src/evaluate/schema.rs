//! The JSON schema of rule files, for editors: completion and a mark under a slip while one types.
//!
//! Made from the same words as the reader; `rules/rule.schema.json` is its output, and a test compares the two. What a
//! schema can't say (whether an expression fits the catalogue, whether the examples hold), `ledgerline rules check` and
//! `rules test` do.

use super::rulefile::typed::PARAMETER_TYPES;
use crate::model::rule::{Pillar, RuleStatus, Severity};
use crate::model::verdict::Status;
use serde_json::{Value, json};

/// The schema, JSON Schema 2020-12.
pub fn rule_file() -> Value {
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let expression = |description: &str| json!({ "type": ["string", "boolean", "number"], "description": description });
    let words = |words: Vec<&str>, description: &str| json!({ "enum": words, "description": description });
    let ids = json!({ "type": "array", "items": { "type": ["string", "number"] } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ledgerline rule",
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "title", "status", "since", "pillar", "severity", "resource", "assert", "message", "why", "remedy", "examples"],
        "properties": {
            "id": { "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "description": "Names the fault; the file's name without its ending." },
            "title": text("The good state in a few words; no full stop, not \"Ensure\"."),
            "status": words(RuleStatus::ALL.iter().map(|word| word.as_str()).collect(), "Preview rules load only on request; deprecated ones keep their id."),
            "since": { "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$", "description": "The first version that had it." },
            "aliases": { "type": "array", "items": { "type": "string" }, "description": "Former ids." },
            "pillar": words(Pillar::ALL.iter().map(|word| word.as_str()).collect(), "What the rule protects."),
            "severity": words(Severity::ALL.iter().map(|word| word.as_str()).collect(), "How bad a failure is."),
            "resource": text("The CloudFormation type that is judged, as in AWS::DynamoDB::Table."),
            "params": { "type": "object", "additionalProperties": parameter(), "description": "What the operator may set, by environment." },
            "each": {
                "type": "object",
                "additionalProperties": false,
                "required": ["in", "as", "key"],
                "properties": {
                    "in": expression("CEL; a list whose items are judged one by one."),
                    "as": text("What an item is called in assert, message and savings."),
                    "key": expression("CEL; what an item is known by from one pass to the next.")
                }
            },
            "when": expression("CEL; where false, the rule does not apply."),
            "assert": expression("CEL; true passes, false fails."),
            "message": text("What is said of a failure; {{ … }} holds CEL."),
            "required_tags": expression("CEL; the tag keys that a resource must have, for the metrics of tag compliance."),
            "savings": expression("CEL; USD a month that mending would save."),
            "replacement": expression("CEL; what could stand in the place of what fails, such as iam.replacement gives."),
            "why": text("Why it matters."),
            "remedy": {
                "type": "object",
                "additionalProperties": false,
                "required": ["text"],
                "properties": { "text": text("A step, in words."), "cli": text("AWS CLI commands."), "terraform": text("Terraform.") }
            },
            "controls": { "type": "object", "additionalProperties": ids, "description": "Framework: control ids." },
            "examples": { "type": "array", "items": example(), "description": "The rule's own tests." }
        }
    })
}

fn parameter() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type", "default", "help"],
        "properties": {
            "type": { "enum": PARAMETER_TYPES },
            "items": { "enum": PARAMETER_TYPES, "description": "The type of each item of a list or map; text where not given." },
            "values": { "type": "array", "items": { "type": "string" }, "description": "The words that are allowed." },
            "default": { "description": "What holds where nothing is set." },
            "help": { "type": "string", "description": "What it means, with its unit." }
        }
    })
}

fn example() -> Value {
    let verdicts: Vec<&str> = Status::ALL.iter().filter(|status| **status != Status::Waived).map(|status| status.as_str()).collect();
    let word = json!({ "type": ["string", "number"] });
    let resource = json!({
        "id": word, "name": word, "account": word, "region": word,
        "tags": { "type": "object" }, "properties": { "type": "object" }, "state": { "type": "object" },
        "gaps": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Path: \"AccessDenied dynamodb:DescribeTable\"." }
    });
    let others = |resource: &Value| {
        let mut properties = resource.clone();
        properties["type"] = word.clone();
        json!({ "type": "array", "items": { "type": "object", "required": ["type"], "additionalProperties": false, "properties": properties } })
    };
    let mut properties = resource.clone();
    properties["expect"] = json!({ "enum": verdicts });
    properties["message"] = json!({ "type": "string", "description": "What the message must hold." });
    properties["key"] = json!({ "type": ["string", "number"], "description": "With each: the part that `expect` speaks of." });
    properties["now"] = json!({ "type": "string", "description": "The time of the pass; 2026-01-01 where not given." });
    properties["environment"] = word.clone();
    properties["params"] = json!({ "type": "object" });
    properties["related"] = others(&resource);
    properties["inventory"] = others(&resource);
    json!({ "type": "object", "required": ["expect"], "additionalProperties": false, "properties": properties })
}

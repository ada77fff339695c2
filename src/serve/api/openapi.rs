//! `/openapi.json`: the API described for machines. Written by hand while it is this small; a test compares it with the
//! routes and filters.

use super::findings::FILTERS;
use super::waivers;
use crate::model::finding::FindingStatus;
use crate::model::rule::{Pillar, Severity};
use axum::Json;
use serde_json::{Value, json};

/// The description.
pub async fn openapi() -> Json<Value> {
    Json(description())
}

pub(super) fn description() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Ledgerline", "version": env!("CARGO_PKG_VERSION")},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Problem": {"type": "object", "description": "RFC 9457", "properties": {
                    "type": text(), "title": text(), "status": {"type": "integer"}, "detail": text()}},
                "Scope": {"type": "object", "additionalProperties": false, "properties": {
                    "accounts": texts(), "regions": texts(), "rules": texts()}},
                "Waiver": waiver(),
            },
        },
        "security": [{}, {"token": []}],
        "paths": {
            "/healthz": {"get": operation("Whether the process answers", &[])},
            "/readyz": {"get": operation("Whether an audit has been published", &[])},
            "/api/v1/findings": {"get": operation("Findings that match, sorted by resource", &FILTERS)},
            "/api/v1/findings/{fingerprint}": {"get": operation("A finding with its history", &[])},
            "/api/v1/audits": {
                "get": operation("Audits, newest first", &["cursor", "limit"]),
                "post": {
                    "summary": "Asks for an audit; joins one under way that looks at all of it",
                    "requestBody": {"required": false, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Scope"}}}},
                    "responses": {"202": {"description": "It runs or waits; Location says where to look"},
                        "409": {"description": "One of the same scope waits already"}, "default": problem()},
                },
            },
            "/api/v1/audits/{id}": {"get": operation("An audit", &[])},
            "/api/v1/waivers": {
                "get": operation("Waivers of the files and of the store, revoked ones included, sorted by id", &waivers::FILTERS),
                "post": {
                    "summary": "Adds a waiver to the store; it counts from the next audit on",
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Waiver"}}}},
                    "responses": {"201": {"description": "It was added; Location says where it is"},
                        "409": {"description": "Its id was given before"}, "default": problem()},
                },
            },
            "/api/v1/waivers/{id}": {
                "get": operation("A waiver", &[]),
                "delete": {
                    "summary": "Revokes a waiver of the store; it stays in the list",
                    "responses": {"200": {"description": "It is revoked", "content": {"application/json": {}}},
                        "409": {"description": "It stands in a file"}, "default": problem()},
                },
            },
            "/api/v1/rules": {"get": operation("The loaded rules, sorted by id", &["cursor", "limit"])},
            "/api/v1/rules/{id}": {"get": operation("A loaded rule", &[])},
        },
    })
}

fn operation(summary: &str, parameters: &[&str]) -> Value {
    let parameters: Vec<Value> =
        parameters.iter().map(|name| json!({"name": name, "in": "query", "required": false, "schema": schema(name)})).collect();
    json!({"summary": summary, "parameters": parameters,
           "responses": {"200": {"description": "OK", "content": {"application/json": {}}}, "default": problem()}})
}

fn schema(parameter: &str) -> Value {
    let words = |words: Vec<&'static str>| json!({"type": "array", "items": {"type": "string", "enum": words}});
    match parameter {
        "state" => words(waivers::ListedState::ALL.iter().map(|state| state.as_str()).collect()),
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": crate::store::PageRequest::MOST}),
        "status" => words(FindingStatus::ALL.iter().map(|status| status.as_str()).collect()),
        "severity" => words(Severity::ALL.iter().map(|severity| severity.as_str()).collect()),
        "pillar" => words(Pillar::ALL.iter().map(|pillar| pillar.as_str()).collect()),
        "cursor" | "q" | "resource" => text(),
        _ => texts(),
    }
}

/// A waiver as it is written, in a file or in a body.
fn waiver() -> Value {
    let some = || json!({"oneOf": [text(), {"type": "array", "items": text(), "minItems": 1}]});
    json!({"type": "object", "additionalProperties": false, "required": ["id", "owner", "reason", "expires"],
        "description": "At least one of rule, resource, type, account, region, tags is given and is not * alone. Patterns are anchored at both ends.",
        "properties": {"id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}, "rule": some(), "resource": some(), "type": some(),
            "account": some(), "region": some(), "tags": {"type": "object", "additionalProperties": some()}, "owner": text(), "reason": text(),
            "ticket": text(), "approver": text(), "created": text(),
            "expires": {"type": "string", "description": "A date, which means the end of that day in UTC, or an RFC 3339 time"}}})
}

fn problem() -> Value {
    json!({"description": "What is wrong", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

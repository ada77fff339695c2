//! `sarif`: SARIF 2.1.0, for code hosts and editors that show findings beside the lines they speak of.
//!
//! A resource that is written in a file stands at its file and line; a live one has no file, and stands at its ARN as a logical
//! location. What is not known is `open`, never `pass`; what was waived is a failure with its suppression; what could not be
//! read is a notification of the run. Levels say how bad a failure is; everything else has level `none`, as the standard
//! demands (OASIS SARIF 2.1.0, 3.27.9 and 3.27.10).

use super::json::write_value;
use super::markdown::fenced;
use super::{Format, Look};
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::report::{Report, ResultRow};
use crate::model::resource::Origin;
use crate::model::rule::Severity;
use crate::model::verdict::Status;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::ser::SerializeSeq as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "sarif", about: "SARIF 2.1.0, for code hosts and editors", write };

/// The schema that the document names.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Under which name the fingerprint stands: the number changes when its making does.
const FINGERPRINT: &str = "ledgerlineFingerprint/v1";

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    automation_details: Value,
    invocations: [Value; 1],
    results: Results<'a>,
    properties: Value,
}

/// Results that are made one at a time while they are written.
struct Results<'a> {
    rows: &'a [ResultRow],
    rules: &'a BTreeMap<&'a str, (usize, &'a ResultRow)>,
}

impl Serialize for Results<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut results = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            let index = self.rules.get(row.rule.as_str()).map_or(0, |(index, _)| *index);
            results.serialize_element(&result(row, index))?;
        }
        results.end()
    }
}

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, (usize, &ResultRow)> = BTreeMap::new();
    for row in &report.results {
        rules.entry(row.rule.as_str()).or_insert((0, row));
    }
    for (index, rule) in rules.values_mut().enumerate() {
        rule.0 = index;
    }
    let run = Run {
        tool: json!({ "driver": {
            "name": "Ledgerline",
            "semanticVersion": report.run.version,
            "rules": rules.values().map(|(_, row)| rule(row)).collect::<Value>(),
        } }),
        automation_details: json!({ "id": format!("ledgerline/{}", report.run.id) }),
        invocations: [json!({
            "executionSuccessful": report.coverage.is_complete(),
            "startTimeUtc": report.run.started_at,
            "endTimeUtc": report.run.finished_at,
            "toolExecutionNotifications": report.coverage.rows().filter_map(notification).collect::<Value>(),
        })],
        results: Results { rows: &report.results, rules: &rules },
        properties: json!({ "coverageRatio": report.coverage.ratio(), "rulesDigest": report.run.rules_digest }),
    };
    write_value(&Document { schema: SCHEMA, version: "2.1.0", runs: [run] }, serde_json::ser::PrettyFormatter::new(), out)?;
    out.write_all(b"\n")
}

fn rule(row: &ResultRow) -> Value {
    let mut help = row.remedy.text.to_string();
    let mut markdown = help.clone();
    for (name, snippet) in [("AWS CLI", &row.remedy.cli), ("Terraform", &row.remedy.terraform)] {
        if let Some(snippet) = snippet {
            help.push_str(&format!("\n\n{name}:\n{snippet}"));
            markdown.push_str(&format!("\n\n{name}:\n\n{}", fenced(snippet)));
        }
    }
    let controls = row.controls.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework}/{id}")));
    let tags: Vec<String> = std::iter::once(row.pillar.to_string()).chain(controls).collect();
    json!({
        "id": row.rule,
        "name": pascal(row.rule.as_str()),
        "shortDescription": { "text": row.title },
        "help": { "text": help, "markdown": markdown },
        "defaultConfiguration": { "level": level(row.severity) },
        "properties": { "security-severity": security_severity(row.severity), "tags": tags },
    })
}

fn result(row: &ResultRow, index: usize) -> Value {
    let (kind, level) = match row.status {
        Status::Fail | Status::Waived => ("fail", level(row.severity)),
        Status::Unknown => ("open", "none"),
        Status::Pass => ("pass", "none"),
        Status::NotApplicable => ("notApplicable", "none"),
    };
    let mut result = json!({
        "ruleId": row.rule,
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": { "text": if row.message.is_empty() { &row.title } else { &row.message } },
        "locations": [location(row)],
        "partialFingerprints": { FINGERPRINT: row.fingerprint },
        "properties": {
            "severity": row.severity,
            "status": row.status,
            "account": row.resource.account,
            "region": row.resource.region,
            "resourceType": row.resource.resource_type,
            "subKey": row.sub_key,
            "monthlySavingsUsd": row.monthly_savings_usd,
        },
    });
    if let (Some(waiver), Some(result)) = (&row.waiver, result.as_object_mut()) {
        let suppression = json!([{ "kind": "external", "status": "accepted", "justification": waiver.summary() }]);
        result.insert("suppressions".to_owned(), suppression);
    }
    result
}

/// Where a result stands: the place in its file where there is one, and always the resource itself.
fn location(row: &ResultRow) -> Value {
    let resource = &row.resource;
    let mut logical = Vec::new();
    if let Some(origin) = &resource.origin {
        logical.push(json!({ "name": origin.address, "fullyQualifiedName": origin.address, "kind": "resource" }));
    }
    let name = resource.name.as_ref().map_or_else(|| resource.resource_type.as_str(), |name| name.as_str());
    let id = resource.id.as_ref().map_or_else(|| resource.resource_type.as_str(), |id| id.as_str());
    logical.push(json!({ "name": name, "fullyQualifiedName": id, "kind": "resource" }));
    match &resource.origin {
        Some(origin) => json!({ "physicalLocation": physical(origin), "logicalLocations": logical }),
        None => json!({ "logicalLocations": logical }),
    }
}

fn physical(origin: &Origin) -> Value {
    let artifact = json!({ "uri": uri(&origin.file) });
    match origin.line {
        Some(line) => json!({ "artifactLocation": artifact, "region": { "startLine": line.max(1) } }),
        None => json!({ "artifactLocation": artifact }),
    }
}

/// What may stand unescaped in the path of a URI (RFC 3986, section 3.3), the slash among it.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A file as a URI: relative where its name is, so that a code host finds it in the repository.
fn uri(file: &str) -> String {
    let path = file.strip_prefix("./").unwrap_or(file);
    let encoded = utf8_percent_encode(path, PATH).to_string();
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

/// What could not be read, or was not; none for what was complete.
fn notification(row: &ScopeRow) -> Option<Value> {
    let level = match row.outcome {
        Outcome::Complete => return None,
        Outcome::Skipped | Outcome::NotEnabled => "note",
        Outcome::Throttled | Outcome::Unreachable | Outcome::Broken | Outcome::Denied => "error",
    };
    let mut text = format!("{} of {} in {} ({}): {}", row.call, row.resource_type, row.account, row.region, row.outcome.as_str());
    if let Some(reason) = &row.reason {
        text.push_str(&format!(": {reason}"));
    }
    if let Some(permission) = &row.permission {
        text.push_str(&format!("; grant {permission}"));
    }
    Some(json!({
        "level": level,
        "message": { "text": text },
        "descriptor": { "id": row.call },
        "properties": { "outcome": row.outcome, "resourceType": row.resource_type, "account": row.account, "region": row.region },
    }))
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A number from the middle of the range that code hosts show as the same word: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9
/// medium, 0.1 to 3.9 low.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

/// `dynamodb-table-provisioned` → `DynamodbTableProvisioned`: how the standard wants names (3.49.7).
fn pascal(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests;

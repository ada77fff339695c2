//! `ocsf`: the Open Cybersecurity Schema Framework, for security lakes: a JSON array of events of the class Compliance Finding
//! (2003) of version 1.5.0, with its profile `cloud`.
//!
//! One event a result. `finding_info.uid` is the fingerprint, so events of later passes speak of the same finding. A verdict that
//! is not known is `Warning` ("did not yield a result due to missing information"), never `Pass`; one that does not apply is `Other`
//! by its own name. What the class has no attribute for (money, pillar, waiver) is in `unmapped`, where the schema wants it.
//! 1.5.0 because what reads OCSF today reads it, and the attributes that later versions deprecate are not used.

use super::json::{line, result_row, write_value};
use super::{Format, Look};
use crate::model::finding::{Change, ChangeKind};
use crate::model::report::{Report, ResultRow};
use crate::model::rule::Severity;
use crate::model::verdict::Status;
use crate::model::{CallId, Fingerprint};
use arcstr::ArcStr;
use serde::Serialize;
use serde::ser::SerializeSeq as _;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "ocsf", about: "OCSF 1.5 Compliance Findings, for security lakes", write };

/// The version of the schema.
const VERSION: &str = "1.5.0";
const CLASS: i64 = 2003;

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let changed = report.changes.iter().map(|change| (&change.finding.fingerprint, change)).collect();
    write_value(&Events { report, changed }, serde_json::ser::PrettyFormatter::new(), out)?;
    out.write_all(b"\n")
}

/// Events that are made one at a time while they are written.
struct Events<'a> {
    report: &'a Report,
    changed: HashMap<&'a Fingerprint, &'a Change>,
}

impl Serialize for Events<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut events = serializer.serialize_seq(Some(self.report.results.len()))?;
        for row in &self.report.results {
            events.serialize_element(&event(self.report, row, self.changed.get(&row.fingerprint).copied()))?;
        }
        events.end()
    }
}

fn event(report: &Report, row: &ResultRow, change: Option<&Change>) -> Value {
    let (activity, activity_name) = match change.map(|change| change.kind) {
        // Without a memory every result is told for the first time.
        None | Some(ChangeKind::Opened) => (1, "Create"),
        Some(ChangeKind::Resolved) => (3, "Close"),
        Some(ChangeKind::Seen | ChangeKind::BecameStale | ChangeKind::Reopened | ChangeKind::Waived | ChangeKind::WaiverEnded) => {
            (2, "Update")
        }
    };
    let (severity_id, severity) = severity(row);
    let (status_id, status) = match row.status {
        Status::Fail | Status::Unknown => (1, "New"),
        Status::Waived => (3, "Suppressed"),
        Status::Pass => (99, "Passed"),
        Status::NotApplicable => (99, "Not Applicable"),
    };
    let now = report.judged_at.timestamp_millis();
    let mut event = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Compliance Finding: {activity_name}"),
        "time": now,
        "message": message(row),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": { "name": "Ledgerline", "vendor_name": "Ledgerline", "uid": "ledgerline", "version": report.run.version },
            "event_code": row.rule,
            "correlation_uid": report.run.id,
        },
        "cloud": cloud(row),
        "compliance": compliance(row),
        "finding_info": finding_info(row, change, now),
        "evidences": row.evidence.iter().map(evidence).collect::<Value>(),
        "remediation": { "desc": remedy(row) },
        "unmapped": unmapped(report, row),
    });
    if let (Some(resource), Some(event)) = (resource(row), event.as_object_mut()) {
        event.insert("resources".to_owned(), json!([resource]));
    }
    event
}

fn message(row: &ResultRow) -> &str {
    if row.message.is_empty() { &row.title } else { &row.message }
}

/// What passes or does not apply is bad in no degree; the rule's own word is in `unmapped`.
const fn severity(row: &ResultRow) -> (i64, &'static str) {
    match (row.status, row.severity) {
        (Status::Pass | Status::NotApplicable, _) | (_, Severity::Info) => (1, "Informational"),
        (_, Severity::Low) => (2, "Low"),
        (_, Severity::Medium) => (3, "Medium"),
        (_, Severity::High) => (4, "High"),
        (_, Severity::Critical) => (5, "Critical"),
    }
}

fn cloud(row: &ResultRow) -> Value {
    json!({
        "provider": "AWS",
        "account": account(row),
        "region": row.resource.region,
        "cloud_partition": partition(row),
    })
}

fn account(row: &ResultRow) -> Value {
    json!({ "name": row.resource.account, "uid": row.resource.account, "type": "AWS Account", "type_id": 10 })
}

/// The partition that the ARN names; `aws` where there is none.
fn partition(row: &ResultRow) -> &str {
    let id = row.resource.id.as_ref().map_or("", |id| id.as_str());
    id.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).filter(|partition| !partition.is_empty()).unwrap_or("aws")
}

fn compliance(row: &ResultRow) -> Value {
    let (status_id, status) = match row.status {
        Status::Pass => (1, "Pass"),
        Status::Unknown => (2, "Warning"),
        Status::Fail | Status::Waived => (3, "Fail"),
        Status::NotApplicable => (99, "Not Applicable"),
    };
    let requirements = row.controls.iter().flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")));
    let detail = match (&row.waiver, row.status) {
        (Some(waiver), _) => vec![format!("waived: {}", waiver.summary())],
        (None, Status::Unknown | Status::NotApplicable) => vec![message(row).to_owned()],
        (None, Status::Pass | Status::Fail | Status::Waived) => Vec::new(),
    };
    json!({
        "control": row.title,
        "standards": row.controls.keys().map(ArcStr::as_str).collect::<Value>(),
        "requirements": requirements.collect::<Value>(),
        "status_id": status_id,
        "status": status,
        "status_details": detail,
    })
}

fn finding_info(row: &ResultRow, change: Option<&Change>, now: i64) -> Value {
    let first = change.map_or(now, |change| change.finding.first_seen.timestamp_millis());
    let last = change.map_or(now, |change| change.finding.last_seen.timestamp_millis());
    json!({
        "uid": row.fingerprint,
        "title": row.title,
        "desc": message(row),
        "types": [row.pillar],
        "created_time": first,
        "first_seen_time": first,
        "last_seen_time": last,
        "modified_time": now,
        "analytic": { "uid": row.rule, "name": row.title, "type": "Rule", "type_id": 1 },
    })
}

/// None where the listing failed: then no resource is known, and the type is in `unmapped`.
fn resource(row: &ResultRow) -> Option<Value> {
    let id = row.resource.id.as_ref()?;
    let tags = row.resource.tags.as_object();
    let tags: Option<Value> =
        tags.map(|tags| tags.iter().map(|(name, value)| json!({ "name": name, "value": value.as_str().unwrap_or_default() })).collect());
    let mut resource = json!({
        "uid": id,
        "name": row.resource.name.as_deref().unwrap_or(id.as_str()),
        "type": row.resource.resource_type,
        "region": row.resource.region,
        "cloud_partition": partition(row),
    });
    if let Some(object) = resource.as_object_mut() {
        object.extend(tags.map(|tags| ("tags".to_owned(), tags)));
        // Readers of OCSF ask more of a user than its schema does: an id, a type, and the account that it is known in.
        let owner = row
            .resource
            .owner
            .as_ref()
            .map(|owner| json!({ "name": owner, "uid": owner, "type": "Other", "type_id": 99, "account": account(row) }));
        object.extend(owner.map(|owner| ("owner".to_owned(), owner)));
    }
    Some(resource)
}

fn evidence(evidence: &crate::model::verdict::Evidence) -> Value {
    let mut written = json!({
        "name": evidence.path.to_string(),
        "data": {
            "path": evidence.path.to_string(),
            "observed": evidence.observed.to_json(),
            "expected": evidence.expected.as_ref().map(crate::model::Value::to_json),
        },
    });
    if let (Some(call), Some(written)) = (&evidence.call, written.as_object_mut()) {
        written.insert("api".to_owned(), json!({ "operation": call }));
    }
    written
}

fn remedy(row: &ResultRow) -> String {
    let mut text = row.remedy.text.to_string();
    for (name, snippet) in [("AWS CLI", &row.remedy.cli), ("Terraform", &row.remedy.terraform)] {
        if let Some(snippet) = snippet {
            text.push_str(&format!("\n\n{name}:\n{snippet}"));
        }
    }
    text
}

/// What the class has no attribute for, under our own names.
fn unmapped(report: &Report, row: &ResultRow) -> Value {
    let whole = result_row(row);
    let of = |key: &str| whole.get(key).cloned().unwrap_or_default();
    json!({
        "ledgerline": {
            "status": row.status,
            "severity": row.severity,
            "pillar": row.pillar,
            "resource_type": row.resource.resource_type,
            "sub_key": row.sub_key,
            "failed_call": row.failed_call().map(CallId::as_str),
            "monthly_cost_usd": row.monthly_cost_usd,
            "monthly_savings_usd": row.monthly_savings_usd,
            "waiver": of("waiver"),
            "origin": row.resource.origin.as_ref().map(|origin| line(origin.as_ref())),
            "rules_digest": report.run.rules_digest,
        }
    })
}

#[cfg(test)]
mod tests;

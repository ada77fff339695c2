//! `asff`: the AWS Security Finding Format, for Security Hub: a JSON array as `aws securityhub batch-import-findings --findings
//! file://…` takes it, a hundred at a time.
//!
//! [`of_row`] makes a finding of a result, [`of_finding`] one of what the store remembers, which the Security Hub channel
//! sends. The id is the fingerprint, so a later import updates an earlier one. Security Hub rejects a finding for one field that
//! is too long, so every text is cut to its limit; the limits count characters, and we count bytes, the stricter reading.
//! What is not known is `WARNING` ("some information is missing"), never `PASSED`; what does not apply is `NOT_AVAILABLE`.

mod finding;
mod kinds;

#[cfg(test)]
mod tests;

use super::json::{result_row, write_value};
use super::{Format, Look, printable};
use crate::model::finding::{Finding, FindingStatus, Resolution};
use crate::model::report::{Report, ResultRow};
use crate::model::rule::{Pillar, Severity as RuleSeverity};
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::{Fingerprint, Region};
use serde::Serialize;
use serde::ser::SerializeSeq as _;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io;

pub use finding::*;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "asff", about: "AWS Security Finding Format, for Security Hub", write };

/// The most findings of one call of `BatchImportFindings`.
pub const MOST_OF_A_CALL: usize = 100;

/// The most entries of a map of texts (`ProductFields`, `Tags`, `Other`).
const MOST_ENTRIES: usize = 50;

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let changed = report.changes.iter().map(|change| (&change.finding.fingerprint, &change.finding)).collect();
    write_value(&Findings { report, changed }, serde_json::ser::PrettyFormatter::new(), out)?;
    out.write_all(b"\n")
}

/// Findings that are made one at a time while they are written.
struct Findings<'a> {
    report: &'a Report,
    changed: HashMap<&'a Fingerprint, &'a Finding>,
}

impl Serialize for Findings<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut findings = serializer.serialize_seq(Some(self.report.results.len()))?;
        for row in &self.report.results {
            let since = self.changed.get(&row.fingerprint).map_or(self.report.judged_at, |finding| finding.first_seen);
            findings.serialize_element(&of_row(row, since.min(self.report.judged_at), self.report.judged_at))?;
        }
        findings.end()
    }
}

/// The finding of a result that was first seen `since` and judged `now`. The product is that of the resource's own region.
pub fn of_row(row: &ResultRow, since: Time, now: Time) -> SecurityFinding {
    let details = result_row(row);
    let message = if row.message.trim().is_empty() { &row.title } else { &row.message };
    let judgement = match row.status {
        Status::Pass => Judgement::Passed,
        Status::Fail | Status::Waived => Judgement::Failed,
        Status::Unknown => Judgement::Unknown,
        Status::NotApplicable => Judgement::NotApplicable,
    };
    let told = Told {
        fingerprint: row.fingerprint.as_str(),
        rule: row.rule.as_str(),
        title: &row.title,
        pillar: row.pillar,
        severity: row.severity,
        message,
        reason: message.to_string(),
        sub_key: row.sub_key.as_deref(),
        resource: row.resource.id.as_ref().map(|id| id.as_str()),
        resource_type: row.resource.resource_type.as_str(),
        account: row.resource.account.as_str(),
        region: &row.resource.region,
        owner: row.resource.owner.as_deref(),
        details: &details,
        judgement,
        waived: row.status == Status::Waived,
        over: false,
        first_seen: since,
        last_seen: now,
        updated: now,
    };
    told.finding(&row.resource.region)
}

/// The finding that the store remembers, for the Security Hub of a region. What is over is archived.
pub fn of_finding(finding: &Finding, hub: &Region) -> SecurityFinding {
    let judgement = match (finding.resolution, finding.stale_since) {
        (Some(Resolution::Fixed), _) => Judgement::Passed,
        (Some(Resolution::Gone | Resolution::NotApplicable), _) => Judgement::NotApplicable,
        (None, Some(_)) => Judgement::Unknown,
        (None, None) => Judgement::Failed,
    };
    let message = if finding.message.trim().is_empty() { &finding.title } else { &finding.message };
    let reason = match (finding.resolution, finding.stale_since) {
        (Some(resolution), _) => resolution.as_str().to_owned(),
        (None, Some(since)) => format!("not known since {}; when last seen: {message}", stamp(since)),
        (None, None) => message.to_string(),
    };
    let times = [Some(finding.last_seen), finding.stale_since, finding.resolved_at];
    let told = Told {
        fingerprint: finding.fingerprint.as_str(),
        rule: finding.rule.as_str(),
        title: &finding.title,
        pillar: finding.pillar,
        severity: finding.severity,
        message,
        reason,
        sub_key: finding.sub_key.as_deref(),
        resource: Some(finding.resource.as_str()),
        resource_type: finding.resource_type.as_str(),
        account: finding.account.as_str(),
        region: &finding.region,
        owner: finding.owner.as_deref(),
        details: &finding.details,
        judgement,
        waived: finding.status == FindingStatus::Waived,
        over: finding.status == FindingStatus::Resolved,
        first_seen: finding.first_seen,
        last_seen: finding.last_seen,
        updated: times.into_iter().flatten().max().unwrap_or(finding.last_seen),
    };
    told.finding(hub)
}

/// What is said of the resource now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Passed,
    Failed,
    Unknown,
    NotApplicable,
}

/// What both ways in have in common.
struct Told<'a> {
    fingerprint: &'a str,
    rule: &'a str,
    title: &'a str,
    pillar: Pillar,
    severity: RuleSeverity,
    message: &'a str,
    /// Why it is neither passed nor failed, where it is neither.
    reason: String,
    sub_key: Option<&'a str>,
    resource: Option<&'a str>,
    resource_type: &'a str,
    account: &'a str,
    region: &'a Region,
    owner: Option<&'a str>,
    /// The row of `--format json`.
    details: &'a Value,
    judgement: Judgement,
    waived: bool,
    over: bool,
    first_seen: Time,
    last_seen: Time,
    updated: Time,
}

impl Told<'_> {
    fn finding(&self, hub: &Region) -> SecurityFinding {
        let account = kinds::account(self.account);
        let partition = kinds::partition(self.resource, self.region.as_str());
        let hub = if hub.is_global() { kinds::home(partition) } else { hub.as_str() };
        let types = vec![kinds::finding_type(self.pillar).to_owned()];
        SecurityFinding {
            schema_version: "2018-10-08",
            id: fitted(&format!("ledgerline/{}", self.fingerprint), 512),
            product_arn: format!("arn:{partition}:securityhub:{hub}:{account}:product/{account}/default"),
            product_name: "Ledgerline",
            company_name: "Ledgerline",
            generator_id: fitted(self.rule, 512),
            types: types.clone(),
            first_observed_at: stamp(self.first_seen),
            last_observed_at: stamp(self.last_seen),
            created_at: stamp(self.first_seen),
            updated_at: stamp(self.updated),
            severity: self.severity(),
            title: fitted(self.title, 256),
            description: fitted(self.message, 1024),
            remediation: self.text("/remedy/text").map(|text| Remediation { recommendation: Recommendation { text: fitted(text, 512) } }),
            product_fields: self.product_fields(),
            resources: vec![self.resource(&account, partition)],
            compliance: self.compliance(),
            workflow: Workflow {
                status: match (self.over, self.waived) {
                    (true, _) => "RESOLVED",
                    (false, true) => "SUPPRESSED",
                    (false, false) => "NEW",
                },
            },
            record_state: if self.over { "ARCHIVED" } else { "ACTIVE" },
            note: self.note(),
            finding_provider_fields: ProviderFields { severity: self.severity(), types },
            aws_account_id: account,
        }
    }

    /// A text of the row that is there and not blank.
    fn text(&self, pointer: &str) -> Option<&str> {
        self.details.pointer(pointer)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// What passes or does not apply is bad in no degree; the rule's own word stays readable.
    fn severity(&self) -> Severity {
        let label = match self.judgement {
            Judgement::Passed | Judgement::NotApplicable => "INFORMATIONAL",
            Judgement::Failed | Judgement::Unknown => kinds::severity_label(self.severity),
        };
        Severity { label, original: self.severity.as_str() }
    }

    fn compliance(&self) -> Compliance {
        let (status, reason) = match self.judgement {
            Judgement::Passed => ("PASSED", None),
            Judgement::Failed => ("FAILED", None),
            Judgement::Unknown => ("WARNING", Some("LEDGERLINE_NOT_KNOWN")),
            Judgement::NotApplicable => ("NOT_AVAILABLE", Some("LEDGERLINE_NOT_APPLICABLE")),
        };
        let controls = self.details.get("controls").and_then(Value::as_object).into_iter().flatten();
        let controls = controls.flat_map(|(framework, ids)| {
            ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(move |id| fitted(&format!("{framework} {id}"), 64))
        });
        Compliance {
            status,
            related_requirements: controls.take(32).collect(),
            status_reasons: reason
                .map(|reason_code| StatusReason { reason_code, description: fitted(&self.reason, 1024) })
                .into_iter()
                .collect(),
        }
    }

    fn note(&self) -> Option<Note> {
        if !self.waived {
            return None;
        }
        let part = |name: &str| self.text(&format!("/waiver/{name}")).unwrap_or("not known");
        let expires = part("expires");
        let text = format!("waived ({}) until {}: {}", part("id"), expires.get(..10).unwrap_or(expires), part("reason"));
        Some(Note { text: fitted(&text, 512), updated_by: fitted(part("owner"), 512), updated_at: stamp(self.updated) })
    }

    fn product_fields(&self) -> BTreeMap<String, String> {
        let fields = [
            ("Fingerprint", Some(self.fingerprint)),
            ("Pillar", Some(self.pillar.as_str())),
            ("ResourceType", Some(self.resource_type)),
            ("SubKey", self.sub_key),
            ("Owner", self.owner),
            ("MonthlyCostUsd", self.text("/monthly_cost_usd")),
            ("MonthlySavingsUsd", self.text("/monthly_savings_usd")),
            ("Waiver", self.text("/waiver/id")),
            ("RemedyCli", self.text("/remedy/cli")),
            ("RemedyTerraform", self.text("/remedy/terraform")),
        ];
        let known = fields.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.trim().is_empty())?)));
        known.map(|(name, value)| (format!("ledgerline/{name}"), fitted(value, 2048))).collect()
    }

    fn resource(&self, account: &str, partition: &'static str) -> Resource {
        let (resource_type, id) = match self.resource.filter(|id| !id.trim().is_empty()) {
            Some(id) => (kinds::resource_type(self.resource_type), fitted(id, 512)),
            // A listing that failed is about the account: no resource of it is known.
            None => (kinds::ACCOUNT, format!("AWS::::Account:{account}")),
        };
        let tags = self.details.pointer("/resource/tags").and_then(Value::as_object).map(|tags| {
            let own = tags.iter().filter(|(key, _)| !key.is_empty() && !key.to_ascii_lowercase().starts_with("aws:"));
            own.take(MOST_ENTRIES).map(|(key, value)| (fitted(key, 128), fitted(value.as_str().unwrap_or(""), 256))).collect()
        });
        let evidence = self.details.get("evidence").and_then(Value::as_array).into_iter().flatten();
        let other: BTreeMap<String, String> = evidence.filter_map(observed).take(MOST_ENTRIES).collect();
        Resource {
            resource_type,
            id,
            partition,
            region: (!self.region.is_global()).then(|| fitted(self.region.as_str(), 16)),
            tags,
            details: (!other.is_empty()).then_some(Details { other }),
        }
    }
}

/// Path and what stood there. The pattern of AWS refuses a blank value.
fn observed(evidence: &Value) -> Option<(String, String)> {
    let path = evidence.get("path")?.as_str().filter(|path| !path.trim().is_empty())?;
    let mut text = evidence.get("observed").map(Value::to_string)?;
    if let Some(expected) = evidence.get("expected").filter(|expected| !expected.is_null()) {
        text.push_str(&format!(", expected {expected}"));
    }
    Some((fitted(path, 128), fitted(&text, 1024)))
}

/// A time as Security Hub reads it: RFC 3339 with milliseconds, in UTC.
fn stamp(time: Time) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Text that is safe to show and no longer than `most` bytes; what is cut ends with `…`.
fn fitted(text: &str, most: usize) -> String {
    let safe = printable(text);
    if safe.len() <= most {
        return safe.into_owned();
    }
    let end = (0..=most.saturating_sub('…'.len_utf8())).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", safe.get(..end).unwrap_or_default())
}

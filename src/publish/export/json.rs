//! `json`: one object, exactly as design, section 8, promises it. The row of one result is also what the store keeps as a
//! finding's details and what the API shows: it is described once, here.
//!
//! Every key is present, null where unknown. Characters that a terminal would obey are written as `\u` escapes: JSON
//! demands that only below U+0020, but a reader gets the same text either way, and `cat` stays harmless.

use super::is_hidden;
use super::{Format, Look};
use crate::model::coverage::ScopeRow;
use crate::model::report::{Report, ResourceRef, ResultRow, Summary};
use crate::model::resource::Origin;
use crate::model::rule::{Controls, Remedy};
use crate::model::run::{Requests, RunHead};
use crate::model::value::Time;
use crate::model::verdict::Evidence;
use crate::model::waiver::Waiver;
use crate::model::{CallId, Coverage, Money};
use serde::Serialize;
use serde::ser::SerializeSeq as _;
use std::collections::BTreeMap;
use std::io;

/// The format's entry in the list.
pub const FORMAT: Format = Format { name: "json", about: "one object with run, coverage, summary, requests and results", write };

/// The version of the object; it changes when a key changes its meaning or goes.
pub const SCHEMA: &str = "ledgerline.audit/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: &'a RunHead,
    coverage: CoverageRows<'a>,
    summary: &'a Summary,
    requests: RequestRow<'a>,
    results: Rows<'a>,
}

#[derive(Serialize)]
struct CoverageRows<'a> {
    complete: bool,
    ratio: f64,
    scopes: Vec<&'a ScopeRow>,
}

impl<'a> From<&'a Coverage> for CoverageRows<'a> {
    fn from(coverage: &'a Coverage) -> Self {
        Self { complete: coverage.is_complete(), ratio: coverage.ratio(), scopes: coverage.rows().collect() }
    }
}

#[derive(Serialize)]
struct RequestRow<'a> {
    total: u64,
    by_action: &'a BTreeMap<CallId, u64>,
    throttled: u64,
    retried: u64,
    paid_usd: Money,
}

impl<'a> From<&'a Requests> for RequestRow<'a> {
    fn from(requests: &'a Requests) -> Self {
        let Requests { total, by_action, throttled, retried, paid_usd, outcomes: _ } = requests;
        Self { total: *total, by_action, throttled: *throttled, retried: *retried, paid_usd: *paid_usd }
    }
}

/// One result in the shape of `results[]`.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    rule: &'a str,
    title: &'a str,
    pillar: &'static str,
    severity: &'static str,
    status: &'static str,
    fingerprint: &'a str,
    message: &'a str,
    sub_key: Option<&'a str>,
    resource: ResourceRow<'a>,
    evidence: Vec<EvidenceRow>,
    monthly_cost_usd: Option<Money>,
    monthly_savings_usd: Option<Money>,
    replacement: Option<&'a serde_json::Value>,
    waiver: Option<WaiverRow<'a>>,
    remedy: &'a Remedy,
    controls: &'a Controls,
}

#[derive(Serialize)]
struct ResourceRow<'a> {
    id: Option<&'a str>,
    #[serde(rename = "type")]
    resource_type: &'a str,
    name: Option<&'a str>,
    account: &'a str,
    region: &'a str,
    tags: &'a serde_json::Value,
    owner: Option<&'a str>,
    /// Only for what is written in a file: what is live has no such key.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a Origin>,
}

/// What an auditor asks of a waived result: who took the responsibility, why, and until when.
#[derive(Serialize)]
struct WaiverRow<'a> {
    id: &'a str,
    owner: &'a str,
    reason: &'a str,
    ticket: Option<&'a str>,
    expires: Time,
}

#[derive(Serialize)]
struct EvidenceRow {
    path: String,
    observed: serde_json::Value,
    expected: Option<serde_json::Value>,
    call: Option<String>,
}

impl<'a> From<&'a ResultRow> for Row<'a> {
    fn from(row: &'a ResultRow) -> Self {
        Self {
            rule: row.rule.as_str(),
            title: &row.title,
            pillar: row.pillar.as_str(),
            severity: row.severity.as_str(),
            status: row.status.as_str(),
            fingerprint: row.fingerprint.as_str(),
            message: &row.message,
            sub_key: row.sub_key.as_deref(),
            resource: ResourceRow::from(&row.resource),
            evidence: row.evidence.iter().map(EvidenceRow::from).collect(),
            monthly_cost_usd: row.monthly_cost_usd,
            monthly_savings_usd: row.monthly_savings_usd,
            replacement: row.replacement.as_deref(),
            waiver: row.waiver.as_deref().map(WaiverRow::from),
            remedy: &row.remedy,
            controls: &row.controls,
        }
    }
}

impl<'a> From<&'a ResourceRef> for ResourceRow<'a> {
    fn from(resource: &'a ResourceRef) -> Self {
        Self {
            id: resource.id.as_ref().map(crate::model::ResourceId::as_str),
            resource_type: resource.resource_type.as_str(),
            name: resource.name.as_deref(),
            account: resource.account.as_str(),
            region: resource.region.as_str(),
            tags: &resource.tags,
            owner: resource.owner.as_deref(),
            origin: resource.origin.as_deref(),
        }
    }
}

impl<'a> From<&'a Waiver> for WaiverRow<'a> {
    fn from(waiver: &'a Waiver) -> Self {
        let Waiver { id, owner, reason, ticket, expires, .. } = waiver;
        Self { id: id.as_str(), owner, reason, ticket: ticket.as_deref(), expires: *expires }
    }
}

impl From<&Evidence> for EvidenceRow {
    fn from(evidence: &Evidence) -> Self {
        Self {
            path: evidence.path.to_string(),
            observed: evidence.observed.to_json(),
            expected: evidence.expected.as_ref().map(crate::model::Value::to_json),
            call: evidence.call.as_ref().map(ToString::to_string),
        }
    }
}

/// Rows that are made one at a time while they are written: a hundred thousand of them are never in memory twice.
struct Rows<'a>(&'a [ResultRow]);

impl Serialize for Rows<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.len()))?;
        for row in self.0 {
            rows.serialize_element(&Row::from(row))?;
        }
        rows.end()
    }
}

/// One result as JSON: an element of `results`, the details of a finding.
pub fn result_row(row: &ResultRow) -> serde_json::Value {
    // Text, numbers and maps with text keys: nothing of it can fail to become JSON.
    serde_json::to_value(Row::from(row)).unwrap_or_default()
}

/// The coverage as JSON: `coverage` of the object, and of a run in the API.
pub fn coverage(coverage: &Coverage) -> serde_json::Value {
    serde_json::to_value(CoverageRows::from(coverage)).unwrap_or_default()
}

/// What was asked of AWS as JSON: `requests` of the object, and of a run in the API.
pub fn requests(requests: &Requests) -> serde_json::Value {
    serde_json::to_value(RequestRow::from(requests)).unwrap_or_default()
}

fn write(report: &Report, _look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        run: &report.run,
        coverage: CoverageRows::from(&report.coverage),
        summary: &report.summary,
        requests: RequestRow::from(&report.requests),
        results: Rows(&report.results),
    };
    write_value(&document, serde_json::ser::PrettyFormatter::new(), out)?;
    out.write_all(b"\n")
}

/// Writes a value with the escapes of this module.
pub(in crate::publish) fn write_value<F: serde_json::ser::Formatter>(
    value: &impl Serialize,
    formatter: F,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Harmless(formatter))).map_err(io::Error::from)
}

/// One line of JSON with the escapes of this module.
pub(super) fn line(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail, and JSON is UTF-8.
    let _ = write_value(value, serde_json::ser::CompactFormatter, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A formatter that also escapes what a terminal would obey; the layout is left to the inner one.
struct Harmless<F>(F);

macro_rules! inner {
    ($($method:ident($($argument:ident: $type:ty),*)),+ $(,)?) => {
        $(fn $method<W: ?Sized + io::Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$method(writer $(, $argument)*)
        })+
    };
}

impl<F: serde_json::ser::Formatter> serde_json::ser::Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, character)| is_hidden(*character)) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after.get(hidden.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    inner!(
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        end_object_key(),
        begin_object_value(),
        end_object_value(),
    );
}

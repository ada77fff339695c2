//! `report`: due dates, the key that signs, and where reports are put besides the store.

use super::read::whole;
use crate::daemon::config::ReportConfig;
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node, Table};
use crate::model::rule::Severity;
use crate::publish::config::{AwsAccess, Bucket};
use std::path::Path;

/// `report: { due_days, key, s3 }`.
pub fn report(node: &Node, folder: &Path, faults: &mut Faults) -> ReportConfig {
    let mut report = ReportConfig::default();
    let Some(table) = Table::of(node, "report", faults) else { return report };
    if let Some(table) = table.optional("due_days").and_then(|node| Table::of(node, "report.due_days", faults)) {
        for severity in Severity::ALL {
            let Some(node) = table.optional(severity.as_str()) else { continue };
            if matches!(node.kind, Kind::Bool(false)) {
                report.due_days.remove(severity);
            } else if let Some(days) = whole(node, &format!("report.due_days.{severity}"), 0..=3_650, faults) {
                report.due_days.insert(*severity, days);
            }
        }
        table.finish("report.due_days", faults);
    }
    if let Some(node) = table.optional("key") {
        report.key = node.string("report.key", faults).map(|path| folder.join(path.as_str()));
    }
    if let Some(node) = table.optional("s3")
        && let Some(text) = node.string("report.s3", faults)
    {
        match place(&text) {
            Some(place) => report.s3 = Some(place),
            None => faults.add(&node.span, format!("{:?} is no place in S3 such as s3://bucket/reports", text.as_str())),
        }
    }
    table.finish("report", faults);
    report
}

/// `s3://bucket/prefix`, with the credentials of the process.
fn place(text: &str) -> Option<Bucket> {
    let rest = text.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    // What IAM would take for a pattern is no bucket's name, and no key of ours.
    let named = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'.');
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b'/' | b'=');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(named) || !prefix.bytes().all(plain) {
        return None;
    }
    let prefix = match prefix.trim_matches('/') {
        "" => String::new(),
        prefix => format!("{prefix}/"),
    };
    Some(Bucket { bucket: bucket.into(), prefix: prefix.into(), access: AwsAccess::default() })
}

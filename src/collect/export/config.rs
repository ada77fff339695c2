//! Where billing exports lie, and which engine answers.

use crate::cost::export::layout::ExportKind;
use crate::model::Region;
use arcstr::ArcStr;

/// `cost.exports` of the config file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportsConfig {
    /// Who answers `ledgerline cost show`.
    pub engine: Engine,
    /// Where `ledgerline cost ingest` reads when it is told nothing else: a folder or `s3://BUCKET/PREFIX`.
    pub location: Option<ArcStr>,
    /// What the export is, where its columns should not tell.
    pub kind: Option<ExportKind>,
    /// The region of the bucket and of Athena; none for the SDK's own.
    pub region: Option<Region>,
}

/// Who adds up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// This program, from what was taken into the store.
    #[default]
    Local,
    /// Athena, from the files in their bucket.
    Athena(AthenaTable),
}

/// An export as Athena knows it. Names of letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AthenaTable {
    /// The workgroup, with its limit of bytes and its place for results.
    pub workgroup: ArcStr,
    /// The database.
    pub database: ArcStr,
    /// The table, partitioned by `billing_period`.
    pub table: ArcStr,
}

impl AthenaTable {
    /// Whether a name may stand in a query.
    pub fn is_name(name: &str) -> bool {
        (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// Whether a name can be a workgroup's.
    pub fn is_workgroup(name: &str) -> bool {
        (1..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
    }
}

impl ExportsConfig {
    /// The bucket and the prefix, where the location is in S3.
    pub fn bucket(&self) -> Option<(&str, &str)> {
        let rest = self.location.as_deref()?.strip_prefix("s3://")?;
        Some(rest.split_once('/').unwrap_or((rest, "")))
    }
}

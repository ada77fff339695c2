//! Reports as the store keeps them: bytes with digests, in a chain. What they say is not the store's business.

use crate::model::value::Time;
use arcstr::ArcStr;
use serde::Serialize;

/// A report that is kept, without the content of its parts.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct KeptReport {
    /// Its id, which may stand in a path: `2026-11-23T070000Z`.
    #[schema(value_type = String)]
    pub id: ArcStr,
    /// Its place in the chain, from 1.
    pub number: u64,
    /// The time that it speaks of.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Time,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Time,
    /// SHA-256 of the manifest, which the next report names.
    #[schema(value_type = String)]
    pub manifest_sha256: ArcStr,
    /// What a list shows of it.
    pub headline: serde_json::Value,
    /// Its parts, in the manifest's order.
    pub parts: Vec<KeptPart>,
    /// The manifest, byte for byte as it was signed.
    #[serde(skip)]
    #[schema(value_type = String)]
    pub manifest: ArcStr,
    /// The signature of the manifest, in hex.
    #[serde(skip)]
    #[schema(value_type = String)]
    pub signature: ArcStr,
}

/// One part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KeptPart {
    /// Its name, which may be a file's: `report.html`.
    #[schema(value_type = String)]
    pub name: ArcStr,
    /// Its media type.
    #[schema(value_type = String)]
    pub media_type: ArcStr,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of its content, in lower-case hex.
    #[schema(value_type = String)]
    pub sha256: ArcStr,
}

/// A report to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct NewReport {
    /// See [`KeptReport::id`].
    pub id: ArcStr,
    /// See [`KeptReport::as_of`].
    pub as_of: Time,
    /// See [`KeptReport::made_at`].
    pub made_at: Time,
    /// The digest of the manifest that this one names as the one before; none for the first.
    pub previous: Option<ArcStr>,
    /// See [`KeptReport::manifest`].
    pub manifest: ArcStr,
    /// SHA-256 of the manifest.
    pub manifest_sha256: ArcStr,
    /// See [`KeptReport::signature`].
    pub signature: ArcStr,
    /// See [`KeptReport::headline`].
    pub headline: serde_json::Value,
    /// The parts with their content.
    pub parts: Vec<(KeptPart, Vec<u8>)>,
}

/// What became of a new report.
#[derive(Clone, Debug, PartialEq)]
pub enum AddedReport {
    /// It is kept.
    New(KeptReport),
    /// There is one of this id; nothing was written.
    Taken(KeptReport),
    /// It names another one before it than the last that is kept: make its manifest again. Nothing was written.
    Overtaken,
}

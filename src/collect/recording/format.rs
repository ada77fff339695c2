//! The lines of a recording.

use crate::model::coverage::ScopeRow;
use crate::model::inventory::Identity;
use crate::model::ledger::CostRow;
use crate::model::plane::{Forecast, Reading, TagStatus};
use crate::model::resource::ResourceRecord;
use crate::model::value::Time;
use serde::{Deserialize, Serialize};

/// The schema that this version writes and reads.
pub const SCHEMA: &str = "ledgerline.recording/1";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of Ledgerline that wrote it.
    pub version: String,
    /// When it was collected; what `now` is when it is audited.
    pub collected_at: Time,
    /// Who the auditor was.
    pub identities: Vec<Identity>,
}

/// Every further line: an object with one key, which says what it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    Scope(ScopeRow),
    Resource(Box<ResourceRecord>),
    Cost(CostRow),
    Plane(Box<Reading>),
    Tag(TagStatus),
    Forecast(Forecast),
    End(End),
}

/// The last line: how many lines of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub scopes: u64,
    pub resources: u64,
    pub costs: u64,
    /// Planes, tag keys and forecasts of bills; recordings of old have none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bills: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

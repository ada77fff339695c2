//! Changes on their way to a channel, and where the channels stand.
//!
//! A change that a channel wants is remembered with the findings and told later, as often as it takes: so whoever receives it
//! may see it twice after a crash, and knows it by its id.

use super::finding::{Change, ChangeKind};
use super::value::Time;
use super::{Fingerprint, RunId};
use arcstr::ArcStr;
use serde::Serialize;

/// One change for one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The same whenever this change is told to this channel.
    pub id: ArcStr,
    /// What happened. The finding is as it was then; its details are the last that are known.
    pub change: Change,
}

/// What is sent together. Sent again after a failure it has the same id and the same notices.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Its id.
    pub id: ArcStr,
    /// The channel's name.
    pub channel: ArcStr,
    /// Whether somebody only wants to see whether the channel works.
    pub purpose: Purpose,
    /// The changes, oldest first.
    pub notices: Vec<Notice>,
}

/// Why a batch is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something changed.
    News,
    /// `ledgerline notify test`.
    Test,
}

impl Notice {
    /// The id of a change for a channel.
    pub fn id_of(run: &RunId, fingerprint: &Fingerprint, kind: ChangeKind, channel: &str) -> ArcStr {
        digest(&[run.as_str(), fingerprint.as_str(), kind.as_str(), channel])
    }
}

impl Batch {
    /// The id of a batch of these notices.
    pub fn id_of(notices: &[Notice]) -> ArcStr {
        let ids: Vec<&str> = notices.iter().map(|notice| notice.id.as_str()).collect();
        digest(&ids)
    }
}

/// 128 bits of SHA-256 in hex, the parts kept apart.
fn digest(parts: &[&str]) -> ArcStr {
    use sha2::{Digest as _, Sha256};
    let mut sum = Sha256::new();
    for part in parts {
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part.as_bytes());
    }
    sum.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

/// Where a channel stands: for metrics, the report and `ledgerline notify list`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChannelState {
    /// Its name.
    pub name: ArcStr,
    /// Changes that it was not told yet.
    pub waiting: u64,
    /// Of these, how many are being sent, or were and will be sent again.
    pub begun: u64,
    /// When the oldest of them happened.
    pub oldest: Option<Time>,
    /// Changes that it was told.
    pub sent: u64,
    /// Changes that it does not take.
    pub refused: u64,
    /// Changes that were given up because they waited for too long.
    pub expired: u64,
    /// Failures since it last worked.
    pub failures: u32,
    /// Since when it counts as dead; none while it does not.
    pub dead_since: Option<Time>,
    /// When it last worked.
    pub last_success: Option<Time>,
    /// When it last failed.
    pub last_failure: Option<Time>,
    /// Why it last failed, without secrets.
    pub last_reason: Option<ArcStr>,
    /// Not tried again before this time.
    pub next_attempt: Option<Time>,
}

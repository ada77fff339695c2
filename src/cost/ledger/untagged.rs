//! How much of the spend lacks a tag key: what was used and carries no value of the key, over what was used, both amortised and
//! both of services that can be tagged. Never over a net total: credits and refunds carry no tags.
//!
//! Cost Explorer writes a group as `Key$value`, `Key$` where the key is absent or empty. The value may hold a `$`, and so may
//! the key: only the whole key in front tells where it begins.

use super::is_taggable;
use crate::model::Money;
use crate::model::money::Overflow;
use crate::model::plane::{Cell, Plane};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A tag key in money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// What lacks the key.
    pub untagged: Money,
    /// All that could have it.
    pub taggable: Money,
    /// Both by the plane's second key: services or accounts.
    pub parts: BTreeMap<ArcStr, (Money, Money)>,
}

impl Shares {
    /// The untagged share in percent, rounded to two digits; none where nothing was spent, or where corrections make it negative.
    pub fn percent(&self) -> Option<Decimal> {
        let (part, whole) = (self.untagged.amount(), self.taggable.amount());
        if whole <= Decimal::ZERO || part < Decimal::ZERO || part > whole {
            return None;
        }
        let percent = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
        Some(percent.round_dp(2).normalize())
    }
}

/// Adds up the cells of a tag plane.
///
/// # Errors
/// [`Overflow`] where a sum does not fit.
pub fn untagged<'a>(plane: Plane, key: &str, cells: impl IntoIterator<Item = &'a Cell>) -> Result<Shares, Overflow> {
    let mut shares = Shares::default();
    for cell in cells {
        if plane == Plane::TagService && !is_taggable(&cell.second) {
            continue;
        }
        let (untagged, taggable) = shares.parts.entry(cell.second.clone()).or_default();
        *taggable = taggable.plus(cell.effective)?;
        shares.taggable = shares.taggable.plus(cell.effective)?;
        if lacks(&cell.first, key) {
            *untagged = untagged.plus(cell.effective)?;
            shares.untagged = shares.untagged.plus(cell.effective)?;
        }
    }
    Ok(shares)
}

/// Whether a group is that of what has no value of the key.
fn lacks(group: &str, key: &str) -> bool {
    group.strip_prefix(key) == Some("$")
}

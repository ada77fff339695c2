//! The ledger: what Cost Explorer told, kept so that it can be trusted.
//!
//! A plane enters only whole and only where its groups add up to the bill's total ([`reconcile()`]); what contradicts what is
//! known (another currency, a time before the last reading) enters not at all, and the last good ledger stays ([`absorb()`]).
//! Credits, refunds and tax are record types of their own and never mixed with usage: a single credit makes a naive share of
//! untagged spend negative ([`untagged()`]).

mod absorb;
mod daily;
mod reconcile;
mod untagged;
mod view;

#[cfg(test)]
mod tests;

pub use absorb::{Absorbed, Rejected, absorb};
pub use daily::daily;
pub use reconcile::{Against, Discrepancy, reconcile, total_of, used_in};
pub use untagged::{Shares, untagged};
pub use view::{Stored, view};

/// The record types of what was used, whatever paid for it. All others are adjustments: fees, credits, refunds, taxes, and the
/// negation that balances what savings plans cover.
pub const USED: [&str; 3] = ["DiscountedUsage", "SavingsPlanCoveredUsage", "Usage"];

/// Services of which nothing can carry a tag, as Cost Explorer writes them; those whose name begins with one of these, too.
/// What they cost is missing from both sides of a share.
pub const UNTAGGABLE: [&str; 7] =
    ["AWS Cost Explorer", "AWS Data Transfer", "AWS Premium Support", "AWS Support", "Amazon Registrar", "Tax", "Refund"];

/// Whether anything of a service can carry a tag.
pub fn is_taggable(service: &str) -> bool {
    !UNTAGGABLE.iter().any(|one| service.starts_with(one))
}

//! What a line item of CUR 2.0 is in FOCUS's words, and what it effectively costs.
//!
//! FOCUS says it itself. For CUR the category follows the columns that AWS's own FOCUS export fills, with two remarks. The negation of
//! a savings plan takes back what covered usage cost without the plan, so it stands beside that usage; a FOCUS export has neither. And
//! a refund corrects an earlier bill: an adjustment of class `Correction`. A type that is not known here has no category.
//!
//! | line item type | category | class | effective cost |
//! |---|---|---|---|
//! | `Usage` | Usage | | unblended |
//! | `DiscountedUsage` | Usage | | `reservation_effective_cost` |
//! | `SavingsPlanCoveredUsage` | Usage | | `savings_plan_savings_plan_effective_cost` |
//! | `SavingsPlanNegation` | Usage | | 0 |
//! | `RIFee` | Purchase | | unused: `reservation_unused_amortized_upfront_fee_for_billing_period` + `reservation_unused_recurring_fee` |
//! | `SavingsPlanRecurringFee` | Purchase | | unused: `savings_plan_total_commitment_to_date` − `savings_plan_used_commitment` |
//! | `SavingsPlanUpfrontFee` | Purchase | | 0 |
//! | `Fee` of a reservation | Purchase | | 0 |
//! | other `Fee` | Purchase | | unblended |
//! | `Tax` | Tax | | unblended |
//! | `Credit` | Credit | | unblended |
//! | `Refund` | Adjustment | Correction | unblended |
//! | `EdpDiscount`, `PrivateRateDiscount`, `BundledDiscount`, `SppDiscount`, `Discount` | Adjustment | | unblended |
//!
//! Source of the formula: AWS's documentation of amortised cost in the Cost and Usage Report
//! (<https://docs.aws.amazon.com/cur/latest/userguide/amortized-reservation.html>,
//! <https://docs.aws.amazon.com/cur/latest/userguide/cur-sp.html>).

use crate::model::exact::{Exact, Inexact};

/// The types of line items that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineItem {
    /// Usage at its price.
    Usage,
    /// Usage that a reservation paid.
    DiscountedUsage,
    /// Usage that a savings plan paid.
    SavingsPlanCoveredUsage,
    /// What takes back the on-demand price of the former.
    SavingsPlanNegation,
    /// The recurring fee of a reservation.
    ReservationFee,
    /// The recurring fee of a savings plan.
    SavingsPlanRecurringFee,
    /// The upfront fee of a savings plan.
    SavingsPlanUpfrontFee,
    /// Another fee; of a reservation its upfront fee.
    Fee,
    /// Tax.
    Tax,
    /// A credit.
    Credit,
    /// A refund of what was billed before.
    Refund,
    /// A discount that stands in a row of its own.
    Discount,
    /// A type that this version does not know.
    Unknown,
}

impl LineItem {
    /// The type of a text in `line_item_line_item_type`.
    pub fn of(text: &str) -> Self {
        match text {
            "Usage" => Self::Usage,
            "DiscountedUsage" => Self::DiscountedUsage,
            "SavingsPlanCoveredUsage" => Self::SavingsPlanCoveredUsage,
            "SavingsPlanNegation" => Self::SavingsPlanNegation,
            "RIFee" => Self::ReservationFee,
            "SavingsPlanRecurringFee" => Self::SavingsPlanRecurringFee,
            "SavingsPlanUpfrontFee" => Self::SavingsPlanUpfrontFee,
            "Fee" => Self::Fee,
            "Tax" => Self::Tax,
            "Credit" => Self::Credit,
            "Refund" => Self::Refund,
            "EdpDiscount" | "PrivateRateDiscount" | "BundledDiscount" | "SppDiscount" | "Discount" => Self::Discount,
            _ => Self::Unknown,
        }
    }

    /// FOCUS's category.
    pub const fn category(self) -> Option<&'static str> {
        match self {
            Self::Usage | Self::DiscountedUsage | Self::SavingsPlanCoveredUsage | Self::SavingsPlanNegation => Some("Usage"),
            Self::ReservationFee | Self::SavingsPlanRecurringFee | Self::SavingsPlanUpfrontFee | Self::Fee => Some("Purchase"),
            Self::Tax => Some("Tax"),
            Self::Credit => Some("Credit"),
            Self::Refund | Self::Discount => Some("Adjustment"),
            Self::Unknown => None,
        }
    }

    /// FOCUS's class.
    pub const fn class(self) -> Option<&'static str> {
        match self {
            Self::Refund => Some("Correction"),
            _ => None,
        }
    }

    /// What it effectively costs; none where the export does not say. `amount` answers the amounts of `layout::amounts` by their
    /// place; `reservation` says whether the row names a reservation, none where the export has no such column.
    ///
    /// # Errors
    /// [`Inexact`] where the amounts cannot be added exactly.
    pub fn effective(self, amount: impl Fn(usize) -> Option<Exact>, reservation: Option<bool>) -> Result<Option<Exact>, Inexact> {
        let both = |one: usize, other: usize| amount(one).zip(amount(other));
        Ok(match self {
            Self::SavingsPlanCoveredUsage => amount(1),
            Self::SavingsPlanRecurringFee => both(2, 3).map(|(committed, used)| committed.minus(used)).transpose()?,
            Self::SavingsPlanNegation | Self::SavingsPlanUpfrontFee => Some(Exact::ZERO),
            Self::DiscountedUsage => amount(4),
            Self::ReservationFee => both(5, 6).map(|(upfront, recurring)| upfront.plus(recurring)).transpose()?,
            Self::Fee => match reservation {
                Some(true) => Some(Exact::ZERO),
                Some(false) => amount(0),
                // An upfront fee would be counted here, and once more where it is spread.
                None => None,
            },
            Self::Usage | Self::Tax | Self::Credit | Self::Refund | Self::Discount | Self::Unknown => amount(0),
        })
    }
}

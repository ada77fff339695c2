//! Charges of billing exports as they pass between reader, store and question: folded by day and everything one may ask for.

use super::exact::Exact;
use super::ledger::Month;
use super::value::Time;
use arcstr::ArcStr;
use chrono::NaiveDate;

/// What a charge is about: everything that a question may group by. None is what the export leaves open (null).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Charge {
    /// Whose bill it is, and of which month.
    pub period: ExportPeriod,
    /// The service (`ServiceName`, `line_item_product_code`).
    pub service: Option<ArcStr>,
    /// The account that used it (`SubAccountId`, `line_item_usage_account_id`).
    pub account: Option<ArcStr>,
    /// The region.
    pub region: Option<ArcStr>,
    /// `Usage`, `Purchase`, `Tax`, `Credit`, `Adjustment`.
    pub charge_category: Option<ArcStr>,
    /// `Correction`, or none.
    pub charge_class: Option<ArcStr>,
    /// The day on which the charge began, UTC.
    pub day: Option<NaiveDate>,
    /// The currency of the bill. Amounts of two currencies are never added.
    pub currency: Option<ArcStr>,
    /// The tags as the export writes them, as a JSON object with sorted keys; none where there are no tags.
    pub tags: Option<ArcStr>,
}

/// A bill: what is replaced as a whole when it is read again, whichever kind of export it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExportPeriod {
    /// Who sold it (`AWS`).
    pub provider: Option<ArcStr>,
    /// The account that pays.
    pub billing_account: Option<ArcStr>,
    /// The month of the bill.
    pub month: Month,
}

/// A sum in one basis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasisSum {
    /// The sum of the amounts that there are.
    pub sum: Exact,
    /// How many charges have no amount in this basis. They are not in the sum, and a sum must not pass for complete without saying so.
    pub missing: u64,
}

/// Charges that are alike in all that one may ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRow {
    /// What they are about.
    pub charge: Charge,
    /// How many they are.
    pub charges: u64,
    /// Billed, effective and list cost.
    pub sums: [BasisSum; 3],
}

/// The bases that an export has, in the order of [`ExportRow::sums`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExportBasis {
    /// What the bill says: `BilledCost`, `UnblendedCost`.
    #[default]
    Billed,
    /// Commitments spread over their use: `EffectiveCost`, `AmortizedCost`.
    Effective,
    /// Public prices: `ListCost`.
    List,
}

impl ExportBasis {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Billed, Self::Effective, Self::List];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Effective => "effective",
            Self::List => "list",
        }
    }

    /// Its sum in a row.
    pub const fn of(self, sums: [BasisSum; 3]) -> BasisSum {
        let [billed, effective, list] = sums;
        match self {
            Self::Billed => billed,
            Self::Effective => effective,
            Self::List => list,
        }
    }
}

/// A bill as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPeriod {
    /// Which.
    pub period: ExportPeriod,
    /// What it was read from: a path, or `s3://…`.
    pub source: ArcStr,
    /// How many charges it has.
    pub charges: u64,
    /// When it was read.
    pub read_at: Time,
}

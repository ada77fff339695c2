//! The planes of the cost ledger: one bill, seen from several sides.
//!
//! Cost Explorer groups by two things at most, so there is no cube of service, account, region, tag and record type. There are
//! planes through it, each with the same total. A question that needs a third direction is answered from an export, or not at
//! all.

use super::ledger::{Basis, CostSpan, Month};
use super::money::Overflow;
use super::rule::words;
use super::value::Time;
use super::{AccountId, Money};
use arcstr::ArcStr;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// Which two directions a plane has.
    Plane { /// The bill without any grouping: what the others are held against.
        Total = "total", /// Service and record type (`Usage`, `Credit`, `Tax` …).
        ServiceRecord = "service_record_type", /// Linked account and service.
        AccountService = "linked_account_service", /// Linked account and record type.
        AccountRecord = "linked_account_record_type", /// Service and region.
        ServiceRegion = "service_region", /// Value of a tag key and service, of what was used alone.
        TagService = "tag_service", /// Value of a tag key and linked account, of taggable services and what was used alone.
        TagAccount = "tag_linked_account" }
}

/// A plane, and the tag key where it has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaneId {
    /// Which plane.
    pub plane: Plane,
    /// The tag key of [`Plane::TagService`] and [`Plane::TagAccount`]; empty for the others.
    #[serde(default)]
    pub tag: ArcStr,
}

impl From<Plane> for PlaneId {
    fn from(plane: Plane) -> Self {
        Self { plane, tag: ArcStr::new() }
    }
}

impl std::fmt::Display for PlaneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.tag.is_empty() { f.write_str(self.plane.as_str()) } else { write!(f, "{} {}", self.plane.as_str(), self.tag) }
    }
}

/// One group on one day, all bases side by side: they are never added to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The first key: a service, a linked account, or `Key$value` of a tag. Empty for the total.
    pub first: ArcStr,
    /// The second key: a record type, service, region or account. Empty for the total.
    pub second: ArcStr,
    /// UTC.
    pub day: NaiveDate,
    /// Whether AWS still calls it an estimate.
    pub estimated: bool,
    /// UnblendedCost.
    pub billed: Money,
    /// AmortizedCost.
    pub effective: Money,
    /// NetUnblendedCost.
    pub net: Money,
}

impl Cell {
    /// The bases that a cell has, in the order of [`Cell::amounts`].
    pub const BASES: [Basis; 3] = [Basis::Billed, Basis::Effective, Basis::Net];

    /// The amounts, in the order of [`Cell::BASES`].
    pub const fn amounts(&self) -> [Money; 3] {
        [self.billed, self.effective, self.net]
    }

    /// Adds the amounts of another cell of the same group.
    ///
    /// # Errors
    /// [`Overflow`] where a sum does not fit.
    pub fn add(&mut self, other: &Self) -> Result<(), Overflow> {
        self.billed = self.billed.plus(other.billed)?;
        self.effective = self.effective.plus(other.effective)?;
        self.net = self.net.plus(other.net)?;
        self.estimated |= other.estimated;
        Ok(())
    }
}

/// What one question brought: all cells of a plane from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The account whose bill it is, for its linked accounts too.
    pub payer: AccountId,
    /// The plane.
    #[serde(flatten)]
    pub id: PlaneId,
    /// The first day asked for.
    pub from: NaiveDate,
    /// The last day asked for.
    pub to: NaiveDate,
    /// The currency of the bill; none where there was no amount.
    pub currency: Option<ArcStr>,
    /// When it was read.
    pub observed_at: Time,
    /// The cells, each group and day once.
    pub cells: Vec<Cell>,
}

/// How old a plane is, and what it tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlaneState {
    /// The account whose bill it is.
    pub payer: AccountId,
    /// The plane.
    pub plane: Plane,
    /// The tag key of a plane that has one; else empty.
    #[schema(value_type = String)]
    pub tag: ArcStr,
    /// The first day of the last reading.
    #[schema(value_type = String, format = Date)]
    pub from: NaiveDate,
    /// The last day of the last reading.
    #[schema(value_type = String, format = Date)]
    pub to: NaiveDate,
    /// The currency of the bill; null where there never was an amount.
    #[schema(value_type = Option<String>)]
    pub currency: Option<ArcStr>,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Time,
}

/// A month that has ended, on its way to being final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthState {
    /// The account whose bill it is.
    pub payer: AccountId,
    /// The month.
    pub month: Month,
    /// How many readings on different days have said the same of it, since AWS no longer calls it an estimate.
    pub equal_reads: u32,
    /// The day of the last of them.
    pub last_read: NaiveDate,
    /// Since when nothing changes it any more.
    pub frozen_at: Option<Time>,
}

/// What AWS changed of days that were settled when they were read before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Restatement {
    /// The account whose bill it is.
    pub payer: AccountId,
    /// The month that the days lie in, such as 2026-10.
    #[schema(value_type = String)]
    pub month: Month,
    /// When it was seen.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Time,
    /// What the changed groups and days were billed before.
    pub before: Money,
    /// What they are billed now.
    pub after: Money,
    /// How many groups and days changed.
    pub cells: u32,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: ArcStr,
}

/// Whether a tag key is activated for cost allocation. One that is not has no values in any bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagStatus {
    /// The account whose bill it is.
    pub payer: AccountId,
    /// The key.
    pub key: ArcStr,
    /// Whether it is active.
    pub active: bool,
    /// When that was read.
    pub observed_at: Time,
}

/// AWS's own forecast of where a month ends: what is billed without today, and what it expects of the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Forecast {
    /// The account whose bill it is.
    pub payer: AccountId,
    /// The month.
    #[schema(value_type = String)]
    pub month: Month,
    /// The lower end of AWS's interval.
    pub low: Money,
    /// What AWS expects.
    pub mean: Money,
    /// The upper end of AWS's interval.
    pub high: Money,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: ArcStr,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Time,
}

/// All that a source says of bills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Planes that were read.
    pub readings: Vec<Reading>,
    /// Which tag keys are active.
    pub tags: Vec<TagStatus>,
    /// Forecasts.
    pub forecasts: Vec<Forecast>,
}

impl Ledger {
    /// Takes in another.
    pub fn join(&mut self, more: Self) {
        self.readings.extend(more.readings);
        self.tags.extend(more.tags);
        self.forecasts.extend(more.forecasts);
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty() && self.tags.is_empty() && self.forecasts.is_empty()
    }
}

/// What the store knows of a payer's bill, as far as a new reading may change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownLedger {
    /// The planes.
    pub planes: Vec<PlaneState>,
    /// The months that have ended.
    pub months: Vec<MonthState>,
    /// The cells of [`Plane::ServiceRecord`] in the days that were read again.
    pub cells: Vec<Cell>,
    /// The linked accounts that had cells in those days.
    pub accounts: Vec<AccountId>,
}

/// What a payer's ledger becomes: written whole or not at all.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LedgerUpdate {
    /// The planes whose days are replaced.
    pub readings: Vec<Reading>,
    /// The months that have ended.
    pub months: Vec<MonthState>,
    /// What was restated.
    pub restatements: Vec<Restatement>,
    /// Which tag keys are active.
    pub tags: Vec<TagStatus>,
    /// Forecasts.
    pub forecasts: Vec<Forecast>,
    /// The daily rows that follow from it.
    pub costs: Vec<CostSpan>,
}

/// What lacks a tag key, in money: what was used this month of services that can be tagged, amortised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Untagged {
    /// The account.
    pub account: AccountId,
    /// The tag key.
    #[schema(value_type = String)]
    pub tag_key: ArcStr,
    /// The service as Cost Explorer writes it; null for all of them.
    #[schema(value_type = Option<String>)]
    pub service: Option<ArcStr>,
    /// What lacks the key.
    pub untagged: Money,
    /// All of it.
    pub taggable: Money,
    /// Whether the key is activated for cost allocation: where it is not, nothing can have it. Null where that is not known.
    pub active: Option<bool>,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Time,
}

/// The ledger as pages and metrics show it. Every list is sorted by its keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LedgerView {
    /// The currencies of the bills; amounts below are all in USD.
    pub currencies: Vec<ArcStr>,
    /// What lacks a tag key this month, of all services together.
    pub untagged: Vec<Untagged>,
    /// By tag key whether it is active; in any of the bills, where there are several.
    pub tags_active: Vec<(ArcStr, bool)>,
    /// What this month's bills hold besides usage: by account and record type.
    pub adjustments: Vec<(AccountId, ArcStr, Money)>,
    /// By how much months were restated, all times together; a month that was only lowered is negative.
    pub restated: Vec<(Month, Money)>,
    /// Where AWS expects this month to end.
    pub forecasts: Vec<Forecast>,
    /// The planes with their ages.
    pub planes: Vec<PlaneState>,
}

//! What one may ask of billing exports, and the answer: sums by keys, a table for each currency.

use super::tags;
use crate::model::exact::{Exact, Inexact};
use crate::model::export::{BasisSum, Charge, ExportBasis, ExportRow};
use crate::model::ledger::Month;
use arcstr::ArcStr;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

/// What charges are grouped and narrowed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportKey {
    /// Who sold it.
    Provider,
    /// The service.
    Service,
    /// The account that used it.
    Account,
    /// The region.
    Region,
    /// FOCUS's category of the charge.
    ChargeCategory,
    /// `Correction`, or none.
    ChargeClass,
    /// The month of the bill.
    Month,
    /// The day on which the charge began, UTC.
    Day,
    /// A tag, by its name.
    Tag(ArcStr),
}

/// The keys without a name of their own, for messages.
const KEYS: &str = "provider, service, account, region, charge_category, charge_class, month, day, tag:NAME";

impl FromStr for ExportKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "provider" => Self::Provider,
            "service" => Self::Service,
            "account" => Self::Account,
            "region" => Self::Region,
            "charge_category" => Self::ChargeCategory,
            "charge_class" => Self::ChargeClass,
            "month" => Self::Month,
            "day" => Self::Day,
            _ => match text.strip_prefix("tag:") {
                Some(name) if !name.is_empty() => Self::Tag(name.into()),
                _ => return Err(format!("{text:?} is no key of billing exports; there are {KEYS}")),
            },
        })
    }
}

impl fmt::Display for ExportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Provider => "provider",
            Self::Service => "service",
            Self::Account => "account",
            Self::Region => "region",
            Self::ChargeCategory => "charge_category",
            Self::ChargeClass => "charge_class",
            Self::Month => "month",
            Self::Day => "day",
            Self::Tag(name) => return write!(f, "tag:{name}"),
        })
    }
}

impl ExportKey {
    /// Its value for a charge; none where the export says null.
    fn of(&self, charge: &Charge) -> Option<ArcStr> {
        match self {
            Self::Provider => charge.period.provider.clone(),
            Self::Service => charge.service.clone(),
            Self::Account => charge.account.clone(),
            Self::Region => charge.region.clone(),
            Self::ChargeCategory => charge.charge_category.clone(),
            Self::ChargeClass => charge.charge_class.clone(),
            Self::Month => Some(charge.period.month.to_string().into()),
            Self::Day => charge.day.map(|day| day.to_string().into()),
            Self::Tag(name) => tags::find(charge.tags.as_deref(), name),
        }
    }
}

/// A condition: `KEY=VALUE`, or `KEY` alone for what the export leaves open (a tag that is absent).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The key.
    pub key: ExportKey,
    /// The value that it must have; none for null.
    pub value: Option<ArcStr>,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) => Ok(Self { key: key.parse()?, value: Some(value.into()) }),
            None => Ok(Self { key: text.parse()?, value: None }),
        }
    }
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What rows are told apart by.
    pub by: Vec<ExportKey>,
    /// Which charges count: of conditions on one key any, of several keys all.
    pub conditions: Vec<Condition>,
    /// Which cost.
    pub basis: ExportBasis,
    /// The month of the bill; none for all.
    pub month: Option<Month>,
}

/// The answer in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The currency; none where the export does not tell it.
    pub currency: Option<ArcStr>,
    /// The values of the keys, and their sum; sorted by the values, null first.
    pub rows: Vec<(Vec<Option<ArcStr>>, Exact)>,
    /// The sum of the rows.
    pub total: Exact,
    /// How many charges are in the sums.
    pub charges: u64,
    /// How many charges have no amount in this basis, and are not in the sums.
    pub missing: u64,
}

/// So many tag sets are remembered with their values.
const MOST_KNOWN: usize = 10_000;

/// The values of the keys of one row of an answer.
type Values = Vec<Option<ArcStr>>;

/// By what was asked for: the sum, its rows, and those without an amount.
type Sums = BTreeMap<Values, (Exact, u64, u64)>;

/// Answers while rows pass by.
#[derive(Debug)]
pub struct Tally {
    question: Question,
    tables: BTreeMap<Option<ArcStr>, Sums>,
    /// Of tag sets the values of the tags that the question names. Rows of one tag set are many.
    known: HashMap<(ArcStr, ArcStr), Option<ArcStr>>,
}

impl Tally {
    /// Nothing is counted yet.
    pub fn new(question: Question) -> Self {
        Self { question, tables: BTreeMap::new(), known: HashMap::new() }
    }

    /// Counts a row if the question asks for it.
    ///
    /// # Errors
    /// [`Inexact`] where a sum cannot be held exactly.
    pub fn add(&mut self, row: &ExportRow) -> Result<(), Inexact> {
        let Self { question, tables, known } = self;
        if question.month.is_some_and(|month| month != row.charge.period.month) {
            return Ok(());
        }
        let mut value = |key: &ExportKey| match (key, &row.charge.tags) {
            (ExportKey::Tag(name), Some(written)) => {
                if known.len() >= MOST_KNOWN {
                    known.clear();
                }
                known.entry((written.clone(), name.clone())).or_insert_with(|| tags::find(Some(written), name)).clone()
            }
            _ => key.of(&row.charge),
        };
        for condition in &question.conditions {
            let found = value(&condition.key);
            let mut same = question.conditions.iter().filter(|other| other.key == condition.key);
            if !same.any(|other| other.value == found) {
                return Ok(());
            }
        }
        let values: Values = question.by.iter().map(&mut value).collect();
        let BasisSum { sum, missing } = question.basis.of(row.sums);
        let held = tables.entry(row.charge.currency.clone()).or_default().entry(values).or_default();
        *held = (held.0.plus(sum)?, held.1 + row.charges, held.2 + missing);
        Ok(())
    }

    /// The answer, a table for each currency, sorted by it.
    ///
    /// # Errors
    /// [`Inexact`] where a total cannot be held exactly.
    pub fn finish(self) -> Result<Vec<Table>, Inexact> {
        let tables = self.tables.into_iter().map(|(currency, groups)| {
            let total = Exact::sum(groups.values().map(|(sum, _, _)| *sum))?;
            let charges = groups.values().map(|(_, charges, _)| charges).sum();
            let missing = groups.values().map(|(_, _, missing)| missing).sum();
            let rows = groups.into_iter().map(|(values, (sum, _, _))| (values, sum)).collect();
            Ok(Table { currency, rows, total, charges, missing })
        });
        tables.collect()
    }
}

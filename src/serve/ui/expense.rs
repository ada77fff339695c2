//! Sums of the cost ledger as pages show them: by service, by day, against what was estimated. Decimals throughout; a sum that does not
//! fit is not shown.

use crate::model::Money;
use crate::model::ledger::{Basis, CostRow};
use crate::model::snapshot::Snapshot;
use arcstr::ArcStr;

use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of one basis, summed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expense {
    /// All of it; none where it does not fit.
    pub total: Option<Money>,
    /// By service, the dearest first.
    pub services: Vec<(ArcStr, Money)>,
    /// By day and service.
    pub days: BTreeMap<NaiveDate, BTreeMap<ArcStr, Money>>,
    /// Days of which AWS still calls some figure an estimate.
    pub estimated: BTreeSet<NaiveDate>,
}

/// An estimate of a month, and what of it has been spent.
#[derive(Clone, Debug, PartialEq)]
pub struct Component<'a> {
    /// What it is called in the contract.
    pub name: &'a str,
    /// The least.
    pub low: Money,
    /// The most.
    pub high: Money,
    /// The month so far; none where no service of that name has figures.
    pub spent: Option<Money>,
    /// What it will have cost when the month ends; none where too little is known.
    pub projected: Option<Money>,
}

impl Expense {
    /// The sums of what was billed. Without billed rows those of the first basis that there is, which is then named.
    pub fn of(rows: &[CostRow]) -> (Self, Option<Basis>) {
        let Some(basis) = rows.iter().map(|row| row.basis).min() else { return (Self::default(), None) };
        let mut expense = Self::default();
        let mut services: BTreeMap<ArcStr, Option<Money>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.basis == basis) {
            let sum = services.entry(row.service.clone()).or_insert(Some(Money::ZERO));
            *sum = sum.and_then(|sum| sum.plus(row.amount).ok());
            let day = expense.days.entry(row.day).or_default().entry(row.service.clone()).or_default();
            *day = day.plus(row.amount).unwrap_or(*day);
            if row.estimated {
                expense.estimated.insert(row.day);
            }
        }
        expense.total = services.values().copied().collect::<Option<Vec<_>>>().and_then(|sums| Money::sum(sums).ok());
        expense.services = services.into_iter().filter_map(|(service, sum)| Some((service, sum?))).collect();
        expense.services.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        (expense, Some(basis))
    }

    /// Each estimate with what has been spent: of `total` all, else of the service of that name.
    pub fn against<'a>(&self, snapshot: &'a Snapshot) -> Vec<Component<'a>> {
        let spent = |component: &str| {
            if component.eq_ignore_ascii_case("total") {
                return self.total.filter(|_| !self.services.is_empty());
            }
            let named = self.services.iter().filter(|(service, _)| is_called(service, component)).map(|(_, sum)| *sum);
            let sums: Vec<Money> = named.collect();
            if sums.is_empty() { None } else { Money::sum(sums).ok() }
        };
        let projected = |component: &str| snapshot.months.iter().find(|month| month.component == component)?.projected;
        let estimates = snapshot.estimates.iter();
        estimates
            .map(|(name, low, high)| Component { name, low: *low, high: *high, spent: spent(name), projected: projected(name) })
            .collect()
    }
}

/// Whether a service of Cost Explorer (`Amazon DynamoDB`, `AmazonCloudWatch`) is what people call by a shorter name.
pub fn is_called(service: &str, short: &str) -> bool {
    let bare = ["Amazon", "AWS"].iter().find_map(|maker| service.strip_prefix(maker)).map(str::trim_start);
    service.eq_ignore_ascii_case(short) || bare.is_some_and(|bare| bare.eq_ignore_ascii_case(short))
}

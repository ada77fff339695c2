//! The cost annex: what was billed, what was expected, what mending would save, and what the auditor itself cost.

use super::data::Entry;
use super::material::Material;
use crate::model::finding::FindingStatus;
use crate::model::ledger::{Basis, CostRow, Month};
use crate::model::value::Time;
use crate::model::{Money, RuleId};
use arcstr::ArcStr;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The cost annex. Amounts are what the bill says for each day (`billed`), in USD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// The month of the report.
    pub month: Month,
    /// The last day that has figures; none where no costs are known, and then all below but savings is empty.
    pub until: Option<NaiveDate>,
    /// Days among them that AWS still calls an estimate.
    pub estimated_days: u64,
    /// This month so far; none where the sum does not fit.
    pub month_to_date_usd: Option<Money>,
    /// The whole month before; none where nothing is known of it.
    pub previous_month_usd: Option<Money>,
    /// By service, the dearest first.
    pub services: Vec<ServiceCost>,
    /// What contracts say a month costs.
    pub estimates: Vec<Expected>,
    /// What mending would save, by rule, the most first.
    pub savings: Vec<Saving>,
    /// What the auditor's own paid calls cost this month.
    pub auditor_usd: Money,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceCost {
    /// As Cost Explorer names it.
    pub service: ArcStr,
    /// This month so far.
    pub month_to_date_usd: Money,
    /// The whole month before; none where nothing is known of it.
    pub previous_month_usd: Option<Money>,
}

/// A range of a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// What for.
    pub component: ArcStr,
    /// At least, a month.
    pub low_usd: Money,
    /// At most, a month.
    pub high_usd: Money,
}

/// What mending all findings of a rule would save.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saving {
    /// The rule.
    pub rule: RuleId,
    /// Its open findings that name money.
    pub findings: u64,
    /// USD a month.
    pub monthly_usd: Money,
}

/// The annex at the time of the report.
pub fn annex(material: &Material, findings: &[Entry], as_of: Time) -> Costs {
    let month = Month::at(as_of);
    let billed = || material.costs.iter().filter(|row| row.basis == Basis::Billed && row.day <= as_of.date_naive());
    let previous = Month::of(month.first_day() - chrono::Days::new(1));
    let of = |wanted: Month| billed().filter(move |row| Month::of(row.day) == wanted);
    let mut services: BTreeMap<&ArcStr, (Money, Money)> = BTreeMap::new();
    for row in of(month) {
        let (sum, _) = services.entry(&row.service).or_default();
        *sum = sum.plus(row.amount).unwrap_or(*sum);
    }
    for row in of(previous) {
        let (_, sum) = services.entry(&row.service).or_default();
        *sum = sum.plus(row.amount).unwrap_or(*sum);
    }
    // A service that is missing in a month that is known cost nothing; of a month that is not known nothing can be said.
    let is_known = of(previous).next().is_some();
    let mut services: Vec<ServiceCost> = services
        .into_iter()
        .map(|(service, (now, before))| ServiceCost {
            service: service.clone(),
            month_to_date_usd: now,
            previous_month_usd: is_known.then_some(before),
        })
        .collect();
    services.sort_by_key(|one| (Reverse(one.month_to_date_usd), Reverse(one.previous_month_usd), one.service.clone()));
    let estimated: std::collections::BTreeSet<NaiveDate> = of(month).filter(|row| row.estimated).map(|row| row.day).collect();
    let snapshot = material.snapshot.as_ref();
    Costs {
        month,
        until: of(month).map(|row| row.day).max(),
        estimated_days: estimated.len() as u64,
        month_to_date_usd: sum(of(month)),
        previous_month_usd: if is_known { sum(of(previous)) } else { None },
        services,
        estimates: snapshot
            .map(|snapshot| snapshot.estimates.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|(component, low, high)| Expected { component: component.clone(), low_usd: *low, high_usd: *high })
            .collect(),
        savings: savings(findings),
        auditor_usd: material.paid,
    }
}

fn sum<'a>(rows: impl Iterator<Item = &'a CostRow>) -> Option<Money> {
    Money::sum(rows.map(|row| row.amount)).ok()
}

fn savings(findings: &[Entry]) -> Vec<Saving> {
    let mut sums: BTreeMap<&RuleId, (u64, Money)> = BTreeMap::new();
    let open = findings.iter().filter(|entry| matches!(entry.status, FindingStatus::Open | FindingStatus::Stale));
    for (entry, amount) in open.filter_map(|entry| Some((entry, entry.savings_usd?))) {
        let (count, sum) = sums.entry(&entry.rule).or_default();
        *count += 1;
        *sum = sum.plus(amount).unwrap_or(*sum);
    }
    let mut savings: Vec<Saving> =
        sums.into_iter().map(|(rule, (findings, monthly_usd))| Saving { rule: rule.clone(), findings, monthly_usd }).collect();
    savings.sort_by_key(|saving| (Reverse(saving.monthly_usd), saving.rule.clone()));
    savings
}

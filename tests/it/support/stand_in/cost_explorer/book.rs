//! What things cost, line by line, and what of it is told when.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// One line of a bill.
#[derive(Clone, Debug)]
pub struct CostLine {
    /// As Cost Explorer names it.
    pub service: String,
    /// `Usage`, `Credit`, `Tax` …
    pub record_type: String,
    /// The linked account; whoever asks where none.
    pub account: Option<String>,
    /// Where.
    pub region: String,
    /// What the resource is tagged with.
    pub tags: BTreeMap<String, String>,
    /// When.
    pub day: NaiveDate,
    /// Unblended, as AWS writes decimals.
    pub amount: String,
    /// Amortised, where it is another.
    pub amortized: Option<String>,
}

impl CostLine {
    /// Usage without tags.
    pub fn of(service: &str, day: NaiveDate, amount: &str) -> Self {
        Self {
            service: service.to_owned(),
            record_type: "Usage".to_owned(),
            account: None,
            region: "us-east-2".to_owned(),
            tags: BTreeMap::new(),
            day,
            amount: amount.to_owned(),
            amortized: None,
        }
    }

    /// With this record type.
    pub fn record(mut self, record_type: &str) -> Self {
        self.record_type = record_type.to_owned();
        self
    }

    /// Of this linked account.
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// With this tag.
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.tags.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// What things cost.
#[derive(Clone, Debug)]
pub struct CostBook {
    /// The bill.
    pub lines: Vec<CostLine>,
    /// From this day on AWS says `Estimated`.
    pub estimated_from: NaiveDate,
    /// Groups on one page; small numbers split a period over pages.
    pub page_size: usize,
    /// The billing currency.
    pub currency: String,
    /// The tag keys that are active; all where none is named.
    pub active_tags: Option<Vec<String>>,
    /// The day that it is for AWS: of it nothing is told, of the day before a half. Without it, all is told.
    pub clock: Option<NaiveDate>,
    /// What the forecast adds a day.
    pub forecast: String,
    /// Whether the account has no data yet.
    pub young: bool,
    /// What `GetAnomalies` tells of.
    pub anomalies: Vec<Value>,
}

impl Default for CostBook {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            estimated_from: NaiveDate::MAX,
            page_size: 5000,
            currency: "USD".to_owned(),
            active_tags: None,
            clock: None,
            forecast: "0.10".to_owned(),
            young: false,
            anomalies: Vec::new(),
        }
    }
}

impl CostBook {
    /// Adds the same amount of a service for each day, the last one not included.
    pub fn spend(mut self, service: &str, from: NaiveDate, until: NaiveDate, amount: &str) -> Self {
        self.lines.extend(from.iter_days().take_while(|day| *day < until).map(|day| CostLine::of(service, day, amount)));
        self
    }

    /// Adds a line.
    pub fn with(mut self, line: CostLine) -> Self {
        self.lines.push(line);
        self
    }

    /// What is told of a line: its amount as a number, and whether it is all of it.
    pub(super) fn told(&self, line: &CostLine, metric: &str) -> (Decimal, bool) {
        let text = match metric {
            "AmortizedCost" => line.amortized.as_ref().unwrap_or(&line.amount),
            _ => &line.amount,
        };
        let amount = Decimal::from_scientific(text).or_else(|_| Decimal::from_str_exact(text)).expect("a decimal in the book");
        match self.clock {
            Some(today) if line.day >= today => (Decimal::ZERO, false),
            Some(today) if line.day + Days::new(1) == today => (amount / Decimal::TWO, false),
            _ => (amount, true),
        }
    }

    /// Whether anything is told of a line.
    pub(super) fn tells(&self, line: &CostLine) -> bool {
        self.clock.is_none_or(|today| line.day < today)
    }

    pub(super) fn is_active(&self, key: &str) -> bool {
        self.active_tags.as_ref().is_none_or(|active| active.iter().any(|one| one == key))
    }
}

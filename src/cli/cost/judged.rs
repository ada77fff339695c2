//! The month as the last audit read it, against the ranges that contracts promise.

use super::estimate::usd;
use crate::cli::{Failure, parts};
use crate::cost::estimate::Standing;
use crate::model::snapshot::MonthStanding;
use serde_json::{Value, json};

/// One component's month.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    month: MonthStanding,
    /// Of the projection; none where too little is known to project.
    standing: Option<Standing>,
}

/// What the store's last audit says.
///
/// # Errors
/// Where the store cannot be opened, or no audit has read costs into it.
pub(super) fn months(url: &str) -> Result<Vec<Judged>, Failure> {
    let snapshot = parts::block_on(async {
        let store = crate::store::open(url).await?;
        let snapshot = store.snapshot().await?;
        store.close().await;
        Ok(snapshot)
    })?;
    let months = snapshot.unwrap_or_default().months;
    if months.is_empty() {
        return Err(Failure::input(
            "no audit has read this month's costs into the store for a contract that estimates them (cost.enabled, --store)",
        ));
    }
    Ok(months.into_iter().map(Judged::of).collect())
}

impl Judged {
    fn of(month: MonthStanding) -> Self {
        let range = (month.low.amount(), month.high.amount());
        let standing = month.projected.map(|projected| Standing::of(projected.amount(), range));
        Self { month, standing }
    }

    pub(super) fn object(&self) -> Value {
        let month = &self.month;
        json!({
            "component": month.component.as_str(),
            "low": month.low.to_string(),
            "high": month.high.to_string(),
            "month_to_date": month.to_date.map(|amount| amount.to_string()),
            "projected": month.projected.map(|amount| amount.to_string()),
            "credits": month.credits.map(|amount| amount.to_string()),
            "verdict": self.standing.map(Standing::as_str),
        })
    }

    pub(super) fn line(&self) -> String {
        let month = &self.month;
        let amount = |amount: Option<crate::model::Money>| amount.map_or_else(|| "unknown".to_owned(), |amount| usd(amount.amount()));
        format!(
            "{:<20} {:>10} so far, {:>10} at the month's end: {} {}–{}",
            crate::telemetry::printable(&month.component),
            amount(month.to_date),
            amount(month.projected),
            self.standing.map_or("not known whether within", Standing::as_str),
            month.low.amount().normalize(),
            month.high.amount().normalize()
        )
    }
}

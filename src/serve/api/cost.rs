//! `/api/v1/cost`: what a month cost, from the rows that Cost Explorer answered with. Sums are exact; nothing is estimated here.

use super::super::problem::Problem;
use super::refusals::OfRead;
use super::{Paging, Query, of_store};
use crate::daemon::Daemon;
use crate::model::ledger::{Basis, CostRow, Month};
use crate::model::rule::words;
use crate::model::{AccountId, Money};
use crate::store::{Page, PageRequest};
use arcstr::ArcStr;
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

words! {
    /// What costs are told apart by.
    Part { /// By account.
        Account = "account", /// By service.
        Service = "service", /// By day.
        Day = "day" }
}

/// What the list can be asked by. Of several conditions all must hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The month in UTC, such as 2026-11; without it, this month.
    #[param(value_type = Option<String>, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$")]
    month: Option<Month>,
    /// What amounts are told apart by; without it, by all of these. Separated by commas or given several times.
    #[param(inline, required = false)]
    by: Vec<Part>,
    /// Any of these: `billed` is what the bill says for the day, `effective` spreads commitments over their use, `net` is after
    /// discounts, `list` is public prices. Separated by commas or given several times.
    #[param(inline, required = false)]
    basis: Vec<Basis>,
    /// Any of these accounts.
    #[param(required = false)]
    account: Vec<String>,
    /// Any of these services, as Cost Explorer writes them (`Amazon DynamoDB`).
    #[param(required = false)]
    service: Vec<String>,
}

impl Wanted {
    fn read(mut query: Query) -> Result<(Self, PageRequest), Problem> {
        let page = query.page()?;
        let wanted = Self {
            month: query.word("month")?,
            by: Some(query.words("by")?).filter(|by: &Vec<Part>| !by.is_empty()).unwrap_or_else(|| Part::ALL.to_vec()),
            basis: query.words("basis")?,
            account: query.texts("account"),
            service: query.texts("service"),
        };
        query.finish::<Self>()?;
        Ok((wanted, page))
    }

    fn wants(&self, row: &CostRow) -> bool {
        let any = |wanted: &[String], one: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == one);
        any(&self.account, row.account.as_str())
            && any(&self.service, &row.service)
            && (self.basis.is_empty() || self.basis.contains(&row.basis))
    }

    /// The key that a row is summed under; none where it is not told apart by that.
    fn key(&self, row: &CostRow) -> Sorted {
        let by = |part| self.by.contains(&part);
        (
            row.basis,
            by(Part::Account).then(|| row.account.clone()),
            by(Part::Service).then(|| row.service.clone()),
            by(Part::Day).then_some(row.day),
        )
    }
}

/// What amounts are sorted by, which is what a cursor is.
type Sorted = (Basis, Option<AccountId>, Option<ArcStr>, Option<NaiveDate>);

/// An amount of money that was spent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Cost {
    /// Which cost; amounts of two bases never belong into one sum.
    basis: Basis,
    /// The account whose bill it is; null where accounts are not told apart.
    account: Option<AccountId>,
    /// The service as Cost Explorer writes it; null where services are not told apart.
    #[schema(value_type = Option<String>)]
    service: Option<ArcStr>,
    /// The day in UTC; null where days are not told apart.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<NaiveDate>,
    /// The amount.
    amount: Money,
    /// What the amount is in.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Whether AWS still calls a part of it an estimate.
    estimated: bool,
}

/// What a month cost
///
/// From what Cost Explorer told the last audit that asked it; empty where `cost.enabled` is off. Sorted by basis, account,
/// service, day.
#[utoipa::path(
    get, path = "/cost", tag = "cost", operation_id = "list_costs", params(Paging, Wanted),
    responses((status = OK, description = "A page of amounts", body = Page<Cost>), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn list(State(daemon): State<Arc<Daemon>>, query: Query) -> Result<Json<Page<Cost>>, Problem> {
    let (wanted, page) = Wanted::read(query)?;
    let after: Option<Sorted> = page.key().map_err(of_store)?;
    let month = wanted.month.unwrap_or_else(|| Month::at(daemon.now()));
    let rows = daemon.store().costs(month).await.map_err(of_store)?;
    let mut sums: BTreeMap<Sorted, (Money, bool)> = BTreeMap::new();
    for row in rows.iter().filter(|row| wanted.wants(row)) {
        let (amount, estimated) = sums.entry(wanted.key(row)).or_default();
        *amount = amount.plus(row.amount).map_err(|error| Problem::internal(&error))?;
        *estimated |= row.estimated;
    }
    let most = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let rest = sums.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).take(most.saturating_add(1));
    Ok(Json(Page::cut(rest.map(cost).collect(), &page, |cost| (cost.basis, cost.account.clone(), cost.service.clone(), cost.day))))
}

fn cost(((basis, account, service, day), (amount, estimated)): (Sorted, (Money, bool))) -> Cost {
    Cost { basis, account, service, day, amount, currency: "USD", estimated }
}

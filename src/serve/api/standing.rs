//! `/api/v1/cost/standing`: what is known of this month's bill besides its amounts: where it will end, what lacks tags, which days cost
//! too much, what AWS restated, and how old all of that is. As the last audit found it; the page and the metrics tell the same.

use super::super::problem::Problem;
use super::of_store;
use super::refusals::OfRead;
use crate::daemon::Daemon;
use crate::model::anomaly::Anomaly;
use crate::model::ledger::Month;
use crate::model::plane::{Forecast, PlaneState, Untagged};
use crate::model::snapshot::Snapshot;
use crate::model::{AccountId, Money};
use arcstr::ArcStr;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What one component of an estimate has cost so far, in USD.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Component {
    /// What the contract calls it; `Total` is all.
    #[schema(value_type = String)]
    component: ArcStr,
    /// The least that was estimated for a month.
    low: Money,
    /// The most that was estimated.
    high: Money,
    /// What it cost so far, without credits, refunds and tax; null where that could not be read.
    to_date: Option<Money>,
    /// What it will have cost when the month ends; null where too little is known.
    projected: Option<Money>,
}

/// What a bill holds besides usage, in USD.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Adjustment {
    /// The account.
    account: AccountId,
    /// The record type, as Cost Explorer writes it.
    #[schema(value_type = String)]
    kind: ArcStr,
    /// The amount.
    amount: Money,
}

/// By how much a month was restated, all times together, in USD.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Restated {
    /// The month, such as 2026-10.
    #[schema(value_type = String)]
    month: Month,
    /// The amount; negative where the month was only lowered.
    amount: Money,
}

/// What is known of this month's bill besides its amounts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Standing {
    /// The currencies of the bills; amounts below are all in USD.
    #[schema(value_type = Vec<String>)]
    currencies: Vec<ArcStr>,
    /// The month against what was estimated.
    components: Vec<Component>,
    /// Where AWS expects the month to end.
    forecasts: Vec<Forecast>,
    /// What lacks a tag key.
    untagged: Vec<Untagged>,
    /// Days that cost too much, of the last weeks.
    anomalies: Vec<Anomaly>,
    /// What the bills hold besides usage.
    adjustments: Vec<Adjustment>,
    /// What AWS changed of settled days.
    restated: Vec<Restated>,
    /// What was read of the bills, and when.
    planes: Vec<PlaneState>,
}

impl From<Snapshot> for Standing {
    fn from(snapshot: Snapshot) -> Self {
        let ledger = snapshot.ledger;
        let component = |one: crate::model::snapshot::MonthStanding| Component {
            component: one.component,
            low: one.low,
            high: one.high,
            to_date: one.to_date,
            projected: one.projected,
        };
        Self {
            currencies: ledger.currencies,
            components: snapshot.months.into_iter().map(component).collect(),
            forecasts: ledger.forecasts,
            untagged: ledger.untagged,
            anomalies: snapshot.anomalies,
            adjustments: ledger.adjustments.into_iter().map(|(account, kind, amount)| Adjustment { account, kind, amount }).collect(),
            restated: ledger.restated.into_iter().map(|(month, amount)| Restated { month, amount }).collect(),
            planes: ledger.planes,
        }
    }
}

/// Where the month stands
///
/// As the last audit found it; every list is empty where no costs were read. Sorted by their keys.
#[utoipa::path(
    get, path = "/cost/standing", tag = "cost", operation_id = "show_cost_standing",
    responses((status = OK, description = "What is known of the month", body = Standing), OfRead),
    security((), ("token" = ["read"]), ("session" = ["read"]), ("certificate" = ["read"])),
)]
pub async fn show(State(daemon): State<Arc<Daemon>>) -> Result<Json<Standing>, Problem> {
    let snapshot = daemon.store().snapshot().await.map_err(of_store)?;
    Ok(Json(snapshot.unwrap_or_default().into()))
}

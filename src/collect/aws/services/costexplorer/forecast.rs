//! AWS's own forecast: from today to the month's end, with the interval that four months in five fall into. What is billed
//! without today is added, so that it speaks of the whole month.

use super::PRICE;
use super::ask::{client, last, pay, spend, understood, within};
use super::charge::Charge;
use super::map::FORECAST;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::Scope;
use crate::cost::amount;
use crate::model::ledger::Month;
use crate::model::plane::{Forecast, Reading};
use crate::model::{Money, Outcome};
use aws_sdk_costexplorer::operation::get_cost_forecast::GetCostForecastOutput;
use aws_sdk_costexplorer::types::{DateInterval, Granularity, Metric};
use std::sync::atomic::AtomicU32;

/// Percent of cases that lie inside the interval.
const LEVEL: i32 = 80;

/// The forecast of today: kept, or asked for and paid.
///
/// # Errors
/// Why there is none.
pub async fn ask(cx: &Scope<'_>, bill: &Reading) -> Result<Forecast, Failure> {
    let now = cx.request.now;
    let (today, month) = (now.date_naive(), Month::at(now));
    let request = cx.paid_request(FORECAST, "UNBLENDED_COST to the month's end".to_owned(), PRICE, 1);
    if let Some(kept) = last::<Forecast>(cx, &request).await
        && kept.observed_at.date_naive() == today
        && kept.observed_at <= now
    {
        return Ok(kept);
    }
    let charged = AtomicU32::new(0);
    let asked = async {
        let interval = DateInterval::builder().start(today.to_string()).end(month.next().first_day().to_string()).build();
        let interval = interval.map_err(|error| broken(&error))?;
        let (client, pay) = (client(cx), || pay(cx, &charged));
        let answer = cx
            .call(FORECAST, || {
                let request = client
                    .get_cost_forecast()
                    .time_period(interval.clone())
                    .metric(Metric::UnblendedCost)
                    .granularity(Granularity::Monthly)
                    .prediction_interval_level(LEVEL);
                let (pay, charged) = (&pay, &charged);
                async move {
                    let charge = Charge::begin(pay);
                    let answer = request.send().await;
                    charge.end(&answer);
                    within(answer, charged, 1)
                }
            })
            .await
            .map_err(understood)?;
        understand(&answer, bill, cx.request.now)
    };
    spend(cx, &request, &charged, asked).await
}

fn understand(answer: &GetCostForecastOutput, bill: &Reading, now: crate::model::value::Time) -> Result<Forecast, Failure> {
    let read = |text: Option<&str>| -> Result<Money, Failure> {
        let text = text.ok_or_else(|| Failure::empty(FORECAST))?;
        amount::read(text).map(Money::new).map_err(|error| broken(&error))
    };
    let total = answer.total().ok_or_else(|| Failure::empty(FORECAST))?;
    let [one] = answer.forecast_results_by_time() else { return Err(Failure::empty(FORECAST)) };
    let currency = total.unit().ok_or_else(|| Failure::empty(FORECAST))?;
    if bill.currency.as_ref().is_some_and(|known| known != currency) {
        return Err(Failure::fault(Outcome::Broken, format!("{FORECAST} is in {currency}, the bill is not")));
    }
    let (mean, low, high) =
        (read(total.amount())?, read(one.prediction_interval_lower_bound())?, read(one.prediction_interval_upper_bound())?);
    let (month, today) = (Month::at(now), now.date_naive());
    let before = bill.cells.iter().filter(|cell| Month::of(cell.day) == month && cell.day < today).map(|cell| cell.billed);
    let before = Money::sum(before).map_err(|error| broken(&error))?;
    let whole = |rest: Money| before.plus(rest).map_err(|error| broken(&error));
    Ok(Forecast {
        payer: bill.payer.clone(),
        month,
        low: whole(low)?,
        mean: whole(mean)?,
        high: whole(high)?,
        currency: currency.into(),
        observed_at: now,
    })
}

fn broken(fault: &dyn std::error::Error) -> Failure {
    Failure::fault(Outcome::Broken, format!("{FORECAST}: {fault}"))
}

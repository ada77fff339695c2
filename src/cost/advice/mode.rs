//! On-demand or provisioned: what each would cost a month, of a table with all of its indexes.
//!
//! The mode is table-wide; capacity is scaled for reads and writes apart, on the table and on each index. So each of these is
//! simulated, and the sums are compared. All at list price, without the free tier, which an account has once and not for each table.

use super::capacity::{MILLI, Scaling, Simulated, simulate};
use crate::cost::prices::PriceBook;
use rust_decimal::{Decimal, RoundingStrategy};

/// Minutes of the month that AWS's own calculator counts with: 730 hours.
const MONTH_MINUTES: i64 = 730 * 60;
const MINUTES_AN_HOUR: i64 = 60;
/// Throttling under this share of what was consumed is borne: 0.01 %.
const BORNE: Decimal = Decimal::from_parts(1, 0, 0, false, 4);
/// An advice must save this much a month, in USD, …
const LEAST_USD: Decimal = Decimal::from_parts(5, 0, 0, false, 0);
/// … and this share of what is paid: 15 %.
const LEAST_SHARE: Decimal = Decimal::from_parts(15, 0, 0, false, 2);

/// How a table is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By the request.
    OnDemand,
    /// By the hour.
    Provisioned,
}

/// What was consumed of a table or of one index, minute by minute, in thousandths of request units.
#[derive(Clone, Copy, Debug)]
pub struct Consumption<'a> {
    /// Read units.
    pub reads: &'a [i64],
    /// Write units.
    pub writes: &'a [i64],
    /// How reads and writes would be scaled.
    pub scaling: (Scaling, Scaling),
    /// What is provisioned today, reads and writes, in thousandths of units a second on the mean; none on demand.
    pub provisioned: Option<(i64, i64)>,
}

/// What each mode costs a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What on-demand requests cost, USD a month.
    pub on_demand: Decimal,
    /// What scaled capacity would cost.
    pub scaled: Decimal,
    /// What the capacity that is provisioned today costs; none on demand.
    pub provisioned: Option<Decimal>,
    /// The share of requests that scaled capacity would throttle, 0 to 1.
    pub throttled: Decimal,
    /// The minutes that this rests on.
    pub minutes: u64,
}

/// A change of mode that pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The mode to change to.
    pub to: Mode,
    /// What that saves, USD a month.
    pub saves: Decimal,
}

/// Compares the modes of a table with its indexes; none where a price is not known or nothing was measured.
pub fn compare(parts: &[Consumption<'_>], infrequent: bool, region: &str, book: &PriceBook) -> Option<Compared> {
    let class = if infrequent { "dynamodb-ia-" } else { "dynamodb-" };
    let each = |what: &str| book.latest(&format!("{class}{what}"), region)?.each();
    let (read, write) = (each("read-request")?, each("write-request")?);
    let (read_hour, write_hour) = (each("read-capacity-hour")?, each("write-capacity-hour")?);
    let mut compared =
        Compared { on_demand: Decimal::ZERO, scaled: Decimal::ZERO, provisioned: None, throttled: Decimal::ZERO, minutes: 0 };
    let (mut consumed, mut throttled) = (0_i64, 0_i64);
    for part in parts {
        for (minutes, scaling, request, hour, provisioned) in [
            (part.reads, part.scaling.0, read, read_hour, part.provisioned.map(|(reads, _)| reads)),
            (part.writes, part.scaling.1, write, write_hour, part.provisioned.map(|(_, writes)| writes)),
        ] {
            let simulated = simulate(minutes, scaling);
            if simulated.minutes == 0 {
                return None;
            }
            compared.minutes = compared.minutes.max(simulated.minutes);
            compared.on_demand = compared.on_demand.checked_add(month_of_requests(&simulated, request)?)?;
            compared.scaled = compared.scaled.checked_add(month_of_capacity(&simulated, hour)?)?;
            consumed = consumed.checked_add(simulated.consumed)?;
            throttled = throttled.checked_add(simulated.throttled)?;
            if let Some(milli) = provisioned {
                let month = Decimal::new(milli, 3).checked_mul(hour)?.checked_mul(Decimal::from(MONTH_MINUTES / MINUTES_AN_HOUR))?;
                compared.provisioned = Some(compared.provisioned.unwrap_or_default().checked_add(month)?);
            }
        }
    }
    if compared.minutes == 0 {
        return None;
    }
    if consumed > 0 {
        compared.throttled = Decimal::from(throttled).checked_div(Decimal::from(consumed))?;
    }
    Some(compared)
}

impl Compared {
    /// The change that pays; none where what is there is good enough: the saving must be above 15 % and $5 a month, and capacity that
    /// is to be provisioned must throttle less than 0.01 % of the requests.
    pub fn advice(&self) -> Option<Advice> {
        let (to, now, then) = match self.provisioned {
            Some(provisioned) => (Mode::OnDemand, provisioned, self.on_demand),
            None if self.throttled < BORNE => (Mode::Provisioned, self.on_demand, self.scaled),
            None => return None,
        };
        let saves = now.checked_sub(then)?;
        let enough = saves > LEAST_USD && saves > now.checked_mul(LEAST_SHARE)?;
        // Rounded towards less: a saving is never promised that is not there.
        enough.then(|| Advice { to, saves: saves.round_dp_with_strategy(2, RoundingStrategy::ToZero).normalize() })
    }
}

fn month_of_requests(simulated: &Simulated, price: Decimal) -> Option<Decimal> {
    let units = Decimal::from(simulated.consumed).checked_div(Decimal::from(MILLI))?;
    to_month(units.checked_mul(price)?, simulated.minutes)
}

fn month_of_capacity(simulated: &Simulated, hour: Decimal) -> Option<Decimal> {
    let hours = Decimal::from(simulated.unit_minutes).checked_div(Decimal::from(MINUTES_AN_HOUR))?;
    to_month(hours.checked_mul(hour)?, simulated.minutes)
}

/// What a month costs at the rate of so many minutes.
fn to_month(amount: Decimal, minutes: u64) -> Option<Decimal> {
    let month = amount.checked_mul(Decimal::from(MONTH_MINUTES))?.checked_div(Decimal::from(minutes))?;
    Some(month.round_dp(6).normalize())
}

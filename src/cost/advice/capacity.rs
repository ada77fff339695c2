//! What provisioned capacity under auto scaling would have cost, minute by minute, and what it would have throttled.
//!
//! An average says nothing here: a table that is busy for an hour a day and one that is busy always have the same mean and other
//! bills. So target tracking is played through on one-minute sums: capacity goes up after two minutes above its target, to what
//! keeps the target; down after fifteen below it, four times a day and once more in each hour after that
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>). What goes beyond the capacity of a
//! minute is throttled. Burst capacity, the unused units of the last five minutes, is not counted on: AWS promises none.
//!
//! Whole numbers throughout: units are thousandths, since half units are read, and a month of a thousand tables is 86 million minutes.

/// Thousandths of a unit.
pub const MILLI: i64 = 1_000;
const MINUTE_SECS: i64 = 60;
/// Minutes above the target after which capacity rises.
const UP_AFTER: u32 = 2;
/// Minutes below it after which capacity falls.
const DOWN_AFTER: usize = 15;
/// Decreases of a day that need no pause.
const FREE_DECREASES: u32 = 4;
const HOUR: usize = 60;
const DAY: usize = 24 * HOUR;

/// How capacity is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// The use that is aimed at, in per cent of the capacity.
    pub target_percent: i64,
    /// The least capacity, in units a second.
    pub least: i64,
    /// The most.
    pub most: i64,
}

impl Default for Scaling {
    /// AWS's own defaults; a table may have 40,000 units where nobody asked for more.
    fn default() -> Self {
        Self { target_percent: 70, least: 1, most: 40_000 }
    }
}

/// What it would have been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Minutes that were played through.
    pub minutes: u64,
    /// Capacity, in unit-minutes.
    pub unit_minutes: i64,
    /// What was consumed, in thousandths of request units.
    pub consumed: i64,
    /// What of it would have been throttled.
    pub throttled: i64,
    /// How often capacity went down.
    pub decreases: u32,
}

/// Plays through what was consumed, minute by minute, in thousandths of request units; a minute without a figure is zero there.
/// Minutes below nothing count as nothing.
pub fn simulate(consumed: &[i64], scaling: Scaling) -> Simulated {
    let mut result = Simulated { minutes: consumed.len() as u64, ..Simulated::default() };
    let target = scaling.target_percent.clamp(1, 100);
    let least = scaling.least.max(1);
    let most = scaling.most.max(least);
    // What keeps the target at this use of a minute, rounded up to whole units a second.
    let wanted = |milli: i64| {
        let capacity = milli.saturating_mul(100).div_ceil_of(target * MINUTE_SECS * MILLI);
        capacity.clamp(least, most)
    };
    let mut capacity = wanted(consumed.first().copied().unwrap_or_default());
    let (mut above, mut below) = (0_u32, 0_usize);
    let (mut today, mut last_decrease) = (0_u32, None::<usize>);
    for (minute, milli) in consumed.iter().enumerate() {
        let milli = (*milli).max(0);
        if minute % DAY == 0 {
            today = 0;
        }
        let holds = capacity.saturating_mul(MINUTE_SECS * MILLI);
        result.unit_minutes = result.unit_minutes.saturating_add(capacity);
        result.consumed = result.consumed.saturating_add(milli);
        result.throttled = result.throttled.saturating_add((milli - holds).max(0));
        let use_percent = milli.saturating_mul(100);
        let at_target = holds.saturating_mul(target);
        if use_percent > at_target {
            (above, below) = (above + 1, 0);
            if above >= UP_AFTER {
                capacity = wanted(milli).max(capacity);
                above = 0;
            }
        } else if use_percent < at_target {
            (above, below) = (0, below + 1);
            let paused = last_decrease.is_none_or(|last| minute - last >= HOUR);
            if below >= DOWN_AFTER && capacity > least && (today < FREE_DECREASES || paused) {
                let recent = consumed.get((minute + 1).saturating_sub(DOWN_AFTER)..=minute).unwrap_or_default();
                let lower = wanted(recent.iter().copied().max().unwrap_or_default());
                if lower < capacity {
                    capacity = lower;
                    today += 1;
                    last_decrease = Some(minute);
                    result.decreases += 1;
                }
                below = 0;
            }
        } else {
            (above, below) = (0, 0);
        }
    }
    result
}

/// Division that rounds up; the standard library's is not yet stable for signed numbers.
trait DivCeil {
    fn div_ceil_of(self, divisor: Self) -> Self;
}

impl DivCeil for i64 {
    fn div_ceil_of(self, divisor: Self) -> Self {
        let rest = self % divisor;
        self / divisor + i64::from(rest > 0)
    }
}

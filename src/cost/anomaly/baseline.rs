//! What a day should have cost, from the days before it.

use chrono::{Datelike as _, Days, NaiveDate};

/// How far back is looked.
const HISTORY: usize = 91;
/// The days that a level is the median of.
const LEVEL: usize = 28;
/// Days of history without which nothing is expected.
pub(super) const LEAST: usize = 14;
/// Deviations are told as those of a normal distribution: mean absolute deviation × √(π/2), in thousandths.
const MEAN_TO_SIGMA: i64 = 1_253;
/// Median absolute deviation × 1.4826, in thousandths.
const MEDIAN_TO_SIGMA: i64 = 1_483;
/// No deviation is less than this share of the level: a service that cost the same each day may cost a little more.
const LEAST_SHARE: i64 = 100;

/// Days in a row, in millionths of a dollar.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub first: NaiveDate,
    pub amounts: &'a [i64],
}

/// What is expected of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// The amount.
    pub amount: i64,
    /// One standard deviation of what days stray.
    pub sigma: i64,
    /// What the same day of the month brought on top in the months before, at most; none where no month before is known.
    pub monthly: Option<i64>,
}

impl Row<'_> {
    pub(super) fn day(&self, position: usize) -> NaiveDate {
        self.first.checked_add_days(Days::new(position as u64)).unwrap_or(self.first)
    }

    fn weekday(&self, position: usize) -> usize {
        (self.first.weekday().num_days_from_monday() as usize + position) % 7
    }

    /// What the day at `position` should have cost, which may lie behind the last; none without [`LEAST`] days before it.
    pub(super) fn expected(&self, position: usize) -> Option<Expected> {
        let known = position.min(self.amounts.len());
        if known < LEAST {
            return None;
        }
        let start = known.saturating_sub(HISTORY);
        let history = self.amounts.get(start..known)?;
        let seasons = self.seasons(start, history);
        let plain: Vec<i64> = history
            .iter()
            .enumerate()
            .map(|(at, amount)| amount - seasons.get(self.weekday(start + at)).copied().unwrap_or_default())
            .collect();
        // How far each day strayed from what would have been expected of it.
        let mut strays: Vec<(usize, i64)> = Vec::with_capacity(plain.len());
        for (at, amount) in plain.iter().enumerate().skip(LEAST / 2) {
            let level = median(plain.get(at.saturating_sub(LEVEL)..at)?)?;
            strays.push((start + at, amount - level));
        }
        let only: Vec<i64> = strays.iter().map(|(_, stray)| *stray).collect();
        let middle = median(&only)?;
        let away: Vec<i64> = only.iter().map(|stray| (stray - middle).abs()).collect();
        let rough = median(&away)?.saturating_mul(MEDIAN_TO_SIGMA) / 1_000;
        // The mean of what lies within three deviations tells them better than the median does.
        let inside: Vec<i64> = away.into_iter().filter(|away| *away <= rough.saturating_mul(3)).collect();
        let mean = inside.iter().sum::<i64>() / i64::try_from(inside.len().max(1)).unwrap_or(1);
        let level = median(plain.get(plain.len().saturating_sub(LEVEL)..)?)?;
        let sigma = (mean.saturating_mul(MEAN_TO_SIGMA) / 1_000).max(level.abs() / LEAST_SHARE);
        let season = seasons.get(self.weekday(position)).copied().unwrap_or_default();
        let mut brought: Vec<i64> =
            strays.iter().filter(|(at, _)| self.same_of_month(*at, position)).map(|(_, stray)| stray - middle).collect();
        brought.sort_unstable();
        // A month's first and last day may bring what any month before brought. On other days what one month alone brought was a spike.
        let usual = match is_edge(self.day(position)) {
            true => brought.last(),
            false => brought.get(brought.len().saturating_sub(1) / 2),
        };
        let monthly = usual.map(|brought| if *brought > sigma.saturating_mul(3) { *brought } else { 0 });
        Some(Expected { amount: level + season + middle, sigma, monthly })
    }

    /// What each weekday adds to its week.
    fn seasons(&self, start: usize, history: &[i64]) -> [i64; 7] {
        let mut by_weekday: [Vec<i64>; 7] = Default::default();
        for (at, week) in history.windows(7).enumerate() {
            let (Some(middle), Some(amount)) = (median(week), week.get(3)) else { continue };
            if let Some(list) = by_weekday.get_mut(self.weekday(start + at + 3)) {
                list.push(amount - middle);
            }
        }
        by_weekday.map(|list| middle_mean(list).unwrap_or_default())
    }

    /// Whether two days are the same day of their months, counted from the begin, or from the end for the last.
    fn same_of_month(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.day(one), self.day(other));
        one != other && (if is_last(one) { is_last(other) } else { one.day() == other.day() })
    }
}

/// Whether it is the first or the last day of a month.
pub(super) fn is_edge(day: NaiveDate) -> bool {
    day.day() == 1 || is_last(day)
}

/// Whether it is the last day of a month.
fn is_last(day: NaiveDate) -> bool {
    u32::from(day.num_days_in_month()) == day.day()
}

/// The one in the middle; of two their mean.
pub(super) fn median(list: &[i64]) -> Option<i64> {
    let mut sorted = list.to_vec();
    let middle = sorted.len() / 2;
    let odd = sorted.len() % 2 == 1;
    if sorted.is_empty() {
        return None;
    }
    let (before, upper, _) = sorted.select_nth_unstable(middle);
    let upper = *upper;
    if odd {
        return Some(upper);
    }
    let lower = before.iter().copied().max()?;
    Some(lower + (upper - lower) / 2)
}

/// The mean of the middle half.
fn middle_mean(mut list: Vec<i64>) -> Option<i64> {
    list.sort_unstable();
    let cut = list.len() / 4;
    let middle = list.get(cut..list.len() - cut)?;
    let count = i64::try_from(middle.len()).ok().filter(|count| *count > 0)?;
    Some(middle.iter().sum::<i64>() / count)
}

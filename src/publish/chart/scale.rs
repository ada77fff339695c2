//! From values to places on the drawing: a linear scale, and where its lines of the grid are.

use rust_decimal::Decimal;

/// Values between `low` and `high`, drawn between `from` and `to`.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: Decimal,
    high: Decimal,
    from: Decimal,
    to: Decimal,
}

impl Scale {
    /// A scale. Where `low` and `high` are alike, every value lies at `from`.
    pub fn new(values: (Decimal, Decimal), places: (u32, u32)) -> Self {
        Self { low: values.0, high: values.1, from: Decimal::from(places.0), to: Decimal::from(places.1) }
    }

    /// Where a value lies, with two decimals; values beyond the ends lie at the ends.
    pub fn place(&self, value: Decimal) -> Decimal {
        let value = value.clamp(self.low.min(self.high), self.low.max(self.high));
        let part = value.checked_sub(self.low).zip(self.high.checked_sub(self.low)).and_then(|(above, all)| above.checked_div(all));
        let place = part.and_then(|part| part.checked_mul(self.to - self.from)).map_or(self.from, |way| self.from + way);
        place.round_dp(2).normalize()
    }
}

/// Round values from zero to at least `most`, at most five of them above zero: 0, 2, 4, 6. Steps are 1, 2 or 5 times a power
/// of ten, as on any printed axis.
pub fn ticks(most: Decimal) -> Vec<Decimal> {
    if most <= Decimal::ZERO {
        return vec![Decimal::ZERO];
    }
    let mut step = Decimal::new(1, 6);
    // 28 digits: no axis takes longer.
    for factor in [Decimal::TWO, Decimal::new(25, 1), Decimal::TWO].into_iter().cycle().take(90) {
        let reached = step.checked_mul(Decimal::from(5)).is_none_or(|reached| reached >= most);
        if reached {
            break;
        }
        step = step.checked_mul(factor).unwrap_or(Decimal::MAX);
    }
    let mut ticks = vec![Decimal::ZERO];
    while let Some(last) = ticks.last().copied().filter(|last| *last < most) {
        match last.checked_add(step) {
            Some(next) if ticks.len() < 7 => ticks.push(next.normalize()),
            _ => break,
        }
    }
    ticks
}

//! How long to wait before a channel is tried again.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_hours(1);

/// The pause after so many failures in a row: doubled each time up to an hour, of which a random half (`random` from 0 to 1) is
/// taken off, so that channels that failed together do not come back together. What the other side asks for is the least.
pub fn pause(failures: u32, asked: Option<Duration>, random: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16))).min(LONGEST);
    let pause = doubled.mul_f64(random.clamp(0.0, 1.0).mul_add(-0.5, 1.0));
    asked.map_or(pause, |asked| pause.max(asked))
}

/// The pause of a channel that somebody has to mend.
pub fn pause_of_broken(random: f64) -> Duration {
    LONGEST.mul_f64(random.clamp(0.0, 1.0).mul_add(-0.5, 1.0))
}

/// A number from 0 to 1; not for secrets.
pub fn random() -> f64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let bits = std::hash::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(bits >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_what_is_asked_for_is_the_least() {
        let whole: Vec<u64> = (1..=12).map(|failures| pause(failures, None, 0.0).as_secs()).collect();
        assert_eq!(whole, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(pause(1, None, 1.0), Duration::from_millis(2500));
        assert_eq!(pause(u32::MAX, None, 0.5), Duration::from_secs(2700));
        assert_eq!(pause(1, Some(Duration::from_secs(90)), 0.3), Duration::from_secs(90));
        assert_eq!(pause(12, Some(Duration::from_secs(90)), 0.0), LONGEST);
        let drawn = random();
        assert!((0.0..=1.0).contains(&drawn) && drawn.to_bits() != random().to_bits());
    }
}

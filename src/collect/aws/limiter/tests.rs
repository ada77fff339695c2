//! Pacing: bursts, throttles and recovery, on a clock that the test turns.

use super::*;

#[test]
fn a_throttle_halves_the_pace_once_for_all_requests_under_way() {
    let lane = Lane::new(Pace::new(100, 100));
    let now = Instant::now();
    for _ in 0..30 {
        lane.throttled(now);
    }
    assert_eq!(lane.per_second(), 50);
    lane.throttled(now + SAME_EVENT);
    assert_eq!(lane.per_second(), 25);
}

#[test]
fn good_answers_bring_the_pace_back_and_no_further() {
    let lane = Lane::new(Pace::new(100, 100));
    lane.throttled(Instant::now());
    for _ in 0..49 {
        lane.good();
    }
    assert_eq!(lane.per_second(), 50);
    lane.good();
    assert_eq!(lane.per_second(), 56);
    for _ in 0..2_000 {
        lane.good();
    }
    assert_eq!(lane.per_second(), 100);
}

#[tokio::test]
async fn a_lane_that_throttles_at_the_slowest_pace_is_closed() {
    let lane = Lane::new(Pace::new(8, 100));
    let mut now = Instant::now();
    for _ in 0..2 + PATIENCE {
        assert_eq!(lane.ready().await, Ok(()));
        lane.throttled(now);
        now += SAME_EVENT;
    }
    assert_eq!(lane.per_second(), SLOWEST);
    assert_eq!(lane.ready().await, Err(Closed));
}

#[tokio::test]
async fn a_good_answer_keeps_a_slow_lane_open() {
    let lane = Lane::new(Pace::new(2, 100));
    let mut now = Instant::now();
    for _ in 0..3 * PATIENCE {
        lane.throttled(now);
        now += SAME_EVENT;
        lane.throttled(now);
        now += SAME_EVENT;
        lane.good();
    }
    assert_eq!(lane.ready().await, Ok(()));
}

#[tokio::test]
async fn more_than_the_burst_waits() {
    let lane = Lane::new(Pace::new(50, 2));
    let began = Instant::now();
    for _ in 0..4 {
        lane.ready().await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(35), "{:?}", began.elapsed());
}

//! Buckets empty and fill; wrong credentials wait longer and longer.

use super::{Client, FREE_FAILURES, Limits};
use crate::serve::problem::Problem;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

fn wait(problem: &Problem) -> u64 {
    problem.header().unwrap().1.to_str().unwrap().parse().unwrap()
}

#[test]
fn a_client_that_asks_too_often_is_told_when_to_come_back_and_others_are_not() {
    let limits = Limits::new(NonZeroU32::new(60));
    let (one, other) = (Client::Named("ci".into()), Client::at("10.0.0.1".parse().unwrap()));
    for _ in 0..10 {
        limits.count(&one).unwrap();
    }
    let refused = limits.count(&one).unwrap_err();
    assert_eq!((refused.status().as_u16(), wait(&refused)), (429, 1));
    limits.count(&other).unwrap();
    let free = Limits::new(None);
    assert!((0..10_000).all(|_| free.count(&one).is_ok()));
}

#[test]
fn addresses_of_one_customer_count_as_one() {
    let at = |address: &str| Client::at(address.parse().unwrap());
    assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
    assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
    assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
    assert_ne!(at("10.0.0.1"), at("10.0.0.2"));
}

#[test]
fn wrong_credentials_cost_a_wait_that_grows_and_is_forgiven() {
    let limits = Limits::new(None);
    let (client, begin) = (Client::at("10.0.0.1".parse().unwrap()), Instant::now());
    for _ in 0..FREE_FAILURES {
        limits.look(&client, begin).unwrap();
        limits.failed(&client, begin);
    }
    limits.look(&client, begin).unwrap();
    let mut now = begin;
    let waits: Vec<u64> = (0..9)
        .map(|_| {
            limits.failed(&client, now);
            let told = wait(&limits.look(&client, now).unwrap_err());
            now += Duration::from_secs(told);
            limits.look(&client, now).unwrap();
            told
        })
        .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    limits.look(&Client::at("10.0.0.2".parse().unwrap()), begin).unwrap();
    now += Duration::from_secs(15 * 60);
    limits.failed(&client, now);
    limits.look(&client, now).unwrap();
}

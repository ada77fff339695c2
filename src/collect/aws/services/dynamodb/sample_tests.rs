//! The arithmetic of a sample: seconds and milliseconds, what is missing or no number, what lingers, and the median.

use super::{Figures, Item};
use crate::collect::config::{Stamp, TableSample};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

/// 2026-11-23T00:00:00Z.
const NOW: i64 = 1_795_392_000;
const DAY: i64 = 86_400;

fn sample(format: Stamp) -> TableSample {
    TableSample { table: "users".into(), items: 100, created: "createdAt".into(), format, retention_days: 90 }
}

fn item(ttl: Option<AttributeValue>, created: Option<AttributeValue>) -> Item {
    let pairs = [("ttl", ttl), ("createdAt", created)];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn n(number: i64) -> Option<AttributeValue> {
    Some(AttributeValue::N(number.to_string()))
}

fn s(text: &str) -> Option<AttributeValue> {
    Some(AttributeValue::S(text.to_owned()))
}

fn state(items: &[Item], format: Stamp) -> serde_json::Value {
    Figures::of(items, "ttl", &sample(format), NOW).state("ttl", &sample(format), Some(0.5))
}

#[test]
fn a_good_item_counts_as_nothing_but_an_item() {
    let state = state(&[item(n(NOW + 80 * DAY), n(NOW - 10 * DAY))], Stamp::Seconds);
    assert_eq!(
        state,
        json!({"AttributeName": "ttl", "Items": 1, "Missing": 0, "NotNumeric": 0, "Milliseconds": 0, "ExpiredLong": 0, "CreationUnknown": 0,
            "DeclaredRetentionDays": 90, "MedianDistanceSeconds": 7_776_000, "ConsumedCapacityUnits": 0.5})
    );
}

#[test]
fn missing_and_non_numeric_attributes_are_told_apart() {
    let items = [item(None, n(NOW)), item(s("1795392000"), n(NOW)), item(Some(AttributeValue::Null(true)), None), item(n(NOW + DAY), None)];
    let state = state(&items, Stamp::Seconds);
    assert_eq!(
        (&state["Items"], &state["Missing"], &state["NotNumeric"], &state["CreationUnknown"]),
        (&json!(4), &json!(1), &json!(2), &json!(1))
    );
    assert!(state.get("MedianDistanceSeconds").is_none(), "{state}");
}

#[test]
fn milliseconds_are_known_by_their_size_and_their_distance_is_told_in_seconds() {
    let state = state(&[item(n((NOW + 90 * DAY) * 1000), n(NOW))], Stamp::Seconds);
    assert_eq!((&state["Milliseconds"], &state["ExpiredLong"], &state["MedianDistanceSeconds"]), (&json!(1), &json!(0), &json!(7_776_000)));
    let past = self::state(&[item(n((NOW - 90 * DAY) * 1000), None)], Stamp::Seconds);
    assert_eq!((&past["Milliseconds"], &past["ExpiredLong"]), (&json!(1), &json!(0)), "milliseconds never expire");
}

#[test]
fn only_what_expired_more_than_two_days_ago_lingers() {
    let items = [item(n(NOW - 2 * DAY), None), item(n(NOW - 2 * DAY - 1), None), item(n(0), None), item(n(NOW + 1), None)];
    assert_eq!(state(&items, Stamp::Seconds)["ExpiredLong"], 2);
}

#[test]
fn thirty_days_where_ninety_were_declared_show_in_the_median() {
    let of = |days: i64| item(n(NOW + days * DAY), n(NOW));
    let items = [of(90), of(30), of(30), of(30), of(1)];
    assert_eq!(state(&items, Stamp::Seconds)["MedianDistanceSeconds"], 2_592_000);
    assert_eq!(state(&[of(30), of(40)], Stamp::Seconds)["MedianDistanceSeconds"], 35 * DAY, "the mean of two in the middle");
}

#[test]
fn creation_is_read_in_each_format() {
    let expiry = n(NOW + 90 * DAY);
    for (format, created) in [
        (Stamp::Seconds, n(NOW)),
        (Stamp::Milliseconds, n(NOW * 1000)),
        (Stamp::Rfc3339, s("2026-11-23T00:00:00Z")),
        (Stamp::Rfc3339, s("2026-11-23T01:00:00.250+01:00")),
    ] {
        assert_eq!(state(&[item(expiry.clone(), created)], format)["MedianDistanceSeconds"], 7_776_000, "{format:?}");
    }
    assert_eq!(state(&[item(expiry, s("yesterday"))], Stamp::Rfc3339)["CreationUnknown"], 1);
}

#[test]
fn numbers_of_every_shape_are_read() {
    let number = |text: &str| item(Some(AttributeValue::N(text.to_owned())), None);
    let state = state(&[number("1795392000.75"), number("1.8E9"), number("9E99"), number("-5")], Stamp::Seconds);
    assert_eq!((&state["NotNumeric"], &state["ExpiredLong"]), (&json!(1), &json!(1)), "{state}");
}

#[test]
fn nothing_of_an_item_stays_but_figures() {
    let items = [item(s("secret-of-a-customer"), s("born-1970"))];
    let said = format!("{:?} {}", Figures::of(&items, "ttl", &sample(Stamp::Seconds), NOW), state(&items, Stamp::Seconds));
    assert!(!said.contains("secret") && !said.contains("1970"), "{said}");
}

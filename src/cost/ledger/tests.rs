//! Bills that are read again and again, some of them wrong.

mod months;

use super::*;
use crate::model::ledger::{Basis, Month};
use crate::model::plane::{Cell, KnownLedger, Plane, PlaneId, PlaneState, Reading, TagStatus};
use crate::model::value::Time;
use crate::model::{AccountId, Money};
use chrono::NaiveDate;

fn money(text: &str) -> Money {
    Money::new(text.parse().unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: &str) -> Time {
    format!("{day}T06:00:00Z").parse().unwrap()
}

fn payer() -> AccountId {
    AccountId::from("111122223333")
}

fn cell(first: &str, second: &str, on: &str, amount: &str) -> Cell {
    let amount = money(amount);
    Cell { first: first.into(), second: second.into(), day: day(on), estimated: false, billed: amount, effective: amount, net: amount }
}

fn reading(id: impl Into<PlaneId>, now: &str, from: &str, cells: Vec<Cell>) -> Reading {
    let currency = Some("USD".into());
    Reading { payer: payer(), id: id.into(), from: day(from), to: day(now), currency, observed_at: at(now), cells }
}

fn tag(key: &str) -> PlaneId {
    PlaneId { plane: Plane::TagService, tag: key.into() }
}

/// What is known after these were absorbed.
fn after(known: &KnownLedger, absorbed: &Absorbed) -> KnownLedger {
    let mut known = known.clone();
    known.months.clone_from(&absorbed.update.months);
    for reading in &absorbed.update.readings {
        known.planes.retain(|plane| (plane.plane, &plane.tag) != (reading.id.plane, &reading.id.tag));
        known.planes.push(PlaneState {
            payer: payer(),
            plane: reading.id.plane,
            tag: reading.id.tag.clone(),
            from: reading.from,
            to: reading.to,
            currency: reading.currency.clone(),
            observed_at: reading.observed_at,
        });
        if reading.id.plane == Plane::ServiceRecord {
            known.cells.retain(|cell| !(reading.from..=reading.to).contains(&cell.day));
            known.cells.extend(reading.cells.iter().cloned());
        }
    }
    known
}

fn take(known: &mut KnownLedger, readings: Vec<Reading>, now: &str) -> Absorbed {
    let absorbed = absorb(&payer(), known, readings, at(now)).unwrap();
    *known = after(known, &absorbed);
    absorbed
}

fn october(now: &str, amount: &str) -> Vec<Reading> {
    let cells = vec![cell("AWS Lambda", "Usage", "2026-10-20", amount), cell("AWS Lambda", "Usage", "2026-11-01", "1")];
    vec![reading(Plane::ServiceRecord, now, "2026-10-01", cells)]
}

#[test]
fn what_changes_after_it_was_settled_is_restated_and_what_was_partial_is_not() {
    let mut known = KnownLedger::default();
    let bill = |now: &str, settled: &str, partial: &str| {
        let cells = vec![cell("AWS Lambda", "Usage", "2026-11-05", settled), cell("AWS Lambda", "Usage", "2026-11-09", partial)];
        vec![reading(Plane::ServiceRecord, now, "2026-11-01", cells)]
    };
    assert!(take(&mut known, bill("2026-11-10", "5", "0.4"), "2026-11-10").update.restatements.is_empty());
    assert!(take(&mut known, bill("2026-11-11", "5", "1.0"), "2026-11-11").update.restatements.is_empty());
    let restated = take(&mut known, bill("2026-11-12", "4.25", "1.0"), "2026-11-12").update.restatements;
    assert_eq!(restated.len(), 1);
    let one = &restated[0];
    assert_eq!((one.month, one.before, one.after, one.cells), (Month::of(day("2026-11-05")), money("5"), money("4.25"), 1));
    // A group that is gone was restated to nothing.
    let gone = vec![reading(Plane::ServiceRecord, "2026-11-13", "2026-11-01", vec![cell("AWS Lambda", "Usage", "2026-11-09", "1.0")])];
    assert_eq!(take(&mut known, gone, "2026-11-13").update.restatements[0].after, Money::ZERO);
}

#[test]
fn three_equal_readings_on_three_days_make_a_month_final() {
    let mut known = KnownLedger::default();
    take(&mut known, october("2026-11-01", "5"), "2026-11-01");
    assert_eq!(known.months[0].equal_reads, 0, "its last days are not settled");
    take(&mut known, october("2026-11-03", "5"), "2026-11-03");
    take(&mut known, october("2026-11-03", "5"), "2026-11-03");
    assert_eq!(known.months[0].equal_reads, 1, "twice on a day is once");
    take(&mut known, october("2026-11-04", "6"), "2026-11-04");
    assert_eq!(known.months[0].equal_reads, 1, "it was restated");
    for now in ["2026-11-05", "2026-11-06"] {
        assert_eq!(known.months[0].frozen_at, None);
        take(&mut known, october(now, "6"), now);
    }
    assert_eq!(known.months[0].frozen_at, Some(at("2026-11-06")));
    let late = take(&mut known, october("2026-11-07", "7"), "2026-11-07");
    assert_eq!(late.update.readings[0].from, day("2026-11-01"), "nothing changes it any more");
    assert!(late.update.restatements.is_empty());
    assert!(known.cells.iter().any(|cell| cell.billed == money("6")));
}

#[test]
fn an_estimate_is_final_on_the_15th_and_not_before() {
    let mut known = KnownLedger::default();
    let estimated = |now: &str| {
        let mut readings = october(now, "5");
        readings[0].cells.iter_mut().for_each(|cell| cell.estimated = true);
        readings
    };
    for now in ["2026-11-04", "2026-11-05", "2026-11-06", "2026-11-14"] {
        take(&mut known, estimated(now), now);
        assert_eq!((known.months[0].equal_reads, known.months[0].frozen_at), (0, None));
    }
    take(&mut known, estimated("2026-11-15"), "2026-11-15");
    assert_eq!(known.months[0].frozen_at, Some(at("2026-11-15")));
}

#[test]
fn a_clock_that_jumps_makes_no_month_final_and_takes_nothing_back() {
    let mut known = KnownLedger::default();
    // The bill ends on the day that it really is.
    let cells = vec![cell("AWS Lambda", "Usage", "2026-11-05", "1")];
    for now in ["2026-12-04", "2026-12-05", "2026-12-06"] {
        take(&mut known, vec![reading(Plane::ServiceRecord, now, "2026-11-01", cells.clone())], now);
    }
    assert!(known.months.iter().all(|month| month.frozen_at.is_none()), "{:?}", known.months);
    let back = take(&mut known, vec![reading(Plane::ServiceRecord, "2026-11-06", "2026-11-01", vec![])], "2026-11-06");
    assert!(back.rejected[0].reason.contains("a clock went back"), "{:?}", back.rejected);
    assert_eq!(known.cells, cells);
}

#[test]
fn currencies_are_never_mixed() {
    let mut known = KnownLedger::default();
    take(&mut known, october("2026-11-04", "5"), "2026-11-04");
    let mut euros = october("2026-11-05", "5");
    euros[0].currency = Some("EUR".into());
    let absorbed = take(&mut known, euros, "2026-11-05");
    assert!(absorbed.update.readings.is_empty() && absorbed.rejected[0].reason.contains("it is in EUR, the ledger in USD"));
    assert_eq!(known.planes[0].currency.as_deref(), Some("USD"));
}

#[test]
fn a_plane_that_lacks_a_part_does_not_add_up_and_rounding_does() {
    let bill = |amount: &str| reading(Plane::ServiceRecord, "2026-11-03", "2026-11-01", vec![cell("A", "Usage", "2026-11-01", amount)]);
    let split = |one: &str, other: &str| {
        let cells = vec![cell("A", "eu", "2026-11-01", one), cell("A", "us", "2026-11-01", other)];
        reading(Plane::ServiceRegion, "2026-11-03", "2026-11-01", cells)
    };
    let against = |amount: &str| total_of(&bill(amount)).unwrap();
    assert_eq!(reconcile(&split("1", "2"), &against("3")), Ok(()));
    assert_eq!(reconcile(&split("1.0000000001", "2"), &against("3")), Ok(()), "the last digit is rounded");
    let error = reconcile(&split("1.0000000002", "2"), &against("3")).unwrap_err();
    assert!(matches!(&error, Discrepancy::Differs { basis: Basis::Billed, .. }), "{error}");
    assert!(reconcile(&split("1", "1.99"), &against("3")).is_err());
    let empty = reading(Plane::ServiceRegion, "2026-11-03", "2026-11-01", vec![]);
    assert!(reconcile(&empty, &against("3")).is_err(), "a silent zero");
}

#[test]
fn a_share_is_of_what_was_used_and_can_be_tagged() {
    let bill = [cell("DynamoDB", "Usage", "2026-11-01", "3"), cell("DynamoDB", "Credit", "2026-11-01", "-2.61")];
    let bill = reading(Plane::ServiceRecord, "2026-11-03", "2026-11-01", bill.to_vec());
    assert_eq!(used_in(&bill, |_| true).unwrap()[&day("2026-11-01")].0[0], money("3"), "a credit is no usage");
    let cells = [
        cell("a$b$", "DynamoDB", "2026-11-01", "1"),
        cell("a$b$$", "DynamoDB", "2026-11-01", "1"),
        cell("a$b$a$b$", "DynamoDB", "2026-11-02", "2"),
        cell("a$b$", "AWS Support (Developer)", "2026-11-02", "29"),
    ];
    let shares = untagged(Plane::TagService, "a$b", &cells).unwrap();
    assert_eq!((shares.untagged, shares.taggable), (money("1"), money("4")));
    assert_eq!(shares.percent(), Some("25".parse().unwrap()));
    assert_eq!(untagged(Plane::TagService, "a$b", &[]).unwrap().percent(), None, "nothing of nothing is no share");
    let negative = [cell("k$", "S", "2026-11-01", "-1"), cell("k$x", "S", "2026-11-01", "2")];
    assert_eq!(untagged(Plane::TagService, "k", &negative).unwrap().percent(), None);
}

#[test]
fn the_view_has_no_dollars_of_other_currencies_and_tells_inactive_keys() {
    let mut tagged = reading(tag("Owner"), "2026-11-20", "2026-11-01", vec![cell("Owner$", "S", "2026-11-01", "2")]);
    let bill = [cell("S", "Usage", "2026-11-01", "2"), cell("S", "Credit", "2026-11-01", "-0.5"), cell("Tax", "Tax", "2026-10-31", "9")];
    let mut bill = reading(Plane::ServiceRecord, "2026-11-20", "2026-11-01", bill.to_vec());
    let stored = |tagged: &Reading, bill: &Reading| Stored {
        readings: vec![tagged.clone(), bill.clone()],
        tags: vec![TagStatus { payer: payer(), key: "Owner".into(), active: false, observed_at: at("2026-11-20") }],
        ..Stored::default()
    };
    let november = Month::of(day("2026-11-01"));
    let dollars = view(&stored(&tagged, &bill), november).unwrap();
    assert_eq!((dollars.untagged.len(), dollars.untagged[0].active), (2, Some(false)));
    let adjustments: Vec<_> = dollars.adjustments.iter().map(|(_, kind, amount)| (kind.as_str(), amount.to_string())).collect();
    assert_eq!(adjustments, [("Credit", "-0.5".to_owned()), ("Refund", "0".to_owned()), ("Tax", "0".to_owned())]);
    assert_eq!(dollars.tags_active, [("Owner".into(), false)]);
    for one in [&mut tagged, &mut bill] {
        one.currency = Some("EUR".into());
    }
    let euros = view(&stored(&tagged, &bill), november).unwrap();
    assert!(euros.untagged.is_empty() && euros.adjustments.is_empty() && euros.restated.is_empty());
}

#[test]
fn rows_of_an_account_that_is_gone_are_nothing_and_no_longer_what_they_were() {
    let cells = vec![cell("444455556666", "AWS Lambda", "2026-11-01", "2")];
    let split = reading(Plane::AccountService, "2026-11-03", "2026-11-01", cells);
    let spans = daily(&split, &[AccountId::from("999900001111")]).unwrap();
    let rows: Vec<_> =
        spans.iter().filter(|span| span.basis == Basis::Billed).map(|span| (span.account.as_str(), span.rows.len())).collect();
    assert_eq!(rows, [("111122223333", 0), ("444455556666", 1), ("999900001111", 0)]);
    assert!(spans.iter().all(|span| (span.from, span.to) == (day("2026-11-01"), day("2026-11-03"))));
    let euros = Reading { currency: Some("EUR".into()), ..split };
    assert!(daily(&euros, &[]).unwrap().is_empty());
}

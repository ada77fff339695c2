//! The ledger in planes, and who may ask for it.

use super::fixture::want;
use super::*;
use crate::model::plane::{Cell, Forecast, LedgerUpdate, MonthState, Plane, PlaneId, Reading, Restatement, TagStatus};
use crate::store::PaidWant;

fn cell(first: &str, second: &str, of_day: u32, amount: &str) -> Cell {
    let amount = money(amount);
    Cell {
        first: first.into(),
        second: second.into(),
        day: day(of_day),
        estimated: of_day > 2,
        billed: amount,
        effective: amount,
        net: amount,
    }
}

fn reading(plane: Plane, tag: &str, from: u32, to: u32, cells: Vec<Cell>) -> Reading {
    Reading {
        payer: "111111111111".into(),
        id: PlaneId { plane, tag: tag.into() },
        from: day(from),
        to: day(to),
        currency: Some("USD".into()),
        observed_at: at(1),
        cells,
    }
}

pub async fn a_payers_day_has_so_many_requests_and_no_more(store: Shared) {
    let month = Month::of(day(1));
    let most = |requests: u32, what: &str| PaidWant {
        requests,
        what: format!("ce:GetCostAndUsage {what}"),
        most_a_day: Some(8),
        ..want(month, money("0.01"), money("1"))
    };
    let Reserved::Granted(first) = store.reserve_paid(&most(4, "a")).await.unwrap() else { panic!("refused") };
    assert_eq!(store.reserve_paid(&most(5, "b")).await.unwrap(), Reserved::DayFull { made: 4 });
    assert!(matches!(store.reserve_paid(&most(4, "b")).await.unwrap(), Reserved::Granted(_)));
    // What was not needed is given back.
    store.settle_paid(first, money("0.01"), 1).await.unwrap();
    assert_eq!(store.paid_requests(&"111111111111".into(), day(1)).await.unwrap(), 5);
    assert_eq!(store.paid_requests(&"222222222222".into(), day(1)).await.unwrap(), 0);
    let other = PaidWant { account: "222222222222".into(), ..most(8, "a") };
    assert!(matches!(store.reserve_paid(&other).await.unwrap(), Reserved::Granted(_)), "another payer's day is its own");
}

pub async fn of_two_who_ask_for_the_same_one_asks(store: Shared) {
    let wanted = PaidWant { what: "ce:GetCostAndUsage a".to_owned(), ..want(Month::of(day(1)), money("0.01"), money("1")) };
    let Reserved::Granted(first) = store.reserve_paid(&wanted).await.unwrap() else { panic!("refused") };
    assert_eq!(store.reserve_paid(&wanted).await.unwrap(), Reserved::UnderWay);
    store.settle_paid(first, money("0.01"), 1).await.unwrap();
    assert!(matches!(store.reserve_paid(&wanted).await.unwrap(), Reserved::Granted(_)));
    // This one's process died; later it is asked again, and both are spent.
    let later = PaidWant { at: wanted.at + chrono::TimeDelta::minutes(11), ..wanted };
    assert!(matches!(store.reserve_paid(&later).await.unwrap(), Reserved::Granted(_)));
    assert_eq!(store.paid_spent(Month::of(day(1))).await.unwrap(), money("0.03"));
}

pub async fn a_plane_is_replaced_whole_and_only_in_its_days(store: Shared) {
    let first = reading(Plane::ServiceRecord, "", 1, 3, vec![cell("A", "Usage", 1, "1.10"), cell("B", "Usage", 3, "0.0000000001")]);
    let tag = reading(Plane::TagService, "a$b", 1, 3, vec![cell("a$b$c$", "A", 1, "1")]);
    store.put_ledger(&LedgerUpdate { readings: vec![first.clone(), tag.clone()], ..LedgerUpdate::default() }).await.unwrap();
    let again = reading(Plane::ServiceRecord, "", 2, 3, vec![cell("A", "Credit", 3, "-2")]);
    store.put_ledger(&LedgerUpdate { readings: vec![again.clone()], ..LedgerUpdate::default() }).await.unwrap();
    let stored = store.ledger(Month::of(day(1))).await.unwrap();
    assert_eq!(stored.iter().map(|reading| reading.id.to_string()).collect::<Vec<_>>(), ["service_record_type", "tag_service a$b"]);
    assert_eq!(stored[0].cells, [first.cells[0].clone(), again.cells[0].clone()]);
    assert_eq!(stored[1].cells, tag.cells);
    assert_eq!(store.ledger(Month::of(day(1)).next()).await.unwrap()[0].cells, []);
    let planes = store.planes().await.unwrap();
    assert_eq!((planes.len(), planes[0].from, planes[0].observed_at), (2, day(2), at(1)));
    let known = store.known_ledger(&"111111111111".into(), day(2), day(3)).await.unwrap();
    assert_eq!((known.planes.len(), known.cells), (2, again.cells));
    assert_eq!(store.known_ledger(&"222222222222".into(), day(1), day(3)).await.unwrap().planes, []);
}

pub async fn what_a_ledger_knows_comes_back(store: Shared) {
    let (payer, month): (AccountId, _) = ("111111111111".into(), Month::of(day(1)));
    let state = MonthState { payer: payer.clone(), month, equal_reads: 2, last_read: day(3), frozen_at: None };
    let restatement = Restatement {
        payer: payer.clone(),
        month,
        observed_at: at(2),
        before: money("1.5"),
        after: money("-0.25"),
        cells: 3,
        currency: "USD".into(),
    };
    let tag = TagStatus { payer: payer.clone(), key: "a$b".into(), active: true, observed_at: at(2) };
    let forecast = Forecast {
        payer: payer.clone(),
        month,
        low: money("1"),
        mean: money("2"),
        high: money("3.0000000001"),
        currency: "USD".into(),
        observed_at: at(2),
    };
    let update = LedgerUpdate {
        months: vec![state.clone()],
        restatements: vec![restatement.clone()],
        tags: vec![tag.clone()],
        forecasts: vec![forecast.clone()],
        ..LedgerUpdate::default()
    };
    store.put_ledger(&update).await.unwrap();
    let frozen = MonthState { frozen_at: Some(at(4)), ..state };
    let inactive = TagStatus { active: false, ..tag };
    store
        .put_ledger(&LedgerUpdate { months: vec![frozen.clone()], tags: vec![inactive.clone()], ..LedgerUpdate::default() })
        .await
        .unwrap();
    assert_eq!(store.known_ledger(&payer, day(1), day(2)).await.unwrap().months, [frozen]);
    assert_eq!(store.restatements().await.unwrap(), [restatement]);
    assert_eq!(store.tag_keys().await.unwrap(), [inactive]);
    assert_eq!(store.forecasts(month).await.unwrap(), [forecast]);
    assert_eq!(store.forecasts(month.next()).await.unwrap(), []);
}

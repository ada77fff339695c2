//! The story that every backend of the store runs through: what [`Store`](super::Store) promises, as tests.
//!
//! A backend names itself in one line: `conformance!(expression that makes an empty store)`.

mod exports;
pub(super) mod fixture;
mod ledger;
mod outbox;
mod reports;
mod sight;

use super::*;
use crate::model::finding::{ChangeKind, FindingStatus, Resolution};
use crate::model::rule::{Pillar, Severity};
use crate::model::run::RunStatus;
use crate::model::sight::Sight;
use fixture::{at, change, cost, day, finding, finish, money, record, want};

pub use exports::*;
pub use ledger::*;
pub use outbox::*;
pub use reports::*;

/// Makes a test of each story for one backend.
macro_rules! conformance {
    ($make:expr) => {
        conformance!($make;
            a_finding_comes_back_as_it_was_written,
            known_findings_leave_the_details_out_and_keep_them,
            what_was_merely_seen_leaves_no_history,
            a_pass_that_was_overtaken_changes_nothing,
            counters_and_requests_go_over_all_passes,
            the_snapshot_counts_what_is_not_resolved,
            pages_hold_every_finding_once_in_order,
            filters_narrow_and_combine,
            wildcards_in_a_filter_are_plain_text,
            a_foreign_cursor_is_refused,
            passes_are_listed_newest_first,
            interrupted_passes_are_marked_failed,
            restated_costs_replace_the_whole_span,
            what_was_first_told_of_a_settled_day_outlives_restatements,
            money_is_exact_and_capped,
            a_settled_reservation_gives_back_the_rest,
            a_payers_day_has_so_many_requests_and_no_more,
            of_two_who_ask_for_the_same_one_asks,
            a_plane_is_replaced_whole_and_only_in_its_days,
            what_a_ledger_knows_comes_back,
            answers_are_remembered_with_their_age,
            an_export_is_seen_when_it_is_published_and_not_before,
            a_bill_is_replaced_whole_and_no_other,
            tasks_remember_their_times,
            pruning_forgets_by_age_and_keeps_what_is_open,
            odd_text_comes_back_unchanged,
            a_waiver_is_added_once_and_revoked_for_good,
            each_change_is_told_once_to_each_channel,
            a_batch_that_began_is_the_same_until_it_is_settled,
            what_a_channel_refuses_is_not_told_again_and_what_it_puts_off_is,
            a_dead_channel_says_since_when_and_lives_again_when_it_works,
            what_is_too_old_or_for_nobody_is_given_up,
            reports_are_kept_in_a_chain_and_for_good,
            a_report_that_does_not_follow_the_last_is_turned_away,
            a_pass_over_everything_leaves_its_counts_and_a_narrower_one_does_not,
            all_history_is_told_by_finding,
            a_resource_comes_back_as_it_was_last_seen,
            a_listing_that_broke_off_makes_stale_and_a_narrower_pass_leaves_the_rest,
            resources_are_narrowed_and_paged,
            findings_come_in_each_order_once,
            days_and_changes_tell_what_went_before,
        );
    };
    ($make:expr; $($story:ident),+ $(,)?) => {
        $(#[tokio::test]
        async fn $story() {
            let (_guard, store) = $make.await;
            crate::store::conformance::$story(store).await;
        })+
    };
}
pub(super) use conformance;
pub use sight::*;

type Shared = Arc<dyn Store>;

pub async fn a_finding_comes_back_as_it_was_written(store: Shared) {
    let mut written = finding(1);
    written.sub_key = Some("index/tenant".into());
    written.owner = Some("team-a".into());
    written.monthly_savings_usd = Some(money("0.1000000000000000000000000001"));
    written.status = FindingStatus::Resolved;
    written.resolution = Some(Resolution::Fixed);
    written.resolved_at = Some(at(9));
    written.stale_since = Some(at(8));
    written.waiver = Some("w".into());
    written.reopened = 3;
    finish(&store, 1, vec![change(1, ChangeKind::Resolved, written.clone())]).await;
    assert_eq!(store.finding(&written.fingerprint).await.unwrap(), Some(written));
    assert_eq!(store.finding(&"none".into()).await.unwrap(), None);
}

pub async fn known_findings_leave_the_details_out_and_keep_them(store: Shared) {
    let written = finding(1);
    finish(&store, 1, vec![change(1, ChangeKind::Opened, written.clone())]).await;
    let known = store.known().await.unwrap().findings;
    let mut expected = written.clone();
    expected.details = serde_json::Value::Null;
    assert_eq!(known, vec![expected.clone()]);
    expected.message = "seen again".into();
    finish(&store, 2, vec![change(2, ChangeKind::Seen, expected)]).await;
    let now = store.finding(&written.fingerprint).await.unwrap().unwrap();
    assert_eq!((now.message.as_str(), &now.details), ("seen again", &written.details));
}

pub async fn what_was_merely_seen_leaves_no_history(store: Shared) {
    let mut one = finding(1);
    finish(&store, 1, vec![change(1, ChangeKind::Opened, one.clone())]).await;
    finish(&store, 2, vec![change(2, ChangeKind::Seen, one.clone())]).await;
    one.status = FindingStatus::Resolved;
    one.resolved_at = Some(at(3));
    one.resolution = Some(Resolution::Gone);
    finish(&store, 3, vec![change(3, ChangeKind::Resolved, one.clone())]).await;
    let history = store.history(&one.fingerprint).await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| (entry.kind, entry.at, entry.resolution)).collect();
    assert_eq!(told, [(ChangeKind::Opened, at(0), None), (ChangeKind::Resolved, at(3), Some(Resolution::Gone))]);
}

pub async fn a_pass_that_was_overtaken_changes_nothing(store: Shared) {
    let generation = store.known().await.unwrap().generation;
    finish(&store, 1, vec![change(1, ChangeKind::Opened, finding(1))]).await;
    let late = record(2, RunStatus::Complete);
    let changes = [change(2, ChangeKind::Opened, finding(2))];
    let (requests, snapshot) = Default::default();
    let sight = Sight::default();
    let finished = FinishedRun { record: &late, generation, changes: &changes, sight, requests: &requests, snapshot: &snapshot, tell: &[] };
    let refused = store.finish_run(finished).await;
    assert!(matches!(refused, Err(StoreError::Overtaken { .. })), "{refused:?}");
    assert_eq!(store.finding(&finding(2).fingerprint).await.unwrap(), None);
    assert_eq!(store.run(&late.id).await.unwrap(), None);
}

pub async fn counters_and_requests_go_over_all_passes(store: Shared) {
    finish(&store, 1, vec![change(1, ChangeKind::Opened, finding(1)), change(1, ChangeKind::Opened, finding(2))]).await;
    let after = finish(&store, 2, vec![change(2, ChangeKind::Reopened, finding(1)), change(2, ChangeKind::Resolved, finding(2))]).await;
    assert_eq!(after.opened, [(Pillar::Security, Severity::High, 2)]);
    assert_eq!(after.resolved, [(Pillar::Security, Severity::High, 1)]);
    assert_eq!(after.reopened, [(Pillar::Security, Severity::High, 1)]);
    assert_eq!((after.requests.total, after.requests.paid_usd), (14, money("0.02")));
    assert_eq!(after.requests.by_action.values().copied().collect::<Vec<_>>(), [14]);
    assert_eq!(store.snapshot().await.unwrap(), Some(after));
}

pub async fn the_snapshot_counts_what_is_not_resolved(store: Shared) {
    let mut gone = finding(3);
    gone.status = FindingStatus::Resolved;
    gone.resolved_at = Some(at(1));
    let mut stale = finding(2);
    stale.status = FindingStatus::Stale;
    let changes =
        vec![change(1, ChangeKind::Opened, finding(1)), change(1, ChangeKind::BecameStale, stale), change(1, ChangeKind::Resolved, gone)];
    let after = finish(&store, 1, changes).await;
    let account = crate::model::AccountId::from("111111111111");
    assert_eq!(
        after.findings,
        [
            (account.clone(), Pillar::Security, Severity::High, FindingStatus::Open, 1),
            (account, Pillar::Security, Severity::High, FindingStatus::Stale, 1),
        ]
    );
    assert_eq!(after.rule_findings, [("rule-a".into(), Severity::High, 2), ("rule-without".into(), Severity::Low, 0)]);
    assert_eq!(after.oldest, [(Pillar::Security, Severity::High, at(0))]);
}

pub async fn pages_hold_every_finding_once_in_order(store: Shared) {
    let changes = (0..25).map(|number| change(1, ChangeKind::Opened, finding(number))).collect();
    finish(&store, 1, changes).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.findings(&FindingFilter::default(), &PageRequest::new(10, cursor)).await.unwrap();
        seen.extend(page.items.iter().map(|finding| finding.resource.to_string()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        // A finding that goes meanwhile moves no other from its page.
        if seen.len() == 10 {
            let mut later = finding(24);
            later.message = "changed between the pages".into();
            finish(&store, 2, vec![change(2, ChangeKind::Seen, later)]).await;
        }
    }
    let expected: Vec<_> = (0..25).map(|number| finding(number).resource.to_string()).collect();
    assert_eq!(seen, expected);
}

pub async fn filters_narrow_and_combine(store: Shared) {
    let mut other = finding(2);
    other.severity = Severity::Low;
    other.pillar = Pillar::Cost;
    other.rule = "rule-b".into();
    other.region = "eu-west-1".into();
    other.owner = Some("team-b".into());
    other.status = FindingStatus::Stale;
    finish(&store, 1, vec![change(1, ChangeKind::Opened, finding(1)), change(1, ChangeKind::Opened, other)]).await;
    let count = async |filter: FindingFilter| store.findings(&filter, &PageRequest::default()).await.unwrap().items.len();
    let all = FindingFilter::default;
    assert_eq!(count(all()).await, 2);
    for (filter, expected) in [
        (FindingFilter { statuses: vec![FindingStatus::Stale], ..all() }, 1),
        (FindingFilter { statuses: vec![FindingStatus::Stale, FindingStatus::Open], ..all() }, 2),
        (FindingFilter { severities: vec![Severity::Low], ..all() }, 1),
        (FindingFilter { pillars: vec![Pillar::Tagging], ..all() }, 0),
        (FindingFilter { rules: vec!["rule-b".into()], ..all() }, 1),
        (FindingFilter { accounts: vec!["111111111111".into()], ..all() }, 2),
        (FindingFilter { regions: vec!["eu-west-1".into()], ..all() }, 1),
        (FindingFilter { types: vec!["AWS::DynamoDB::Table".into()], ..all() }, 2),
        (FindingFilter { owners: vec!["team-b".into()], ..all() }, 1),
        (FindingFilter { resource: Some("TABLE/T00001".into()), ..all() }, 1),
        (FindingFilter { text: Some("is not AS it should".into()), ..all() }, 2),
        (FindingFilter { text: Some("rule-b".into()), severities: vec![Severity::High], ..all() }, 0),
    ] {
        assert_eq!(count(filter.clone()).await, expected, "{filter:?}");
    }
}

pub async fn wildcards_in_a_filter_are_plain_text(store: Shared) {
    finish(&store, 1, vec![change(1, ChangeKind::Opened, finding(1))]).await;
    for text in ["%", "_", "*", "' OR 1=1 --"] {
        let filter = FindingFilter { text: Some(text.to_owned()), ..FindingFilter::default() };
        assert_eq!(store.findings(&filter, &PageRequest::default()).await.unwrap().items.len(), 0, "{text}");
    }
}

pub async fn a_foreign_cursor_is_refused(store: Shared) {
    for cursor in ["nonsense", "6", "7b7d", "é1"] {
        let page = PageRequest::new(10, Some(cursor.to_owned()));
        assert!(matches!(store.findings(&FindingFilter::default(), &page).await, Err(StoreError::BadCursor)), "{cursor}");
        assert!(matches!(store.runs(&page).await, Err(StoreError::BadCursor)), "{cursor}");
    }
}

pub async fn passes_are_listed_newest_first(store: Shared) {
    for number in 1..=5 {
        store.begin_run(&record(number, RunStatus::Running)).await.unwrap();
    }
    store.fail_run(&record(3, RunStatus::Failed)).await.unwrap();
    let first = store.runs(&PageRequest::new(3, None)).await.unwrap();
    assert_eq!(first.items, [5, 4, 3].map(|number| record(number, if number == 3 { RunStatus::Failed } else { RunStatus::Running })));
    let rest = store.runs(&PageRequest::new(3, first.next)).await.unwrap();
    assert_eq!(rest.items, [2, 1].map(|number| record(number, RunStatus::Running)));
    assert_eq!(rest.next, None);
}

pub async fn interrupted_passes_are_marked_failed(store: Shared) {
    store.begin_run(&record(1, RunStatus::Running)).await.unwrap();
    store.begin_run(&record(2, RunStatus::Queued)).await.unwrap();
    finish(&store, 3, Vec::new()).await;
    assert_eq!(store.abandon_running(at(7)).await.unwrap(), 2);
    let interrupted = store.run(&record(1, RunStatus::Running).id).await.unwrap().unwrap();
    assert_eq!((interrupted.status, interrupted.finished_at), (RunStatus::Failed, Some(at(7))));
    assert!(interrupted.error.is_some());
    assert_eq!(store.run(&record(3, RunStatus::Complete).id).await.unwrap().unwrap().status, RunStatus::Complete);
    assert_eq!(store.abandon_running(at(8)).await.unwrap(), 0);
}

pub async fn restated_costs_replace_the_whole_span(store: Shared) {
    let first = cost("Amazon DynamoDB", 1, "1.10");
    let second = cost("AWS Lambda", 2, "0.0000000001");
    let span = |from, to, rows| CostSpan { account: first.account.clone(), basis: first.basis, from: day(from), to: day(to), rows };
    store.put_costs(&span(1, 2, vec![first.clone(), second.clone()])).await.unwrap();
    let month = Month::of(day(1));
    assert_eq!(store.costs(month).await.unwrap(), [second.clone(), first.clone()]);
    // Lambda of the second day is no longer there: it must not stay.
    let restated = cost("Amazon DynamoDB", 2, "2");
    store.put_costs(&span(2, 2, vec![restated.clone()])).await.unwrap();
    assert_eq!(store.costs(month).await.unwrap(), [first.clone(), restated]);
    assert_eq!(store.costs(month.next()).await.unwrap(), []);
}

pub async fn what_was_first_told_of_a_settled_day_outlives_restatements(store: Shared) {
    let told = |service: &str, number, amount: &str, observed: &str| CostRow {
        observed_at: format!("{observed}T12:00:00Z").parse().unwrap(),
        ..cost(service, number, amount)
    };
    let put = async |rows: Vec<CostRow>| {
        let (from, to) = (day(1), day(4));
        store.put_costs(&CostSpan { account: rows[0].account.clone(), basis: rows[0].basis, from, to, rows }).await.unwrap();
    };
    let month = Month::of(day(1));
    let (second, third, later) = (day(3).to_string(), day(4).to_string(), day(9).to_string());
    // On the third, the first is settled and the second is not.
    put(vec![told("AWS Lambda", 1, "1.10", &second), told("AWS Lambda", 2, "0.5", &second)]).await;
    // On the fourth, the second is; the first was restated, and another service has appeared on it.
    put(vec![told("AWS Lambda", 1, "9", &third), told("AWS Lambda", 2, "0.7", &third), told("Amazon DynamoDB", 1, "3", &third)]).await;
    put(vec![told("AWS Lambda", 2, "8", &later)]).await;
    let first: Vec<String> =
        store.costs_first_told(month).await.unwrap().iter().map(|row| format!("{} {} {}", row.service, row.day, row.amount)).collect();
    assert_eq!(first, [format!("AWS Lambda {} 1.10", day(1)), format!("AWS Lambda {} 0.7", day(2))]);
    assert_eq!(store.costs(month).await.unwrap().len(), 1);
    assert_eq!(store.costs_first_told(month.next()).await.unwrap(), []);
}

pub async fn money_is_exact_and_capped(store: Shared) {
    let month = Month::of(day(1));
    let cap = money("0.30");
    for _ in 0..3 {
        assert!(matches!(store.reserve_paid(&want(month, money("0.1"), cap)).await.unwrap(), Reserved::Granted(_)));
    }
    // Three floats of 0.1 are more than 0.3.
    assert_eq!(store.paid_spent(month).await.unwrap(), cap);
    assert_eq!(store.reserve_paid(&want(month, money("0.01"), cap)).await.unwrap(), Reserved::Refused { spent: cap });
    assert!(matches!(store.reserve_paid(&want(month.next(), money("0.01"), cap)).await.unwrap(), Reserved::Granted(_)));
}

pub async fn a_settled_reservation_gives_back_the_rest(store: Shared) {
    let month = Month::of(day(1));
    let Reserved::Granted(reservation) = store.reserve_paid(&want(month, money("0.10"), money("1"))).await.unwrap() else {
        panic!("refused")
    };
    store.settle_paid(reservation, money("0.02"), 2).await.unwrap();
    assert_eq!(store.paid_spent(month).await.unwrap(), money("0.02"));
}

pub async fn answers_are_remembered_with_their_age(store: Shared) {
    let key = |key: &str| CacheKey { account: "111111111111".into(), call: "ce:GetCostAndUsage".into(), key: key.to_owned() };
    assert_eq!(store.cached(&key("a")).await.unwrap(), None);
    let answer = |hour, text: &str| Cached { at: at(hour), answer: serde_json::json!({ "text": text }) };
    store.cache(&key("a"), &answer(1, "old")).await.unwrap();
    store.cache(&key("a"), &answer(2, "new")).await.unwrap();
    assert_eq!(store.cached(&key("a")).await.unwrap(), Some(answer(2, "new")));
    assert_eq!(store.cached(&key("b")).await.unwrap(), None);
}

pub async fn tasks_remember_their_times(store: Shared) {
    let memory = TaskMemory { last_due: Some(at(1)), last_run: None };
    store.remember_task("audit", memory).await.unwrap();
    let memory = TaskMemory { last_run: Some(at(2)), ..memory };
    store.remember_task("audit", memory).await.unwrap();
    assert_eq!(store.tasks().await.unwrap(), BTreeMap::from([("audit".to_owned(), memory)]));
}

pub async fn pruning_forgets_by_age_and_keeps_what_is_open(store: Shared) {
    let mut gone = finding(2);
    gone.status = FindingStatus::Resolved;
    gone.resolved_at = Some(at(1));
    let changes = vec![change(1, ChangeKind::Opened, finding(1)), change(1, ChangeKind::Resolved, gone.clone())];
    finish(&store, 1, changes).await;
    store.begin_run(&record(2, RunStatus::Running)).await.unwrap();
    assert_eq!(store.prune(at(0)).await.unwrap(), Pruned::default());
    assert_eq!(store.prune(at(2)).await.unwrap(), Pruned { findings: 1, history: 2, runs: 1 });
    assert_eq!(store.finding(&gone.fingerprint).await.unwrap(), None);
    assert!(store.finding(&finding(1).fingerprint).await.unwrap().is_some());
    assert!(store.run(&record(2, RunStatus::Running).id).await.unwrap().is_some());
}

pub async fn odd_text_comes_back_unchanged(store: Shared) {
    let mut odd = finding(1);
    odd.message = "'; DROP TABLE findings; --\n\"\u{1b}[31m\0\u{7f} ünïcödé 表".into();
    odd.resource_name = "a'b\"c\\d%_e".into();
    odd.owner = Some("".into());
    finish(&store, 1, vec![change(1, ChangeKind::Opened, odd.clone())]).await;
    assert_eq!(store.finding(&odd.fingerprint).await.unwrap(), Some(odd));
}

pub async fn a_waiver_is_added_once_and_revoked_for_good(store: Shared) {
    let (first, second) = (fixture::waiver("a.1"), fixture::waiver("b"));
    assert_eq!(store.waivers().await.unwrap(), []);
    assert_eq!(store.revoke_waiver(&first.id, at(1), None).await.unwrap(), None);
    let added = StoredWaiver { waiver: first.clone(), added_at: at(1), added_by: Some("ci".into()), revoked_at: None, revoked_by: None };
    assert_eq!(
        store.add_waiver(&second, at(2), None).await.unwrap(),
        AddedWaiver::New(StoredWaiver { waiver: second.clone(), added_at: at(2), added_by: None, revoked_at: None, revoked_by: None })
    );
    assert_eq!(store.add_waiver(&first, at(1), Some(&"ci".into())).await.unwrap(), AddedWaiver::New(added.clone()));
    let other = Waiver { owner: "another".into(), ..first.clone() };
    assert_eq!(store.add_waiver(&other, at(3), Some(&"other".into())).await.unwrap(), AddedWaiver::Taken(added.clone()));
    let revoked = StoredWaiver { revoked_at: Some(at(4)), revoked_by: Some("ops".into()), ..added };
    assert_eq!(store.revoke_waiver(&first.id, at(4), Some(&"ops".into())).await.unwrap(), Some(revoked.clone()));
    assert_eq!(store.revoke_waiver(&first.id, at(5), None).await.unwrap(), Some(revoked.clone()), "the first time counts");
    assert_eq!(store.add_waiver(&other, at(6), None).await.unwrap(), AddedWaiver::Taken(revoked.clone()), "its id stays taken");
    store.prune(at(10_000)).await.unwrap();
    let told: Vec<_> = store.waivers().await.unwrap().into_iter().map(|one| (one.waiver.id, one.revoked_at)).collect();
    assert_eq!(told, [(first.id, Some(at(4))), (second.id, None)], "sorted by id, and none is ever forgotten");
}

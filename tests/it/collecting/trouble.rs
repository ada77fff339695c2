//! Refusals, throttling, silence and nonsense: each is told as what it is, and hides nothing else.

use super::*;
use crate::support::moto;
use ledgerline::collect::config::AccountConfig;

#[test]
fn a_refused_call_leaves_gaps_of_its_own_and_no_others() {
    let stand_in = StandIn::of(tables(3));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Denied));
    let collected = collect(&stand_in, &usual());
    let denied = find(&collected, "dynamodb:DescribeTable");
    assert_eq!((denied.outcome, denied.resources, denied.permission.as_deref()), (Outcome::Denied, 0, Some("dynamodb:DescribeTable")));
    assert_eq!(row(&collected, "dynamodb:ListTables"), (Outcome::Complete, 3));
    assert_eq!(row(&collected, "dynamodb:DescribeTimeToLive"), (Outcome::Complete, 3));
    assert!(!collected.coverage.is_complete());
    for table in of_type(&collected, TABLE) {
        assert_eq!(gap(table, "properties.BillingMode"), Some(GapKind::Denied));
        assert_eq!(gap(table, "state.TableStatus"), Some(GapKind::Denied));
        assert_eq!(text(table, "properties.TimeToLiveSpecification.Enabled"), "true");
        assert_eq!(text(table, "tags.Owner"), "ledgerline", "the ARN is the same as the description's");
    }
}

#[test]
fn one_refused_table_does_not_hide_the_others() {
    let stand_in = StandIn::of(tables(5));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTimeToLive", Fault::DeniedByScp).on("table-00002"));
    let collected = collect(&stand_in, &usual());
    assert_eq!(row(&collected, "dynamodb:DescribeTimeToLive"), (Outcome::Denied, 4));
    assert!(find(&collected, "dynamodb:DescribeTimeToLive").reason.as_deref().unwrap().contains("service control policy"));
    let gaps = of_type(&collected, TABLE).iter().filter(|table| gap(table, "state.TimeToLiveStatus").is_some()).count();
    assert_eq!(gaps, 1);
}

#[test]
fn a_table_that_vanishes_during_the_pass_is_dropped_and_is_no_fault() {
    for call in ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"] {
        let stand_in = StandIn::of(tables(3));
        stand_in.trouble(Trouble::with(call, Fault::Vanished).on("table-00001"));
        let collected = collect(&stand_in, &usual());
        assert_eq!(of_type(&collected, TABLE).len(), 2, "{call}");
        assert!(collected.coverage.is_complete(), "{call}");
    }
}

#[test]
fn throttling_is_waited_out_and_counted() {
    let stand_in = StandIn::of(tables(10));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Throttled).times(4));
    let collected = collect(&stand_in, &usual());
    assert!(collected.coverage.is_complete());
    assert_eq!((collected.requests.throttled, collected.requests.retried), (4, 4));
    assert_eq!(stand_in.count("dynamodb:DescribeTable"), 14);
    assert_eq!(collected.requests.by_action["dynamodb:DescribeTable"], 14);
}

#[test]
fn throttling_without_end_ends_soon_and_empties_nothing() {
    let stand_in = StandIn::of(tables(400));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTimeToLive", Fault::Throttled));
    let began = Instant::now();
    let collected = collect(&stand_in, &usual());
    assert_eq!(row(&collected, "dynamodb:DescribeTimeToLive"), (Outcome::Throttled, 0));
    assert_eq!(of_type(&collected, TABLE).len(), 400);
    assert!(of_type(&collected, TABLE).iter().all(|table| gap(table, "state.TimeToLiveStatus") == Some(GapKind::Throttled)));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn half_a_listing_keeps_what_was_seen_and_is_not_complete() {
    let stand_in = StandIn::of(tables(250));
    stand_in.trouble(Trouble::with("dynamodb:ListTables", Fault::Denied).on_later_pages());
    let collected = collect(&stand_in, &usual());
    assert_eq!(of_type(&collected, TABLE).len(), 100);
    assert_eq!(row(&collected, "dynamodb:ListTables"), (Outcome::Denied, 100));
    assert_eq!(row(&collected, "dynamodb:DescribeTable"), (Outcome::Denied, 100), "nobody knows how many it should have been");
    assert_eq!(row(&collected, "tag:GetResources").0, Outcome::Complete);
}

#[test]
fn a_refused_listing_speaks_for_the_calls_that_would_have_followed() {
    let stand_in = StandIn::of(tables(2));
    stand_in.trouble(Trouble::with("dynamodb:ListTables", Fault::Denied));
    let collected = collect(&stand_in, &usual());
    assert!(of_type(&collected, TABLE).is_empty());
    for call in ["dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"] {
        assert_eq!(row(&collected, call), (Outcome::Denied, 0), "{call}");
        assert_eq!(find(&collected, call).permission.as_deref(), Some("dynamodb:ListTables"), "{call}");
    }
}

#[test]
fn what_is_not_an_answer_of_aws_is_broken_or_unreachable_and_never_empty() {
    for (fault, outcome) in [
        (Fault::Bare(404), Outcome::Broken),
        (Fault::Bare(403), Outcome::Broken),
        (Fault::Bare(503), Outcome::Broken),
        (Fault::Malformed, Outcome::Broken),
        (Fault::RepeatedToken, Outcome::Broken),
        (Fault::Vanished, Outcome::Broken),
        (Fault::ServerError, Outcome::Unreachable),
        (Fault::Cut, Outcome::Unreachable),
        (Fault::Hang, Outcome::Unreachable),
        (Fault::Expired, Outcome::Denied),
        (Fault::Coded { status: 400, code: "OptInRequired", message: "no" }, Outcome::NotEnabled),
        (Fault::Coded { status: 400, code: "ValidationException", message: "no" }, Outcome::Broken),
    ] {
        let stand_in = StandIn::of(tables(150));
        stand_in.trouble(Trouble::with("dynamodb:ListTables", fault.clone()));
        let collected = collect(&stand_in, &usual());
        assert_eq!(row(&collected, "dynamodb:ListTables").0, outcome, "{fault:?}: {:?}", find(&collected, "dynamodb:ListTables"));
        assert_eq!(row(&collected, "dynamodb:DescribeTable").0, outcome, "{fault:?}");
    }
}

#[test]
fn where_nobody_answers_the_rest_is_not_asked() {
    let stand_in = StandIn::of(tables(300));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTimeToLive", Fault::Hang));
    let began = Instant::now();
    let patience = Patience { in_flight: 16, ..hasty() };
    let needs = reading(&["properties.TimeToLiveSpecification"]);
    let collected = collect_as(&stand_in.account(ACCOUNT), AwsConfig::default(), &needs, patience).unwrap();
    assert_eq!(row(&collected, "dynamodb:DescribeTimeToLive"), (Outcome::Unreachable, 0));
    assert!(stand_in.count("dynamodb:DescribeTimeToLive") <= 48, "{:?}", stand_in.counts());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(of_type(&collected, TABLE).len(), 300);
}

#[test]
fn nothing_can_be_audited_without_valid_credentials_or_anybody_to_ask() {
    let stand_in = StandIn::of(tables(1));
    stand_in.trouble(Trouble::with("sts:GetCallerIdentity", Fault::Expired));
    let refused = collect_as(&stand_in.account(ACCOUNT), AwsConfig::default(), &usual(), hasty()).unwrap_err();
    assert!(
        matches!(&refused, SourceError::NothingToAudit(words) if words.contains("expired") && words.contains("aws sso login")),
        "{refused}"
    );

    let nobody = Account { endpoint: "http://127.0.0.1:9".to_owned(), ..stand_in.account(ACCOUNT) };
    let refused = collect_as(&nobody, AwsConfig::default(), &usual(), hasty()).unwrap_err();
    assert!(matches!(&refused, SourceError::NothingToAudit(words) if words.contains("AWS_ENDPOINT_URL")), "{refused}");
}

#[test]
fn credentials_of_another_account_than_the_config_says_are_refused() {
    let stand_in = StandIn::of(tables(1));
    let config =
        AwsConfig { accounts: vec![AccountConfig { id: "999988887777".into(), role_arn: None, external_id: None }], regions: Vec::new() };
    let refused = collect_as(&stand_in.account(ACCOUNT), config, &usual(), hasty()).unwrap_err();
    assert!(matches!(&refused, SourceError::BadInput(words) if words.contains("999988887777") && words.contains(ACCOUNT)), "{refused}");
}

#[test]
fn expiry_during_the_pass_is_denied() {
    let stand_in = StandIn::of(tables(2));
    stand_in.trouble(Trouble::with("dynamodb:*", Fault::Expired));
    let collected = collect(&stand_in, &usual());
    let listing = find(&collected, "dynamodb:ListTables");
    assert_eq!((listing.outcome, listing.permission.as_deref()), (Outcome::Denied, None), "no permission is missing");
}

#[test]
fn an_account_that_cannot_be_entered_is_told_row_by_row_and_hides_no_other() {
    let (home, other) = (moto::account(), "999988887777");
    home.table("orders", &json!({}));
    let stand_in = StandIn::before(moto::url(), World::default());
    stand_in.trouble(Trouble::with("sts:AssumeRole", Fault::Denied).on(other));
    let account = Account { endpoint: stand_in.url().to_owned(), ..home.clone() };
    let role = |id: &str| Some(format!("arn:aws:iam::{id}:role/auditor").into());
    let accounts = [home.id.as_str(), other].map(|id| AccountConfig { id: id.into(), role_arn: role(id), external_id: None }).to_vec();
    let collected = collect_as(&account, AwsConfig { accounts, regions: Vec::new() }, &usual(), hasty()).unwrap();
    assert_eq!(of_type(&collected, TABLE).len(), 1);
    let rows: Vec<_> = collected.coverage.rows().filter(|row| row.account.as_str() == other).collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert_eq!((row.outcome, row.permission.as_deref()), (Outcome::Denied, Some("sts:AssumeRole")), "{row:?}");
    }
    assert!(collected.coverage.rows().filter(|row| row.account.as_str() == home.id).all(|row| row.outcome == Outcome::Complete));
}

//! Cost Explorer costs money: it is asked once a day at most, within a cap and a number of requests, only where somebody said
//! so; and what it charges is what we say.

mod months;
mod thrift;

use crate::support::command::{Ledgerline, Ran};
use crate::support::report::{outcome, results};
use crate::support::stand_in::{CostBook, CostLine, Fault, StandIn, Trouble, World};
use chrono::{Days, NaiveDate, Utc};
use serde_json::Value;

const SERVICE_MONTH: &str = "Ledgerline::Cost::ServiceMonth";
const MONTH: &str = "Ledgerline::Cost::Month";
const TAG_KEY: &str = "Ledgerline::Cost::TagKey";
const CALL: &str = "ce:GetCostAndUsage";
const RULES: &str = "cost-*";

/// Two services since long ago, with little on a page.
fn world(page_size: usize) -> World {
    let today = Utc::now().date_naive();
    let from: NaiveDate = today.checked_sub_days(Days::new(60)).expect("a day");
    let cost = CostBook { page_size, ..CostBook::default() };
    World { cost: cost.spend("Amazon DynamoDB", from, today, "0.10").spend("AWS Lambda", from, today, "1.5E-7"), ..World::default() }
}

/// An audit of these rules with this `cost` in the config, and a store that outlives it.
fn audit_of(stand_in: &StandIn, cost: &str, store: &std::path::Path, rules: &str) -> Ran {
    let config = format!("store: {{ url: \"sqlite://{}\" }}\n{cost}\n", store.display());
    Ledgerline::on(&stand_in.account("111122223333"))
        .file("ledgerline.yaml", &config)
        .args(["audit", "--config", "ledgerline.yaml", "--format", "json", "--fail-on", "never"])
        .args(["--status", "pass,fail,waived,unknown,not_applicable"])
        .args(rules.split(',').flat_map(|rule| ["--rule", rule]))
        .run()
}

/// An audit of all cost rules.
fn audit(stand_in: &StandIn, cost: &str, store: &std::path::Path) -> Ran {
    audit_of(stand_in, cost, store, RULES)
}

fn store() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledgerline.db");
    (folder, path)
}

/// The rules that need one question alone.
const SERVICES: &str = "cost-service-*";
const ON: &str = "cost: { enabled: true }";

#[test]
fn nothing_is_paid_unless_somebody_said_so() {
    let stand_in = StandIn::of(world(5000));
    let (_folder, store) = store();
    let report = audit(&stand_in, "", &store).json();
    assert_eq!(outcome(&report, SERVICE_MONTH, CALL), "skipped");
    assert_eq!(report["coverage"]["complete"], true);
    assert_eq!((stand_in.count(CALL), &report["requests"]["paid_usd"]), (0, &Value::from("0")));
}

#[test]
fn an_answer_is_paid_once_and_kept_for_a_day() {
    let stand_in = StandIn::of(world(40));
    let (_folder, store) = store();
    let report = audit_of(&stand_in, ON, &store, SERVICES).json();
    assert_eq!(outcome(&report, SERVICE_MONTH, CALL), "complete", "{:#}", report["coverage"]);
    let bill = stand_in.bill_cents();
    assert!((1..=4).contains(&bill), "{bill} pages");
    assert_eq!(report["requests"]["paid_usd"], format!("0.0{bill}"));
    let again = audit_of(&stand_in, ON, &store, SERVICES).json();
    assert_eq!(outcome(&again, SERVICE_MONTH, CALL), "complete");
    assert_eq!(stand_in.bill_cents(), bill, "the second audit of the day is free");
    assert_eq!(again["summary"], report["summary"]);
}

#[test]
fn the_cap_holds_over_restarts() {
    let stand_in = StandIn::of(world(5000));
    let (_folder, store) = store();
    let report = audit(&stand_in, "cost: { enabled: true, monthly_cap_usd: 0.005 }", &store).json();
    assert_eq!(outcome(&report, SERVICE_MONTH, CALL), "skipped");
    assert_eq!(stand_in.bill_cents(), 0);
}

#[test]
fn without_a_store_that_remembers_nothing_is_paid() {
    let stand_in = StandIn::of(world(5000));
    let ran = Ledgerline::on(&stand_in.account("111122223333"))
        .file("ledgerline.yaml", ON)
        .args(["audit", "--config", "ledgerline.yaml", "--format", "json", "--fail-on", "never", "--rule", RULES])
        .run();
    assert_eq!(outcome(&ran.json(), SERVICE_MONTH, CALL), "skipped");
    assert_eq!(stand_in.bill_cents(), 0);
}

#[test]
fn what_goes_wrong_is_an_outcome_and_costs_only_what_was_answered() {
    let denied = "User: x is not authorized to perform: ce:GetCostAndUsage";
    for (fault, later_pages, expected, cents) in [
        (Fault::Denied, false, "denied", 0),
        (Fault::Throttled, false, "throttled", 0),
        // Half an answer was answered: it is charged, and not asked for again.
        (Fault::Malformed, false, "broken", 1),
        (Fault::Coded { status: 400, code: "DataUnavailableException", message: "Data is unavailable" }, false, "not_enabled", 0),
        (Fault::Coded { status: 400, code: "AccessDeniedException", message: denied }, false, "denied", 0),
        (Fault::Coded { status: 400, code: "ValidationException", message: "no" }, true, "broken", 1),
        (Fault::Coded { status: 400, code: "RequestChangedException", message: "no" }, true, "broken", 1),
        (Fault::RepeatedToken, false, "broken", 2),
    ] {
        let stand_in = StandIn::of(world(40));
        let trouble = Trouble::with(CALL, fault.clone());
        stand_in.trouble(if later_pages { trouble.on_later_pages() } else { trouble });
        let (_folder, store) = store();
        let report = audit_of(&stand_in, ON, &store, SERVICES).json();
        assert_eq!(outcome(&report, SERVICE_MONTH, CALL), expected, "{fault:?}");
        assert_eq!(stand_in.bill_cents(), cents, "{fault:?}");
        assert_eq!(report["summary"]["pass"], 0, "{fault:?}: half an answer is no low bill");
        // A failure is not kept: the next audit asks again.
        stand_in.mend();
        assert_eq!(outcome(&audit_of(&stand_in, ON, &store, SERVICES).json(), SERVICE_MONTH, CALL), "complete", "{fault:?}");
    }
}

#[test]
fn a_services_month_is_judged_by_what_it_will_cost() {
    let stand_in = StandIn::of(world(5000));
    let (_folder, store) = store();
    // 0.10 a day is about 3 a month: more than 1, and less than the 5 that are estimated by default.
    let strict = format!("{ON}\nparameters: {{ default: {{ cost-service-above-estimate: {{ high: {{ DynamoDB: 1 }} }} }} }}");
    let failed = |config: &str| {
        let ran = audit(&stand_in, config, &store);
        let report = ran.json();
        assert!(!results(&report, "cost-service-above-estimate").is_empty(), "{}", ran.stderr);
        results(&report, "cost-service-above-estimate").iter().any(|result| result["status"] == "fail")
    };
    assert!(failed(&strict));
    assert!(!failed(ON));
}

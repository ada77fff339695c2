//! What goes wrong on the way is an outcome in coverage and `unknown` in the results: never a pass, never an empty answer.
//!
//! One run a fault, with the fault on every call at once: what matters is the sum of it all, and a run is a process.

use crate::support::command::{Ledgerline, Ran};
use crate::support::report::{outcome, results, rows, statuses};
use crate::support::stand_in::{Canned, Fault, Size, StandIn, Table, Trouble, World};
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const TABLE: &str = "AWS::DynamoDB::Table";
const LOG_GROUP: &str = "AWS::Logs::LogGroup";
const FUNCTION: &str = "AWS::Lambda::Function";
const ROLE: &str = "AWS::IAM::Role";

/// A rule of each service with the call that it stands on.
const PROVISIONED: &str = "dynamodb-table-provisioned";
const RETENTION: &str = "logs-group-retention-missing";
const TRACING: &str = "lambda-tracing-inactive";
const PERMISSION: &str = "lambda-permission-unguarded";
/// Tags come from another service.
const TAGGED: &str = "tagging-table-tag-missing";
const ROLES: &str = "iam-role-inline-admin";

fn world() -> World {
    World::generated(Size { tables: 3, log_groups: 60, roles: 2, functions: 2 })
}

fn audit(stand_in: &StandIn, rules: &[&str]) -> Ran {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let args = ["audit", "--format", "json", "--fail-on", "never", "--status", "pass,fail,waived,unknown,not_applicable"];
    Ledgerline::on(&stand_in.account(ACCOUNT)).args(args.into_iter().chain(rules)).run()
}

/// The report of an audit that could not see everything.
fn incomplete(stand_in: &StandIn, rules: &[&str]) -> Value {
    let ran = audit(stand_in, rules);
    let report = ran.json();
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(report["coverage"]["complete"], false);
    report
}

fn complete(stand_in: &StandIn, rules: &[&str]) -> Value {
    let ran = audit(stand_in, rules);
    let report = ran.json();
    assert_eq!((ran.code, &report["coverage"]["complete"]), (0, &Value::Bool(true)), "{}\n{:#}", ran.stderr, report["coverage"]);
    report
}

/// With every call but `sts` in this trouble, nothing is known and nothing passes.
fn all_in_trouble(fault: &Fault, expected: &str) {
    let stand_in = StandIn::of(world());
    for calls in ["dynamodb:*", "logs:*", "lambda:*", "iam:*", "tag:*"] {
        stand_in.trouble(Trouble::with(calls, fault.clone()));
    }
    let rules = [PROVISIONED, RETENTION, TRACING, PERMISSION, ROLES];
    let report = incomplete(&stand_in, &rules);
    for (resource_type, call) in [
        (TABLE, "dynamodb:ListTables"),
        (TABLE, "dynamodb:DescribeTable"),
        (LOG_GROUP, "logs:DescribeLogGroups"),
        (FUNCTION, "lambda:ListFunctions"),
        (FUNCTION, "lambda:GetPolicy"),
        (ROLE, "iam:GetAccountAuthorizationDetails"),
    ] {
        assert_eq!(outcome(&report, resource_type, call), expected, "{call} with {fault:?}");
    }
    for rule in rules {
        let found = results(&report, rule);
        assert!(!found.is_empty(), "{rule} says nothing at all with {fault:?}");
        for result in found {
            assert_eq!((result["status"].as_str(), &result["resource"]["id"]), (Some("unknown"), &Value::Null), "{result:#}");
        }
    }
    assert_eq!((&report["summary"]["pass"], &report["summary"]["fail"]), (&0.into(), &0.into()));
}

#[test]
fn a_refused_listing_is_denied_and_names_the_permission() {
    all_in_trouble(&Fault::Denied, "denied");
    all_in_trouble(&Fault::DeniedByScp, "denied");
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("logs:DescribeLogGroups", Fault::Denied));
    let report = incomplete(&stand_in, &[RETENTION]);
    let [row] = rows(&report, "logs:DescribeLogGroups")[..] else { panic!("{:#}", report["coverage"]) };
    assert_eq!(row["permission"], "logs:DescribeLogGroups");
}

#[test]
fn credentials_that_expire_on_the_way_are_denied() {
    all_in_trouble(&Fault::Expired, "denied");
}

#[test]
fn a_throttle_that_never_ends_is_throttled() {
    all_in_trouble(&Fault::Throttled, "throttled");
}

#[test]
fn a_server_that_keeps_failing_is_unreachable() {
    all_in_trouble(&Fault::ServerError, "unreachable");
}

#[test]
fn a_bare_status_never_means_none() {
    all_in_trouble(&Fault::Bare(404), "broken");
    all_in_trouble(&Fault::Bare(500), "broken");
}

#[test]
fn half_a_document_is_broken() {
    all_in_trouble(&Fault::Malformed, "broken");
}

#[test]
fn a_connection_that_is_cut_is_unreachable() {
    all_in_trouble(&Fault::Cut, "unreachable");
}

#[test]
fn a_server_that_hangs_is_unreachable_and_does_not_hold_us_for_ever() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("logs:*", Fault::Hang));
    let report = incomplete(&stand_in, &[RETENTION, PROVISIONED]);
    assert_eq!(outcome(&report, LOG_GROUP, "logs:DescribeLogGroups"), "unreachable");
    assert_eq!(outcome(&report, TABLE, "dynamodb:DescribeTable"), "complete", "one service that hangs holds no other up");
}

#[test]
fn a_throttle_that_ends_is_no_fault_and_is_counted() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Throttled).on("table-00001").times(2));
    let report = complete(&stand_in, &[PROVISIONED]);
    assert_eq!((&report["requests"]["throttled"], &report["requests"]["retried"]), (&2.into(), &2.into()));
    assert_eq!(statuses(&report, PROVISIONED).len(), 3);
    assert_eq!(report["requests"]["by_action"]["dynamodb:DescribeTable"], stand_in.count("dynamodb:DescribeTable"));
}

#[test]
fn one_table_that_is_refused_hides_no_other() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Denied).on("table-00001"));
    let report = incomplete(&stand_in, &[PROVISIONED]);
    let expected = [("table-00000", "pass"), ("table-00001", "unknown"), ("table-00002", "pass")];
    assert_eq!(statuses(&report, PROVISIONED), expected.map(|(name, status)| (name.to_owned(), status.to_owned())));
    assert_eq!(outcome(&report, TABLE, "dynamodb:ListTables"), "complete");
}

#[test]
fn half_a_listing_judges_what_it_saw_and_says_that_it_is_half() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("logs:DescribeLogGroups", Fault::Denied).on_later_pages());
    let report = incomplete(&stand_in, &[RETENTION]);
    assert_eq!(outcome(&report, LOG_GROUP, "logs:DescribeLogGroups"), "denied");
    let found = statuses(&report, RETENTION);
    assert_eq!(found.iter().filter(|(_, status)| status == "pass").count(), 50);
    assert_eq!(found.iter().filter(|(name, status)| name.is_empty() && status == "unknown").count(), 1);
}

#[test]
fn a_page_token_that_comes_back_is_broken_and_ends() {
    for (call, resource_type, rule) in [
        ("dynamodb:ListTables", TABLE, PROVISIONED),
        ("logs:DescribeLogGroups", LOG_GROUP, RETENTION),
        ("lambda:ListFunctions", FUNCTION, TRACING),
        ("iam:GetAccountAuthorizationDetails", ROLE, ROLES),
    ] {
        let stand_in = StandIn::of(world());
        stand_in.trouble(Trouble::with(call, Fault::RepeatedToken));
        let report = incomplete(&stand_in, &[rule]);
        assert_eq!(outcome(&report, resource_type, call), "broken", "{call}");
        assert_eq!(stand_in.count(call), 2, "{call}");
    }
}

#[test]
fn a_table_that_vanishes_on_the_way_is_dropped_and_no_fault() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("dynamodb:DescribeContinuousBackups", Fault::Vanished).on("table-00001"));
    let report = complete(&stand_in, &[PROVISIONED, "dynamodb-table-pitr-disabled"]);
    assert_eq!(statuses(&report, PROVISIONED).len(), 2);
}

#[test]
fn refused_tags_are_a_gap_and_are_not_asked_for_one_by_one() {
    let stand_in = StandIn::of(world());
    stand_in.trouble(Trouble::with("tag:GetResources", Fault::Denied));
    let report = incomplete(&stand_in, &[TAGGED, PROVISIONED]);
    assert_eq!(outcome(&report, TABLE, "tag:GetResources"), "denied");
    assert!(statuses(&report, TAGGED).iter().all(|(_, status)| status != "pass" && status != "fail"));
    assert!(statuses(&report, PROVISIONED).iter().all(|(_, status)| status == "pass"), "billing does not depend on tags");
    assert_eq!(stand_in.count("dynamodb:ListTagsOfResource"), 0);
}

#[test]
fn a_table_that_was_never_tagged_is_untagged_and_not_unknown() {
    let mut world = world();
    world.tables.push(Table::named("zz-untagged"));
    let stand_in = StandIn::of(world);
    let report = complete(&stand_in, &[TAGGED]);
    let found = statuses(&report, TAGGED);
    assert!(found.contains(&("zz-untagged".to_owned(), "fail".to_owned())), "{found:?}");
}

#[test]
fn a_policy_document_that_cannot_be_read_is_unknown_for_its_role_alone() {
    let mut world = world();
    world.roles[0].document = "%7B%22Statement%22%3A".to_owned();
    let stand_in = StandIn::of(world);
    let report = complete(&stand_in, &[ROLES]);
    let expected = [("role-00000", "unknown"), ("role-00001", "pass")];
    assert_eq!(statuses(&report, ROLES), expected.map(|(name, status)| (name.to_owned(), status.to_owned())));
}

#[test]
fn no_policy_and_no_function_are_told_apart() {
    let stand_in = StandIn::of(world());
    let gone = Fault::Coded { status: 404, code: "ResourceNotFoundException", message: "Function not found: function-00001" };
    stand_in.trouble(Trouble::with("lambda:GetPolicy", gone).on("function-00001"));
    let report = complete(&stand_in, &[PERMISSION, TRACING]);
    assert_eq!(statuses(&report, PERMISSION), [("function-00000".to_owned(), "not_applicable".to_owned())]);
    assert_eq!(statuses(&report, TRACING), [("function-00000".to_owned(), "pass".to_owned())]);
}

#[test]
fn an_item_of_the_wrong_type_takes_no_other_with_it() {
    let stand_in = StandIn::of(world());
    let function = |name: &str, memory: Value| {
        json!({"FunctionName": name, "FunctionArn": format!("arn:aws:lambda:us-east-2:{ACCOUNT}:function:{name}"), "MemorySize": memory,
               "TracingConfig": {"Mode": "PassThrough"}})
    };
    let page = |second: Value| json!({"Functions": [function("one", json!(128)), second, function("three", json!(512))]});
    for broken in [function("two", json!("much")), function("two", json!({})), json!("two"), json!([7])] {
        stand_in.answer(Canned::json("lambda:ListFunctions", page(broken.clone())));
        stand_in.forget_counts();
        let report = incomplete(&stand_in, &[TRACING]);
        // What was read is judged, and one result of no name says that there is more.
        let expected = [("", "unknown"), ("one", "fail"), ("three", "fail")].map(|(name, status)| (name.to_owned(), status.to_owned()));
        assert_eq!(statuses(&report, TRACING), expected, "{broken}");
        assert_eq!(outcome(&report, FUNCTION, "lambda:ListFunctions"), "broken", "{broken}");
        // Reading it again is no request.
        assert_eq!(stand_in.count("lambda:ListFunctions"), 1, "{broken}");
    }
    stand_in.answer(Canned::json("lambda:ListFunctions", page(function("two", json!(256)))));
    assert_eq!(statuses(&complete(&stand_in, &[TRACING]), TRACING).len(), 3);
}

#[test]
fn nothing_can_be_audited_without_a_way_in() {
    let stand_in = StandIn::of(world());
    for fault in [Fault::Expired, Fault::Cut] {
        stand_in.mend();
        stand_in.trouble(Trouble::with("sts:*", fault.clone()));
        let ran = audit(&stand_in, &[PROVISIONED]);
        assert_eq!(ran.code, 4, "{fault:?}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.is_empty(), "{fault:?} is not explained");
    }
    let mut nobody = stand_in.account(ACCOUNT);
    nobody.endpoint = refused();
    let ran = Ledgerline::on(&nobody).args(["audit", "--rule", PROVISIONED]).run();
    assert_eq!(ran.code, 4, "{}", ran.stderr);
}

/// An address where nobody listens.
fn refused() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

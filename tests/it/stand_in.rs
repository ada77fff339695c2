//! The tools of the tests, tested: what the stand-in and the emulator are trusted for.

use crate::support::moto;
use crate::support::stand_in::{CostBook, Fault, Size, StandIn, Trouble, World};
use serde_json::{Value, json};

/// Status and JSON of a raw request.
fn ask(stand_in: &StandIn, target: &str, body: &Value) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.post(stand_in.url()).header("x-amz-target", target).send(body.to_string()).expect("an answer");
    let text = response.body_mut().read_to_string().expect("a body");
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn ask_cost(stand_in: &StandIn, body: &Value) -> (u16, Value) {
    ask(stand_in, "AWSInsightsIndexService.GetCostAndUsage", body)
}

fn by_service() -> Value {
    json!({"TimePeriod": {"Start": "2026-11-01", "End": "2026-11-04"}, "Granularity": "DAILY", "Metrics": ["UnblendedCost"],
           "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}]})
}

fn two_services() -> World {
    let (from, until) = ("2026-11-01".parse().unwrap(), "2026-11-04".parse().unwrap());
    let cost = CostBook { page_size: 3, ..CostBook::default() }.spend("Amazon DynamoDB", from, until, "0.10").spend(
        "AWS Lambda",
        from,
        until,
        "1.5E-7",
    );
    World { cost, ..World::default() }
}

#[test]
fn a_listing_has_pages_and_each_request_is_counted() {
    let stand_in = StandIn::of(World::generated(Size { tables: 150, ..Size::default() }));
    let (_, first) = ask(&stand_in, "DynamoDB_20120810.ListTables", &json!({}));
    assert_eq!(first["TableNames"].as_array().unwrap().len(), 100);
    let (_, second) = ask(&stand_in, "DynamoDB_20120810.ListTables", &json!({"ExclusiveStartTableName": first["LastEvaluatedTableName"]}));
    assert_eq!(second["TableNames"].as_array().unwrap().len(), 50);
    assert!(second["LastEvaluatedTableName"].is_null());
    assert_eq!(stand_in.count("dynamodb:ListTables"), 2);
}

#[test]
fn trouble_strikes_what_it_names_and_as_often_as_it_says() {
    let stand_in = StandIn::of(World::generated(Size { tables: 2, ..Size::default() }));
    stand_in.trouble(Trouble::with("dynamodb:DescribeTable", Fault::Throttled).on("table-00001").times(1));
    let describe = |name: &str| ask(&stand_in, "DynamoDB_20120810.DescribeTable", &json!({"TableName": name}));
    assert_eq!(describe("table-00000").0, 200);
    let (status, refused) = describe("table-00001");
    assert_eq!((status, refused["__type"].as_str()), (400, Some("com.amazonaws.standin#ThrottlingException")));
    assert_eq!(describe("table-00001").0, 200);
}

#[test]
fn cost_explorer_validates_as_aws_does_and_charges_nothing_for_refusals() {
    let stand_in = StandIn::of(two_services());
    let with = |change: Value| {
        let mut body = by_service();
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        ask_cost(&stand_in, &body)
    };
    let group = json!({"Type": "DIMENSION", "Key": "SERVICE"});
    for wrong in [
        json!({"GroupBy": [group, group, group]}),
        json!({"GroupBy": [{"Type": "DIMENSION", "Key": "CHARGE_TYPE"}]}),
        json!({"TimePeriod": {"Start": "2026-11-04", "End": "2026-11-04"}}),
        json!({"Metrics": []}),
    ] {
        let (status, answer) = with(wrong.clone());
        assert_eq!(status, 400, "{wrong}");
        assert!(answer["__type"].as_str().unwrap().ends_with("ValidationException"), "{answer}");
    }
    assert_eq!(stand_in.bill_cents(), 0);
}

#[test]
fn cost_explorer_splits_a_period_over_pages_and_charges_each() {
    let stand_in = StandIn::of(two_services());
    let (_, first) = ask_cost(&stand_in, &by_service());
    assert_eq!(first["ResultsByTime"][0]["Total"], json!({}));
    let mut body = by_service();
    body["NextPageToken"] = first["NextPageToken"].clone();
    let (_, second) = ask_cost(&stand_in, &body);
    assert_eq!(first["ResultsByTime"][1]["TimePeriod"], second["ResultsByTime"][0]["TimePeriod"]);
    assert_eq!(first["ResultsByTime"][0]["Groups"][0]["Metrics"]["UnblendedCost"]["Amount"], "1.5E-7");
    body["Metrics"] = json!(["AmortizedCost"]);
    assert!(ask_cost(&stand_in, &body).1["__type"].as_str().unwrap().ends_with("RequestChangedException"));
    assert_eq!(stand_in.bill_cents(), 2);
}

#[test]
fn before_an_emulator_only_the_trouble_differs() {
    let account = moto::account();
    account.table("one", &json!({}));
    let stand_in = StandIn::before(moto::url(), World::default());
    let through = moto::Account { endpoint: stand_in.url().to_owned(), ..account };
    let describe = || through.json("dynamodb", "DynamoDB_20120810", "DescribeTable", &json!({"TableName": "one"}));
    assert_eq!(describe()["Table"]["TableName"], "one");
    stand_in.trouble(Trouble::with("dynamodb:*", Fault::Denied));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(describe)).is_err());
    stand_in.mend();
    assert_eq!(describe()["Table"]["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
}

#[test]
fn accounts_of_the_emulator_do_not_see_each_other() {
    let (one, other) = (moto::account(), moto::account());
    one.table("mine", &json!({}));
    let listed = other.json("dynamodb", "DynamoDB_20120810", "ListTables", &json!({}));
    assert_eq!(listed["TableNames"], json!([]));
}

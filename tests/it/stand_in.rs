//! The tools of the tests, tested: what the stand-in and the emulator are trusted for.

use crate::support::moto;
use crate::support::stand_in::{Canned, CostBook, Fault, Size, StandIn, Trouble, World};
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

/// An account of the emulator, reached through the stand-in before it.
fn before_the_emulator() -> (StandIn, moto::Account) {
    let account = moto::account();
    let stand_in = StandIn::before(moto::url(), World::default());
    let through = moto::Account { endpoint: stand_in.url().to_owned(), ..account };
    (stand_in, through)
}

#[test]
fn every_operation_has_its_name_whatever_its_protocol() {
    let (stand_in, account) = before_the_emulator();
    for (service, path, name) in [
        ("apigateway", "/restapis/abc/stages", "apigateway:GetStages"),
        ("apigateway", "/v2/apis", "apigateway:GetApis"),
        ("lambda", "/2015-03-31/functions/one", "lambda:GetFunction"),
        ("backup", "/backup/plans/one/selections", "backup:ListBackupSelections"),
        ("access-analyzer", "/analyzer", "access-analyzer:ListAnalyzers"),
        ("lambda", "/nowhere", ""),
    ] {
        account.get(service, path);
        assert_eq!(stand_in.count(name), 1, "{name:?}: {:?}", stand_in.counts());
    }
    account.query("sns", "2010-03-31", "ListTopics", &[]);
    account.query("ec2", "2016-11-15", "DescribeSecurityGroups", &[]);
    account.json("kms", "TrentService", "ListKeys", &json!({}));
    account.json("cognito-idp", "AWSCognitoIdentityProviderService", "ListUserPools", &json!({"MaxResults": 60}));
    for name in ["sns:ListTopics", "ec2:DescribeSecurityGroups", "kms:ListKeys", "cognito-idp:ListUserPools"] {
        assert_eq!(stand_in.count(name), 1, "{name}: {:?}", stand_in.counts());
    }
    stand_in.forget_counts();
    assert_eq!(stand_in.counts().len(), 0);
}

#[test]
fn what_was_said_to_be_the_answer_is_given_to_those_who_ask_so() {
    let (stand_in, account) = before_the_emulator();
    let selections = |plan: &str| account.get("backup", &format!("/backup/plans/{plan}/selections")).1;
    assert_eq!(selections("one"), json!({"BackupSelectionsList": []}));
    let answer = json!({"BackupSelectionsList": [{"SelectionName": "tables"}]});
    stand_in.answer(Canned::json("backup:ListBackupSelections", answer.clone()).to(json!({"backupPlanId": "one"})));
    assert_eq!((selections("one"), selections("two")), (answer, json!({"BackupSelectionsList": []})));
    stand_in.answer(Canned::error("backup:ListBackupSelections", 400, "ResourceNotFoundException", "no such plan"));
    assert_eq!(account.get("backup", "/backup/plans/one/selections").0, 400);
    stand_in.answer(Canned::xml("sns:ListTopics", "<Topics/>"));
    assert!(account.query("sns", "2010-03-31", "ListTopics", &[]).contains("<ListTopicsResult><Topics/></ListTopicsResult>"));
}

#[test]
fn a_script_says_answers_over_http() {
    let (_stand_in, account) = before_the_emulator();
    let said = json!({"operation": "xray:GetEncryptionConfig", "answer": {"EncryptionConfig": {"Type": "KMS"}}});
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    agent.post(format!("{}/_stand-in/answers", account.endpoint)).send(said.to_string()).expect("taken");
    assert_eq!(account.rest("POST", "xray", "/EncryptionConfig", &json!({})), json!({"EncryptionConfig": {"Type": "KMS"}}));
}

#[test]
fn cbor_is_read_and_written_as_the_sdk_does() {
    let (stand_in, account) = before_the_emulator();
    let body = json!({"MaxRecords": 100, "AlarmNamePrefix": "ä", "AlarmTypes": ["MetricAlarm"], "Deep": {"Nothing": null, "Half": 0.5}});
    let (status, answer) = account.cbor("DescribeAlarms", &body);
    assert_eq!((status, &answer["MetricAlarms"]), (200, &json!([])), "{answer}");
    let said = json!({"MetricAlarms": [{"AlarmName": "errors", "Threshold": 1.5, "AlarmConfigurationUpdatedTimestamp": "@1764000000"}]});
    stand_in.answer(Canned::json("cloudwatch:DescribeAlarms", said.clone()).to(json!({"Deep": body["Deep"]})));
    assert_eq!(account.cbor("DescribeAlarms", &body), (200, said));
    stand_in.trouble(Trouble::with("cloudwatch:*", Fault::Denied));
    let (status, answer) = account.cbor("DescribeAlarms", &body);
    assert_eq!((status, answer["__type"].as_str()), (403, Some("com.amazonaws.standin#AccessDenied")));
}

#[test]
fn a_token_of_the_emulator_comes_back_for_ever_in_every_protocol() {
    let (stand_in, account) = before_the_emulator();
    stand_in.trouble(Trouble::with("*", Fault::RepeatedToken));
    assert_eq!(account.get("apigateway", "/restapis").1["position"], "again");
    assert_eq!(account.get("apigateway", "/restapis?position=again").1["position"], "again");
    assert_eq!(account.json("kms", "TrentService", "ListKeys", &json!({}))["Truncated"], true);
    assert!(account.query("sns", "2010-03-31", "ListTopics", &[]).contains("<NextToken>again</NextToken></ListTopicsResult>"));
    assert!(account.query("ec2", "2016-11-15", "DescribeVpcs", &[]).contains("<nextToken>again</nextToken></DescribeVpcsResponse>"));
    assert_eq!(account.cbor("DescribeAlarms", &json!({})).1["NextToken"], "again");
}

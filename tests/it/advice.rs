//! Advice with dollars, from what CloudWatch, Cost Anomaly Detection and the Cost Optimization Hub tell; and estimates from files.

use crate::support::command::{Ledgerline, Ran};
use crate::support::report::{outcome, results, statuses};
use crate::support::stand_in::{Canned, CostBook, Fault, Size, StandIn, Trouble, World};
use chrono::{Days, Utc};
use serde_json::{Value, json};

const METRICS: &str = "cloudwatch:GetMetricData";
const TABLE: &str = "AWS::DynamoDB::Table";
const ON: &str = "cost: { enabled: true, monthly_cap_usd: 1 }";

fn audit(stand_in: &StandIn, cost: &str, store: &std::path::Path, rules: &[&str]) -> Ran {
    let config = format!("store: {{ url: \"sqlite://{}\" }}\n{cost}\n", store.display());
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    Ledgerline::on(&stand_in.account("111122223333"))
        .file("ledgerline.yaml", &config)
        .args(["audit", "--config", "ledgerline.yaml", "--format", "json", "--fail-on", "never"])
        .args(["--status", "pass,fail,unknown,not_applicable"])
        .args(rules)
        .run()
}

fn store() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledgerline.db");
    (folder, path)
}

/// One table with one index; 70 units a second of everything in the last fortnight.
fn busy() -> StandIn {
    let stand_in = StandIn::of(World::generated(Size { tables: 1, ..Size::default() }));
    let now = Utc::now().timestamp() / 60 * 60;
    let times: Vec<String> = (0..15 * 24 * 60).map(|minute| format!("@{}", now - 15 * 86_400 + minute * 60)).collect();
    let values = vec![4_200.5; times.len()];
    let series = |id: usize| json!({"Id": format!("m{id}"), "Label": "x", "StatusCode": "Complete", "Timestamps": times, "Values": values});
    stand_in.answer(Canned::json(METRICS, json!({"MetricDataResults": (0..4).map(series).collect::<Vec<_>>()})));
    stand_in
}

#[test]
fn a_busy_table_on_demand_is_told_what_another_mode_would_save() {
    let stand_in = busy();
    let (_folder, store) = store();
    let rules = ["dynamodb-table-mode-costly", "dynamodb-table-idle", "dynamodb-index-idle"];
    let report = audit(&stand_in, ON, &store, &rules).json();
    assert_eq!(outcome(&report, TABLE, METRICS), "complete", "{:#}", report["coverage"]);
    let found = results(&report, "dynamodb-table-mode-costly");
    assert_eq!(found[0]["status"], "fail", "{:#}", found[0]);
    let saved: f64 = found[0]["monthly_savings_usd"].as_str().expect("an amount").parse().expect("a number");
    assert!((150.0..170.0).contains(&saved), "{saved}");
    assert_eq!(report["summary"]["monthly_savings_usd"], found[0]["monthly_savings_usd"]);
    assert_eq!(statuses(&report, "dynamodb-table-idle")[0].1, "pass");
    // Two metrics of the table, two of its index, at a thousandth of a cent.
    assert_eq!(report["requests"]["paid_usd"], "0.00004");
    let again = audit(&stand_in, ON, &store, &rules).json();
    assert_eq!((stand_in.count(METRICS), &again["requests"]["paid_usd"]), (1, &Value::from("0")), "kept for a day");
    assert_eq!(results(&again, "dynamodb-table-mode-costly")[0]["status"], "fail");
}

#[test]
fn without_paid_calls_consumption_is_not_judged_and_not_asked_for() {
    let stand_in = busy();
    let (_folder, store) = store();
    let report = audit(&stand_in, "", &store, &["dynamodb-table-mode-costly"]).json();
    assert_eq!((outcome(&report, TABLE, METRICS), stand_in.count(METRICS)), ("skipped", 0));
    assert_eq!(report["coverage"]["complete"], true);
    assert_eq!(statuses(&report, "dynamodb-table-mode-costly")[0].1, "not_applicable");
}

#[test]
fn consumption_that_could_not_be_read_is_unknown() {
    let stand_in = busy();
    stand_in.trouble(Trouble::with(METRICS, Fault::Denied));
    let (_folder, store) = store();
    let report = audit(&stand_in, ON, &store, &["dynamodb-table-mode-costly"]).json();
    assert_eq!(outcome(&report, TABLE, METRICS), "denied");
    assert_eq!(statuses(&report, "dynamodb-table-mode-costly")[0].1, "unknown");
}

#[test]
fn what_aws_recommends_is_imported_where_somebody_enrolled() {
    const CALL: &str = "cost-optimization-hub:ListRecommendations";
    const KIND: &str = "Ledgerline::Cost::Recommendation";
    let stand_in = StandIn::of(World::default());
    let (_folder, store) = store();
    let report = audit(&stand_in, "", &store, &["cost-recommendation-open"]).json();
    assert_eq!((outcome(&report, KIND, CALL), &report["coverage"]["complete"]), ("not_enabled", &Value::Bool(true)));
    let one = json!({"recommendationId": "r-1", "accountId": "111122223333", "region": "us-east-2",
        "resourceArn": "arn:aws:dynamodb:us-east-2:111122223333:table/old", "currentResourceType": "DynamoDbTable",
        "actionType": "Delete", "estimatedMonthlySavings": 12.34, "currencyCode": "USD"});
    stand_in.answer(Canned::json(CALL, json!({"items": [one]})));
    let report = audit(&stand_in, "", &store, &["cost-recommendation-open"]).json();
    let found = results(&report, "cost-recommendation-open");
    assert_eq!((&found[0]["status"], &found[0]["monthly_savings_usd"]), (&Value::from("fail"), &Value::from("12.34")));
}

#[test]
fn what_aws_noticed_is_an_anomaly_of_ours_too() {
    let today = Utc::now().date_naive();
    let day = |back: u64| today.checked_sub_days(Days::new(back)).expect("a day");
    let cost = CostBook::default().spend("AWS Lambda", day(60), today, "0.10");
    let stand_in = StandIn::of(World { cost, ..World::default() });
    let cause = json!({"Service": "AWS Lambda", "Region": "us-east-2", "LinkedAccount": "111122223333", "UsageType": "USE2-Request"});
    let anomaly = json!({"AnomalyId": "a-1", "AnomalyStartDate": format!("{}T00:00:00Z", day(2)), "AnomalyEndDate": day(1).to_string(),
        "DimensionValue": "AWS Lambda", "RootCauses": [cause], "AnomalyScore": {"MaxScore": 0.9, "CurrentScore": 0.9},
        "Impact": {"MaxImpact": 4.5, "TotalImpact": 4.5, "TotalActualSpend": 4.5, "TotalExpectedSpend": 0.0},
        "MonitorArn": "arn:aws:ce::111122223333:anomalymonitor/m"});
    stand_in.answer(Canned::json("ce:GetAnomalies", json!({"Anomalies": [anomaly]})));
    let (_folder, store) = store();
    let rules = ["cost-anomaly-open", "cost-anomaly-monitor-missing", "cost-service-above-estimate"];
    let report = audit(&stand_in, "cost: { enabled: true, monthly_cap_usd: 2 }", &store, &rules).json();
    assert_eq!(outcome(&report, "Ledgerline::Cost::Anomaly", "ce:GetAnomalies"), "complete", "{:#}", report["coverage"]);
    let found = results(&report, "cost-anomaly-open");
    let failing: Vec<&&Value> = found.iter().filter(|row| row["status"] == "fail").collect();
    let [only] = failing.as_slice() else { panic!("{found:#?}") };
    assert!(only["message"].as_str().is_some_and(|message| message.contains("USE2-Request")), "{only:#}");
    assert_eq!(statuses(&report, "cost-anomaly-monitor-missing")[0].1, "fail");
}

#[test]
fn the_example_of_a_usage_file_makes_the_worked_figures() {
    let example = Ledgerline::new().args(["cost", "estimate", "--example"]).run();
    let made =
        Ledgerline::new().file("usage.yaml", &example.stdout).args(["cost", "estimate", "usage.yaml", "--format", "json"]).run().json();
    assert_eq!((&made["components"][0]["component"], &made["components"][0]["list"]), (&Value::from("DynamoDB"), &Value::from("4.125")));
    assert_eq!(made["components"][1]["list"], "2.100003");
    let thresholds = json!({"provisioned_percent": "28.9", "reserved_one_year_percent": "13.3", "reserved_three_years_percent": "6.6",
        "infrequent_access_storage_percent": "29.4"});
    assert_eq!(made["thresholds"], thresholds);
    let table = Ledgerline::new().file("usage.yaml", &example.stdout).args(["cost", "estimate", "usage.yaml"]).run().stdout;
    assert!(table.contains("4.125") && table.contains("2.10 ") && table.contains("28.9 %"), "{table}");
    let wrong = Ledgerline::new().file("usage.yaml", "region: us-east-2\ncomponents: { A: { usage: { logs-ingst: 1 } } }\n");
    let wrong = wrong.args(["cost", "estimate", "usage.yaml"]).run();
    assert!(wrong.code == 2 && wrong.stderr.contains("logs-ingest"), "{}", wrong.stderr);
}

#[test]
fn what_an_account_uses_is_asked_of_cloudwatch_and_paid_within_the_cap() {
    let stand_in = StandIn::of(World::generated(Size { tables: 1, functions: 1, ..Size::default() }));
    let one = |id: &str, label: &str, sum: f64| json!({"Id": id, "Label": label, "StatusCode": "Complete", "Timestamps": ["@1764000000"], "Values": [sum + 0.5]});
    let counted = [one("reads", "table-00000", 8e6), one("writes", "table-00000", 3e6), one("invocations", "function-00000", 3e6)];
    stand_in.answer(Canned::json(METRICS, json!({"MetricDataResults": counted})));
    let (_folder, store) = store();
    let run = |cost: &str| {
        let config = format!("regions: [us-east-2]\nstore: {{ url: \"sqlite://{}\" }}\n{cost}\n", store.display());
        let args = ["cost", "estimate", "--from-cloudwatch", "--config", "ledgerline.yaml", "--format", "json"];
        Ledgerline::on(&stand_in.account("111122223333")).file("ledgerline.yaml", &config).args(args).run()
    };
    let refused = run("");
    assert!(refused.code == 2 && refused.stderr.contains("cost.enabled"), "{}", refused.stderr);
    assert_eq!(stand_in.count(METRICS), 0);
    let made = run(ON).json();
    let names: Vec<&str> = made["components"].as_array().into_iter().flatten().filter_map(|one| one["component"].as_str()).collect();
    assert!(names.contains(&"DynamoDB") && names.contains(&"Lambda"), "{made:#}");
    assert_eq!(made["region"], "us-east-2");
    run(ON).json();
    assert_eq!(stand_in.count(METRICS), 1, "kept for a day");
}

//! Functions over the stand-in: what the listing brings, what is asked for each, and what must never be kept or asked.

use crate::support::command::Ledgerline;
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, Function, StandIn, Trouble, World};
use serde_json::{Value, json};

const FUNCTION: &str = "AWS::Lambda::Function";

#[test]
fn a_functions_secrets_never_reach_a_recording() {
    let variables = json!({"Environment": {"Variables": {"API_KEY": "s3cr3t-value", "TABLE": "users"}}});
    let stand_in =
        StandIn::of(World { functions: vec![Function { configuration: variables, ..Function::named("one") }], ..World::default() });
    stand_in.answer(Canned::xml("ec2:DescribeSubnets", "<subnetSet/>"));
    let resources = collected(&stand_in.account("111122223333"), &["lambda-*"]);
    let function = find(&resources, FUNCTION, "one");
    assert_eq!(function["state"]["EnvironmentVariableNames"], json!(["API_KEY", "TABLE"]));
    assert!(!serde_json::to_string(&resources).unwrap().contains("s3cr3t-value"));
    assert_eq!(stand_in.count("lambda:GetFunction"), 0, "GetFunction, whose answer has the code's address, was asked for");
}

#[test]
fn a_policy_is_asked_for_only_where_a_rule_reads_it() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction"}]}"#;
    let stand_in = StandIn::of(World {
        functions: vec![Function { policy: Some(policy.to_owned()), ..Function::named("open") }, Function::named("shut")],
        ..World::default()
    });
    let account = stand_in.account("111122223333");
    collected(&account, &["lambda-tracing-inactive"]);
    assert_eq!(stand_in.count("lambda:GetPolicy"), 0);
    let resources = collected(&account, &["lambda-policy-public"]);
    assert_eq!(stand_in.count("lambda:GetPolicy"), 2);
    assert_eq!(find(&resources, FUNCTION, "open")["state"]["Policy"]["Statement"][0]["Principal"], "*");
    let shut = find(&resources, FUNCTION, "shut");
    assert!(shut["state"].get("Policy").is_none());
    assert!(!shut["gaps"].as_array().unwrap().iter().any(|gap| gap["path"] == "state.Policy"), "{shut:#}");
}

#[test]
fn an_image_has_no_runtime() {
    let image = json!({"PackageType": "Image", "Runtime": null, "Handler": null});
    let stand_in =
        StandIn::of(World { functions: vec![Function { configuration: image, ..Function::named("image") }], ..World::default() });
    stand_in.answer(Canned::xml("ec2:DescribeSubnets", "<subnetSet/>"));
    let resources = collected(&stand_in.account("111122223333"), &["lambda-*"]);
    let function = find(&resources, FUNCTION, "image");
    assert_eq!(function["properties"]["PackageType"], "Image");
    assert!(function["properties"].get("Runtime").is_none());
}

const ARN: &str = "arn:aws:lambda:us-east-2:111122223333:function:one";

fn anybody(resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "all", "Effect": "Allow", "Principal": "*",
           "Action": "lambda:InvokeFunction", "Resource": resource}]})
    .to_string()
}

fn entry(version: &str) -> Value {
    json!({"FunctionName": "one", "FunctionArn": format!("{ARN}:{version}"), "Version": version, "Runtime": "nodejs22.x",
           "Role": "arn:aws:iam::111122223333:role/one", "CodeSize": 1, "LastModified": "2026-01-01T12:00:00.000+0000"})
}

/// One function with an alias and two versions; only the alias and the older version are open to everybody.
fn with_versions() -> StandIn {
    let stand_in = StandIn::of(World { functions: vec![Function::named("one")], ..World::default() });
    let all = json!({"Functions": [entry("$LATEST"), entry("1"), entry("2")]});
    stand_in.answer(Canned::json("lambda:ListFunctions", all).to(json!({"FunctionVersion": "ALL"})));
    let alias = json!({"AliasArn": format!("{ARN}:live"), "Name": "live", "FunctionVersion": "2"});
    stand_in.answer(Canned::json("lambda:ListAliases", json!({"Aliases": [alias]})));
    for qualifier in ["live", "1"] {
        let policy = json!({"Policy": anybody(&format!("{ARN}:{qualifier}")), "RevisionId": "1"});
        stand_in.answer(Canned::json("lambda:GetPolicy", policy).to(json!({"Qualifier": qualifier})));
    }
    stand_in
}

fn audit(stand_in: &StandIn, rules: &[&str]) -> Value {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let ran = Ledgerline::on(&stand_in.account("111122223333"))
        .args(["audit", "--format", "json", "--fail-on", "never", "--status", "pass,fail,unknown,not_applicable"].into_iter().chain(rules))
        .run();
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn a_policy_that_hangs_on_an_alias_or_a_version_is_seen_and_the_function_is_not_blamed() {
    let stand_in = with_versions();
    let report = audit(&stand_in, &["lambda-policy-public", "lambda-alias-policy-public", "lambda-version-policy-public"]);
    let status = |rule: &str, name: &str| {
        let found = statuses(&report, rule);
        found.iter().find(|(of, _)| of == name).map(|(_, status)| status.clone()).unwrap_or_else(|| panic!("{rule}: {found:?}"))
    };
    assert_eq!(status("lambda-policy-public", "one"), "not_applicable");
    assert_eq!(status("lambda-alias-policy-public", "one:live"), "fail");
    assert_eq!(status("lambda-version-policy-public", "one:1"), "fail");
    assert_eq!(status("lambda-version-policy-public", "one:2"), "not_applicable");
    // One listing for functions and versions, one of aliases, and a policy each: function, alias, two versions.
    for (call, times) in [("lambda:ListFunctions", 1), ("lambda:ListAliases", 1), ("lambda:GetPolicy", 4)] {
        assert_eq!(stand_in.count(call), times, "{call}");
    }
}

#[test]
fn a_version_is_unused_only_where_no_alias_leads_to_it() {
    let report = audit(&with_versions(), &["lambda-version-unused"]);
    // Fewer than the versions that may stay: nothing to say of either.
    assert_eq!(
        statuses(&report, "lambda-version-unused").iter().map(|(_, status)| status.as_str()).collect::<Vec<_>>(),
        ["not_applicable"; 2]
    );
    let stand_in = with_versions();
    let versions: Vec<Value> = ["$LATEST", "1", "2", "3", "4", "5", "6"].map(entry).to_vec();
    stand_in.answer(Canned::json("lambda:ListFunctions", json!({"Functions": versions})).to(json!({"FunctionVersion": "ALL"})));
    let report = audit(&stand_in, &["lambda-version-unused"]);
    let failed: Vec<_> = statuses(&report, "lambda-version-unused").into_iter().filter(|(_, status)| status == "fail").collect();
    assert_eq!(failed, [("one:1", "fail"), ("one:3", "fail")].map(|(name, status)| (name.to_owned(), status.to_owned())));
    stand_in.trouble(Trouble::with("lambda:ListAliases", Fault::Denied));
    let report = audit(&stand_in, &["lambda-version-unused"]);
    assert!(!statuses(&report, "lambda-version-unused").iter().any(|(_, status)| status == "fail" || status == "pass"), "{report:#}");
}

#[test]
fn no_function_costs_more_than_six_calls_with_all_rules_loaded() {
    let functions = ["one", "two", "three"].map(Function::named).to_vec();
    let stand_in = StandIn::of(World { functions, ..World::default() });
    stand_in.answer(Canned::xml("ec2:DescribeSubnets", "<subnetSet/>"));
    audit(&stand_in, &["lambda-*"]);
    let counts = stand_in.counts();
    let each: Vec<_> = counts.iter().filter(|(call, _)| call.starts_with("lambda:") && *call != "lambda:ListFunctions").collect();
    let (listings, each): (Vec<_>, Vec<_>) = each.into_iter().partition(|(call, _)| *call == "lambda:ListEventSourceMappings");
    assert_eq!(listings.iter().map(|(_, count)| **count).sum::<u64>(), 1, "{counts:?}");
    assert!(each.len() <= 6 && each.iter().all(|(_, count)| **count == 3), "{each:?}");
}

#[test]
fn urls_that_were_not_told_are_unknown_and_never_none() {
    for answer in [json!({}), json!({"FunctionUrlConfigs": [{"FunctionUrl": "https://abc.lambda-url.us-east-2.on.aws/"}]})] {
        let stand_in = StandIn::of(World { functions: vec![Function::named("one")], ..World::default() });
        stand_in.answer(Canned::json("lambda:ListFunctionUrlConfigs", answer));
        let report = audit(&stand_in, &["lambda-url-public"]);
        assert_eq!(statuses(&report, "lambda-url-public"), [("one".to_owned(), "unknown".to_owned())]);
        assert_eq!(outcome(&report, FUNCTION, "lambda:ListFunctionUrlConfigs"), "broken");
    }
}

#[test]
fn an_open_url_of_an_alias_is_found_on_the_second_page() {
    let stand_in = StandIn::of(World { functions: vec![Function::named("one")], ..World::default() });
    let url = |name: &str, auth: &str| {
        json!({"FunctionUrl": format!("https://{name}.lambda-url.us-east-2.on.aws/"), "FunctionArn": format!("{ARN}:{name}"),
               "AuthType": auth, "CreationTime": "2026-10-01T12:00:00Z", "LastModifiedTime": "2026-10-01T12:00:00Z"})
    };
    stand_in
        .answer(Canned::json("lambda:ListFunctionUrlConfigs", json!({"FunctionUrlConfigs": [url("good", "AWS_IAM")], "NextMarker": "2"})));
    stand_in.answer(
        Canned::json("lambda:ListFunctionUrlConfigs", json!({"FunctionUrlConfigs": [url("bad", "NONE")]})).to(json!({"Marker": "2"})),
    );
    let report = audit(&stand_in, &["lambda-url-public"]);
    assert_eq!(statuses(&report, "lambda-url-public"), [("one".to_owned(), "fail".to_owned())]);
    assert_eq!(stand_in.count("lambda:ListFunctionUrlConfigs"), 2);
}

#[test]
fn a_function_that_goes_away_meanwhile_is_dropped_and_hides_no_other() {
    let functions = ["gone", "one"].map(Function::named).to_vec();
    let stand_in = StandIn::of(World { functions, ..World::default() });
    for call in ["lambda:ListAliases", "lambda:ListFunctionUrlConfigs"] {
        let gone = Canned::error(call, 404, "ResourceNotFoundException", "Function not found: gone");
        stand_in.answer(gone.to(json!({"FunctionName": "gone"})));
    }
    let report = audit(&stand_in, &["lambda-url-public", "lambda-alias-policy-public"]);
    assert_eq!(report["coverage"]["complete"], true, "{:#}", report["coverage"]);
    assert_eq!(statuses(&report, "lambda-url-public"), [("one".to_owned(), "not_applicable".to_owned())]);
}

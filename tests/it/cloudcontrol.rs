//! A type that no collector describes, audited by a rule file alone: over the stand-in, since the emulator has no Cloud Control.

use crate::support::command::{Ledgerline, Ran};
use crate::support::report::{outcome, rows, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const QUEUE: &str = "AWS::SQS::Queue";
const LIST: &str = "cloudformation:ListResources";
const GET: &str = "cloudformation:GetResource";
const ID: &str = "queue-unencrypted";

/// A rule on this type, read by this expression.
fn rule(resource: &str, assert: &str) -> String {
    format!(
        "id: {ID}\ntitle: Queues have a key\nstatus: stable\nsince: 0.1.0\npillar: security\nseverity: medium\nresource: {resource}\n\
         assert: {assert}\nmessage: \"{{{{ name }}}} has no key\"\nwhy: messages\nremedy: {{ text: set one }}\nexamples:\n  \
         - {{ expect: pass, properties: {{ KmsMasterKeyId: alias/a }} }}\n  - {{ expect: fail, properties: {{ DelaySeconds: 0 }} }}\n  \
         - {{ expect: unknown, gaps: {{ properties.KmsMasterKeyId: AccessDenied }} }}\n"
    )
}

fn encrypted() -> String {
    rule(QUEUE, "has(properties.KmsMasterKeyId) || has(properties.DelaySeconds) && properties.DelaySeconds > 900")
}

fn url(name: &str) -> String {
    format!("https://sqs.us-east-2.amazonaws.com/111122223333/{name}")
}

/// Three queues on two pages: one with a key, one without, one that is gone when it is asked for. The listing lies about the
/// second: what a `list` handler tells besides identifiers is not to be believed.
fn queues() -> StandIn {
    let stand_in = StandIn::of(World::default());
    let page = |names: &[&str], next: Option<&str>| {
        let properties = json!({ "KmsMasterKeyId": "alias/told-by-the-listing" }).to_string();
        let items: Vec<Value> = names.iter().map(|name| json!({"Identifier": url(name), "Properties": properties})).collect();
        json!({"TypeName": QUEUE, "ResourceDescriptions": items, "NextToken": next})
    };
    stand_in.answer(Canned::json(LIST, page(&["keyed"], Some("two"))));
    stand_in.answer(Canned::json(LIST, page(&["open", "gone"], None)).to(json!({"NextToken": "two"})));
    for (name, properties) in [
        ("keyed", json!({"QueueUrl": url("keyed"), "KmsMasterKeyId": "alias/a", "QueueName": "secret-name"})),
        ("open", json!({"QueueUrl": url("open"), "DelaySeconds": 5, "QueueName": "secret-name"})),
    ] {
        let told = json!({"TypeName": QUEUE, "ResourceDescription": {"Identifier": url(name), "Properties": properties.to_string()}});
        stand_in.answer(Canned::json(GET, told).to(json!({"Identifier": url(name)})));
    }
    let gone = Canned::error(GET, 400, "ResourceNotFoundException", "Resource of type 'AWS::SQS::Queue' was not found");
    stand_in.answer(gone.to(json!({"Identifier": url("gone")})));
    stand_in
}

fn audit(stand_in: &StandIn, rule: &str) -> Ran {
    let args = ["audit", "--rules", "own", "--rule", ID, "--format", "json", "--fail-on", "never", "--status", "pass,fail,unknown"];
    with_rule(Ledgerline::on(&stand_in.account("111122223333")), rule).args(args).run()
}

fn with_rule(command: Ledgerline, rule: &str) -> Ledgerline {
    std::fs::create_dir_all(command.folder().join("own")).unwrap();
    command.file(&format!("own/{ID}.yaml"), rule)
}

fn said(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect()
}

#[test]
fn a_rule_file_alone_audits_a_type_and_each_resource_is_read_once() {
    let stand_in = queues();
    let ran = audit(&stand_in, &encrypted());
    let report = ran.json();
    assert_eq!(statuses(&report, ID), said(&[("keyed", "pass"), ("open", "fail")]), "{}", ran.stderr);
    assert_eq!((outcome(&report, QUEUE, LIST), outcome(&report, QUEUE, GET)), ("complete", "complete"));
    assert_eq!((stand_in.count(LIST), stand_in.count(GET)), (2, 3));
}

#[test]
fn only_what_the_rule_reads_is_recorded() {
    let stand_in = queues();
    let args = ["collect", "--rules", "own", "--rule", ID, "--output", "a.ndjson.zst"];
    let command = with_rule(Ledgerline::on(&stand_in.account("111122223333")), &encrypted()).args(args);
    let (ran, resources) = command.run_and(|folder| crate::support::report::recorded(&folder.join("a.ndjson.zst")));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = serde_json::to_string(&resources).unwrap();
    assert!(text.contains("alias/a") && !text.contains("secret-name") && !text.contains("told-by-the-listing"), "{text}");
}

#[test]
fn what_cloud_control_refuses_is_unknown_and_names_the_action_of_the_service_behind_it() {
    let stand_in = queues();
    let words = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: sqs:GetQueueAttributes on resource: open";
    stand_in.trouble(Trouble::with(GET, Fault::Coded { status: 400, code: "GeneralServiceException", message: words }).on("open"));
    let ran = audit(&stand_in, &encrypted());
    let report = ran.json();
    assert_eq!(statuses(&report, ID), said(&[("keyed", "pass"), ("open", "unknown")]));
    let rows = rows(&report, GET);
    assert_eq!((ran.code, &rows[0]["outcome"], &rows[0]["permission"]), (3, &json!("denied"), &json!("sqs:GetQueueAttributes")));
}

#[test]
fn a_type_that_a_region_lacks_or_cannot_list_is_unknown_and_never_empty() {
    for code in ["TypeNotFoundException", "UnsupportedActionException"] {
        let stand_in = queues();
        stand_in.trouble(Trouble::with(LIST, Fault::Coded { status: 400, code, message: "no such thing here" }));
        let report = audit(&stand_in, &encrypted()).json();
        assert_eq!(outcome(&report, QUEUE, LIST), "broken", "{code}");
        assert_eq!(statuses(&report, ID), said(&[("", "unknown")]), "{code}");
    }
}

#[test]
fn half_a_listing_and_half_an_answer_are_unknown() {
    let stand_in = queues();
    stand_in.trouble(Trouble::with(LIST, Fault::Denied).on_later_pages());
    let told = json!({"TypeName": QUEUE, "ResourceDescription": {"Identifier": url("keyed"), "Properties": "{\"half"}});
    stand_in.answer(Canned::json(GET, told).to(json!({"Identifier": url("keyed")})));
    let report = audit(&stand_in, &encrypted()).json();
    assert_eq!(statuses(&report, ID), said(&[("", "unknown"), ("keyed", "unknown")]));
    assert_eq!((outcome(&report, QUEUE, LIST), outcome(&report, QUEUE, GET)), ("denied", "denied"));
}

#[test]
fn a_handler_that_asks_for_patience_is_asked_again() {
    let stand_in = queues();
    stand_in.trouble(Trouble::with(GET, Fault::Coded { status: 400, code: "GeneralServiceException", message: "Rate exceeded" }).times(1));
    assert_eq!(statuses(&audit(&stand_in, &encrypted()).json(), ID), said(&[("keyed", "pass"), ("open", "fail")]));
    assert_eq!(stand_in.count(GET), 4);
}

#[test]
fn what_has_no_region_is_listed_once() {
    let stand_in = StandIn::of(World::default());
    let text = rule("AWS::CloudFront::Distribution", "has(properties.KmsMasterKeyId)").replace("KmsMasterKeyId", "DistributionConfig");
    let text = text.replace("DelaySeconds: 0", "Id: a").replace("alias/a", "{}");
    let args = ["audit", "--rules", "own", "--rule", ID, "--format", "json", "--region", "us-east-2", "--region", "eu-west-1"];
    let ran = with_rule(Ledgerline::on(&stand_in.account("111122223333")), &text).args(args).run();
    assert_eq!((ran.code, stand_in.count(LIST)), (0, 1), "{}\n{}", ran.stderr, ran.stdout);
}

#[test]
fn rules_check_says_what_is_loose_and_refuses_what_may_hold_secrets() {
    let check = |text: &str| with_rule(Ledgerline::new(), text).args(["rules", "check", "own"]).run();
    let fine = check(&encrypted());
    assert_eq!(fine.code, 0, "{}", fine.stderr);
    assert!(fine.stderr.contains("AWS::SQS::Queue is checked loosely"), "{}", fine.stderr);
    for (text, word) in [
        (encrypted().replace("KmsMasterKeyId", "KmsMasterKeyID"), "did you mean KmsMasterKeyId"),
        (rule("AWS::SSM::Parameter", "properties.Value != ''"), "AWS::SSM::Parameter can't be audited by Cloud Control"),
        (rule("AWS::Redshift::Cluster", "has(properties.MasterUserPassword)"), "write-only"),
        (rule(QUEUE, "size(properties) > 0 && properties == {}"), "read at once"),
    ] {
        let ran = check(&text);
        assert_eq!(ran.code, 2, "{text}");
        assert!(ran.stderr.contains(word), "{word} is not in\n{}", ran.stderr);
    }
}

#[test]
fn the_policy_has_what_the_handlers_need() {
    let args = ["permissions", "--rules", "own", "--rule", ID];
    let policy = with_rule(Ledgerline::new(), &encrypted()).args(args).run().json();
    let actions: Vec<&str> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["Action"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(actions, [GET, LIST, "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:ListQueues"]);
}

#[test]
fn a_type_that_hangs_on_others_is_told_and_not_asked_for() {
    let stand_in = StandIn::of(World::default());
    let text = rule("AWS::EKS::FargateProfile", "has(properties.KmsMasterKeyId)").replace("KmsMasterKeyId", "Subnets");
    let text = text.replace("DelaySeconds: 0", "ClusterName: a").replace("alias/a", "[a]");
    let ran = audit(&stand_in, &text);
    assert_eq!((ran.code, stand_in.count(LIST)), (3, 0), "{}", ran.stderr);
    assert_eq!(statuses(&ran.json(), ID), said(&[("", "unknown")]));
    assert!(ran.stderr.contains("only under a given ClusterName"), "{}", ran.stderr);
}

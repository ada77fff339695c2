//! What roles used of what they may: a job begun, waited for, read in pages, kept for a week, and taken up where it was left.

use crate::support::command::Ledgerline;
use crate::support::report::{outcome, recorded, results};
use crate::support::stand_in::{Accessed, Fault, Service, Size, StandIn, Trouble, World};
use serde_json::{Value, json};

const BEGIN: &str = "iam:GenerateServiceLastAccessedDetails";
const READ: &str = "iam:GetServiceLastAccessedDetails";
const RULE: &str = "iam-role-permissions-unused";

fn world(roles: usize) -> World {
    let services = vec![
        Service { namespace: "dynamodb", days_ago: Some(3), actions: vec![("GetItem", None), ("CreateTable", Some(3))] },
        Service { namespace: "s3", days_ago: None, actions: vec![("CreateBucket", None)] },
        Service { namespace: "sqs", days_ago: None, actions: Vec::new() },
    ];
    World { accessed: Accessed { services, ..Accessed::default() }, ..World::generated(Size { roles, ..Size::default() }) }
}

fn audit(stand_in: &StandIn, store: Option<&std::path::Path>) -> Value {
    let config = store.map_or_else(String::new, |store| format!("store: {{ url: \"sqlite://{}\" }}\n", store.display()));
    Ledgerline::on(&stand_in.account("111122223333"))
        .file("ledgerline.yaml", &config)
        .args(["audit", "--config", "ledgerline.yaml", "--format", "json", "--fail-on", "never", "--allow-incomplete", "--rule", RULE])
        .args(["--status", "pass,fail,waived,unknown,not_applicable"])
        .run()
        .json()
}

#[test]
fn a_job_is_waited_for_and_read_to_its_last_page() {
    let stand_in = StandIn::of(world(1));
    let report = audit(&stand_in, None);
    assert_eq!(outcome(&report, "AWS::IAM::Role", READ), "complete");
    let [result] = &results(&report, RULE)[..] else { panic!("{report:#}") };
    assert_eq!(result["status"], "fail");
    let message = result["message"].as_str().unwrap();
    assert!(message.ends_with("did not use in 400 days: s3, sqs, dynamodb:GetItem"), "{message}");
    // The one policy of the role grants just what was not used: nothing of it is left.
    let [replacement] = &result["replacement"].as_array().unwrap()[..] else { panic!("{result:#}") };
    assert_eq!((&replacement["policy"], &replacement["documents"]), (&json!("inline"), &json!([])));
    assert_eq!(replacement["proofs"]["within_current"]["result"], "no_new_access");
    // Once while it ran, and two pages.
    assert_eq!((stand_in.count(BEGIN), stand_in.count(READ)), (1, 3));
}

#[test]
fn an_answer_is_good_for_a_week_and_what_failed_is_asked_again() {
    let stand_in = StandIn::of(world(3));
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("ledgerline.db");
    stand_in.trouble(Trouble::with(BEGIN, Fault::Denied).on("role-00001"));
    let report = audit(&stand_in, Some(&store));
    let status = |report: &Value| results(report, RULE).iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(status(&report), ["fail", "unknown", "fail"]);
    assert_eq!(outcome(&report, "AWS::IAM::Role", BEGIN), "denied");
    stand_in.mend();
    stand_in.forget_counts();
    assert_eq!(status(&audit(&stand_in, Some(&store))), ["fail", "fail", "fail"]);
    assert_eq!(stand_in.count(BEGIN), 1, "only the one that is not known");
    audit(&stand_in, Some(&store));
    assert_eq!(stand_in.count(BEGIN), 1);
}

#[test]
fn a_job_of_credentials_that_were_renewed_is_begun_again() {
    let stand_in = StandIn::of(world(1));
    stand_in.renew_after_jobs(1);
    let report = audit(&stand_in, None);
    assert_eq!(outcome(&report, "AWS::IAM::Role", READ), "complete");
    assert_eq!((stand_in.count(BEGIN), stand_in.count(READ)), (2, 4));
}

#[test]
fn a_recording_tells_the_use_and_a_policy_is_narrowed_by_it() {
    let stand_in = StandIn::of(world(1));
    let command = Ledgerline::on(&stand_in.account("111122223333"));
    let (ran, role) = command.args(["collect", "--output", "account.ndjson.zst", "--rule", RULE]).run_and(|folder| {
        let resources = recorded(&folder.join("account.ndjson.zst"));
        resources.into_iter().find(|one| one["type"] == "AWS::IAM::Role").unwrap_or_default()
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let used = &role["state"]["LastAccessed"];
    assert_eq!((&used["JobStatus"], used["ServicesLastAccessed"].as_array().map(Vec::len)), (&json!("COMPLETED"), Some(3)));
}

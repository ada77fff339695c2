//! What is taken away, what must stay, and that what is shown holds.

use super::evidence::{Evidence, EvidenceFault, Verdict};
use super::{Depth, Owner, Place, Proposal, Replacement, Request, json, propose};
use crate::iam::actions::Database;
use crate::iam::comparison::{Comparison, Kind, compare};
use crate::iam::document::{Document, parse_text};
use crate::model::{Interner, Value};
use serde_json::{Value as Json, json};

fn document(statements: &Json) -> Document {
    parse_text(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).unwrap()
}

fn value(json: &Json) -> Value {
    Value::from_json(json, &Interner::new())
}

const USED: &str = "2026-11-01T10:00:00Z";

/// A service, whether it was used, and its tracked actions, each with whether it was.
type Said<'a> = (&'a str, bool, &'a [(&'a str, bool)]);

/// What IAM says: a service, whether it was used, and its tracked actions, each with whether it was.
fn accessed(services: &[Said<'_>]) -> Evidence {
    let services = services.iter().map(|(service, used, actions)| {
        let actions = actions.iter().map(|(name, used)| {
            let mut action = json!({"ActionName": name});
            if *used {
                action["LastAccessedTime"] = json!(USED);
            }
            action
        });
        let mut service = json!({"ServiceNamespace": service, "TrackedActionsLastAccessed": actions.collect::<Vec<_>>()});
        if *used {
            service["LastAuthenticated"] = json!(USED);
        }
        service
    });
    let all = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "ServicesLastAccessed": services.collect::<Vec<_>>()});
    Evidence::read(&value(&all)).unwrap()
}

fn place() -> Place {
    Place::Managed { name: "app".into(), arn: "arn:aws:iam::111122223333:policy/app".into(), version: Some("v3".into()) }
}

fn asked(current: &Document, evidence: &Evidence, baseline: Option<&Document>, depth: Depth) -> Proposal {
    propose(&Request { current, place: &place(), evidence, baseline, depth, database: Database::embedded() })
}

fn found(current: &Document, evidence: &Evidence, depth: Depth) -> Replacement {
    let proposal = asked(current, evidence, None, depth);
    proposal.replacement.unwrap_or_else(|| panic!("{:?}", proposal.reasons))
}

fn statements(replacement: &Replacement) -> Vec<Json> {
    let texts = replacement.documents.iter().map(|document| serde_json::from_str::<Json>(&json(document)).unwrap());
    texts.flat_map(|mut text| text["Statement"].take().as_array().unwrap().clone()).collect()
}

#[test]
fn verdicts_tell_apart_what_is_tracked_what_is_not_and_services_that_rest() {
    let evidence = accessed(&[("s3", true, &[("GetBucketAcl", true), ("PutBucketAcl", false)]), ("sqs", false, &[]), ("iam", false, &[])]);
    let rows = [
        ("s3", "getbucketacl", "used"),
        ("s3", "PutBucketAcl", "unused"),
        ("s3", "GetObject", "untracked"),
        ("sqs", "SendMessage", "service_unused"),
        ("iam", "GetRole", "service_unused"),
        ("iam", "PassRole", "untracked"),
        ("ec2", "RunInstances", "untracked"),
    ];
    for (service, name, expected) in rows {
        assert_eq!(evidence.verdict(service, name).as_str(), expected, "{service}:{name}");
    }
    assert_eq!(evidence.unused_services(), ["iam", "sqs"]);
    assert_eq!(evidence.unused_actions(), ["s3:PutBucketAcl"]);
    let both = Evidence::join([evidence, accessed(&[("sqs", true, &[])])]);
    assert_eq!(both.verdict("sqs", "SendMessage"), Verdict::Untracked);
    assert_eq!(Evidence::too_new().verdict("s3", "GetObject"), Verdict::TooNew);
}

#[test]
fn half_an_answer_is_no_evidence() {
    let rows = [
        (json!({"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}), EvidenceFault::Unfinished("IN_PROGRESS".into())),
        (json!({"JobStatus": "COMPLETED", "JobType": "SERVICE_LEVEL", "ServicesLastAccessed": []}), EvidenceFault::ServicesOnly),
        (json!({"JobStatus": "COMPLETED", "IsTruncated": true, "ServicesLastAccessed": []}), EvidenceFault::Truncated),
        (json!({"JobStatus": "IN_PROGRESS"}), EvidenceFault::Foreign),
        (json!(3), EvidenceFault::Foreign),
        (json!({"used": ["s3:Get*"], "tracked": 1}), EvidenceFault::Foreign),
    ];
    for (answer, fault) in rows {
        assert_eq!(Evidence::read(&value(&answer)).unwrap_err(), fault, "{answer}");
    }
}

#[test]
fn services_go_first_then_actions_and_what_nobody_tracks_stays() {
    let current = document(&json!([{"Sid": "All", "Effect": "Allow", "Action": ["s3:*", "sqs:*", "dynamodb:GetItem"], "Resource": "*"}]));
    let evidence = accessed(&[("s3", true, &[("ListAllMyBuckets", true), ("CreateBucket", false)]), ("sqs", false, &[])]);
    let first = found(&current, &evidence, Depth::Services);
    assert_eq!(statements(&first), [json!({"Sid": "All", "Effect": "Allow", "Action": ["s3:*", "dynamodb:GetItem"], "Resource": "*"})]);
    assert_eq!(first.removed, ["sqs:*"]);
    let second = found(&current, &evidence, Depth::Actions);
    assert_eq!(second.removed, ["s3:CreateBucket", "sqs:*"]);
    assert_eq!(second.within_current, Comparison::NoNewAccess);
    assert_eq!(second.keeps_use, Comparison::NoNewAccess);
    let [only] = &statements(&second)[..] else { panic!() };
    let actions: Vec<&str> = only["Action"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(actions.contains(&"dynamodb:GetItem") && !actions.contains(&"s3:*"), "{actions:?}");
    // The patterns match what they are to match, and nothing else that is listed.
    let database = Database::embedded();
    let expanded: std::collections::BTreeSet<String> =
        actions.iter().flat_map(|one| database.expand(one).map(|action| action.to_string()).collect::<Vec<_>>()).collect();
    let s3 = database.expand("s3:*").count();
    assert_eq!(expanded.len(), s3);
    assert!(!expanded.contains("s3:CreateBucket") && expanded.contains("s3:GetObject"));
    assert!(second.diff.contains("-        \"s3:*\",") || second.diff.contains("-        \"s3:*\""), "{}", second.diff);
    assert!(second.terraform.starts_with("resource \"aws_iam_policy\" \"app\" {"), "{}", second.terraform);
    assert!(second.undo.cli.ends_with("--version-id v3"));
}

#[test]
fn denies_and_conditions_stay_and_passing_of_roles_goes_by_its_own_evidence_only() {
    let condition = json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}});
    let deny = json!({"Effect": "Deny", "Action": "iam:Delete*", "Resource": "*"});
    let current = document(&json!([
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": condition},
        deny,
    ]));
    let idle = accessed(&[("iam", false, &[])]);
    let kept = found(&current, &idle, Depth::Actions);
    assert_eq!(
        statements(&kept),
        [json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": condition}), deny.clone()]
    );
    let tracked = accessed(&[("iam", false, &[("PassRole", false)])]);
    assert_eq!(statements(&found(&current, &tracked, Depth::Actions)), std::slice::from_ref(&deny));
    // A list without a word on what is tracked does not speak of it either.
    let listed = Evidence::of_lines("iam:GetRole # by the pipeline\n");
    let kept = found(&current, &listed, Depth::Actions);
    assert_eq!(statements(&kept)[0]["Action"], json!(["iam:GetRole", "iam:PassRole"]));
}

#[test]
fn all_but_some_excepts_more() {
    let current = document(&json!([{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]));
    let evidence = accessed(&[("sqs", false, &[]), ("s3", true, &[("CreateBucket", false)])]);
    let kept = found(&current, &evidence, Depth::Actions);
    assert_eq!(statements(&kept)[0]["NotAction"], json!(["iam:*", "s3:CreateBucket", "sqs:*"]));
}

#[test]
fn a_baseline_narrows_resources_and_what_was_used_outside_it_is_told() {
    let current = document(&json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]));
    let evidence = accessed(&[("s3", true, &[("ListAllMyBuckets", false)])]);
    let bucket = "arn:aws:s3:::data/*";
    let baseline = document(&json!([{"Effect": "Allow", "Action": ["s3:Get*", "ec2:*"], "Resource": bucket}]));
    let proposal = asked(&current, &evidence, Some(&baseline), Depth::Baseline);
    let kept = proposal.replacement.unwrap();
    assert_eq!(statements(&kept), [json!({"Effect": "Allow", "Action": "s3:Get*", "Resource": bucket})]);
    assert_eq!((kept.depth, kept.within_baseline), (Depth::Baseline, Some(Comparison::NoNewAccess)));
    let evidence = accessed(&[("s3", true, &[("CreateBucket", true), ("ListAllMyBuckets", false)])]);
    let proposal = asked(&current, &evidence, Some(&baseline), Depth::Baseline);
    assert!(proposal.reasons[0].contains("s3:CreateBucket was used"), "{:?}", proposal.reasons);
    assert_eq!(proposal.replacement.unwrap().depth, Depth::Actions);
}

#[test]
fn what_is_narrow_already_has_no_replacement() {
    let current = document(&json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]));
    let proposal = asked(&current, &accessed(&[("s3", true, &[])]), None, Depth::Baseline);
    assert!(proposal.replacement.is_none() && proposal.proven, "{:?}", proposal.reasons);
    // Of nobody anything is known: nothing is taken away.
    let all = document(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    for evidence in [Evidence::nothing(), Evidence::too_new(), Evidence::default()] {
        assert!(asked(&all, &evidence, None, Depth::Actions).replacement.is_none());
    }
}

#[test]
fn a_policy_beyond_its_quota_is_cut_and_the_parts_say_the_same() {
    let resource = |n: usize| format!("arn:aws:s3:::a-bucket-with-a-rather-long-name-{n:03}/*");
    let many: Vec<Json> =
        (0..120).map(|n| json!({"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": resource(n)})).collect();
    let current = document(&json!(many));
    let evidence = accessed(&[("s3", true, &[]), ("sqs", false, &[])]);
    let owner = Owner { kind: "role", name: "app".into() };
    for (place, moved) in [(place(), false), (Place::Inline { name: "app".into(), owner }, true)] {
        let proposal = propose(&Request {
            current: &current,
            place: &place,
            evidence: &evidence,
            baseline: None,
            depth: Depth::Actions,
            database: Database::embedded(),
        });
        let kept = proposal.replacement.unwrap();
        assert!(kept.documents.len() > 1 && kept.sizes.iter().all(|size| *size <= kept.quota), "{:?}", kept.sizes);
        assert_eq!(kept.moved, moved);
        let whole =
            Document { statements: kept.documents.iter().flat_map(|one| one.statements.clone()).collect(), ..kept.documents[0].clone() };
        assert_eq!(compare(&current, &whole, Kind::Identity), Comparison::NoNewAccess);
    }
}

#[test]
fn the_same_policy_gives_the_same_text_and_terraform_templates_are_escaped() {
    let current = document(&json!([
        {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": "arn:aws:s3:::home/${aws:username}/*"},
    ]));
    let evidence = accessed(&[("s3", true, &[]), ("sqs", false, &[])]);
    let (one, two) = (found(&current, &evidence, Depth::Actions), found(&current, &evidence, Depth::Actions));
    assert_eq!((one.terraform.clone(), one.diff, json(&one.documents[0])), (two.terraform, two.diff, json(&two.documents[0])));
    assert!(one.terraform.contains("arn:aws:s3:::home/$${aws:username}/*"), "{}", one.terraform);
    assert!(json(&one.documents[0]).contains("${aws:username}"));
}

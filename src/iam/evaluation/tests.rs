//! Whole requests: how layers are put together, who a principal means, and what resources match.

use super::{Answer, Caller, Context, ContextValue, Outcome, Policies, Policy, Request, evaluate};
use crate::iam::document::parse_text;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const USER: &str = "arn:aws:iam::111122223333:user/ada";
const ROLE: &str = "arn:aws:iam::111122223333:role/team/reader";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/reader/one";
const STRANGER: &str = "arn:aws:iam::444455556666:user/eve";
const QUEUE: &str = "arn:aws:sqs:us-east-2:111122223333:queue";

fn policy(statements: &Json) -> Policy {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Policy { label: "p".into(), document: parse_text(&text).map(Arc::new).map_err(|faults| faults.to_string().into()) }
}

fn allow(action: &str, resource: &str) -> Policy {
    policy(&json!([{"Effect": "Allow", "Action": action, "Resource": resource}]))
}

fn deny(action: &str, resource: &str) -> Policy {
    policy(&json!([{"Effect": "Deny", "Action": action, "Resource": resource}]))
}

fn grant(principal: &Json) -> Policy {
    policy(&json!([{"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}]))
}

fn request(caller: &str, action: &str, resource: &str) -> Request {
    let caller = Caller::read(Some(caller).filter(|caller| !caller.is_empty()));
    Request { caller, action: action.into(), resource: resource.into(), resource_account: None, context: Context::default() }
}

fn send(caller: &str, policies: &Policies) -> Outcome {
    evaluate(&request(caller, "sqs:SendMessage", QUEUE), policies).outcome
}

#[test]
fn nothing_allows_and_a_deny_outranks_what_does() {
    let mut policies = Policies::default();
    assert_eq!(send(USER, &policies), Outcome::ImplicitDeny);
    policies.identity.push(allow("SQS:send*", "arn:aws:sqs:*:*:queue"));
    assert_eq!(send(USER, &policies), Outcome::Allowed);
    for layer in 0..6 {
        let mut denied = policies.clone();
        let everyone = policy(
            &json!([{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}, {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]),
        );
        let own = policy(&json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}]));
        match layer {
            0 => denied.identity.push(own),
            1 => denied.boundaries.push(own),
            2 => denied.sessions.push(own),
            3 => denied.service_control.push(vec![own]),
            4 => denied.resource_control.push(vec![everyone]),
            _ => denied.resource = Some(everyone),
        }
        assert_eq!(send(USER, &denied), Outcome::ExplicitDeny, "layer {layer}");
    }
}

#[test]
fn every_layer_that_is_there_must_allow() {
    let whole = Policies { identity: vec![allow("*", "*")], ..Policies::default() };
    let other = || allow("s3:*", "*");
    let mut cases = [whole.clone(), whole.clone(), whole.clone(), whole.clone(), whole.clone()];
    cases[0].boundaries.push(other());
    cases[1].sessions.push(other());
    cases[2].service_control = vec![vec![allow("*", "*")], vec![other()]];
    cases[3].service_control = vec![vec![allow("*", "*")], vec![]];
    cases[4].resource_control = vec![vec![policy(&json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]))]];
    for (number, case) in cases.iter().enumerate() {
        assert_eq!(send(USER, case), Outcome::ImplicitDeny, "case {number}");
    }
    let mut fine = whole.clone();
    fine.boundaries = vec![other(), allow("sqs:*", "*")];
    fine.service_control = vec![vec![other(), allow("sqs:*", "*")], vec![allow("*", "*")]];
    assert_eq!(send(USER, &fine), Outcome::Allowed);
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    assert_eq!(send(linked, &cases[2]), Outcome::Allowed, "organisations do not limit service-linked roles");
}

#[test]
fn a_resource_policy_allows_by_itself_in_its_account_and_not_across() {
    let by = |principal: Json, identity: Vec<Policy>| Policies { resource: Some(grant(&principal)), identity, ..Policies::default() };
    assert_eq!(send(USER, &by(json!({"AWS": USER}), vec![])), Outcome::Allowed);
    assert_eq!(send(USER, &by(json!("*"), vec![])), Outcome::Allowed);
    assert_eq!(send(USER, &by(json!({"AWS": "111122223333"}), vec![])), Outcome::ImplicitDeny, "an account only delegates");
    assert_eq!(send(USER, &by(json!({"AWS": "111122223333"}), vec![allow("*", "*")])), Outcome::Allowed);
    assert_eq!(send(USER, &by(json!({"AWS": STRANGER}), vec![])), Outcome::ImplicitDeny);
    assert_eq!(send(STRANGER, &by(json!({"AWS": STRANGER}), vec![])), Outcome::ImplicitDeny, "across accounts both must allow");
    assert_eq!(send(STRANGER, &by(json!({"AWS": "arn:aws:iam::444455556666:root"}), vec![allow("*", "*")])), Outcome::Allowed);
    assert_eq!(send(STRANGER, &Policies { identity: vec![allow("*", "*")], ..Policies::default() }), Outcome::ImplicitDeny);
    assert_eq!(send("", &by(json!("*"), vec![])), Outcome::Allowed, "nobody is among everybody");
    assert_eq!(send("", &by(json!({"AWS": "111122223333"}), vec![])), Outcome::ImplicitDeny);
    assert_eq!(send("sns.amazonaws.com", &by(json!({"Service": "sns.amazonaws.com"}), vec![])), Outcome::Allowed);
    assert_eq!(send("sns.amazonaws.com", &by(json!({"Service": "s3.amazonaws.com"}), vec![])), Outcome::ImplicitDeny);
    assert_eq!(send("arn:aws:iam::111122223333:root", &Policies::default()), Outcome::Allowed, "root may do everything in its account");
}

#[test]
fn a_role_stands_for_its_sessions_but_is_held_by_their_boundary() {
    let by = |principal: Json| Policies { resource: Some(grant(&principal)), ..Policies::default() };
    let narrow = |principal: Json| Policies { boundaries: vec![allow("s3:*", "*")], sessions: vec![allow("s3:*", "*")], ..by(principal) };
    assert_eq!(send(SESSION, &by(json!({"AWS": ROLE}))), Outcome::Allowed, "a role's path is not in its sessions' names");
    assert_eq!(send(SESSION, &narrow(json!({"AWS": ROLE}))), Outcome::ImplicitDeny);
    assert_eq!(send(SESSION, &narrow(json!({"AWS": SESSION}))), Outcome::Allowed);
    assert_eq!(send(SESSION, &by(json!({"AWS": "arn:aws:iam::111122223333:role/writer"}))), Outcome::ImplicitDeny);
    assert_eq!(send(SESSION, &by(json!({"AWS": "arn:aws:iam::444455556666:role/reader"}))), Outcome::ImplicitDeny);
    assert_eq!(send(SESSION, &by(json!({"AWS": "AROAIDENTIFIER"}))), Outcome::ImplicitDeny);
}

#[test]
fn all_but_some_is_everybody_else_and_denies_who_has_a_boundary() {
    let all_but = |effect: &str| policy(&json!([{"Effect": effect, "NotPrincipal": {"AWS": USER}, "Action": "*", "Resource": "*"}]));
    let denying = Policies { identity: vec![allow("*", "*")], resource: Some(all_but("Deny")), ..Policies::default() };
    assert_eq!(send(USER, &denying), Outcome::Allowed);
    assert_eq!(send(SESSION, &denying), Outcome::ExplicitDeny);
    let bounded = Policies { boundaries: vec![allow("*", "*")], ..denying };
    assert_eq!(send(USER, &bounded), Outcome::ExplicitDeny);
}

#[test]
fn keys_and_roles_are_ruled_by_their_own_policy() {
    const KEY: &str = "arn:aws:kms:us-east-2:111122223333:key/1";
    let ask = |action: &str, resource: &str, policies: &Policies| evaluate(&request(USER, action, resource), policies).outcome;
    let own = Policies { identity: vec![allow("*", "*")], ..Policies::default() };
    assert_eq!(ask("kms:Decrypt", KEY, &own), Outcome::ImplicitDeny);
    let delegating = Policies { resource: Some(grant(&json!({"AWS": "111122223333"}))), ..own.clone() };
    assert_eq!(ask("kms:Decrypt", KEY, &delegating), Outcome::Allowed);
    let direct = Policies { resource: Some(grant(&json!({"AWS": USER}))), ..Policies::default() };
    assert_eq!(ask("kms:Decrypt", KEY, &direct), Outcome::Allowed);
    assert_eq!(ask("sts:AssumeRole", ROLE, &own), Outcome::ImplicitDeny);
    let trust = policy(&json!([{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}]));
    assert_eq!(ask("sts:AssumeRole", ROLE, &Policies { resource: Some(trust.clone()), ..own }), Outcome::Allowed);
    assert_eq!(ask("sts:AssumeRole", ROLE, &Policies { resource: Some(trust), ..Policies::default() }), Outcome::ImplicitDeny);
}

#[test]
fn resources_match_by_parts_and_what_is_disputed_is_not_told() {
    let ask = |pattern: &str, action: &str, resource: &str| {
        evaluate(&request(USER, action, resource), &Policies { identity: vec![allow(action, pattern)], ..Policies::default() }).outcome
    };
    const OBJECT: &str = "arn:aws:s3:::bucket/a/b:c";
    let rows = [
        ("*", Outcome::Allowed),
        ("arn:aws:s3:::bucket/*", Outcome::Allowed),
        ("arn:aws:s3:::bucket/a?b:c", Outcome::Allowed),
        ("arn:aws:s3:::BUCKET/*", Outcome::ImplicitDeny),
        ("arn:aws:s3:::bucket", Outcome::ImplicitDeny),
        ("arn:*:s3:::bucket/*", Outcome::Allowed),
        ("arn:aws:s3:*", Outcome::Unknown),
        ("arn:*", Outcome::Unknown),
        ("arn:aws:s3:::${aws:username}/*", Outcome::ImplicitDeny),
    ];
    for (pattern, expected) in rows {
        assert_eq!(ask(pattern, "s3:GetObject", OBJECT), expected, "{pattern}");
    }
    // What takes no resource is granted by a star alone.
    assert_eq!(ask("*", "s3:ListAllMyBuckets", "*"), Outcome::Allowed);
    assert_eq!(ask("arn:aws:s3:::*", "s3:ListAllMyBuckets", "arn:aws:s3:::bucket"), Outcome::ImplicitDeny);
}

#[test]
fn variables_are_replaced_after_the_fifth_colon() {
    let mut asked = request(USER, "s3:GetObject", "arn:aws:s3:::bucket/ada*/x");
    asked.context = Context::new([("aws:username", ContextValue::One("ada*".into()))]);
    let by = |pattern: &str| evaluate(&asked, &Policies { identity: vec![allow("*", pattern)], ..Policies::default() }).outcome;
    assert_eq!(by("arn:aws:s3:::bucket/${aws:username}/*"), Outcome::Allowed);
    assert_eq!(by("arn:aws:s3:::bucket/${aws:username}"), Outcome::ImplicitDeny);
    assert_eq!(by("arn:aws:s3:::bucket/${aws:username, 'x'}/${aws:none, 'x'}"), Outcome::Allowed);
    assert_eq!(by("arn:aws:${aws:none, 's3'}:::bucket/*"), Outcome::ImplicitDeny, "plain text before it");
}

#[test]
fn what_cannot_be_understood_decides_nothing_by_itself() {
    let broken = Policy { label: "broken".into(), document: Err("no JSON".into()) };
    let mut policies = Policies { identity: vec![broken, allow("*", "*")], ..Policies::default() };
    assert_eq!(send(USER, &policies), Outcome::Unknown, "it may deny");
    policies.identity.push(deny("sqs:*", "*"));
    let Answer { outcome, decided_by, .. } = evaluate(&request(USER, "sqs:SendMessage", QUEUE), &policies);
    assert_eq!((outcome, decided_by.len()), (Outcome::ExplicitDeny, 1), "another denies for certain");
}

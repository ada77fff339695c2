//! What the engine is asked by rules: yes, no, and what cannot be told.

use crate::iam::FUNCTIONS;
use crate::model::{Gap, GapKind, Interner, Value};
use serde_json::json;

fn call(name: &str, arguments: &[serde_json::Value]) -> Result<Value, Gap> {
    let arguments: Vec<Value> = arguments.iter().map(|one| Value::from_json(one, &Interner::new())).collect();
    (FUNCTIONS.iter().find(|function| function.name == name).unwrap().call)(&arguments)
}

fn policy(statements: serde_json::Value) -> serde_json::Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[test]
fn a_document_allows_what_no_deny_takes_back() {
    let allows =
        |statements: serde_json::Value, action: &str| call("iam.allows", &[policy(statements), json!(action), json!("arn:aws:s3:::b/k")]);
    let allow = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
    let deny = json!({"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"});
    let conditioned =
        json!({"Effect": "Deny", "Action": "s3:Put*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    let all = json!([allow, deny, conditioned]);
    assert!(matches!(allows(all.clone(), "s3:ListBucket"), Ok(Value::Bool(true))));
    assert!(matches!(allows(all.clone(), "s3:GetObject"), Ok(Value::Bool(false))));
    assert!(matches!(allows(all.clone(), "ec2:RunInstances"), Ok(Value::Bool(false))));
    assert_eq!(allows(all, "s3:PutObject").unwrap_err().kind, GapKind::Undecidable);
}

#[test]
fn what_is_granted_beyond_a_baseline_is_shown() {
    let narrow = policy(json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]));
    let wide = policy(json!([{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}]));
    let more = |new: &serde_json::Value, old: &serde_json::Value| call("iam.grants_more_than", &[new.clone(), old.clone()]).unwrap();
    assert!(more(&narrow, &wide).as_list().unwrap().is_empty());
    for _ in 0..2 {
        let found = more(&wide, &narrow);
        let [one] = found.as_list().unwrap() else { panic!("{found:?}") };
        assert!(one.get("action").unwrap().to_text().starts_with("s3:"), "{one:?}");
    }
}

#[test]
fn a_policy_is_public_where_no_deny_and_no_origin_stands_in_between() {
    let public = |statements: serde_json::Value| matches!(call("iam.public", &[policy(statements)]).unwrap(), Value::Bool(true));
    let open = json!({"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"});
    let bound = json!({"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}});
    let closed = json!({"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"});
    let other = json!({"Effect": "Deny", "Principal": "*", "Action": "sns:Subscribe", "Resource": "*"});
    assert!(public(json!([open])));
    assert!(public(json!([open, other])));
    assert!(!public(json!([bound])));
    assert!(!public(json!([open, closed])));
    assert!(!public(json!([{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sns:Publish", "Resource": "*"}])));
}

#[test]
fn every_principal_is_told_with_its_chains() {
    let user = |name: &str, condition: serde_json::Value| {
        let statement = json!({"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*", "Condition": condition});
        json!({"id": format!("arn:aws:iam::111122223333:user/{name}"), "properties": {"UserName": name, "Groups": [], "ManagedPolicyArns": [],
            "Policies": [{"PolicyName": "own", "PolicyDocument": policy(json!([statement]))}]}})
    };
    let users = json!([
        user("eve", json!({})),
        user("ada", json!({"StringEquals": {"aws:PrincipalAccount": "999988887777"}})),
        user("mia", json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
    ]);
    let found = call("iam.paths", &[users, json!([]), json!([]), json!([])]).unwrap();
    let row = |name: &str| {
        let arn = format!("arn:aws:iam::111122223333:user/{name}");
        found
            .as_list()
            .unwrap()
            .iter()
            .find(|row| row.get("principal").unwrap().as_str() == Some(&arn))
            .unwrap()
            .get("chains")
            .unwrap()
            .clone()
    };
    assert_eq!(row("eve").as_list().unwrap()[0].get("path_id").unwrap().to_text(), "iam-007");
    assert!(row("ada").as_list().unwrap().is_empty());
    assert_eq!(row("mia").as_gap().unwrap().kind, GapKind::Undecidable);
}

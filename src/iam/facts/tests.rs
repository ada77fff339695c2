//! What rules ask of policy documents.

use super::*;
use crate::iam::FUNCTIONS;
use crate::model::function::Kind;

fn value(text: &str) -> Value {
    Value::from_json(&serde_json::from_str(text).unwrap(), &Interner::new())
}

fn identity(statement: &str) -> Value {
    value(&format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#))
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, Gap> {
    (FUNCTIONS.iter().find(|function| function.name == name).unwrap().call)(arguments)
}

/// The given key of every finding.
fn found(name: &str, document: &Value, key: &str) -> Vec<serde_json::Value> {
    let found = call(name, std::slice::from_ref(document)).unwrap();
    found.as_list().unwrap().iter().map(|finding| finding.get(key).unwrap().to_json()).collect()
}

#[test]
fn functions_are_sorted_and_return_what_they_declare() {
    assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
    let everything = identity(
        r#"[{"Effect": "Allow", "Action": ["*", "s3:*", "kms:*", "iam:*"], "Resource": "*", "Principal": {
               "AWS": ["*", "999999999999"], "Service": "s3.amazonaws.com", "Federated": "accounts.google.com"}},
            {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::x"},
            {"Effect": "Allow", "Action": "nothing", "Resource": "x"}]"#,
    );
    // What takes other things than documents has tests of its own.
    for function in FUNCTIONS.iter().filter(|function| !["iam.paths", "iam.replacement", "iam.unused"].contains(&function.name)) {
        let text = Value::str("123456789012");
        let second = if function.name == "iam.grants_more_than" { identity("[]") } else { text.clone() };
        let arguments = [everything.clone(), second, text.clone(), text];
        let found = (function.call)(&arguments[..function.parameters.len()]).unwrap();
        let Kind::List(kind) = function.returns else {
            fits(function.name, &found, &function.returns);
            continue;
        };
        assert!(!found.as_list().unwrap().is_empty(), "{} finds nothing", function.name);
        for item in found.as_list().unwrap() {
            fits(function.name, item, kind);
        }
    }
}

fn fits(name: &str, value: &Value, kind: &Kind) {
    let right = match (kind, value) {
        (Kind::Bool, Value::Bool(_)) | (Kind::Int, Value::Int(_)) | (Kind::String, Value::Str(_)) | (Kind::Any, _) => true,
        (Kind::List(kind), Value::List(items)) => {
            items.iter().for_each(|item| fits(name, item, kind));
            true
        }
        (Kind::Object(fields), Value::Map(map)) => {
            fields.iter().for_each(|(key, kind)| fits(name, map.get(key).unwrap(), kind));
            fields.len() == map.len()
        }
        _ => false,
    };
    assert!(right, "{name}: {value:?} is no {kind:?}");
}

#[test]
fn a_gap_inside_and_a_malformed_document_are_gaps_for_every_question() {
    let mut holed = identity(r#"[{"Effect": "Allow", "Action": "*", "Resource": "*"}]"#);
    let gap = std::sync::Arc::new(Gap::new(GapKind::Denied, "refused"));
    let path: crate::model::Path = "Statement[0].Condition".parse().unwrap();
    holed.put_gap(path.steps(), &gap, &Interner::new());
    let malformed = identity(r#"[{"Effect": "Allow", "Action": "*"}]"#);
    for function in FUNCTIONS.iter().filter(|function| !function.parameters.is_empty()) {
        let text = || Value::str("123456789012");
        let arguments = |document: &Value| [document.clone(), text(), text(), text()][..function.parameters.len()].to_vec();
        assert_eq!((function.call)(&arguments(&holed)).unwrap_err().kind, GapKind::Denied, "{}", function.name);
        match (function.call)(&arguments(&malformed)) {
            Ok(faults) => assert!(function.name == "iam.document_faults" && !faults.as_list().unwrap().is_empty(), "{}", function.name),
            Err(gap) => assert_eq!(gap.kind, GapKind::Undecidable),
        }
        assert_eq!((function.call)(&[]).unwrap_err().kind, GapKind::Failed);
    }
}

#[test]
fn an_admin_allows_every_action_on_every_resource() {
    for (statement, expected) in [
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": ["s3:GetObject", "*:*"], "Resource": ["arn:aws:s3:::x", "arn:aws:*"]}"#, 1),
        (r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#, 0),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::x"}"#, 0),
        (r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#, 0),
        (r#"{"Effect": "Allow", "NotAction": "*", "Resource": "*"}"#, 0),
    ] {
        assert_eq!(found("iam.admin_statements", &identity(statement), "action").len(), expected, "{statement}");
    }
}

#[test]
fn conditions_are_told_and_not_judged() {
    let document = identity(
        r#"[{"Sid": "Safe", "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
            {"Effect": "Allow", "Action": "*", "Resource": "*"}]"#,
    );
    assert_eq!(found("iam.admin_statements", &document, "conditioned"), [true, false]);
    assert_eq!(found("iam.admin_statements", &document, "label"), ["Safe", "statement 2"]);
}

#[test]
fn whole_services_are_named_and_parts_of_them_are_not() {
    let document = identity(
        r#"{"Effect": "Allow", "Action": ["DynamoDB:*", "s3:Get*", "logs:**", "sqs:?*", "*"], "Resource": "arn:aws:dynamodb:*:*:table/x"}"#,
    );
    assert_eq!(found("iam.service_wildcards", &document, "service"), ["dynamodb", "logs", "sqs"]);
    assert_eq!(found("iam.service_wildcards", &document, "on_everything"), [false, false, false]);
}

#[test]
fn complements_are_found_only_where_they_allow() {
    let document = identity(
        r#"[{"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"},
            {"Sid": "A", "Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"},
            {"Sid": "R", "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::x"}]"#,
    );
    assert_eq!(found("iam.not_action_allows", &document, "label"), ["A"]);
    assert_eq!(found("iam.not_resource_allows", &document, "label"), ["R"]);
}

#[test]
fn any_pattern_that_covers_pass_role_on_every_role_is_found() {
    for (statement, expected) in [
        (r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": "IAM:passrole", "Resource": "arn:aws:iam::*:role/*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": "i?m:*", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#, 1),
        (r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::123456789012:role/admin"}"#, 1),
        (r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#, 0),
        (r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/app-*"}"#, 0),
        (r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "*"}"#, 0),
        (r#"{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}"#, 0),
        (r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}"#, 0),
    ] {
        assert_eq!(found("iam.pass_role_on_star", &identity(statement), "action").len(), expected, "{statement}");
    }
    let limited = |operator: &str, value: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {{"{operator}": {{"iam:PassedToService": "{value}"}}}}}}"#
        );
        found("iam.pass_role_on_star", &identity(&statement), "service_limited")
    };
    assert_eq!(limited("StringEquals", "lambda.amazonaws.com"), [true]);
    assert_eq!(limited("StringLike", "*"), [false]);
    assert_eq!(limited("StringEqualsIfExists", "lambda.amazonaws.com"), [false]);
}

#[test]
fn only_actions_that_take_resources_are_too_wide_on_a_star() {
    let on = |actions: &str, resource: &str| {
        identity(&format!(r#"[{{"Effect": "Allow", "Action": {actions}, "Resource": ["arn:aws:s3:::x", "{resource}"]}}]"#))
    };
    let actions = |document: &Value| found("iam.wildcard_resource_actions", document, "action");
    assert_eq!(actions(&on(r#"["dynamodb:ListTables", "s3:ListAllMyBuckets"]"#, "*")), [""; 0]);
    assert_eq!(actions(&on(r#"["dynamodb:ListTables", "dynamodb:PutItem"]"#, "*")), ["dynamodb:PutItem"]);
    assert_eq!(actions(&on(r#"["dynamodb:PutItem"]"#, "arn:aws:dynamodb:us-east-2:123456789012:table/x")), [""; 0]);
    let globbed = on(r#""dynamodb:*""#, "*");
    assert_eq!(actions(&globbed), ["dynamodb:*"]);
    let count = found("iam.wildcard_resource_actions", &globbed, "count")[0].as_i64().unwrap();
    assert!(count > 40, "{count}");
    assert_eq!(found("iam.wildcard_resource_actions", &globbed, "examples")[0].as_array().unwrap().len(), 5);
}

/// The patterns that were found, and why there may be more.
fn wide(document: &Value) -> (Vec<String>, Option<Gap>) {
    let found = call("iam.wildcard_resource_actions", std::slice::from_ref(document)).unwrap();
    let (last, known) = match found.as_list().unwrap().split_last() {
        Some((Value::Gap(gap), known)) => (Some(Gap::clone(gap)), known.to_vec()),
        _ => (None, found.as_list().unwrap().to_vec()),
    };
    (known.iter().map(|finding| finding.get("action").unwrap().to_text()).collect(), last)
}

#[test]
fn an_unlisted_action_on_a_star_stays_unknown_behind_what_is_certainly_too_wide() {
    let document = |more: &str| identity(&format!(r#"{{"Effect": "Allow", "Action": ["dynamodb:FromTomorrow"{more}], "Resource": "*"}}"#));
    for (more, certain) in
        [("", vec![]), (r#", "dynamodb:PutItem""#, vec!["dynamodb:PutItem"]), (r#", "iam:PassRole""#, vec!["iam:PassRole"])]
    {
        let (actions, gap) = wide(&document(more));
        let gap = gap.unwrap();
        assert_eq!(actions, certain);
        assert_eq!(gap.kind, GapKind::Undecidable);
        assert!(gap.detail.contains("2026-10-27") && gap.detail.contains("dynamodb:FromTomorrow"), "{gap}");
    }
}

#[test]
fn what_is_cut_off_a_long_list_is_unknown_and_not_accepted() {
    let put = |count: usize| {
        let actions = vec![r#""dynamodb:PutItem""#; count].join(",");
        identity(&format!(r#"{{"Effect": "Allow", "Action": [{actions}], "Resource": "*"}}"#))
    };
    assert_eq!((wide(&put(20)).0.len(), wide(&put(20)).1), (20, None));
    let (actions, gap) = wide(&put(21));
    assert_eq!(actions.len(), 20);
    assert!(gap.unwrap().detail.contains("more than 20"));
}

#[test]
fn what_not_action_leaves_is_looked_at_too() {
    let document = |actions: &str| identity(&format!(r#"{{"Effect": "Allow", "NotAction": {actions}, "Resource": "*"}}"#));
    assert_eq!(found("iam.wildcard_resource_actions", &document(r#""iam:*""#), "action"), ["NotAction"]);
    assert_eq!(found("iam.wildcard_resource_actions", &document(r#""*""#), "action"), [""; 0]);
}

#[test]
fn everybody_is_let_in_by_a_star_in_any_form() {
    for (principal, restricted) in [
        (r#""Principal": "*""#, vec![false]),
        (r#""Principal": {"AWS": "*"}"#, vec![false]),
        (r#""Principal": {"AWS": ["123456789012", "*"]}"#, vec![false]),
        (r#""NotPrincipal": {"AWS": "123456789012"}"#, vec![false]),
        (r#""Principal": {"AWS": "123456789012"}"#, vec![]),
        (r#""Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}}"#, vec![true]),
        (r#""Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": true}}"#, vec![false]),
    ] {
        let document = identity(&format!(r#"{{"Effect": "Allow", "Action": "sts:AssumeRole", {principal}}}"#));
        assert_eq!(found("iam.trusts_anyone", &document, "restricted"), restricted, "{principal}");
    }
}

#[test]
fn accounts_are_compared_with_our_own() {
    let externals = |principal: &str| {
        let document = identity(&format!(r#"{{"Effect": "Allow", "Action": "sts:AssumeRole", {principal}}}"#));
        let found = call("iam.external_accounts", &[document, Value::str("123456789012")])?;
        Ok::<_, Gap>(found.as_list().unwrap().iter().map(|finding| finding.get("account").unwrap().to_text()).collect::<Vec<_>>())
    };
    assert_eq!(externals(r#""Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:role/x"]}"#).unwrap(), [""; 0]);
    assert_eq!(externals(r#""Principal": {"AWS": ["123456789012", "arn:aws:iam::999999999999:role/x"]}"#).unwrap(), ["999999999999"]);
    assert_eq!(externals(r#""Principal": {"Service": "lambda.amazonaws.com", "AWS": "AROAEXAMPLE"}"#).unwrap(), [""; 0]);
    assert_eq!(
        externals(r#""Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "999999999999"}}"#).unwrap(),
        ["999999999999"]
    );
    assert_eq!(externals(r#""Principal": {"CanonicalUser": "abc"}"#).unwrap_err().kind, GapKind::Undecidable);
}

#[test]
fn a_foreign_account_in_a_demanded_arn_is_external() {
    let externals = |operator: &str, key: &str, value: &str| {
        let document = identity(&format!(
            r#"{{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "q", "Principal": "*", "Condition": {{"{operator}": {{"{key}": "{value}"}}}}}}"#
        ));
        let found = call("iam.external_accounts", &[document, Value::str("123456789012")]).unwrap();
        found.as_list().unwrap().iter().map(|finding| finding.get("account").unwrap().to_text()).collect::<Vec<_>>()
    };
    let stranger = "arn:aws:iam::999999999999:role/stranger";
    assert_eq!(externals("ArnEquals", "aws:PrincipalArn", stranger), ["999999999999"]);
    assert_eq!(externals("StringLike", "AWS:principalarn", "arn:aws:iam::999999999999:role/*"), ["999999999999"]);
    assert_eq!(externals("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-2:999999999999:topic"), ["999999999999"]);
    assert_eq!(externals("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-2:123456789012:topic"), [""; 0]);
    assert_eq!(externals("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket"), [""; 0]);
    assert_eq!(externals("ArnNotEquals", "aws:PrincipalArn", stranger), [""; 0]);
}

#[test]
fn a_subject_whose_owner_is_open_takes_everybodys_tokens() {
    for (subject, open) in [
        ("*", true),
        ("?epo:example/app:*", true),
        ("repo:*", true),
        ("repo:*/*:ref:refs/heads/main", true),
        ("repo:?xample/app:*", true),
        ("repo*", true),
        ("r*", true),
        ("repo:example*", true),
        ("repo:example*/app:ref:refs/heads/main", true),
        ("repo:exampl?/app:*", true),
        ("auth0|*", true),
        ("project_path:*", true),
        ("project_path:*/app:ref_type:branch:ref:main", true),
        ("repo:example/*", false),
        ("repo:example/app:*", false),
        ("organization:example:project:app:*", false),
        ("org/1234/project/*", false),
        ("system:serviceaccount:shop:*", false),
        ("1234567890", false),
    ] {
        let document = identity(&format!(
            r#"{{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {{"Federated": "arn:aws:iam::123456789012:oidc-provider/token.example.com"}},
                "Condition": {{"StringLike": {{"token.example.com:sub": ["repo:example/safe:*", "{subject}"]}}}}}}"#
        ));
        assert_eq!(found("iam.federated_without_subject", &document, "provider").len(), usize::from(open), "{subject}");
    }
}

#[test]
fn services_must_say_for_whom_they_act() {
    let services = |condition: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "x", "Principal": {{"Service": "apigateway.amazonaws.com"}} {condition}}}"#
        );
        found("iam.unguarded_service_grants", &identity(&statement), "service").len()
    };
    assert_eq!(services(""), 1);
    assert_eq!(services(r#", "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-2:123456789012:abc/*"}}"#), 0);
    assert_eq!(services(r#", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}"#), 0);
    assert_eq!(services(r#", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.1/32"}}"#), 1);
}

#[test]
fn a_document_inside_a_string_is_read_too() {
    let text = Value::str(r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#);
    assert_eq!(found("iam.admin_statements", &text, "label"), ["statement 1"]);
}

#[test]
fn items_of_one_tenant_take_bound_keys_and_a_guard_against_requests_without_any() {
    let reach = |action: &str, condition: &str| {
        let statement = format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*" {condition}}}"#);
        let document = identity(&statement);
        let flag = |key| found("iam.item_access", &document, key).first().cloned();
        (flag("leading_keys"), flag("guarded"))
    };
    let told = |keys: bool, guarded: bool| (Some(serde_json::json!(keys)), Some(serde_json::json!(guarded)));
    let keys = |operator: &str, value: &str| format!(r#""{operator}": {{"dynamodb:LeadingKeys": ["{value}"]}}"#);
    let guard = r#""Null": {"dynamodb:leadingkeys": "false"}"#;
    let tenant = "${aws:PrincipalTag/tenant_id}";
    let equals = keys("ForAllValues:StringEquals", tenant);
    assert_eq!(reach("dynamodb:Query", ""), told(false, false));
    assert_eq!(reach("dynamodb:*", &format!(r#", "Condition": {{{equals}}}"#)), told(true, false));
    assert_eq!(reach("*", &format!(r#", "Condition": {{{equals}, {guard}}}"#)), told(true, true));
    assert_eq!(reach("dynamodb:Scan", &format!(r#", "Condition": {{{guard}}}"#)), told(false, true));
    // A key with many values never matches an operator without a quantifier; ForAnyValue lets other tenants' keys pass along.
    for operator in ["StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringNotEquals"] {
        assert_eq!(reach("dynamodb:Query", &format!(r#", "Condition": {{{}, {guard}}}"#, keys(operator, tenant))), told(false, true));
    }
    for (pattern, bound) in [("*", false), ("acme*", false), ("${aws:PrincipalTag/tenant_id}*", false), ("acme#*", true), ("#*", false)] {
        let like = keys("ForAllValues:StringLike", pattern);
        assert_eq!(reach("dynamodb:Query", &format!(r#", "Condition": {{{like}, {guard}}}"#)), told(bound, true), "{pattern}");
    }
    let other_way = r#""Null": {"dynamodb:LeadingKeys": "true"}"#;
    assert_eq!(reach("dynamodb:Query", &format!(r#", "Condition": {{{equals}, {other_way}}}"#)), told(true, false));
    assert_eq!(reach("dynamodb:DescribeTable", ""), (None, None));
}

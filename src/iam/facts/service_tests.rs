//! Whether an API may invoke a function, by the policies that people write.

use crate::iam::FUNCTIONS;
use crate::model::{Gap, Interner, Value};

const SOURCE: &str = "arn:aws:execute-api:us-east-2:111122223333:c2n9uk1ovi/*/GET/users/{id}";

fn may(statements: &str) -> Result<bool, Gap> {
    let json = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    let document = Value::from_json(&serde_json::from_str(&json).unwrap(), &Interner::new());
    let texts = ["apigateway.amazonaws.com", "lambda:InvokeFunction", SOURCE].map(Value::str);
    let arguments: Vec<Value> = std::iter::once(document).chain(texts).collect();
    let function = FUNCTIONS.iter().find(|function| function.name == "iam.service_may").unwrap();
    (function.call)(&arguments).map(|answer| matches!(answer, Value::Bool(true)))
}

fn allow(condition: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": {{"Service": "apigateway.amazonaws.com"}}, "Action": "lambda:InvokeFunction", "Resource": "f"{condition}}}"#
    )
}

fn from(arn: &str) -> String {
    allow(&format!(r#", "Condition": {{"ArnLike": {{"AWS:SourceArn": "arn:aws:execute-api:us-east-2:111122223333:{arn}"}}}}"#))
}

#[test]
fn the_permissions_that_consoles_and_terraform_write_let_the_api_in() {
    for arn in ["c2n9uk1ovi/*", "c2n9uk1ovi/*/*", "c2n9uk1ovi/*/*/*", "c2n9uk1ovi/dev/GET/users/*", "c2n9uk1ovi/*/GET/users/*", "*"] {
        assert!(may(&from(arn)).unwrap(), "{arn}");
    }
    assert!(may(&allow("")).unwrap());
    assert!(may(&allow(r#", "Condition": {"StringEquals": {"AWS:SourceAccount": "111122223333"}}"#)).unwrap());
}

#[test]
fn permissions_of_other_apis_methods_and_services_do_not() {
    for arn in ["other/*", "c2n9uk1ovi/*/POST/users/*", "c2n9uk1ovi/*/GET/orders"] {
        assert!(!may(&from(arn)).unwrap(), "{arn}");
    }
    assert!(!may(&allow(r#", "Condition": {"StringEquals": {"AWS:SourceAccount": "999999999999"}}"#)).unwrap());
    assert!(!may(&from("c2n9uk1ovi/*").replace("apigateway", "sns")).unwrap());
    assert!(!may(&from("c2n9uk1ovi/*").replace("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")).unwrap());
}

#[test]
fn a_good_statement_behind_a_useless_one_counts_and_a_denial_wins() {
    assert!(may(&format!("[{}, {}]", from("other/*"), from("c2n9uk1ovi/*"))).unwrap());
    let denied = from("c2n9uk1ovi/*").replace("\"Allow\"", "\"Deny\"");
    assert!(!may(&format!("[{}, {denied}]", from("c2n9uk1ovi/*"))).unwrap());
}

#[test]
fn what_hangs_on_another_condition_is_not_known() {
    let timed = allow(r#", "Condition": {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}"#);
    assert!(may(&timed).is_err());
    assert!(may(&format!("[{timed}, {}]", from("c2n9uk1ovi/*"))).unwrap());
    assert!(may(&format!("[{}, {}]", timed.replace("\"Allow\"", "\"Deny\""), from("c2n9uk1ovi/*"))).is_err());
}

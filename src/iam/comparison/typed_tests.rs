//! The typed mode: what no request can do is no access, and what one can is shown with it.

use super::super::{Comparison, Kind, compare, compare_typed};
use crate::iam::actions::Database;
use crate::iam::document::{Document, parse_text};
use crate::iam::evaluation::{Request, Truth, permits_typed};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_oneof, proptest};
use serde_json::{Value as Json, json};

fn document(statements: &Json) -> Document {
    parse_text(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).unwrap()
}

fn allow(action: &str, resource: &str) -> Json {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn typed(existing: &Json, new: &Json) -> Comparison {
    compare_typed(&document(existing), &document(new), Kind::Identity, Database::embedded())
}

fn shown(comparison: Comparison) -> Request {
    match comparison {
        Comparison::NewAccess { witness, .. } => *witness,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_resource_that_the_action_does_not_take_is_no_access() {
    // Listing is asked of the bucket, reading of its objects.
    let existing = json!([{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}]);
    let new = json!([{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}]);
    assert!(matches!(compare(&document(&existing), &document(&new), Kind::Identity), Comparison::NewAccess { .. }));
    assert_eq!(typed(&existing, &new), Comparison::NoNewAccess);
    let objects = json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}]);
    assert!(shown(typed(&existing, &objects)).resource.starts_with("arn:aws:s3:::b/"));
    // A table is no index of it.
    let table = "arn:aws:dynamodb:us-east-2:111122223333:table/t";
    let index = format!("{table}/index/*");
    let existing = json!([allow("dynamodb:GetItem", table)]);
    assert_eq!(
        typed(&existing, &json!([{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": [table, index]}])),
        Comparison::NoNewAccess
    );
    let query = json!([{"Effect": "Allow", "Action": "dynamodb:Query", "Resource": index}]);
    assert_eq!(shown(typed(&existing, &query)).action, "dynamodb:Query");
}

#[test]
fn an_action_without_resources_is_granted_by_the_star_alone() {
    let nothing = json!([allow("sqs:SendMessage", "*")]);
    let named = json!([allow("s3:ListAllMyBuckets", "arn:aws:s3:::b")]);
    assert_eq!(typed(&nothing, &named), Comparison::NoNewAccess);
    let request = shown(typed(&nothing, &json!([allow("s3:ListAllMyBuckets", "*")])));
    assert_eq!((request.action.as_str(), request.resource.as_str()), ("s3:ListAllMyBuckets", "*"));
}

#[test]
fn a_key_that_the_action_does_not_know_is_absent() {
    let leading = |operator: &str| {
        json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
        "Condition": {operator: {"dynamodb:LeadingKeys": "a"}}}])
    };
    let nothing = json!([allow("sqs:SendMessage", "*")]);
    assert_eq!(typed(&nothing, &leading("StringEquals")), Comparison::NoNewAccess);
    assert_eq!(shown(typed(&nothing, &leading("StringNotEquals"))).context.iter().count(), 0);
    // Keys of every request, and those that the action knows, may be there.
    let global =
        json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "v"}}}]);
    assert_eq!(shown(typed(&nothing, &global)).context.iter().count(), 1);
    let own = json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"s3:ExistingObjectTag/a": "v"}}}]);
    assert_eq!(shown(typed(&nothing, &own)).context.iter().count(), 1);
}

#[test]
fn actions_that_are_not_listed_stay_untyped() {
    let all: Vec<String> = Database::embedded().expand("sqs:*").map(|action| action.to_string()).collect();
    let listed = json!([{"Effect": "Allow", "Action": all, "Resource": "*"}]);
    let request = shown(typed(&listed, &json!([allow("sqs:*", "*")])));
    assert!(Database::embedded().find("sqs", request.action.split_once(':').unwrap().1).is_none(), "{request:?}");
    let unlisted = json!([{"Effect": "Allow", "Action": "sqs:Levitate", "Resource": "arn:aws:s3:::x"}]);
    assert_eq!(
        shown(typed(&listed, &json!([{"Effect": "Allow", "Action": "nosuch:Thing", "Resource": "a"}]))).action,
        "nosuch:Thing".to_lowercase()
    );
    assert_eq!(typed(&unlisted, &unlisted), Comparison::NoNewAccess);
}

fn statements() -> impl Strategy<Value = Json> {
    let actions = prop_oneof![
        Just("s3:*"),
        Just("s3:Get*"),
        Just("s3:GetObject"),
        Just("s3:ListBucket"),
        Just("s3:ListAllMyBuckets"),
        Just("dynamodb:*"),
        Just("dynamodb:Query"),
        Just("dynamodb:GetItem"),
        Just("sqs:*"),
        Just("s3:*Object"),
    ];
    let resources = prop_oneof![
        Just("*"),
        Just("arn:aws:s3:::b"),
        Just("arn:aws:s3:::b/*"),
        Just("arn:aws:s3:::*"),
        Just("arn:aws:dynamodb:*:*:table/t"),
        Just("arn:aws:dynamodb:*:*:table/t/index/*"),
        Just("arn:aws:dynamodb:*:*:table/*"),
    ];
    let conditions = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"StringEquals": {"dynamodb:LeadingKeys": "a"}})),
        1 => Just(json!({"StringNotEquals": {"s3:prefix": "a"}})),
        1 => Just(json!({"StringLike": {"aws:PrincipalTag/team": "a*"}})),
    ];
    let effect = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    let element = prop_oneof![6 => Just("Action"), 1 => Just("NotAction")];
    let one = (effect, element, actions, resources, conditions).prop_map(|(effect, element, action, resource, condition)| {
        json!({"Effect": effect, element: action, "Resource": resource, "Condition": condition})
    });
    prop::collection::vec(one, 1..4).prop_map(Json::Array)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn typed_finds_nothing_that_untyped_excludes_and_shows_what_holds(existing in statements(), new in statements()) {
        let (old, wide) = (document(&existing), document(&new));
        let untyped = compare(&old, &wide, Kind::Identity);
        match compare_typed(&old, &wide, Kind::Identity, Database::embedded()) {
            Comparison::NewAccess { witness, .. } => {
                assert!(!matches!(untyped, Comparison::NoNewAccess), "{existing} {new} {witness:?}");
                let says = |document| permits_typed(document, &witness, false, Database::embedded());
                assert_eq!((says(&wide), says(&old)), (Truth::Yes, Truth::No), "{existing} {new} {witness:?}");
            }
            Comparison::NoNewAccess | Comparison::Unknown(_) => {}
        }
    }

    #[test]
    fn a_policy_grants_no_more_than_itself_or_everything(policy in statements()) {
        assert_eq!(typed(&policy, &policy), Comparison::NoNewAccess);
        assert_eq!(typed(&json!([allow("*", "*")]), &policy), Comparison::NoNewAccess);
    }

    #[test]
    fn what_is_proven_holds_of_requests_that_there_can_be(existing in statements(), new in statements(), pick in 0_usize..9) {
        let requests = [
            ("s3:GetObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::c/k"), ("s3:ListBucket", "arn:aws:s3:::b"),
            ("s3:ListAllMyBuckets", "*"), ("dynamodb:Query", "arn:aws:dynamodb:us-east-2:111122223333:table/t/index/i"),
            ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-2:111122223333:table/t"), ("sqs:SendMessage", "arn:aws:sqs:us-east-2:111122223333:q"),
            ("ec2:DescribeInstances", "*"), ("dynamodb:PutItem", "arn:aws:dynamodb:us-east-2:111122223333:table/u"),
        ];
        let (action, resource) = requests[pick];
        let request = Request {
            caller: crate::iam::evaluation::Caller::Anonymous,
            action: action.into(),
            resource: resource.into(),
            resource_account: None,
            context: crate::iam::evaluation::Context::default(),
        };
        let (old, wide) = (document(&existing), document(&new));
        if compare_typed(&old, &wide, Kind::Identity, Database::embedded()) == Comparison::NoNewAccess {
            let says = |document| permits_typed(document, &request, false, Database::embedded());
            assert!(says(&wide) != Truth::Yes || says(&old) != Truth::No, "{existing} {new} {request:?}");
        }
    }
}

//! Pairs of policies whose answer follows from the semantics, and laws that hold of all.

use super::{Comparison, Kind, compare};
use crate::iam::document::{Document, parse_text};
use crate::iam::evaluation::{Caller, Context, ContextValue, Request, Truth, permits};
use serde_json::{Value as Json, json};

fn document(statements: &Json) -> Document {
    parse_text(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).unwrap()
}

fn allow(action: &str, resource: &str) -> Json {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn with(mut statement: Json, condition: Json) -> Json {
    statement["Condition"] = condition;
    statement
}

fn identity(existing: Json, new: Json) -> Comparison {
    compare(&document(&existing), &document(&new), Kind::Identity)
}

/// Whether the new policy is found to grant nothing more; it must be known.
fn covered(existing: Json, new: Json) -> bool {
    match identity(existing.clone(), new.clone()) {
        Comparison::NoNewAccess => true,
        Comparison::NewAccess { .. } => false,
        Comparison::Unknown(why) => panic!("{existing} {new}: {why}"),
    }
}

#[test]
fn patterns_of_actions_and_resources_cover_each_other() {
    let rows = [
        (allow("*", "*"), allow("s3:GetObject", "*"), true),
        (allow("s3:Get*", "*"), allow("s3:getobject", "*"), true),
        (allow("s3:GetObject", "*"), allow("s3:Get*", "*"), false),
        (allow("s3:*", "arn:aws:s3:::a/*"), allow("s3:*", "arn:aws:s3:::a/b"), true),
        (allow("s3:*", "arn:aws:s3:::a/b"), allow("s3:*", "arn:aws:s3:::a/*"), false),
        (allow("s3:*", "arn:aws:s3:::a/?"), allow("s3:*", "arn:aws:s3:::a/?*"), false),
        (allow("s3:*", "arn:aws:s3:::a/?*"), allow("s3:*", "arn:aws:s3:::a/?"), true),
        (
            allow("dynamodb:*", "arn:aws:dynamodb:*:*:table/*"),
            allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-2:111122223333:table/x"),
            true,
        ),
        (allow("dynamodb:*", "arn:aws:dynamodb:*:111122223333:table/*"), allow("dynamodb:*", "arn:aws:dynamodb:*:*:table/*"), false),
    ];
    for (existing, new, expected) in rows {
        assert_eq!(covered(json!([existing]), json!([new])), expected, "{existing} {new}");
    }
}

#[test]
fn a_union_covers_what_none_of_its_parts_does() {
    let parts = json!([allow("s3:Get*", "*"), allow("s3:Put*", "*")]);
    assert!(covered(parts.clone(), json!([{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}])));
    assert!(!covered(parts, json!([allow("s3:*", "*")])));
    let tls = |value: &str| with(allow("s3:*", "*"), json!({"Bool": {"aws:SecureTransport": value}}));
    let absent = with(allow("s3:*", "*"), json!({"Null": {"aws:SecureTransport": "true"}}));
    assert!(covered(json!([tls("true"), tls("false"), absent]), json!([allow("s3:*", "*")])));
    assert!(!covered(json!([tls("true"), tls("false")]), json!([allow("s3:*", "*")])), "the key may be absent");
}

#[test]
fn denies_take_away_on_both_sides() {
    let deny = json!({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"});
    let all = allow("s3:*", "*");
    assert!(covered(json!([all, deny]), json!([all, deny])));
    assert!(covered(json!([all]), json!([all, deny])));
    assert!(!covered(json!([all, deny]), json!([all])));
    assert!(covered(json!([all, deny]), json!([allow("s3:Get*", "*")])));
    let but = json!({"Effect": "Allow", "NotAction": "s3:DeleteObject", "Resource": "*"});
    assert!(covered(json!([but]), json!([all, deny])));
    assert!(!covered(json!([all, deny]), json!([but])));
}

#[test]
fn conditions_cover_each_other() {
    let on = |condition: Json| json!([with(allow("s3:*", "*"), condition)]);
    let rows = [
        (json!({"StringEquals": {"k:a": ["x", "y"]}}), json!({"StringEquals": {"K:A": "x"}}), true),
        (json!({"StringEquals": {"k:a": "x"}}), json!({"StringEquals": {"k:a": ["x", "y"]}}), false),
        (json!({"StringLike": {"k:a": "x*"}}), json!({"StringEquals": {"k:a": "xy"}}), true),
        (json!({"StringEqualsIfExists": {"k:a": "x"}}), json!({"StringEquals": {"k:a": "x"}}), true),
        (json!({"StringEquals": {"k:a": "x"}}), json!({"StringEqualsIfExists": {"k:a": "x"}}), false),
        (json!({"StringNotEquals": {"k:a": "x"}}), json!({"StringEquals": {"k:a": "y"}}), true),
        (json!({"StringEqualsIgnoreCase": {"k:a": "X"}}), json!({"StringEquals": {"k:a": "x"}}), true),
        (json!({"NumericLessThan": {"k:a": "10"}}), json!({"NumericLessThan": {"k:a": "5"}}), true),
        (json!({"NumericLessThan": {"k:a": "5"}}), json!({"NumericLessThan": {"k:a": "10"}}), false),
        (json!({"NumericLessThanEquals": {"k:a": "5"}}), json!({"NumericLessThan": {"k:a": "5"}}), true),
        (json!({"NumericLessThan": {"k:a": "5"}}), json!({"NumericLessThanEquals": {"k:a": "5"}}), false),
        (json!({"DateLessThan": {"k:a": "2026-06-01"}}), json!({"DateLessThan": {"k:a": "2026-01-01"}}), true),
        (json!({"IpAddress": {"k:a": "10.0.0.0/8"}}), json!({"IpAddress": {"k:a": "10.1.0.0/16"}}), true),
        (json!({"IpAddress": {"k:a": "10.1.0.0/16"}}), json!({"IpAddress": {"k:a": "10.0.0.0/8"}}), false),
        (json!({"IpAddress": {"k:a": ["10.0.0.0/9", "10.128.0.0/9"]}}), json!({"IpAddress": {"k:a": "10.0.0.0/8"}}), true),
        (json!({"NotIpAddress": {"k:a": "10.0.0.0/8"}}), json!({"IpAddress": {"k:a": "192.0.2.0/24"}}), true),
        (json!({"ArnLike": {"k:a": "arn:aws:sns:*:1:*"}}), json!({"ArnEquals": {"k:a": "arn:aws:sns:us-east-2:1:t"}}), true),
        (json!({"ForAllValues:StringEquals": {"k:a": ["x", "y"]}}), json!({"ForAllValues:StringEquals": {"k:a": "x"}}), true),
        (json!({"ForAllValues:StringEquals": {"k:a": "x"}}), json!({"ForAllValues:StringEquals": {"k:a": ["x", "y"]}}), false),
        (json!({"ForAnyValue:StringEquals": {"k:a": ["x", "y"]}}), json!({"ForAnyValue:StringEquals": {"k:a": "x"}}), true),
        (json!({"ForAnyValue:StringEquals": {"k:a": "x"}}), json!({"ForAllValues:StringEquals": {"k:a": "x"}}), false),
        (json!({"Null": {"k:a": "false"}}), json!({"StringLike": {"k:a": "*"}}), true),
    ];
    for (existing, new, expected) in rows {
        assert_eq!(covered(on(existing.clone()), on(new.clone())), expected, "{existing} {new}");
    }
    assert!(covered(json!([allow("s3:*", "*")]), on(json!({"StringEquals": {"k:a": "x"}}))));
}

#[test]
fn a_key_without_any_value_is_in_no_request() {
    let any = with(allow("s3:GetObject", "*"), json!({"ForAnyValue:StringLikeIfExists": {"k:a": ["*", ""]}}));
    assert!(covered(json!([any]), json!([allow("s3:GetObject", "*")])), "each value is allowed, and so is none");
    let one = with(allow("s3:GetObject", "*"), json!({"ForAnyValue:StringLikeIfExists": {"k:a": ["x*"]}}));
    assert!(!covered(json!([one]), json!([allow("s3:GetObject", "*")])));
}

#[test]
fn variables_are_the_same_only_as_themselves() {
    let home = |name: &str| json!([allow("s3:*", &format!("arn:aws:s3:::home/{name}/*"))]);
    assert!(covered(home("${aws:username}"), home("${aws:username}")));
    assert!(covered(home("*"), home("${aws:username}")));
    assert!(!covered(home("${aws:username}"), home("*")));
    assert!(!covered(home("${aws:userid}"), home("${aws:username}")));
    assert!(!covered(home("?"), home("${aws:username}")));
}

#[test]
fn resource_policies_are_compared_by_who_may_call() {
    let grant = |principal: Json| json!([{"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": "*"}]);
    let compared = |existing: Json, new: Json| compare(&document(&existing), &document(&new), Kind::Resource);
    const ROLE: &str = "arn:aws:iam::111122223333:role/a";
    let none = Comparison::NoNewAccess;
    assert_eq!(compared(grant(json!("*")), grant(json!({"AWS": ROLE}))), none);
    assert_eq!(compared(grant(json!({"AWS": "111122223333"})), grant(json!({"AWS": ROLE}))), none);
    assert_eq!(compared(grant(json!({"AWS": "111122223333"})), grant(json!({"AWS": "arn:aws:iam::111122223333:root"}))), none);
    assert!(matches!(compared(grant(json!({"AWS": ROLE})), grant(json!({"AWS": "111122223333"}))), Comparison::NewAccess { .. }));
    assert!(matches!(compared(grant(json!({"AWS": ROLE})), grant(json!({"Service": "sns.amazonaws.com"}))), Comparison::NewAccess { .. }));
    let mut narrowed = grant(json!("*"));
    narrowed[0]["Condition"] = json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}});
    assert_eq!(compared(grant(json!({"AWS": "111122223333"})), narrowed.clone()), none, "the account is the caller's");
    assert!(matches!(compared(grant(json!({"AWS": "444455556666"})), narrowed), Comparison::NewAccess { .. }));
}

#[test]
fn the_witness_is_of_the_statement_that_grants_more() {
    let Comparison::NewAccess { statement_index, witness } =
        identity(json!([allow("s3:GetObject", "*")]), json!([allow("s3:GetObject", "*"), allow("s3:PutObject", "*")]))
    else {
        panic!("there is new access");
    };
    assert_eq!((statement_index, witness.action.as_str()), (1, "s3:PutObject"));
}

#[test]
fn a_large_policy_is_itself_and_less_than_everything() {
    let statements: Vec<Json> =
        (0..2_000).map(|number| allow(&format!("s{}:Get*", number % 50), &format!("arn:aws:s3:::bucket-{number}/*"))).collect();
    let large = json!(statements);
    assert!(covered(large.clone(), large.clone()));
    assert!(covered(json!([allow("*", "*")]), large));
}

mod laws {
    //! What holds of every policy, over many small ones that share words.

    use super::*;
    use proptest::prelude::*;

    fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::sample::select(words).prop_map(str::to_owned)
    }

    fn statement() -> impl Strategy<Value = Json> {
        let actions = word(&["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:?end*", "S3:getobject"]);
        let resources = word(&[
            "*",
            "arn:aws:s3:::a/*",
            "arn:aws:s3:::a/b",
            "arn:aws:s3:::?/b",
            "arn:aws:sqs:*:111122223333:q",
            "arn:aws:s3:::${aws:username}/*",
        ]);
        let operators = word(&[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringEqualsIfExists",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringLike",
        ]);
        let values = prop::collection::vec(word(&["x", "y", "x*", "?"]), 1..3);
        let condition = prop::option::weighted(0.4, (operators, word(&["k:a", "k:b"]), values));
        (any::<bool>(), any::<bool>(), actions, any::<bool>(), resources, condition).prop_map(
            |(deny, not_action, action, not_resource, resource, condition)| {
                let mut statement = json!({"Effect": if deny { "Deny" } else { "Allow" }});
                statement[if not_action { "NotAction" } else { "Action" }] = json!(action);
                statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resource);
                if let Some((operator, key, values)) = condition {
                    statement["Condition"] = json!({ operator: { key: values } });
                }
                statement
            },
        )
    }

    fn policy() -> impl Strategy<Value = Vec<Json>> {
        prop::collection::vec(statement(), 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn a_policy_grants_nothing_beyond_itself(one in policy()) {
            prop_assert_eq!(identity(json!(one), json!(one)), Comparison::NoNewAccess);
        }

        #[test]
        fn a_deny_grants_nothing(one in policy(), mut deny in statement()) {
            deny["Effect"] = json!("Deny");
            let more = [one.clone(), vec![deny]].concat();
            let grants_more = matches!(identity(json!(one), json!(more)), Comparison::NewAccess { .. });
            prop_assert!(!grants_more);
        }

        #[test]
        fn everything_covers_all(one in policy()) {
            let grants_more = matches!(identity(json!([allow("*", "*")]), json!(one)), Comparison::NewAccess { .. });
            prop_assert!(!grants_more);
        }

        #[test]
        fn what_two_grant_covers_each(one in policy(), other in policy()) {
            // Denies of one would take from the other.
            let allows = |policy: &[Json]| policy.iter().filter(|statement| statement["Effect"] == "Allow").cloned().collect::<Vec<_>>();
            let both = [allows(&one), allows(&other)].concat();
            let grants_more = matches!(identity(json!(both), json!(allows(&one))), Comparison::NewAccess { .. });
            prop_assert!(!grants_more);
        }

        #[test]
        fn no_request_contradicts_the_answer(existing in policy(), new in policy()) {
            let (old, fresh) = (document(&json!(existing)), document(&json!(new)));
            let more = requests().into_iter().find(|request| permits(&fresh, request, false) == Truth::Yes && permits(&old, request, false) == Truth::No);
            match (compare(&old, &fresh, Kind::Identity), more) {
                (Comparison::NoNewAccess, Some(request)) => prop_assert!(false, "{request:?} is new"),
                (Comparison::NewAccess { witness, .. }, _) => {
                    prop_assert_eq!(permits(&fresh, &witness, false), Truth::Yes);
                    prop_assert_eq!(permits(&old, &witness, false), Truth::No);
                }
                (Comparison::NoNewAccess | Comparison::Unknown(_), _) => {}
            }
        }
    }

    /// Requests that the small policies tell apart.
    fn requests() -> Vec<Request> {
        let many = |values: &[&str]| Some(ContextValue::Many(values.iter().map(|value| (*value).into()).collect()));
        let values = [None, Some(ContextValue::One("x".into())), Some(ContextValue::One("zz".into())), many(&["y"]), many(&["x", "zz"])];
        let mut requests = Vec::new();
        for action in ["s3:getobject", "s3:putobject", "s3:listbucket", "sqs:sendmessage", "sns:publish"] {
            for resource in [
                "*",
                "arn:aws:s3:::a/b",
                "arn:aws:s3:::a/c",
                "arn:aws:s3:::c/b",
                "arn:aws:s3:::ada/c",
                "arn:aws:sqs:eu-west-1:111122223333:q",
            ] {
                for a in &values {
                    for b in &values {
                        let name = Some(("aws:username", ContextValue::One("ada".into())));
                        let keys = a.clone().map(|a| ("k:a", a)).into_iter().chain(b.clone().map(|b| ("k:b", b))).chain(name);
                        requests.push(Request {
                            caller: Caller::Anonymous,
                            action: action.into(),
                            resource: resource.into(),
                            resource_account: None,
                            context: Context::new(keys),
                        });
                    }
                }
            }
        }
        requests
    }
}

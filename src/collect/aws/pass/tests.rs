//! What is left of resources that come more than once.

use super::*;
use crate::model::Value;

fn policy(account: &str) -> Resource {
    Resource {
        id: "arn:aws:iam::aws:policy/ReadOnlyAccess".into(),
        resource_type: "AWS::IAM::ManagedPolicy".into(),
        name: "ReadOnlyAccess".into(),
        account: account.into(),
        region: Region::global(),
        tags: Value::empty_map(),
        properties: Value::empty_map(),
        state: Value::empty_map(),
        origin: None,
    }
}

#[test]
fn a_policy_of_aws_is_in_each_account_that_has_it_and_once_in_each() {
    let mut resources = ["111122223333", "444455556666", "111122223333"].map(policy).to_vec();
    keep_first(&mut resources);
    assert_eq!(resources.iter().map(|policy| policy.account.as_str()).collect::<Vec<_>>(), ["111122223333", "444455556666"]);
}

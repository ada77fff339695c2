//! Whether a contact is registered is said by a code, and by nothing else.

use super::*;
use crate::collect::aws::failure::Kind;
use crate::model::Outcome;

fn coded(kind: Kind, code: &str) -> Failure {
    Failure { kind, code: Some(code.into()), reason: "said so".into(), permission: None }
}

#[test]
fn a_contact_is_missing_only_where_aws_says_so() {
    assert_eq!(registered(Ok(true)), Ok(true));
    assert_eq!(registered(Err(coded(Kind::Vanished, "ResourceNotFoundException"))), Ok(false));
    assert_eq!(registered(Ok(false)).unwrap_err().outcome(), Outcome::Broken);
    let denied = coded(Kind::Fault(Outcome::Denied), "AccessDeniedException");
    assert_eq!(registered(Err(denied.clone())), Err(denied));
    assert!(registered(Err(Failure::fault(Outcome::Broken, "HTTP 404 without an AWS error code"))).is_err());
}

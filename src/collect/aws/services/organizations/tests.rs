//! When an account counts as alone, and when nothing is known of it.

use super::*;
use crate::collect::aws::failure::Kind;
use crate::model::Outcome;
use aws_sdk_organizations::types::{Organization, OrganizationFeatureSet};

#[test]
fn an_account_is_alone_only_where_aws_says_so() {
    let coded = |outcome, code: &str| {
        Err(Failure { kind: Kind::Fault(outcome), code: Some(code.into()), reason: "said so".into(), permission: None })
    };
    assert!(listing(coded(Outcome::Broken, "AWSOrganizationsNotInUseException")).fault.is_none());
    assert!(listing(coded(Outcome::Denied, "AccessDeniedException")).fault.is_some());
}

#[test]
fn the_address_of_the_management_account_is_not_kept() {
    let told = Organization::builder()
        .id("o-a1b2c3d4e5")
        .arn("arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5")
        .feature_set(OrganizationFeatureSet::All)
        .master_account_id("111122223333")
        .master_account_email("planted@example.com")
        .build();
    let draft = map::organization(&told).unwrap();
    assert_eq!(draft.properties["FeatureSet"], "ALL");
    assert_eq!(draft.state["ManagementAccountId"], "111122223333");
    assert!(!format!("{draft:?}").contains("planted"));
}

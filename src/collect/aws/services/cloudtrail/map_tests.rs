//! Which trails are at home.

use super::*;
use aws_sdk_cloudtrail::types::Trail as Described;
use serde_json::{Value, json};

fn seen(arn: &str, home: &str) -> Trail {
    let place = Place { account: "111122223333".into(), region: "us-east-2".into() };
    let described = Described::builder().name("main").trail_arn(arn).home_region(home).is_multi_region_trail(true).kms_key_id("").build();
    trail(&described, &place).unwrap()
}

#[test]
fn a_trail_is_at_home_in_its_region_and_account_and_a_shadow_elsewhere() {
    assert!(!seen("arn:aws:cloudtrail:us-east-2:111122223333:trail/main", "us-east-2").is_shadow);
    assert!(seen("arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "us-east-1").is_shadow);
    assert!(seen("arn:aws:cloudtrail:us-east-2:999999999999:trail/main", "us-east-2").is_shadow);
}

#[test]
fn an_empty_key_is_no_key() {
    let draft = seen("arn:aws:cloudtrail:us-east-2:111122223333:trail/main", "us-east-2").draft;
    assert_eq!((&draft.properties["KMSKeyId"], &draft.properties["IsMultiRegionTrail"]), (&Value::Null, &json!(true)));
}

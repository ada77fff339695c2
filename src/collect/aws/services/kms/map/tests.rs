//! What KMS leaves out, and whose key is asked about rotation.

use super::*;
use aws_sdk_kms::types::builders::KeyMetadataBuilder;
use aws_sdk_kms::types::{KeyState, MultiRegionConfiguration, MultiRegionKeyType};
use serde_json::json;

fn customers() -> KeyMetadataBuilder {
    KeyMetadata::builder()
        .key_id("a")
        .key_manager(KeyManagerType::Customer)
        .key_state(KeyState::Enabled)
        .origin(OriginType::AwsKms)
        .key_spec(KeySpec::SymmetricDefault)
}

fn described(metadata: &KeyMetadata) -> Draft {
    let mut key = Draft::new(KEY, "arn:aws:kms:us-east-2:111122223333:key/a", "a");
    super::metadata(metadata, &mut key);
    key
}

#[test]
fn only_the_customers_own_symmetric_keys_of_kms_can_be_rotated() {
    assert!(can_rotate(&customers().build().unwrap()));
    assert!(can_rotate(&customers().set_key_spec(None).build().unwrap()));
    assert!(!can_rotate(&customers().key_manager(KeyManagerType::Aws).build().unwrap()));
    assert!(!can_rotate(&customers().origin(OriginType::External).build().unwrap()));
    assert!(!can_rotate(&customers().origin(OriginType::AwsCloudhsm).build().unwrap()));
    assert!(!can_rotate(&customers().key_spec(KeySpec::Rsa2048).build().unwrap()));
    assert!(!can_rotate(&customers().key_spec(KeySpec::Hmac256).build().unwrap()));
}

#[test]
fn an_answer_without_state_manager_or_origin_is_half_an_answer() {
    assert!(is_whole(&customers().build().unwrap()));
    assert!(!is_whole(&customers().set_key_state(None).build().unwrap()));
    assert!(!is_whole(&customers().set_key_manager(None).build().unwrap()));
    assert!(!is_whole(&customers().set_origin(None).build().unwrap()));
}

#[test]
fn what_the_answer_leaves_out_stands_at_its_default() {
    let key = described(&KeyMetadata::builder().key_id("a").key_state(KeyState::Disabled).build().unwrap());
    assert_eq!(key.properties["Description"], "");
    assert_eq!(key.properties["KeySpec"], "SYMMETRIC_DEFAULT");
    assert_eq!(key.properties["KeyUsage"], "ENCRYPT_DECRYPT");
    assert_eq!(key.properties["MultiRegion"], false);
    assert_eq!(key.properties["Enabled"], false);
    assert!(key.state["MultiRegionKeyType"].is_null());
}

#[test]
fn a_key_is_enabled_in_one_state_only_whatever_the_flag_says() {
    let enabled = |state: KeyState| described(&customers().key_state(state).enabled(true).build().unwrap()).properties["Enabled"].clone();
    assert_eq!(enabled(KeyState::Enabled), true);
    assert_eq!(enabled(KeyState::PendingDeletion), false);
    assert_eq!(enabled(KeyState::PendingReplicaDeletion), false);
}

#[test]
fn a_replica_says_that_it_is_one() {
    let config = MultiRegionConfiguration::builder().multi_region_key_type(MultiRegionKeyType::Replica).build();
    let key = described(&customers().multi_region(true).multi_region_configuration(config).build().unwrap());
    assert_eq!((key.properties["MultiRegion"].clone(), key.state["MultiRegionKeyType"].clone()), (json!(true), json!("REPLICA")));
}

#[test]
fn a_period_that_outlives_rotation_is_not_told() {
    let rotated = |enabled| {
        let mut key = Draft::new(KEY, "arn", "a");
        rotation(&GetKeyRotationStatusOutput::builder().key_rotation_enabled(enabled).rotation_period_in_days(365).build(), &mut key);
        (key.properties["EnableKeyRotation"].clone(), key.properties["RotationPeriodInDays"].clone())
    };
    assert_eq!(rotated(true), (json!(true), json!(365)));
    assert_eq!(rotated(false), (json!(false), json!(null)));
}

#[test]
fn aliases_are_those_of_the_key_and_sorted() {
    let alias = |name: &str, target: Option<&str>| {
        AliasListEntry::builder()
            .alias_name(name)
            .alias_arn(format!("arn:aws:kms:us-east-2:111122223333:{name}"))
            .set_target_key_id(target.map(str::to_owned))
            .build()
    };
    let aliases = [alias("alias/b", Some("a")), alias("alias/aws/sns", None), alias("alias/other", Some("c")), alias("alias/a", Some("a"))];
    assert_eq!(names(&aliases, "a"), ["alias/a", "alias/b"]);
    assert_eq!(names(&aliases, "z"), Vec::<String>::new());
    let reserved = super::alias(&aliases[1]).unwrap();
    assert_eq!((reserved.name.as_str(), &reserved.properties["TargetKeyId"]), ("alias/aws/sns", &json!(null)));
}

#[test]
fn a_page_that_says_there_is_more_and_not_where_is_no_page() {
    assert_eq!(whole_page(Some(vec![1]), false, None), Some(vec![1]));
    assert_eq!(whole_page(Some(vec![1]), true, Some("b")), Some(vec![1]));
    assert_eq!(whole_page(Some(vec![1]), true, None), None);
    assert_eq!(whole_page(Some(vec![1]), true, Some("")), None);
    assert_eq!(whole_page::<u8>(None, false, None), None);
}

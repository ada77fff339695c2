//! Settings without their words are no settings.

use super::*;
use aws_sdk_xray::types::{EncryptionStatus, EncryptionType};

#[test]
fn own_keys_are_named_and_half_an_answer_is_none() {
    let whole = || EncryptionConfig::builder().r#type(EncryptionType::Kms).key_id("arn:key").status(EncryptionStatus::Active);
    let kms = draft(&whole().build(), "id".to_owned()).unwrap();
    assert_eq!(
        (&kms.properties["Type"], &kms.properties["KeyId"], &kms.state["Status"]),
        (&"KMS".into(), &"arn:key".into(), &"ACTIVE".into())
    );
    let none = draft(&whole().r#type(EncryptionType::None).set_key_id(None).build(), "id".to_owned()).unwrap();
    assert!(none.properties["KeyId"].is_null());
    assert!(draft(&whole().set_type(None).build(), "id".to_owned()).is_none());
    assert!(draft(&whole().set_status(None).build(), "id".to_owned()).is_none());
}

//! The action database: known facts, and damaged files.

use super::*;
use proptest::prelude::*;

fn types(service: &str, action: &str) -> Vec<(String, bool)> {
    let action = Database::embedded().find(service, action).unwrap();
    action.resource_types().map(|ty| (ty.name.to_owned(), ty.required)).collect()
}

#[test]
fn the_database_is_dated_and_large() {
    let database = Database::embedded();
    assert_eq!(database.date().to_string(), "2026-10-27");
    assert!(database.version().ends_with("202610271"));
    assert!(database.len() > 20_000, "{}", database.len());
    assert!(database.services().count() > 400);
}

#[test]
fn known_actions_take_the_resources_that_aws_documents() {
    assert_eq!(types("dynamodb", "ListTables"), []);
    assert_eq!(types("s3", "ListAllMyBuckets"), []);
    assert_eq!(types("dynamodb", "PutItem"), [("table".to_owned(), true)]);
    assert_eq!(types("iam", "PassRole"), [("role".to_owned(), true)]);
    assert!(types("dynamodb", "Query").contains(&("index".to_owned(), false)));
}

#[test]
fn look_ups_ignore_case_and_keep_awss_spelling() {
    let action = Database::embedded().find("IAM", "PASSROLE").unwrap();
    assert_eq!(action.to_string(), "iam:PassRole");
    assert_eq!(action.access_levels().collect::<Vec<_>>(), [AccessLevel::Write]);
    assert_eq!(action.condition_keys().collect::<Vec<_>>(), ["iam:AssociatedResourceArn", "iam:PassedToService"]);
}

#[test]
fn an_unknown_action_is_unlisted() {
    assert!(Database::embedded().find("dynamodb", "PutItems").is_none());
    assert!(Database::embedded().find("nosuchservice", "PutItem").is_none());
}

#[test]
fn tagging_is_a_level_beside_writing() {
    let action = Database::embedded().find("dynamodb", "TagResource").unwrap();
    assert_eq!(action.access_levels().collect::<Vec<_>>(), [AccessLevel::Write, AccessLevel::Tagging]);
}

#[test]
fn resource_types_come_with_their_arns() {
    let table = Database::embedded().resource_types("dynamodb").find(|ty| ty.name == "table").unwrap();
    assert_eq!(table.arn, "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}");
}

#[test]
fn patterns_expand_to_the_listed_actions() {
    let names = |pattern: &str| Database::embedded().expand(pattern).map(|action| action.to_string()).collect::<Vec<_>>();
    assert!(names("dynamodb:get*").contains(&"dynamodb:GetItem".to_owned()));
    assert!(names("dynamodb:get*").iter().all(|name| name.starts_with("dynamodb:Get")));
    assert_eq!(names("iam:PassRole"), ["iam:PassRole"]);
    assert_eq!(names("iam"), Vec::<String>::new());
    assert_eq!(names("*").len(), Database::embedded().len());
    assert_eq!(names("*:*").len(), Database::embedded().len());
}

#[test]
fn every_row_can_be_read() {
    for action in Database::embedded().expand("*") {
        assert!(!action.name().is_empty() && !action.service().is_empty());
        assert!(action.access_levels().next().is_some(), "{action}");
        assert!(action.resource_types().all(|ty| !ty.name.is_empty()), "{action}");
        assert!(action.condition_keys().all(|key| key.contains(':')), "{action}");
        assert_eq!(Database::embedded().find(action.service(), action.name()).unwrap().to_string(), action.to_string());
    }
}

#[test]
fn condition_keys_have_types_and_templates() {
    let database = Database::embedded();
    let known = |key: &str| database.condition_key(key).map(|key| (key.name, key.ty, key.many));
    assert_eq!(known("S3:PREFIX"), Some(("s3:prefix", KeyType::String, false)));
    assert_eq!(known("aws:tagkeys"), Some(("aws:TagKeys", KeyType::String, true)));
    assert_eq!(known("aws:ResourceTag/team"), Some(("aws:ResourceTag/${TagKey}", KeyType::String, false)));
    assert_eq!(known("s3:ExistingObjectTag/team").map(|key| key.1), Some(KeyType::String));
    assert_eq!(known("iam:PolicyARN").map(|key| key.1), Some(KeyType::Arn));
    assert_eq!((known("s3:nonsense"), known("aws:ResourceTag/")), (None, None));
    assert!(database.condition_keys_of("s3").count() > 20 && database.condition_keys_of("s").count() == 0);
}

#[test]
fn actions_know_the_keys_of_their_resources_too() {
    let knows = |service, action, key| Database::embedded().find(service, action).unwrap().knows(key);
    assert!(knows("lambda", "InvokeFunction", "aws:ResourceTag/team"));
    assert!(knows("iam", "PassRole", "iam:passedtoservice"));
    assert!(!knows("iam", "GetRole", "iam:PassedToService"));
    assert!(!knows("s3", "GetObject", "s3:prefix"));
}

#[test]
fn the_services_of_resource_control_policies_are_listed() {
    let database = Database::embedded();
    assert!(database.supports_resource_control("S3") && database.supports_resource_control("sts"));
    assert!(!database.supports_resource_control("ec2"));
}

#[test]
fn thirty_days_after_its_date_it_is_old() {
    let database = Database::embedded();
    assert!(!database.is_old(database.date() + chrono::Days::new(30)));
    assert!(database.is_old(database.date() + chrono::Days::new(31)));
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

#[test]
fn foreign_and_oversized_files_are_refused() {
    assert!(matches!(Database::read(b"plain"), Err(DatabaseFault::NotPacked(_))));
    assert_eq!(Database::read(&pack(b"{}")).unwrap_err(), DatabaseFault::Foreign);
    assert_eq!(Database::read(&pack(&vec![0; 17 << 20])).unwrap_err(), DatabaseFault::TooLarge);
    // A count of 2²⁸ texts in a file of a few bytes asks for no memory.
    assert_eq!(Database::read(&pack(b"LLIAM\x02\x0a2026-10-27\x011\xff\xff\xff\x7f")).unwrap_err(), DatabaseFault::Broken("a count"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// One byte changed anywhere, or the end cut off: refused or read, never a panic.
    #[test]
    fn damage_never_panics(at in 6_usize..800_000, byte: u8, cut: bool) {
        let mut bytes = zstd::decode_all(&include_bytes!("actions.bin.zst")[..]).unwrap();
        if cut { bytes.truncate(at); } else { bytes[at] = byte; }
        if let Ok(database) = Database::read(&pack(&bytes)) {
            prop_assert!(database.expand("dynamodb:*").all(|action| action.resource_types().count() < 1000));
        }
    }
}

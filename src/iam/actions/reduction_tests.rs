//! Sets of actions as patterns, and back.

use super::*;
use proptest::prelude::*;

fn reduced(actions: &[&str]) -> Vec<String> {
    reduce(Database::embedded(), actions.iter().copied())
}

fn expanded(patterns: &[String]) -> BTreeSet<String> {
    patterns.iter().flat_map(|pattern| Database::embedded().expand(pattern)).map(|action| action.to_string()).collect()
}

#[test]
fn whole_services_and_whole_words_become_patterns() {
    assert_eq!(reduced(&["*"]), ["*"]);
    assert_eq!(reduced(&["s3:*"]), ["s3:*"]);
    assert_eq!(reduced(&["s3:Get*"]), ["s3:Get*"]);
    assert_eq!(reduced(&["sts:AssumeRole"]), ["sts:AssumeRole"]);
    assert_eq!(reduced(&["DYNAMODB:GETITEM", "dynamodb:GetItem"]), ["dynamodb:GetItem"]);
}

#[test]
fn one_action_left_out_is_never_matched() {
    let all: Vec<String> = Database::embedded().expand("dynamodb:*").map(|action| action.to_string()).collect();
    let without: Vec<&str> = all.iter().map(String::as_str).filter(|name| *name != "dynamodb:DeleteTable").collect();
    let patterns = reduced(&without);
    assert!(!expanded(&patterns).contains("dynamodb:DeleteTable"));
    assert!(patterns.len() < without.len() / 2, "{patterns:?}");
}

#[test]
fn what_is_not_listed_stays_as_it_is() {
    assert_eq!(reduced(&["s3:Nonsense", "nowhere:Get*", "s3:GetObject"]), ["s3:GetObject", "nowhere:Get*", "s3:Nonsense"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    /// For any set: the patterns match it and nothing else, and are not more than it has.
    #[test]
    fn patterns_match_exactly_the_set(service in prop::sample::select(vec!["s3", "dynamodb", "sqs", "kms", "lambda", "logs", "iam"]), keep in any::<u64>(), every in 1_usize..6) {
        let listed: Vec<String> = Database::embedded().expand(&format!("{service}:*")).map(|action| action.to_string()).collect();
        let set: BTreeSet<String> = listed.into_iter().enumerate().filter(|(at, _)| keep >> ((at / every) % 64) & 1 == 1).map(|(_, name)| name).collect();
        let patterns = reduce(Database::embedded(), set.iter().map(String::as_str));
        prop_assert!(patterns.len() <= set.len());
        prop_assert_eq!(expanded(&patterns), set);
    }
}

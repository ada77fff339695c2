//! What an answer must hold to be one.

use super::*;

#[test]
fn an_answer_without_a_list_that_was_asked_for_tells_nothing_of_its_kind() {
    let roles = || GetAccountAuthorizationDetailsOutput::builder().set_role_detail_list(Some(Vec::new()));
    assert!(names_all(&roles().build(), &[EntityType::Role]));
    assert!(!names_all(&roles().build(), &[EntityType::Role, EntityType::User]));
    assert!(!names_all(&roles().build(), &[EntityType::Role, EntityType::Group]));
    assert!(!names_all(&roles().build(), &[EntityType::Role, EntityType::LocalManagedPolicy, EntityType::AwsManagedPolicy]));
    let users = roles().set_user_detail_list(Some(Vec::new())).build();
    assert!(names_all(&users, &[EntityType::Role, EntityType::User]));
    assert!(!names_all(&users, &[EntityType::User, EntityType::Group]));
}

#[test]
fn a_marker_is_followed_whatever_the_flag_says_and_an_empty_one_is_none() {
    assert_eq!(behind(Some("b".to_owned())).as_deref(), Some("b"));
    assert_eq!(behind(Some(String::new())), None);
    assert_eq!(behind(None), None);
}

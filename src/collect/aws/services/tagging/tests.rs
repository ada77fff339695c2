//! What a listing of tags says of those that it does not name.

use super::*;
use crate::model::Outcome;
use aws_sdk_resourcegroupstagging::types::Tag;

const TABLE: &str = "arn:aws:dynamodb:us-east-2:111122223333:table/t";

fn entry(arn: Option<&str>) -> ResourceTagMapping {
    let tag = Tag::builder().key("Owner").value("team-a").build().unwrap();
    ResourceTagMapping::builder().set_resource_arn(arn.map(str::to_owned)).tags(tag).build()
}

fn tags(entries: Vec<ResourceTagMapping>) -> Tags {
    let mut tags = Tags::default();
    tags.take(Listing { items: entries, fault: None });
    tags
}

#[test]
fn an_entry_without_an_arn_breaks_the_listing_and_hides_no_other() {
    assert_eq!(tags(vec![entry(Some(TABLE))]).fault, None);
    for nameless in [None, Some("")] {
        let tags = tags(vec![entry(nameless), entry(Some(TABLE))]);
        assert_eq!(tags.of(&TABLE.into()), Some([("Owner".to_owned(), "team-a".to_owned())].as_slice()));
        assert_eq!(tags.fault.map(|fault| fault.outcome()), Some(Outcome::Broken));
    }
}

#[test]
fn a_tag_may_be_named_like_the_fields_of_the_answer_and_hold_anything() {
    let odd =
        [("Key", "Value"), ("a=b", "x=y;$HOME"), ("quote\"'", "line\r\nend"), ("=1+1", "=HYPERLINK(\"x\")"), ("Owner", ""), ("owner", "o")];
    let tags_of = odd.map(|(key, value)| Tag::builder().key(key).value(value).build().unwrap()).to_vec();
    let entry = ResourceTagMapping::builder().resource_arn(TABLE).set_tags(Some(tags_of)).build();
    let tags = tags(vec![entry]);
    let expected = odd.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(tags.of(&TABLE.into()), Some(expected.as_slice()));
}

#[test]
fn who_is_not_named_is_untagged_only_where_the_last_page_was_reached() {
    let none = tags(vec![entry(Some(TABLE))]);
    let other = "arn:aws:dynamodb:us-east-2:111122223333:table/other";
    assert_eq!((none.of(&other.into()), none.fault.is_none()), (None, true));
    // The exact ARN counts: neither a prefix nor another case.
    assert_eq!(none.of(&TABLE.to_uppercase().as_str().into()), None);
    assert_eq!(none.of(&format!("{TABLE}/index/i").as_str().into()), None);
}

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

//! Selectors of both kinds, and what they leave out.

use super::*;
use aws_sdk_cloudtrail::types::AdvancedFieldSelector;

fn field(name: &str, equals: &[&str]) -> AdvancedFieldSelector {
    let values = equals.iter().map(|value| (*value).to_owned()).collect();
    AdvancedFieldSelector::builder().field(name).set_equals(Some(values)).build().unwrap()
}

fn advanced(fields: Vec<AdvancedFieldSelector>) -> AdvancedEventSelector {
    AdvancedEventSelector::builder().set_field_selectors(Some(fields)).build().unwrap()
}

#[test]
fn what_a_selector_does_not_say_is_logged() {
    let events = management_events(&[EventSelector::builder().build()], &[]);
    assert_eq!(events, json!({"Read": true, "Write": true, "Excluded": []}));
}

#[test]
fn reads_and_writes_are_added_up_over_selectors() {
    let only = |kind| EventSelector::builder().read_write_type(kind).build();
    assert_eq!(management_events(&[only(ReadWriteType::WriteOnly)], &[])["Read"], false);
    let both = management_events(&[only(ReadWriteType::WriteOnly), only(ReadWriteType::ReadOnly)], &[]);
    assert_eq!((&both["Read"], &both["Write"]), (&json!(true), &json!(true)));
}

#[test]
fn a_trail_of_data_events_logs_no_management_events() {
    let basic = EventSelector::builder().include_management_events(false).build();
    assert_eq!(management_events(&[basic], &[])["Write"], false);
    let data = advanced(vec![field("eventCategory", &["Data"])]);
    assert_eq!(management_events(&[], &[data])["Write"], false);
}

#[test]
fn an_excluded_source_is_told_and_the_selector_does_not_count() {
    let basic = EventSelector::builder().exclude_management_event_sources("kms.amazonaws.com").build();
    assert_eq!(management_events(&[basic], &[]), json!({"Read": false, "Write": false, "Excluded": ["kms.amazonaws.com"]}));
    let not = AdvancedFieldSelector::builder().field("eventSource").not_equals("kms.amazonaws.com").build().unwrap();
    let selector = advanced(vec![field("eventCategory", &["Management"]), not]);
    assert_eq!(management_events(&[], &[selector])["Excluded"], json!(["kms.amazonaws.com"]));
}

#[test]
fn an_advanced_selector_of_writes_logs_no_reads() {
    let writes = advanced(vec![field("eventCategory", &["Management"]), field("readOnly", &["false"])]);
    let events = management_events(&[], &[writes]);
    assert_eq!((&events["Read"], &events["Write"]), (&json!(false), &json!(true)));
}

//! Walks every catalogue: what a new service must keep to.

use super::blind::hands_out_data;
use super::services::{CATALOGUES, all};
use super::{catalogue, types_of};
use crate::iam::actions::{AccessLevel, Database};
use crate::model::catalogue::{Each, FieldType, TypeSpec};
use crate::model::needs::Needs;
use std::collections::BTreeSet;

fn types() -> Vec<(&'static str, TypeSpec)> {
    CATALOGUES.iter().flat_map(|(service, text)| types_of(service, text).into_iter().map(move |spec| (*service, spec))).collect()
}

#[test]
fn the_list_of_services_is_sorted_and_each_has_its_catalogue() {
    let names: Vec<&str> = CATALOGUES.iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for service in all() {
        assert!(names.contains(&service.name()), "{} has no catalogue", service.name());
    }
}

#[test]
fn every_type_is_told_once() {
    let mut known = BTreeSet::new();
    for (service, spec) in types() {
        assert!(known.insert(spec.resource_type.clone()), "{service} tells {} again", spec.resource_type);
    }
    assert_eq!(catalogue().types().count(), known.len());
}

#[test]
fn every_call_reads_and_none_hands_out_the_customers_data() {
    for (_, spec) in types() {
        // What has a purpose of its own is off unless configured, and in no auditing policy.
        for call in spec.calls.iter().filter(|call| call.purpose.is_none()) {
            for action in call.permissions().iter().map(|action| action.as_str()).chain([call.call.as_str()]) {
                let (_, name) = action.split_once(':').unwrap_or_else(|| panic!("{action} has no service"));
                let reads = ["Describe", "List", "Get", "GET", "Generate", "Simulate", "Search", "Lookup", "View"]
                    .iter()
                    .any(|verb| name.starts_with(verb));
                assert!(reads, "{action} of {} does not read", spec.resource_type);
                assert!(!hands_out_data(action), "{action} hands out data");
            }
        }
    }
}

#[test]
fn every_action_is_one_that_aws_lists_as_list_or_read() {
    use crate::iam::actions::{AccessLevel, Database};
    for (_, spec) in types() {
        for action in spec.calls.iter().flat_map(|call| call.permissions()) {
            let (service, name) = action.split_once(':').unwrap();
            let known = Database::embedded().find(service, name).unwrap_or_else(|| panic!("AWS lists no action {action}"));
            let levels: Vec<AccessLevel> = known.access_levels().collect();
            let harmless = levels.iter().all(|level| matches!(level, AccessLevel::List | AccessLevel::Read));
            assert!(harmless && !levels.is_empty(), "{action} of {} is {levels:?}", spec.resource_type);
        }
    }
}

#[test]
fn every_call_that_brings_something_is_among_the_calls() {
    for (_, spec) in types() {
        let known: BTreeSet<_> = spec.calls.iter().map(|call| call.call.clone()).collect();
        assert_eq!(known.len(), spec.calls.len(), "{} names a call twice", spec.resource_type);
        let mut named: BTreeSet<_> = spec.listing.iter().chain(spec.tags.iter()).cloned().collect();
        for root in ["properties", "state", "tags"] {
            named.extend(spec.calls_for(&crate::model::Path::root(root)));
        }
        assert!(named.is_subset(&known), "{}: {:?}", spec.resource_type, named.difference(&known));
        assert_eq!(spec.listing.as_ref(), spec.calls.first().map(|call| &call.call), "{}: the listing stands first", spec.resource_type);
        for call in &spec.calls {
            assert!(call.after.iter().all(|before| known.contains(before)), "{}: {:?}", spec.resource_type, call.after);
        }
    }
}

#[test]
fn a_type_tagged_in_bulk_says_how_the_tagging_api_names_it() {
    for (_, spec) in types() {
        let bulk = spec.tags.as_ref().is_some_and(|call| call.as_str() == "tag:GetResources");
        assert_eq!(bulk, spec.tagging.is_some(), "{}", spec.resource_type);
        if bulk {
            assert_eq!(spec.find_call(&"tag:GetResources".into()).map(|call| call.each), Some(Each::Page), "{}", spec.resource_type);
        }
    }
}

#[test]
fn the_roots_are_objects_and_words_of_an_enumeration_are_words() {
    fn walk(ty: &FieldType, place: &str) {
        match ty {
            FieldType::String { values } => {
                assert!(values.iter().all(|value| !value.is_empty() && *value != "true" && *value != "false"), "{place}: {values:?}");
            }
            FieldType::List { items } | FieldType::Map { items } => walk(items, place),
            FieldType::Object { fields } => fields.iter().for_each(|(key, field)| walk(&field.ty, &format!("{place}.{key}"))),
            FieldType::Bool | FieldType::Int | FieldType::Double | FieldType::Decimal | FieldType::Timestamp | FieldType::Any => {}
        }
    }
    for (_, spec) in types() {
        assert!(spec.properties.fields().is_some() && spec.state.fields().is_some(), "{}", spec.resource_type);
        walk(&spec.properties, spec.resource_type.as_str());
        walk(&spec.state, spec.resource_type.as_str());
    }
}

#[test]
fn the_policy_of_everything_reads_only() {
    let catalogue = catalogue();
    let actions = crate::collect::permissions::actions(&Needs::everything(&catalogue), &catalogue);
    assert!(actions.contains("dynamodb:DescribeTable"), "{actions:?}");
    assert!(actions.iter().all(|action| !action.contains('*')), "{actions:?}");
}

/// The verbs above are our guess; what AWS calls an action's access level is not.
#[test]
fn every_permission_is_listed_by_aws_as_list_or_read() {
    let database = Database::embedded();
    for (_, spec) in types() {
        for permission in spec.calls.iter().flat_map(|call| call.permissions()) {
            let (service, name) = permission.split_once(':').unwrap();
            let action = database.find(service, name).unwrap_or_else(|| panic!("{permission} is unlisted on {}", database.date()));
            let writes: Vec<AccessLevel> =
                action.access_levels().filter(|level| !matches!(level, AccessLevel::List | AccessLevel::Read)).collect();
            assert!(writes.is_empty(), "{action} of {} is of level {writes:?}", spec.resource_type);
        }
    }
}

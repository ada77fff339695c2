//! The table: its numbers, its ids, and that the action database has every action.

use super::{Gain, parts_of, ways};
use crate::iam::actions::Database;
use std::collections::BTreeSet;

#[test]
fn the_published_ways_are_all_there() {
    let count =
        |prefix: &dyn Fn(&str) -> bool, gain: &dyn Fn(&Gain) -> bool| ways().filter(|way| prefix(way.id) && gain(&way.gain)).count();
    let later = ["ecs-006", "ecs-007", "ecs-008", "ecs-009", "glue-007"];
    let first = |id: &str| !id.starts_with("ledgerline-") && !later.contains(&id);
    assert_eq!(count(&first, &|_| true), 65);
    assert_eq!(count(&first, &|gain| matches!(gain, Gain::Own(_))), 8);
    assert_eq!(count(&first, &|gain| matches!(gain, Gain::Become(..))), 14);
    // The catalogue counts cloudformation-005 among those that hand a role over: 27 and 16.
    assert_eq!(count(&first, &|gain| matches!(gain, Gain::Pass(_))), 26);
    assert_eq!(count(&first, &|gain| matches!(gain, Gain::Existing(_))), 17);
}

#[test]
fn ids_are_unique() {
    let ids: BTreeSet<&str> = ways().map(|way| way.id).collect();
    assert_eq!(ids.len(), ways().count());
}

#[test]
fn actions_and_their_parts_are_those_of_the_database() {
    for way in ways() {
        for action in way.needs {
            let (service, name) = action.split_once(':').unwrap();
            let listed = Database::embedded().find(service, name).unwrap_or_else(|| panic!("{action} of {} is unlisted", way.id));
            assert_eq!(format!("{service}:{name}"), listed.to_string(), "the spelling of {action}");
            for part in parts_of(action).into_iter().flatten() {
                assert!(listed.resource_types().any(|kind| kind.name == *part), "{action} does not take {part}");
            }
        }
        if let Gain::Pass(service) = way.gain {
            assert_eq!(way.needs.first(), Some(&"iam:PassRole"), "{} to {service}", way.id);
        }
    }
}

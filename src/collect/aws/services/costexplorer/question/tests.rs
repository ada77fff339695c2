//! Which planes are asked for, and in what order.

use super::*;

fn tags() -> Vec<ArcStr> {
    ["Owner", "Project"].map(ArcStr::from).to_vec()
}

fn at(day: u32) -> Time {
    format!("2026-11-{day:02}T06:00:00Z").parse().unwrap()
}

#[test]
fn no_question_has_more_than_two_groups() {
    for plane in Plane::ALL {
        let id = PlaneId { plane: *plane, tag: "Owner".into() };
        assert_eq!(groups(&id).len(), if *plane == Plane::Total { 0 } else { 2 }, "{plane}");
    }
}

#[test]
fn planes_that_were_never_read_and_the_oldest_take_turns() {
    let last = |id: &PlaneId| match (id.plane, id.tag.as_str()) {
        (Plane::AccountRecord, _) => Some(at(20)),
        (Plane::ServiceRegion, _) => Some(at(19)),
        (Plane::TagService, "Owner") => Some(at(23)),
        _ => None,
    };
    let order: Vec<String> = turns(&tags(), true, last, at(23)).iter().map(ToString::to_string).collect();
    assert_eq!(
        order,
        ["tag_service Project", "service_region", "tag_linked_account Owner", "linked_account_record_type", "tag_linked_account Project"]
    );
}

#[test]
fn a_payer_of_one_account_needs_no_tags_by_account() {
    assert_eq!(turns(&tags(), false, |_| None, at(23)).len(), 4);
}

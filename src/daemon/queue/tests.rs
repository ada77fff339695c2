//! The queue of passes on demand: what joins, what waits, what is refused.

use super::*;

fn scope(regions: &[&str]) -> PassScope {
    let regions = (!regions.is_empty()).then(|| regions.iter().map(|region| (*region).into()).collect());
    PassScope { regions, ..PassScope::default() }
}

fn entry(id: &str, regions: &[&str]) -> Entry {
    Entry { id: id.into(), trigger: Trigger::Api, scope: scope(regions), asked_by: None }
}

#[test]
fn a_request_joins_the_pass_under_way_that_looks_at_all_of_it() {
    let mut queue = Queue::default();
    assert_eq!(queue.admit(entry("1", &["a", "b"])), Ok(Admission::Queued("1".into())));
    assert_eq!(queue.begin().unwrap().id, "1".into());
    assert_eq!(queue.admit(entry("2", &["a"])), Ok(Admission::Joined("1".into())));
    assert_eq!(queue.admit(entry("3", &["a", "c"])), Ok(Admission::Queued("3".into())));
    assert_eq!(queue.admit(entry("4", &[])), Ok(Admission::Queued("4".into())), "all is more than two regions");
}

#[test]
fn one_of_each_scope_waits() {
    let mut queue = Queue::default();
    queue.admit(entry("1", &[])).unwrap();
    queue.begin();
    queue.end();
    assert_eq!(queue.admit(entry("2", &["a"])), Ok(Admission::Queued("2".into())));
    assert_eq!(queue.admit(entry("3", &["a"])), Err(Refusal::Waiting("2".into())));
}

#[test]
fn never_two_at_once() {
    let mut queue = Queue::default();
    queue.admit(entry("1", &["a"])).unwrap();
    queue.admit(entry("2", &["b"])).unwrap();
    assert_eq!(queue.begin().unwrap().id, "1".into());
    assert_eq!(queue.begin(), None);
    queue.end();
    assert_eq!(queue.begin().unwrap().id, "2".into());
}

#[test]
fn callers_cannot_fill_the_memory_with_scopes() {
    let mut queue = Queue::default();
    for number in 0..LONGEST {
        queue.admit(entry(&number.to_string(), &[&number.to_string()])).unwrap();
    }
    assert_eq!(queue.admit(entry("one more", &["x"])), Err(Refusal::Full));
}

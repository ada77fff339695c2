//! Sessions begin, end, and make room.

use super::{MOST, Sessions};
use crate::model::value::Time;
use chrono::TimeDelta;

fn at(seconds: i64) -> Time {
    Time::default() + TimeDelta::seconds(seconds)
}

#[test]
fn a_session_lasts_until_its_time_or_until_it_is_ended() {
    let sessions = Sessions::default();
    let one = sessions.begin("ci".into(), at(0), at(10)).unwrap();
    let two = sessions.begin("ci".into(), at(0), at(10)).unwrap();
    assert!(one != two && one.len() == 64);
    assert_eq!(sessions.find(&one, at(10)).unwrap().token, "ci");
    assert_eq!(sessions.find(&one, at(11)), None);
    sessions.end(&two);
    assert_eq!(sessions.find(&two, at(1)), None);
    assert_eq!(sessions.find("guess", at(1)), None);
}

#[test]
fn the_session_that_would_end_first_makes_room() {
    let sessions = Sessions::default();
    let first = sessions.begin("a".into(), at(0), at(100)).unwrap();
    let cookies: Vec<String> = (1..MOST).map(|_| sessions.begin("b".into(), at(0), at(1000)).unwrap()).collect();
    assert!(sessions.find(&first, at(1)).is_some());
    sessions.begin("c".into(), at(1), at(1000)).unwrap();
    assert!(sessions.find(&first, at(1)).is_none());
    assert!(cookies.iter().all(|cookie| sessions.find(cookie, at(1)).is_some()));
}

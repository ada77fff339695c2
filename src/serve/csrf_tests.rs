//! A form's token serves whoever it was given to, for a while.

use super::{LIFE, issue, verify};
use crate::serve::access::Asker;
use chrono::TimeDelta;

#[test]
fn a_token_serves_whom_it_was_given_to_until_it_is_too_old() {
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    let signed_in = |mark: u8| Asker::of_session("ci".into(), [].into(), [mark; 32]);
    for asker in [Asker::trusted(), Asker::unknown(), signed_in(1)] {
        let token = issue(&asker, now);
        verify(&asker, &token, now).unwrap();
        verify(&asker, &token, now + LIFE).unwrap();
        for (other, at) in
            [(signed_in(2), now), (asker.clone(), now + LIFE + TimeDelta::seconds(1)), (asker.clone(), now - TimeDelta::seconds(1))]
        {
            assert_eq!(verify(&other, &token, at).unwrap_err().status(), 403);
        }
    }
}

#[test]
fn what_was_changed_or_made_up_is_refused() {
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    let asker = Asker::trusted();
    let token = issue(&asker, now);
    let (at, tag) = token.split_once('.').unwrap();
    let later = format!("{}.{tag}", at.parse::<i64>().unwrap() - 1);
    let flipped = format!("{at}.{}{}", if tag.starts_with('0') { '1' } else { '0' }, &tag[1..]);
    for wrong in
        ["", ".", at, &later, &flipped, &format!("{token}0"), &token[..token.len() - 2], &format!("{at}."), "x.00", "9999999999999999.00"]
    {
        assert!(verify(&asker, wrong, now).is_err(), "{wrong}");
    }
}

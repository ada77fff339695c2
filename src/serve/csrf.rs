//! Tokens of forms. A page of ours carries one in a hidden field; a page of others cannot read it, so it cannot send our forms.
//!
//! Nothing is kept for it: a token is the time that it was given at and an HMAC over that time and whoever it was given to,
//! with a key that lives as long as the process. [`super::form::Form`] verifies it before a handler sees any field.

use super::access::Asker;
use super::problem::{Kind, Problem};
use crate::model::value::Time;
use chrono::{DateTime, TimeDelta};
use ring::hmac;
use ring::rand::SystemRandom;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The name of the hidden field.
pub const FIELD: &str = "form_token";

/// How long a page may lie open before its form is refused.
const LIFE: TimeDelta = TimeDelta::hours(12);

static KEY: LazyLock<hmac::Key> =
    LazyLock::new(|| hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).expect("internal error: the system gives no randomness"));

/// A token for a form that is shown to somebody.
pub fn issue(asker: &Asker, now: Time) -> String {
    let at = now.timestamp();
    let mut token = format!("{at}.");
    for byte in hmac::sign(&KEY, &signed(asker, at)).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    token
}

/// That a form's token was given to whoever sends it, and not too long ago.
///
/// # Errors
/// 403, with what to do.
pub fn verify(asker: &Asker, token: &str, now: Time) -> Result<(), Problem> {
    let refused = || Problem::new(Kind::InvalidFormToken, "this form is too old or not ours: load the page again and repeat");
    let (at, given) = token.split_once('.').ok_or_else(refused)?;
    let at: i64 = at.parse().map_err(|_| refused())?;
    let mut tag = Vec::with_capacity(32);
    let (pairs, rest) = given.as_bytes().as_chunks::<2>();
    for pair in pairs {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        tag.push(high.ok_or_else(refused)? << 4 | low.ok_or_else(refused)?);
    }
    hmac::verify(&KEY, &signed(asker, at), &tag).map_err(|_| refused())?;
    let given_at = DateTime::from_timestamp(at, 0).ok_or_else(refused)?;
    if rest.is_empty() && given_at <= now && now - given_at <= LIFE { Ok(()) } else { Err(refused()) }
}

/// What is signed. The time has no byte 0, so that no two pairs look alike.
fn signed(asker: &Asker, at: i64) -> Vec<u8> {
    let mut signed = format!("form {at}").into_bytes();
    signed.push(0);
    signed.extend_from_slice(asker.mark());
    signed
}

#[cfg(test)]
#[path = "csrf_tests.rs"]
mod tests;

//! Browsers that signed in. A session is a random cookie, known here by its digest, for some hours and until the process ends.
//!
//! Kept in memory: a session that outlives the process would have to be written somewhere, and whoever reads that file would
//! be signed in. What a session may do is read from its token each time, so taking a token away ends its sessions.

use super::super::config::digest;
use crate::model::value::Time;
use arcstr::ArcStr;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// The most sessions at once; the one that would end first makes room.
const MOST: usize = 4096;

/// Sessions by the digest of their cookie.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Held>>);

#[derive(Clone, Debug)]
struct Held {
    token: ArcStr,
    ends: Time,
}

/// A session that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The name of the token that began it.
    pub token: ArcStr,
    /// What it is known by.
    pub mark: [u8; 32],
}

impl Sessions {
    /// Begins one; answers the cookie's value. None where the system has no randomness to give.
    pub fn begin(&self, token: ArcStr, now: Time, ends: Time) -> Option<String> {
        let secret = random_hex::<32>()?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, session| now <= session.ends);
        if held.len() >= MOST
            && let Some(first) = held.iter().min_by_key(|(_, session)| session.ends).map(|(mark, _)| *mark)
        {
            held.remove(&first);
        }
        held.insert(digest(&secret), Held { token, ends });
        Some(secret)
    }

    /// The session of a cookie, if its time is not over.
    pub fn find(&self, cookie: &str, now: Time) -> Option<Session> {
        // By digest: how long a lookup takes says nothing about the cookies that there are.
        let mark = digest(cookie);
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&mark).filter(|session| now <= session.ends).map(|session| Session { token: session.token.clone(), mark })
    }

    /// Ends one.
    pub fn end(&self, cookie: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&digest(cookie));
    }
}

/// So many random bytes as lower-case hex; none where the system has no randomness to give.
pub fn random_hex<const BYTES: usize>() -> Option<String> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).ok()?;
    let mut text = String::with_capacity(BYTES * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;

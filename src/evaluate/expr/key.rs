//! A key of a map with a guess where it stands.
//!
//! Resources of one type mostly share their list of keys, so that a key stands where it stood last time: one comparison
//! instead of a binary search.

use crate::model::Value;
use crate::model::value::Map;
use arcstr::ArcStr;
use std::sync::atomic::{AtomicU32, Ordering};

/// A key that an expression reads.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub text: ArcStr,
    guess: AtomicU32,
}

impl Key {
    /// A key, with no guess yet.
    pub fn new(text: impl Into<ArcStr>) -> Self {
        Self { text: text.into(), guess: AtomicU32::new(0) }
    }

    /// The value under this key.
    pub fn find<'a>(&self, map: &'a Map) -> Option<&'a Value> {
        // Relaxed: a guess that another thread overwrites is only a slower look-up.
        let guess = self.guess.load(Ordering::Relaxed) as usize;
        let keys = map.shape().keys();
        if keys.get(guess).is_some_and(|key| *key == self.text) {
            return map.values().get(guess);
        }
        let position = map.shape().position(&self.text)?;
        if let Ok(guess) = u32::try_from(position) {
            self.guess.store(guess, Ordering::Relaxed);
        }
        map.values().get(position)
    }
}

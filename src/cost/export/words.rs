//! Texts of a file as small numbers, so that a row's key is compared and hashed without touching text.

use arcstr::ArcStr;
use std::collections::HashMap;

/// The number of "no text": a null, an empty cell, or `NULL` written out.
pub const NONE: u32 = 0;

/// Texts that were met, each with its number.
#[derive(Debug, Default)]
pub struct Words {
    numbers: HashMap<ArcStr, u32>,
    texts: Vec<ArcStr>,
    bytes: usize,
}

impl Words {
    /// The number of a cell's text. Samples of FOCUS write `NULL` for null, and CSV has no nulls: neither `NULL` nor nothing is a value.
    pub fn cell(&mut self, text: &str) -> u32 {
        if is_null(text) { NONE } else { self.number(text) }
    }

    /// The number of a text.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text = ArcStr::from(text);
        self.texts.push(text.clone());
        self.bytes += text.len();
        // Drained long before four thousand million (see `Folder::is_full`).
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text, number);
        number
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> Option<&ArcStr> {
        self.texts.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// How long all texts are together.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Whether a cell says that there is no value.
pub fn is_null(text: &str) -> bool {
    text.is_empty() || text == "NULL"
}

//! Text from outside, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with control characters and direction overrides written out (`\n`, `\u{1b}`), everything else as it is.
///
/// A tag value may hold an escape sequence that clears the screen, a line end that forges a second log line, or a
/// right-to-left override that shows another name than the one that is there.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            dangerous if is_dangerous(dangerous) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(dangerous));
            }
            harmless => safe.push(harmless),
        }
    }
    Cow::Owned(safe)
}

/// JSON text with the same characters as JSON writes them (`\u202e`). Its writer escaped the controls below space already;
/// the others may stand in JSON as they are, and would reach the terminal.
pub fn printable_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if is_dangerous(character) {
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Controls (C0, DEL, C1), line and paragraph separators, and what changes the direction of text.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

//! Text from outside, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with control characters, direction overrides and invisible characters written out (`\n`, `\u{1b}`).
///
/// A tag value may hold an escape sequence that clears the screen, a line end that forges a second log line, or a
/// right-to-left override that shows another name than the one that is there. They are shown, never dropped: a dropped
/// character would make two names look alike.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(hidden));
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
        if is_hidden(character) {
            // Beyond the basic plane JSON writes two halves.
            for half in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{half:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Whether a character acts on the terminal, on the order of the characters around it, or is not to be seen at all.
pub fn is_hidden(character: char) -> bool {
    character.is_control() // C0, DEL and C1: U+009B begins an escape sequence on some terminals
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{feff}' // soft hyphen, direction mark, separator, byte order mark
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' // zero widths, direction marks, line and paragraph ends, overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') // annotations, tag characters
}

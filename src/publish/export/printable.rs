//! Text from AWS made safe to show: names, tags and messages are written by strangers.
//!
//! What moves the cursor, changes colours, reverses the direction or breaks a line could make a terminal show something
//! else than what is there. Such characters are shown by their number (`\u{1b}`), never dropped: a dropped character
//! would make two names look alike.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character that a terminal would obey, rather than show, written by its number.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
            }
            shown_as_is => shown.push(shown_as_is),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts on the terminal, on the order of the characters around it, or is not to be seen at all.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control() // C0, DEL and C1: U+009B begins an escape sequence on some terminals
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{feff}' // soft hyphen, direction mark, separator, byte order mark
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' // zero widths, direction marks, line and paragraph ends, overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') // annotations, tag characters
}

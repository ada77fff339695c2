//! The line that tells a change: text of the operator with placeholders, which are checked when the config is read.
//!
//! Not CEL and no loops: a message is one line, and whoever wants more takes the JSON. What is put in comes from the audited
//! accounts; each channel escapes it for its own markup, the text around it is the operator's own and stays as it is.

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;

use super::Told;
use arcstr::ArcStr;

/// Every placeholder, sorted.
pub const PLACEHOLDERS: &[&str] = &[
    "account",
    "change",
    "fingerprint",
    "first_seen",
    "id",
    "link",
    "message",
    "name",
    "owner",
    "pillar",
    "region",
    "remedy",
    "resource",
    "rule",
    "run",
    "savings",
    "severity",
    "title",
    "type",
];

/// What holds where a channel has no text of its own.
const DEFAULT: &str = "{{ change }} · {{ severity }} · {{ message }} ({{ title }}; {{ account }} {{ region }}; {{ owner }}) {{ link }}";

/// Characters of one value: a name of 10 kB is a name that somebody made to be seen.
const LONGEST: usize = 500;

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(ArcStr),
    /// A position in [`PLACEHOLDERS`].
    Value(usize),
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// No such placeholder.
    Unknown(String),
    /// `{{` without `}}`.
    Open,
}

impl Default for Template {
    fn default() -> Self {
        Self::parse(DEFAULT).expect("internal error: the template of messages is well formed")
    }
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let (mut pieces, mut mistakes, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some((before, after)) = rest.split_once("{{") {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            let Some((name, after)) = after.split_once("}}") else {
                mistakes.push(Mistake::Open);
                rest = "";
                break;
            };
            match PLACEHOLDERS.iter().position(|known| *known == name.trim()) {
                Some(position) => pieces.push(Piece::Value(position)),
                None => mistakes.push(Mistake::Unknown(name.trim().to_owned())),
            }
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        if mistakes.is_empty() { Ok(Self(pieces)) } else { Err(mistakes) }
    }

    /// The line of a change, each value escaped by `escape`, which gets the placeholder's name and the value.
    pub fn render(&self, told: &Told<'_>, escape: impl Fn(&str, &str) -> String) -> String {
        let mut line = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => line.push_str(text),
                Piece::Value(position) => {
                    let Some(name) = PLACEHOLDERS.get(*position) else { continue };
                    line.push_str(&escape(name, &shortened(&told.value(name), LONGEST)));
                }
            }
        }
        line.trim_end().to_owned()
    }
}

/// The first characters of a text, with a mark where it was cut.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

//! What the operator wrote wrong: file, line, column, a sentence and a suggestion. All of them, then stop.
//!
//! Rule files and the config file are read through [`yaml`], a tree in which each node knows its place. `serde` would stop
//! at the first mistake and name no column; an operator who mends five mistakes deserves to see five.

pub mod yaml;

mod render;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

pub use render::{Colour, render};

/// A text that was read from somewhere, for errors that quote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the reader calls it: a path, or `--source` for a flag.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

impl Source {
    /// A text under a name.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column, both from one, the column in characters. Past the end, the end.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(..end).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before.get(line_start..).map_or(0, |line| line.chars().count()) + 1)
    }
}

/// Where something is written, for whoever asks where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the reader calls it.
    pub file: Arc<str>,
    /// The line, from one.
    pub line: usize,
    /// The column in characters, from one.
    pub column: usize,
}

impl Source {
    /// The place of a byte.
    pub fn place_of(&self, offset: usize) -> Place {
        let (line, column) = self.place(offset);
        Place { file: Arc::clone(&self.name), line, column }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How bad a mistake is. What an operator writes into config or rules is an error; what is found in a policy need not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gravity {
    /// It does not work.
    #[default]
    Error,
    /// It lets in more than is wise.
    SecurityWarning,
    /// It works, and perhaps not as meant.
    Warning,
    /// It could be simpler.
    Suggestion,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as the reader calls it.
    pub file: Arc<str>,
    /// The line, from one; zero where the mistake has no place (a file that cannot be read).
    pub line: usize,
    /// The column in characters, from one; zero as with `line`.
    pub column: usize,
    /// What is wrong, one sentence, first letter small, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What kind of mistake, for readers who look it up.
    pub code: Option<String>,
    /// How bad it is.
    pub gravity: Gravity,
    /// The text and the bytes that it speaks of, to be quoted. Boxed: every reader's error carries it.
    quoted: Option<Box<(Arc<str>, Range<usize>)>>,
}

impl Diagnostic {
    /// A mistake at some bytes of a text.
    pub fn at(source: &Source, span: Range<usize>, message: impl Into<String>) -> Self {
        let (line, column) = source.place(span.start);
        Self {
            file: Arc::clone(&source.name),
            line,
            column,
            message: message.into(),
            help: None,
            code: None,
            gravity: Gravity::Error,
            quoted: Some(Box::new((Arc::clone(&source.text), span))),
        }
    }

    /// A mistake of a whole file, or of something that is no file.
    pub fn whole(file: impl Into<Arc<str>>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            message: message.into(),
            help: None,
            code: None,
            gravity: Gravity::Error,
            quoted: None,
        }
    }

    /// The same as a mistake of this kind, so bad.
    #[must_use]
    pub fn of_kind(mut self, code: impl Into<String>, gravity: Gravity) -> Self {
        self.code = Some(code.into());
        self.gravity = gravity;
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message)?,
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message)?,
        }
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// The mistakes of one text, collected while it is read.
#[derive(Clone, Debug)]
pub struct Faults {
    source: Source,
    list: Vec<Diagnostic>,
}

impl Faults {
    /// None yet.
    pub fn new(source: Source) -> Self {
        Self { source, list: Vec::new() }
    }

    /// The text that is read.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Adds a mistake.
    pub fn add(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.list.push(Diagnostic::at(&self.source, span.clone(), message));
    }

    /// Adds a mistake with what to do about it.
    pub fn add_with_help(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.list.push(Diagnostic::at(&self.source, span.clone(), message).help(help));
    }

    /// Adds a word that is not one of those it may be, with the nearest that is.
    pub fn add_unknown<'a>(&mut self, span: &Range<usize>, what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) {
        let mut known: Vec<&str> = known.into_iter().collect();
        known.sort_unstable();
        let diagnostic = Diagnostic::at(&self.source, span.clone(), format!("unknown {what} {word:?}"));
        self.list.push(match suggest(word, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean {near:?}?")),
            None if known.is_empty() => diagnostic,
            None if known.len() <= 24 => diagnostic.help(format!("known: {}", known.join(", "))),
            None => diagnostic,
        });
    }

    /// How many there are so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, in the order of their places.
    pub fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        self.list
    }
}

/// The candidate that was probably meant: near in spelling, or the same but for case and `-_ `.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).flat_map(char::to_lowercase).collect::<String>();
    let meant = plain(word);
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = if plain(candidate) == meant { 0 } else { strsim::damerau_levenshtein(word, candidate) };
            (distance, candidate)
        })
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().max(word.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

//! Patterns with wildcards and policy variables, matched against text and against ARNs.
//!
//! Of ARNs there are two models, since AWS's own sources disagree whether a `*` that ends one of the first five parts may reach over
//! the colon: its documentation and captures of live requests say yes, the published verdicts of Access Analyzer hold only for no. Where
//! both agree the answer is theirs; where they do not, it cannot be told. After the fifth colon wildcards match anything.

use super::request::{Context, ContextValue, Found};
use super::truth::Truth;
use crate::iam::document::Version;
use crate::iam::glob::{self, Case};

/// What stands at one place of a pattern. Text is compared by UTF-16 units, since `?` is one of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// This unit, as the policy writes it.
    Unit(u16),
    /// This unit, as a variable's value brought it: never a wildcard, and no colon that parts an ARN.
    Given(u16),
    /// Any one unit.
    One,
    /// Any run.
    Any,
}

/// A pattern whose variables were replaced.
#[derive(Clone, Debug)]
pub struct Wild(Vec<Token>);

/// What became of a pattern's variables.
pub enum Expanded {
    /// All have a value.
    Pattern(Wild),
    /// One has none: the pattern can never match.
    Never,
    /// One cannot be told.
    Unsure(Truth),
}

const COLON: u16 = b':' as u16;

impl Wild {
    /// The pattern with its variables replaced. In documents of 2008 `${…}` is plain text. With `wildcards` off, `*` and `?` are plain
    /// text too, as in `StringEquals`.
    pub fn expand(text: &str, version: Version, context: &Context, wildcards: bool) -> Expanded {
        let mut tokens = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if version == Version::V2012
                && let Some((inside, after)) = variable(rest)
            {
                match value_of(inside, context) {
                    Value::Text(value) => tokens.extend(value.encode_utf16().map(Token::Given)),
                    Value::Missing => return Expanded::Never,
                    Value::Ambiguous => return Expanded::Unsure(ambiguous(inside)),
                }
                rest = after;
                continue;
            }
            match c {
                '*' if wildcards => tokens.push(Token::Any),
                '?' if wildcards => tokens.push(Token::One),
                c => tokens.extend(c.encode_utf16(&mut [0; 2]).iter().copied().map(Token::Unit)),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Expanded::Pattern(Self(tokens))
    }

    /// A resource pattern with the variables of its last `tail` bytes replaced: before the fifth colon `${…}` is plain text.
    pub fn expand_tail(pattern: &str, tail: usize, context: &Context) -> Expanded {
        let (head, tail) = pattern.split_at_checked(pattern.len().saturating_sub(tail)).unwrap_or((pattern, ""));
        let Expanded::Pattern(Self(mut tokens)) = Self::expand(head, Version::V2008, context, true) else { return Expanded::Never };
        match Self::expand(tail, Version::V2012, context, true) {
            Expanded::Pattern(Self(more)) => {
                tokens.extend(more);
                Expanded::Pattern(Self(tokens))
            }
            other => other,
        }
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        run(&self.0, &units(text), |_, _| true)
    }

    /// The same without regard to case: both sides in lower case, not case-folded.
    pub fn matches_lower(&self, text: &str) -> bool {
        let own: Vec<u16> = self
            .0
            .iter()
            .filter_map(|token| match token {
                Token::Unit(unit) | Token::Given(unit) => Some(*unit),
                Token::One | Token::Any => None,
            })
            .collect();
        String::from_utf16_lossy(&own).to_lowercase() == text.to_lowercase()
    }

    /// Whether an ARN matches.
    pub fn matches_arn(&self, arn: &str) -> Truth {
        let text = units(arn);
        if must(&self.0, &text) {
            return Truth::Yes;
        }
        if run(&self.0, &text, |at, unit| unit != COLON || crosses(&self.0, at)) { disputed(arn) } else { Truth::No }
    }
}

/// Whether an ARN matches a pattern without variables.
pub fn plain_arn(pattern: &str, arn: &str) -> Truth {
    let (wanted, given) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    let same_length = wanted.clone().count() == given.clone().count();
    if same_length && wanted.clone().zip(given).all(|(wanted, given)| glob::matches(wanted, given, Case::Sensitive)) {
        return Truth::Yes;
    }
    // Only a star that ends one of the first five parts is disputed.
    if !wanted.take(5).any(|part| part.ends_with('*')) {
        return Truth::No;
    }
    match Wild::expand(pattern, Version::V2008, &Context::default(), true) {
        Expanded::Pattern(wild) => wild.matches_arn(arn),
        Expanded::Never | Expanded::Unsure(_) => Truth::No,
    }
}

fn disputed(arn: &str) -> Truth {
    Truth::Unsure(arcstr::format!("whether a * matches the colons in {arn} is disputed"))
}

/// What is said of two keys that differ only in case.
pub fn ambiguous(key: &str) -> Truth {
    Truth::Unsure(arcstr::format!("the context has {key} twice, in different case"))
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// The inside of a variable at the beginning of a text, and what follows it.
fn variable(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

enum Value<'a> {
    Text(&'a str),
    Missing,
    Ambiguous,
}

fn value_of<'a>(inside: &'a str, context: &'a Context) -> Value<'a> {
    if matches!(inside, "*" | "?" | "$") {
        return Value::Text(inside);
    }
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => (key.trim(), default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\''))),
        None => (inside.trim(), None),
    };
    match (context.find(key), default) {
        (Found::Value(ContextValue::One(value)), _) => Value::Text(value),
        (Found::Absent, Some(default)) => Value::Text(default),
        // What a key with many values would stand for is not defined.
        (Found::Absent, None) | (Found::Value(ContextValue::Many(_)), _) => Value::Missing,
        (Found::Ambiguous, _) => Value::Ambiguous,
    }
}

/// Part by part: no wildcard of the first five reaches over a colon.
fn must(tokens: &[Token], text: &[u16]) -> bool {
    let (mut tokens, mut text) = (tokens, text);
    for part in 0..6 {
        let split = |found: Option<usize>| if part < 5 { found } else { None };
        let wanted = split(tokens.iter().position(|token| *token == Token::Unit(COLON)));
        let given = split(text.iter().position(|unit| *unit == COLON));
        let (Some(head), Some(text_head)) = (tokens.get(..wanted.unwrap_or(tokens.len())), text.get(..given.unwrap_or(text.len()))) else {
            return false;
        };
        if !run(head, text_head, |_, _| true) {
            return false;
        }
        match (wanted, given) {
            (None, None) => return true,
            (Some(wanted), Some(given)) => {
                tokens = tokens.get(wanted + 1..).unwrap_or_default();
                text = text.get(given + 1..).unwrap_or_default();
            }
            (Some(_), None) | (None, Some(_)) => return false,
        }
    }
    false
}

/// Whether the wildcard at this place may match a colon in the wider model.
fn crosses(tokens: &[Token], at: usize) -> bool {
    let after_fifth = tokens.iter().take(at).filter(|token| **token == Token::Unit(COLON)).count() >= 5;
    let ends_part = matches!(tokens.get(at + 1), None | Some(Token::Unit(COLON)));
    after_fifth || (tokens.get(at) == Some(&Token::Any) && ends_part)
}

/// Every way at once, so that what a wildcard may not match bounds it without a search: `may` tells whether the wildcard at a place
/// matches a unit. Time is the product of both lengths.
fn run(tokens: &[Token], text: &[u16], may: impl Fn(usize, u16) -> bool) -> bool {
    let mut here = vec![false; text.len() + 1];
    if let Some(start) = here.first_mut() {
        *start = true;
    }
    for (at, token) in tokens.iter().enumerate() {
        let mut next = vec![false; text.len() + 1];
        let mut running = false;
        for (place, reached) in here.iter().enumerate() {
            let unit = text.get(place).copied();
            let hit = match token {
                Token::Unit(own) | Token::Given(own) => *reached && unit == Some(*own),
                Token::One => *reached && unit.is_some_and(|unit| may(at, unit)),
                Token::Any => {
                    running |= *reached;
                    if running && let Some(slot) = next.get_mut(place) {
                        *slot = true;
                    }
                    running = running && unit.is_some_and(|unit| may(at, unit));
                    continue;
                }
            };
            if hit && let Some(slot) = next.get_mut(place + 1) {
                *slot = true;
            }
        }
        here = next;
    }
    here.last() == Some(&true)
}

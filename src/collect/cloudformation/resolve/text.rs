//! The functions that make text: `Sub`, `Join`, `Base64`, `ToJsonString`.

use super::{Resolver, Told, gap};
use crate::collect::cloudformation::reference::{Part, substituted};
use crate::diag::yaml::{Kind, Node};

impl Resolver<'_> {
    pub(super) fn substitute(&self, argument: &Node) -> Told {
        let (text, given) = match &argument.kind {
            Kind::Str(text) => (text, None),
            Kind::List(items) => match items.as_slice() {
                [text, given @ Node { kind: Kind::Map(_), .. }] => match text.as_str() {
                    Some(text) => (text, Some(given)),
                    None => return self.malformed(text, "Fn::Sub", "text first"),
                },
                [text] => match text.as_str() {
                    Some(text) => (text, None),
                    None => return self.malformed(text, "Fn::Sub", "text first"),
                },
                _ => return self.malformed(argument, "Fn::Sub", "text, or text and a map"),
            },
            _ => return self.malformed(argument, "Fn::Sub", "text, or text and a map"),
        };
        let mut made = String::with_capacity(text.len());
        for part in substituted(text) {
            let name = match part {
                Part::Plain(text) => {
                    made.push_str(text);
                    continue;
                }
                Part::Name(name) => name,
            };
            let told = match (given.and_then(|given| given.get(name)), name.split_once('.')) {
                (Some(node), _) => self.value(node),
                (None, Some((logical, attribute))) => self.deeper(|| self.identities.attribute(self, logical, attribute)),
                (None, None) => self.named(name),
            };
            match (told.word(), told) {
                (Some(word), _) => made.push_str(&word),
                (None, Told::Gap(gap)) => return Told::Gap(gap),
                (None, other) => return gap(arcstr::format!("${{{name}}} is {} where text should stand", other.describe())),
            }
            if made.len() > self.budget.get() {
                return gap("more text than a template may make");
            }
        }
        self.made(made)
    }

    pub(super) fn join(&self, argument: &Node) -> Told {
        let Kind::List(parts) = &argument.kind else { return self.malformed(argument, "Fn::Join", "a delimiter and a list") };
        let [delimiter, list] = parts.as_slice() else { return self.malformed(argument, "Fn::Join", "a delimiter and a list") };
        let Some(delimiter) = delimiter.as_str() else { return self.malformed(delimiter, "Fn::Join", "text as its delimiter") };
        let items = match self.value(list) {
            Told::List(items) => items,
            Told::Gap(gap) => return Told::Gap(gap),
            other => return gap(arcstr::format!("Fn::Join of {}", other.describe())),
        };
        let mut words = Vec::with_capacity(items.len());
        let mut length = 0;
        for item in items {
            match (item.word(), item) {
                (Some(word), _) => {
                    length += word.len() + delimiter.len();
                    words.push(word);
                }
                (None, Told::Gap(gap)) => return Told::Gap(gap),
                (None, other) => return gap(arcstr::format!("Fn::Join of a list with {}", other.describe())),
            }
        }
        if length > self.budget.get() {
            return gap("more text than a template may make");
        }
        self.made(words.join(delimiter.as_str()))
    }

    pub(super) fn base64(&self, argument: &Node) -> Told {
        match self.value(argument) {
            Told::Gap(gap) => Told::Gap(gap),
            told => match told.word() {
                Some(word) => self.made(base64(word.as_bytes())),
                None => gap(arcstr::format!("Fn::Base64 of {}", told.describe())),
            },
        }
    }

    pub(super) fn json_text(&self, argument: &Node) -> Told {
        let told = self.value(argument);
        match told.first_gap() {
            Some(gap) => Told::Gap(std::sync::Arc::clone(gap)),
            None => self.made(told.to_json().to_string()),
        }
    }
}

/// The alphabet of RFC 4648, section 4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding. Twenty lines instead of a crate for the one function that needs it.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0_u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let index = (word >> (18 - 6 * at)) & 63;
            let digit = ALPHABET.get(index as usize).copied().map_or('=', char::from);
            text.push(if at > chunk.len() { '=' } else { digit });
        }
    }
    text
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

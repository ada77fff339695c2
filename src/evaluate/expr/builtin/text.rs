//! Functions over text.

use super::{Val, refused};
use crate::evaluate::expr::val;

/// The longest text that a function makes, in bytes.
const LONGEST: usize = 1 << 20;

fn two<'a>(name: &str, arguments: &[Val<'a>], act: fn(&str, &str) -> bool) -> Val<'a> {
    match arguments {
        [a, b] => match (a.text(), b.text()) {
            (Some(a), Some(b)) => Val::Bool(act(a, b)),
            _ => refused(name, arguments),
        },
        _ => refused(name, arguments),
    }
}

fn one<'a>(name: &str, arguments: &[Val<'a>], act: fn(&str) -> arcstr::ArcStr) -> Val<'a> {
    match arguments {
        [value] => value.text().map_or_else(|| refused(name, arguments), |text| Val::Text(act(text))),
        _ => refused(name, arguments),
    }
}

pub(super) fn contains<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    two("contains", arguments, |text, part| text.contains(part))
}

pub(super) fn starts_with<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    two("startsWith", arguments, |text, part| text.starts_with(part))
}

pub(super) fn ends_with<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    two("endsWith", arguments, |text, part| text.ends_with(part))
}

pub(super) fn lower<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    one("lowerAscii", arguments, |text| text.to_ascii_lowercase().into())
}

pub(super) fn upper<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    one("upperAscii", arguments, |text| text.to_ascii_uppercase().into())
}

pub(super) fn trim<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    one("trim", arguments, |text| text.trim().into())
}

pub(super) fn split<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    match arguments {
        [text, separator] => match (text.text(), separator.text()) {
            (Some(text), Some("")) => Val::items(text.chars().map(|c| Val::Text(arcstr::format!("{c}"))).collect()),
            (Some(text), Some(separator)) => Val::items(text.split(separator).map(|part| Val::Text(part.into())).collect()),
            _ => refused("split", arguments),
        },
        _ => refused("split", arguments),
    }
}

pub(super) fn join<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let (list, separator) = match arguments {
        [list] => (list, Some("")),
        [list, separator] => (list, separator.text()),
        _ => return refused("join", arguments),
    };
    let (Some(count), Some(separator)) = (val::length(list), separator) else { return refused("join", arguments) };
    let mut joined = String::new();
    for position in 0..count {
        let Some(item) = val::item(list, position) else { break };
        let Some(text) = item.text() else {
            return Val::failed(arcstr::format!("join() needs texts, and item {position} is {}", item.kind()));
        };
        if position > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
        if joined.len() > LONGEST {
            return Val::failed("the text becomes too long");
        }
    }
    Val::Text(joined.into())
}

pub(super) fn replace<'a>(arguments: &[Val<'a>]) -> Val<'a> {
    let [text, from, to] = arguments else { return refused("replace", arguments) };
    match (text.text(), from.text(), to.text()) {
        (Some(text), Some(from), Some(to)) => {
            if text.matches(from).count().saturating_mul(to.len()).saturating_add(text.len()) > LONGEST {
                return Val::failed("the text becomes too long");
            }
            Val::Text(text.replace(from, to).into())
        }
        _ => refused("replace", arguments),
    }
}

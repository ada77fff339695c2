//! YAML as a person would write it: short things on one line, long ones below one another, quotes where they are needed.

use serde_json::Value as Json;
use std::fmt::Write as _;

/// The most characters of a line.
const WIDE: usize = 140;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// On a line of its own.
    Block,
    /// Between brackets.
    Flow,
}

/// `key: value`, indented.
pub(super) fn entry(key: &str, value: &Json, indent: usize, out: &mut String) {
    let head = format!("{:indent$}{}:", "", scalar(key, Style::Block));
    below(&head, value, indent, out);
}

/// A value behind what introduces it: on the same line where it fits, else below.
fn below(head: &str, value: &Json, indent: usize, out: &mut String) {
    let line = format!("{head} {}", flow(value));
    match value {
        _ if line.chars().count() <= WIDE && !is_deep(value) => out.push_str(&format!("{line}\n")),
        Json::Object(entries) if !entries.is_empty() => {
            _ = writeln!(out, "{head}");
            entries.iter().for_each(|(key, value)| entry(key, value, indent + 2, out));
        }
        Json::Array(items) if !items.is_empty() => {
            _ = writeln!(out, "{head}");
            items.iter().for_each(|item| self::item(item, indent + 2, out));
        }
        _ => out.push_str(&format!("{line}\n")),
    }
}

fn item(value: &Json, indent: usize, out: &mut String) {
    let line = format!("{:indent$}- {}", "", flow(value));
    match value {
        Json::Object(entries) if line.chars().count() > WIDE && !entries.is_empty() => {
            let mut inside = String::new();
            entries.iter().for_each(|(key, value)| entry(key, value, indent + 2, &mut inside));
            // The first key stands behind the dash.
            _ = write!(out, "{:indent$}- {}", "", inside.trim_start());
        }
        _ => out.push_str(&format!("{line}\n")),
    }
}

/// Whether it reads better below one another however short it is.
fn is_deep(value: &Json) -> bool {
    match value {
        Json::Object(entries) => {
            entries.values().any(|value| matches!(value, Json::Object(inside) if !inside.is_empty())) || entries.len() > 6
        }
        Json::Array(items) => items.len() > 1 && items.iter().any(Json::is_object),
        _ => false,
    }
}

fn flow(value: &Json) -> String {
    match value {
        Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Json::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", scalar(key, Style::Flow), flow(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::String(text) => scalar(text, Style::Flow),
        other => other.to_string(),
    }
}

/// A text as YAML: plain where no reader could take it for something else, else in quotes as JSON writes it, which YAML reads alike.
pub(super) fn scalar(text: &str, style: Style) -> String {
    let first = text.chars().next();
    let begins = first.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '/'));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '+' | '=' | '*' | ' ');
    let word = text.to_ascii_lowercase();
    let other = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"].contains(&word.as_str());
    let safe = begins && !other && text.chars().all(plain) && !text.ends_with([':', ' ']) && !text.contains(": ") && !text.contains("  ");
    let safe = safe && !(style == Style::Flow && text.contains(":*"));
    if safe { text.to_owned() } else { Json::from(text).to_string() }
}

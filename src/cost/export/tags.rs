//! Tags in exports: kept as they are written, found by any of the names that AWS gives them.
//!
//! One tag `Owner` is `user:Owner` in a legacy report, `user_owner` in CUR 2.0 (camel case becomes snake case: `CostCenter` is
//! `user_cost_center`) and `Owner` in the account. Normalising while reading would merge keys that differ, and would lose how they are
//! written; so rows keep what the export says, and a question looks for the name as it is written first, and then for the one that
//! has the same letters and digits.

use super::words::is_null;
use arcstr::ArcStr;
use serde_json::Value;
use std::collections::BTreeMap;

/// Tags by their keys as the export writes them.
pub type Tags = BTreeMap<String, String>;

/// A cell that should hold tags as a JSON object and does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tags {0:?} are no JSON object")]
pub struct NotTags(pub String);

/// Tags as one text: a JSON object with sorted keys. None where there are none.
pub fn written(tags: &Tags) -> Option<String> {
    if tags.is_empty() { None } else { serde_json::to_string(tags).ok() }
}

/// Reads a cell. Keys whose value is null are absent; what is no text (FOCUS: `true` where a provider has tags without values) is
/// its JSON.
///
/// # Errors
/// [`NotTags`] where the cell holds something else.
pub fn of_cell(text: &str) -> Result<Tags, NotTags> {
    if is_null(text.trim()) {
        return Ok(Tags::new());
    }
    let read: BTreeMap<String, Value> = serde_json::from_str(text).map_err(|_| NotTags(text.chars().take(60).collect()))?;
    let tags = read.into_iter().filter_map(|(key, value)| match value {
        Value::Null => None,
        Value::String(text) => Some((key, text)),
        other => Some((key, other.to_string())),
    });
    Ok(tags.collect())
}

/// The value of a tag in a text that [`written`] wrote.
pub fn find(written: Option<&str>, name: &str) -> Option<ArcStr> {
    let tags: Tags = serde_json::from_str(written?).ok()?;
    if let Some(value) = tags.get(name) {
        return Some(value.into());
    }
    let wanted = letters(name);
    if wanted.is_empty() {
        return None;
    }
    tags.iter().find(|(key, _)| letters(key) == wanted).map(|(_, value)| value.into())
}

/// The letters and digits of a key in lower case, without `user:` in front.
fn letters(key: &str) -> String {
    let own = key.get(..5).filter(|head| ["user:", "user_", "user/"].iter().any(|prefix| head.eq_ignore_ascii_case(prefix)));
    let key = own.and_then(|_| key.get(5..)).filter(|rest| !rest.is_empty()).unwrap_or(key);
    key.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

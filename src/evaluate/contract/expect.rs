//! What a contract expects at a place: a value, or a condition where one value is not the fact.
//!
//! Conditions are few, and each is there because a deployment's facts need it: a tag whose value nobody fixed (`present`), a
//! security policy of which several are good (`one_of`), a name inside an ARN (`matches`), a cost (`min`, `max`), a policy among
//! others that a role has (`includes`), a network that lets nobody in (`none`), a policy that must allow this at least and that at most
//! (`at_least`, `at_most`). Whoever needs more writes a rule.

use crate::model::Value;
use arcstr::ArcStr;
use globset::GlobMatcher;
use rust_decimal::Decimal;

/// What should stand at a place.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Just this. Text may hold `${AWS::AccountId}` and `${AWS::Region}`.
    Equal(Value),
    /// A map with at least these entries.
    Map(Vec<Field>),
    /// A list with at least these items, found by their key.
    Keyed(Keyed),
    /// A list of just these items, in any order.
    List(Vec<Expect>),
    /// A policy document that grants and denies just the same.
    Policy(Value),
    /// A policy document between two others.
    Bounds(Box<Bounds>),
    /// Any of these.
    OneOf(Vec<Value>),
    /// Text that matches a glob, anchored at both ends.
    Matches(Pattern),
    /// Anything that is not empty; or nothing at all.
    Present(bool),
    /// A number within these.
    Range(Option<Decimal>, Option<Decimal>),
    /// A list that has these items, and perhaps more.
    Includes(Vec<Expect>),
    /// A list without an item like any of these.
    NoneOf(Vec<Expect>),
}

/// One entry of a map.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its key.
    pub key: ArcStr,
    /// What should stand there.
    pub expect: Expect,
    /// Where the contract says so: bytes from the beginning of its file.
    pub at: usize,
}

/// A list whose items are found by a key.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// The key, several joined by `+`.
    pub key: ArcStr,
    /// The items by what they are called under it.
    pub items: Vec<Field>,
    /// Whether other items are a drift.
    pub extra: Extra,
    /// Whether an item that is not there is a drift of its own.
    pub absent: Absent,
}

/// What an item means that nobody expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Nothing, unless the contract is exact.
    Free,
    /// The list is another one.
    Drift,
}

/// What it means that an expected item is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is missing.
    Drift,
    /// Another place tells.
    ToldElsewhere,
}

/// A policy that must allow something at least and something at most.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// What must be granted.
    pub at_least: Option<Value>,
    /// What may be granted.
    pub at_most: Option<Value>,
}

/// A glob with its text.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written.
    pub text: ArcStr,
    /// Compiled; none where the text holds a placeholder, and then it is compiled where it is used.
    pub glob: Option<GlobMatcher>,
}

impl Pattern {
    /// A glob, anchored at both ends: `*` is any run of characters, `/` among them.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &ArcStr) -> Result<Self, String> {
        let glob = glob(text)?;
        Ok(Self { text: text.clone(), glob: (!is_template(text)).then_some(glob) })
    }
}

/// A glob, anchored at both ends.
pub(super) fn glob(text: &str) -> Result<GlobMatcher, String> {
    // Braces stand in placeholders and in names, never for alternatives.
    let escaped = text.replace('{', "[{]").replace('}', "[}]");
    globset::Glob::new(&escaped).map(|glob| glob.compile_matcher()).map_err(|error| format!("{text:?} is no pattern: {}", error.kind()))
}

/// Whether a text holds a placeholder.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("${AWS::")
}

/// What placeholders stand for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `${AWS::AccountId}`.
    pub account: &'a str,
    /// `${AWS::Region}`; for a resource without a region, that of the deployment.
    pub region: &'a str,
}

impl Place<'_> {
    /// The text with its placeholders filled.
    pub fn fill(&self, text: &ArcStr) -> ArcStr {
        if !is_template(text) {
            return text.clone();
        }
        text.replace("${AWS::AccountId}", self.account).replace("${AWS::Region}", self.region).replace("${AWS::Partition}", "aws").into()
    }

    /// The value with all its placeholders filled.
    pub fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::Str(text) => Value::Str(self.fill(text)),
            Value::List(items) => Value::List(items.iter().map(|item| self.fill_value(item)).collect()),
            Value::Map(map) => map.with_values(|value| self.fill_value(value)),
            other => other.clone(),
        }
    }
}

impl Expect {
    /// The value, where there is only one that it may be.
    pub fn as_value(&self) -> Option<Value> {
        match self {
            Self::Equal(value) | Self::Policy(value) => Some(value.clone()),
            Self::List(items) => Some(Value::List(items.iter().map(Self::as_value).collect::<Option<_>>()?)),
            Self::Map(_)
            | Self::Keyed(_)
            | Self::Bounds(_)
            | Self::OneOf(_)
            | Self::Matches(_)
            | Self::Present(_)
            | Self::Range(..)
            | Self::Includes(_)
            | Self::NoneOf(_) => None,
        }
    }

    /// As the contract writes it: what evidence shows beside the observed value.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::json;
        let list = |items: &[Self]| serde_json::Value::Array(items.iter().map(Self::to_json).collect());
        match self {
            Self::Equal(value) | Self::Policy(value) => value.to_json(),
            Self::Map(fields) => fields.iter().map(|field| (field.key.to_string(), field.expect.to_json())).collect(),
            Self::Keyed(keyed) => keyed.items.iter().map(|item| keyed.written(item)).collect(),
            Self::List(items) => list(items),
            Self::Bounds(bounds) => {
                let sides = [("at_least", &bounds.at_least), ("at_most", &bounds.at_most)];
                sides.into_iter().filter_map(|(word, side)| Some((word.to_owned(), side.as_ref()?.to_json()))).collect()
            }
            Self::OneOf(values) => json!({ "one_of": values.iter().map(Value::to_json).collect::<Vec<_>>() }),
            Self::Matches(pattern) => json!({ "matches": pattern.text.as_str() }),
            Self::Present(present) => json!({ "present": present }),
            Self::Range(min, max) => {
                let sides = [("min", min), ("max", max)];
                sides
                    .into_iter()
                    .filter_map(|(word, side)| Some((word.to_owned(), serde_json::Value::from(side.as_ref()?.normalize().to_string()))))
                    .collect()
            }
            Self::Includes(items) => json!({ "includes": list(items) }),
            Self::NoneOf(items) => json!({ "none": list(items) }),
        }
    }
}

impl Keyed {
    /// An item with the key that it is found by.
    pub fn written(&self, item: &Field) -> serde_json::Value {
        let mut written = item.expect.to_json();
        if let (serde_json::Value::Object(entries), false) = (&mut written, self.key.contains('+')) {
            entries.entry(self.key.as_str()).or_insert_with(|| item.key.as_str().into());
        }
        written
    }
}

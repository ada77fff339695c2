//! A place inside a resource, as rules, gaps and evidence write it: `properties.GlobalSecondaryIndexes[0].IndexName`.

use serde::{Deserialize, Serialize};

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a map.
    Key(arcstr::ArcStr),
    /// One item of a list, counted from zero.
    Index(usize),
    /// Every item of a list: `[]`. Only the catalogue and a rule's reads have it.
    Every,
    /// The item of a list that has this value under this key: `[IndexName=by-tenant]`. Contracts name items so, since their
    /// places in a list mean nothing. Several keys are joined by `+`, their values by a space.
    Item(arcstr::ArcStr, arcstr::ArcStr),
}

/// A path from the resource's root; the first step is `properties`, `state` or `tags`.
///
/// Written with dots; a key that is no plain word is written `["a.b"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(value_type = String)]
#[serde(try_from = "String", into = "String")]
pub struct Path(Vec<Step>);

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path such as properties.SSESpecification.SSEEnabled")]
pub struct NotAPath(pub String);

impl Path {
    /// The path of these steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// The path of one key.
    pub fn root(key: impl Into<arcstr::ArcStr>) -> Self {
        Self(vec![Step::Key(key.into())])
    }

    /// This path and one key more.
    #[must_use]
    pub fn key(&self, key: impl Into<arcstr::ArcStr>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// This path and one step more.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether `self` is `other` or lies inside it; `[]` covers every index.
    pub fn is_within(&self, other: &Path) -> bool {
        self.0.len() >= other.0.len()
            && self.0.iter().zip(&other.0).all(|(a, b)| {
                a == b || matches!((a, b), (Step::Index(_) | Step::Item(..), Step::Every) | (Step::Every, Step::Index(_) | Step::Item(..)))
            })
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_word(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Step::Key(key) => write!(f, "[{}]", serde_json::Value::from(key.as_str()))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Every => f.write_str("[]")?,
                Step::Item(key, value) if value.contains(']') || value.starts_with('"') => {
                    write!(f, "[{key}={}]", serde_json::Value::from(value.as_str()))?;
                }
                Step::Item(key, value) => write!(f, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The value of `[key=value]` behind its `=`, and what follows the bracket.
fn item_value(text: &str) -> Option<(arcstr::ArcStr, &str)> {
    if !text.starts_with('"') {
        return text.split_once(']').map(|(value, after)| (value.into(), after));
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let value = values.next()?.ok()?;
    Some((value.into(), text.get(values.byte_offset()..)?.strip_prefix(']')?))
}

impl std::str::FromStr for Path {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let fault = || NotAPath(text.to_owned());
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                if let Some(after) = inner.strip_prefix(']') {
                    steps.push(Step::Every);
                    rest = after;
                } else if inner.starts_with('"') {
                    let mut keys = serde_json::Deserializer::from_str(inner).into_iter::<String>();
                    let key = keys.next().and_then(Result::ok).ok_or_else(fault)?;
                    rest = inner[keys.byte_offset()..].strip_prefix(']').ok_or_else(fault)?;
                    steps.push(Step::Key(key.into()));
                } else if let Some((key, value)) = inner.split_once('=').filter(|(key, _)| is_word(&key.replace('+', "_"))) {
                    let (value, after) = item_value(value).ok_or_else(fault)?;
                    steps.push(Step::Item(key.into(), value));
                    rest = after;
                } else {
                    let (digits, after) = inner.split_once(']').ok_or_else(fault)?;
                    steps.push(Step::Index(digits.parse().map_err(|_| fault())?));
                    rest = after;
                }
            } else {
                let word = match (rest.strip_prefix('.'), steps.is_empty()) {
                    (Some(word), false) => word,
                    (None, true) => rest,
                    _ => return Err(fault()),
                };
                let end = word.find(['.', '[']).unwrap_or(word.len());
                let (key, after) = word.split_at(end);
                if key.is_empty() {
                    return Err(fault());
                }
                steps.push(Step::Key(key.into()));
                rest = after;
            }
        }
        if steps.is_empty() { Err(fault()) } else { Ok(Self(steps)) }
    }
}

impl TryFrom<String> for Path {
    type Error = NotAPath;

    fn try_from(text: String) -> Result<Self, NotAPath> {
        text.parse()
    }
}

impl From<Path> for String {
    fn from(path: Path) -> Self {
        path.to_string()
    }
}

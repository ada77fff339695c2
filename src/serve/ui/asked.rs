//! The query of a page. A form sends its empty fields too; a name that no field has is refused, with a suggestion: a filter that is
//! misspelt and ignored would show everything and look like an answer.

use super::refusal::{Refusal, wrong};
use crate::diag::suggest;
use crate::serve::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::str::FromStr;

/// Names with their values, in order, without those that are empty.
#[derive(Clone, Debug, Default)]
pub struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| wrong("the query is no list of name=value"))?;
        Ok(Self(pairs.0.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()))
    }
}

impl Asked {
    /// Every value of a name, taken out.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(|(one, _)| one == name);
        self.0 = kept;
        taken.into_iter().map(|(_, value): (String, String)| value.trim().to_owned()).collect()
    }

    /// The last value of a name, taken out.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.texts(name).pop()
    }

    /// Every value of a name as its word, taken out; several may stand in one value, parted by commas.
    ///
    /// # Errors
    /// Where a value is none of its words.
    pub fn words<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Vec<T>, Problem> {
        let values = self.texts(name);
        let words = values.iter().flat_map(|value| value.split(','));
        words.map(|word| word.parse().map_err(|error| wrong(format!("{name}: {error}")))).collect()
    }

    /// A name's one word.
    ///
    /// # Errors
    /// Where it is none.
    pub fn word<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        Ok(self.words(name)?.pop())
    }

    /// Nothing else may be left.
    ///
    /// # Errors
    /// Names what is not known, and what was perhaps meant.
    pub fn finish(self, known: &[&str]) -> Result<(), Problem> {
        let Some((name, _)) = self.0.into_iter().next() else { return Ok(()) };
        let meant = suggest(&name, known.iter().copied()).map(|word| format!("; did you mean {word}?")).unwrap_or_default();
        Err(wrong(format!("{name:?} is no filter of this page{meant}")))
    }
}

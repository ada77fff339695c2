//! The query part of a URL. A filter that is misspelt and ignored would show everything and look like an answer: what is
//! not known is refused, with a suggestion. What is known is what the description of the list names: there is no second list.

use super::super::problem::Problem;
use crate::diag::suggest;
use crate::store::PageRequest;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::collections::BTreeMap;
use std::str::FromStr;
use utoipa::IntoParams;

/// Names with their values, in order.
#[derive(Clone, Debug, Default)]
pub struct Query(BTreeMap<String, Vec<String>>);

/// Which page of a list.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The most items of the page: 100 unless asked for, 1000 at most, whatever is asked for.
    #[param(minimum = 1)]
    limit: Option<i64>,
    /// `next` of the page before; without it, the first page.
    cursor: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::bad_request("the query is no list of name=value"))?;
        let mut query = Self::default();
        for (name, value) in pairs.0 {
            query.0.entry(name).or_default().push(value);
        }
        Ok(query)
    }
}

impl Query {
    /// The page that is asked for, by `limit` and `cursor`.
    ///
    /// # Errors
    /// Where the limit is no number from 1 on. A larger one than a page holds is cut to that.
    pub fn page(&mut self) -> Result<PageRequest, Problem> {
        let wrong = || Problem::bad_request(format!("limit is a number from 1 to {}", PageRequest::MOST));
        let given = self.single("limit")?.map(|text| text.parse().ok().filter(|limit| *limit > 0).ok_or_else(wrong)).transpose()?;
        let Paging { limit, cursor } = Paging { limit: given, cursor: self.single("cursor")? };
        let limit = limit.map_or(PageRequest::default().limit(), |limit| u32::try_from(limit).unwrap_or(u32::MAX));
        Ok(PageRequest::new(limit, cursor))
    }

    /// A parameter that may be given once.
    ///
    /// # Errors
    /// Where it is given twice.
    pub fn single(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut values = self.0.remove(name).unwrap_or_default();
        let value = values.pop();
        if values.is_empty() { Ok(value) } else { Err(Problem::bad_request(format!("{name} is given twice"))) }
    }

    /// A parameter that may be given once, and is one of some words.
    ///
    /// # Errors
    /// Where it is given twice, or is none of them.
    pub fn word<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let word = self.single(name)?;
        word.map(|word| word.parse().map_err(|error| Problem::bad_request(format!("{name}: {error}")))).transpose()
    }

    /// A filter that may be given several times, or once with commas; any of its values will do.
    ///
    /// # Errors
    /// Where a value is none of its words.
    pub fn words<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Vec<T>, Problem> {
        let values = self.0.remove(name).unwrap_or_default();
        let words = values.iter().flat_map(|value| value.split(','));
        words.map(|word| word.parse().map_err(|error| Problem::bad_request(format!("{name}: {error}")))).collect()
    }

    /// A filter over free text that may be given several times; any of its values will do.
    pub fn texts<T: From<String>>(&mut self, name: &str) -> Vec<T> {
        self.0.remove(name).unwrap_or_default().into_iter().map(T::from).collect()
    }

    /// Nothing else may be left.
    ///
    /// # Errors
    /// Names what is not known, and what was perhaps meant. `P` is what the list can be asked by.
    pub fn finish<P: IntoParams>(self) -> Result<(), Problem> {
        let Some((name, _)) = self.0.into_iter().next() else { return Ok(()) };
        let mut known: Vec<String> =
            [P::into_params(|| None), Paging::into_params(|| None)].concat().into_iter().map(|one| one.name).collect();
        known.sort();
        known.dedup();
        let meant = suggest(&name, known.iter().map(String::as_str)).map(|word| format!("; did you mean {word}?")).unwrap_or_default();
        Err(Problem::bad_request(format!("{name:?} is no filter of this list{meant} (there are: {})", known.join(", "))))
    }
}

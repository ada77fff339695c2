//! How a page says no: the problem that the API would answer with, in words, inside the frame.

use super::component::{nothing, text};
use super::layout::Page;
use super::viewer::Viewer;
use crate::serve::problem::{Kind, Problem};
use crate::store::StoreError;
use axum::response::{IntoResponse, Response};
use maud::html;

/// A page that says no.
#[derive(Debug)]
pub struct Refusal(Problem);

/// A field that is not what it should be.
pub fn wrong(detail: impl Into<String>) -> Problem {
    Problem::bad_request(detail)
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self(match error {
            StoreError::BadCursor => {
                Problem::new(Kind::InvalidCursor, "this link leads into a list that is sorted otherwise now; begin at its first page")
            }
            StoreError::Busy { .. } => {
                tracing::warn!(%error, "a page could not be shown");
                Problem::new(Kind::Unavailable, "the store is busy; try again")
            }
            error => Problem::internal(&error),
        })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.0.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let body = html! {
            p.notice.bad { (text(self.0.detail())) }
            (nothing("Nothing was changed."))
            p { a href="/" { "To the overview" } }
        };
        let page = Page { title, section: None, lead: None, body, refresh: None };
        (status, page.render(&Viewer::nobody())).into_response()
    }
}

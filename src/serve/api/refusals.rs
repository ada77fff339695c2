//! Which problems an operation may answer with, for its description.

use super::super::problem::Document;
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

type Responses = BTreeMap<String, RefOr<Response>>;

/// Of whatever is read.
pub struct OfRead;

/// Of what is read by its id.
pub struct OfOne;

/// Of what is written.
pub struct OfWrite;

/// Of what is written and names something that may not be there.
pub struct OfWriteToOne;

const READ: [(&str, &str); 7] = [
    ("400", "The query or the path is wrong"),
    ("401", "No credential that is known"),
    ("403", "The credential lacks the scope, or the host name is not ours"),
    ("406", "There is another media type only"),
    ("429", "Too many requests, or too many wrong credentials"),
    ("500", "Ledgerline failed; its log says why"),
    ("503", "Not now"),
];
const MISSING: (&str, &str) = ("404", "There is no such thing");
const WRITE: [(&str, &str); 3] =
    [("409", "It cannot be, beside what is there"), ("413", "The body is too large"), ("415", "The body is no application/json")];

fn responses(told: impl IntoIterator<Item = (&'static str, &'static str)>) -> Responses {
    told.into_iter().map(|(status, description)| (status.to_owned(), RefOr::T(problem(status, description)))).collect()
}

fn problem(status: &str, description: &str) -> Response {
    let schema = Ref::from_schema_name(Document::name());
    let content = ContentBuilder::new().schema(Some(RefOr::Ref(schema))).build();
    let response = ResponseBuilder::new().description(description).content("application/problem+json", content);
    let header = |kind, what| HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(kind))).description(Some(what)).build();
    match status {
        "401" => response.header("www-authenticate", header(Type::String, "Bearer")),
        "429" => response.header("retry-after", header(Type::Integer, "Seconds to wait")),
        _ => response,
    }
    .build()
}

impl IntoResponses for OfRead {
    fn responses() -> Responses {
        responses(READ)
    }
}

impl IntoResponses for OfOne {
    fn responses() -> Responses {
        responses(READ.into_iter().chain([MISSING]))
    }
}

impl IntoResponses for OfWrite {
    fn responses() -> Responses {
        responses(READ.into_iter().chain(WRITE))
    }
}

impl IntoResponses for OfWriteToOne {
    fn responses() -> Responses {
        responses(READ.into_iter().chain([MISSING]).chain(WRITE))
    }
}

//! Answers that were put into the stand-in's mouth: for operations that the emulator lacks or gets wrong.
//!
//! A test says them in Rust ([`super::StandIn::answer`]); the script that fills an account says them over HTTP, to
//! [`PATH`], so that one script makes the whole deployment. Of several that fit a request the latest said is given.

use super::wire::{Call, Reply};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where a script says an answer: `POST {"operation", "input"?, "answer" | "xml" | "status", "code", "message"}`.
pub const PATH: &str = "/_stand-in/answers";

/// Where a script says tags that the emulator does not tell of: `POST {"type", "arn", "tags"}`.
pub const TAGS: &str = "/_stand-in/tags";

/// Tags of a resource that the emulator's tagging API leaves out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tagged {
    /// Its type there: `backup:backup-plan`.
    #[serde(rename = "type")]
    resource_type: String,
    /// Its ARN.
    arn: String,
    /// Its tags.
    tags: BTreeMap<String, String>,
}

impl Tagged {
    /// What `tag:GetResources` tells of it; none where the request does not ask for its type.
    pub(super) fn mapping(&self, call: &Call) -> Option<Value> {
        let asked = |filter: &Value| filter.as_str().is_some_and(|filter| self.resource_type.split(':').next() == Some(filter));
        let mut filters = call.input["ResourceTypeFilters"].as_array().into_iter().flatten();
        let wanted = filters.any(|filter| *filter == self.resource_type || asked(filter));
        let tags: Vec<Value> = self.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        wanted.then(|| json!({"ResourceARN": self.arn, "Tags": tags}))
    }
}

/// What to answer, and to which requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    /// `xray:GetEncryptionConfig`.
    operation: String,
    /// What the request's input must have; all requests where nothing is named.
    #[serde(default)]
    input: Value,
    /// The answer of a JSON or CBOR service.
    #[serde(default)]
    answer: Value,
    /// The inside of the answer of a query service.
    #[serde(default)]
    xml: Option<String>,
    /// The HTTP status of an error.
    #[serde(default)]
    status: Option<u16>,
    /// AWS's code of an error.
    #[serde(default)]
    code: String,
    /// AWS's message of an error.
    #[serde(default)]
    message: String,
}

impl Canned {
    /// An answer in JSON to every request of an operation.
    pub fn json(operation: &str, answer: Value) -> Self {
        let (operation, code, message) = (operation.to_owned(), String::new(), String::new());
        Self { operation, input: Value::Null, answer, xml: None, status: None, code, message }
    }

    /// The inside of an answer in XML to every request of an operation.
    pub fn xml(operation: &str, inside: &str) -> Self {
        Self { xml: Some(inside.to_owned()), ..Self::json(operation, Value::Null) }
    }

    /// An error of AWS to every request of an operation.
    pub fn error(operation: &str, status: u16, code: &str, message: &str) -> Self {
        Self { status: Some(status), code: code.to_owned(), message: message.to_owned(), ..Self::json(operation, Value::Null) }
    }

    /// Only to requests whose input has this: path parameters and fields as AWS names them on the wire.
    #[must_use]
    pub fn to(self, input: Value) -> Self {
        Self { input, ..self }
    }

    /// Whether a request is meant.
    pub(super) fn fits(&self, call: &Call) -> bool {
        let asked = |key: &String, value: &Value| call.input[key] == *value;
        self.operation == call.name && self.input.as_object().into_iter().flatten().all(|(key, value)| asked(key, value))
    }

    /// The answer.
    pub(super) fn reply(&self) -> Reply {
        match (self.status, &self.xml) {
            (Some(status), _) => Reply::error(status, &self.code, self.message.as_str()),
            (None, Some(inside)) => Reply::Xml(inside.clone()),
            (None, None) => Reply::Json(self.answer.clone()),
        }
    }
}

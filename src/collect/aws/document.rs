//! Policy documents as AWS sends them: plain JSON, or percent-encoded (RFC 3986) once, as IAM has it.
//!
//! `+` stays `+`: this is no form encoding. A document that begins with `{` was not encoded: decoding it would change the
//! percent signs that ARNs and condition values may hold. What this reads is JSON; what it means is for `crate::iam`. A
//! document that writes a key twice stays text: as JSON it would lose one of the two, and with it what is wrong.

use crate::iam::document::is_unambiguous;
use percent_encoding::percent_decode_str;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is none where one must be.
    #[error("it is empty")]
    Empty,
    /// Its percent-encoded bytes are no text.
    #[error("it is not UTF-8")]
    NotText,
    /// It is no JSON.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Of the first mistake, from 1.
        line: usize,
        /// Of the first mistake, from 1.
        column: usize,
    },
    /// It is JSON, and no object.
    #[error("it is not a JSON object")]
    NotAnObject,
}

/// Reads a document: an object, or its plain text where a key is written twice in one object.
///
/// # Errors
/// [`Fault`] where it is not one JSON object.
pub fn read(text: &str) -> Result<Value, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let plain = if text.starts_with('{') {
        std::borrow::Cow::Borrowed(text)
    } else {
        percent_decode_str(text).decode_utf8().map_err(|_| Fault::NotText)?
    };
    match serde_json::from_str(&plain) {
        Ok(document @ Value::Object(_)) if is_unambiguous(&plain) => Ok(document),
        Ok(Value::Object(_)) => Ok(Value::String(plain.into_owned())),
        Ok(_) => Err(Fault::NotAnObject),
        Err(error) => Err(Fault::NotJson { line: error.line(), column: error.column() }),
    }
}

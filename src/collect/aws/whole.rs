//! Refuses half an answer. The SDK's XML reader takes a document that breaks off for one that ends: an answer of IAM cut in the
//! middle would be an account with fewer roles, and one cut early an account without any. (Half a JSON document is an
//! error of its own; only services that speak XML need this: IAM, EC2, SNS.)
//!
//! And where the API requires a field, the SDK fills in what is missing: an empty list, `false`. "No URLs" and "no guests" would
//! then pass what nobody looked at, so such fields are asked for by name.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

#[cfg(test)]
mod tests;

/// What an answer must have; looked at once it was read.
#[derive(Clone, Copy, Debug)]
pub enum Whole {
    /// XML up to its last tag.
    Xml,
    /// JSON that holds this field, and not as null.
    Json(&'static str),
}

/// The answer lacks it.
#[derive(Debug, thiserror::Error)]
enum Half {
    #[error("the answer is {0} bytes of XML that break off")]
    Xml(usize),
    #[error("the answer does not tell {0}")]
    Json(&'static str),
}

impl Whole {
    fn check(self, body: &[u8]) -> Result<(), Half> {
        match self {
            Self::Xml if !is_whole(body) => Err(Half::Xml(body.len())),
            Self::Json(field) if !tells(body, field) => Err(Half::Json(field)),
            Self::Xml | Self::Json(_) => Ok(()),
        }
    }
}

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "Whole"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match context.response().body().bytes() {
            Some(body) if context.output_or_error().is_ok() => Ok(self.check(body)?),
            _ => Ok(()),
        }
    }
}

/// Whether a document is JSON that holds a field.
fn tells(document: &[u8], field: &str) -> bool {
    serde_json::from_slice::<serde_json::Value>(document).is_ok_and(|answer| !answer[field].is_null())
}

/// Whether a document ends with the closing tag of its root.
fn is_whole(document: &[u8]) -> bool {
    let text = document.trim_ascii();
    let Some(start) = text.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic()) else { return false };
    let root = &text[start + 1..];
    let root = &root[..root.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).unwrap_or(root.len())];
    text.strip_suffix(b">").is_some_and(|rest| rest.trim_ascii_end().ends_with(&[b"</", root].concat()))
}

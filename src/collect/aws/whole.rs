//! Refuses half an answer. The SDK's XML reader takes a document that breaks off for one that ends: an answer of IAM cut in the
//! middle would be an account with fewer roles, and one cut early an account without any. (Half a JSON document is an
//! error of its own; only services that speak XML need this: IAM, EC2, SNS.)

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

#[cfg(test)]
mod tests;

/// Looks at each answer once it was read.
#[derive(Debug)]
pub struct WholeXml;

/// The answer breaks off.
#[derive(Debug, thiserror::Error)]
#[error("the answer is {0} bytes of XML that break off")]
struct BrokenOff(usize);

impl Intercept for WholeXml {
    fn name(&self) -> &'static str {
        "WholeXml"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match context.response().body().bytes() {
            Some(body) if context.output_or_error().is_ok() && !is_whole(body) => Err(BrokenOff(body.len()).into()),
            _ => Ok(()),
        }
    }
}

/// Whether a document ends with the closing tag of its root.
fn is_whole(document: &[u8]) -> bool {
    let text = document.trim_ascii();
    let Some(start) = text.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic()) else { return false };
    let root = &text[start + 1..];
    let root = &root[..root.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).unwrap_or(root.len())];
    text.strip_suffix(b">").is_some_and(|rest| rest.trim_ascii_end().ends_with(&[b"</", root].concat()))
}

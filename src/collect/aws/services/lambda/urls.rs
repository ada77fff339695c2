//! Refuses an answer about function URLs that does not speak of them. The SDK takes a missing list for an empty one where the
//! API requires it, and "no URLs" would pass a function that nobody looked at.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Looks at each answer once it was read.
#[derive(Debug)]
pub struct TellsUrls;

/// The answer has no list.
#[derive(Debug, thiserror::Error)]
#[error("the answer does not speak of URLs")]
struct Silent;

impl Intercept for TellsUrls {
    fn name(&self) -> &'static str {
        "TellsUrls"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match context.response().body().bytes() {
            Some(body) if context.output_or_error().is_ok() && !tells(body) => Err(Silent.into()),
            _ => Ok(()),
        }
    }
}

fn tells(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|answer| answer["FunctionUrlConfigs"].is_array())
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn an_answer_without_its_list_is_not_an_empty_list() {
        assert!(tells(br#"{"FunctionUrlConfigs": []}"#));
        assert!(!tells(b"{}"));
        assert!(!tells(br#"{"FunctionUrlConfigs": null}"#));
        assert!(!tells(b""));
    }
}

//! What Lambda polls for a function: queues, streams, topics of brokers. Filters are left out, since people write their data
//! into them, and so are the secrets and addresses that lead into a broker.

use super::{function_name, qualifier};
use crate::collect::aws::draft::{Draft, time};
use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use serde_json::json;

/// The type's name.
pub const EVENT_SOURCE: &str = "AWS::Lambda::EventSourceMapping";
/// Its listing.
pub const EVENT_SOURCES: &str = "lambda:ListEventSourceMappings";

/// One mapping; none where the answer lacks what names it, or whether it is on. `arn` makes the ARN from its id, where the answer has none.
pub fn event_source(mapping: &EventSourceMappingConfiguration, arn: impl Fn(&str) -> String) -> Option<Draft> {
    let (id, function, standing) = (mapping.uuid()?, mapping.function_arn()?, mapping.state()?);
    let own = mapping.event_source_mapping_arn().map_or_else(|| arn(id), str::to_owned);
    let mut draft = Draft::new(EVENT_SOURCE, own, id);
    let properties = &mut draft.properties;
    properties.put("FunctionName", function_name(function)?);
    properties.put_some("EventSourceArn", mapping.event_source_arn());
    properties.put_some("BatchSize", mapping.batch_size());
    properties.put_some("MaximumBatchingWindowInSeconds", mapping.maximum_batching_window_in_seconds());
    properties.put_some("MaximumRecordAgeInSeconds", mapping.maximum_record_age_in_seconds());
    properties.put_some("MaximumRetryAttempts", mapping.maximum_retry_attempts());
    properties.put_some("ParallelizationFactor", mapping.parallelization_factor());
    properties.put_some("BisectBatchOnFunctionError", mapping.bisect_batch_on_function_error());
    properties.put_some("StartingPosition", mapping.starting_position().map(|position| position.as_str()));
    properties.put_some("TumblingWindowInSeconds", mapping.tumbling_window_in_seconds());
    properties.put_some("KmsKeyArn", mapping.kms_key_arn().filter(|arn| !arn.is_empty()));
    let failed = mapping.destination_config().and_then(|to| to.on_failure()).and_then(|to| to.destination());
    let failed = failed.filter(|arn| !arn.is_empty());
    properties.put_some("DestinationConfig", failed.map(|arn| json!({"OnFailure": {"Destination": arn}})));
    let concurrency = mapping.scaling_config().and_then(|scaling| scaling.maximum_concurrency());
    properties.put_some("ScalingConfig", concurrency.map(|most| json!({"MaximumConcurrency": most})));
    let responses: Vec<&str> = mapping.function_response_types().iter().map(|kind| kind.as_str()).collect();
    properties.put("FunctionResponseTypes", responses);
    properties.put("Topics", mapping.topics());
    properties.put("Queues", mapping.queues());
    let state = &mut draft.state;
    state.put("FunctionArn", function);
    state.put_some("Qualifier", qualifier(function));
    state.put("State", standing);
    state.put_some("StateTransitionReason", mapping.state_transition_reason());
    state.put_some("LastProcessingResult", mapping.last_processing_result());
    state.put_some("LastModified", time(mapping.last_modified()));
    Some(draft)
}

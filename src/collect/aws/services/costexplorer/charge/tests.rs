//! What is charged, error by error.

use super::*;
use aws_sdk_costexplorer::operation::get_cost_and_usage::GetCostAndUsageError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use std::sync::atomic::{AtomicU32, Ordering};

type Answer = Result<(), SdkError<GetCostAndUsageError, HttpResponse>>;

fn charged(answer: Option<Answer>) -> u32 {
    let paid = AtomicU32::new(0);
    let pay = || {
        paid.fetch_add(1, Ordering::Relaxed);
    };
    let charge = Charge::begin(&pay);
    if let Some(answer) = answer {
        charge.end(&answer);
    } else {
        drop(charge);
    }
    paid.into_inner()
}

fn response(status: u16) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty())
}

fn refused(status: u16, code: Option<&str>) -> Option<Answer> {
    let mut meta = ErrorMetadata::builder();
    if let Some(code) = code {
        meta = meta.code(code);
    }
    Some(Err(SdkError::service_error(GetCostAndUsageError::generic(meta.build()), response(status))))
}

#[test]
fn what_aws_refuses_by_name_and_what_never_reached_it_is_free() {
    assert_eq!(charged(refused(400, Some("LimitExceededException"))), 0);
    assert_eq!(charged(refused(500, Some("InternalFailure"))), 0);
    assert_eq!(charged(Some(Err(SdkError::construction_failure("no region")))), 0);
    assert_eq!(charged(Some(Err(SdkError::dispatch_failure(ConnectorError::io("refused".into()))))), 0);
    assert_eq!(charged(Some(Err(SdkError::dispatch_failure(ConnectorError::timeout("HTTP connect timeout occurred after 3s".into()))))), 0);
}

#[test]
fn an_answer_that_cannot_be_read_or_was_not_waited_for_is_charged() {
    assert_eq!(charged(Some(Ok(()))), 1);
    assert_eq!(charged(refused(200, None)), 1);
    assert_eq!(charged(refused(200, Some("Odd"))), 1);
    assert_eq!(charged(refused(502, None)), 1);
    assert_eq!(charged(refused(502, Some(""))), 1);
    assert_eq!(charged(Some(Err(SdkError::response_error("half an answer", response(200))))), 1);
    assert_eq!(charged(Some(Err(SdkError::timeout_error("too late")))), 1);
    assert_eq!(charged(Some(Err(SdkError::dispatch_failure(ConnectorError::timeout("HTTP read timeout occurred after 10s".into()))))), 1);
    assert_eq!(charged(None), 1, "dropped at our own deadline");
}

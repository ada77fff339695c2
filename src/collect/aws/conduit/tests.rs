//! Retries, deadlines and the count, against answers made by hand.
#![expect(clippy::result_large_err, reason = "the SDK's own error type")]

use super::*;
use crate::model::call::Place;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use std::sync::atomic::{AtomicU32, Ordering};

type Answer = Result<u32, SdkError<GetCallerIdentityError, HttpResponse>>;

fn error(status: u16, code: &str) -> Answer {
    let meta = ErrorMetadata::builder().code(code).message("words").build();
    Err(SdkError::service_error(
        GetCallerIdentityError::generic(meta),
        HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty()),
    ))
}

fn conduit(patience: Patience) -> Conduit {
    Conduit::new(Patience { pause: Duration::from_millis(2), ..patience }, Arc::default())
}

fn site() -> Site {
    Site {
        place: Place { account: "111122223333".into(), region: "us-east-2".into() },
        call: "dynamodb:DescribeTable".into(),
        permission: "dynamodb:DescribeTable".into(),
        proven: None,
    }
}

const FAST: Pace = Pace::new(10_000, 10_000);

async fn asked(conduit: &Conduit, answer: impl Fn(u32) -> Answer) -> (Result<u32, Failure>, u32) {
    let asked = AtomicU32::new(0);
    let result = conduit
        .call(&site(), FAST, || {
            let answer = answer(asked.fetch_add(1, Ordering::Relaxed));
            async { answer }
        })
        .await;
    (result, asked.into_inner())
}

#[tokio::test]
async fn what_may_help_is_tried_again_and_counted() {
    let conduit = conduit(Patience::default());
    let (answer, attempts) = asked(&conduit, |attempt| if attempt < 3 { error(500, "InternalServerError") } else { Ok(7) }).await;
    assert_eq!((answer, attempts, conduit.tally().requests().retried), (Ok(7), 4, 3));
}

#[tokio::test]
async fn what_cannot_help_is_not_tried_again() {
    for code in ["AccessDeniedException", "ValidationException", "ResourceNotFoundException", "ExpiredTokenException"] {
        let (answer, attempts) = asked(&conduit(Patience::default()), |_| error(400, code)).await;
        assert!(answer.is_err());
        assert_eq!(attempts, 1, "{code}");
    }
}

#[tokio::test]
async fn attempts_end() {
    let (answer, attempts) = asked(&conduit(Patience::default()), |_| error(400, "ThrottlingException")).await;
    assert_eq!((answer.unwrap_err().outcome(), attempts), (Outcome::Throttled, 8));
    let (answer, attempts) = asked(&conduit(Patience::default()), |_| error(500, "InternalServerError")).await;
    assert_eq!((answer.unwrap_err().outcome(), attempts), (Outcome::Unreachable, 5));
}

#[tokio::test]
async fn an_answer_that_never_comes_is_waited_for_until_the_deadline_and_no_longer() {
    let conduit = conduit(Patience { operation: Duration::from_millis(50), ..Patience::default() });
    let began = Instant::now();
    let answer: Result<u32, Failure> = conduit.call(&site(), FAST, std::future::pending::<Answer>).await;
    assert_eq!(answer.unwrap_err().outcome(), Outcome::Unreachable);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_limit_below_our_pace_is_found_and_kept_without_losing_a_call() {
    // A server that bears 100 a second, and 20 at once; we begin at 10,000.
    let bucket = std::sync::Mutex::new((20.0, Instant::now()));
    let admit = || {
        let mut bucket = bucket.lock().unwrap();
        let now = Instant::now();
        bucket.0 = f64::min(20.0, bucket.0 + now.duration_since(bucket.1).as_secs_f64() * 100.0);
        bucket.1 = now;
        if bucket.0 >= 1.0 {
            bucket.0 -= 1.0;
            Ok(1)
        } else {
            error(400, "ThrottlingException")
        }
    };
    let conduit = Conduit::new(Patience { pause: Duration::from_millis(100), ..Patience::default() }, Arc::default());
    let (site, admit) = (site(), &admit);
    let calls = (0..150).map(|_| conduit.call(&site, FAST, || async { admit() }));
    let lost = futures::future::join_all(calls).await.into_iter().filter(Result::is_err).count();
    let requests = conduit.tally().requests();
    println!("150 calls, {} throttled, {} retried", requests.throttled, requests.retried);
    assert_eq!(lost, 0);
}

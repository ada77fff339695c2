//! Saves a page of which one item makes no sense. The SDK reads a page as one: a number where text belongs, in one item of a
//! hundred, and all hundred would be unknown. So a page that could not be read is read again in parts, by the SDK itself
//! and without another request (`connector` plays it back), until what remains can be read. What is cut out is counted: the
//! listing stays broken, and what it holds is judged.
//!
//! Reading each answer ourselves first, to mend it before the SDK sees it, would read every page twice and know each
//! service's types a second time. Pages in JSON alone are mended: XML (IAM, EC2, SNS) is text wherever it is not a number or
//! a time, and CloudWatch's CBOR would need a writer of its own.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};
use std::ops::Range;

#[cfg(test)]
mod tests;

/// The most times that a page is read again: enough for a dozen broken items among a thousand. A page with more is no page.
const MOST: usize = 250;

tokio::task_local! {
    /// What the connector answers instead of sending.
    pub static PLAYBACK: Playback;
}

/// An answer that came before, or what is left of it.
#[derive(Clone, Debug)]
pub struct Playback {
    status: aws_smithy_runtime_api::http::StatusCode,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Playback {
    /// The answer.
    pub fn response(self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status, SdkBody::from(self.body));
        if let Some(kind) = self.content_type {
            response.headers_mut().insert("content-type", kind);
        }
        response
    }
}

/// A page without what could not be read, and how many items that were.
#[derive(Debug)]
pub struct Saved<P> {
    /// What is left.
    pub page: P,
    /// Items that were cut out.
    pub lost: usize,
}

/// Saves what can be read of an answer; none where that is nothing, or where the fault is not in an item.
pub async fn save<P, E, Fut>(error: &SdkError<E, HttpResponse>, fetch: impl Fn() -> Fut) -> Option<Saved<P>>
where
    Fut: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
{
    // A body that cannot be read is an error of the service to the SDK, with a status that says that all is well.
    let raw = error.raw_response()?;
    if !raw.status().is_success() {
        return None;
    }
    let Ok(Value::Object(answer)) = serde_json::from_slice(raw.body().bytes()?) else { return None };
    let first = Playback { status: raw.status(), content_type: raw.headers().get("content-type").map(str::to_owned), body: Vec::new() };
    sound_parts(answer, |part| {
        let playback = Playback { body: Value::Object(part).to_string().into_bytes(), ..first.clone() };
        let read = PLAYBACK.scope(playback, fetch());
        async move { read.await.ok() }
    })
    .await
}

/// Reads an answer in parts: each list of it by halves, until only items that cannot be read are left out.
async fn sound_parts<P, Fut>(answer: Map<String, Value>, read: impl Fn(Map<String, Value>) -> Fut) -> Option<Saved<P>>
where
    Fut: Future<Output = Option<P>>,
{
    let mut sound = answer.clone();
    let lists: Vec<(&String, &Vec<Value>)> = answer.iter().filter_map(|(name, value)| Some((name, value.as_array()?))).collect();
    for (name, _) in &lists {
        sound.insert((*name).clone(), Value::Array(Vec::new()));
    }
    let (mut lost, mut kept, mut left) = (0, 0, MOST);
    for (name, items) in lists {
        let mut good = Vec::new();
        let mut ranges: Vec<Range<usize>> = Vec::from([Range { start: 0, end: items.len() }]);
        // In the items' order: what is pushed last is looked at first.
        while let Some(range) = ranges.pop() {
            let Some(some) = items.get(range.clone()).filter(|some| !some.is_empty()) else { continue };
            left = usize::checked_sub(left, 1)?;
            let mut part = sound.clone();
            part.insert(name.clone(), Value::Array(some.to_vec()));
            match (read(part).await, range.len()) {
                (Some(_), _) => good.extend_from_slice(some),
                (None, 1) => lost += 1,
                (None, count) => {
                    let middle = range.start + count / 2;
                    ranges.push(middle..range.end);
                    ranges.push(range.start..middle);
                }
            }
        }
        kept += good.len();
        sound.insert(name.clone(), Value::Array(good));
    }
    if lost == 0 || kept == 0 {
        return None;
    }
    Some(Saved { page: read(sound).await?, lost })
}

//! What roles and users used of what they may: `GenerateServiceLastAccessedDetails` begins a job, `GetServiceLastAccessedDetails` reads
//! it once it is done.
//!
//! Two or three calls a principal are too many for every pass, and the data changes slowly (it lags by up to four hours and looks back
//! 400 days). So an answer is kept in the store and good for a week, and one pass asks for [`MOST`] principals at most: those that were
//! never asked for first, then those asked for longest ago. What a pass leaves the next one takes up, also after a crash: each answer is
//! kept as it comes. A principal that was not reached has a gap, or its older answer, which says of when it is.
//!
//! Only the session that began a job may read it ("GetServiceLastAccessedDetails", IAM API reference), so a job's id never leaves
//! [`ask`]: where credentials were renewed in between, the job is begun once more. While it runs, the answer lacks its lists; an empty
//! list there is no "nothing was used". Roles that AWS keeps get no advice, and are not asked for.

use super::page;
use crate::collect::aws::draft::time;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::paid::PaidRequest;
use crate::model::resource::ResourceRecord;
use crate::model::value::Time;
use crate::model::{Gap, GapKind, Money, Outcome};
use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput;
use aws_sdk_iam::types::{AccessAdvisorUsageGranularityType, JobStatusType, ServiceLastAccessed};
use futures::FutureExt as _;
use serde_json::{Value, json};
use std::time::Duration;

/// The call that begins a job.
pub const ASKING: &str = "iam:GenerateServiceLastAccessedDetails";
/// The call that reads one.
pub const READING: &str = "iam:GetServiceLastAccessedDetails";

/// How long an answer is good.
const FRESH: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// The most principals that one pass asks for.
const MOST: usize = 250;

/// The most pages of one answer: all services of AWS take five of the smallest size that AWS gives.
const MOST_PAGES: usize = 100;

/// The pauses between asking whether a job is done. It mostly is within two seconds.
const PAUSES: [Duration; 8] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(15),
];

/// Puts what each principal used into its state, as `LastAccessed`.
pub async fn put(cx: &Scope<'_>, client: &Client, kind: &'static str, records: &mut [ResourceRecord], found: &mut Yield) {
    let mut due: Vec<(Option<Time>, usize)> = Vec::new();
    let mut waiting: Vec<usize> = Vec::new();
    for (position, record) in records.iter_mut().enumerate() {
        let arn = record.id.as_str();
        if arn.contains(":role/aws-service-role/") || arn.contains(":role/aws-reserved/") {
            continue;
        }
        let kept = cx.request.paid.recall(&request(cx, arn)).await.filter(|(at, _)| *at <= cx.request.now);
        let at = kept.as_ref().map(|(at, _)| *at);
        if let Some((_, answer)) = kept {
            record.state["LastAccessed"] = answer;
        }
        if at.is_none_or(|at| cx.request.now.signed_duration_since(at) >= FRESH) {
            due.push((at, position));
        }
    }
    // Never asked comes before long ago; the listing's order decides between equals.
    due.sort();
    waiting.extend(due.iter().skip(MOST).map(|(_, position)| *position));
    due.truncate(MOST);
    let arns: Vec<(usize, String)> =
        due.iter().filter_map(|(_, position)| Some((*position, records.get(*position)?.id.to_string()))).collect();
    let answers =
        cx.each("last accessed", arns, |(position, arn)| async move { (position, ask_and_keep(cx, client, &arn).await) }.boxed()).await;
    for (position, asked) in answers {
        found.answered(cx, kind, ASKING, &asked.begun);
        let Some(answer) = asked.read else {
            note(records, position, asked.begun.as_ref().err(), ASKING);
            continue;
        };
        found.answered(cx, kind, READING, &answer);
        match (&answer, records.get_mut(position)) {
            (Ok(answer), Some(record)) => record.state["LastAccessed"] = answer.clone(),
            (answer, _) => note(records, position, answer.as_ref().err(), READING),
        }
    }
    for position in waiting {
        let failure = Failure::fault(Outcome::Skipped, format!("a pass asks what {MOST} principals used; this one is left to the next"));
        note(records, position, Some(&failure), READING);
    }
}

/// A gap where nothing is known. An older answer stays: it says of when it is.
fn note(records: &mut [ResourceRecord], position: usize, failure: Option<&Failure>, call: &str) {
    let (Some(record), Some(failure)) = (records.get_mut(position), failure) else { return };
    if record.state.get("LastAccessed").is_none() {
        let gap = match failure.outcome() {
            Outcome::Skipped => Gap { call: Some(call.into()), ..Gap::new(GapKind::NotRecorded, failure.reason.clone()) },
            _ => failure.gap(&call.into()),
        };
        let path = crate::model::Path::root("state").key("LastAccessed");
        record.gaps.push(crate::model::resource::GapRecord { path, gap });
    }
}

/// What the store keeps an answer under. It costs nothing but calls.
fn request(cx: &Scope<'_>, arn: &str) -> PaidRequest {
    cx.paid_request(READING, arn.to_owned(), Money::ZERO, 1)
}

/// What became of both calls; no reading where nothing was begun.
struct Asked {
    begun: Result<(), Failure>,
    read: Option<Result<Value, Failure>>,
}

async fn ask_and_keep(cx: &Scope<'_>, client: &Client, arn: &str) -> Asked {
    let mut asked = ask(cx, client, arn).await;
    // Somebody else's job, by AWS's word: the credentials were renewed between the calls.
    if asked.read.as_ref().is_some_and(|read| read.as_ref().is_err_and(Failure::vanished)) {
        asked = ask(cx, client, arn).await;
    }
    if let Some(Ok(answer)) = &asked.read {
        cx.request.paid.keep(&request(cx, arn), answer.clone(), cx.request.now).await;
    }
    asked
}

async fn ask(cx: &Scope<'_>, client: &Client, arn: &str) -> Asked {
    let granularity = AccessAdvisorUsageGranularityType::ActionLevel;
    let begun = cx.call(ASKING, || client.generate_service_last_accessed_details().arn(arn).granularity(granularity.clone()).send()).await;
    let begun = begun.and_then(|begun| begun.job_id.filter(|id| !id.is_empty()).ok_or_else(|| Failure::empty(ASKING)));
    match begun {
        Err(failure) => Asked { begun: Err(failure), read: None },
        Ok(job) => Asked { begun: Ok(()), read: Some(read(cx, client, &job).await) },
    }
}

/// The whole answer of a job, once it is done.
async fn read(cx: &Scope<'_>, client: &Client, job: &str) -> Result<Value, Failure> {
    let mut first = part(cx, client, job, None).await?;
    for pause in PAUSES {
        if first.job_status != JobStatusType::InProgress {
            break;
        }
        tokio::time::sleep(pause).await;
        first = part(cx, client, job, None).await?;
    }
    match &first.job_status {
        JobStatusType::Completed => {}
        JobStatusType::InProgress => {
            return Err(Failure::fault(
                Outcome::Throttled,
                format!("{READING}: the job was not done in time; the next pass begins another"),
            ));
        }
        other => {
            let why = first.error.as_ref().map_or_else(|| other.as_str().to_owned(), |error| error.message.clone());
            return Err(Failure::fault(Outcome::Broken, format!("{READING}: the job failed: {why}")));
        }
    }
    if first.job_type.as_ref().is_some_and(|kind| *kind != AccessAdvisorUsageGranularityType::ActionLevel) {
        return Err(Failure::fault(Outcome::Broken, format!("{READING} tells of services only, though actions were asked for")));
    }
    let completed = time(Some(&first.job_completion_date));
    let mut services: Vec<Value> = Vec::new();
    let mut answer = first;
    for _ in 0..MOST_PAGES {
        services.extend(answer.services_last_accessed.iter().map(service));
        let next = page(Vec::<()>::new(), answer.is_truncated, answer.marker.take());
        match (next.items, next.next) {
            (None, _) => return Err(super::endless(READING)),
            (Some(_), Some(marker)) => answer = part(cx, client, job, Some(marker)).await?,
            (Some(_), None) => {
                return Ok(json!({
                    "JobStatus": "COMPLETED",
                    "JobType": "ACTION_LEVEL",
                    "JobCompletionDate": completed,
                    "ServicesLastAccessed": services,
                }));
            }
        }
    }
    Err(super::endless(READING))
}

async fn part(cx: &Scope<'_>, client: &Client, job: &str, marker: Option<String>) -> Result<GetServiceLastAccessedDetailsOutput, Failure> {
    cx.call(READING, || client.get_service_last_accessed_details().job_id(job).max_items(1000).set_marker(marker.clone()).send()).await
}

/// A service, with its tracked actions. A date that is not there means that no use was seen.
fn service(service: &ServiceLastAccessed) -> Value {
    let actions: Vec<Value> = service
        .tracked_actions_last_accessed()
        .iter()
        .filter_map(|action| {
            let mut entry = json!({"ActionName": action.action_name()?});
            if let Some(last) = time(action.last_accessed_time()) {
                entry["LastAccessedTime"] = last.into();
            }
            Some(entry)
        })
        .collect();
    let mut entry = json!({"ServiceNamespace": service.service_namespace(), "TrackedActionsLastAccessed": actions});
    if let Some(last) = time(service.last_authenticated()) {
        entry["LastAuthenticated"] = last.into();
    }
    entry
}

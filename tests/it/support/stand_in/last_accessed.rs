//! IAM's last-accessed data, over the query protocol, as AWS gives it: a job that takes a while, read in pages, by nobody but the session
//! that began it. The emulator lacks it altogether.
//!
//! While a job runs, the answer has neither lists nor a type. Dates are counted back from the stand-in's own clock. A service that is not
//! listed was not granted. What is untracked is listed nowhere.

use super::wire::{Call, Reply, escape, page};
use chrono::{DateTime, Days, Utc};
use std::collections::BTreeMap;

/// What the stand-in knows of the use of permissions.
#[derive(Clone, Debug)]
pub struct Accessed {
    /// The time that days are counted back from.
    pub now: DateTime<Utc>,
    /// How often a job answers that it still runs.
    pub polls: u32,
    /// Services on one page.
    pub page_size: usize,
    /// What every principal that is asked about used.
    pub services: Vec<Service>,
}

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its prefix.
    pub namespace: &'static str,
    /// How many days ago it was used last; none where never.
    pub days_ago: Option<u64>,
    /// The tracked actions, each likewise.
    pub actions: Vec<(&'static str, Option<u64>)>,
}

impl Default for Accessed {
    fn default() -> Self {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        Self { now, polls: 1, page_size: 2, services: Vec::new() }
    }
}

/// A job that was begun.
#[derive(Clone, Debug)]
pub struct Job {
    /// The session that began it: access key, and how often credentials were renewed until then.
    session: (String, u64),
    polled: u32,
}

/// The jobs of a server.
#[derive(Debug, Default)]
pub struct Jobs {
    begun: BTreeMap<String, Job>,
    /// How often credentials were renewed.
    pub renewals: u64,
    /// After how many jobs begun they are renewed once by themselves.
    pub renew_after: Option<usize>,
}

/// Answers one call, where it is one of the two.
pub fn answer(accessed: &Accessed, jobs: &mut Jobs, call: &Call) -> Option<Reply> {
    match call.name.as_str() {
        "iam:GenerateServiceLastAccessedDetails" => {
            if call.field("Arn").is_empty() || call.field("Granularity") != "ACTION_LEVEL" {
                return Some(Reply::error(400, "InvalidInput", "the stand-in is asked for actions"));
            }
            let id = format!("job-{:08}-0000-0000-0000-000000000000", jobs.begun.len());
            jobs.begun.insert(id.clone(), Job { session: (call.key.clone(), jobs.renewals), polled: 0 });
            if jobs.renew_after == Some(jobs.begun.len()) {
                jobs.renewals += 1;
            }
            Some(Reply::Xml(format!("<JobId>{id}</JobId>")))
        }
        "iam:GetServiceLastAccessedDetails" => {
            let session = (call.key.clone(), jobs.renewals);
            let job = jobs.begun.get_mut(call.field("JobId")).filter(|job| job.session == session);
            let Some(job) = job else {
                return Some(Reply::error(404, "NoSuchEntity", "no job of this session has this id"));
            };
            let begun = format!("<JobCreationDate>{}</JobCreationDate>", accessed.now.to_rfc3339());
            if job.polled < accessed.polls {
                job.polled += 1;
                return Some(Reply::Xml(format!("<JobStatus>IN_PROGRESS</JobStatus>{begun}")));
            }
            let (services, next) = page(&accessed.services, call.page_token(), accessed.page_size, false);
            let services: String = services.iter().map(|service| describe(service, accessed.now)).collect();
            let more = next.map_or_else(
                || "<IsTruncated>false</IsTruncated>".to_owned(),
                |marker| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"),
            );
            Some(Reply::Xml(format!(
                "<JobStatus>COMPLETED</JobStatus><JobType>ACTION_LEVEL</JobType>{begun}<JobCompletionDate>{}</JobCompletionDate>\
                 <ServicesLastAccessed>{services}</ServicesLastAccessed>{more}",
                accessed.now.to_rfc3339()
            )))
        }
        _ => None,
    }
}

fn describe(service: &Service, now: DateTime<Utc>) -> String {
    let date = |name: &str, days: Option<u64>| {
        days.map_or_else(String::new, |days| format!("<{name}>{}</{name}>", (now - Days::new(days)).to_rfc3339()))
    };
    let actions: String = service
        .actions
        .iter()
        .map(|(name, days)| format!("<member><ActionName>{}</ActionName>{}</member>", escape(name), date("LastAccessedTime", *days)))
        .collect();
    format!(
        "<member><ServiceName>{name}</ServiceName><ServiceNamespace>{name}</ServiceNamespace>{}\
         <TotalAuthenticatedEntities>{}</TotalAuthenticatedEntities><TrackedActionsLastAccessed>{actions}</TrackedActionsLastAccessed></member>",
        date("LastAuthenticated", service.days_ago),
        u8::from(service.days_ago.is_some()),
        name = escape(service.namespace),
    )
}

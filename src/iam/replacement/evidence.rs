//! What was used, as far as anybody recorded it: IAM's last-accessed data, or a list of actions that somebody brings.
//!
//! Of IAM's data (`GetServiceLastAccessedDetails` at the level of actions) an action is *used*, *unused* (it is tracked, and no attempt
//! was seen in the window of 400 days), *untracked* (IAM records fewer than half of the actions: not `iam:PassRole`, not the reading of
//! objects of S3, not messages of SQS), *too new* (the principal has not been there long enough to say), or of an *unused service*,
//! which alone speaks for untracked actions too. Attempts count, also those that were denied.
//!
//! From "Refining permissions using last accessed information" in the IAM user guide.

use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};
use crate::model::Value;
use crate::model::value::Time;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the use of one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing of its service was used.
    ServiceUnused,
    /// It is tracked, and was not used.
    Unused,
    /// Nobody records its use.
    Untracked,
    /// Whoever has it has not had it long enough to say.
    TooNew,
    /// It was tried, then for the last time where that is known.
    Used(Option<Time>),
}

impl Verdict {
    /// Its name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceUnused => "service_unused",
            Self::Unused => "unused",
            Self::Untracked => "untracked",
            Self::TooNew => "too_new",
            Self::Used(_) => "used",
        }
    }
}

/// Actions that hand over power to somebody else. That the service was not used says nothing of them: the use of a role that was passed
/// shows at whom it was passed to. They go only where they themselves are recorded as unused.
const HANDING_OVER: [&str; 4] = ["iam:passrole", "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"];

/// Why evidence cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceFault {
    /// It is neither of the known forms.
    #[error("it is neither an answer of GetServiceLastAccessedDetails nor a list of actions")]
    Foreign,
    /// The job is not done.
    #[error("the job is {0}: only a completed one tells what was used")]
    Unfinished(String),
    /// The answer has no actions.
    #[error("it was asked for without --granularity ACTION_LEVEL, and so tells of services only")]
    ServicesOnly,
    /// A part of it is missing.
    #[error("it is only a part: IsTruncated is true")]
    Truncated,
}

/// What was used by everybody whom a policy serves: an action is used where one of them used it.
#[derive(Clone, Debug, Default)]
pub struct Evidence(Vec<Source>);

#[derive(Clone, Debug)]
enum Source {
    /// IAM's own data, by service in lower case.
    Accessed(BTreeMap<String, ServiceUse>),
    /// A list: what is on it was used; what else is tracked was not.
    Listed { used: Vec<String>, tracked: Option<Vec<String>> },
    /// Nothing is recorded.
    Nothing,
    /// It is too new.
    TooNew,
}

#[derive(Clone, Debug, Default)]
struct ServiceUse {
    last: Option<Time>,
    /// The tracked actions in lower case, each with its name and when it was last tried.
    actions: BTreeMap<String, (String, Option<Time>)>,
}

impl Evidence {
    /// Of a principal of whom nothing is recorded: all is untracked.
    pub fn nothing() -> Self {
        Self(vec![Source::Nothing])
    }

    /// Of a principal that has not been there long enough.
    pub fn too_new() -> Self {
        Self(vec![Source::TooNew])
    }

    /// Reads an answer of `GetServiceLastAccessedDetails`, a list of actions or patterns, or `{"used": […], "tracked": […]}`.
    ///
    /// # Errors
    /// Where it is none of them, or only a part.
    pub fn read(value: &Value) -> Result<Self, EvidenceFault> {
        if let Some(services) = value.get("ServicesLastAccessed") {
            return Self::accessed(value, services);
        }
        let texts = |value: &Value| -> Option<Vec<String>> {
            value.as_list()?.iter().map(|item| item.as_str().map(|text| text.trim().to_ascii_lowercase())).collect()
        };
        let (used, tracked) = match (value.get("used"), value.get("tracked")) {
            (Some(used), tracked) => (texts(used), tracked.map(texts)),
            (None, _) => (texts(value), None),
        };
        match (used, tracked) {
            (Some(used), None) => Ok(Self(vec![Source::Listed { used, tracked: None }])),
            (Some(used), Some(Some(tracked))) => Ok(Self(vec![Source::Listed { used, tracked: Some(tracked) }])),
            (None, _) | (_, Some(None)) => Err(EvidenceFault::Foreign),
        }
    }

    /// Reads what the collector keeps in the state of a principal: `LastAccessed`, the answer itself.
    ///
    /// # Errors
    /// Where it is not there.
    pub fn read_state(state: &Value) -> Result<Self, EvidenceFault> {
        let accessed = state.get("LastAccessed").filter(|value| value.first_gap().is_none()).ok_or(EvidenceFault::Foreign)?;
        Self::accessed(accessed, accessed.get("ServicesLastAccessed").ok_or(EvidenceFault::Foreign)?)
    }

    /// A list of actions, one a line; what stands behind `#` is a remark.
    pub fn of_lines(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
        Self(vec![Source::Listed { used: lines.map(str::to_ascii_lowercase).collect(), tracked: None }])
    }

    fn accessed(value: &Value, services: &Value) -> Result<Self, EvidenceFault> {
        if let Some(status) = value.get("JobStatus").and_then(Value::as_str).filter(|status| *status != "COMPLETED") {
            return Err(EvidenceFault::Unfinished(status.to_owned()));
        }
        if value.get("JobType").and_then(Value::as_str) == Some("SERVICE_LEVEL") {
            return Err(EvidenceFault::ServicesOnly);
        }
        if matches!(value.get("IsTruncated"), Some(Value::Bool(true))) {
            return Err(EvidenceFault::Truncated);
        }
        let mut all: BTreeMap<String, ServiceUse> = BTreeMap::new();
        for service in services.as_list().ok_or(EvidenceFault::Foreign)? {
            let prefix = service.get("ServiceNamespace").and_then(Value::as_str).ok_or(EvidenceFault::Foreign)?;
            let known = all.entry(prefix.to_ascii_lowercase()).or_default();
            known.last = known.last.max(time(service.get("LastAuthenticated")));
            for action in service.get("TrackedActionsLastAccessed").and_then(Value::as_list).unwrap_or_default() {
                let name = action.get("ActionName").and_then(Value::as_str).ok_or(EvidenceFault::Foreign)?;
                let last = time(action.get("LastAccessedTime").or_else(|| action.get("LastAccessedDate")));
                let entry = known.actions.entry(name.to_ascii_lowercase()).or_insert_with(|| (name.to_owned(), None));
                entry.1 = entry.1.max(last);
            }
        }
        Ok(Self(vec![Source::Accessed(all)]))
    }

    /// The evidence of several principals together.
    pub fn join(all: impl IntoIterator<Item = Self>) -> Self {
        Self(all.into_iter().flat_map(|one| one.0).collect())
    }

    /// Whether nobody uses it: a policy that is attached to nothing has no evidence, and what it grants is not used.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is known of an action.
    pub fn verdict(&self, service: &str, name: &str) -> Verdict {
        let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
        let whole = format!("{service}:{name}");
        self.0.iter().map(|source| source.verdict(&service, &name, &whole)).max().unwrap_or(Verdict::Untracked)
    }

    /// The names of actions that were used, in lower case where AWS's spelling is not known, sorted. Patterns are left out.
    pub fn used_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for source in &self.0 {
            match source {
                Source::Accessed(services) => {
                    for (service, of) in services {
                        let used = of.actions.values().filter(|(_, last)| last.is_some());
                        names.extend(used.map(|(name, _)| format!("{service}:{name}")));
                    }
                }
                Source::Listed { used, .. } => names.extend(used.iter().filter(|one| !one.contains(['*', '?'])).cloned()),
                Source::Nothing | Source::TooNew => {}
            }
        }
        names
    }

    /// The used actions that the database does not list.
    pub fn used_unlisted(&self, database: &Database) -> Vec<String> {
        let unlisted = |name: &String| name.split_once(':').is_some_and(|(service, name)| database.find(service, name).is_none());
        self.used_names().into_iter().filter(unlisted).collect()
    }

    /// The services of IAM's data that were not used by anybody, sorted.
    pub fn unused_services(&self) -> Vec<String> {
        let mut services = BTreeSet::new();
        for source in &self.0 {
            if let Source::Accessed(all) = source {
                services.extend(all.keys().cloned());
            }
        }
        // Any name will do: where the service was not used, this holds for all.
        services.into_iter().filter(|service| self.verdict(service, "?") == Verdict::ServiceUnused).collect()
    }

    /// The actions that are tracked and were not used by anybody, of services that were, sorted.
    pub fn unused_actions(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for source in &self.0 {
            if let Source::Accessed(all) = source {
                for (service, of) in all {
                    names.extend(of.actions.values().map(|(name, _)| (service.clone(), name.clone())));
                }
            }
        }
        let unused = names.into_iter().filter(|(service, name)| self.verdict(service, name) == Verdict::Unused);
        unused.map(|(service, name)| format!("{service}:{name}")).collect()
    }
}

impl Source {
    fn verdict(&self, service: &str, name: &str, whole: &str) -> Verdict {
        let hands_over = HANDING_OVER.contains(&whole);
        match self {
            Self::Nothing => Verdict::Untracked,
            Self::TooNew => Verdict::TooNew,
            Self::Listed { used, tracked } => {
                let on = |list: &[String]| list.iter().any(|pattern| glob::matches(pattern, whole, Case::Insensitive));
                match tracked {
                    _ if on(used) => Verdict::Used(None),
                    Some(tracked) if on(tracked) => Verdict::Unused,
                    None if !hands_over => Verdict::Unused,
                    Some(_) | None => Verdict::Untracked,
                }
            }
            Self::Accessed(services) => match services.get(service) {
                // Of a service that is not listed IAM knows nothing: it was granted after the report, or is none that is tracked.
                None => Verdict::Untracked,
                Some(of) => match of.actions.get(name) {
                    Some((_, Some(last))) => Verdict::Used(Some(*last)),
                    Some((_, None)) if of.is_used() || hands_over => Verdict::Unused,
                    None if of.is_used() || hands_over => Verdict::Untracked,
                    Some((_, None)) | None => Verdict::ServiceUnused,
                },
            },
        }
    }
}

impl ServiceUse {
    fn is_used(&self) -> bool {
        self.last.is_some() || self.actions.values().any(|(_, last)| last.is_some())
    }
}

fn time(value: Option<&Value>) -> Option<Time> {
    moment(value?)
}

/// A point in time, as a value or as RFC 3339.
pub fn moment(value: &Value) -> Option<Time> {
    match value {
        Value::Time(at) => chrono::DateTime::from_timestamp_millis(*at),
        Value::Str(text) => chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()),
        _ => None,
    }
}

//! Actions: is there such a service, such an action? Decided by the dated database.
//!
//! What the database does not list may have come after its date, so the messages name the date; a newer database settles it.

use super::Report;
use super::policy::{Policy, Text};
use super::registry::{Check, Example, Kind, error, suggestion};
use crate::iam::actions::Database;
use crate::iam::glob;
use std::collections::HashMap;

use Example::Statement;

const OK: Example = Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#);

static INVALID_ACTION: Check = error(
    "INVALID_ACTION",
    Kind::Identity,
    "the service has no such action, or none that the pattern matches",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"arn:aws:s3:::example/*"}"#),
    OK,
);
static INVALID_SERVICE_IN_ACTION: Check = error(
    "INVALID_SERVICE_IN_ACTION",
    Kind::Identity,
    "the action names no service",
    Statement(r#"{"Effect":"Allow","Action":"s33:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    OK,
);
pub(super) static WILDCARD_IN_SERVICE_NAME: Check = suggestion(
    "WILDCARD_IN_SERVICE_NAME",
    Kind::Identity,
    "a wildcard in the name of a service also matches services that come later",
    Statement(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3*:::example/*"}"#),
    OK,
);

pub(super) static CHECKS: &[&Check] = &[&INVALID_ACTION, &INVALID_SERVICE_IN_ACTION, &WILDCARD_IN_SERVICE_NAME];

/// How many slips get a suggestion: each costs a comparison with every action of its service.
const SUGGESTED: usize = 100;

/// What a pattern of actions is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    NoAction,
    NoService,
    OpenService,
}

pub(super) fn run(policy: &Policy<'_>, database: &Database, report: &mut Report) {
    let mut known: HashMap<&str, Verdict> = HashMap::new();
    let mut suggested = 0;
    for action in policy.statements.iter().flat_map(|statement| statement.all_actions()) {
        let verdict = *known.entry(action.text).or_insert_with(|| judge(action.text, database));
        match verdict {
            Verdict::Fine => {}
            Verdict::OpenService => {
                report.add(&WILDCARD_IN_SERVICE_NAME, &action.place, format!("name the services that {} is to match", action.text));
            }
            Verdict::NoAction | Verdict::NoService => {
                suggested += 1;
                let meant = (suggested <= SUGGESTED).then(|| meant(action, verdict, database)).flatten();
                let (check, what) = match verdict {
                    Verdict::NoService => (&INVALID_SERVICE_IN_ACTION, "names no service"),
                    _ => (&INVALID_ACTION, "is no action"),
                };
                let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
                report.add(check, &action.place, format!("{} {what} that AWS listed on {}{meant}", action.text, database.date()));
            }
        }
    }
}

fn judge(pattern: &str, database: &Database) -> Verdict {
    let Some((service, name)) = pattern.split_once(':') else {
        return if pattern == "*" || glob::is_everything(pattern) { Verdict::Fine } else { Verdict::NoAction };
    };
    if pattern.contains("${") {
        // Told as a variable where none may stand.
        return Verdict::Fine;
    }
    if service.contains(['*', '?']) {
        return Verdict::OpenService;
    }
    if !database.has_service(service) {
        return Verdict::NoService;
    }
    let listed = if name.contains(['*', '?']) { database.expand(pattern).next().is_some() } else { database.find(service, name).is_some() };
    if listed { Verdict::Fine } else { Verdict::NoAction }
}

fn meant(action: &Text<'_>, verdict: Verdict, database: &Database) -> Option<String> {
    let (service, name) = action.text.split_once(':')?;
    if verdict == Verdict::NoService {
        let near = nearest(service, database.services())?;
        return Some(format!("{near}:{name}"));
    }
    let pattern = format!("{service}:*");
    let near = nearest(name, database.expand(&pattern).map(|action| action.name()))?;
    Some(format!("{service}:{near}"))
}

/// The nearest in spelling, where it is near.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    // Longer words are no slips of a known name, and comparing them is slow.
    let near = known.filter(|_| word.len() <= 64).map(|known| (strsim::damerau_levenshtein(&lower, &known.to_ascii_lowercase()), known));
    near.filter(|(distance, _)| *distance <= (word.len() / 3).clamp(1, 3)).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

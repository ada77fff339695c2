//! What the condition keys of an imagined request hold: what is known of it, what its caller chooses, and what depends on
//! circumstances that nobody can see in policies.
//!
//! A condition on what the caller chooses (a tag of the request, an external id, the kind of a new instance) keeps nobody out who can
//! meet it, so a value that meets it is looked for. One on circumstances (address, second factor, time) is undecided: what hangs on
//! it is never proven, and never dismissed.

use super::estate::{Kind, Principal};
use crate::iam::document::{Condition, Version, account_of};
use crate::iam::evaluation::{Answer, Context, ContextValue, Decider, Operation, Outcome, Truth, condition_holds, neighbours};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// Whether something is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is, by these statements.
    Yes(Vec<Decider>),
    /// It is not.
    No,
    /// It cannot be told, and why.
    Unsure(ArcStr),
}

/// What is known of a request beside who asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// Keys that are what they are: those of handing a role over, of a policy that is attached.
    pub keys: &'a [(&'static str, &'a str)],
    /// The tags of the resource: none where there is no telling.
    pub tags: Option<&'a [(ArcStr, ArcStr)]>,
}

/// The most requests that are imagined for one question.
const MOST: usize = 512;
/// The most values that are tried for a key.
const MOST_VALUES: usize = 16;

/// Where the value of a key comes from.
enum Origin {
    Known(ContextValue),
    Absent,
    Chosen,
    Circumstance,
}

/// A key whose value is not known.
struct Open {
    key: ArcStr,
    circumstance: bool,
    values: Vec<Option<ContextValue>>,
}

/// Asks over all that a request may look like, as far as these conditions can tell them apart.
pub fn weigh(
    principal: Option<&Principal>,
    (action, resource): (&str, &str),
    facts: Facts<'_>,
    conditions: &[Condition],
    mut ask: impl FnMut(Context) -> Answer,
) -> Verdict {
    let mut known: Vec<(ArcStr, ContextValue)> = base(principal);
    let mut open: BTreeMap<ArcStr, Open> = BTreeMap::new();
    for condition in conditions {
        let key = ArcStr::from(condition.key.to_ascii_lowercase());
        let origin = origin(&key, principal, (action, resource), facts);
        match origin {
            Origin::Known(value) if known.iter().all(|(known, _)| *known != key) => known.push((key, value)),
            Origin::Known(_) | Origin::Absent => {}
            Origin::Chosen | Origin::Circumstance => {
                let circumstance = matches!(origin, Origin::Circumstance);
                let open = open.entry(key.clone()).or_insert_with(|| Open { key, circumstance, values: vec![None] });
                open.add(condition, &known);
            }
        }
    }
    let (circumstances, chosen): (Vec<Open>, Vec<Open>) = open.into_values().partition(|open| open.circumstance);
    let many = circumstances.iter().chain(&chosen).map(|open| open.values.len()).try_fold(1usize, usize::checked_mul);
    if many.is_none_or(|many| many > MOST) {
        return Verdict::Unsure("it depends on more conditions than are weighed".into());
    }
    let mut doubt: Option<ArcStr> = None;
    for choice in combinations(&chosen) {
        let (mut all, mut some) = (None, false);
        let mut refused = false;
        for circumstance in combinations(&circumstances) {
            let context = known.iter().cloned().chain(choice.clone()).chain(circumstance);
            let answer = ask(Context::new(context));
            match answer.outcome {
                Outcome::Allowed => {
                    some = true;
                    all.get_or_insert(answer.decided_by);
                }
                Outcome::Unknown => {
                    refused = true;
                    doubt.get_or_insert_with(|| answer.reason.into());
                }
                Outcome::ImplicitDeny | Outcome::ExplicitDeny => refused = true,
            }
        }
        match all {
            Some(by) if !refused => return Verdict::Yes(by),
            _ if some => {
                let keys: Vec<&str> = circumstances.iter().map(|open| open.key.as_str()).collect();
                doubt.get_or_insert_with(|| arcstr::format!("it depends on {}", keys.join(", ")));
            }
            _ => {}
        }
    }
    doubt.map_or(Verdict::No, Verdict::Unsure)
}

/// Whether a principal may meet conditions, as far as they are on what it is.
pub fn may_meet(principal: &Principal, conditions: &[Condition], version: Version) -> bool {
    let mut known = base(Some(principal));
    let kind = if matches!(principal.kind, Kind::User { .. }) { "User" } else { "AssumedRole" };
    known.push(("aws:principaltype".into(), ContextValue::One(kind.into())));
    let context = Context::new(known);
    conditions.iter().all(|condition| {
        let key = condition.key.to_ascii_lowercase();
        let tag = key.starts_with("aws:principaltag/") && principal.tags.is_some();
        let own = tag || matches!(key.as_str(), "aws:principalarn" | "aws:principalaccount" | "aws:principaltype" | "aws:username");
        // A variable may stand for something of the request.
        let closed = own && !condition.values.iter().any(|value| value.contains("${"));
        !closed || condition_holds(condition, version, &context) != Truth::No
    })
}

/// Every way to give each key one of its values.
fn combinations(open: &[Open]) -> Vec<Vec<(ArcStr, ContextValue)>> {
    let mut all: Vec<Vec<(ArcStr, ContextValue)>> = vec![Vec::new()];
    for one in open {
        let with = |before: &Vec<(ArcStr, ContextValue)>, value: &Option<ContextValue>| {
            before.iter().cloned().chain(value.clone().map(|value| (one.key.clone(), value))).collect()
        };
        all = all.iter().flat_map(|before| one.values.iter().map(move |value| with(before, value))).collect();
    }
    all
}

impl Open {
    /// The values that tell this condition's outcomes apart.
    fn add(&mut self, condition: &Condition, known: &[(ArcStr, ContextValue)]) {
        let mut texts: Vec<String> = Vec::new();
        match Operation::read(&condition.operator.name) {
            Some(Operation::Bool) => texts.extend(["true".to_owned(), "false".to_owned()]),
            Some(operation @ (Operation::Numeric(_) | Operation::Date(_) | Operation::Ip { .. })) => {
                texts.extend(condition.values.iter().flat_map(|value| neighbours(operation, value)));
            }
            Some(Operation::Null) => texts.push("x".to_owned()),
            _ => {
                texts.extend(condition.values.iter().map(|value| instance(value, known)));
                // One that nobody wrote, for what is negated.
                texts.push("ledgerline-other".to_owned());
            }
        }
        for text in texts {
            let value = match condition.operator.quantifier {
                Some(_) => ContextValue::Many(vec![text.into()]),
                None => ContextValue::One(text.into()),
            };
            if self.values.len() < MOST_VALUES && !self.values.contains(&Some(value.clone())) {
                self.values.push(Some(value));
            }
        }
    }
}

/// A text that a pattern matches, with the variables that are known.
fn instance(pattern: &str, known: &[(ArcStr, ContextValue)]) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let Some((inside, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let key = inside.split(',').next().unwrap_or_default().trim().to_ascii_lowercase();
        match known.iter().find(|(known, _)| *known == key) {
            Some((_, ContextValue::One(value))) => text.push_str(value),
            _ => text.push('x'),
        }
        rest = tail;
    }
    text.push_str(rest);
    text.replace(['*', '?'], "x")
}

/// What is known of every request of a principal.
fn base(principal: Option<&Principal>) -> Vec<(ArcStr, ContextValue)> {
    let Some(principal) = principal else { return Vec::new() };
    let one = |key: &str, value: &str| (ArcStr::from(key), ContextValue::One(value.into()));
    let mut known = vec![one("aws:principalarn", &principal.arn), one("aws:principalaccount", &principal.account)];
    if matches!(principal.kind, Kind::User { .. }) {
        known.push(one("aws:username", principal.name()));
    }
    for (key, value) in principal.tags.iter().flatten() {
        known.push((arcstr::format!("aws:principaltag/{}", key.to_ascii_lowercase()), ContextValue::One(value.clone())));
    }
    known
}

fn origin(key: &str, principal: Option<&Principal>, (action, resource): (&str, &str), facts: Facts<'_>) -> Origin {
    let one = |value: &str| Origin::Known(ContextValue::One(value.into()));
    if let Some((_, value)) = facts.keys.iter().find(|(known, _)| *known == key) {
        return one(value);
    }
    if let Some(tag) = key.strip_prefix("aws:principaltag/") {
        return match principal.map(|principal| &principal.tags) {
            Some(Some(tags)) => {
                tags.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).map_or(Origin::Absent, |(_, value)| one(value))
            }
            Some(None) => Origin::Circumstance,
            None => Origin::Absent,
        };
    }
    if let Some((_, tag)) = key.split_once(":resourcetag/") {
        return match facts.tags {
            Some(tags) => tags.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).map_or(Origin::Absent, |(_, value)| one(value)),
            None => Origin::Circumstance,
        };
    }
    match key {
        "aws:principalarn" | "aws:principalaccount" | "aws:username" => Origin::Absent,
        "aws:principaltype" => match principal.map(|principal| &principal.kind) {
            Some(Kind::User { .. }) => one("User"),
            Some(Kind::Role { .. }) => one("AssumedRole"),
            None => Origin::Absent,
        },
        "aws:securetransport" => one("true"),
        "aws:viaawsservice" | "aws:principalisawsservice" => one("false"),
        "aws:resourceaccount" => account_of(resource).or(principal.map(|one| one.account.as_str())).map_or(Origin::Absent, one),
        "aws:requestedregion" | "aws:useragent" | "aws:referer" | "aws:tagkeys" => Origin::Chosen,
        "sts:externalid" | "sts:rolesessionname" | "sts:sourceidentity" | "sts:transitivetagkeys" | "iam:associatedresourcearn" => {
            Origin::Chosen
        }
        _ if key.starts_with("aws:requesttag/") => Origin::Chosen,
        // A principal of an account calls for itself: no service stands between, and no other identity provider.
        "aws:sourcearn"
        | "aws:sourceaccount"
        | "aws:sourceowner"
        | "aws:calledvia"
        | "aws:calledviafirst"
        | "aws:calledvialast"
        | "aws:principalservicename"
        | "aws:principalservicenameslist"
        | "aws:federatedprovider"
        | "aws:sourceorgid" => Origin::Absent,
        _ if key.starts_with("iam:") || key.starts_with("saml:") || key.contains(".com:") => Origin::Absent,
        // What the call itself says, as far as the caller makes it up.
        _ if key.split(':').next() == action.split(':').next().map(str::to_ascii_lowercase).as_deref() => Origin::Chosen,
        _ => Origin::Circumstance,
    }
}

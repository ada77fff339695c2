//! Questions that the engine answers: does a document allow, grant more than another, let everybody in; and who ends as an administrator.
//!
//! The answers cost more than looking at statements does, and the same documents come again and again: a policy is attached to many, a
//! rule is asked once a resource. So they are kept by the digest of what was asked.

use super::{argument, document, finding, texts, undecidable};
use crate::iam::comparison::{self, Comparison, Kind};
use crate::iam::document::{Document, Effect, Principal, Selection, Version};
use crate::iam::escalation::{self, Chain};
use crate::iam::evaluation::{Caller, Context, Request, Truth, permits};
use crate::model::{AccountId, Coverage, Gap, GapKind, Region, Resource, ResourceId, ResourceType, Value};
use arcstr::ArcStr;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

#[cfg(test)]
#[path = "verdicts_tests.rs"]
mod tests;

pub(super) type Answer = Result<Value, Gap>;

/// The most answers that are kept; then they are forgotten together.
const MOST_KEPT: usize = 10_000;

/// The answer, worked out once for the same arguments.
pub(super) fn kept(function: &str, arguments: &[Value], work: impl FnOnce() -> Answer) -> Answer {
    static KEPT: LazyLock<Mutex<HashMap<[u8; 32], Answer>>> = LazyLock::new(Mutex::default);
    let mut digest = Sha256::new();
    digest.update(function);
    for argument in arguments {
        digest.update([0]);
        digest.update(argument.to_json().to_string());
    }
    let key: [u8; 32] = digest.finalize().into();
    // A panic elsewhere leaves whole entries behind.
    if let Some(answer) = KEPT.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return answer.clone();
    }
    let answer = work();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, answer.clone());
    answer
}

/// Whether a document, by itself, allows an action on a resource. What hangs on conditions cannot be told without a request.
pub(crate) fn allows(arguments: &[Value]) -> Answer {
    let document = document(arguments)?;
    let text = |at| argument(arguments, at)?.as_str().ok_or_else(|| undecidable("iam.allows takes a document and two texts"));
    let request = Request {
        caller: Caller::Anonymous,
        action: text(1)?.into(),
        resource: text(2)?.into(),
        resource_account: None,
        context: Context::default(),
    };
    // If all that gives hold its conditions against it, and all that takes does not; and the other way round.
    let least = permits(&settled(&document, Effect::Deny), &request, false);
    let most = permits(&settled(&document, Effect::Allow), &request, false);
    match (least, most) {
        (Truth::Yes, _) => Ok(Value::Bool(true)),
        (_, Truth::No) => Ok(Value::Bool(false)),
        (Truth::No | Truth::Unsure(_), Truth::Yes) => Err(undecidable("whether it is allowed depends on conditions")),
        (Truth::No | Truth::Unsure(_), Truth::Unsure(why)) => Err(undecidable(why)),
    }
}

/// The document with the conditions of one effect met, and its other conditioned statements left out.
fn settled(document: &Document, met: Effect) -> Document {
    let mut settled = document.clone();
    settled.statements.retain(|statement| statement.conditions.is_empty() || statement.effect == met);
    settled.statements.iter_mut().for_each(|statement| statement.conditions.clear());
    settled
}

/// The statements by which a document allows what another does not, each with a request that shows it; none where it is proven that
/// there is none. Where one is found it does not matter that another cannot be told.
pub(crate) fn grants_more_than(arguments: &[Value]) -> Answer {
    let (new, existing) = (document(arguments)?, document(arguments.get(1..).unwrap_or_default())?);
    kept("iam.grants_more_than", arguments, || {
        let (mut found, mut doubt) = (thin_vec::ThinVec::new(), None);
        let denies: Vec<_> = new.statements.iter().filter(|statement| statement.effect == Effect::Deny).cloned().collect();
        for statement in new.allows() {
            let statements = std::iter::once(statement.clone()).chain(denies.iter().cloned()).collect();
            let one = Document { version: new.version, id: None, statements };
            match comparison::compare(&existing, &one, Kind::Identity) {
                Comparison::NoNewAccess => {}
                Comparison::NewAccess { witness, .. } => {
                    let own = [("action", Value::Str(witness.action.clone())), ("resource", Value::Str(witness.resource.clone()))];
                    found.push(finding(statement, own));
                }
                Comparison::Unknown(why) => doubt = Some(why),
            }
        }
        match doubt {
            Some(why) if found.is_empty() => Err(undecidable(why)),
            _ => Ok(Value::List(found)),
        }
    })
}

/// Whether a resource's policy lets everybody in: a statement for everybody that names no origin, and that no other takes back.
pub(crate) fn public(arguments: &[Value]) -> Answer {
    let document = document(arguments)?;
    kept("iam.public", arguments, || {
        let open: Vec<_> = document
            .allows()
            .filter(|statement| !statement.conditions.iter().any(|condition| condition.names_origin()))
            .filter(|statement| match &statement.principals {
                Some(Selection::Only(listed)) => listed.contains(&Principal::Anyone),
                Some(Selection::AllBut(listed)) => !listed.contains(&Principal::Anyone),
                None => false,
            })
            .cloned()
            .collect();
        let denies = document.statements.iter().filter(|statement| statement.effect == Effect::Deny).cloned().collect::<Vec<_>>();
        if open.is_empty() || denies.is_empty() {
            return Ok(Value::Bool(!open.is_empty()));
        }
        let left = Document { version: document.version, id: None, statements: [open, denies].concat() };
        let nothing = Document { version: Version::V2012, id: None, statements: Vec::new() };
        match comparison::compare(&nothing, &left, Kind::Resource) {
            Comparison::NoNewAccess => Ok(Value::Bool(false)),
            Comparison::NewAccess { .. } => Ok(Value::Bool(true)),
            Comparison::Unknown(why) => Err(undecidable(why)),
        }
    })
}

/// Every principal that is no administrator, with the chains by which it becomes one. Users, roles, groups and policies come as maps with
/// `id`, `properties` and `tags`. Where none is proven and one cannot be told, the chains are a gap.
pub(crate) fn paths(arguments: &[Value]) -> Answer {
    let list =
        |at| argument(arguments, at)?.as_list().ok_or_else(|| undecidable("iam.paths takes lists of users, roles, groups and policies"));
    let lists = [list(0)?, list(1)?, list(2)?, list(3)?];
    kept("iam.paths", arguments, || {
        let mut resources = Vec::new();
        let kinds = ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy"];
        for (list, kind) in lists.into_iter().zip(kinds) {
            for item in list {
                resources.push(resource(item, kind)?);
            }
        }
        let principals: BTreeSet<ArcStr> = resources
            .iter()
            .filter(|resource| kinds.iter().take(2).any(|kind| resource.resource_type.as_str() == *kind))
            .map(|resource| resource.id.shared().clone())
            .collect();
        let found = escalation::find(&resources, &Coverage::default());
        let mut chains: BTreeMap<&ArcStr, Vec<&Chain>> = BTreeMap::new();
        for chain in &found.chains {
            chains.entry(&chain.principal).or_default().push(chain);
        }
        let undecided: BTreeMap<&ArcStr, &escalation::Undecided> = found.undecided.iter().map(|one| (&one.principal, one)).collect();
        let rows = principals.iter().map(|arn| {
            let told = chains.get(arn).map(Vec::as_slice).unwrap_or_default();
            let list = match (told, undecided.get(arn)) {
                ([], Some(one)) => Value::gap(undecidable(arcstr::format!(
                    "whether {} leads to {} cannot be told: {}",
                    one.path_id,
                    one.target,
                    one.reason
                ))),
                _ => Value::List(told.iter().map(|chain| row(chain)).collect()),
            };
            Value::map([("principal".into(), Value::Str(arn.clone())), ("chains".into(), list)], &super::SHAPES)
        });
        Ok(Value::List(rows.collect()))
    })
}

fn row(chain: &Chain) -> Value {
    let steps = chain.steps.iter().map(|step| format!("{} on {}", step.action, step.resource));
    let fix = chain.fix.as_ref();
    let edit = fix.map_or_else(String::new, |fix| format!("in {}, statement {}: {}", fix.policy, fix.statement_index, fix.text));
    let entries: [(ArcStr, Value); 4] = [
        ("path_id".into(), Value::str(chain.path_id)),
        ("target".into(), Value::Str(chain.target.clone())),
        ("steps".into(), texts(steps)),
        ("fix".into(), Value::str(edit)),
    ];
    Value::map(entries, &super::SHAPES)
}

fn resource(item: &Value, kind: &str) -> Result<Resource, Gap> {
    let id = item.get("id").and_then(Value::as_str).ok_or_else(|| Gap::new(GapKind::Failed, "iam.paths takes maps with an id"))?;
    let account = crate::iam::document::account_of(id).unwrap_or_default();
    Ok(Resource {
        id: ResourceId::new(id),
        resource_type: ResourceType::new(kind),
        name: id.rsplit('/').next().unwrap_or_default().into(),
        account: AccountId::new(account),
        region: Region::global(),
        tags: item.get("tags").cloned().unwrap_or_else(Value::empty_map),
        properties: item.get("properties").cloned().unwrap_or_default(),
        state: item.get("state").cloned().unwrap_or_else(Value::empty_map),
        origin: None,
    })
}

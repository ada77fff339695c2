//! Whether a principal may do something, answered by the engine.
//!
//! Of the policies of a class only the statements that speak of the action are kept, once for each action: most questions then look
//! at a handful of statements, and most principals have none that allows an action that the ways need.

use super::context::{Facts, Verdict, may_meet, weigh};
use super::estate::Principal;
use crate::iam::document::{Condition, Document, Selection, Version};
use crate::iam::evaluation::{self, Answer, Caller, Context, Outcome, Policies, Policy, Request, Truth};
use arcstr::ArcStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What was sorted out for an action of policies at an address; the policies are kept, so that the address stays theirs.
type Sorted = (Arc<Policies>, Option<Rc<Slice>>);

/// Answers, and remembers what it sorted out on the way.
#[derive(Default)]
pub struct Asker {
    slices: RefCell<HashMap<(usize, &'static str), Sorted>>,
    trusted: RefCell<HashMap<(usize, &'static str, ArcStr), Verdict>>,
}

/// Who asks, under which policies: its own, or what would be left of them after an edit.
#[derive(Clone)]
pub struct Who<'a> {
    /// The principal.
    pub principal: &'a Principal,
    /// Its policies.
    pub policies: Arc<Policies>,
    /// Whether they are its own. What would be after an edit is asked about once, and not remembered.
    pub own: bool,
}

/// The statements of a class that speak of one action.
#[derive(Debug)]
struct Slice {
    policies: Policies,
    conditions: Vec<Condition>,
    /// Whether the answer is the same whoever of the class asks.
    plain: bool,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// The action.
    pub action: &'static str,
    /// On what.
    pub resource: &'a str,
    /// What else is known.
    pub facts: Facts<'a>,
    /// The policy of the resource: a role's trust.
    pub guard: Option<&'a Policy>,
}

impl Asker {
    /// Whether some statement of its own lets it do this on anything at all, or may.
    pub fn speaks_of(&self, who: &Who<'_>, action: &'static str) -> bool {
        self.slice(who, action).is_some()
    }

    /// Whether the answer depends on nothing but the class.
    pub fn is_plain(&self, who: &Who<'_>, action: &'static str) -> bool {
        self.slice(who, action).is_none_or(|slice| slice.plain)
    }

    /// Whether a statement that allows an action is left when those are passed over whose conditions this principal never meets.
    pub fn survives(&self, who: &Who<'_>, action: &'static str) -> bool {
        let Some(slice) = self.slice(who, action) else { return false };
        slice.plain
            || slice.policies.identity.iter().any(|policy| match &policy.document {
                Ok(document) => document.allows().any(|statement| may_meet(who.principal, &statement.conditions, document.version)),
                Err(_) => true,
            })
    }

    /// The patterns of resources that its own policies allow an action on.
    pub fn patterns(&self, who: &Who<'_>, action: &'static str) -> Vec<ArcStr> {
        let Some(slice) = self.slice(who, action) else { return Vec::new() };
        let documents = slice.policies.identity.iter().filter_map(|policy| policy.document.as_ref().ok());
        let listed = documents.flat_map(|document| document.allows()).filter_map(|statement| match &statement.resources {
            Some(Selection::Only(listed)) => Some(listed.iter().map(|pattern| pattern.0.clone())),
            Some(Selection::AllBut(_)) | None => None,
        });
        listed.flatten().collect()
    }

    /// Whether it may.
    pub fn may(&self, who: &Who<'_>, act: Act<'_>) -> Verdict {
        let slice = self.slice(who, act.action);
        let guard = act.guard.map(|policy| cut(policy, act.action));
        if slice.is_none() && guard.is_none() {
            return Verdict::No;
        }
        let nothing;
        let own = match &slice {
            Some(slice) => &**slice,
            None => {
                // Nothing of its own speaks of it, but the resource may; limits must be looked at all the same.
                nothing = cut_all(&who.policies, act.action);
                &nothing
            }
        };
        let with_guard;
        let (policies, conditions, plain) = match guard {
            None => (&own.policies, &own.conditions, own.plain),
            Some(guard) => {
                let (more, plain) = open_parts(std::slice::from_ref(&guard));
                with_guard = (Policies { resource: Some(guard), ..own.policies.clone() }, [own.conditions.clone(), more].concat());
                (&with_guard.0, &with_guard.1, own.plain && plain)
            }
        };
        let ask = |context: Context| {
            let request = Request {
                caller: Caller::Arn(who.principal.arn.clone()),
                action: act.action.into(),
                resource: act.resource.into(),
                resource_account: None,
                context,
            };
            evaluation::evaluate(&request, policies)
        };
        if plain {
            return verdict(ask(Context::default()));
        }
        weigh(Some(who.principal), (act.action, act.resource), act.facts, conditions, ask)
    }

    /// Whether a role lets a service in, for something of its own account.
    pub fn trusts(&self, role: &Principal, service: &'static str) -> Verdict {
        let Some(trust) = role.trust() else { return Verdict::No };
        let document = match &trust.document {
            Ok(document) => document,
            Err(why) => return Verdict::Unsure(arcstr::format!("{} cannot be understood: {why}", trust.label)),
        };
        let key = (Arc::as_ptr(document) as usize, service, role.account.clone());
        if let Some(known) = self.trusted.borrow().get(&key) {
            return known.clone();
        }
        let conditions: Vec<Condition> = document.statements.iter().flat_map(|statement| &statement.conditions).cloned().collect();
        let ask = |context: Context| {
            let request = Request {
                caller: Caller::Named(service.into()),
                action: "sts:AssumeRole".into(),
                resource: role.arn.clone(),
                resource_account: None,
                context,
            };
            let (outcome, reason) = match evaluation::permits(document, &request, true) {
                Truth::Yes => (Outcome::Allowed, String::new()),
                Truth::No => (Outcome::ImplicitDeny, String::new()),
                Truth::Unsure(why) => (Outcome::Unknown, why.to_string()),
            };
            Answer { outcome, decided_by: Vec::new(), reason }
        };
        let mut verdict = Verdict::No;
        for source in sources(&conditions, &role.account) {
            let mut keys = vec![("aws:sourceaccount", role.account.as_str())];
            keys.extend(source.as_deref().map(|source| ("aws:sourcearn", source)));
            match weigh(None, ("sts:AssumeRole", &role.arn), Facts { keys: &keys, tags: Some(&[]) }, &conditions, ask) {
                Verdict::No => {}
                yes @ Verdict::Yes(_) => {
                    verdict = yes;
                    break;
                }
                unsure @ Verdict::Unsure(_) => verdict = unsure,
            }
        }
        self.trusted.borrow_mut().insert(key, verdict.clone());
        verdict
    }

    fn slice(&self, who: &Who<'_>, action: &'static str) -> Option<Rc<Slice>> {
        let key = (Arc::as_ptr(&who.policies) as usize, action);
        if let Some((_, slice)) = self.slices.borrow().get(&key) {
            return slice.clone();
        }
        let allows = |policy: &Policy| match &policy.document {
            Ok(document) => document.allows().any(|statement| statement.covers_action(action)),
            Err(_) => true,
        };
        let slice = who.policies.identity.iter().any(allows).then(|| Rc::new(cut_all(&who.policies, action)));
        if who.own {
            self.slices.borrow_mut().insert(key, (Arc::clone(&who.policies), slice.clone()));
        }
        slice
    }
}

/// For what a service may act in the account: what the caller makes has a name of its choice, so a condition on that is met where it
/// leaves room for something of this account.
fn sources(conditions: &[Condition], account: &str) -> Vec<Option<String>> {
    let mut sources = vec![None];
    for value in conditions.iter().filter(|condition| condition.is_on("aws:SourceArn")).flat_map(|condition| &condition.values) {
        let mut parts: Vec<String> = value.splitn(6, ':').map(|part| part.replace(['*', '?'], "x")).collect();
        let Some(named) = parts.get_mut(4) else { continue };
        if value.split(':').nth(4).is_some_and(|written| written.contains(['*', '?'])) {
            account.clone_into(named);
        }
        // A source of another account is nobody's of this one; a bucket's ARN has none.
        if named == account || named.is_empty() {
            sources.push(Some(parts.join(":")));
        }
    }
    sources
}

fn verdict(answer: Answer) -> Verdict {
    match answer.outcome {
        Outcome::Allowed => Verdict::Yes(answer.decided_by),
        Outcome::ImplicitDeny | Outcome::ExplicitDeny => Verdict::No,
        Outcome::Unknown => Verdict::Unsure(answer.reason.into()),
    }
}

fn cut_all(policies: &Policies, action: &str) -> Slice {
    let list = |list: &[Policy]| list.iter().map(|policy| cut(policy, action)).collect::<Vec<_>>();
    // Resource control policies limit the taking of roles, and nothing of IAM itself.
    let by_resource = action.starts_with("sts:");
    let policies = Policies {
        identity: list(&policies.identity).into_iter().filter(speaks).collect(),
        resource: None,
        boundaries: list(&policies.boundaries),
        sessions: Vec::new(),
        endpoints: Vec::new(),
        service_control: policies.service_control.iter().map(|level| list(level)).collect(),
        resource_control: policies.resource_control.iter().filter(|_| by_resource).map(|level| list(level)).collect(),
    };
    let mut plain = true;
    let mut conditions = Vec::new();
    let layers = [&policies.identity, &policies.boundaries];
    for layer in layers.into_iter().chain(&policies.service_control).chain(&policies.resource_control) {
        let (more, same) = open_parts(layer);
        conditions.extend(more);
        plain &= same;
    }
    Slice { policies, conditions, plain }
}

fn speaks(policy: &Policy) -> bool {
    policy.document.as_ref().map_or(true, |document| !document.statements.is_empty())
}

/// What of a policy speaks of an action. Statements keep their place in it.
fn cut(policy: &Policy, action: &str) -> Policy {
    let document = policy.document.as_ref().map_err(ArcStr::clone).map(|document| {
        if document.statements.iter().all(|statement| statement.covers_action(action)) {
            return Arc::clone(document);
        }
        let statements = document.statements.iter().filter(|statement| statement.covers_action(action)).cloned().collect();
        Arc::new(Document { version: document.version, id: None, statements })
    });
    Policy { label: policy.label.clone(), document }
}

/// The conditions of policies, and whether who asks makes no difference to them.
fn open_parts(policies: &[Policy]) -> (Vec<Condition>, bool) {
    let mut conditions = Vec::new();
    let mut plain = true;
    for document in policies.iter().filter_map(|policy| policy.document.as_ref().ok()) {
        for statement in &document.statements {
            conditions.extend(statement.conditions.iter().cloned());
            let listed = statement.resources.iter().flat_map(Selection::listed);
            plain &= document.version != Version::V2012 || !listed.into_iter().any(|pattern| pattern.0.contains("${"));
        }
    }
    plain &= conditions.is_empty();
    (conditions, plain)
}

/// The same policies with one document in the place of another, wherever it stands.
pub fn replaced(policies: &Policies, old: &Policy, new: Option<&Policy>) -> Arc<Policies> {
    let swapped = |policy: &Policy| if policy.label == old.label { new.cloned() } else { Some(policy.clone()) };
    Arc::new(Policies { identity: policies.identity.iter().filter_map(swapped).collect(), ..policies.clone() })
}

//! The smallest edit that breaks a chain, proven: the policies are edited and the engine is asked again.
//!
//! Edits are tried from the smallest on: one action taken out of a list, a statement or an attachment taken away, a principal no longer
//! trusted, a statement added that denies. What others grant besides is found by asking again, so an edit that changes nothing is never
//! told. Only the first way of a chain is broken: it is what its principal holds in its own hands.

use super::ask::{Who, replaced};
use super::estate::{Principal, is_of_aws};
use super::place::Call;
use super::reach::Scout;
use super::search::Edge;
use super::table::Gain;
use crate::iam::document::{ActionPattern, Document, Effect, ResourcePattern, Selection, Statement, Version};
use crate::iam::evaluation::{Decider, Policies, Policy};
use arcstr::ArcStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// An edit of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The policy: the ARN of a managed one, the owner's ARN and the name of one that is its own, or whose trust policy it is.
    pub policy: ArcStr,
    /// The statement, from zero; that of a new one is the first that is free.
    pub statement_index: usize,
    /// What to do.
    pub text: String,
}

/// Finds edits, and remembers those that hold for a whole class.
pub struct Fixer<'s, 'a> {
    scout: &'s Scout<'a>,
    known: RefCell<HashMap<(usize, &'static str), Option<Fix>>>,
}

impl<'s, 'a> Fixer<'s, 'a> {
    /// Over what a scout knows.
    pub fn new(scout: &'s Scout<'a>) -> Self {
        Self { scout, known: RefCell::default() }
    }

    /// The smallest edit after which the way does not stand any more.
    pub fn smallest(&self, edge: &Edge) -> Option<Fix> {
        let me = self.scout.estate.principals.get(edge.from)?;
        let who = self.scout.who(me);
        // An action that nothing allows any more closes the way to every target, for the whole class.
        let key = (me.class, edge.way.id);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone().or_else(|| self.particular(&who, edge));
        }
        let general = edge.calls.iter().filter_map(|call| self.less_action(&who, call)).next();
        self.known.borrow_mut().insert(key, general.clone());
        general.or_else(|| self.particular(&who, edge))
    }

    /// One action taken out of the list of the only statement that allows it.
    fn less_action(&self, who: &Who<'a>, call: &Call) -> Option<Fix> {
        call.by.iter().find_map(|decider| {
            let (policies, fix) = self.shorter(who, call, decider)?;
            let after = Who { principal: who.principal, policies, own: false };
            let closed = call.action != "sts:AssumeRole" && !self.scout.asker.speaks_of(&after, call.action);
            closed.then_some(fix)
        })
    }

    /// An edit for this target.
    fn particular(&self, who: &Who<'a>, edge: &Edge) -> Option<Fix> {
        let identity = edge.calls.iter().flat_map(|call| call.by.iter().map(move |decider| (call, decider)));
        let smaller = identity.clone().filter_map(|(call, decider)| self.shorter(who, call, decider));
        let attached = identity.clone().filter_map(|(_, decider)| self.detached(who, decider));
        let trusted = identity.clone().filter_map(|(_, decider)| self.untrusted(who, edge, decider));
        let denied = identity.filter_map(|(call, decider)| self.denied(who, call, decider));
        let mut edits = smaller.chain(attached).chain(denied);
        let found =
            edits.find_map(|(policies, fix)| (!self.stands(&Who { principal: who.principal, policies, own: false }, edge)).then_some(fix));
        found.or_else(|| trusted.into_iter().next()).or_else(|| self.forbidden(who, edge))
    }

    /// Whether the way still stands under other policies.
    fn stands(&self, who: &Who<'a>, edge: &Edge) -> bool {
        let target = edge.to.and_then(|to| self.scout.estate.principals.get(to));
        match (edge.way.gain, target) {
            (Gain::Own(lever), _) => {
                self.scout.own(who, edge.way, lever).iter().any(|(target, found)| *target == edge.target && found.is_ok())
            }
            (Gain::Become(door, lever), Some(target)) => self.scout.enter(who, edge.way, (door, lever), target).is_ok(),
            (Gain::Pass(service), Some(target)) => self.scout.pass(who, edge.way, service, target).is_ok(),
            (Gain::Existing(host), Some(target)) => self.scout.existing(who, edge.way, host, target).is_ok(),
            (Gain::Become(..) | Gain::Pass(_) | Gain::Existing(_), None) => false,
        }
    }

    /// The action that is named, out of the list.
    fn shorter(&self, who: &Who<'a>, call: &Call, decider: &Decider) -> Option<(Arc<Policies>, Fix)> {
        let (policy, document, statement) = own(who, decider)?;
        let Selection::Only(listed) = &statement.actions else { return None };
        let named = listed.iter().position(|pattern| pattern.0.eq_ignore_ascii_case(call.action))?;
        let mut edited = Document::clone(document);
        let text = if listed.len() == 1 {
            edited.statements.retain(|one| one.index != statement.index);
            format!("remove the statement, whose only action is {}", call.action)
        } else {
            let Selection::Only(left) = &mut find(&mut edited, statement.index)?.actions else { return None };
            left.remove(named);
            format!("remove {} from its actions", call.action)
        };
        Some(edit(who, policy, edited, statement.index, text))
    }

    /// A policy of AWS, which nobody can edit, detached.
    fn detached(&self, who: &Who<'a>, decider: &Decider) -> Option<(Arc<Policies>, Fix)> {
        let grant = who.principal.grants.iter().find(|grant| grant.policy.label == decider.policy)?;
        let arn = grant.managed.as_ref().filter(|arn| is_of_aws(arn))?;
        let from = grant.group.as_ref().unwrap_or(&who.principal.arn);
        let fix = Fix { policy: arn.clone(), statement_index: decider.statement_index, text: format!("detach it from {from}") };
        Some((replaced(&who.policies, &grant.policy, None), fix))
    }

    /// A statement that denies, added to the policy.
    fn denied(&self, who: &Who<'a>, call: &Call, decider: &Decider) -> Option<(Arc<Policies>, Fix)> {
        let (policy, document, _) = own(who, decider)?;
        let mut edited = Document::clone(document);
        let index = edited.statements.iter().map(|one| one.index + 1).max().unwrap_or(0);
        edited.statements.push(denying(call, index));
        Some(edit(who, policy, edited, index, deny_text(call)))
    }

    /// The role no longer trusting the caller by its name.
    fn untrusted(&self, who: &Who<'a>, edge: &Edge, decider: &Decider) -> Option<Fix> {
        let target = self.scout.estate.principals.get(edge.to?)?;
        let trust = target.trust().filter(|trust| trust.label == decider.policy)?;
        let document = trust.document.as_ref().ok()?;
        let mut edited = Document::clone(document);
        let statement = find(&mut edited, decider.statement_index)?;
        let Some(Selection::Only(listed)) = &mut statement.principals else { return None };
        let arn = &who.principal.arn;
        let text = if let [_] = listed.as_slice() {
            edited.statements.retain(|one| one.index != decider.statement_index);
            format!("remove the statement, or trust somebody else than {arn} in it")
        } else {
            listed.retain(|one| one.to_string() != **arn);
            format!("remove {arn} from its principals")
        };
        let kind = super::estate::Kind::Role { trust: Policy { label: trust.label.clone(), document: Ok(Arc::new(edited)) } };
        let after = Principal { kind, ..target.clone() };
        let fix = Fix { policy: trust.label.clone(), statement_index: decider.statement_index, text };
        (!self.takes(who, &after)).then_some(fix)
    }

    fn takes(&self, who: &Who<'a>, role: &Principal) -> bool {
        let facts = super::context::Facts { keys: &[], tags: role.tags.as_deref() };
        let act = super::ask::Act { action: "sts:AssumeRole", resource: &role.arn, facts, guard: role.trust() };
        !matches!(self.scout.asker.may(who, act), super::context::Verdict::No)
    }

    /// A policy of its own that denies, for who is let in without any.
    fn forbidden(&self, who: &Who<'a>, edge: &Edge) -> Option<Fix> {
        edge.calls.iter().find_map(|call| {
            let label = arcstr::format!("{} (a new policy)", who.principal.arn);
            let document = Document { version: Version::V2012, id: None, statements: vec![denying(call, 0)] };
            let mut policies = Policies::clone(&who.policies);
            policies.identity.push(Policy { label: label.clone(), document: Ok(Arc::new(document)) });
            let after = Who { principal: who.principal, policies: Arc::new(policies), own: false };
            let fix = Fix { policy: label, statement_index: 0, text: deny_text(call) };
            (!self.stands(&after, edge)).then_some(fix)
        })
    }
}

/// The policy of the caller that a decider names, where people can edit it.
fn own<'w>(who: &'w Who<'_>, decider: &Decider) -> Option<(&'w Policy, &'w Arc<Document>, &'w Statement)> {
    let policy = who.policies.identity.iter().find(|policy| policy.label == decider.policy).filter(|policy| !is_of_aws(&policy.label))?;
    let document = policy.document.as_ref().ok()?;
    let statement = document.statements.iter().find(|statement| statement.index == decider.statement_index)?;
    Some((policy, document, statement))
}

fn find(document: &mut Document, index: usize) -> Option<&mut Statement> {
    document.statements.iter_mut().find(|statement| statement.index == index)
}

fn edit(who: &Who<'_>, policy: &Policy, edited: Document, statement_index: usize, text: String) -> (Arc<Policies>, Fix) {
    let new = Policy { label: policy.label.clone(), document: Ok(Arc::new(edited)) };
    (replaced(&who.policies, policy, Some(&new)), Fix { policy: policy.label.clone(), statement_index, text })
}

fn denying(call: &Call, index: usize) -> Statement {
    Statement {
        index,
        sid: None,
        effect: Effect::Deny,
        principals: None,
        actions: Selection::Only(vec![ActionPattern(call.action.into())]),
        resources: Some(Selection::Only(vec![ResourcePattern(denied_resource(call))])),
        conditions: Vec::new(),
    }
}

/// What is denied: the principal or policy that is reached, or everything where the thing has a name that was made up.
fn denied_resource(call: &Call) -> ArcStr {
    if call.action.starts_with("iam:") || call.action.starts_with("sts:") { call.resource.clone() } else { "*".into() }
}

fn deny_text(call: &Call) -> String {
    format!(r#"add {{"Effect": "Deny", "Action": "{}", "Resource": "{}"}}"#, call.action, denied_resource(call))
}

//! Whether one way leads one principal to another, or to more of its own: each action of the way asked of the engine, with what it
//! stands on.

use super::ask::{Act, Asker, Who, replaced};
use super::builtin::{self, ADMINISTRATOR_ARN};
use super::context::{Facts, Verdict};
use super::estate::{Estate, Kind, Principal, everything};
use super::place::{self, Call, Given};
use super::table::{Door, Gain, Host, Lever, Way};
use super::worth::Worth;
use crate::iam::document::{self, Document};
use crate::iam::evaluation::{Policies, Policy};
use arcstr::ArcStr;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

type Placed = Rc<Result<Vec<Call>, Verdict>>;

/// Policies at an address, a way, and the host that it takes over, where it takes one.
type PlacedKey = (usize, &'static str, Option<ArcStr>);

/// Asks for ways, and remembers what is the same for a whole class.
pub struct Scout<'a> {
    /// Who there is.
    pub estate: &'a Estate,
    /// The engine.
    pub asker: Asker,
    /// Who is an administrator.
    pub worth: Worth,
    placed: RefCell<HashMap<PlacedKey, (Arc<Policies>, Placed)>>,
    /// Whether a principal is an administrator once a policy is put on it or rewritten, by both.
    raised: RefCell<HashMap<(ArcStr, ArcStr), bool>>,
    /// The policies of accounts that make whoever has them an administrator.
    worthy: OnceCell<Vec<Policy>>,
}

/// The calls of a way that stands, or why it does not.
pub type Found = Result<Vec<Call>, Verdict>;

impl<'a> Scout<'a> {
    /// Over these principals.
    pub fn new(estate: &'a Estate) -> Self {
        Self {
            estate,
            asker: Asker::default(),
            worth: Worth::default(),
            placed: RefCell::default(),
            raised: RefCell::default(),
            worthy: OnceCell::new(),
        }
    }

    /// A principal with its own policies.
    pub fn who(&self, principal: &'a Principal) -> Who<'a> {
        Who { principal, policies: Arc::clone(self.estate.class(principal.class)), own: true }
    }

    /// Whether the policies of a caller speak of all that a way takes. Taking a role may be allowed by the role alone.
    pub fn may_go(&self, who: &Who<'_>, way: &Way) -> bool {
        way.needs.iter().all(|action| *action == "sts:AssumeRole" || self.asker.speaks_of(who, action))
    }

    /// Whether the way makes the caller itself more: each thing that it can be done by, a policy or a group, or the caller.
    pub fn own(&self, who: &Who<'a>, way: &'static Way, lever: Lever) -> Vec<(ArcStr, Found)> {
        let me = who.principal;
        let [action] = way.needs else { return Vec::new() };
        match (lever, &me.kind) {
            (Lever::User, Kind::User { .. }) => vec![(me.arn.clone(), self.put(who, who, action, &me.arn))],
            (Lever::Role, Kind::Role { .. }) if !me.is_kept_by_aws() => vec![(me.arn.clone(), self.put(who, who, action, &me.arn))],
            (Lever::Version, _) => vec![(me.arn.clone(), self.version(who, who, action))],
            (Lever::Group, Kind::User { groups, .. }) => {
                let tries = groups.iter().map(|group| self.put(who, who, action, group));
                first(tries).map(|found| (me.arn.clone(), found)).into_iter().collect()
            }
            (Lever::Membership, Kind::User { groups, .. }) => {
                let others = self.estate.groups.iter().filter(|(arn, group)| group.account == me.account && !groups.contains(arn));
                others.map(|(arn, group)| (arn.clone(), self.joined(who, action, arn, group))).collect()
            }
            (Lever::User | Lever::Role | Lever::Group | Lever::Membership, _) => Vec::new(),
        }
    }

    /// Whether the way makes the caller another principal. Where the way makes that one more first, it must be an administrator then.
    pub fn enter(&self, who: &Who<'a>, way: &'static Way, (door, lever): (Door, Option<Lever>), target: &'a Principal) -> Found {
        let same_account = who.principal.account == target.account;
        if who.principal.arn == target.arn || (!same_account && way.id != "sts-001") {
            return Err(Verdict::No);
        }
        let fits = match (door, &target.kind) {
            (Door::Assume, Kind::Role { .. }) => !target.is_service_linked(),
            (Door::Trust, Kind::Role { .. }) => !target.is_kept_by_aws(),
            (Door::Key | Door::SpareKey, Kind::User { keys, .. }) => door == Door::SpareKey || keys.is_none_or(|keys| keys < 2),
            (Door::NewPassword, Kind::User { password, .. }) => *password != Some(true),
            (Door::Password, Kind::User { password, .. }) => *password != Some(false),
            (Door::Assume | Door::Trust, Kind::User { .. }) | (_, Kind::Role { .. }) => false,
        };
        if !fits {
            return Err(Verdict::No);
        }
        let mut calls = Vec::new();
        if let (Some(lever), Some(action)) = (lever, way.needs.first()) {
            let raised = self.who(target);
            calls.extend(match lever {
                Lever::Version => self.version(who, &raised, action)?,
                Lever::User | Lever::Role | Lever::Group | Lever::Membership if target.is_kept_by_aws() => return Err(Verdict::No),
                Lever::User | Lever::Role | Lever::Group | Lever::Membership => self.put(who, &raised, action, &target.arn)?,
            });
        }
        for &action in way.needs.iter().skip(calls.len()) {
            let guard = target.trust().filter(|_| action == "sts:AssumeRole");
            calls.push(self.one(who, action, &target.arn, target, guard)?);
        }
        if door == Door::Trust {
            // Whoever writes the trust policy names itself; what forbids it to take roles still holds.
            let guard = trusting(&who.principal.arn);
            self.one(who, "sts:AssumeRole", &target.arn, target, Some(&guard))?;
        }
        Ok(calls)
    }

    /// Whether the way lets a service run something of the caller under the role.
    pub fn pass(&self, who: &Who<'a>, way: &'static Way, service: &'static str, target: &'a Principal) -> Found {
        self.lets_in(who, service, target)?;
        let facts = Facts { keys: &[("iam:passedtoservice", service)], tags: target.tags.as_deref() };
        let act = Act { action: "iam:PassRole", resource: &target.arn, facts, guard: None };
        let by = match self.asker.may(who, act) {
            Verdict::Yes(by) => by,
            other => return Err(other),
        };
        let handed = Call { action: "iam:PassRole", resource: target.arn.clone(), by };
        let placed = self.placed(who, way, Given { host: None, new: true });
        let calls = Result::clone(&placed)?;
        Ok(std::iter::once(handed).chain(calls).collect())
    }

    /// Whether the way lets the caller use something that runs under the role already. Where the source does not have all things of the
    /// kind, a role that lets the service in is taken to be in use.
    pub fn existing(&self, who: &Who<'a>, way: &'static Way, host: &'static Host, target: &'a Principal) -> Found {
        self.lets_in(who, host.service, target)?;
        let Some(known) = self.estate.hosted(host, &target.account) else {
            return Result::clone(&self.placed(who, way, Given { host: None, new: false }));
        };
        let tries = known.into_iter().filter(|one| one.role == target.arn);
        let found = first(tries.map(|one| Result::clone(&self.placed(who, way, Given { host: Some((host.part, &one.arn)), new: false }))));
        found.unwrap_or(Err(Verdict::No))
    }

    fn lets_in(&self, who: &Who<'_>, service: &'static str, target: &Principal) -> Result<(), Verdict> {
        if who.principal.account != target.account || target.is_service_linked() {
            return Err(Verdict::No);
        }
        // An instance takes a role by its profile.
        let profiled = self.estate.profiled.get(&target.account).filter(|_| service == "ec2.amazonaws.com");
        if profiled.is_some_and(|roles| !roles.contains(&target.arn)) {
            return Err(Verdict::No);
        }
        match self.asker.trusts(target, service) {
            Verdict::Yes(_) => Ok(()),
            other => Err(other),
        }
    }

    /// What of a way stands on no principal, remembered where it is the same for the class.
    fn placed(&self, who: &Who<'_>, way: &'static Way, given: Given<'_>) -> Placed {
        let actions: Vec<&'static str> = way.needs.iter().copied().filter(|action| *action != "iam:PassRole").collect();
        let plain = actions.iter().all(|action| self.asker.is_plain(who, action));
        let key = (Arc::as_ptr(&who.policies) as usize, way.id, given.host.map(|(_, arn)| arn.into()));
        if let Some((_, known)) = self.placed.borrow().get(&key).filter(|_| plain) {
            return Rc::clone(known);
        }
        let placed = Rc::new(place::calls(&self.asker, who, &actions, given));
        if plain && who.own {
            self.placed.borrow_mut().insert(key, (Arc::clone(&who.policies), Rc::clone(&placed)));
        }
        placed
    }

    fn one(
        &self,
        who: &Who<'_>,
        action: &'static str,
        resource: &ArcStr,
        target: &Principal,
        guard: Option<&Policy>,
    ) -> Result<Call, Verdict> {
        self.with_keys(who, action, resource, target, guard, None)
    }

    fn with_keys(
        &self,
        who: &Who<'_>,
        action: &'static str,
        resource: &ArcStr,
        target: &Principal,
        guard: Option<&Policy>,
        attached: Option<&str>,
    ) -> Result<Call, Verdict> {
        let mut keys = Vec::new();
        keys.extend(target.boundary.as_deref().map(|boundary| ("iam:permissionsboundary", boundary)));
        keys.extend(attached.map(|policy| ("iam:policyarn", policy)));
        let facts = Facts { keys: &keys, tags: target.tags.as_deref() };
        match self.asker.may(who, Act { action, resource, facts, guard }) {
            Verdict::Yes(by) => Ok(Call { action, resource: resource.clone(), by }),
            other => Err(other),
        }
    }

    /// Whether a policy can be put on a principal or its group that makes it an administrator.
    fn put(&self, who: &Who<'_>, raised: &Who<'_>, action: &'static str, resource: &ArcStr) -> Found {
        let on_group = resource.contains(":group/");
        let holder = Principal { boundary: raised.principal.boundary.clone().filter(|_| !on_group), ..raised.principal.clone() };
        let written = everything();
        if !action.starts_with("iam:Attach") {
            self.raises(raised, &written)?;
            return Ok(vec![self.one(who, action, resource, &holder, None)?]);
        }
        let mut doubt = Verdict::No;
        let administrator = Policy { label: ADMINISTRATOR_ARN.into(), document: builtin::find(ADMINISTRATOR_ARN).ok_or(ArcStr::new()) };
        // A condition may leave open only some policies: those of the account that are worth it.
        let others = self.worthy().iter().filter(|policy| policy.label.split(':').nth(4) == Some(&who.principal.account));
        for policy in std::iter::once(&administrator).chain(others) {
            let tried = self.with_keys(who, action, resource, &holder, None, Some(&policy.label));
            match tried.and_then(|call| self.raises(raised, policy).map(|()| vec![call])) {
                Ok(calls) => return Ok(calls),
                Err(unsure @ Verdict::Unsure(_)) => doubt = unsure,
                Err(_) => {}
            }
            if self.asker.is_plain(who, action) {
                break;
            }
        }
        Err(doubt)
    }

    /// Whether a policy of the account that a principal has can be rewritten so that it becomes an administrator.
    fn version(&self, who: &Who<'_>, raised: &Who<'_>, action: &'static str) -> Found {
        let policies = raised.principal.own_versions().filter(|arn| arn.split(':').nth(4) == Some(&who.principal.account));
        let tries = policies.map(|arn| {
            let facts = Facts { keys: &[], tags: None };
            let by = match self.asker.may(who, Act { action, resource: arn, facts, guard: None }) {
                Verdict::Yes(by) => by,
                other => return Err(other),
            };
            let old = Policy { label: arn.clone(), document: Err(ArcStr::new()) };
            let new = Policy { label: arn.clone(), ..everything() };
            let policies = || replaced(&raised.policies, &old, Some(&new));
            self.raised(raised, arn, policies).map(|()| vec![Call { action, resource: arn.clone(), by }])
        });
        first(tries).unwrap_or(Err(Verdict::No))
    }

    /// Whether joining a group makes the caller an administrator.
    fn joined(&self, who: &Who<'_>, action: &'static str, arn: &ArcStr, group: &super::estate::Group) -> Found {
        let mut policies = (*who.policies).clone();
        policies.identity.extend(group.grants.iter().map(|grant| grant.policy.clone()));
        let after = Who { principal: who.principal, policies: Arc::new(policies), own: false };
        if !self.worth.is_administrator(&self.asker, &after) {
            return Err(Verdict::No);
        }
        let nobody = Principal { boundary: None, tags: Some(Vec::new()), ..who.principal.clone() };
        Ok(vec![self.one(who, action, arn, &nobody, None)?])
    }

    /// Whether a principal with one more policy is an administrator: its boundary, its organisation and what denies still hold.
    fn raises(&self, raised: &Who<'_>, policy: &Policy) -> Result<(), Verdict> {
        self.raised(raised, &policy.label, || {
            let mut policies = (*raised.policies).clone();
            policies.identity.push(policy.clone());
            Arc::new(policies)
        })
    }

    /// Whether a principal is an administrator under other policies, remembered by what changed about them.
    fn raised(&self, raised: &Who<'_>, change: &ArcStr, policies: impl FnOnce() -> Arc<Policies>) -> Result<(), Verdict> {
        let key = (raised.principal.arn.clone(), change.clone());
        let known = self.raised.borrow().get(&key).copied().filter(|_| raised.own);
        let is = known.unwrap_or_else(|| {
            let after = Who { principal: raised.principal, policies: policies(), own: false };
            self.worth.is_administrator(&self.asker, &after)
        });
        if raised.own {
            self.raised.borrow_mut().insert(key, is);
        }
        if is { Ok(()) } else { Err(Verdict::No) }
    }

    /// The policies of the accounts that are worth being attached.
    fn worthy(&self) -> &[Policy] {
        self.worthy.get_or_init(|| {
            let Some(anybody) = self.estate.principals.first() else { return Vec::new() };
            let alone = |policy: &&Policy| {
                let account = policy.label.split(':').nth(4).unwrap_or_default();
                let holder = Principal { account: account.into(), ..anybody.clone() };
                let policies = Arc::new(Policies { identity: vec![Policy::clone(policy)], ..Policies::default() });
                self.worth.is_administrator(&self.asker, &Who { principal: &holder, policies, own: false })
            };
            self.estate.managed.values().filter(alone).cloned().collect()
        })
    }
}

/// The first that stands; else the first that cannot be told; else the first that does not.
fn first(tries: impl Iterator<Item = Found>) -> Option<Found> {
    let mut kept: Option<Found> = None;
    for found in tries {
        match (&found, &kept) {
            (Ok(_), _) => return Some(found),
            (Err(Verdict::Unsure(_)), _) | (Err(_), None) => kept = Some(found),
            (Err(_), Some(_)) => {}
        }
    }
    kept
}

/// The trust policy that lets one principal in.
fn trusting(arn: &ArcStr) -> Policy {
    let statement = document::Statement {
        index: 0,
        sid: None,
        effect: document::Effect::Allow,
        principals: Some(document::Selection::Only(vec![document::Principal::Arn(arn.clone())])),
        actions: document::Selection::Only(vec![document::ActionPattern(arcstr::literal!("sts:AssumeRole"))]),
        resources: None,
        conditions: Vec::new(),
    };
    let document = Document { version: document::Version::V2012, id: None, statements: vec![statement] };
    Policy { label: arcstr::literal!("the trust policy that it writes"), document: Ok(Arc::new(document)) }
}

/// Which kinds of principals a way can lead to.
pub fn leads_to_roles(gain: Gain) -> bool {
    match gain {
        Gain::Become(door, _) => matches!(door, Door::Assume | Door::Trust),
        Gain::Pass(_) | Gain::Existing(_) => true,
        Gain::Own(_) => false,
    }
}

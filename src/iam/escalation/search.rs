//! The graph: who gets where by one way, and where that leads in the end.
//!
//! It is walked backwards from the administrators. First who becomes one by a single way; then who becomes one of those; and so on,
//! until nobody is new. So a way is asked only where it would lead somewhere, and each once. From every principal the shortest chain
//! of each way is kept, counted in calls.

use super::ask::Who;
use super::context::Verdict;
use super::estate::{Estate, Principal};
use super::place::Call;
use super::reach::{Found, Scout, leads_to_roles};
use super::table::{Door, Gain, Way, ways};
use crate::iam::document::{Effect, Principal as Named, Selection};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most targets that are told of one way of one principal.
const MOST_TARGETS: usize = 100;
/// The most undecided ways that are told.
const MOST_UNDECIDED: usize = 1000;

/// One way of one principal that stands.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The way.
    pub way: &'static Way,
    /// From whom.
    pub from: usize,
    /// To whom, where that is another; the caller itself becomes more otherwise.
    pub to: Option<usize>,
    /// The ARN of what is reached: the other, the caller, or the group that it joins.
    pub target: ArcStr,
    /// The calls.
    pub calls: Vec<Call>,
}

/// A way that cannot be told to stand or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// From whom.
    pub principal: ArcStr,
    /// By which way.
    pub path_id: &'static str,
    /// To what.
    pub target: ArcStr,
    /// Why it cannot be told.
    pub reason: ArcStr,
}

/// All that stands.
pub struct Graph {
    /// Ways that end at an administrator.
    pub last: Vec<Edge>,
    /// Ways to principals that go on.
    pub onward: Vec<Edge>,
    /// What cannot be told.
    pub undecided: BTreeSet<Undecided>,
}

/// Walks it.
pub fn walk(scout: &Scout<'_>) -> Graph {
    let estate = scout.estate;
    let principals = &estate.principals;
    let administrators: Vec<bool> = principals.iter().map(|one| scout.worth.is_administrator(&scout.asker, &scout.who(one))).collect();
    let mut walker = Walker {
        scout,
        assumable: (0..principals.len()).filter(|&at| principals.get(at).is_some_and(lets_principals_in)).collect(),
        open: HashMap::new(),
        graph: Graph { last: Vec::new(), onward: Vec::new(), undecided: BTreeSet::new() },
    };
    let callers: Vec<usize> =
        (0..principals.len()).filter(|&at| administrators.get(at) == Some(&false) && !principals[at].is_service_linked()).collect();
    let targets = |admin: bool| (0..principals.len()).filter(|&at| administrators.get(at) == Some(&admin)).collect::<Vec<_>>();
    let finished = targets(true);
    for &from in &callers {
        walker.last(from, &finished);
    }
    let mut reached: BTreeSet<usize> = walker.graph.last.iter().map(|edge| edge.from).collect();
    let mut frontier: Vec<usize> = reached.iter().copied().collect();
    while !frontier.is_empty() {
        let before = walker.graph.onward.len();
        for &from in &callers {
            walker.onward(from, &frontier);
        }
        let new = walker.graph.onward.iter().skip(before).map(|edge| edge.from);
        frontier = new.filter(|from| reached.insert(*from)).collect();
    }
    walker.graph
}

struct Walker<'s, 'a> {
    scout: &'s Scout<'a>,
    /// Roles whose trust policy names principals at all.
    assumable: BTreeSet<usize>,
    /// The ways that a class may go, by class.
    open: HashMap<usize, Vec<&'static Way>>,
    graph: Graph,
}

impl<'a> Walker<'_, 'a> {
    fn ways_of(&mut self, who: &Who<'_>) -> Vec<&'static Way> {
        let scout = self.scout;
        let open = self.open.entry(who.principal.class).or_insert_with(|| ways().filter(|way| scout.may_go(who, way)).collect());
        let survives =
            |way: &&&'static Way| way.needs.iter().all(|action| *action == "sts:AssumeRole" || scout.asker.survives(who, action));
        open.iter().filter(survives).copied().collect()
    }

    fn principal(&self, at: usize) -> Option<&'a Principal> {
        self.scout.estate.principals.get(at)
    }

    /// Ways that end at an administrator, who is one already or is made one.
    fn last(&mut self, from: usize, administrators: &[usize]) {
        let Some(me) = self.principal(from) else { return };
        let who = self.scout.who(me);
        for way in self.ways_of(&who) {
            match way.gain {
                Gain::Own(lever) => {
                    for (target, found) in self.scout.own(&who, way, lever) {
                        self.add(way, from, (None, target, true), found);
                    }
                }
                Gain::Become(Door::Assume, Some(_)) => {
                    let roles: Vec<usize> = self.assumable.iter().copied().collect();
                    self.all(&who, way, from, &roles, true);
                }
                Gain::Become(_, Some(_)) => {
                    let everybody: Vec<usize> = (0..self.scout.estate.principals.len()).collect();
                    self.all(&who, way, from, &everybody, true);
                }
                Gain::Become(_, None) | Gain::Pass(_) | Gain::Existing(_) => self.all(&who, way, from, administrators, true),
            }
        }
    }

    /// Ways to principals that go on from there.
    fn onward(&mut self, from: usize, frontier: &[usize]) {
        let Some(me) = self.principal(from) else { return };
        let who = self.scout.who(me);
        for way in self.ways_of(&who) {
            match way.gain {
                Gain::Become(_, None) | Gain::Pass(_) | Gain::Existing(_) => self.all(&who, way, from, frontier, false),
                Gain::Own(_) | Gain::Become(_, Some(_)) => {}
            }
        }
    }

    fn all(&mut self, who: &Who<'a>, way: &'static Way, from: usize, targets: &[usize], last: bool) {
        let roles = leads_to_roles(way.gain);
        let mut found = 0;
        for &at in targets {
            let Some(target) = self.principal(at).filter(|target| target.trust().is_some() == roles && at != from) else { continue };
            let one = match way.gain {
                Gain::Become(door, lever) => {
                    if door == Door::Assume && (!self.assumable.contains(&at) || !self.may_take(who, target)) {
                        continue;
                    }
                    self.scout.enter(who, way, (door, lever), target)
                }
                Gain::Pass(service) => self.scout.pass(who, way, service, target),
                Gain::Existing(host) => self.scout.existing(who, way, host, target),
                Gain::Own(_) => continue,
            };
            found += usize::from(one.is_ok());
            self.add(way, from, (Some(at), target.arn.clone(), last), one);
            if found == MOST_TARGETS {
                break;
            }
        }
    }

    /// Whether taking a role is worth asking for: some policy of the caller speaks of it, or the role's own names the caller.
    fn may_take(&self, who: &Who<'_>, target: &Principal) -> bool {
        self.scout.asker.speaks_of(who, "sts:AssumeRole") || names(target, &who.principal.arn)
    }

    fn add(&mut self, way: &'static Way, from: usize, (to, target, last): (Option<usize>, ArcStr, bool), found: Found) {
        match found {
            Ok(calls) => {
                let edges = if last { &mut self.graph.last } else { &mut self.graph.onward };
                edges.push(Edge { way, from, to, target, calls });
            }
            Err(Verdict::Unsure(reason)) if self.graph.undecided.len() < MOST_UNDECIDED => {
                let principal = self.scout.estate.principals.get(from).map(|one| one.arn.clone()).unwrap_or_default();
                self.graph.undecided.insert(Undecided { principal, path_id: way.id, target, reason });
            }
            Err(_) => {}
        }
    }
}

/// Whether a role's trust policy lets in anybody but services and identity providers.
fn lets_principals_in(role: &Principal) -> bool {
    role.trust().is_some_and(|trust| match &trust.document {
        Err(_) => true,
        Ok(document) => document.allows().any(|statement| match &statement.principals {
            Some(Selection::Only(listed)) => listed.iter().any(|one| matches!(one, Named::Anyone | Named::Account(_) | Named::Arn(_))),
            Some(Selection::AllBut(_)) => true,
            None => false,
        }),
    })
}

/// Whether a role's trust policy may let a principal in by its name, so that its own policies need not.
fn names(role: &Principal, arn: &str) -> bool {
    role.trust().is_some_and(|trust| match &trust.document {
        Err(_) => false,
        Ok(document) => {
            document.statements.iter().filter(|statement| statement.effect == Effect::Allow).any(|statement| match &statement.principals {
                Some(Selection::Only(listed)) => {
                    listed.iter().any(|one| matches!(one, Named::Anyone) || matches!(one, Named::Arn(named) if named == arn))
                }
                Some(Selection::AllBut(_)) => true,
                None => false,
            })
        }
    })
}

/// From each principal that goes on, the shortest chain to an administrator, as positions in [`Graph::onward`] and one in
/// [`Graph::last`].
pub fn shortest(estate: &Estate, graph: &Graph) -> Vec<Option<Chain>> {
    let mut best: Vec<Option<Chain>> = vec![None; estate.principals.len()];
    let mut queue: BTreeMap<(usize, usize), Chain> = BTreeMap::new();
    for (at, edge) in graph.last.iter().enumerate() {
        offer(&mut queue, edge.from, Chain { calls: edge.calls.len(), onward: Vec::new(), last: at });
    }
    let mut into: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, edge) in graph.onward.iter().enumerate() {
        into.entry(edge.to.unwrap_or(edge.from)).or_default().push(at);
    }
    while let Some(((_, here), chain)) = queue.pop_first() {
        if best.get(here).is_none_or(Option::is_some) {
            continue;
        }
        for &at in into.get(&here).into_iter().flatten() {
            let Some(edge) = graph.onward.get(at) else { continue };
            let onward = std::iter::once(at).chain(chain.onward.iter().copied()).collect();
            offer(&mut queue, edge.from, Chain { calls: chain.calls + edge.calls.len(), onward, last: chain.last });
        }
        if let Some(slot) = best.get_mut(here) {
            *slot = Some(chain);
        }
    }
    best
}

/// Keeps the chain where it is the first of its length from there.
fn offer(queue: &mut BTreeMap<(usize, usize), Chain>, from: usize, chain: Chain) {
    queue.entry((chain.calls, from)).or_insert(chain);
}

/// A chain of edges.
#[derive(Clone, Debug)]
pub struct Chain {
    /// How many calls it takes.
    pub calls: usize,
    /// The edges before the last, in order.
    pub onward: Vec<usize>,
    /// The last edge.
    pub last: usize,
}

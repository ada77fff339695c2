//! Who can make itself an administrator, by which chain of calls, and the smallest edit that breaks it.
//!
//! The ways are data ([`table`]); whether one stands is decided by the engine ([`super::evaluation`]), with everything that it knows:
//! denies, conditions, boundaries, the organisation's policies, the resources that statements name, and the trust policies of roles.
//! Widely used scanners compare lists of actions instead, and so cry where nothing can happen, and are silent where the action is
//! granted by a pattern that they do not expand. The ways are then closed over the graph of principals ([`search`]).
//!
//! Decisions:
//! - **Told is who ends as an administrator** ([`worth`]), itself or as somebody else. A role that only has more than its caller, or other
//!   things, is the business of least privilege, and not told here.
//! - **Proven or not told.** A way that hangs on what cannot be seen (an address, a second factor, an unread policy) is *undecided*,
//!   listed apart, and never part of a chain.
//! - **A thing of unknown name may have any name.** Whether a project that runs under a role exists is known where the source lists such
//!   things; where it does not, a role that lets the service in is taken to be in use.
//! - Ways that differ only in what they take besides are all told: whoever closes one must see that the other stays.

mod ask;
mod builtin;
mod context;
mod estate;
mod fix;
mod organisation;
mod place;
mod reach;
mod read;
mod search;
pub mod table;
mod worth;

#[cfg(test)]
mod tests;

use crate::model::{Coverage, Resource};
use arcstr::ArcStr;

pub use fix::Fix;
pub use search::Undecided;

/// The types of resources that the search reads, beside the things of [`table::hosts`].
pub const TYPES: [&str; 9] = [
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::Organizations::Account",
    "AWS::Organizations::Organization",
    "AWS::Organizations::OrganizationalUnit",
    "AWS::Organizations::Policy",
];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escalations {
    /// The chains: shortest first, then by principal and path.
    pub chains: Vec<Chain>,
    /// Ways of which it cannot be told whether they stand.
    pub undecided: Vec<Undecided>,
    /// What could not be read, in sentences.
    pub unread: Vec<String>,
    /// How many principals there are.
    pub principals: usize,
}

/// One chain, by which a principal ends as an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The id of the way that its first calls go.
    pub path_id: &'static str,
    /// Who goes it.
    pub principal: ArcStr,
    /// Whom it becomes in the end; itself, or the group that it joins, where it becomes nobody else.
    pub target: ArcStr,
    /// The calls, in order.
    pub steps: Vec<Step>,
    /// The smallest edit that breaks it; none where no edit of a policy does.
    pub fix: Option<Fix>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who makes it.
    pub principal: ArcStr,
    /// The action.
    pub action: &'static str,
    /// On what.
    pub resource: ArcStr,
    /// The way that it is part of.
    pub path_id: &'static str,
}

/// Finds all chains of the accounts that these resources are of.
pub fn find(resources: &[Resource], coverage: &Coverage) -> Escalations {
    let estate = read::read(resources, coverage);
    let scout = reach::Scout::new(&estate);
    let graph = search::walk(&scout);
    let best = search::shortest(&estate, &graph);
    let fixer = fix::Fixer::new(&scout);
    let arn = |at: usize| estate.principals.get(at).map(|one| one.arn.clone()).unwrap_or_default();
    let steps = |edge: &search::Edge| {
        let principal = arn(edge.from);
        let path_id = edge.way.id;
        let step =
            move |call: &place::Call| Step { principal: principal.clone(), action: call.action, resource: call.resource.clone(), path_id };
        edge.calls.iter().map(step).collect::<Vec<_>>()
    };
    let mut chains: Vec<Chain> = Vec::new();
    let mut direct = std::collections::BTreeSet::new();
    for edge in &graph.last {
        direct.insert((edge.from, edge.way.id));
        chains.push(Chain {
            path_id: edge.way.id,
            principal: arn(edge.from),
            target: edge.target.clone(),
            steps: steps(edge),
            fix: fixer.smallest(edge),
        });
    }
    // Of the chains over others, the shortest of each way that does not get there at once.
    let mut over: std::collections::BTreeMap<(usize, &str), (usize, &search::Edge, &search::Chain)> = std::collections::BTreeMap::new();
    for edge in graph.onward.iter().filter(|edge| !direct.contains(&(edge.from, edge.way.id))) {
        let Some(rest) = edge.to.and_then(|to| best.get(to)?.as_ref()) else { continue };
        let comes_back =
            rest.onward.iter().filter_map(|at| graph.onward.get(*at)).any(|more| more.from == edge.from || more.to == Some(edge.from));
        let calls = edge.calls.len() + rest.calls;
        let key = (edge.from, edge.way.id);
        if !comes_back && over.get(&key).is_none_or(|(known, ..)| calls < *known) {
            over.insert(key, (calls, edge, rest));
        }
    }
    for (_, edge, rest) in over.into_values() {
        let Some(last) = graph.last.get(rest.last) else { continue };
        let middle = rest.onward.iter().filter_map(|at| graph.onward.get(*at));
        chains.push(Chain {
            path_id: edge.way.id,
            principal: arn(edge.from),
            target: last.target.clone(),
            steps: std::iter::once(edge).chain(middle).chain([last]).flat_map(steps).collect(),
            fix: fixer.smallest(edge),
        });
    }
    chains.sort_by(|a, b| {
        let key = |chain: &Chain| (chain.steps.len(), chain.principal.clone(), chain.path_id, chain.target.clone());
        key(a).cmp(&key(b))
    });
    Escalations {
        chains,
        undecided: graph.undecided.into_iter().collect(),
        principals: estate.principals.len(),
        unread: estate.unread.clone(),
    }
}

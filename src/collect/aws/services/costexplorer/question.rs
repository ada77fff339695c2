//! What is asked of Cost Explorer: one question a plane, in the order of their worth, as many as the day has room for.
//!
//! The bill by service and record type, its total and the split by linked account are asked for every day. The others take
//! turns, the oldest first: a plane that had to wait says its age.

use crate::cost::ledger::{USED, is_taggable};
use crate::model::plane::{Plane, PlaneId, Reading};
use crate::model::value::Time;
use arcstr::ArcStr;
use aws_sdk_costexplorer::types::{Dimension, DimensionValues, Expression, GroupDefinition, GroupDefinitionType};
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// The groups of a plane, at most two.
pub fn groups(id: &PlaneId) -> Vec<GroupDefinition> {
    let group = |kind: GroupDefinitionType, key: &str| GroupDefinition::builder().r#type(kind).key(key).build();
    let dimension = |key: &str| group(GroupDefinitionType::Dimension, key);
    match id.plane {
        Plane::Total => Vec::new(),
        Plane::ServiceRecord => vec![dimension("SERVICE"), dimension("RECORD_TYPE")],
        Plane::AccountService => vec![dimension("LINKED_ACCOUNT"), dimension("SERVICE")],
        Plane::AccountRecord => vec![dimension("LINKED_ACCOUNT"), dimension("RECORD_TYPE")],
        Plane::ServiceRegion => vec![dimension("SERVICE"), dimension("REGION")],
        Plane::TagService => vec![group(GroupDefinitionType::Tag, &id.tag), dimension("SERVICE")],
        Plane::TagAccount => vec![group(GroupDefinitionType::Tag, &id.tag), dimension("LINKED_ACCOUNT")],
    }
}

/// What a plane leaves out: tags are looked for on what was used alone, and by account on what can have them.
pub fn filter(id: &PlaneId, bill: Option<&Reading>) -> Option<Expression> {
    let among = |key: Dimension, values: Vec<String>| {
        Expression::builder().dimensions(DimensionValues::builder().key(key).set_values(Some(values)).build()).build()
    };
    let used = || among(Dimension::RecordType, USED.map(str::to_owned).to_vec());
    match id.plane {
        Plane::Total | Plane::ServiceRecord | Plane::AccountService | Plane::AccountRecord | Plane::ServiceRegion => None,
        Plane::TagService => Some(used()),
        Plane::TagAccount => {
            // Services that are on the bill: a name that is not known brings silent zeros.
            let services: BTreeSet<&str> = bill.into_iter().flat_map(|bill| &bill.cells).map(|cell| cell.first.as_str()).collect();
            let taggable = services.into_iter().filter(|service| is_taggable(service)).map(str::to_owned).collect();
            Some(Expression::builder().and(used()).and(among(Dimension::Service, taggable)).build())
        }
    }
}

/// The planes that take turns, with when each was read last, in the order in which they are asked for: those that never were
/// and the oldest by turns, so that one that always fails holds up nobody.
pub fn turns(tags: &[ArcStr], several_accounts: bool, last: impl Fn(&PlaneId) -> Option<Time>, now: Time) -> Vec<PlaneId> {
    let tagged = |plane: Plane| tags.iter().map(move |tag| PlaneId { plane, tag: tag.clone() });
    let mut all: Vec<PlaneId> = tagged(Plane::TagService).collect();
    if several_accounts {
        all.extend(tagged(Plane::TagAccount));
    }
    all.extend([Plane::AccountRecord, Plane::ServiceRegion].map(PlaneId::from));
    let fresh = |id: &PlaneId| last(id).is_some_and(|at| at.date_naive() == now.date_naive());
    all.retain(|id| !fresh(id));
    let (mut read, never): (Vec<_>, Vec<_>) = all.into_iter().partition(|id| last(id).is_some());
    read.sort_by_key(&last);
    let (mut read, mut never) = (read.into_iter(), never.into_iter());
    std::iter::from_fn(|| {
        let pair: Vec<PlaneId> = never.next().into_iter().chain(read.next()).collect();
        (!pair.is_empty()).then_some(pair)
    })
    .flatten()
    .collect()
}

//! Who has to mend what by when, and where to begin.

use super::{no_severities, open};
use crate::model::value::Time;
use crate::model::{Fingerprint, Money};
use crate::publish::report::data::{Entry, Owner, Top};
use arcstr::ArcStr;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many findings a list of the first ones has.
const MOST: usize = 10;

/// Open findings by owner: those with most past due first, then those with most of the worst, then by name.
pub fn owners(findings: &[Entry], as_of: Time) -> Vec<Owner> {
    let mut owners: BTreeMap<Option<&ArcStr>, Owner> = BTreeMap::new();
    for entry in open(findings) {
        let owner = owners.entry(entry.owner.as_ref()).or_insert_with(|| Owner {
            owner: entry.owner.clone(),
            open: no_severities(),
            past_due: 0,
            next_due: None,
            savings_usd: None,
        });
        *owner.open.entry(entry.severity).or_default() += 1;
        owner.past_due += u64::from(entry.is_past_due(as_of));
        owner.next_due = owner.next_due.into_iter().chain(entry.due).min();
        if let Some(more) = entry.savings_usd {
            owner.savings_usd = owner.savings_usd.unwrap_or_default().plus(more).ok().or(owner.savings_usd);
        }
    }
    let mut owners: Vec<Owner> = owners.into_values().collect();
    owners.sort_by_key(|owner| {
        let worst: Vec<Reverse<u64>> = owner.open.values().rev().map(|count| Reverse(*count)).collect();
        (Reverse(owner.past_due), worst, owner.owner.clone())
    });
    owners
}

/// Where to begin.
pub fn top(findings: &[Entry], as_of: Time) -> Top {
    let overdue = |entry: &Entry| entry.due.map_or(0, |due| (as_of - due).num_days().max(0));
    let mut risk: Vec<&Entry> = open(findings).collect();
    risk.sort_by_key(|entry| {
        (Reverse(entry.severity), Reverse(overdue(entry)), Reverse(entry.reopened), entry.first_seen, entry.fingerprint.clone())
    });
    let mut usd: Vec<&Entry> = open(findings).filter(|entry| entry.savings_usd.is_some_and(|amount| amount > Money::ZERO)).collect();
    usd.sort_by_key(|entry| (Reverse(entry.savings_usd), entry.fingerprint.clone()));
    let first = |list: Vec<&Entry>| list.into_iter().take(MOST).map(|entry| entry.fingerprint.clone()).collect::<Vec<Fingerprint>>();
    Top { risk: first(risk), usd: first(usd) }
}

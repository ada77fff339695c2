//! Waivers as resources, so that ordinary rules judge them.
//!
//! A waiver of one account belongs there. One of several or of any belongs to the account that the pass looked at, where that is
//! just one, else to [`ACCOUNTS`]. A pass over some accounts only says nothing of such a waiver: its resource is left out.

use super::Look;
use crate::model::resource::Origin;
use crate::model::waiver::{self, Standing, Waiver, WaiverOrigin};
use crate::model::{AccountId, Coverage, Interner, Region, Resource, Value};
use arcstr::{ArcStr, literal};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The account of waivers that speak of several.
const ACCOUNTS: ArcStr = literal!("accounts");

/// One resource a waiver, sorted as an inventory is.
pub fn resources(standings: &[Standing], coverage: &Coverage, look: &Look<'_>, interner: &Interner) -> Vec<Resource> {
    let seen: BTreeSet<&AccountId> = coverage.rows().map(|row| &row.account).collect();
    let only = |accounts: &BTreeSet<&AccountId>| if accounts.len() == 1 { accounts.first().map(|only| (*only).clone()) } else { None };
    let home = |waiver: &Waiver| match (waiver.scope.accounts.as_slice(), &look.scope.accounts) {
        ([account], _) => Some(account.clone()),
        (_, None) => Some(only(&seen).unwrap_or_else(|| AccountId::new(ACCOUNTS))),
        (_, Some(_)) => None,
    };
    let resource = |standing: &Standing| Some(resource(standing, home(&standing.waiver)?, interner));
    let mut resources: Vec<Resource> = standings.iter().filter_map(resource).collect();
    resources.sort_by(|a, b| (&a.account, &a.id).cmp(&(&b.account, &b.id)));
    resources
}

fn resource(standing: &Standing, account: AccountId, interner: &Interner) -> Resource {
    let waiver = &*standing.waiver;
    Resource {
        id: format!("ledgerline:waiver:{}", waiver.id).into(),
        resource_type: waiver::TYPE.into(),
        name: waiver.id.shared().clone(),
        account,
        region: Region::global(),
        tags: Value::empty_map(),
        properties: properties(waiver, interner),
        state: state(standing, interner),
        origin: match &waiver.origin {
            WaiverOrigin::File { file, line } => {
                Some(Arc::new(Origin { file: file.clone(), address: waiver.id.shared().clone(), line: Some(*line) }))
            }
            WaiverOrigin::Store => None,
        },
    }
}

fn properties(waiver: &Waiver, interner: &Interner) -> Value {
    let scope = &waiver.scope;
    let optional = |text: &Option<ArcStr>| text.clone().map(Value::Str);
    let tags = scope.tags.iter().map(|(key, values)| (key.clone(), texts(values.iter())));
    let entries = [
        ("Rule", Some(texts(scope.rules.iter()))),
        ("Resource", Some(texts(scope.resources.iter()))),
        ("Type", Some(texts(scope.types.iter()))),
        ("Account", Some(texts(scope.accounts.iter().map(AccountId::shared)))),
        ("Region", Some(texts(scope.regions.iter().map(Region::shared)))),
        ("Tags", Some(Value::map(tags, interner))),
        ("Owner", Some(Value::Str(waiver.owner.clone()))),
        ("Reason", Some(Value::Str(waiver.reason.clone()))),
        ("Ticket", optional(&waiver.ticket)),
        ("Approver", optional(&waiver.approver)),
        ("Created", waiver.created.map(Value::time)),
        ("Expires", Some(Value::time(waiver.expires))),
        ("AnyRule", Some(Value::Bool(scope.is_any_rule()))),
        ("AnyResource", Some(Value::Bool(scope.is_any_resource()))),
    ];
    Value::map(entries.into_iter().filter_map(|(key, value)| Some((interner.string(key), value?))), interner)
}

fn state(standing: &Standing, interner: &Interner) -> Value {
    let matched = match (&standing.unseen, standing.matched()) {
        (Some(gap), 0) => Value::Gap(Arc::clone(gap)),
        (Some(_) | None, matched) => Value::Int(i64::try_from(matched).unwrap_or(i64::MAX)),
    };
    let entries = [
        ("Matched", matched),
        ("MatchedRules", texts(standing.rules.keys().map(crate::model::RuleId::shared))),
        ("WholeRules", texts(standing.whole.iter().map(crate::model::RuleId::shared))),
    ];
    Value::map(entries.map(|(key, value)| (interner.string(key), value)), interner)
}

fn texts<'a>(texts: impl Iterator<Item = &'a ArcStr>) -> Value {
    Value::List(texts.cloned().map(Value::Str).collect())
}

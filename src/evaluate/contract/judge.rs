//! Contract × inventory → verdicts: what is missing, what has drifted, what is there without being expected.

use super::compare::{Difference, How};
use super::expect::Place;
use super::set::{ContractSet, is_meant};
use super::terms::{Contract, Entry};
use super::verdict::Teller;
use crate::evaluate::pass::Pass;
use crate::model::call::Place as Scope;
use crate::model::contract::{DRIFTED, MISSING, UNEXPECTED};
use crate::model::coverage::ScopeRow;
use crate::model::rule::RuleInfo;
use crate::model::run::PassScope;
use crate::model::verdict::{Evaluation, Status};
use crate::model::{AccountId, Gap, GapKind, Inventory, Outcome, Path, Region, Resource, ResourceType, Value};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Every verdict of the contracts that hold, by those of the rules that are loaded.
pub fn judge(set: &ContractSet, rules: &[Arc<RuleInfo>], inventory: &Inventory, cx: &Pass<'_>) -> Vec<Evaluation> {
    let find = |id: &str| rules.iter().find(|rule| rule.id.as_str() == id && cx.scope.evaluates(&rule.id));
    let rules = Rules { missing: find(MISSING), drifted: find(DRIFTED), unexpected: find(UNEXPECTED) };
    let mut told = Vec::new();
    if rules.missing.is_none() && rules.drifted.is_none() && rules.unexpected.is_none() {
        return told;
    }
    for contract in set.active(inventory, cx.scope) {
        Judge::new(contract, rules, inventory, cx).judge(&mut told);
    }
    told
}

/// The rules that are loaded.
#[derive(Clone, Copy)]
struct Rules<'a> {
    missing: Option<&'a Arc<RuleInfo>>,
    drifted: Option<&'a Arc<RuleInfo>>,
    unexpected: Option<&'a Arc<RuleInfo>>,
}

/// One contract over one inventory.
struct Judge<'a> {
    contract: &'a Contract,
    rules: Rules<'a>,
    inventory: &'a Inventory,
    cx: &'a Pass<'a>,
    home: Home,
}

/// Where the deployment is: what is missing is missing there.
pub(super) struct Home {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
}

impl<'a> Judge<'a> {
    fn new(contract: &'a Contract, rules: Rules<'a>, inventory: &'a Inventory, cx: &'a Pass<'a>) -> Self {
        Self { contract, rules, inventory, cx, home: home(contract, inventory, cx.scope) }
    }

    fn judge(&self, told: &mut Vec<Evaluation>) {
        let teller = Teller { contract: self.contract, cx: self.cx, inventory: self.inventory };
        let mut expected: HashSet<usize> = HashSet::new();
        for entry in &self.contract.entries {
            let (found, unsure) = self.found(entry);
            expected.extend(found.iter().copied().chain(unsure.iter().map(|(position, _)| *position)));
            if let Some(rule) = self.rules.missing {
                self.presence(rule, entry, found.first().copied(), unsure.first().map(|(_, gap)| gap), &teller, told);
            }
            if let Some(rule) = self.rules.drifted {
                for position in &found {
                    let Some(resource) = self.inventory.resource(*position) else { continue };
                    let differences = self.differences(entry, resource);
                    teller.drifted(rule, entry, *position, resource, differences, told);
                }
            }
        }
        if let Some(rule) = self.rules.unexpected.filter(|_| !self.contract.names.is_empty()) {
            for resource_type in self.contract.types() {
                self.unexpected(rule, resource_type, &expected, &teller, told);
            }
        }
        if let Some(rule) = self.rules.drifted {
            super::month::judge(rule, &teller, told);
        }
    }

    /// The resources that an entry means, and those of which that cannot be told.
    fn found(&self, entry: &Entry) -> (Vec<usize>, Vec<(usize, Arc<Gap>)>) {
        let candidates = match entry.name.is_pattern() {
            true => self.inventory.of_type(entry.resource_type.as_str()),
            false => self.inventory.named(&entry.resource_type, &entry.name.text),
        };
        let (mut found, mut unsure) = (Vec::new(), Vec::new());
        for position in candidates {
            let Some(resource) = self.inventory.resource(*position) else { continue };
            if !self.looks_at(&resource.account, &resource.region) || !entry.name.is(&resource.name) {
                continue;
            }
            match is_meant(entry, resource, self.place(resource)) {
                Ok(true) => found.push(*position),
                Ok(false) => {}
                Err(gap) => unsure.push((*position, gap)),
            }
        }
        (found, unsure)
    }

    fn looks_at(&self, account: &AccountId, region: &Region) -> bool {
        self.contract.speaks_of(account, region) && self.cx.scope.looks_at(account, region)
    }

    fn place<'r>(&'r self, resource: &'r Resource) -> Place<'r> {
        let region = if resource.region.is_global() { &self.home.region } else { &resource.region };
        Place { account: resource.account.as_str(), region: region.as_str() }
    }

    fn differences(&self, entry: &Entry, resource: &Resource) -> Vec<Difference> {
        let how = How { place: self.place(resource), exact: self.contract.exact };
        let spec = self.cx.catalogue.find(&resource.resource_type);
        let mut found = Vec::new();
        for field in &entry.expect {
            let path = Path::root(field.key.clone());
            found.extend(how.compare(&field.expect, resource.at(&path), &path));
        }
        // What only paid or opt-in calls bring, and nobody asked for, is not judged.
        found.retain(|difference| {
            let not_asked = match &difference.gap {
                Some(gap) => gap.kind == GapKind::NotRecorded,
                None => matches!(difference.observed, Value::Null),
            };
            let call = spec.and_then(|spec| spec.find_call(&spec.call_of(&difference.path)?));
            !(not_asked && call.is_some_and(|call| call.paid || call.opt_in))
        });
        found
    }

    fn presence(
        &self,
        rule: &Arc<RuleInfo>,
        entry: &Entry,
        found: Option<usize>,
        unsure: Option<&Arc<Gap>>,
        teller: &Teller<'_>,
        told: &mut Vec<Evaluation>,
    ) {
        let spec = self.cx.catalogue.find(&entry.resource_type);
        if let Some((position, resource)) = found.and_then(|position| Some((position, self.inventory.resource(position)?))) {
            told.push(teller.present(rule, entry, position, resource));
            return;
        }
        let global = spec.is_some_and(|spec| spec.reach == crate::model::catalogue::Reach::Global);
        let region = if global { Region::global() } else { self.home.region.clone() };
        let gap = unsure.cloned().or_else(|| self.unlisted(&entry.resource_type).into_iter().next().map(|(_, gap)| gap));
        if entry.optional && gap.is_none() {
            return;
        }
        told.push(teller.missing(rule, entry, (&self.home.account, &region), gap));
    }

    /// The listings of a type that did not reach their end, with the reason; one without a row where nobody asked.
    fn unlisted(&self, resource_type: &ResourceType) -> Vec<(Option<&'a ScopeRow>, Arc<Gap>)> {
        let spec = self.cx.catalogue.find(resource_type);
        let Some(listing) = spec.and_then(|spec| spec.listing.as_ref()) else { return Vec::new() };
        let rows = self.inventory.coverage().rows();
        let mut rows = rows
            .filter(|row| {
                row.resource_type == *resource_type && (row.call == *listing || row.declares()) && self.looks_at(&row.account, &row.region)
            })
            .peekable();
        if rows.peek().is_none() {
            let detail = arcstr::format!("the list of {resource_type} was not asked for");
            return vec![(None, Arc::new(Gap { call: Some(listing.clone()), ..Gap::new(GapKind::NotRecorded, detail) }))];
        }
        // Where a service is not enabled, nothing of it is.
        rows.filter(|row| !matches!(row.outcome, Outcome::Complete | Outcome::NotEnabled))
            .filter_map(|row| Some((Some(row), Arc::new(row.gap()?))))
            .collect()
    }

    fn unexpected(
        &self,
        rule: &Arc<RuleInfo>,
        resource_type: &ResourceType,
        expected: &HashSet<usize>,
        teller: &Teller<'_>,
        told: &mut Vec<Evaluation>,
    ) {
        for position in self.inventory.of_type(resource_type.as_str()) {
            let Some(resource) = self.inventory.resource(*position) else { continue };
            let named = self.contract.names(&resource.name) && self.looks_at(&resource.account, &resource.region);
            let is_expected = expected.contains(position);
            if named && (is_expected || !(self.contract.declared && is_of_aws(resource))) {
                told.push(teller.unexpected(rule, *position, resource, if is_expected { Status::Pass } else { Status::Fail }));
            }
        }
        for (row, gap) in self.unlisted(resource_type) {
            let home = row.map_or((&self.home.account, &self.home.region), |row| (&row.account, &row.region));
            told.push(teller.unlisted(rule, resource_type, home, gap));
        }
    }
}

/// What AWS makes on its own in every account: no file lists it, and nobody misses it there.
fn is_of_aws(resource: &Resource) -> bool {
    let at = |path: &str| path.parse().ok().and_then(|path: Path| resource.at(&path)).cloned().unwrap_or_default();
    matches!(at("state.AwsManaged"), Value::Bool(true))
        || at("properties.Path").as_str().is_some_and(|path| path.starts_with("/aws-service-role/"))
        || resource.name.starts_with("alias/aws/")
        || (resource.resource_type.as_str() == "AWS::EC2::SecurityGroup" && resource.name == "default")
}

/// The account and region that have most of what the contract names; else the first that was looked at.
pub(super) fn home(contract: &Contract, inventory: &Inventory, scope: &PassScope) -> Home {
    let mut counts: BTreeMap<(&AccountId, &Region), usize> = BTreeMap::new();
    for entry in contract.entries.iter().filter(|entry| !entry.name.is_pattern()) {
        for position in inventory.named(&entry.resource_type, &entry.name.text) {
            let Some(resource) = inventory.resource(*position) else { continue };
            if contract.speaks_of(&resource.account, &resource.region) && scope.looks_at(&resource.account, &resource.region) {
                *counts.entry((&resource.account, &resource.region)).or_default() += 1;
            }
        }
    }
    let mut looked: Vec<Scope> = Vec::new();
    for row in inventory.coverage().rows() {
        if contract.speaks_of(&row.account, &row.region) && scope.looks_at(&row.account, &row.region) {
            looked.push(Scope { account: row.account.clone(), region: row.region.clone() });
        }
    }
    // Of equals the first in the order of names.
    let most = |global: bool| {
        let of = counts.iter().filter(|((_, region), _)| global || !region.is_global());
        of.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|((account, region), _)| (AccountId::clone(account), Region::clone(region)))
    };
    let (regional, any) = (most(false), most(true));
    let account = regional.as_ref().or(any.as_ref()).map(|(account, _)| account.clone());
    let account = account.or_else(|| looked.first().map(|place| place.account.clone()));
    let account = account.or_else(|| contract.accounts.first().cloned()).unwrap_or_else(|| AccountId::from("unknown"));
    let region = regional.map(|(_, region)| region);
    let first = || looked.iter().find(|place| place.account == account && !place.region.is_global()).map(|place| place.region.clone());
    let region = region.or_else(|| contract.regions.first().cloned()).or_else(first).unwrap_or_else(Region::global);
    Home { account, region }
}

//! A Terraform or OpenTofu plan or state as a source: what will be there after the apply, judged by the same rules as a live account
//! before anybody applies it.
//!
//! File → [`read`] (only what is needed) → [`contents`] (instances, whichever of the three kinds of file it was) → [`assembly`]
//! (resources in CloudFormation's words, by the tables of [`table`]) → resources with coverage.
//!
//! Decisions:
//! - **Absence in a file is absence from the file.** The coverage says "complete" under the call `terraform:plan` or
//!   `terraform:state`, never under the call that lists a live account: rules may conclude from what the file does not have, but no
//!   remembered finding of the account is resolved by it.
//! - **A file is no account.** `Ledgerline::Account` and `Ledgerline::Region` are not made up for it: that nobody wrote a billing
//!   alarm into this file says nothing about the account.
//! - **What will be is read from `resource_changes`**, which has every resource of the plan with what is unknown and sensitive beside
//!   it; `planned_values` says the same with less. Deleted, forgotten and deposed ones are left out.
//! - **Counts are the file's**: how often a policy is attached, how many users a group has.
//!
//! Account and region come from ARNs, providers and data sources (`place`); else `unknown`, and the region that the command names.

mod assembly;
mod blank;
mod configuration;
mod contents;
mod draft;
mod instance;
mod node;
mod place;
mod read;
mod row;
mod special;
mod table;

#[cfg(test)]
mod tests;

use super::{Nature, Request, Source, SourceError};
use crate::model::call::Place;
use crate::model::catalogue::Reach;
use crate::model::coverage::{Coverage, Outcome, ScopeRow};
use crate::model::inventory::Collected;
use crate::model::{AccountId, Region, Resource, ResourceType};
use contents::{Contents, Unfit};
use draft::Silence;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A Terraform plan or state.
#[derive(Debug)]
pub struct Terraform {
    path: PathBuf,
    name: String,
    region: Option<Region>,
    limit: u64,
}

/// The most bytes that are read: ten times the largest plans that people speak of.
const LIMIT: u64 = 512 << 20;

/// Whether these bytes, the first of a file or all of it, begin a plan or a state as JSON, or a binary plan.
pub fn looks_like_terraform(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let words = ["\"format_version\"", "\"terraform_version\"", "\"planned_values\"", "\"resource_changes\"", "\"encrypted_data\""];
    head.starts_with(ZIP) || (starts_object(&text) && words.iter().any(|word| text.contains(word)))
}

/// The magic number of a zip archive, which a binary plan is.
const ZIP: &[u8] = b"PK\x03\x04";

fn starts_object(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

impl Terraform {
    /// The plan or state in a file; `region` is where resources are of which the file does not tell it.
    pub fn file(path: &Path, region: Option<Region>) -> Self {
        Self { path: path.to_owned(), name: path.display().to_string(), region, limit: LIMIT }
    }

    /// The same with another limit of bytes.
    #[must_use]
    pub fn with_limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    fn bytes(&self) -> Result<Vec<u8>, SourceError> {
        let bad = |error: std::io::Error| SourceError::BadInput(format!("cannot read {}: {error}", self.name));
        let file = std::fs::File::open(&self.path).map_err(bad)?;
        let mut bytes = Vec::new();
        file.take(self.limit.saturating_add(1)).read_to_end(&mut bytes).map_err(bad)?;
        if bytes.len() as u64 > self.limit {
            let limit = self.limit >> 20;
            return Err(SourceError::BadInput(format!(
                "{} is larger than {limit} MiB: judge its modules or targets one by one",
                self.name
            )));
        }
        Ok(bytes)
    }

    fn contents(&self) -> Result<Contents, SourceError> {
        let bytes = self.bytes()?;
        let unfit = |error: Unfit| SourceError::BadInput(format!("{}: {error}", self.name));
        if bytes.starts_with(ZIP) {
            return Err(unfit(Unfit::Binary(self.name.clone())));
        }
        let tree = read::read(&bytes).map_err(|error| unfit(error.into()))?;
        drop(bytes);
        Contents::of(&tree).map_err(unfit)
    }
}

#[async_trait::async_trait]
impl Source for Terraform {
    fn name(&self) -> &str {
        &self.name
    }

    fn nature(&self) -> Nature {
        Nature::Declared
    }

    /// Reads the file in the calling thread, as a recording is read.
    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        request.progress.planned(&self.name, 1);
        let contents = self.contents()?;
        let places = place::Places::of(&contents, self.region.as_ref());
        let assembled = assembly::assemble(&contents, &places, request.catalogue);
        let mut seen: BTreeMap<(AccountId, Region, ResourceType), u64> = BTreeMap::new();
        let file = arcstr::ArcStr::from(self.name.as_str());
        let mut collected = Collected::default();
        for draft in assembled.drafts {
            if !request.scope.looks_at(&draft.account, &draft.region) {
                continue;
            }
            *seen.entry((draft.account.clone(), draft.region.clone(), draft.resource_type.clone())).or_default() += 1;
            if request.needs.wants_type(draft.resource_type.as_str()) {
                collected.resources.push(Resource::from_record(&draft.into_record(&file), request.catalogue, request.interner));
            }
        }
        collected.coverage = coverage(&contents, &places, &seen, &assembled.strays, &request);
        request.progress.done(&self.name, 1);
        Ok(collected)
    }
}

/// One row for each type that a file can hold, wherever the file has anything; one for each type that it has and no table knows.
fn coverage(
    contents: &Contents,
    places: &place::Places,
    seen: &BTreeMap<(AccountId, Region, ResourceType), u64>,
    strays: &BTreeMap<String, u64>,
    request: &Request<'_>,
) -> Coverage {
    let call = Silence::of(contents.kind).call();
    let mut spots: BTreeSet<Place> =
        seen.keys().map(|(account, region, _)| Place { account: account.clone(), region: region.clone() }).collect();
    let (account, region) = places.place(&instance::Instance::default());
    spots.insert(Place { account: account.clone(), region: region.clone() });
    spots.extend(spots.clone().into_iter().map(|place| Place { region: Region::global(), ..place }));
    let mut coverage = Coverage::default();
    for resource_type in table::types() {
        let Some(spec) = request.catalogue.find(resource_type).filter(|_| request.needs.wants_type(resource_type.as_str())) else {
            continue;
        };
        for place in spots.iter().filter(|place| place.region.is_global() == (spec.reach == Reach::Global)) {
            let key = (place.account.clone(), place.region.clone(), resource_type.clone());
            coverage.add(ScopeRow {
                account: place.account.clone(),
                region: place.region.clone(),
                resource_type: resource_type.clone(),
                call: call.clone(),
                outcome: if contents.whole { Outcome::Complete } else { Outcome::Skipped },
                resources: seen.get(&key).copied().unwrap_or(0),
                reason: (!contents.whole).then(|| arcstr::literal!("the plan does not hold everything (-target, or deferred changes)")),
                permission: None,
            });
        }
    }
    let mut skip = |terraform: &str, count: u64, reason: arcstr::ArcStr| {
        coverage.add(ScopeRow {
            account: account.clone(),
            region: region.clone(),
            resource_type: ResourceType::new(terraform),
            call: call.clone(),
            outcome: Outcome::Skipped,
            resources: count,
            reason: Some(reason),
            permission: None,
        });
    };
    for (terraform, count) in &contents.unmapped {
        skip(terraform, *count, arcstr::format!("{count} of the Terraform type {terraform}: it has no mapping to a CloudFormation type"));
    }
    for (terraform, count) in strays {
        skip(terraform, *count, arcstr::format!("{count} of the Terraform type {terraform} belong to resources that are not in this file"));
    }
    coverage
}

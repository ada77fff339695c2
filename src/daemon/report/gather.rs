//! What the store remembers, read as one: a pass that ends between two readings would show half of itself.

use super::ReportSettings;
use crate::model::finding::Finding;
use crate::model::ledger::Month;
use crate::model::run::RunRecord;
use crate::model::value::Time;
use crate::publish::report::{KnownWaiver, Material, audit_of, looks_back_to, months};
use crate::store::{FindingFilter, PageRequest, Store, StoreError};
use std::sync::Arc;

/// How often all is read again because a pass ended meanwhile. A report is better a little askew than not made.
const ATTEMPTS: u32 = 3;

/// Everything that a report of this time rests on.
pub async fn gather(store: &dyn Store, settings: &ReportSettings, as_of: Time) -> Result<Material, StoreError> {
    let mut attempt = 1;
    loop {
        let before = store.known().await?.generation;
        let material = read(store, settings, as_of).await?;
        if store.known().await?.generation == before || attempt == ATTEMPTS {
            return Ok(material);
        }
        attempt += 1;
    }
}

async fn read(store: &dyn Store, settings: &ReportSettings, as_of: Time) -> Result<Material, StoreError> {
    let runs = runs(store, as_of).await?;
    let snapshot = match audit_of(&runs, as_of) {
        Some(run) => store.snapshot_of(&run.id).await?,
        None => None,
    };
    let mut costs = Vec::new();
    for month in months(as_of) {
        costs.extend(store.costs(month).await?);
    }
    Ok(Material {
        findings: findings(store).await?,
        history: store.all_history().await?,
        runs,
        snapshot,
        waivers: waivers(store, settings).await?,
        costs,
        paid: store.paid_spent(Month::at(as_of)).await?,
        frameworks: settings.frameworks.clone(),
        notes: notes(store, as_of).await?,
    })
}

async fn findings(store: &dyn Store) -> Result<Vec<Finding>, StoreError> {
    let (mut findings, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.findings(&FindingFilter::default(), &PageRequest::new(PageRequest::MOST, cursor)).await?;
        findings.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(findings);
        }
    }
}

/// Passes, as far back as the report looks. A row is large (it has the coverage), so pages are short.
async fn runs(store: &dyn Store, as_of: Time) -> Result<Vec<RunRecord>, StoreError> {
    let (mut runs, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.runs(&PageRequest::new(50, cursor)).await?;
        let enough = page.items.last().is_some_and(|oldest| oldest.started_at < looks_back_to(as_of));
        runs.extend(page.items);
        cursor = page.next;
        if enough || cursor.is_none() {
            return Ok(runs);
        }
    }
}

/// Those of the files, and those of the store whose id no file has.
async fn waivers(store: &dyn Store, settings: &ReportSettings) -> Result<Vec<KnownWaiver>, StoreError> {
    let of_files = settings.waivers.iter().map(|waiver| KnownWaiver { waiver: Arc::clone(waiver), added_at: None, revoked_at: None });
    let mut waivers: Vec<KnownWaiver> = of_files.collect();
    for stored in store.waivers().await? {
        if settings.waivers.iter().all(|waiver| waiver.id != stored.waiver.id) {
            let (added_at, revoked_at) = (Some(stored.added_at), stored.revoked_at);
            waivers.push(KnownWaiver { waiver: Arc::new(stored.waiver), added_at, revoked_at });
        }
    }
    Ok(waivers)
}

/// Channels that take nothing: who relies on their messages reads it here.
async fn notes(store: &dyn Store, as_of: Time) -> Result<Vec<String>, StoreError> {
    let mut notes = Vec::new();
    for channel in store.channels().await? {
        if let Some(since) = channel.dead_since.filter(|since| *since <= as_of) {
            let (name, waiting) = (&channel.name, channel.waiting);
            notes.push(format!(
                "The channel {name} has taken no messages since {}: {waiting} changes wait for it.",
                since.format("%Y-%m-%d %H:%M UTC")
            ));
        }
    }
    Ok(notes)
}

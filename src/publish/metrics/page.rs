//! The page as it is served: the rendered snapshot, replaced whole, behind the process's own lines.

use super::process::MOST_SERIES;
use super::{DEFAULT_BUDGET, Process, render};
use crate::model::snapshot::Snapshot;
use std::sync::{Arc, PoisonError, RwLock};

/// Holds the last rendered snapshot. Clones share it.
#[derive(Clone, Debug)]
pub struct Page {
    process: Process,
    rendered: Arc<RwLock<Arc<str>>>,
    budget: usize,
}

impl Page {
    /// A page without a snapshot, with the default budget of series.
    pub fn new(process: Process) -> Self {
        Self { process, rendered: Arc::new(RwLock::new(Arc::from(""))), budget: DEFAULT_BUDGET }
    }

    /// Renders a snapshot and puts it in the place of the one before. A scrape sees the one or the other, never a mixture.
    pub fn publish(&self, snapshot: &Snapshot) {
        let exposition = render(snapshot, self.budget.saturating_sub(MOST_SERIES));
        self.process.rendered(&exposition);
        // Readers hold the lock only to clone the pointer, so nobody waits for the rendering.
        *self.rendered.write().unwrap_or_else(PoisonError::into_inner) = exposition.text.into();
    }

    /// The page as of now.
    pub fn scrape(&self) -> String {
        let rendered = Arc::clone(&self.rendered.read().unwrap_or_else(PoisonError::into_inner));
        let mut page = self.process.text();
        page.reserve_exact(rendered.len());
        page.push_str(&rendered);
        page
    }

    /// The metrics of the process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

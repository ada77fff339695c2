//! Who runs next: never two at once, and one waiting for each scope.
//!
//! A pass that is asked for while another is under way that looks at all of it joins that one: a second would ask AWS the
//! same again. What looks at something else waits. Plain data without a lock or a clock; the driver holds it.

use super::auditor::Trigger;
use crate::model::RunId;
use crate::model::run::PassScope;
use arcstr::ArcStr;
use std::collections::VecDeque;

/// The most passes that wait. Scopes are made of what callers write: without a bound they could fill the memory.
pub const LONGEST: usize = 16;

/// A pass that waits or runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: RunId,
    /// What started it.
    pub trigger: Trigger,
    /// What it looks at.
    pub scope: PassScope,
    /// Who asked for it, by the name of a credential.
    pub asked_by: Option<ArcStr>,
}

/// What became of a request for a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It waits, or begins at once.
    Queued(RunId),
    /// A pass under way looks at all of it.
    Joined(RunId),
}

/// Why a request for a pass is turned away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One with the same scope waits already.
    #[error("an audit of the same scope waits already: {0}")]
    Waiting(RunId),
    /// Too many wait.
    #[error("{LONGEST} audits wait already")]
    Full,
    /// The daemon ends.
    #[error("the daemon is ending")]
    Ending,
    /// The store could not note it.
    #[error("the store could not note the audit: {0}")]
    Store(String),
}

/// The pass under way and those that wait.
#[derive(Debug, Default)]
pub struct Queue {
    running: Option<Entry>,
    waiting: VecDeque<Entry>,
}

impl Queue {
    /// What would become of a request, without admitting it: joined, refused, or none of both.
    pub fn look(&self, scope: &PassScope) -> Option<Result<Admission, Refusal>> {
        if let Some(running) = self.running.as_ref().filter(|running| running.scope.contains(scope)) {
            return Some(Ok(Admission::Joined(running.id.clone())));
        }
        if let Some(waiting) = self.waiting.iter().find(|waiting| waiting.scope == *scope) {
            return Some(Err(Refusal::Waiting(waiting.id.clone())));
        }
        (self.waiting.len() >= LONGEST).then_some(Err(Refusal::Full))
    }

    /// Lets a pass wait, or says what it joins or why it is turned away.
    ///
    /// # Errors
    /// [`Refusal::Waiting`], [`Refusal::Full`].
    pub fn admit(&mut self, entry: Entry) -> Result<Admission, Refusal> {
        if let Some(seen) = self.look(&entry.scope) {
            return seen;
        }
        let id = entry.id.clone();
        self.waiting.push_back(entry);
        Ok(Admission::Queued(id))
    }

    /// Takes back a pass that waits.
    pub fn withdraw(&mut self, id: &RunId) {
        self.waiting.retain(|entry| entry.id != *id);
    }

    /// The next pass, which is under way from now on; none while another is.
    pub fn begin(&mut self) -> Option<Entry> {
        if self.running.is_some() {
            return None;
        }
        self.running = self.waiting.pop_front();
        self.running.clone()
    }

    /// The pass under way has ended.
    pub fn end(&mut self) {
        self.running = None;
    }

    /// The pass under way.
    pub fn running(&self) -> Option<&Entry> {
        self.running.as_ref()
    }

    /// Empties the queue.
    pub fn drain(&mut self) -> Vec<Entry> {
        self.waiting.drain(..).collect()
    }
}

#[cfg(test)]
mod tests;

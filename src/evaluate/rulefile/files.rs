//! Many rule files, read and checked on every core there is: no file needs another, so that only ids, which must not be given twice,
//! wait until all are read. Most of the time goes into the parser of CEL.

use super::check::{self, Checks};
use super::{Word, read};
use crate::diag::{Diagnostic, Faults, Source};
use crate::evaluate::expr;
use crate::evaluate::load::RuleSource;
use crate::evaluate::rule::Body;
use crate::evaluate::shipped;
use crate::model::rule::RuleInfo;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a rule file holds.
pub struct RuleFile {
    /// Every id that it gives its rule, former ones too.
    pub names: Vec<Word>,
    /// The rule; none where there are mistakes.
    pub rule: Option<(RuleInfo, Body)>,
    /// The mistakes.
    pub faults: Faults,
    /// What the author should know and that stops nothing.
    pub notes: Vec<Diagnostic>,
}

/// Files that a thread takes at a time.
const BLOCK: usize = 8;

/// Reads and checks the files; the answers are in their order.
pub fn read(sources: &[&RuleSource], checks: &Checks<'_>) -> Vec<Result<RuleFile, Diagnostic>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(sources.len().div_ceil(BLOCK));
    let blocks: Vec<&[&RuleSource]> = sources.chunks(BLOCK).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(block) = blocks.get(place) else { return done };
            done.push((place, block.iter().map(|source| one(source, checks)).collect::<Vec<_>>()));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let helpers: Vec<_> = (0..threads).filter_map(|_| expr::deep(scope, work).ok()).collect();
        let joined = |helper: std::thread::ScopedJoinHandle<'_, _>| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let mut done: Vec<(usize, Vec<_>)> = helpers.into_iter().flat_map(joined).collect();
        // Nothing is left to do, unless no thread could be started.
        done.extend(work());
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().flat_map(|(_, files)| files).collect()
}

fn one(source: &RuleSource, checks: &Checks<'_>) -> Result<RuleFile, Diagnostic> {
    let (raw, mut faults) = read::read(&Source::new(source.path.as_str(), source.text.as_str()))?;
    let mut notes = Vec::new();
    let rule = check::check(&raw, &source.pack, shipped::stem(&source.path), checks, &mut faults, &mut notes);
    if rule.is_none() && faults.is_empty() {
        // A rule that vanishes without a word would leave a hole that nobody sees.
        return Err(Diagnostic::whole(source.path.as_str(), "internal error: the rule was refused without a reason"));
    }
    Ok(RuleFile { names: raw.id.into_iter().chain(raw.aliases).collect(), rule, faults, notes })
}

//! What the operator wrote as waivers, with the place of every word: whether a rule of that name exists is known only once the
//! rules are loaded, and a mistake must still name its line.
//!
//! Mistakes are carried here instead of being told when the file is read, so that unknown rules are told together with all
//! others. [`WaiversConfig::checked`] is the only way to the waivers: none apply from a file that has a mistake.

use crate::diag::{Diagnostic, Source, suggest};
use crate::model::WaiverId;
use crate::model::rule::RuleInfo;
use crate::model::waiver::{self, Waiver};
use arcstr::ArcStr;
use std::ops::Range;
use std::sync::Arc;

/// The longest that a waiver may last where the config does not say, in days.
pub const MOST_DAYS: u32 = 365;

/// `waivers` of the config file, with the files that it names.
#[derive(Clone, Debug)]
pub struct WaiversConfig {
    /// How many days ahead a waiver may end.
    pub most_days: u32,
    written: Vec<Written>,
    faults: Vec<Diagnostic>,
}

/// A waiver with its place.
#[derive(Clone, Debug)]
pub struct Written {
    /// The waiver; none where something is wrong with it.
    pub waiver: Option<Waiver>,
    /// Its id, which may be right where the rest is not.
    pub id: Option<WaiverId>,
    /// The file that it stands in.
    pub source: Source,
    /// Its bytes there.
    pub span: Range<usize>,
    /// The rule patterns with their bytes, also of a waiver that has another mistake.
    pub rules: Vec<(ArcStr, Range<usize>)>,
}

impl Default for WaiversConfig {
    fn default() -> Self {
        Self { most_days: MOST_DAYS, written: Vec::new(), faults: Vec::new() }
    }
}

impl WaiversConfig {
    /// What was read: the waivers in written order, and what is wrong with the others.
    pub fn new(most_days: u32, written: Vec<Written>, faults: Vec<Diagnostic>) -> Self {
        Self { most_days, written, faults }
    }

    /// The mistakes that were seen so far.
    pub fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }

    /// The waivers, once every rule that they name is known.
    ///
    /// # Errors
    /// Every mistake: those of the files, and words that name no rule, with what was probably meant.
    pub fn checked<'a>(&self, rules: impl IntoIterator<Item = &'a Arc<RuleInfo>>) -> Result<Vec<Arc<Waiver>>, Vec<Diagnostic>> {
        let rules: Vec<&RuleInfo> = rules.into_iter().map(AsRef::as_ref).collect();
        let mut faults = self.faults.clone();
        faults.extend(self.written.iter().flat_map(|written| written.faults(&rules)));
        if faults.is_empty() {
            return Ok(self.written.iter().filter_map(|written| written.waiver.clone()).map(Arc::new).collect());
        }
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Err(faults)
    }
}

impl Written {
    /// Patterns that name no rule that a waiver can cover.
    pub fn faults(&self, rules: &[&RuleInfo]) -> Vec<Diagnostic> {
        self.rules
            .iter()
            .filter_map(|(pattern, span)| {
                let fault = |message: String| Diagnostic::at(&self.source, span.clone(), message);
                // The file was refused already where this is no pattern.
                let glob = globset::Glob::new(pattern).ok()?.compile_matcher();
                let named: Vec<&&RuleInfo> = rules.iter().filter(|rule| names(rule).any(|name| glob.is_match(name))).collect();
                if named.is_empty() {
                    let fault = fault(format!("no rule is called {:?}", pattern.as_str()));
                    return Some(match suggest(pattern, rules.iter().flat_map(|rule| names(rule))) {
                        Some(near) => fault.help(format!("did you mean {near:?}?")),
                        None => fault.help("`ledgerline rules list` shows all"),
                    });
                }
                let only_about_waivers = named.iter().all(|rule| rule.resource.as_str() == waiver::TYPE);
                only_about_waivers.then(|| {
                    fault(format!("{:?} names only rules about waivers, and what they find cannot be waived", pattern.as_str()))
                        .help("mend the waiver, or set the rule's parameters")
                })
            })
            .collect()
    }
}

/// Every id that a rule answers to.
pub(super) fn names(rule: &RuleInfo) -> impl Iterator<Item = &str> {
    std::iter::once(rule.id.as_str()).chain(rule.aliases.iter().map(crate::model::RuleId::as_str))
}

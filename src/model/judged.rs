//! How each rule judged in a pass: what the coverage of controls is counted from.
//!
//! Findings alone do not tell it: a control without findings may be in order, unknown, or not looked at by anybody. So a pass counts
//! its verdicts by rule, and keeps with them which controls each rule speaks for: rules change, and a report of last quarter must
//! not be read with the rules of today.

use super::RuleId;
use super::rule::{Controls, Pillar, Severity};
use super::verdict::Status;
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

/// One rule and the verdicts that it gave in a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedRule {
    /// The rule.
    pub rule: RuleId,
    /// The good state.
    pub title: ArcStr,
    /// What it protects.
    pub pillar: Pillar,
    /// How bad a failure is, by the rule itself.
    pub severity: Severity,
    /// The controls that it speaks for.
    pub controls: Controls,
    /// Its verdicts.
    pub verdicts: VerdictCounts,
}

/// Verdicts counted by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// As they should be.
    pub pass: u64,
    /// Not as they should be.
    pub fail: u64,
    /// Failures under a valid waiver.
    pub waived: u64,
    /// Could not be told.
    pub unknown: u64,
    /// The rule does not speak of the resource.
    pub not_applicable: u64,
}

impl VerdictCounts {
    /// Counts one more.
    pub fn count(&mut self, status: Status) {
        let count = match status {
            Status::Pass => &mut self.pass,
            Status::Fail => &mut self.fail,
            Status::Waived => &mut self.waived,
            Status::Unknown => &mut self.unknown,
            Status::NotApplicable => &mut self.not_applicable,
        };
        *count = count.saturating_add(1);
    }

    /// Adds all of another.
    pub fn add(&mut self, more: Self) {
        self.pass = self.pass.saturating_add(more.pass);
        self.fail = self.fail.saturating_add(more.fail);
        self.waived = self.waived.saturating_add(more.waived);
        self.unknown = self.unknown.saturating_add(more.unknown);
        self.not_applicable = self.not_applicable.saturating_add(more.not_applicable);
    }
}

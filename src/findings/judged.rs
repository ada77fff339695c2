//! Verdicts counted by rule: the ground of every statement about a control.

use crate::model::RuleId;
use crate::model::judged::{JudgedRule, VerdictCounts};
use crate::model::rule::RuleInfo;
use crate::model::verdict::Verdicts;
use std::collections::HashMap;
use std::sync::Arc;

/// Every rule with its verdicts, in the order of `rules`; one that judged nothing is there with zeros.
pub fn judged<'a>(verdicts: &Verdicts, rules: impl IntoIterator<Item = &'a Arc<RuleInfo>>) -> Vec<JudgedRule> {
    let mut counts: HashMap<&RuleId, VerdictCounts> = HashMap::new();
    for evaluation in &verdicts.told {
        counts.entry(&evaluation.rule.id).or_default().count(evaluation.status);
    }
    // Millions of them: counted by place first, and by id once a rule.
    let mut quiet = vec![VerdictCounts::default(); verdicts.rules.len()];
    for one in verdicts.quiet.iter() {
        if let Some(count) = quiet.get_mut(one.rule as usize) {
            count.count(one.status);
        }
    }
    for (rule, count) in verdicts.rules.iter().zip(quiet) {
        counts.entry(&rule.id).or_default().add(count);
    }
    let judged = rules.into_iter().map(|rule| JudgedRule {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        pillar: rule.pillar,
        severity: rule.severity,
        controls: rule.controls.clone(),
        verdicts: counts.get(&rule.id).copied().unwrap_or_default(),
    });
    judged.collect()
}

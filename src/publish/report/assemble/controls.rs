//! Control coverage: what the verdicts say about the controls of each framework.
//!
//! A control is in order only where something was evaluated for it and all of that passed. Nothing evaluated, something that could
//! not be told, and a failure under a waiver are states of their own.

use crate::model::RuleId;
use crate::model::judged::{JudgedRule, VerdictCounts};
use crate::publish::report::data::{Control, ControlState, Framework};
use crate::publish::report::material::Material;
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// Framework → control → its verdicts and rules.
type Sums<'a> = BTreeMap<&'a ArcStr, BTreeMap<&'a ArcStr, (VerdictCounts, Vec<RuleId>)>>;

/// The frameworks that loaded rules speak for, by id.
pub fn frameworks(material: &Material) -> Vec<Framework> {
    let judged: &[JudgedRule] = material.snapshot.as_ref().map(|snapshot| snapshot.judged.as_slice()).unwrap_or_default();
    let mut sums: Sums<'_> = BTreeMap::new();
    for rule in judged {
        for (framework, controls) in &rule.controls {
            for control in controls {
                let (sum, rules) = sums.entry(framework).or_default().entry(control).or_default();
                sum.add(rule.verdicts);
                rules.push(rule.rule.clone());
            }
        }
    }
    let mut frameworks: Vec<Framework> = Vec::new();
    for (id, controls) in sums {
        let info = material.frameworks.iter().find(|info| info.id == *id);
        let title = |control: &ArcStr| info.and_then(|info| info.controls.get(control)).cloned().unwrap_or_default();
        let controls: Vec<Control> = controls
            .into_iter()
            .map(|(id, (verdicts, rules))| Control { id: id.clone(), title: title(id), state: state(verdicts), verdicts, rules })
            .collect();
        let count = |state: &ControlState| controls.iter().filter(|control| control.state == *state).count() as u64;
        frameworks.push(Framework {
            id: id.clone(),
            title: info.map_or(id, |info| &info.title).clone(),
            controls_known: info.map(|info| info.controls.len() as u64),
            counts: ControlState::ALL.iter().map(|state| (*state, count(state))).collect(),
            controls,
        });
    }
    frameworks
}

/// The worst that is known.
fn state(verdicts: VerdictCounts) -> ControlState {
    let VerdictCounts { pass, fail, waived, unknown, not_applicable: _ } = verdicts;
    if fail > 0 {
        ControlState::Fail
    } else if unknown > 0 {
        ControlState::Unknown
    } else if waived > 0 {
        ControlState::Waived
    } else if pass > 0 {
        ControlState::Pass
    } else {
        ControlState::NotEvaluated
    }
}

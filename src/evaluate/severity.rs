//! Severities that the operator gave to rules instead of their own, by environment.
//!
//! Where the environment of a resource could not be told, the worst of those that may hold is taken: a failure of
//! production must not look like one of `dev` because its tags were denied.

use super::config::{RulesConfig, SeveritySetting};
use super::parameter::EVERYWHERE;
use super::rule::Body;
use crate::diag::{Faults, Place};
use crate::model::inventory::Known;
use crate::model::rule::{RuleInfo, Severity};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// What the operator made of a rule's severity; the default is nothing.
#[derive(Clone, Debug, Default)]
pub struct Severities {
    own: Option<Severity>,
    by_environment: BTreeMap<ArcStr, (Severity, Place)>,
}

impl Severities {
    /// The severity that the rule file gives, where another holds.
    pub fn own(&self) -> Option<Severity> {
        self.own
    }

    /// What is set, by environment; [`EVERYWHERE`] is under all of them.
    pub fn set(&self) -> impl Iterator<Item = (&ArcStr, Severity, &Place)> {
        self.by_environment.iter().map(|(environment, (severity, place))| (environment, *severity, place))
    }

    /// Whether some environment has a severity of its own.
    pub fn vary(&self) -> bool {
        self.by_environment.keys().any(|environment| environment != EVERYWHERE)
    }

    /// The severity in an environment; `general` is what holds where the environment says nothing.
    pub fn of(&self, environment: &Known<ArcStr>, general: Severity) -> Severity {
        match environment {
            _ if self.by_environment.is_empty() => general,
            Known::Is(name) => self.by_environment.get(name).map_or(general, |(severity, _)| *severity),
            Known::None => general,
            Known::Gap(_) => self.by_environment.values().map(|(severity, _)| *severity).fold(general, Severity::max),
        }
    }

    /// The environment (or [`EVERYWHERE`]) and the place that give the severity in an environment; none where it is the rule's own.
    pub fn source_of(&self, environment: Option<&str>) -> Option<(&str, &Place)> {
        let find = |of: &str| self.by_environment.get_key_value(of);
        environment.and_then(find).or_else(|| find(EVERYWHERE)).map(|(environment, (_, place))| (environment.as_str(), place))
    }
}

/// Gives the rules the severities of the config. A rule that there is not is a mistake.
pub(super) fn apply(drafts: &mut [(RuleInfo, Body)], config: &RulesConfig, faults: &mut Vec<crate::diag::Diagnostic>) {
    let Some(source) = &config.source else { return };
    let mut found = Faults::new(source.clone());
    for SeveritySetting { environment, rule, severity, span } in &config.severities {
        let called = |info: &RuleInfo| info.id.as_str() == rule.text || info.aliases.iter().any(|alias| alias.as_str() == rule.text);
        if crate::model::contract::RULES.contains(&rule.text.as_str()) {
            // What is missing has no environment.
            if environment != EVERYWHERE {
                found.add(span, format!("the severity of {} is one for all environments", rule.text));
            }
            continue;
        }
        let Some(position) = drafts.iter().position(|(info, _)| called(info)) else {
            found.add_unknown(&rule.span, "rule", &rule.text, drafts.iter().map(|(info, _)| info.id.as_str()));
            continue;
        };
        let Some((info, body)) = drafts.get_mut(position) else { continue };
        let severities = &mut body.severities;
        if severities.by_environment.insert(environment.clone(), (*severity, source.place_of(span.start))).is_some() {
            found.add(span, format!("the severity of {} is set twice, by its id and by a former one", info.id));
        }
        severities.own = severities.own.or(Some(info.severity));
        if environment == EVERYWHERE {
            info.severity = *severity;
        }
    }
    faults.extend(found.into_diagnostics());
}

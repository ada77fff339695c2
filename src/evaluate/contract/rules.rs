//! What the rules of contracts say about themselves: data, in one place, read as any rule's is shown.

use super::set::ContractSet;
use crate::model::CallId;
use crate::model::catalogue::Catalogue;
use crate::model::rule::{Controls, Pillar, Remedy, RuleInfo, RuleStatus, Severity};
use arcstr::ArcStr;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The pack that they are listed under.
pub const PACK: &str = "contract";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    id: ArcStr,
    title: ArcStr,
    severity: Severity,
    pillar: Pillar,
    why: ArcStr,
    remedy: Remedy,
    controls: Controls,
}

/// The rules, sorted by id, with the calls that these contracts need.
///
/// # Panics
/// Never for a binary that passed its tests: the file is embedded when it is built.
pub fn infos(contracts: &ContractSet, catalogue: &Catalogue) -> Vec<RuleInfo> {
    let described: Vec<Described> = serde_saphyr::from_str(include_str!("rules.yaml"))
        .unwrap_or_else(|error| panic!("internal error: the rules of contracts: {error}"));
    let info = |described: Described| {
        let needs = contracts.needs([described.id.as_str()], catalogue);
        let calls: BTreeSet<CallId> = needs.types().flat_map(|(_, calls)| calls.iter().cloned()).collect();
        RuleInfo {
            id: described.id.as_str().into(),
            title: described.title,
            status: RuleStatus::Stable,
            since: arcstr::literal!("0.1.0"),
            pillar: described.pillar,
            severity: described.severity,
            resource: "*".into(),
            pack: PACK.into(),
            aliases: Vec::new(),
            why: described.why,
            remedy: described.remedy,
            controls: described.controls,
            calls: calls.into_iter().collect(),
            reads: Vec::new(),
        }
    };
    described.into_iter().map(info).collect()
}

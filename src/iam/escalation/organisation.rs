//! The organisation's policies, where the source has them: resources of type `AWS::Organizations::Policy`, in CloudFormation's words.
//!
//! Each target (the root, a unit, the account) is a level: policies of one level are joined, levels are crossed. Which units an account
//! is in is told by `AWS::Organizations::Account` and `AWS::Organizations::OrganizationalUnit`, where they are there; a policy of a unit
//! that nothing connects with the account is told as unread and left out. A level whose policies only deny has the policy that allows
//! everything too: without it every account in it would stand still, and AWS attaches it itself. The management account is not limited.

use crate::iam::document::Document;
use crate::iam::evaluation::Policy;
use crate::model::{Resource, Value};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What limits the accounts of an organisation.
#[derive(Debug, Default)]
pub struct Organisation {
    /// By kind, then by target.
    policies: BTreeMap<&'static str, BTreeMap<ArcStr, Vec<Policy>>>,
    /// What an account or unit is in.
    parents: BTreeMap<ArcStr, ArcStr>,
    management: BTreeSet<ArcStr>,
    /// What could not be placed.
    pub unread: Vec<String>,
}

const SERVICE: &str = "SERVICE_CONTROL_POLICY";
const RESOURCE: &str = "RESOURCE_CONTROL_POLICY";

/// Reads it; `parse` gives the document of a value, and its name for messages.
pub fn read(resources: &[Resource], parse: &mut impl FnMut(Option<&Value>, &str) -> Result<Arc<Document>, ArcStr>) -> Organisation {
    let mut organisation = Organisation::default();
    for resource in resources {
        let text = |key: &str| resource.properties.get(key).and_then(Value::as_str);
        let parent = || {
            let listed = resource.properties.get("ParentIds").and_then(Value::as_list).and_then(|ids| ids.first()).and_then(Value::as_str);
            text("ParentId").or(listed).map(ArcStr::from)
        };
        match resource.resource_type.as_str() {
            "AWS::Organizations::Organization" => {
                let management = resource.state.get("ManagementAccountId").or_else(|| resource.properties.get("ManagementAccountId"));
                organisation.management.extend(management.and_then(Value::as_str).map(ArcStr::from));
            }
            "AWS::Organizations::Account" => {
                let id = text("AccountId").map_or_else(|| resource.name.clone(), ArcStr::from);
                organisation.parents.extend(parent().map(|parent| (id, parent)));
            }
            "AWS::Organizations::OrganizationalUnit" => {
                let id = text("Id").map_or_else(|| resource.id.shared().clone(), ArcStr::from);
                organisation.parents.extend(parent().map(|parent| (id, parent)));
            }
            "AWS::Organizations::Policy" => {
                let Some(kind) = text("Type").and_then(|kind| [SERVICE, RESOURCE].into_iter().find(|known| *known == kind)) else {
                    continue;
                };
                let label = ArcStr::from(text("Name").unwrap_or(&resource.name));
                let policy = Policy { document: parse(resource.properties.get("Content"), &label), label };
                let targets = resource.properties.get("TargetIds").and_then(Value::as_list).into_iter().flatten();
                for target in targets.filter_map(Value::as_str) {
                    organisation.policies.entry(kind).or_default().entry(target.into()).or_default().push(policy.clone());
                }
            }
            _ => {}
        }
    }
    organisation.note_unplaced();
    organisation
}

impl Organisation {
    /// The service control policies of an account, a list a level.
    pub fn service_control(&self, account: &str) -> Vec<Vec<Policy>> {
        self.levels(SERVICE, account)
    }

    /// The resource control policies of an account, a list a level.
    pub fn resource_control(&self, account: &str) -> Vec<Vec<Policy>> {
        self.levels(RESOURCE, account)
    }

    fn levels(&self, kind: &str, account: &str) -> Vec<Vec<Policy>> {
        if self.management.contains(account) {
            return Vec::new();
        }
        let Some(policies) = self.policies.get(kind) else { return Vec::new() };
        let mut levels = Vec::new();
        for (target, level) in policies {
            if target == account || target.starts_with("r-") || self.is_in(account, target) {
                let mut level = level.clone();
                let allows = level.iter().any(|policy| policy.document.as_ref().is_ok_and(|document| document.allows().next().is_some()));
                if !allows {
                    level.push(super::estate::everything());
                }
                levels.push(level);
            }
        }
        levels
    }

    /// Whether an account is in a unit, at any depth.
    fn is_in(&self, account: &str, unit: &str) -> bool {
        let mut here = self.parents.get(account);
        // Units are nested five deep at most.
        for _ in 0..8 {
            match here {
                Some(parent) if parent == unit => return true,
                Some(parent) => here = self.parents.get(parent),
                None => return false,
            }
        }
        false
    }

    fn note_unplaced(&mut self) {
        let units = self.policies.values().flat_map(BTreeMap::keys).filter(|target| target.starts_with("ou-"));
        let placed: BTreeSet<&ArcStr> = self.parents.values().collect();
        let unread: BTreeSet<String> = units
            .filter(|unit| !placed.contains(*unit))
            .map(|unit| format!("which accounts are in the organisational unit {unit} is not in the source: its policies are left out"))
            .collect();
        self.unread.extend(unread);
    }
}

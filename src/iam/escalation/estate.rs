//! Who there is, and what speaks for and against each: the principals of one account or several, as the search needs them.
//!
//! Principals with the same policies share a *class*: what the policies say of an action is worked out once for all of them, which is
//! what makes an account of a thousand roles a matter of a second.

use super::table::Host;
use crate::iam::document::Document;
use crate::iam::evaluation::{Policies, Policy};
use arcstr::ArcStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All that was read.
#[derive(Debug, Default)]
pub struct Estate {
    /// Users and roles, sorted by ARN.
    pub principals: Vec<Principal>,
    /// Groups by ARN.
    pub groups: BTreeMap<ArcStr, Group>,
    /// Managed policies that can be rewritten or attached: those of the accounts, by ARN.
    pub managed: BTreeMap<ArcStr, Policy>,
    /// The policies of each class.
    pub classes: Vec<Arc<Policies>>,
    /// Things that run under a role, by kind: their ARN and the role's.
    pub hosted: BTreeMap<&'static str, Vec<Hosted>>,
    /// The kinds of things of which the source has all: of others there may be more than [`Self::hosted`] knows.
    pub complete: BTreeSet<(ArcStr, &'static str)>,
    /// The roles of which an instance profile is known, by account, where the source has such profiles.
    pub profiled: BTreeMap<ArcStr, BTreeSet<ArcStr>>,
    /// What could not be read, in sentences.
    pub unread: Vec<String>,
}

/// A user or a role.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Its ARN.
    pub arn: ArcStr,
    /// Its account.
    pub account: ArcStr,
    /// What it is.
    pub kind: Kind,
    /// Its tags; none where they could not be read.
    pub tags: Option<Vec<(ArcStr, ArcStr)>>,
    /// Where its permissions come from.
    pub grants: Vec<Grant>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<ArcStr>,
    /// Its class, a position in [`Estate::classes`].
    pub class: usize,
}

/// What a principal is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A user.
    User {
        /// The ARNs of its groups.
        groups: Vec<ArcStr>,
        /// How many access keys it has, where that is known.
        keys: Option<usize>,
        /// Whether it has a password, where that is known.
        password: Option<bool>,
    },
    /// A role.
    Role {
        /// Who may take it.
        trust: Policy,
    },
}

/// One policy of a principal, and how it came to have it.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The policy.
    pub policy: Policy,
    /// The ARN, where it is a managed one.
    pub managed: Option<ArcStr>,
    /// The group, where it came by one.
    pub group: Option<ArcStr>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its account.
    pub account: ArcStr,
    /// Its policies.
    pub grants: Vec<Grant>,
}

/// Something that runs under a role.
#[derive(Clone, Debug)]
pub struct Hosted {
    /// Its ARN.
    pub arn: ArcStr,
    /// Its account.
    pub account: ArcStr,
    /// The ARN of the role.
    pub role: ArcStr,
}

impl Principal {
    /// Its name, without the path.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Its trust policy, where it is a role.
    pub fn trust(&self) -> Option<&Policy> {
        match &self.kind {
            Kind::Role { trust } => Some(trust),
            Kind::User { .. } => None,
        }
    }

    /// Whether it is a role that belongs to an AWS service: nobody else may take it or hand it over.
    pub fn is_service_linked(&self) -> bool {
        self.arn.contains(":role/aws-service-role/")
    }

    /// Whether policies can be put on it: not on roles that AWS keeps.
    pub fn is_kept_by_aws(&self) -> bool {
        self.is_service_linked() || self.arn.contains(":role/aws-reserved/")
    }

    /// The policies of the account that it has, itself or by a group, with the group.
    pub fn own_versions(&self) -> impl Iterator<Item = &ArcStr> {
        self.grants.iter().filter_map(|grant| grant.managed.as_ref()).filter(|arn| !is_of_aws(arn))
    }
}

/// Whether a managed policy is AWS's own.
pub fn is_of_aws(arn: &str) -> bool {
    arn.split(':').nth(4) == Some("aws")
}

impl Estate {
    /// The policies of a class.
    pub fn class(&self, class: usize) -> &Arc<Policies> {
        // Classes are made together with the principals that name them.
        &self.classes[class]
    }

    /// What is known to run under which role, where all of it is known; none where there may be more.
    pub fn hosted(&self, host: &Host, account: &str) -> Option<Vec<&Hosted>> {
        let found: Vec<&Hosted> = self.hosted.get(host.kind).into_iter().flatten().filter(|one| one.account == account).collect();
        let complete = self.complete.iter().any(|(of, kind)| of == account && *kind == host.kind);
        (complete || !found.is_empty()).then_some(found)
    }
}

/// A policy that allows everything: what whoever writes policies may write.
pub fn everything() -> Policy {
    use std::sync::LazyLock;
    static EVERYTHING: LazyLock<Arc<Document>> = LazyLock::new(|| {
        let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        match crate::iam::document::parse_text(text) {
            Ok(document) => Arc::new(document),
            Err(faults) => panic!("internal error: the policy that allows everything: {faults}"),
        }
    });
    Policy { label: arcstr::literal!("a policy that allows everything"), document: Ok(Arc::clone(&EVERYTHING)) }
}

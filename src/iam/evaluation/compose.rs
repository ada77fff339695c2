//! How the layers of policies are put together: union inside a layer, intersection of layers, a deny over all.
//!
//! Sources: "Policy evaluation logic", "Cross-account policy evaluation logic" and "Permissions boundaries" in the IAM user guide,
//! "Key policies" in that of KMS, "SCP evaluation" in that of Organizations.

use super::request::{Caller, Request, name_of};
use super::statement::{Asked, Reach};
use super::truth::Truth;
use super::{Answer, Decider, Outcome, Policies, Policy};
use crate::iam::actions::Database;
use crate::iam::document::{Document, Effect, Selection, Statement};

/// What AWS would answer, by the actions that the build knows.
pub fn evaluate(request: &Request, policies: &Policies) -> Answer {
    evaluate_with(request, policies, Database::embedded())
}

/// What AWS would answer, by the actions of a database.
pub fn evaluate_with(request: &Request, policies: &Policies, database: &Database) -> Answer {
    let cx = Composer {
        asked: Asked::new(request, !policies.boundaries.is_empty(), database),
        policies,
        organisation: !request.caller.is_service_linked(),
    };
    let denied = cx.denied();
    if !denied.by.is_empty() {
        return Answer { outcome: Outcome::ExplicitDeny, reason: format!("{} denies it", name(&denied.by)), decided_by: denied.by };
    }
    let allowed = cx.allowed();
    match (denied.truth, allowed.truth) {
        (Truth::Unsure(why), _) => {
            Answer { outcome: Outcome::Unknown, decided_by: Vec::new(), reason: format!("whether it is denied cannot be told: {why}") }
        }
        (Truth::No | Truth::Yes, Truth::Yes) => {
            Answer { outcome: Outcome::Allowed, reason: format!("{} allows it", name(&allowed.by)), decided_by: allowed.by }
        }
        (Truth::No | Truth::Yes, Truth::No) => Answer { outcome: Outcome::ImplicitDeny, decided_by: Vec::new(), reason: allowed.missing },
        (Truth::No | Truth::Yes, Truth::Unsure(why)) => {
            Answer { outcome: Outcome::Unknown, decided_by: Vec::new(), reason: why.to_string() }
        }
    }
}

/// Whether one document by itself allows a request: some statement does and none denies. With `principals`, statements must name the
/// caller, as in a resource's policy. Which resources an action takes does not count.
pub fn permits(document: &Document, request: &Request, principals: bool) -> Truth {
    says(document, &Asked::untyped(request), principals)
}

/// [`permits`] of an action that a database may list: one that takes no resource is granted by a literal `*` alone.
pub fn permits_typed(document: &Document, request: &Request, principals: bool, database: &Database) -> Truth {
    says(document, &Asked::new(request, false, database), principals)
}

fn says(document: &Document, asked: &Asked<'_>, principals: bool) -> Truth {
    let speaks = |statement: &Statement| {
        let principal = if principals { asked.principal(statement).0 } else { Truth::Yes };
        principal.and(|| asked.fits(statement, document.version))
    };
    let of = |effect| Truth::any(document.statements.iter().filter(move |statement| statement.effect == effect).map(speaks));
    of(Effect::Deny).negated().and(|| of(Effect::Allow))
}

/// Whether the principal element of a statement means the caller of a request.
pub fn principal_means(statement: &Statement, request: &Request) -> Truth {
    Asked::untyped(request).principal(statement).0
}

fn name(by: &[Decider]) -> String {
    by.first().map_or_else(
        || "the account's root user may do everything: that".to_owned(),
        |one| format!("{} statement {}", one.policy, one.statement_index),
    )
}

/// What a layer, or several, say.
struct Said {
    truth: Truth,
    by: Vec<Decider>,
    /// What is missing, where the truth is no.
    missing: String,
}

impl Said {
    fn yes() -> Self {
        Self { truth: Truth::Yes, by: Vec::new(), missing: String::new() }
    }

    fn no(missing: impl Into<String>) -> Self {
        Self { truth: Truth::No, by: Vec::new(), missing: missing.into() }
    }

    /// Both must allow.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        if self.truth == Truth::No {
            return self;
        }
        let other = other();
        let missing = if other.truth == Truth::No { other.missing } else { self.missing };
        Self { truth: self.truth.and(|| other.truth), by: [self.by, other.by].concat(), missing }
    }

    /// One must allow.
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.truth.is_yes() {
            return self;
        }
        let other = other();
        if other.truth.is_yes() {
            return other;
        }
        Self { truth: self.truth.or(|| other.truth), by: Vec::new(), missing: self.missing }
    }
}

struct Composer<'a> {
    asked: Asked<'a>,
    policies: &'a Policies,
    /// Whether policies of the organisation apply.
    organisation: bool,
}

/// Whether the principal element of a policy counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The policy is the caller's own, or has none.
    Implied,
    /// It must mean the caller.
    Named,
    /// It must mean the caller where there is one.
    NamedIfAny,
}

impl Composer<'_> {
    /// Every policy that may deny, with how its principals are read.
    fn layers(&self) -> impl Iterator<Item = (&Policy, Who)> {
        let policies = self.policies;
        let implied = policies.identity.iter().chain(&policies.boundaries).chain(&policies.sessions);
        let service_control = policies.service_control.iter().flatten().filter(|_| self.limited_by_scp());
        let resource_control = policies.resource_control.iter().flatten().filter(|_| self.organisation);
        (implied.chain(service_control).map(|policy| (policy, Who::Implied)))
            .chain(policies.resource.iter().chain(&policies.endpoints).map(|policy| (policy, Who::Named)))
            .chain(resource_control.map(|policy| (policy, Who::NamedIfAny)))
    }

    /// Service control policies limit the principals of accounts, not services and strangers.
    fn limited_by_scp(&self) -> bool {
        self.organisation && matches!(self.asked.request.caller, Caller::Arn(_))
    }

    /// All statements that deny.
    fn denied(&self) -> Said {
        let mut denied = Said::no("");
        for (policy, who) in self.layers() {
            match &policy.document {
                Err(why) => denied.truth = denied.truth.or(|| unreadable(policy, why)),
                Ok(document) => {
                    for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Deny) {
                        let truth = self.fits(statement, document, who).0;
                        if truth.is_yes() {
                            denied.by.push(decider(policy, statement));
                        } else {
                            denied.truth = denied.truth.or(|| truth);
                        }
                    }
                }
            }
        }
        denied
    }

    fn allowed(&self) -> Said {
        self.base()
            .and(|| self.every_level(&self.policies.service_control, self.limited_by_scp(), Who::Implied, "service control"))
            .and(|| self.every_level(&self.policies.resource_control, self.organisation, Who::NamedIfAny, "resource control"))
            .and(|| self.limit(&self.policies.endpoints, Who::Named, "the policy of the VPC endpoint does not allow it"))
    }

    /// What the policies of caller and resource grant together.
    fn base(&self) -> Said {
        let request = self.asked.request;
        let caller = &request.caller;
        let resource = |least: Reach, most: Reach| self.granted_by_resource(least, most);
        let Some(account) = caller.account() else {
            // A service or a stranger has no policies of its own.
            return resource(Reach::Account, Reach::Direct);
        };
        let identity = || {
            if caller.is_root() {
                Said::yes()
            } else {
                self.any(&self.policies.identity, Who::Implied, "no policy of the caller allows it")
            }
        };
        let limits = || {
            self.limit(&self.policies.boundaries, Who::Implied, "the permissions boundary does not allow it")
                .and(|| self.limit(&self.policies.sessions, Who::Implied, "the session's policies do not allow it"))
        };
        // Where the resource's account is not to be known it is taken for the caller's, as AWS's simulator does.
        if request.owner().is_some_and(|owner| owner != account) {
            return identity().and(limits).and(|| resource(Reach::Account, Reach::Direct));
        }
        // A grant to the user or session itself is not narrowed by what a boundary or session policy leaves out.
        let direct = resource(Reach::Direct, Reach::Direct);
        let by_role = || resource(Reach::Role, Reach::Role).and(limits);
        if needs_resource_policy(request) {
            return direct.or(by_role).or(|| {
                let delegated = resource(Reach::Account, Reach::Account);
                delegated.and(identity).and(limits)
            });
        }
        identity().and(limits).or(|| direct).or(by_role)
    }

    /// Whether a statement of the resource's policy allows it by a principal of this reach.
    fn granted_by_resource(&self, least: Reach, most: Reach) -> Said {
        let Some(policy) = &self.policies.resource else { return Said::no("the resource has no policy that allows it") };
        self.find(std::slice::from_ref(policy), Who::Named, "the policy of the resource does not allow it", |reach| {
            least <= reach && reach <= most
        })
    }

    fn any(&self, policies: &[Policy], who: Who, missing: &str) -> Said {
        self.find(policies, who, missing, |_| true)
    }

    /// A layer that limits only where it is there.
    fn limit(&self, policies: &[Policy], who: Who, missing: &str) -> Said {
        if policies.is_empty() { Said::yes() } else { self.any(policies, who, missing) }
    }

    fn every_level(&self, levels: &[Vec<Policy>], applies: bool, who: Who, kind: &str) -> Said {
        let mut all = Said::yes();
        for (place, level) in levels.iter().enumerate().filter(|_| applies) {
            all = all.and(|| self.any(level, who, &format!("no {kind} policy of level {place} allows it")));
        }
        all
    }

    /// The first statement of these policies that allows it.
    fn find(&self, policies: &[Policy], who: Who, missing: &str, counts: impl Fn(Reach) -> bool) -> Said {
        let mut found = Said::no(missing);
        for policy in policies {
            let document = match &policy.document {
                Ok(document) => document,
                Err(why) => {
                    found.truth = found.truth.or(|| unreadable(policy, why));
                    continue;
                }
            };
            for statement in document.allows() {
                let (truth, reach) = self.fits(statement, document, who);
                if !counts(reach) || truth == Truth::No {
                    continue;
                }
                if truth.is_yes() {
                    return Said { truth, by: vec![decider(policy, statement)], missing: String::new() };
                }
                found.truth = found.truth.or(|| truth);
            }
        }
        found
    }

    /// Whether a statement speaks of the request, and by which reach.
    fn fits(&self, statement: &Statement, document: &Document, who: Who) -> (Truth, Reach) {
        let (principal, reach) = match who {
            Who::Implied => (Truth::Yes, Reach::Direct),
            Who::NamedIfAny if statement.principals.is_none() => (Truth::Yes, Reach::Direct),
            Who::Named | Who::NamedIfAny => self.asked.principal(statement),
        };
        // "All but" is meant for callers without a boundary: one that has it is denied whoever is listed.
        let caught = self.asked.bounded && statement.effect == Effect::Deny && matches!(statement.principals, Some(Selection::AllBut(_)));
        let principal = if caught && who != Who::Implied { Truth::Yes } else { principal };
        (principal.and(|| self.asked.fits(statement, document.version)), reach)
    }
}

fn decider(policy: &Policy, statement: &Statement) -> Decider {
    Decider { policy: policy.label.clone(), statement_index: statement.index }
}

fn unreadable(policy: &Policy, why: &str) -> Truth {
    Truth::Unsure(arcstr::format!("{} cannot be understood: {why}", policy.label))
}

/// Whether the resource's own policy must take part, also inside one account: a key's, and the trust policy of a role.
fn needs_resource_policy(request: &Request) -> bool {
    let service = request.resource.split(':').nth(2).unwrap_or_default();
    let name = name_of(&request.resource);
    let (prefix, action) = request.action.split_once(':').unwrap_or_default();
    let key = prefix.eq_ignore_ascii_case("kms") && service == "kms" && name.starts_with("key/");
    let assumes = ["assumerole", "tagsession", "setsourceidentity"].iter().any(|start| action.to_ascii_lowercase().starts_with(start));
    key || (prefix.eq_ignore_ascii_case("sts") && assumes && service == "iam" && name.starts_with("role/"))
}

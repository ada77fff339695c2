//! Whether a statement speaks of a request: principal, action, resource and conditions, each in three values.

use super::condition;
use super::request::{Caller, Request, name_of};
use super::truth::Truth;
use super::wild::{self, Expanded, Wild};
use crate::iam::actions::Database;
use crate::iam::document::{Principal, ResourcePattern, Selection, Statement, Version, account_of};
use crate::iam::glob;

/// How a principal element reaches a caller. What a grant is worth depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// By its account: that only delegates to the account's own policies.
    Account,
    /// By the role whose session it is.
    Role,
    /// By itself: user, session, service, or everybody.
    Direct,
}

/// A request with what is worked out once for all statements.
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request,
    /// Whether a policy can name resources for the action; an action that the database does not list may.
    takes_resources: bool,
    /// Whether the caller has a permissions boundary.
    pub bounded: bool,
}

impl<'a> Asked<'a> {
    /// The request, looked up in the action database.
    pub fn new(request: &'a Request, bounded: bool, database: &Database) -> Self {
        let listed = request.action.split_once(':').and_then(|(service, name)| database.find(service, name));
        Self { request, takes_resources: listed.is_none_or(|action| action.takes_resources()), bounded }
    }

    /// The request, of an action that may take any resource: what the database says of it does not count.
    pub const fn untyped(request: &'a Request) -> Self {
        Self { request, takes_resources: true, bounded: false }
    }

    /// Whether action, resource and conditions of a statement fit: all but its principal.
    pub fn fits(&self, statement: &Statement, version: Version) -> Truth {
        Truth::of(statement.covers_action(&self.request.action))
            .and(|| self.resource(statement.resources.as_ref(), version))
            .and(|| Truth::all(statement.conditions.iter().map(|one| condition::holds(one, version, &self.request.context))))
    }

    fn resource(&self, resources: Option<&Selection<ResourcePattern>>, version: Version) -> Truth {
        let any = |listed: &[ResourcePattern]| Truth::any(listed.iter().map(|pattern| self.one_resource(&pattern.0, version)));
        match resources {
            // A trust policy: its resource is the role that it is attached to.
            None => Truth::Yes,
            Some(Selection::Only(listed)) => any(listed),
            Some(Selection::AllBut(listed)) => any(listed).negated(),
        }
    }

    /// An action that takes no resource is granted by a literal `*` alone.
    fn one_resource(&self, pattern: &str, version: Version) -> Truth {
        let everything = glob::is_everything(pattern) && !pattern.contains('?');
        if everything || !self.takes_resources {
            return Truth::of(everything);
        }
        // Variables are replaced after the fifth colon only.
        let parts = pattern.splitn(6, ':').count();
        let tail = if parts == 6 { name_of(pattern) } else { "" };
        if version == Version::V2008 || !tail.contains("${") {
            return wild::plain_arn(pattern, &self.request.resource);
        }
        match Wild::expand_tail(pattern, tail.len(), &self.request.context) {
            Expanded::Pattern(wild) => wild.matches_arn(&self.request.resource),
            Expanded::Never => Truth::No,
            Expanded::Unsure(why) => why,
        }
    }

    /// Whether the principal element of a statement means the caller, and how. A statement without one means nobody.
    pub fn principal(&self, statement: &Statement) -> (Truth, Reach) {
        let caller = &self.request.caller;
        let listed = |listed: &[Principal]| {
            let mut best = (Truth::No, Reach::Account);
            for (truth, reach) in listed.iter().map(|principal| means(principal, caller)) {
                match (&best.0, &truth) {
                    (Truth::Yes, Truth::Yes) => best.1 = best.1.max(reach),
                    (_, Truth::Yes) | (Truth::No, Truth::Unsure(_)) => best = (truth, reach),
                    (_, Truth::No | Truth::Unsure(_)) => {}
                }
            }
            best
        };
        match &statement.principals {
            None => (Truth::No, Reach::Account),
            Some(Selection::Only(named)) => listed(named),
            Some(Selection::AllBut(named)) => (listed(named).0.negated(), Reach::Direct),
        }
    }
}

/// Whether a principal means a caller, and how.
fn means(principal: &Principal, caller: &Caller) -> (Truth, Reach) {
    let direct = |holds: bool| (Truth::of(holds), Reach::Direct);
    match (principal, caller) {
        (Principal::Anyone, _) => direct(true),
        (Principal::Account(account), Caller::Arn(_)) => {
            let reach = if caller.is_root() { Reach::Direct } else { Reach::Account };
            (Truth::of(caller.account() == Some(account)), reach)
        }
        (Principal::Arn(arn), Caller::Arn(own)) => {
            if arn == own {
                // A template that names the role itself stands for its sessions.
                return (Truth::Yes, if caller.is_role() { Reach::Role } else { Reach::Direct });
            }
            (Truth::of(is_role_of(arn, caller)), Reach::Role)
        }
        (Principal::Service(name), Caller::Named(own)) => direct(name.eq_ignore_ascii_case(own)),
        (Principal::Federated(name), Caller::Named(own) | Caller::Arn(own)) => direct(name == own),
        (Principal::CanonicalUser(_), Caller::Arn(_)) => (Truth::unsure("a canonical user does not tell its account"), Reach::Direct),
        (Principal::Deleted(_), _)
        | (Principal::Account(_) | Principal::Arn(_) | Principal::CanonicalUser(_), Caller::Named(_) | Caller::Anonymous)
        | (Principal::Service(_), Caller::Arn(_) | Caller::Anonymous)
        | (Principal::Federated(_), Caller::Anonymous) => direct(false),
    }
}

/// Whether the ARN is that of the role whose session the caller is. A session's ARN has the role's name without its path, and names
/// are unique in an account whatever the path.
fn is_role_of(arn: &str, caller: &Caller) -> bool {
    let name = name_of(arn);
    name.starts_with("role/")
        && account_of(arn).is_some()
        && account_of(arn) == caller.account()
        && name.rsplit('/').next() == caller.session_role()
}

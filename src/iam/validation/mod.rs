//! What is wrong with a policy, and what could be better: the checks of IAM Access Analyzer's policy validation, offline.
//!
//! Each check is a row with Access Analyzer's issue code, a meaning and two examples ([`registry`]), in a file of its family. The
//! semantics are those of AWS's "IAM policy validation check reference"; what AWS knows and does not document (which services a role's
//! name tells of, which regions a service is in) is decided so that less is told rather than too much. Every check looks at the same
//! view of the document ([`policy`]), which passes over what has the wrong form, so that all findings come at once.
//!
//! Time and memory are bounded for documents of megabytes: what is compared with the action database is compared once for each text,
//! and what is compared pairwise has a budget.

mod actions;
mod addresses;
mod arns;
mod condition_keys;
mod conditions;
mod emptiness;
mod grammar;
mod keys;
mod operator;
mod organizations;
mod passing;
mod policy;
mod principals;
mod redundancy;
mod regions;
mod registry;
mod sids;
mod sizes;
mod sources;
mod support;
mod tree;
mod trust;
mod values;
mod variables;
mod wildcards;

#[cfg(test)]
mod tests;

use super::actions::Database;
use policy::{Place, Policy, element, statements};
use std::borrow::Cow;
use std::ops::Range;
use tree::{Json, Node};

pub use registry::{Check, Kind, Severity, checks};

/// One finding.
#[derive(Clone, Debug)]
pub struct Issue {
    /// What was found.
    pub check: &'static Check,
    /// Where, as a path: `Statement[0].Action[1]`; empty for the document itself.
    pub path: String,
    /// Which bytes of [`Checked::text`].
    pub span: Range<usize>,
    /// What, in words, with the remedy.
    pub message: String,
}

/// A document that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it was checked as.
    pub kind: Kind,
    /// Its text: what the bytes say, percent-decoded where they were encoded.
    pub text: String,
    /// All findings, by path and code.
    pub issues: Vec<Issue>,
}

/// What checks write to.
struct Report {
    issues: Vec<Issue>,
}

impl Report {
    fn add(&mut self, check: &'static Check, place: &Place, message: impl Into<String>) {
        self.issues.push(Issue { check, path: place.path.clone(), span: place.span.clone(), message: message.into() });
    }
}

/// The checks of one file.
struct Family {
    checks: &'static [&'static Check],
    run: fn(&Policy<'_>, &Database, &mut Report),
}

static FAMILIES: [Family; 18] = [
    Family { checks: grammar::CHECKS, run: grammar::run },
    Family { checks: actions::CHECKS, run: actions::run },
    Family { checks: arns::CHECKS, run: arns::run },
    Family { checks: condition_keys::CHECKS, run: condition_keys::run },
    Family { checks: conditions::CHECKS, run: conditions::run },
    Family { checks: emptiness::CHECKS, run: emptiness::run },
    Family { checks: organizations::CHECKS, run: organizations::run },
    Family { checks: passing::CHECKS, run: passing::run },
    Family { checks: principals::CHECKS, run: principals::run },
    Family { checks: redundancy::CHECKS, run: redundancy::run },
    Family { checks: sids::CHECKS, run: sids::run },
    Family { checks: sizes::CHECKS, run: sizes::run },
    Family { checks: sources::CHECKS, run: sources::run },
    Family { checks: support::CHECKS, run: support::run },
    Family { checks: trust::CHECKS, run: trust::run },
    Family { checks: values::CHECKS, run: values::run },
    Family { checks: variables::CHECKS, run: variables::run },
    Family { checks: wildcards::CHECKS, run: wildcards::run },
];

/// Checks a document, as what it says it is or as what it looks like. Any bytes are taken: what is no policy is a finding.
pub fn check(bytes: &[u8], kind: Option<Kind>, database: &Database) -> Checked {
    let mut report = Report { issues: Vec::new() };
    let (text, broken) = match decoded(bytes) {
        Ok(text) => (text.into_owned(), None),
        Err(at) => (String::from_utf8_lossy(bytes).into_owned(), Some(at)),
    };
    let root = match broken {
        Some(at) => Err(tree::Fault { at, what: "the bytes here are no UTF-8" }),
        None => tree::read(&text),
    };
    let kind = match root {
        Ok(root) => {
            let kind = kind.unwrap_or_else(|| told(&root));
            grammar::twice(&root, "", &mut report);
            // Of a document with a key twice nothing is certain.
            if report.issues.is_empty() {
                let policy = Policy::of(&text, &root, kind, database);
                for family in &FAMILIES {
                    (family.run)(&policy, database, &mut report);
                }
            }
            kind
        }
        Err(tree::Fault { at, what }) => {
            let at = at.min(text.len());
            let place = Place { path: String::new(), span: at..at + usize::from(at < text.len()) };
            report.add(&grammar::JSON_SYNTAX_ERROR, &place, format!("{what}, at byte {at}"));
            kind.unwrap_or(Kind::Identity)
        }
    };
    let mut issues = report.issues;
    issues.sort_by(|a, b| (&a.path, a.check.code()).cmp(&(&b.path, b.check.code())));
    Checked { kind, text, issues }
}

/// The text of a document, plain or percent-encoded as IAM's answers are; else the place of the first byte that is none.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.valid_up_to())?;
    if text.trim_start().starts_with("%7B") || text.trim_start().starts_with("%7b") {
        return percent_encoding::percent_decode_str(text).decode_utf8().map_err(|error| error.valid_up_to());
    }
    Ok(Cow::Borrowed(text))
}

/// What a document looks like. Service control policies look like identity policies, and are taken for those.
fn told(root: &Node) -> Kind {
    let Some(list) = element(root, "Statement") else { return Kind::Identity };
    let all = || statements(list).map(|(_, node)| node);
    let has = |node: &Node, name: &str| element(node, name).is_some();
    let named = |node: &Node| has(node, "Principal") || has(node, "NotPrincipal");
    if !all().any(named) {
        return Kind::Identity;
    }
    let texts = |node: &Node, name: &str| -> Vec<String> {
        let items = element(node, name).map_or(&[][..], |member| member.value.items());
        items.iter().filter_map(|item| item.text().map(str::to_ascii_lowercase)).collect()
    };
    let assumes = |node: &Node| texts(node, "Action").iter().chain(&texts(node, "NotAction")).any(|action| action.starts_with("sts:"));
    if all().all(|node| !has(node, "Resource") && !has(node, "NotResource")) && all().any(assumes) {
        return Kind::Trust;
    }
    // A resource that is denied to everybody and allowed to nobody is no resource's own policy; nor is one that allows all of AWS.
    let bounds = |node: &Node| {
        let everybody = element(node, "Principal").is_some_and(|member| matches!(&member.value.json, Json::Text(text) if **text == *"*"));
        let denies = texts(node, "Effect") == ["deny"] || texts(node, "Action") == ["*"];
        everybody && denies && texts(node, "Resource") == ["*"]
    };
    if all().all(bounds) { Kind::ResourceControl } else { Kind::Resource }
}

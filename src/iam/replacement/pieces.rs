//! Where a policy is, and how much may stand there: a policy that is larger than its quota is cut into several.
//!
//! Quotas, in characters without white space, from "IAM and AWS STS quotas": a managed policy has 6,144; all inline policies of a user
//! together 2,048, of a group 5,120, of a role 10,240. The whole of an inline quota is given to one policy here: what others of the same
//! owner take is not known. What does not fit becomes managed policies.

use super::text;
use crate::iam::document::{Document, Selection, Statement};

/// Where a policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A managed policy of the account: name, ARN, and the version that holds now where that is known.
    Managed {
        /// Its name.
        name: String,
        /// Its ARN.
        arn: String,
        /// The version in force.
        version: Option<String>,
    },
    /// A managed policy of AWS, which nobody can edit.
    OfAws {
        /// Its name.
        name: String,
        /// Its ARN.
        arn: String,
        /// Who has it attached.
        owner: Owner,
    },
    /// A policy inside a user, group or role.
    Inline {
        /// Its name.
        name: String,
        /// Whose.
        owner: Owner,
    },
    /// A file.
    File {
        /// Its name, without folder and ending.
        name: String,
    },
}

/// A user, group or role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `user`, `group` or `role`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// The quota of a managed policy.
pub const MANAGED: usize = 6_144;

impl Place {
    /// The policy's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Managed { name, .. } | Self::OfAws { name, .. } | Self::Inline { name, .. } | Self::File { name } => name,
        }
    }

    /// How much may stand there.
    pub fn quota(&self) -> usize {
        match self {
            Self::Inline { owner, .. } => match owner.kind {
                "user" => 2_048,
                "group" => 5_120,
                _ => 10_240,
            },
            Self::Managed { .. } | Self::OfAws { .. } | Self::File { .. } => MANAGED,
        }
    }
}

/// A policy cut to size.
pub struct Cut {
    /// The documents; none where nothing is left.
    pub documents: Vec<Document>,
    /// The most that each may have.
    pub quota: usize,
    /// Whether they can no longer stand inside a user, group or role.
    pub moved: bool,
}

/// Cuts a document where it is larger than its place. None where one statement cannot be cut small enough.
pub fn cut(document: Document, place: &Place) -> Option<Cut> {
    if document.statements.is_empty() {
        return Some(Cut { documents: Vec::new(), quota: place.quota(), moved: false });
    }
    if text::size(&document) <= place.quota() {
        return Some(Cut { documents: vec![document], quota: place.quota(), moved: false });
    }
    let empty = Document { version: document.version, id: document.id.clone(), statements: Vec::new() };
    let mut left: Vec<Statement> = document.statements.into_iter().rev().collect();
    let mut documents = Vec::new();
    let mut last = empty.clone();
    while let Some(statement) = left.pop() {
        last.statements.push(Statement { index: last.statements.len(), ..statement });
        if text::size(&last) <= MANAGED {
            continue;
        }
        let statement = last.statements.pop()?;
        if last.statements.is_empty() {
            // By itself it is too large.
            let (first, second) = halves(statement)?;
            left.extend([second, first]);
        } else {
            left.push(statement);
            documents.push(std::mem::replace(&mut last, empty.clone()));
        }
    }
    documents.push(last);
    Some(Cut { documents, quota: MANAGED, moved: matches!(place, Place::Inline { .. }) })
}

/// A statement as two that together say the same. What is excepted cannot be cut: two statements that each except less allow more. The
/// lists of a deny can, as those of an allow can.
fn halves(statement: Statement) -> Option<(Statement, Statement)> {
    if let Selection::Only(listed) = &statement.actions
        && listed.len() > 1
    {
        let (first, second) = listed.split_at_checked(listed.len() / 2)?;
        let part = |listed: &[_], sid| Statement { actions: Selection::Only(listed.to_vec()), sid, ..statement.clone() };
        return Some((part(first, statement.sid.clone()), part(second, None)));
    }
    if let Some(Selection::Only(listed)) = &statement.resources
        && listed.len() > 1
    {
        let (first, second) = listed.split_at_checked(listed.len() / 2)?;
        let part = |listed: &[_], sid| Statement { resources: Some(Selection::Only(listed.to_vec())), sid, ..statement.clone() };
        return Some((part(first, statement.sid.clone()), part(second, None)));
    }
    None
}

//! What a page says first: what came of a form, and what is wrong with the daemon.

use super::component::{lines, text};
use crate::daemon::Daemon;
use maud::{Markup, html};
use std::str::FromStr;

/// What came of a form; the address that it leads to carries the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A waiver was given.
    Waived,
    /// A waiver was taken back.
    Revoked,
    /// An audit was asked for.
    Asked,
    /// An audit of all that was asked for is under way already.
    Joined,
}

impl FromStr for Done {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "waived" => Ok(Self::Waived),
            "revoked" => Ok(Self::Revoked),
            "asked" => Ok(Self::Asked),
            "joined" => Ok(Self::Joined),
            _ => Err(format!("{word:?} is nothing that a form did")),
        }
    }
}

/// Says so.
pub fn done(done: Option<Done>) -> Markup {
    let Some(done) = done else { return html! {} };
    let told = match done {
        Done::Waived => "The waiver is given. It counts from the next audit on; until then the finding stays open.",
        Done::Revoked => "The waiver is taken back. What it covered is open again from the next audit on.",
        Done::Asked => "The audit is asked for.",
        Done::Joined => "An audit that looks at all of that is under way already; this is it.",
    };
    html! { p.notice.good role="status" { (told) } }
}

/// What is wrong with the daemon, if anything is.
pub fn faults(daemon: &Daemon) -> Markup {
    let readiness = daemon.readiness();
    html! {
        @if let Some(error) = &readiness.audit_error {
            div.notice.bad role="alert" { strong { "The last audit failed; what is shown is older." } p { (text(error)) } }
        }
        @if let Some(error) = &readiness.reload_error {
            div.notice.bad role="alert" {
                strong { "Config or rules have mistakes; the old ones are in use." }
                details.fold { summary { "What is wrong" } pre tabindex="0" { (lines(error)) } }
            }
        }
    }
}

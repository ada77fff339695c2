//! The forms: giving a waiver, taking it back, asking for an audit. They post, carry a token, and are shown only to those who may.

use super::address;
use super::component::text;
use super::viewer::Viewer;
use crate::model::finding::Finding;
use crate::model::value::Time;
use crate::serve::config::Scope;
use crate::serve::form::Form;
use maud::{Markup, html};
use serde_json::{Value, json};

/// How long a waiver lasts that nobody said otherwise of.
const DAYS: u64 = 30;

/// What was typed into the form of a waiver, to show it again beside what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    reason: String,
    owner: String,
    expires: String,
    ticket: String,
    /// What is wrong.
    wrong: Option<String>,
}

impl Typed {
    /// The fields of the form.
    pub fn read(form: &Form) -> Self {
        let field = |name| form.single(name).unwrap_or_default().trim().to_owned();
        Self { reason: field("reason"), owner: field("owner"), expires: field("expires"), ticket: field("ticket"), wrong: None }
    }

    /// With what is wrong.
    #[must_use]
    pub fn but(self, wrong: &str) -> Self {
        Self { wrong: Some(wrong.to_owned()), ..self }
    }

    /// The waiver as a file would say it: of this rule, on this resource and no other.
    pub fn waiver(&self, finding: &Finding, now: Time) -> Value {
        let short: String = finding.fingerprint.as_str().chars().take(8).collect();
        let mut waiver = json!({
            "id": format!("page-{short}-{}", now.format("%Y%m%d%H%M%S")),
            "rule": [finding.rule.as_str()],
            "resource": [literal(finding.resource.as_str())],
            "account": [finding.account.as_str()],
            "region": [finding.region.as_str()],
            "owner": self.owner,
            "reason": self.reason,
            "expires": self.expires,
            "created": now.format("%Y-%m-%d").to_string(),
        });
        if !self.ticket.is_empty() {
            waiver["ticket"] = self.ticket.as_str().into();
        }
        waiver
    }
}

/// A text as a pattern that matches it alone.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '?' | '[' | ']' | '{' | '}' | '\\' => pattern.extend(['[', character, ']']),
            plain => pattern.push(plain),
        }
    }
    pattern
}

/// Gives a waiver.
pub fn waive(viewer: &Viewer, finding: &Finding, typed: &Typed, now: Time) -> Markup {
    if !viewer.may(Scope::Waive) {
        return html! {};
    }
    let day = |days| now.date_naive().checked_add_days(chrono::Days::new(days)).unwrap_or_default().to_string();
    let expires = if typed.expires.is_empty() { day(DAYS) } else { typed.expires.clone() };
    let owner = if typed.owner.is_empty() { finding.owner.as_deref().unwrap_or_default() } else { &typed.owner };
    html! {
        section id="waive" { h2 { "Waive" }
            form.give method="post" action=(address::path(&["findings", finding.fingerprint.as_str(), "waive"])) {
                (viewer.token())
                @if let Some(wrong) = &typed.wrong { div.notice.bad role="alert" id="wrong" { (text(wrong)) } }
                div.field { label for="reason" { "Reason" } textarea id="reason" name="reason" rows="3" required maxlength="4000" aria-describedby=[typed.wrong.as_ref().map(|_| "wrong")] { (typed.reason) } }
                div.field { label for="expires" { "Until the end of" } input type="date" id="expires" name="expires" required min=(day(0)) value=(expires); }
                div.field { label for="owner" { "Owner: who takes the responsibility" } input type="text" id="owner" name="owner" required maxlength="300" value=(owner); }
                div.field { label for="ticket" { "Ticket, if there is one" } input type="text" id="ticket" name="ticket" maxlength="300" value=(typed.ticket); }
                p { "For this rule on this resource. It stays counted and shown as waived." }
                div.act { button type="submit" { "Waive until then" } }
            }
        }
    }
}

/// Takes a waiver back.
pub fn revoke(viewer: &Viewer, id: &str) -> Markup {
    html! {
        @if viewer.may(Scope::Waive) {
            form.inline method="post" action=(address::path(&["waivers", id, "revoke"])) {
                (viewer.token())
                button.quiet type="submit" { "Revoke" span.sr { " " (text(id)) } }
            }
        }
    }
}

/// Asks for an audit, of everything unless narrowed.
pub fn audit(viewer: &Viewer) -> Markup {
    html! {
        @if viewer.may(Scope::Audit) {
            form.narrow method="post" action="/audits" aria-label="Ask for an audit" {
                (viewer.token())
                @for (key, label, example) in [("regions", "Only these regions", "us-east-2 eu-west-1"), ("accounts", "Only these accounts", "twelve digits each"), ("rules", "Only these rules", "ids")] {
                    div.field { label for=(key) { (label) } input type="text" id=(key) name=(key) placeholder=(example); }
                }
                div.act { button type="submit" { "Audit now" } }
            }
        }
    }
}

/// The words of a field, parted by spaces or commas; none where it is empty.
pub fn words(form: &Form, name: &str) -> Option<Vec<String>> {
    let text = form.single(name).unwrap_or_default();
    let words: Vec<String> = text.split([' ', ',', '\t', '\n', '\r']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.is_empty() { None } else { Some(words) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_resource_is_a_pattern_that_matches_it_alone() {
        assert_eq!(super::literal("arn:aws:x:/a*b?[c]{d}\\"), "arn:aws:x:/a[*]b[?][[]c[]][{]d[}][\\]");
    }
}

//! A replacement as people take it over: Terraform, a diff against the policy as it is, and the way back.

use super::pieces::{Cut, Owner, Place};
use super::text;
use crate::iam::document::Document;
use std::fmt::Write as _;

/// How to put the old policy back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// In a sentence.
    pub text: String,
    /// The commands.
    pub cli: String,
    /// The policy as it was, as JSON.
    pub policy: String,
}

/// The name of a piece: the policy's own, numbered where there are several.
fn name_of(place: &Place, at: usize, count: usize) -> String {
    if count == 1 { place.name().to_owned() } else { format!("{}-{}", place.name(), at + 1) }
}

/// One Terraform resource a piece, and what attaches it where it is new.
pub fn terraform(cut: &Cut, place: &Place) -> String {
    let mut all = String::new();
    for (at, document) in cut.documents.iter().enumerate() {
        let name = name_of(place, at, cut.documents.len());
        let label = identifier(&name);
        let policy = text::terraform(document, 1);
        let quoted = text::template(&name);
        // Writing to a string cannot fail.
        _ = match place {
            Place::Inline { owner, .. } if !cut.moved => writeln!(
                all,
                "resource \"aws_iam_{kind}_policy\" \"{label}\" {{\n  name = {quoted}\n  {kind} = {owner}\n  policy = jsonencode({policy})\n}}",
                kind = owner.kind,
                owner = text::template(&owner.name),
            ),
            Place::Managed { .. } | Place::OfAws { .. } | Place::Inline { .. } | Place::File { .. } => {
                writeln!(all, "resource \"aws_iam_policy\" \"{label}\" {{\n  name = {quoted}\n  policy = jsonencode({policy})\n}}")
            }
        };
        let attach = match place {
            Place::Inline { owner, .. } if cut.moved => Some(owner),
            Place::OfAws { owner, .. } => Some(owner),
            Place::Inline { .. } | Place::Managed { .. } | Place::File { .. } => None,
        };
        if let Some(Owner { kind, name }) = attach {
            let owner = text::template(name);
            _ = writeln!(
                all,
                "resource \"aws_iam_{kind}_policy_attachment\" \"{label}\" {{\n  {kind} = {owner}\n  policy_arn = aws_iam_policy.{label}.arn\n}}"
            );
        }
    }
    all
}

/// A name as Terraform takes it for a label.
fn identifier(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { plain } else { format!("_{plain}") }
}

/// The way back from a replacement.
pub fn undo(current: &Document, cut: &Cut, place: &Place) -> Undo {
    let policy = text::json(current);
    let (text, cli) = match place {
        Place::Managed { arn, version, .. } => {
            let version = version.as_deref();
            let text = match version {
                Some(version) => format!("Version {version} of {arn} stays; make it the default version again."),
                None => format!("The version of {arn} that is the default now stays; make it the default version again."),
            };
            let version = version.unwrap_or("VERSION");
            (text, format!("aws iam set-default-policy-version --policy-arn {arn} --version-id {version}"))
        }
        Place::OfAws { arn, owner, .. } => (
            format!("Attach {arn} to the {} {} again, then detach what replaced it.", owner.kind, owner.name),
            format!("aws iam attach-{kind}-policy --{kind}-name {} --policy-arn {arn}", shell(&owner.name), kind = owner.kind),
        ),
        Place::Inline { name, owner } => (
            format!("Put the policy as it was, below, into the {} {} again.", owner.kind, owner.name),
            format!(
                "aws iam put-{kind}-policy --{kind}-name {} --policy-name {} --policy-document file://previous.json",
                shell(&owner.name),
                shell(name),
                kind = owner.kind
            ),
        ),
        Place::File { .. } => ("Put the policy back as it was, below.".to_owned(), String::new()),
    };
    let text = if cut.documents.len() > 1 { format!("{text} Then detach the {} parts.", cut.documents.len()) } else { text };
    Undo { text, cli, policy }
}

/// A word that a shell takes as one.
fn shell(word: &str) -> String {
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./@+=,:".contains(&byte));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// The most pairs of lines that are looked at for what they share; beyond that all lines are told as changed.
const MOST_PAIRS: usize = 4_000_000;

/// What changes, in the form of `diff -u`, over the same way of writing: only what is said differently shows.
pub fn diff(current: &Document, cut: &Cut, place: &Place) -> String {
    let old = text::json(current);
    let mut all = String::new();
    if cut.documents.is_empty() {
        _ = write!(all, "--- {}\n+++ /dev/null\n", place.name());
        old.lines().for_each(|line| _ = writeln!(all, "-{line}"));
    }
    for (at, document) in cut.documents.iter().enumerate() {
        let new = text::json(document);
        let before = if at == 0 { old.as_str() } else { "" };
        let from = if at == 0 { place.name() } else { "/dev/null" };
        _ = write!(all, "--- {from}\n+++ {}\n", name_of(place, at, cut.documents.len()));
        let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), new.lines().collect());
        lines(&before, &after).into_iter().for_each(|line| _ = writeln!(all, "{line}"));
    }
    all
}

/// Three lines around each change, and `@@` where lines are left out.
fn lines(before: &[&str], after: &[&str]) -> Vec<String> {
    let edits = edits(before, after);
    let changed: Vec<usize> = edits.iter().enumerate().filter(|(_, (sign, _))| *sign != ' ').map(|(at, _)| at).collect();
    let near = |at: usize| changed.iter().any(|change| change.abs_diff(at) <= 3);
    let (mut old, mut new, mut shown, mut all) = (1, 1, false, Vec::new());
    for (at, (sign, line)) in edits.iter().enumerate() {
        if near(at) {
            if !shown {
                all.push(format!("@@ -{old} +{new} @@"));
            }
            all.push(format!("{sign}{line}"));
        }
        shown = near(at);
        old += usize::from(*sign != '+');
        new += usize::from(*sign != '-');
    }
    all
}

/// The lines of both, those that stay marked with a blank: a longest common subsequence.
fn edits<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut all = Vec::with_capacity(before.len() + after.len());
    if before.len().saturating_mul(after.len()) > MOST_PAIRS {
        all.extend(before.iter().map(|line| ('-', *line)));
        all.extend(after.iter().map(|line| ('+', *line)));
        return all;
    }
    let width = after.len() + 1;
    // How many lines are shared from a place of each on.
    let mut shared = vec![0_u32; (before.len() + 1) * width];
    let at = |shared: &[u32], a: usize, b: usize| shared.get(a * width + b).copied().unwrap_or(0);
    for (a, old) in before.iter().enumerate().rev() {
        for (b, new) in after.iter().enumerate().rev() {
            let best = if old == new { at(&shared, a + 1, b + 1) + 1 } else { at(&shared, a + 1, b).max(at(&shared, a, b + 1)) };
            if let Some(cell) = shared.get_mut(a * width + b) {
                *cell = best;
            }
        }
    }
    let (mut a, mut b) = (0, 0);
    loop {
        match (before.get(a), after.get(b)) {
            (Some(old), Some(new)) if old == new => {
                all.push((' ', *old));
                (a, b) = (a + 1, b + 1);
            }
            (Some(old), new) if new.is_none() || at(&shared, a + 1, b) >= at(&shared, a, b + 1) => {
                all.push(('-', *old));
                a += 1;
            }
            (_, Some(new)) => {
                all.push(('+', *new));
                b += 1;
            }
            (_, None) => return all,
        }
    }
}

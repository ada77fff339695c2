//! `waivers`: which failures somebody takes the responsibility for. A list, or a map with the list, files with more of them, and
//! how long a waiver may last.
//!
//! An operator's word is taken whole or not at all: a waiver without reason, owner or end is refused, as is one that names
//! nothing, and a key that is not known. What is read here from a file is read by the same code from the API.

use super::accounts;
use super::moment::moment;
use super::read::whole;
use crate::diag::yaml::{self, Kind, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use crate::findings::config::{MOST_DAYS, WaiversConfig, Written};
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use crate::model::{AccountId, Region, WaiverId};
use arcstr::ArcStr;
use chrono::{NaiveTime, TimeDelta};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// The longest id, in characters.
const LONGEST_ID: usize = 100;
/// The longest line of text (owner, ticket, approver), in characters.
const LONGEST_LINE: usize = 300;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 4000;

/// What waivers are read against.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The time of reading.
    pub now: Time,
    /// How many days after that a waiver may end.
    pub most_days: u32,
}

/// The waivers of the config file and of the files that it names, in this order. Mistakes of waivers are in the
/// answer, those of the section's own shape go to `faults`.
pub fn waivers(node: &Node, folder: &Path, now: Time, faults: &mut Faults) -> WaiversConfig {
    let (mut most_days, mut list, mut files) = (MOST_DAYS, None, None);
    if matches!(node.kind, Kind::List(_)) {
        list = Some(node);
    } else if let Some(table) = Table::of(node, "waivers", faults) {
        if let Some(node) = table.optional("most_days") {
            most_days = whole(node, "waivers.most_days", 1..=3650, faults).unwrap_or(most_days);
        }
        list = table.optional("list");
        files = table.optional("files");
        table.finish("waivers", faults);
    }
    let bounds = Bounds { now, most_days };
    let mut own = Faults::new(faults.source().clone());
    let mut written = list.map(|node| all(node, bounds, &mut own)).unwrap_or_default();
    let mut diagnostics = Vec::new();
    for item in files.and_then(|node| node.list("waivers.files", faults)).unwrap_or_default() {
        let Some(path) = item.word("each of waivers.files", faults) else { continue };
        let path = folder.join(path.as_str());
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let (more, found) = file(&path, &text, bounds);
                written.extend(more);
                diagnostics.extend(found);
            }
            Err(error) => own.add(&item.span, format!("the waivers of {} cannot be read: {error}", path.display())),
        }
    }
    diagnostics.extend(own.into_diagnostics());
    diagnostics.extend(twice(&written));
    WaiversConfig::new(most_days, written, diagnostics)
}

/// One file of waivers: a list.
fn file(path: &Path, text: &str, bounds: Bounds) -> (Vec<Written>, Vec<Diagnostic>) {
    let source = Source::new(path.display().to_string(), text);
    let mut faults = Faults::new(source.clone());
    match yaml::parse(&source) {
        Ok(Node { kind: Kind::Null, .. }) => (Vec::new(), Vec::new()),
        Ok(root) => {
            let written = all(&root, bounds, &mut faults);
            (written, faults.into_diagnostics())
        }
        Err(diagnostic) => (Vec::new(), vec![diagnostic]),
    }
}

fn all(node: &Node, bounds: Bounds, faults: &mut Faults) -> Vec<Written> {
    node.list("waivers", faults).unwrap_or_default().iter().filter_map(|item| one(item, bounds, faults)).collect()
}

/// Ids that are given more than once, over all files.
fn twice(written: &[Written]) -> Vec<Diagnostic> {
    let mut places: BTreeMap<&WaiverId, &Written> = BTreeMap::new();
    let mut found = Vec::new();
    for (id, one) in written.iter().filter_map(|one| Some((one.id.as_ref()?, one))) {
        match places.get(id) {
            Some(first) => {
                let (line, _) = first.source.place(first.span.start);
                let message = format!("the waiver {:?} stands at {}:{line} already", id.as_str(), first.source.name);
                found.push(Diagnostic::at(&one.source, one.span.clone(), message).help("an id names one waiver, over all files"));
            }
            None => _ = places.insert(id, one),
        }
    }
    found
}

/// One waiver; what is wrong with it is then among the faults. None where it is no map at all.
pub fn one(node: &Node, bounds: Bounds, faults: &mut Faults) -> Option<Written> {
    let before = faults.len();
    let table = Table::of(node, "a waiver", faults)?;
    let id = table.required("id", faults).and_then(|node| id_of(node, faults));
    let unscoped = faults.len();
    let (scope, rules) = scope(&table, faults);
    let scoped = faults.len() == unscoped;
    let owner = table.required("owner", faults).and_then(|node| line(node, "owner", faults));
    let reason = table.required("reason", faults).and_then(|node| text(node, "reason", LONGEST_REASON, faults));
    let ticket = table.optional("ticket").and_then(|node| line(node, "ticket", faults));
    let approver = table.optional("approver").and_then(|node| line(node, "approver", faults));
    let created = table.optional("created").and_then(|node| moment(node, "created", NaiveTime::MIN, faults));
    let expires = table.required("expires", faults).and_then(|node| expires(node, bounds, faults));
    table.finish("a waiver", faults);
    if scoped && scope.is_everything() {
        faults.add_with_help(
            &node.span,
            "this waiver names nothing: it would cover every failure",
            "give it a rule, resource, type, account, region or tags",
        );
    }
    let source = faults.source().clone();
    let (line, _) = source.place(node.span.start);
    let origin = WaiverOrigin::File { file: ArcStr::from(&*source.name), line: u32::try_from(line).unwrap_or(u32::MAX) };
    let waiver = match (id.clone(), owner, reason, expires) {
        (Some(id), Some(owner), Some(reason), Some(expires)) if faults.len() == before => {
            Some(Waiver { id, scope, owner, reason, ticket, approver, created, expires, origin })
        }
        _ => None,
    };
    Some(Written { waiver, id, source, span: node.span.clone(), rules })
}

/// The scope, and the rule patterns with their places.
fn scope(table: &Table<'_>, faults: &mut Faults) -> (WaiverScope, Vec<Pattern>) {
    let mut patterns = |key: &'static str| match table.optional(key) {
        Some(node) => globs(node, key, faults),
        None => Vec::new(),
    };
    let (rules, resources, types) = (patterns("rule"), texts(patterns("resource")), texts(patterns("type")));
    let accounts: Vec<AccountId> =
        items(table.optional("account")).iter().filter_map(|item| accounts::account_id(item, "account", faults)).collect();
    let regions: Vec<Region> = items(table.optional("region")).iter().filter_map(|item| region(item, faults)).collect();
    let tags = table.optional("tags").and_then(|node| node.entries("tags", faults)).unwrap_or_default();
    let tags = tags.iter().map(|(key, values)| (key.text.clone(), texts(globs(values, "a tag's values", faults)))).collect();
    (WaiverScope { rules: texts(rules.clone()), resources, types, accounts, regions, tags }, rules)
}

/// A pattern with its place.
type Pattern = (ArcStr, Range<usize>);

fn texts(patterns: Vec<Pattern>) -> Vec<ArcStr> {
    patterns.into_iter().map(|(pattern, _)| pattern).collect()
}

/// One value, or a list of them.
fn items(node: Option<&Node>) -> &[Node] {
    match node {
        None => &[],
        Some(Node { kind: Kind::List(items), .. }) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// One pattern, or a list of them that is not empty, with their places.
fn globs(node: &Node, what: &str, faults: &mut Faults) -> Vec<Pattern> {
    let items = items(Some(node));
    if items.is_empty() {
        faults.add_with_help(&node.span, format!("{what} is an empty list"), "leave it out where it does not matter");
    }
    let mut globs = Vec::new();
    for item in items {
        let Some(pattern) = item.word(what, faults) else { continue };
        if pattern.trim().is_empty() {
            faults.add(&item.span, format!("{what} is empty"));
            continue;
        }
        match globset::Glob::new(&pattern) {
            Ok(_) => globs.push((pattern, item.span.clone())),
            Err(error) => faults.add(&item.span, format!("{what}: {:?} is no pattern: {}", pattern.as_str(), error.kind())),
        }
    }
    globs
}

fn region(node: &Node, faults: &mut Faults) -> Option<Region> {
    let text = node.word("region", faults)?;
    if text == Region::GLOBAL {
        return Some(Region::global());
    }
    match accounts::parse_region(&text) {
        Ok(region) => Some(region),
        Err(message) => {
            faults.add(&node.span, format!("{message}, or global, not {:?}", text.as_str()));
            None
        }
    }
}

/// It stands in URLs, logs and tables.
fn id_of(node: &Node, faults: &mut Faults) -> Option<WaiverId> {
    let text = node.word("id", faults)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = text.chars().next().is_some_and(|first| first.is_ascii_alphanumeric());
    if begins && text.len() <= LONGEST_ID && text.chars().all(plain) {
        return Some(WaiverId::new(text));
    }
    faults.add_with_help(
        &node.span,
        format!("{:?} can't be a waiver's id", text.as_str()),
        format!("write letters, digits, -, _ and ., at most {LONGEST_ID}, the first a letter or a digit"),
    );
    None
}

fn line(node: &Node, what: &str, faults: &mut Faults) -> Option<ArcStr> {
    let line = text(node, what, LONGEST_LINE, faults)?;
    if line.contains(['\n', '\t']) {
        faults.add(&node.span, format!("{what} must be one line"));
        return None;
    }
    Some(line)
}

fn text(node: &Node, what: &str, longest: usize, faults: &mut Faults) -> Option<ArcStr> {
    let text = node.word(what, faults)?;
    let text = text.trim();
    if text.is_empty() {
        faults.add(&node.span, format!("{what} is empty"));
        return None;
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add(&node.span, format!("{what} holds control characters"));
        return None;
    }
    if text.chars().count() > longest {
        faults.add(&node.span, format!("{what} has more than {longest} characters"));
        return None;
    }
    Some(ArcStr::from(text))
}

/// A date alone means the end of that day in UTC: whoever writes 2026-12-31 means that the waiver holds on that day.
fn expires(node: &Node, bounds: Bounds, faults: &mut Faults) -> Option<Time> {
    let end_of_day = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    let expires = moment(node, "expires", end_of_day, faults)?;
    let latest = bounds.now + TimeDelta::days(i64::from(bounds.most_days) + 1);
    if expires > latest {
        faults.add_with_help(
            &node.span,
            format!("a waiver may last {} days, until {} at most", bounds.most_days, latest.format("%Y-%m-%d")),
            "renew it when its time comes; waivers.most_days sets another limit",
        );
        return None;
    }
    Some(expires)
}

#[cfg(test)]
mod tests;

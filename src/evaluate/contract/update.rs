//! Writing a contract again over one that a person has edited.
//!
//! Line by line, so that comments, order and every word of theirs stay. An entry is written anew only where its mark still fits its text:
//! nobody has touched it since it was generated. One that was edited stays as it is. New resources are added below the
//! others of their type. What the file no longer has is told, and stays: to delete it is a decision.

use super::read::DIALECT;
use super::render::{Block, blocks, mark};
use super::{Contract, yaml};
use crate::diag::yaml::{Kind, Node, parse_as};
use crate::diag::{Diagnostic, Source};
use std::collections::BTreeMap;
use std::ops::Range;

/// A contract that was written again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// The whole file.
    pub text: String,
    /// Entries that were added, as `type name`.
    pub added: Vec<String>,
    /// Entries that were written anew, since what they say has changed.
    pub renewed: Vec<String>,
    /// Entries that differ from what would be written, and stay as a person has made them.
    pub kept: Vec<String>,
    /// Entries of resources that are no longer declared; they stay.
    pub gone: Vec<String>,
}

/// An entry of the file that is there.
struct Known {
    lines: Range<usize>,
    mark: Option<String>,
}

/// Writes what `contract` says over `existing`.
///
/// # Errors
/// The existing file is no YAML, or has no `resources` with one entry a line.
pub fn update(existing: &Source, contract: &Contract) -> Result<Updated, Vec<Diagnostic>> {
    let root = parse_as(existing, &DIALECT)?;
    let lines: Vec<&str> = existing.text.split_inclusive('\n').collect();
    let (known, ends) = known(existing, &root, &lines).map_err(|fault| vec![fault])?;
    let blocks = blocks(contract);
    let mut updated = Updated::default();
    // Line → what stands there instead, or is put in behind the line before it.
    let mut replaced: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    let mut added: BTreeMap<usize, String> = BTreeMap::new();
    for block in &blocks {
        let label = format!("{} {}", block.resource_type, block.name);
        match known.get(&(block.resource_type.clone(), block.name.clone())) {
            Some(entry) => {
                let text: String = lines.get(entry.lines.clone()).unwrap_or_default().concat();
                let body = text.split_once('\n').map_or("", |(_, body)| body);
                if text.trim_end() == block.text.trim_end() {
                    continue;
                }
                if entry.mark.as_deref() == Some(mark(body).as_str()) {
                    replaced.insert(entry.lines.start, (entry.lines.end, block.text.clone()));
                    updated.renewed.push(label);
                } else {
                    updated.kept.push(label);
                }
            }
            None => {
                let (line, head) = match ends.get(block.resource_type.as_str()) {
                    Some(end) => (*end, None),
                    None => (ends.values().copied().max().unwrap_or(lines.len()), Some(&block.resource_type)),
                };
                let text = added.entry(line).or_default();
                if let Some(head) = head {
                    let head = format!("  {}:\n", yaml::scalar(head, yaml::Style::Block));
                    if !text.contains(&head) {
                        text.push_str(&head);
                    }
                }
                text.push_str(&block.text);
                updated.added.push(label);
            }
        }
    }
    let is_declared = |key: &(String, String)| blocks.iter().any(|block: &Block| block.resource_type == key.0 && block.name == key.1);
    let gone = known.iter().filter(|(key, entry)| entry.mark.is_some() && !is_declared(key));
    updated.gone = gone.map(|((resource_type, name), _)| format!("{resource_type} {name}")).collect();
    updated.text = put_together(&lines, &replaced, &added);
    Ok(updated)
}

fn put_together(lines: &[&str], replaced: &BTreeMap<usize, (usize, String)>, added: &BTreeMap<usize, String>) -> String {
    let (mut text, mut at) = (String::new(), 0);
    loop {
        if let Some(more) = added.get(&at) {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(more);
        }
        match replaced.get(&at) {
            Some((end, new)) => {
                text.push_str(new);
                at = *end;
            }
            None => {
                let Some(line) = lines.get(at) else { return text };
                text.push_str(line);
                at += 1;
            }
        }
    }
}

type Entries = BTreeMap<(String, String), Known>;

/// The entries by type and name, and the line behind the last entry of each type.
fn known<'a>(source: &Source, root: &'a Node, lines: &[&str]) -> Result<(Entries, BTreeMap<&'a str, usize>), Diagnostic> {
    let unfit = |at: Range<usize>, what: &str| {
        Diagnostic::at(source, at, format!("{what} can't be updated in place")).help("write each type and each name on a line of its own")
    };
    let Some(resources) = root.get("resources") else {
        return Err(unfit(root.span.start..root.span.start, "a contract without resources"));
    };
    let Kind::Map(types) = &resources.kind else { return Err(unfit(resources.span.clone(), "this")) };
    let line_of = |offset: usize| source.place(offset).0 - 1;
    // The first line behind the resources: that of the next top key.
    let after = match &root.kind {
        Kind::Map(entries) => entries.iter().map(|(key, _)| key.span.start).filter(|start| *start > resources.span.start).min(),
        _ => None,
    };
    let last = after.map_or(lines.len(), line_of);
    let mut starts: Vec<usize> = types.iter().map(|(key, _)| line_of(key.span.start)).chain([last]).collect();
    let (mut known, mut ends) = (Entries::new(), BTreeMap::new());
    for (position, (resource_type, node)) in types.iter().enumerate() {
        let until = starts.get(position + 1).copied().unwrap_or(last);
        let Kind::Map(entries) = &node.kind else { return Err(unfit(resource_type.span.clone(), "this")) };
        let mut keys: Vec<usize> = entries.iter().map(|(key, _)| line_of(key.span.start)).collect();
        keys.push(until);
        let mut end = starts.get(position).copied().unwrap_or_default() + 1;
        for (index, (name, _)) in entries.iter().enumerate() {
            let (start, next) = (keys.get(index).copied().unwrap_or_default(), keys.get(index + 1).copied().unwrap_or(until));
            if start >= next || start == line_of(resource_type.span.start) {
                return Err(unfit(name.span.clone(), "this entry"));
            }
            // Comments and empty lines before the next key belong to that.
            let is_own = |line: &usize| lines.get(*line).is_some_and(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
            end = (start..next).rev().find(is_own).map_or(next, |line| line + 1);
            let head = lines.get(start).copied().unwrap_or_default();
            let mark = head.split_once("# generated ").map(|(_, mark)| mark.trim().to_owned());
            known.insert((resource_type.text.to_string(), name.text.to_string()), Known { lines: start..end, mark });
        }
        ends.insert(resource_type.text.as_str(), end);
    }
    starts.clear();
    Ok((known, ends))
}

//! Who names whom: references to what is not there, and resources that need each other in a circle. CloudFormation refuses
//! both, but only once a deployment was begun.

use super::section::Sections;
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The parameters that every stack has (User Guide, "Pseudo parameters reference").
pub const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The most mistakes of one kind that are told: whoever has more mends these first.
const MOST_FAULTS: usize = 100;
/// The most resources of a circle that are named.
const LONGEST_CIRCLE: usize = 12;

/// One place that names something.
#[derive(Debug)]
pub struct Reference<'a> {
    /// What it names: a resource, a parameter.
    pub to: &'a str,
    /// Whether it must be a resource.
    pub attribute: bool,
    /// Where.
    pub span: Range<usize>,
}

/// The parts of a `Fn::Sub`: plain text, and names between `${` and `}`.
pub fn substituted(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        parts.push(Part::Plain(before));
        let Some((name, behind)) = after.split_once('}') else {
            parts.push(Part::Plain("${"));
            rest = after;
            continue;
        };
        match name.strip_prefix('!') {
            Some(literal) => parts.extend([Part::Plain("${"), Part::Plain(literal), Part::Plain("}")]),
            None => parts.push(Part::Name(name.trim())),
        }
        rest = behind;
    }
    parts.push(Part::Plain(rest));
    parts
}

/// A part of a `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text as it is.
    Plain(&'a str),
    /// What stands there once it is known.
    Name(&'a str),
}

/// The two halves of what `Fn::GetAtt` is given: the logical id and the attribute.
pub fn attribute(node: &Node) -> Option<(&str, Option<&str>)> {
    match &node.kind {
        Kind::Str(text) => Some(text.split_once('.').map_or((text.as_str(), None), |(id, attribute)| (id, Some(attribute)))),
        Kind::List(items) => Some((items.first()?.as_str()?, items.get(1).and_then(Node::as_str).map(arcstr::ArcStr::as_str))),
        _ => None,
    }
}

/// Every reference in and under a node.
pub fn references<'a>(node: &'a Node, found: &mut Vec<Reference<'a>>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| references(item, found)),
        Kind::Map(entries) => {
            for (key, inner) in entries {
                match (key.text.as_str(), &inner.kind) {
                    ("Ref", Kind::Str(name)) if entries.len() == 1 => {
                        found.push(Reference { to: name, attribute: false, span: inner.span.clone() });
                    }
                    ("Fn::GetAtt", _) => {
                        if let Some((to, _)) = attribute(inner) {
                            found.push(Reference { to, attribute: true, span: inner.span.clone() });
                        }
                        // The attribute's name may be worked out.
                        references(inner, found);
                    }
                    ("Fn::Sub", Kind::Str(text)) => substitutions(text, None, inner, found),
                    ("Fn::Sub", Kind::List(items)) => {
                        if let Some(text) = items.first().and_then(Node::as_str) {
                            substitutions(text, items.get(1), inner, found);
                        }
                        references(inner, found);
                    }
                    // A loop names its own variables.
                    (name, _) if name.starts_with("Fn::ForEach") => {}
                    _ => references(inner, found),
                }
            }
        }
        _ => {}
    }
}

fn substitutions<'a>(text: &'a str, given: Option<&Node>, node: &'a Node, found: &mut Vec<Reference<'a>>) {
    for part in substituted(text) {
        let Part::Name(name) = part else { continue };
        if given.is_some_and(|given| given.get(name).is_some()) {
            continue;
        }
        let (to, attribute) = name.split_once('.').map_or((name, false), |(id, _)| (id, true));
        found.push(Reference { to, attribute, span: node.span.clone() });
    }
}

/// Faults for what names nothing, and for circles.
pub fn check(sections: &Sections<'_>, faults: &mut Faults) {
    let at: HashMap<&str, usize> =
        sections.resources.iter().enumerate().map(|(at, resource)| (resource.logical.text.as_str(), at)).collect();
    let expanded = !sections.macros.is_empty() || !sections.loops.is_empty();
    let mut edges: Vec<Vec<(usize, Range<usize>)>> = vec![Vec::new(); sections.resources.len()];
    let known = |reference: &Reference<'_>| {
        at.contains_key(reference.to)
            || (!reference.attribute && (sections.parameters.contains_key(reference.to) || PSEUDO.contains(&reference.to)))
    };
    let names = || at.keys().copied().chain(sections.parameters.keys().copied()).chain(PSEUDO);
    let told = |reference: &Reference<'_>, faults: &mut Faults| {
        // What a macro or a loop makes is not seen here.
        if !known(reference) && !expanded && faults.len() < MOST_FAULTS {
            let what = if reference.attribute { "resource" } else { "resource or parameter" };
            faults.add_unknown(&reference.span, what, reference.to, names());
        }
    };
    for (from, resource) in sections.resources.iter().enumerate() {
        let mut found = Vec::new();
        if let Some(properties) = resource.properties {
            references(properties, &mut found);
        }
        for reference in &found {
            told(reference, faults);
            if let (Some(to), Some(edges)) = (at.get(reference.to), edges.get_mut(from)) {
                edges.push((*to, reference.span.clone()));
            }
        }
        for (name, span) in &resource.depends_on {
            match (at.get(name.as_str()), edges.get_mut(from)) {
                (Some(to), Some(edges)) => edges.push((*to, span.clone())),
                _ if expanded => {}
                _ => faults.add_unknown(span, "resource", name, at.keys().copied()),
            }
        }
        if let Some((name, span)) = &resource.condition
            && !sections.conditions.contains_key(name.as_str())
        {
            faults.add_unknown(span, "condition", name, sections.conditions.keys().copied());
        }
    }
    let mut found = Vec::new();
    sections.outputs.iter().for_each(|outputs| references(outputs, &mut found));
    sections.conditions.values().for_each(|condition| references(condition, &mut found));
    for reference in &found {
        told(reference, faults);
    }
    for circle in circles(&edges).into_iter().take(MOST_FAULTS) {
        let name = |at: &usize| sections.resources.get(*at).map_or("?", |resource| resource.logical.text.as_str());
        let mut words: Vec<&str> = circle.path.iter().map(name).collect();
        if words.len() > LONGEST_CIRCLE {
            words.splice(LONGEST_CIRCLE - 2..words.len() - 2, ["…"]);
        }
        faults.add_with_help(
            &circle.span,
            format!("resources need each other in a circle: {}", words.join(" → ")),
            "CloudFormation could make none of them first; write one of the references apart, as a resource of its own",
        );
    }
    condition_circles(sections, faults);
}

/// Resources that need each other.
struct Circle {
    /// The way round; the first is also the last.
    path: Vec<usize>,
    /// The reference that closes it.
    span: Range<usize>,
}

/// One circle for each reference that closes one, without recursion: a chain may be as long as a template has resources.
fn circles(edges: &[Vec<(usize, Range<usize>)>]) -> Vec<Circle> {
    let mut done = vec![false; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        if done.get(start).copied().unwrap_or(true) {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_path: HashSet<usize> = HashSet::from([start]);
        while let Some((at, next)) = path.last_mut() {
            let here = *at;
            match edges.get(here).and_then(|edges| edges.get(*next)) {
                None => {
                    path.pop();
                    on_path.remove(&here);
                    if let Some(done) = done.get_mut(here) {
                        *done = true;
                    }
                }
                Some((to, span)) => {
                    *next += 1;
                    if on_path.contains(to) {
                        let begun = path.iter().position(|(at, _)| at == to).unwrap_or(0);
                        let mut way: Vec<usize> = path.iter().skip(begun).map(|(at, _)| *at).collect();
                        way.push(*to);
                        found.push(Circle { path: way, span: span.clone() });
                    } else if !done.get(*to).copied().unwrap_or(true) {
                        path.push((*to, 0));
                        on_path.insert(*to);
                    }
                }
            }
        }
    }
    found
}

/// Conditions that ask for each other.
fn condition_circles(sections: &Sections<'_>, faults: &mut Faults) {
    let mut names: Vec<&str> = sections.conditions.keys().copied().collect();
    names.sort_unstable();
    let at: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let edges: Vec<Vec<(usize, Range<usize>)>> = names
        .iter()
        .map(|name| {
            let mut asked = Vec::new();
            if let Some(node) = sections.conditions.get(name) {
                asked_conditions(node, &mut asked);
            }
            let mut edges = Vec::new();
            for (name, span) in asked {
                match at.get(name) {
                    Some(to) => edges.push((*to, span)),
                    None => faults.add_unknown(&span, "condition", name, names.iter().copied()),
                }
            }
            edges
        })
        .collect();
    for circle in circles(&edges) {
        let words: Vec<&str> = circle.path.iter().map(|at| names.get(*at).copied().unwrap_or("?")).collect();
        faults.add(&circle.span, format!("conditions ask for each other in a circle: {}", words.join(" → ")));
    }
}

fn asked_conditions<'a>(node: &'a Node, found: &mut Vec<(&'a str, Range<usize>)>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| asked_conditions(item, found)),
        Kind::Map(entries) => {
            for (key, inner) in entries {
                match (key.text.as_str(), inner.as_str()) {
                    ("Condition", Some(name)) => found.push((name, inner.span.clone())),
                    _ => asked_conditions(inner, found),
                }
            }
        }
        _ => {}
    }
}

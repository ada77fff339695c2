//! A document as text, always the same for the same document: elements in the order in which AWS's guides write them, lists in the order
//! of the document, one value without brackets.

use crate::iam::document::{Document, Effect, Operator, Principal, Quantifier, Selection, Statement, Version};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// What is written: JSON and Terraform's own language differ in punctuation only.
pub enum Tree {
    /// A text.
    Text(ArcStr),
    /// A list.
    List(Vec<Tree>),
    /// Keys with values, in this order.
    Map(Vec<(ArcStr, Tree)>),
}

/// A document as a tree.
pub fn tree(document: &Document) -> Tree {
    let version = match document.version {
        Version::V2008 => arcstr::literal!("2008-10-17"),
        Version::V2012 => arcstr::literal!("2012-10-17"),
    };
    let mut all = vec![(arcstr::literal!("Version"), Tree::Text(version))];
    all.extend(document.id.clone().map(|id| (arcstr::literal!("Id"), Tree::Text(id))));
    all.push((arcstr::literal!("Statement"), Tree::List(document.statements.iter().map(statement).collect())));
    Tree::Map(all)
}

fn statement(statement: &Statement) -> Tree {
    let mut all: Vec<(ArcStr, Tree)> = Vec::new();
    all.extend(statement.sid.clone().map(|sid| (arcstr::literal!("Sid"), Tree::Text(sid))));
    let effect = match statement.effect {
        Effect::Allow => arcstr::literal!("Allow"),
        Effect::Deny => arcstr::literal!("Deny"),
    };
    all.push((arcstr::literal!("Effect"), Tree::Text(effect)));
    if let Some(principals) = &statement.principals {
        let (name, listed) = chosen("Principal", principals);
        all.push((name, who(listed)));
    }
    let (name, listed) = chosen("Action", &statement.actions);
    all.push((name, values(listed.iter().map(|pattern| pattern.0.clone()))));
    if let Some(resources) = &statement.resources {
        let (name, listed) = chosen("Resource", resources);
        all.push((name, values(listed.iter().map(|pattern| pattern.0.clone()))));
    }
    if !statement.conditions.is_empty() {
        let mut operators: Vec<(ArcStr, Vec<(ArcStr, Tree)>)> = Vec::new();
        for condition in &statement.conditions {
            let (operator, entry) = (operator(&condition.operator), (condition.key.clone(), values(condition.values.iter().cloned())));
            match operators.iter_mut().find(|(known, _)| *known == operator) {
                Some((_, entries)) => entries.push(entry),
                None => operators.push((operator, vec![entry])),
            }
        }
        let operators = operators.into_iter().map(|(operator, entries)| (operator, Tree::Map(entries))).collect();
        all.push((arcstr::literal!("Condition"), Tree::Map(operators)));
    }
    Tree::Map(all)
}

fn who(listed: &[Principal]) -> Tree {
    if listed == [Principal::Anyone] {
        return Tree::Text(arcstr::literal!("*"));
    }
    let mut kinds: BTreeMap<&str, Vec<ArcStr>> = BTreeMap::new();
    for principal in listed {
        let kind = match principal {
            Principal::Anyone | Principal::Account(_) | Principal::Arn(_) | Principal::Deleted(_) => "AWS",
            Principal::Service(_) => "Service",
            Principal::Federated(_) => "Federated",
            Principal::CanonicalUser(_) => "CanonicalUser",
        };
        kinds.entry(kind).or_default().push(principal.to_string().into());
    }
    Tree::Map(kinds.into_iter().map(|(kind, names)| (kind.into(), values(names))).collect())
}

fn chosen<'a, T>(name: &str, selection: &'a Selection<T>) -> (ArcStr, &'a [T]) {
    match selection {
        Selection::Only(listed) => (name.into(), listed),
        Selection::AllBut(listed) => (arcstr::format!("Not{name}"), listed),
    }
}

fn values(texts: impl IntoIterator<Item = ArcStr>) -> Tree {
    let mut texts: Vec<Tree> = texts.into_iter().map(Tree::Text).collect();
    if texts.len() == 1 { texts.remove(0) } else { Tree::List(texts) }
}

fn operator(operator: &Operator) -> ArcStr {
    let quantifier = match operator.quantifier {
        Some(Quantifier::ForAllValues) => "ForAllValues:",
        Some(Quantifier::ForAnyValue) => "ForAnyValue:",
        None => "",
    };
    arcstr::format!("{quantifier}{}{}", operator.name, if operator.if_exists { "IfExists" } else { "" })
}

/// The document as JSON, two spaces a level.
pub fn json(document: &Document) -> String {
    let mut text = String::new();
    write(&tree(document), 0, &JSON, &mut text);
    text + "\n"
}

/// How many characters it has without white space, as AWS counts managed and inline policies.
pub fn size(document: &Document) -> usize {
    json(document).chars().filter(|c| !c.is_whitespace()).count()
}

/// The document in Terraform's language, to stand in `jsonencode(…)` at a depth.
pub fn terraform(document: &Document, depth: usize) -> String {
    let mut text = String::new();
    write(&tree(document), depth, &TERRAFORM, &mut text);
    text
}

/// What tells the two languages apart.
struct Language {
    between: &'static str,
    after_entry: &'static str,
    key: fn(&str) -> String,
    text: fn(&str) -> String,
}

const JSON: Language = Language { between: ": ", after_entry: ",", key: quoted, text: quoted };
const TERRAFORM: Language = Language { between: " = ", after_entry: "", key: bare, text: template };

/// A text in quotes, as JSON has it.
pub fn quoted(text: &str) -> String {
    // A text always has a JSON form.
    serde_json::to_string(text).unwrap_or_default()
}

/// A text of Terraform's language: what would begin a template is doubled.
pub fn template(text: &str) -> String {
    quoted(text).replace("${", "$${").replace("%{", "%%{")
}

fn bare(key: &str) -> String {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { key.to_owned() } else { template(key) }
}

fn write(tree: &Tree, depth: usize, language: &Language, out: &mut String) {
    let indent = |out: &mut String, depth: usize| (0..depth).for_each(|_| out.push_str("  "));
    match tree {
        Tree::Text(text) => out.push_str(&(language.text)(text)),
        Tree::List(items) if items.is_empty() => out.push_str("[]"),
        Tree::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Tree::List(items) => {
            out.push_str("[\n");
            for (at, item) in items.iter().enumerate() {
                indent(out, depth + 1);
                write(item, depth + 1, language, out);
                out.push_str(if at + 1 < items.len() { ",\n" } else { "\n" });
            }
            indent(out, depth);
            out.push(']');
        }
        Tree::Map(entries) => {
            out.push_str("{\n");
            for (at, (key, value)) in entries.iter().enumerate() {
                indent(out, depth + 1);
                out.push_str(&(language.key)(key));
                out.push_str(language.between);
                write(value, depth + 1, language, out);
                out.push_str(if at + 1 < entries.len() { language.after_entry } else { "" });
                out.push('\n');
            }
            indent(out, depth);
            out.push('}');
        }
    }
}

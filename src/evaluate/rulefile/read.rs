//! Text → [`RawRule`]: every key of a rule file, each checked as far as it can be on its own.

use super::{MOST_BYTES, RawEach, RawExpression, RawRule, Word, parameter};
use crate::diag::yaml::{self, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use crate::evaluate::expr::Each;
use crate::model::rule::{Pillar, Remedy, RuleStatus, Severity};
use arcstr::ArcStr;
use std::str::FromStr;

/// Reads one rule file.
///
/// # Errors
/// A file that is too large or no YAML, where there is nothing to go on with. All other mistakes are in the [`Faults`].
pub fn read(source: &Source) -> Result<(RawRule, Faults), Diagnostic> {
    if source.text.len() > MOST_BYTES {
        let message = format!("the file has {} bytes; a rule file has at most {MOST_BYTES}", source.text.len());
        return Err(Diagnostic::whole(source.name.clone(), message));
    }
    let root = yaml::parse(source)?;
    let mut faults = Faults::new(source.clone());
    let mut raw = RawRule { file: Some(source.clone()), ..RawRule::default() };
    if let Some(table) = Table::of(&root, "a rule file", &mut faults) {
        describe(&table, &mut raw, &mut faults);
        judge(&table, &mut raw, &mut faults);
        raw.controls = controls(&table, &mut faults);
        raw.examples = examples(&table, &mut faults);
        raw.examples_span =
            table.optional("examples").map_or(table.span().start..table.span().start, |node| node.span.start..node.span.start);
        table.finish("a rule", &mut faults);
    }
    Ok((raw, faults))
}

fn describe(table: &Table<'_>, raw: &mut RawRule, faults: &mut Faults) {
    raw.id = table.required("id", faults).and_then(|node| word(node, "id", faults));
    raw.title = line(table.required("title", faults), "title", faults);
    raw.status = words(table.required("status", faults), "status", RuleStatus::ALL.iter().map(|word| word.as_str()), faults);
    raw.since = line(table.required("since", faults), "since", faults);
    raw.pillar = words(table.required("pillar", faults), "pillar", Pillar::ALL.iter().map(|word| word.as_str()), faults);
    raw.severity = words(table.required("severity", faults), "severity", Severity::ALL.iter().map(|word| word.as_str()), faults);
    raw.aliases = table.optional("aliases").map(|node| list_of_words(node, "aliases", faults)).unwrap_or_default();
    raw.why = text(table.required("why", faults), "why", faults);
    raw.remedy = table.required("remedy", faults).and_then(|node| remedy(node, faults));
}

fn judge(table: &Table<'_>, raw: &mut RawRule, faults: &mut Faults) {
    raw.resource = table.required("resource", faults).and_then(|node| word(node, "resource", faults));
    raw.parameters = table.optional("params").map(|node| parameter::read(node, faults)).unwrap_or_default();
    raw.each = table.optional("each").map(|node| each(node, faults));
    raw.when = table.optional("when").and_then(|node| expression(node, "when", faults));
    raw.assert = table.required("assert", faults).and_then(|node| expression(node, "assert", faults));
    raw.message = table.required("message", faults).and_then(|node| expression(node, "message", faults));
    raw.required_tags = table.optional("required_tags").and_then(|node| expression(node, "required_tags", faults));
    raw.savings = table.optional("savings").and_then(|node| expression(node, "savings", faults));
    raw.replacement = table.optional("replacement").and_then(|node| expression(node, "replacement", faults));
}

fn each(node: &Node, faults: &mut Faults) -> Option<RawEach> {
    let table = Table::of(node, "each", faults)?;
    let list = table.required("in", faults).and_then(|node| expression(node, "each.in", faults));
    let name = table.required("as", faults).and_then(|node| word(node, "each.as", faults));
    let key = table.required("key", faults).and_then(|node| expression(node, "each.key", faults));
    table.finish("each", faults);
    let name = name?;
    if !parameter::is_name(&name.text) || !Each::may_be_called(&name.text) {
        faults.add_with_help(&name.span, format!("{:?} can't be the name of an item", name.text), "use a plain word such as index");
        return None;
    }
    Some(RawEach { list: list?, name, key: key? })
}

fn remedy(node: &Node, faults: &mut Faults) -> Option<Remedy> {
    let table = Table::of(node, "remedy", faults)?;
    let words = text(table.required("text", faults), "remedy.text", faults);
    let mut optional = |key: &'static str| table.optional(key).and_then(|node| text(Some(node), &format!("remedy.{key}"), faults));
    let (cli, terraform) = (optional("cli"), optional("terraform"));
    table.finish("remedy", faults);
    Some(Remedy { text: words?, cli, terraform })
}

fn controls(table: &Table<'_>, faults: &mut Faults) -> Vec<(Word, Vec<Word>)> {
    let entries = table.optional("controls").and_then(|node| node.entries("controls", faults)).unwrap_or(&[]);
    entries
        .iter()
        .map(|(framework, node)| {
            let ids = list_of_words(node, &format!("the controls of {:?}", framework.text), faults);
            (Word { text: framework.text.clone(), span: framework.span.clone() }, ids)
        })
        .collect()
}

fn examples(table: &Table<'_>, faults: &mut Faults) -> Vec<Node> {
    // That there are none is said with what is missing, once, when the rule is checked.
    table.optional("examples").and_then(|node| node.list("examples", faults)).unwrap_or(&[]).to_vec()
}

fn expression(node: &Node, what: &str, faults: &mut Faults) -> Option<RawExpression> {
    let text = node.word(what, faults)?;
    if text.trim().is_empty() {
        faults.add(&node.span, format!("{what} is empty"));
        return None;
    }
    Some(RawExpression { text, node: node.clone() })
}

/// A word with its place.
pub(super) fn word(node: &Node, what: &str, faults: &mut Faults) -> Option<Word> {
    node.word(what, faults).map(|text| Word { text, span: node.span.clone() })
}

fn list_of_words(node: &Node, what: &str, faults: &mut Faults) -> Vec<Word> {
    let items = node.list(what, faults).unwrap_or(&[]);
    items.iter().filter_map(|item| word(item, &format!("each of {what}"), faults)).collect()
}

fn words<T: FromStr>(node: Option<&Node>, what: &str, known: impl Iterator<Item = &'static str>, faults: &mut Faults) -> Option<T> {
    node?.one_of(what, &known.collect::<Vec<_>>(), faults)
}

/// Text of one line.
fn line(node: Option<&Node>, what: &str, faults: &mut Faults) -> Option<Word> {
    let node = node?;
    let text = node.word(what, faults)?;
    if text.trim().is_empty() {
        faults.add(&node.span, format!("{what} is empty"));
        return None;
    }
    if text.chars().any(char::is_control) {
        faults.add(&node.span, format!("{what} must be one line without control characters"));
        return None;
    }
    Some(Word { text, span: node.span.clone() })
}

/// Text of any number of lines. A block scalar ends in a line end that nobody means.
fn text(node: Option<&Node>, what: &str, faults: &mut Faults) -> Option<ArcStr> {
    let node = node?;
    let text = node.word(what, faults)?;
    if text.trim().is_empty() {
        faults.add(&node.span, format!("{what} is empty"));
        return None;
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        faults.add(&node.span, format!("{what} holds control characters"));
        return None;
    }
    Some(ArcStr::from(text.trim_end()))
}

//! `params:` of a rule file: what a rule lets the operator set.

use super::typed::{self, PARAMETER_TYPES};
use crate::diag::Faults;
use crate::diag::yaml::{Key, Node, Table};
use crate::evaluate::parameter::Parameter;
use crate::model::Value;
use crate::model::catalogue::FieldType;
use arcstr::ArcStr;

/// Reads all parameters.
pub fn read(node: &Node, faults: &mut Faults) -> Vec<Parameter> {
    let entries = node.entries("params", faults).unwrap_or(&[]);
    entries.iter().map(|(name, node)| parameter(name, node, faults)).collect()
}

fn parameter(name: &Key, node: &Node, faults: &mut Faults) -> Parameter {
    if !is_name(&name.text) {
        faults.add_with_help(
            &name.span,
            format!("{:?} can't be the name of a parameter", name.text),
            "use small letters, digits and _, beginning with a letter",
        );
    }
    let what = format!("parameter {:?}", name.text);
    // What is wrong with its declaration was said; that expressions name it is no second mistake.
    let broken = Parameter { name: name.text.clone(), ty: FieldType::Any, default: Value::Null, help: ArcStr::new() };
    let Some(table) = Table::of(node, &what, faults) else { return broken };
    let ty = field_type(&table, &what, faults);
    let default = table.required("default", faults);
    let help = table.required("help", faults).and_then(|node| node.string(&format!("the help of {what}"), faults));
    table.finish(&what, faults);
    let (Some(ty), Some(default), Some(help)) = (ty, default, help) else { return broken };
    match typed::read(default, &ty, &format!("the default of {what}"), faults) {
        Some(default) => Parameter { ty, default, help, ..broken },
        None => Parameter { ty, help, ..broken },
    }
}

fn field_type(table: &Table<'_>, what: &str, faults: &mut Faults) -> Option<FieldType> {
    let values: Vec<ArcStr> =
        table.optional("values").and_then(|node| node.words(&format!("the values of {what}"), faults)).unwrap_or_default();
    let items =
        table.optional("items").map(|node| word(node, what, faults).and_then(|word| typed::parameter_type(&word, None, values.clone())));
    let node = table.required("type", faults)?;
    let word = word(node, what, faults)?;
    if let (Some(_), "bool" | "int" | "decimal" | "string" | "timestamp" | "any") = (&items, word.as_str()) {
        faults.add(&node.span, format!("{what} has `items`, which only a list or a map has"));
    }
    match items {
        Some(None) => None,
        Some(items) => typed::parameter_type(&word, items, values),
        None => typed::parameter_type(&word, None, values),
    }
}

fn word(node: &Node, what: &str, faults: &mut Faults) -> Option<ArcStr> {
    let word = node.word(&format!("the type of {what}"), faults)?;
    if PARAMETER_TYPES.contains(&word.as_str()) {
        return Some(word);
    }
    faults.add_unknown(&node.span, "parameter type", &word, PARAMETER_TYPES);
    None
}

/// Whether the text can be a name in an expression.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

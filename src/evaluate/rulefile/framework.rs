//! Catalogues of control frameworks, `rules/frameworks/<framework>.yaml`: which control ids there are.
//!
//! Rules may only name controls that a catalogue has, so that a slip in an id never leaves a control green because
//! nothing speaks for it. A catalogue without `controls` is a mistake: any id would pass against it.

use super::Word;
use crate::diag::yaml::{self, Node, Table};
use crate::diag::{Diagnostic, Faults, Source};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// One framework.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The key that rules use: the file's name.
    pub id: ArcStr,
    /// Its full name.
    pub title: ArcStr,
    /// Where its controls are described.
    pub url: Option<ArcStr>,
    /// Control id → title; never empty.
    pub controls: BTreeMap<ArcStr, ArcStr>,
}

/// Reads one catalogue. `name` is the file's name without its ending.
///
/// # Errors
/// Every mistake of the file.
pub fn read(source: &Source, name: &str) -> Result<Framework, Vec<Diagnostic>> {
    let root = yaml::parse(source).map_err(|diagnostic| vec![diagnostic])?;
    let mut faults = Faults::new(source.clone());
    let framework = table(&root, name, &mut faults);
    match framework {
        Some(framework) if faults.is_empty() => Ok(framework),
        _ => Err(faults.into_diagnostics()),
    }
}

fn table(root: &Node, name: &str, faults: &mut Faults) -> Option<Framework> {
    let table = Table::of(root, "a framework", faults)?;
    let id = table.required("id", faults).and_then(|node| super::read::word(node, "id", faults));
    let title = table.required("title", faults).and_then(|node| node.string("title", faults));
    let url = table.optional("url").and_then(|node| node.string("url", faults));
    let mut controls = BTreeMap::new();
    let listed = table.required("controls", faults).and_then(|node| node.list("controls", faults));
    if listed.is_some_and(<[Node]>::is_empty) {
        faults.add(table.span(), "controls is empty: any id would pass");
    }
    for node in listed.unwrap_or(&[]) {
        if let Some((id, title)) = control(node, faults)
            && controls.insert(id.text.clone(), title).is_some()
        {
            faults.add(&id.span, format!("the control {:?} is listed twice", id.text));
        }
    }
    table.finish("a framework", faults);
    let id = id?;
    if id.text != name {
        faults.add_with_help(&id.span, format!("the id {:?} is not the file's name", id.text), format!("name the file {}.yaml", id.text));
    }
    Some(Framework { id: id.text, title: title?, url, controls })
}

fn control(node: &Node, faults: &mut Faults) -> Option<(Word, ArcStr)> {
    let table = Table::of(node, "a control", faults)?;
    let id = table.required("id", faults).and_then(|node| super::read::word(node, "id", faults));
    let title = table.required("title", faults).and_then(|node| node.string("title", faults));
    table.finish("a control", faults);
    Some((id?, title?))
}

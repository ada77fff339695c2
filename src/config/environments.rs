//! `environments`: which resources belong to `dev`, which to `production`. A list, since the first that matches wins.

use super::accounts;
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node, Table};
use crate::model::environment::Environment;
use arcstr::ArcStr;

/// The name that `parameters` uses for all environments; no environment may have it.
pub const DEFAULT: &str = "default";

/// Environments in written order.
pub fn environments(node: &Node, faults: &mut Faults) -> Vec<Environment> {
    let mut environments: Vec<Environment> = Vec::new();
    for item in node.list("environments", faults).unwrap_or_default() {
        let Some(environment) = environment(item, faults) else { continue };
        if environments.iter().any(|known| known.name == environment.name) {
            faults.add(&item.span, format!("environment {:?} is given twice", environment.name.as_str()));
            continue;
        }
        environments.push(environment);
    }
    environments
}

fn environment(node: &Node, faults: &mut Faults) -> Option<Environment> {
    let table = Table::of(node, "an environment", faults)?;
    let name = table.required("name", faults).and_then(|node| name(node, faults));
    let accounts = table.optional("accounts").and_then(|node| node.list("accounts", faults)).unwrap_or_default();
    let accounts = accounts.iter().filter_map(|item| accounts::account_id(item, "each of accounts", faults)).collect();
    let regions = table.optional("regions").map(|node| accounts::regions(node, "regions", faults)).unwrap_or_default();
    let names = table.optional("names").map(|node| globs(node, "names", faults)).unwrap_or_default();
    let tags = table.optional("tags").and_then(|node| node.entries("tags", faults)).unwrap_or_default();
    let tags = tags.iter().map(|(key, values)| (key.text.clone(), globs(values, "a tag's values", faults))).collect();
    let all = Environment { name: name.clone().unwrap_or_default(), accounts, regions, tags, names };
    if all == (Environment { name: all.name.clone(), ..Environment::default() }) {
        faults.add_with_help(
            table.span(),
            "an environment without conditions holds every resource",
            "give it accounts, regions, tags or names; what holds everywhere belongs under parameters.default",
        );
    }
    table.finish("an environment", faults);
    name.map(|name| Environment { name, ..all })
}

fn name(node: &Node, faults: &mut Faults) -> Option<ArcStr> {
    let name = node.word("name", faults)?;
    if name == DEFAULT {
        faults.add(&node.span, "no environment may be named \"default\": parameters uses that word for all of them");
        return None;
    }
    if name.is_empty() {
        faults.add(&node.span, "an environment needs a name");
        return None;
    }
    Some(name)
}

/// One glob, or a list of them.
fn globs(node: &Node, what: &str, faults: &mut Faults) -> Vec<ArcStr> {
    let items = if let Kind::List(items) = &node.kind { items.as_slice() } else { std::slice::from_ref(node) };
    let mut globs = Vec::new();
    for item in items {
        let Some(glob) = item.word(what, faults) else { continue };
        match globset::Glob::new(&glob) {
            Ok(_) => globs.push(glob),
            Err(error) => faults.add(&item.span, format!("{what}: {:?} is no pattern: {}", glob.as_str(), error.kind())),
        }
    }
    globs
}

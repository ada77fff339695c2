//! One instance of a resource as a plan or a state has it, whichever of the three it was, with the attributes that its table wants.

use super::table;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One instance of a managed resource, or of a data source.
#[derive(Debug, Default)]
pub struct Instance {
    /// `module.data.aws_dynamodb_table.users["a"]`.
    pub address: String,
    /// The address of the block in the configuration, without keys of instances: `module.data.aws_dynamodb_table.users`.
    pub block: String,
    /// The Terraform type.
    pub terraform: String,
    /// The key of `count` or `for_each`.
    pub key: Option<Value>,
    /// The provider that made it, as the file names it.
    pub provider: String,
    /// The attributes.
    pub values: Value,
    /// What is known only after the apply: `true` where it is.
    pub unknown: Value,
    /// What is marked as sensitive: `true` where it is.
    pub sensitive: Value,
}

/// Data sources that say where we are.
pub const TELLING: [&str; 2] = ["aws_caller_identity", "aws_region"];

/// The attributes of a type that are read; none where nothing of it is.
pub fn wanted(terraform: &str) -> Option<BTreeSet<&'static str>> {
    if TELLING.contains(&terraform) {
        return Some(["account_id", "name", "region"].into());
    }
    table::find(terraform).map(table::Mapping::wanted)
}

impl Instance {
    /// One of an address. Its block is the address without the keys of instances.
    pub fn new(address: &str, terraform: &str, provider: &str) -> Self {
        Self {
            address: address.to_owned(),
            block: block_of(address),
            terraform: terraform.to_owned(),
            provider: provider.to_owned(),
            ..Self::default()
        }
    }
}

/// The block of an address: without the keys of its instances, which may hold any text.
pub fn block_of(address: &str) -> String {
    let (mut block, mut depth, mut quoted, mut escaped) = (String::with_capacity(address.len()), 0_u32, false, false);
    for character in address.chars() {
        match character {
            '"' if depth > 0 && !escaped => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            character if depth == 0 => block.push(character),
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    block
}

/// An address with its key as Terraform writes it: `x[0]`, `x["a"]`.
pub fn with_key(address: &str, key: Option<&Value>) -> String {
    key.map_or_else(|| address.to_owned(), |key| format!("{address}[{key}]"))
}

/// The most steps of a path that are followed, as deep as values may nest; of a longer one the whole is marked.
const DEEPEST: usize = 128;

/// Marks the place that a state's `sensitive_attributes` name: a path of `get_attr` and `index` steps.
pub fn mark_sensitive(tree: &mut Value, steps: &[Value]) {
    let Some((step, rest)) = steps.split_first().filter(|_| steps.len() <= DEEPEST) else {
        *tree = Value::Bool(true);
        return;
    };
    // An index may be an object of its own: {"value": 0, "type": "number"}.
    let key = step.get("value").map(|value| value.get("value").unwrap_or(value));
    match key {
        Some(Value::String(key)) => {
            if !matches!(tree, Value::Object(_) | Value::Bool(true)) {
                *tree = Value::Object(Map::new());
            }
            if let Value::Object(map) = tree {
                mark_sensitive(map.entry(key.as_str()).or_insert(Value::Null), rest);
            }
        }
        // An item of a list, or a step that we do not know: all of it is then sensitive.
        _ => *tree = Value::Bool(true),
    }
}

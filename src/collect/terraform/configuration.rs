//! What a plan's configuration adds to its values: providers with their regions, and what a value that is not known yet refers to.
//!
//! The configuration names references, not expressions: `"${aws_iam_role.a.arn}:*"` and `aws_iam_role.a.arn` look alike. So only rows that
//! say `refer` follow them, where nobody writes anything but the plain reference, and only where there is one.

use super::contents::object;
use super::instance::with_key;
use serde_json::Value;
use std::collections::HashMap;

/// A plan's configuration; empty where the file has none.
#[derive(Debug, Default)]
pub struct Configuration {
    blocks: HashMap<String, Block>,
    calls: HashMap<String, Call>,
    providers: HashMap<String, Value>,
    variables: HashMap<String, String>,
}

#[derive(Debug)]
struct Block {
    provider: String,
    expressions: Value,
}

#[derive(Debug, Default)]
struct Call {
    expressions: Value,
    outputs: Value,
}

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The block.
    pub block: String,
    /// The address with its key, where the reference names one.
    pub address: Option<String>,
    /// Whether the key is that of the one who refers: `each.key`, `count.index`.
    pub same_key: bool,
    /// The attribute; empty where the reference names the whole.
    pub attribute: String,
}

/// How many expressions are looked at for one reference, over all variables and outputs of modules: a plan may name them in circles.
const HOPS: u32 = 200;

impl Configuration {
    /// Of the tree of a plan.
    pub fn of(file: &Value) -> Self {
        let mut configuration = Self::default();
        for (name, variable) in object(file.get("variables")) {
            if let Some(Value::String(text)) = variable.get("value") {
                configuration.variables.insert(name.clone(), text.clone());
            }
        }
        for (key, provider) in object(file.pointer("/configuration/provider_config")) {
            configuration.providers.insert(key.clone(), provider.get("expressions").cloned().unwrap_or_default());
        }
        if let Some(root) = file.pointer("/configuration/root_module") {
            configuration.module("", root);
        }
        configuration
    }

    fn module(&mut self, path: &str, module: &Value) {
        for resource in module.get("resources").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
            let block = Block {
                provider: text("provider_config_key").to_owned(),
                expressions: resource.get("expressions").cloned().unwrap_or_default(),
            };
            self.blocks.insert(inside(path, text("address")), block);
        }
        for (name, call) in object(module.get("module_calls")) {
            let child = inside(path, &format!("module.{name}"));
            let called = call.get("module").unwrap_or(&Value::Null);
            let entry = Call {
                expressions: call.get("expressions").cloned().unwrap_or_default(),
                outputs: called.get("outputs").cloned().unwrap_or_default(),
            };
            self.calls.insert(child.clone(), entry);
            self.module(&child, called);
        }
    }

    /// The key of the provider that makes a block's resources.
    pub fn provider_of(&self, block: &str) -> Option<&str> {
        self.blocks.get(block).map(|block| block.provider.as_str()).filter(|provider| !provider.is_empty())
    }

    /// What a block writes.
    pub fn expressions(&self, block: &str) -> Option<&Value> {
        self.blocks.get(block).map(|block| &block.expressions)
    }

    /// The providers by key, with their expressions.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.providers.iter().map(|(key, expressions)| (key.as_str(), expressions))
    }

    /// The text of an expression: a constant, or a variable of the root module.
    pub fn text<'a>(&'a self, expression: &'a Value) -> Option<&'a str> {
        if let Some(constant) = expression.get("constant_value") {
            return constant.as_str();
        }
        match references(expression).as_slice() {
            [only] => self.variables.get(only.strip_prefix("var.")?).map(String::as_str),
            _ => None,
        }
    }

    /// What an expression of a block refers to: every resource, in order. None where one of them cannot be told.
    pub fn targets(&self, block: &str, expression: &Value) -> Option<Vec<Target>> {
        let module = block.rfind("module.").map_or("", |at| {
            // `module.a.aws_x.y` → `module.a`: the resource's type and name are the last two.
            let tail = block.get(at..).unwrap_or_default();
            let end = tail.match_indices('.').nth(1).map_or(block.len(), |(dot, _)| at + dot);
            block.get(..end).unwrap_or_default()
        });
        let mut targets = Vec::new();
        self.follow(module, expression, &mut { HOPS }, &mut targets)?;
        Some(targets)
    }

    fn follow(&self, module: &str, expression: &Value, hops: &mut u32, targets: &mut Vec<Target>) -> Option<()> {
        *hops = hops.checked_sub(1)?;
        let all = references(expression);
        let same_key = all.iter().any(|name| ["each.key", "each.value", "count.index"].contains(name) || name.starts_with("each.value."));
        // `aws_x.y.arn` comes with `aws_x.y`, which says nothing more.
        let extended = |name: &&str| {
            all.iter().any(|other| {
                other.len() > name.len()
                    && other.starts_with(name)
                    && other.get(name.len()..).is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        for name in all.iter().filter(|name| !extended(name)) {
            let mut parts = name.split('.');
            match (parts.next()?, parts.next()) {
                ("each" | "count" | "path" | "terraform", _) => {}
                ("var", Some(variable)) if !module.is_empty() => {
                    let call = self.calls.get(module)?;
                    let parent = module.rsplit_once(".module.").map_or("", |(parent, _)| parent);
                    self.follow(parent, call.expressions.get(variable)?, hops, targets)?;
                }
                ("module", Some(called)) => {
                    let called = called.split('[').next().unwrap_or(called);
                    let child = inside(module, &format!("module.{called}"));
                    let output = self.calls.get(&child)?.outputs.get(parts.next()?)?;
                    self.follow(&child, output.get("expression")?, hops, targets)?;
                }
                ("var" | "local" | "data" | "self" | "module", _) => return None,
                (terraform, Some(named)) => {
                    let (label, key) = named.split_once('[').map_or((named, None), |(label, key)| (label, key.strip_suffix(']')));
                    let block = inside(module, &format!("{terraform}.{label}"));
                    let key: Option<Value> = key.and_then(|key| serde_json::from_str(key).ok());
                    let address = key.map(|key| with_key(&block, Some(&key)));
                    let attribute = parts.next().unwrap_or_default().split('[').next().unwrap_or_default().to_owned();
                    targets.push(Target { same_key: same_key && address.is_none(), block, address, attribute });
                }
                (_, None) => return None,
            }
        }
        Some(())
    }
}

fn inside(module: &str, address: &str) -> String {
    if module.is_empty() { address.to_owned() } else { format!("{module}.{address}") }
}

fn references(expression: &Value) -> Vec<&str> {
    expression.get("references").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

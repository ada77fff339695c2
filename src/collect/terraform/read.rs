//! A file → the little of it that is needed, as one tree: a plan, a shown state or a state of version 4.
//!
//! One grammar ([`Part`]) says of each place what is kept. All else is passed over by the parser and is never a value: the state
//! before the change, outputs, types without a table, attributes that no table names. That bounds memory by what is judged (a plan of
//! 50 MB keeps a few), and keeps secrets out by not reading them. The parser itself refuses deep nesting (128 levels).

use super::instance::{TELLING, wanted};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Reads a file's bytes.
///
/// # Errors
/// Where it is no JSON object, or is nested too deeply.
pub fn read(bytes: &[u8]) -> serde_json::Result<Value> {
    // A byte order mark: PowerShell's `>` writes one.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let value = Reader { part: Part::File, prior: false, wanted: None }.deserialize(&mut from)?;
    from.end()?;
    Ok(value)
}

/// A place in a file, by what is kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    File,
    Prior,
    Values,
    Modules,
    Module,
    Resources,
    Resource,
    Change,
    Instances,
    Instance,
    Attributes,
    Configuration,
    Providers,
    Provider,
    Calls,
    Call,
    Mark,
    Whole,
    Nothing,
}

impl Part {
    fn key(self, key: &str) -> Self {
        match (self, key) {
            (Self::File | Self::Prior, "values") => Self::Values,
            (Self::File, "prior_state") => Self::Prior,
            (Self::File, "resource_changes" | "resources") => Self::Resources,
            (Self::File, "configuration") => Self::Configuration,
            (Self::File, "planned_values" | "encrypted_data") => Self::Mark,
            (Self::File, "format_version" | "version" | "terraform_version" | "variables" | "errored" | "complete") => Self::Whole,
            (Self::Values | Self::Configuration, "root_module") | (Self::Call, "module") => Self::Module,
            (Self::Configuration, "provider_config") => Self::Providers,
            (Self::Module, "resources") => Self::Resources,
            (Self::Module, "child_modules") => Self::Modules,
            (Self::Module, "module_calls") => Self::Calls,
            (Self::Module, "outputs" | "address") | (Self::Call, "expressions") => Self::Whole,
            (Self::Resource, "change") => Self::Change,
            (Self::Resource, "instances") => Self::Instances,
            (Self::Resource, "values" | "sensitive_values" | "expressions")
            | (Self::Change, "after" | "after_unknown" | "after_sensitive")
            | (Self::Instance, "attributes") => Self::Attributes,
            (Self::Resource, "address" | "mode" | "type" | "name" | "index" | "deposed" | "module" | "module_address")
            | (Self::Resource, "provider" | "provider_name" | "provider_config_key")
            | (Self::Change, "actions")
            | (Self::Instance, "index_key" | "deposed" | "sensitive_attributes") => Self::Whole,
            (Self::Providers, _) => Self::Provider,
            (Self::Provider, "name" | "alias" | "module_address") => Self::Whole,
            (Self::Provider, "expressions") => Self::Attributes,
            (Self::Calls, _) => Self::Call,
            _ => Self::Nothing,
        }
    }

    fn item(self) -> Self {
        match self {
            Self::Modules => Self::Module,
            Self::Resources => Self::Resource,
            Self::Instances => Self::Instance,
            _ => Self::Nothing,
        }
    }
}

/// What of a provider's configuration says where it works; `secret_key` and its like are never read.
const PROVIDER: [&str; 3] = ["region", "allowed_account_ids", "assume_role"];

#[derive(Clone, Copy)]
struct Reader<'w> {
    part: Part,
    /// Inside the state before the change: only what says where we are.
    prior: bool,
    /// The attributes that are kept; none where the type is not known yet.
    wanted: Option<&'w BTreeSet<&'static str>>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        match self.part {
            Part::Whole => Value::deserialize(from),
            Part::Nothing => IgnoredAny::deserialize(from).map(|IgnoredAny| Value::Null),
            Part::Mark => IgnoredAny::deserialize(from).map(|IgnoredAny| Value::Bool(true)),
            _ => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what Terraform writes here")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        // Of a resource, the type comes before its attributes as Terraform writes it; sorted keys (`jq -S`) put it behind.
        let mut keys: Option<BTreeSet<&'static str>> = (self.part == Part::Provider).then(|| PROVIDER.into());
        let mut early = false;
        while let Some(key) = from.next_key::<String>()? {
            if self.part == Part::Attributes {
                if self.wanted.is_none_or(|wanted| wanted.contains(key.as_str())) {
                    map.insert(key, from.next_value()?);
                } else {
                    from.next_value::<IgnoredAny>()?;
                }
                continue;
            }
            let part = self.part.key(&key);
            if part == Part::Nothing {
                from.next_value::<IgnoredAny>()?;
                continue;
            }
            early |= self.part == Part::Resource && keys.is_none() && holds_attributes(part);
            let wanted = if matches!(self.part, Part::Resource | Part::Provider) { keys.as_ref() } else { self.wanted };
            let value = from.next_value_seed(Reader { part, prior: self.prior || part == Part::Prior, wanted })?;
            if self.part == Part::Resource && key == "type" {
                keys = Some(value.as_str().and_then(|terraform| self.kept(terraform)).unwrap_or_default());
            }
            map.insert(key, value);
        }
        if let (true, Some(keys)) = (early, &keys) {
            retain(&mut map, keys);
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        let part = self.part.item();
        while let Some(item) = from.next_element_seed(Reader { part, ..self })? {
            if part != Part::Nothing {
                items.push(item);
            }
        }
        Ok(Value::Array(items))
    }

    // `after_unknown` and `after_sensitive` may be true or false as a whole; all else without structure is nothing.
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    // Nothing structural is a number or a text: whoever expects a list or an object there says so.
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(Value::String(String::new()))
    }
}

impl Reader<'_> {
    fn kept(self, terraform: &str) -> Option<BTreeSet<&'static str>> {
        if self.prior && !TELLING.contains(&terraform) { None } else { wanted(terraform) }
    }
}

fn holds_attributes(part: Part) -> bool {
    matches!(part, Part::Change | Part::Instances | Part::Attributes)
}

/// Drops the attributes that nobody wants from a resource whose type came last.
fn retain(resource: &mut Map<String, Value>, wanted: &BTreeSet<&'static str>) {
    for (key, value) in resource {
        match (key.as_str(), value) {
            (
                "values" | "sensitive_values" | "expressions" | "after" | "after_unknown" | "after_sensitive" | "attributes",
                Value::Object(map),
            ) => {
                map.retain(|key, _| wanted.contains(key.as_str()));
            }
            ("change", Value::Object(change)) => retain(change, wanted),
            ("instances", Value::Array(instances)) => {
                for instance in instances {
                    if let Value::Object(instance) = instance {
                        retain(instance, wanted);
                    }
                }
            }
            _ => {}
        }
    }
}

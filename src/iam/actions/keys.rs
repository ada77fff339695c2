//! Condition keys: of what type each is, whether requests carry one value or many, and which actions know it.
//!
//! Keys with a part that the policy chooses are listed as templates: `aws:ResourceTag/${TagKey}`, `s3:ExistingObjectTag/<key>`.
//! A key of a policy is found by its whole name first, then as an instance of a template.

use super::{Action, Database};
use crate::iam::glob::{self, Case};

/// What the values of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A date.
    Date,
    /// An address or a range of them.
    IpAddress,
    /// Bytes in base64.
    Binary,
}

impl KeyType {
    /// All types, in the order of their numbers in the file.
    const ALL: [Self; 7] = [Self::String, Self::Arn, Self::Bool, Self::Numeric, Self::Date, Self::IpAddress, Self::Binary];
}

/// A condition key that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionKey<'a> {
    /// Its name in AWS's spelling; of a family of keys, its template.
    pub name: &'a str,
    /// What its values are.
    pub ty: KeyType,
    /// Whether a request can carry many values of it.
    pub many: bool,
}

/// A key as the file has it: its text, and its type with the bit for many values.
#[derive(Debug)]
pub(super) struct KeyRow {
    pub(super) name: u32,
    pub(super) kind: u8,
}

/// The bit of [`KeyRow::kind`] that says that a request can carry many values.
const MANY: u8 = 16;

/// Whether a byte of the file is a type.
pub(super) fn is_kind(byte: u8) -> bool {
    KeyType::ALL.len() > usize::from(byte & !MANY)
}

impl Database {
    /// The key, where it is listed. Its case is indifferent.
    pub fn condition_key(&self, key: &str) -> Option<ConditionKey<'_>> {
        let at = self.keys.binary_search_by(|row| super::by_name(self.text(row.name), key)).ok();
        let row = match at {
            Some(at) => self.keys.get(at)?,
            None => {
                self.key_templates.iter().filter_map(|&at| self.keys.get(at as usize)).find(|row| is_instance(self.text(row.name), key))?
            }
        };
        Some(ConditionKey {
            name: self.text(row.name),
            ty: KeyType::ALL.get(usize::from(row.kind & !MANY)).copied().unwrap_or(KeyType::String),
            many: row.kind & MANY != 0,
        })
    }

    /// The names of all keys with a prefix such as `s3`, templates among them.
    pub fn condition_keys_of<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.keys.partition_point(|row| super::by_name(self.text(row.name), prefix).is_lt());
        let names = self.keys.get(from..).unwrap_or_default().iter().map(|row| self.text(row.name));
        let begins = |name: &&str| name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        names.take_while(begins).filter(|name| name.get(prefix.len()..).is_some_and(|rest| rest.starts_with(':')))
    }

    /// Whether resource control policies reach a service.
    pub fn supports_resource_control(&self, service: &str) -> bool {
        self.list(self.resource_control).iter().any(|&text| self.text(text).eq_ignore_ascii_case(service))
    }

    /// The services that resource control policies reach, sorted.
    pub fn resource_control_services(&self) -> impl Iterator<Item = &str> {
        self.list(self.resource_control).iter().map(|&text| self.text(text))
    }
}

impl Action<'_> {
    /// Whether requests of it can carry a key: by the action itself, or by a type of resource that it takes.
    pub fn knows(&self, key: &str) -> bool {
        let of_types = self.resource_types().flat_map(|ty| ty.condition_keys());
        self.condition_keys().chain(of_types).any(|known| known.eq_ignore_ascii_case(key) || is_instance(known, key))
    }
}

/// Whether a name stands for a family of keys.
pub(super) fn is_template(name: &str) -> bool {
    name.contains(['$', '<'])
}

/// Whether a key is one of those that a template stands for. What the policy chooses has at least one character.
fn is_instance(template: &str, key: &str) -> bool {
    // `catalog:Entity/<parameter>` and `${Name}` are the two ways in which AWS writes the part that is chosen.
    let Some(first) = template.find(['$', '<']) else { return false };
    // Most of the list differs in its first letters.
    match (template.get(..first), key.get(..first)) {
        (Some(head), Some(given)) if head.eq_ignore_ascii_case(given) => {}
        _ => return false,
    }
    let mut pattern = String::with_capacity(template.len());
    let mut chosen = false;
    for c in template.chars() {
        match c {
            '$' | '<' if !chosen => {
                chosen = true;
                pattern.push_str("?*");
            }
            '}' | '>' => chosen = false,
            c if !chosen => pattern.push(c),
            _ => {}
        }
    }
    glob::matches(&pattern, key, Case::Insensitive)
}

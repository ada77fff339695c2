//! Reads the packed action database. A file may be given at run time, so nothing in it is believed: the unpacked size is
//! bounded, every count is held against the bytes that are left before memory is asked for, every reference is checked,
//! and so is the order that look-ups rely on.
//!
//! The layout, after zstd (`generate.py` writes it; all numbers LEB128):
//!
//! ```text
//! "LLIAM" 2, date, version                     a text is its length and its bytes
//! texts:    count, length of each, all bytes   sorted
//! lists:    count, each: count, text…          condition keys
//! keys:     count, each: name text, type byte  sorted without case
//! list                                         services that resource control policies reach
//! services: count, each:                       sorted by prefix
//!   prefix text, types: count, each: name text, ARN text, list
//!   actions: count, each:                      sorted by name without case
//!     name text, levels byte, list, uses: count, each: type << 1 | required
//! ```

use super::keys::{self, KeyRow};
use super::{ActionRow, Database, DatabaseFault, ServiceRow, TypeRow};
use std::io::Read as _;

/// The first bytes, with the version of the layout.
const MAGIC: &[u8] = b"LLIAM\x02";
/// Over fifteen times of what the database of October 2026 unpacks to (842 KB).
const LARGEST: u64 = 16 << 20;

/// More than the database of today unpacks to.
const AS_USUAL: usize = 2 << 20;

/// Unpacks and checks a database.
pub(super) fn decode(packed: &[u8]) -> Result<Database, DatabaseFault> {
    // In one piece it takes half the time; what does not go so is read as a stream, which also tells why.
    let bytes = match zstd::bulk::decompress(packed, AS_USUAL) {
        Ok(bytes) => bytes,
        Err(_) => stream(packed)?,
    };
    let rest = bytes.strip_prefix(MAGIC).ok_or(DatabaseFault::Foreign)?;
    let database = Reader { rest }.database()?;
    Ok(database)
}

fn stream(packed: &[u8]) -> Result<Vec<u8>, DatabaseFault> {
    let mut bytes = Vec::new();
    let unpacked = zstd::stream::read::Decoder::new(packed).and_then(|decoder| decoder.take(LARGEST + 1).read_to_end(&mut bytes));
    unpacked.map_err(|fault| DatabaseFault::NotPacked(fault.to_string()))?;
    if bytes.len() as u64 > LARGEST { Err(DatabaseFault::TooLarge) } else { Ok(bytes) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn database(mut self) -> Result<Database, DatabaseFault> {
        let date = self.text()?;
        let date = date.parse().map_err(|_| DatabaseFault::Broken("the date"))?;
        let version = self.text()?.to_owned();
        let lengths = self.numbers("the lengths of texts")?;
        let all = lengths.iter().try_fold(0_usize, |sum, &length| sum.checked_add(length as usize));
        let text = self.take(all.ok_or(DatabaseFault::Broken("the lengths of texts"))?)?;
        let text: Box<str> = std::str::from_utf8(text).map_err(|_| DatabaseFault::Broken("the texts"))?.into();
        let mut end = 0;
        let text_ends: Box<[u32]> = lengths
            .iter()
            .map(|length| {
                end += length;
                end
            })
            .collect();
        if text_ends.iter().any(|&end| !text.is_char_boundary(end as usize)) {
            return Err(DatabaseFault::Broken("the lengths of texts"));
        }
        let mut database = Database { date, version, text, text_ends, ..Database::default() };
        let (mut list_items, mut list_ends) = (Vec::new(), Vec::new());
        for _ in 0..self.count()? {
            for _ in 0..self.count()? {
                list_items.push(self.below(database.text_ends.len(), "a condition key")?);
            }
            list_ends.push(list_items.len() as u32);
        }
        database.list_items = list_items.into();
        database.list_ends = list_ends.into();
        let mut keys = Vec::new();
        for _ in 0..self.count()? {
            let (name, kind) = (self.below(database.text_ends.len(), "a condition key")?, self.byte()?);
            if !keys::is_kind(kind) {
                return Err(DatabaseFault::Broken("the type of a condition key"));
            }
            keys.push(KeyRow { name, kind });
        }
        let is_template = |(_, row): &(u32, &KeyRow)| keys::is_template(database.text(row.name));
        let templates = (0..).zip(&keys).filter(is_template).map(|(at, _)| at).collect();
        database.key_templates = templates;
        database.keys = keys.into();
        database.resource_control = self.below(database.list_ends.len(), "a list of services")?;
        self.services(&mut database)?;
        if !self.rest.is_empty() {
            return Err(DatabaseFault::Broken("the end"));
        }
        Ok(database)
    }

    fn services(&mut self, database: &mut Database) -> Result<(), DatabaseFault> {
        let texts = database.text_ends.len();
        let (mut services, mut types, mut actions, mut uses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in 0..self.count()? {
            let prefix = self.below(texts, "a service")?;
            let first_type = types.len() as u32;
            let type_count = self.count()?;
            for _ in 0..type_count {
                types.push(TypeRow {
                    name: self.below(texts, "a resource type")?,
                    arn: self.below(texts, "an ARN")?,
                    keys: self.below(database.list_ends.len(), "a list of condition keys")?,
                });
            }
            let first_action = actions.len() as u32;
            for _ in 0..self.count()? {
                let name = self.below(texts, "an action")?;
                let levels = self.byte()?;
                let keys = self.below(database.list_ends.len(), "a list of condition keys")?;
                let first_use = uses.len() as u32;
                for _ in 0..self.count()? {
                    let packed = self.number()?;
                    if (packed >> 1) as usize >= type_count {
                        return Err(DatabaseFault::Broken("a resource type of an action"));
                    }
                    uses.push((first_type + (packed >> 1)) << 1 | packed & 1);
                }
                actions.push(ActionRow { service: at as u32, name, levels, keys, uses: (first_use, uses.len() as u32) });
            }
            services.push(ServiceRow { prefix, types: (first_type, types.len() as u32), actions: (first_action, actions.len() as u32) });
        }
        database.services = services.into();
        database.types = types.into();
        database.actions = actions.into();
        database.uses = uses.into();
        let in_order = database.services.windows(2).all(|pair| match pair {
            [a, b] => database.text(a.prefix) < database.text(b.prefix),
            _ => true,
        }) && database.actions.windows(2).all(|pair| match pair {
            [a, b] => a.service < b.service || super::by_name(database.text(a.name), database.text(b.name)).is_lt(),
            _ => true,
        }) && database.keys.windows(2).all(|pair| match pair {
            [a, b] => super::by_name(database.text(a.name), database.text(b.name)).is_lt(),
            _ => true,
        });
        if in_order { Ok(()) } else { Err(DatabaseFault::Broken("the order")) }
    }

    fn numbers(&mut self, what: &'static str) -> Result<Vec<u32>, DatabaseFault> {
        (0..self.count()?).map(|_| self.number().map_err(|_| DatabaseFault::Broken(what))).collect()
    }

    /// A count of things that take a byte each at least.
    fn count(&mut self) -> Result<usize, DatabaseFault> {
        let count = self.number()? as usize;
        if count > self.rest.len() { Err(DatabaseFault::Broken("a count")) } else { Ok(count) }
    }

    fn below(&mut self, bound: usize, what: &'static str) -> Result<u32, DatabaseFault> {
        let number = self.number()?;
        if (number as usize) < bound { Ok(number) } else { Err(DatabaseFault::Broken(what)) }
    }

    /// A number of at most 28 bits, so that sums and shifts of them fit.
    fn number(&mut self) -> Result<u32, DatabaseFault> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= u32::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Ok(number);
            }
        }
        Err(DatabaseFault::Broken("a number"))
    }

    fn text(&mut self) -> Result<&'a str, DatabaseFault> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| DatabaseFault::Broken("a text"))
    }

    fn byte(&mut self) -> Result<u8, DatabaseFault> {
        let (&first, rest) = self.rest.split_first().ok_or(DatabaseFault::Broken("the end"))?;
        self.rest = rest;
        Ok(first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], DatabaseFault> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(DatabaseFault::Broken("the end"))?;
        self.rest = rest;
        Ok(taken)
    }
}

//! The functions about lists and mappings: `Select`, `Split`, `FindInMap`, `Cidr`, `Length`.

use super::{Resolver, Told, gap, literal};
use crate::diag::yaml::{Kind, Node};
use std::net::Ipv4Addr;

/// The most blocks that `Fn::Cidr` makes (User Guide, "Fn::Cidr").
const MOST_BLOCKS: i64 = 256;

impl Resolver<'_> {
    pub(super) fn select(&self, argument: &Node) -> Told {
        let wanted = "an index and a list";
        let Kind::List(parts) = &argument.kind else { return self.malformed(argument, "Fn::Select", wanted) };
        let [index, list] = parts.as_slice() else { return self.malformed(argument, "Fn::Select", wanted) };
        let at = match (self.value(index), self.value(list)) {
            (Told::Gap(gap), _) | (_, Told::Gap(gap)) => return Told::Gap(gap),
            (at, Told::List(items)) => {
                let index = at.word().and_then(|word| word.parse::<usize>().ok());
                index.and_then(|index| items.into_iter().nth(index))
            }
            (_, other) => return gap(arcstr::format!("Fn::Select of {}", other.describe())),
        };
        at.unwrap_or_else(|| {
            self.fault(&argument.span, "Fn::Select asks for an item that the list does not have");
            gap("an item that the list does not have")
        })
    }

    pub(super) fn split(&self, argument: &Node) -> Told {
        let wanted = "a delimiter and text";
        let Kind::List(parts) = &argument.kind else { return self.malformed(argument, "Fn::Split", wanted) };
        let [delimiter, text] = parts.as_slice() else { return self.malformed(argument, "Fn::Split", wanted) };
        let delimiter = match delimiter.as_str() {
            Some(delimiter) if !delimiter.is_empty() => delimiter,
            _ => return self.malformed(delimiter, "Fn::Split", "text as its delimiter"),
        };
        match self.value(text) {
            Told::Gap(gap) => Told::Gap(gap),
            told => match told.word() {
                Some(word) => Told::List(word.split(delimiter.as_str()).map(|part| self.made(part)).collect()),
                None => gap(arcstr::format!("Fn::Split of {}", told.describe())),
            },
        }
    }

    pub(super) fn find_in_map(&self, argument: &Node) -> Told {
        let wanted = "a mapping and two keys";
        let Kind::List(parts) = &argument.kind else { return self.malformed(argument, "Fn::FindInMap", wanted) };
        let [mapping, first, second, more @ ..] = parts.as_slice() else { return self.malformed(argument, "Fn::FindInMap", wanted) };
        let mut words = Vec::with_capacity(3);
        for node in [mapping, first, second] {
            match self.value(node) {
                Told::Gap(gap) => return Told::Gap(gap),
                told => match told.word() {
                    Some(word) => words.push(word),
                    None => return self.malformed(node, "Fn::FindInMap", "text as its keys"),
                },
            }
        }
        let [mapping, first, second] = words.as_slice() else { return gap("a Fn::FindInMap of another form") };
        let Some(found) = self.sections.mappings.get(mapping.as_str()) else {
            let near = crate::diag::suggest(mapping, self.sections.mappings.keys().copied());
            let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
            self.fault(&argument.span, format!("unknown mapping {:?}{near}", mapping.as_str()));
            return gap("a mapping that is not there");
        };
        match found.get(first).and_then(|inner| inner.get(second)) {
            Some(node) => self.charged(literal(node)),
            None => match more.first().and_then(|more| more.get("DefaultValue")) {
                Some(default) => self.value(default),
                None => {
                    self.fault(&argument.span, format!("mapping {mapping} has nothing under {first:?} and {second:?}"));
                    gap("a mapping without these keys")
                }
            },
        }
    }

    /// `Fn::Cidr` of IPv4; of IPv6 it is a gap.
    pub(super) fn cidr(&self, argument: &Node) -> Told {
        let wanted = "a block, a count and a number of bits";
        let Kind::List(parts) = &argument.kind else { return self.malformed(argument, "Fn::Cidr", wanted) };
        let [block, count, bits @ ..] = parts.as_slice() else { return self.malformed(argument, "Fn::Cidr", wanted) };
        let bits = bits.first().map_or(
            Told::Gap(std::sync::Arc::new(crate::model::Gap::new(
                crate::model::GapKind::KnownAfterApply,
                arcstr::literal!("Fn::Cidr without a number of bits"),
            ))),
            |bits| self.value(bits),
        );
        let number = |told: &Told| told.word().and_then(|word| word.parse::<i64>().ok());
        let (block, count) = (self.value(block), self.value(count));
        if let Some(gap) = [&block, &count, &bits].into_iter().find_map(Told::first_gap) {
            return Told::Gap(std::sync::Arc::clone(gap));
        }
        let made = block.word().zip(number(&count)).zip(number(&bits)).and_then(|((block, count), bits)| blocks(&block, count, bits));
        made.map_or_else(
            || gap("Fn::Cidr of what is no IPv4 block with room for as many"),
            |blocks| Told::List(blocks.into_iter().map(|block| self.made(block)).collect()),
        )
    }

    pub(super) fn length(&self, argument: &Node) -> Told {
        match self.value(argument) {
            Told::List(items) => i64::try_from(items.len()).map_or_else(|_| gap("a list too long to count"), Told::Int),
            Told::Gap(gap) => Told::Gap(gap),
            other => gap(arcstr::format!("Fn::Length of {}", other.describe())),
        }
    }
}

/// The first `count` blocks with `bits` host bits of an IPv4 block.
fn blocks(block: &str, count: i64, bits: i64) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let (address, prefix): (Ipv4Addr, u32) = (address.parse().ok()?, prefix.parse().ok()?);
    let bits = u32::try_from(bits).ok().filter(|bits| *bits >= 1 && *bits <= 32)?;
    let inner = 32 - bits;
    if prefix > 32 || inner < prefix || !(1..=MOST_BLOCKS).contains(&count) {
        return None;
    }
    let room = 1_u64.checked_shl(inner - prefix)?;
    let count = u64::try_from(count).ok().filter(|count| *count <= room)?;
    let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
    let base = u64::from(u32::from(address) & mask);
    let block = |at: u64| {
        let address = u32::try_from(base + (at << bits)).ok()?;
        Some(format!("{}/{inner}", Ipv4Addr::from(address)))
    };
    (0..count).map(block).collect()
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;

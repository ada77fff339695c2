//! A set of actions as few readable patterns: `s3:Get*` in place of forty names, and never one action more.
//!
//! A pattern breaks between words only (`Get*`, `*Tagging`, `Get*Policy`), so that people can read what it means, and is taken only
//! where every listed action that it matches is wanted. Of those, the one that covers most of what is still uncovered is taken first,
//! and what the later ones made needless goes again: the smallest cover is a hard problem, and this finds it in all but odd sets.
//! What matches exactly today may match more tomorrow, when AWS adds actions: the answer holds for the date of the database.

#[cfg(test)]
#[path = "reduction_tests.rs"]
mod tests;

use super::Database;
use std::collections::{BTreeMap, BTreeSet};

/// The patterns that match exactly the listed actions among these, in order, and after them those that are not listed, as they are
/// written. Patterns among them count as what they match.
pub fn reduce<'a>(database: &Database, actions: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let (mut wanted, mut unlisted): (BTreeMap<&str, BTreeSet<String>>, BTreeSet<&str>) = (BTreeMap::new(), BTreeSet::new());
    let mut count = 0;
    for pattern in actions {
        let mut listed = false;
        for action in database.expand(pattern) {
            listed = true;
            count += usize::from(wanted.entry(action.service()).or_default().insert(action.name().to_owned()));
        }
        // A pattern that matches nothing stays too: what it is to match may be added.
        if !listed {
            unlisted.insert(pattern);
        }
    }
    if count == database.len() && count > 0 {
        return std::iter::once("*".to_owned()).chain(unlisted.into_iter().map(str::to_owned)).collect();
    }
    let mut patterns = Vec::new();
    for (service, names) in wanted {
        let listed: Vec<&str> = database
            .service(service)
            .map_or_else(Vec::new, |row| database.actions_of(row).iter().map(|row| database.text(row.name)).collect());
        patterns.extend(Cover::new(&listed, &names).patterns().into_iter().map(|pattern| format!("{service}:{pattern}")));
    }
    patterns.extend(unlisted.into_iter().map(str::to_owned));
    patterns
}

/// The actions of one service, and what is to be covered.
struct Cover<'a> {
    listed: &'a [&'a str],
    wanted: Bits,
}

/// A set of actions by their places.
#[derive(Clone, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn of(length: usize, holds: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0_u64; length.div_ceil(64)];
        for at in (0..length).filter(|&at| holds(at)) {
            if let Some(word) = words.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
        Self(words)
    }

    fn both(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(&a, &b)| join(a, b)).collect())
    }

    fn without(&self, other: &Self) -> Self {
        self.both(other, |a, b| a & !b)
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }
}

impl<'a> Cover<'a> {
    fn new(listed: &'a [&'a str], wanted: &BTreeSet<String>) -> Self {
        Self { listed, wanted: Bits::of(listed.len(), |at| listed.get(at).is_some_and(|name| wanted.contains(*name))) }
    }

    fn patterns(&self) -> Vec<String> {
        let candidates = self.candidates();
        let mut left = self.wanted.clone();
        let mut taken: Vec<&(String, Bits)> = Vec::new();
        // Names alone stand for themselves in the end; a pattern has to cover two at least.
        while let Some(best) = candidates.iter().filter(|(_, covered)| covered.both(&left, |a, b| a & b).count() > 1).max_by(|a, b| {
            let gain = |candidate: &(String, Bits)| candidate.1.both(&left, |a, b| a & b).count();
            // The shorter pattern of two that cover as much, then the first in order.
            gain(a).cmp(&gain(b)).then_with(|| (b.0.len(), &b.0).cmp(&(a.0.len(), &a.0)))
        }) {
            left = left.without(&best.1);
            taken.push(best);
        }
        let mut kept: Vec<&(String, Bits)> = Vec::new();
        for (at, candidate) in taken.iter().enumerate() {
            let others = kept.iter().copied().chain(taken.iter().copied().skip(at + 1));
            let alone = others.fold(candidate.1.clone(), |rest, other| rest.without(&other.1));
            if !alone.is_empty() {
                kept.push(candidate);
            }
        }
        let single = |at: usize| left.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
        let names = self.listed.iter().enumerate().filter(|(at, _)| single(*at)).map(|(_, name)| (*name).to_owned());
        let mut patterns: Vec<String> = kept.into_iter().map(|(pattern, _)| pattern.clone()).chain(names).collect();
        patterns.sort_unstable();
        patterns
    }

    /// All readable patterns that match nothing that is not wanted.
    fn candidates(&self) -> Vec<(String, Bits)> {
        let (mut heads, mut tails): (BTreeMap<&str, Bits>, BTreeMap<&str, Bits>) = (BTreeMap::new(), BTreeMap::new());
        for (at, name) in self.listed.iter().enumerate() {
            if self.wanted.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1) {
                for cut in cuts(name) {
                    let (head, tail) = name.split_at_checked(cut).unwrap_or((name, ""));
                    heads.entry(head).or_insert_with(|| self.matched(|name| begins(name, head)));
                    tails.entry(tail).or_insert_with(|| self.matched(|name| ends(name, tail)));
                }
            }
        }
        let everything = Bits::of(self.listed.len(), |_| true);
        heads.insert("", everything.clone());
        tails.insert("", everything);
        let mut candidates = Vec::new();
        for (head, with_head) in &heads {
            for (tail, with_tail) in &tails {
                let both = with_head.both(with_tail, |a, b| a & b);
                if both.count() < 2 {
                    continue;
                }
                let covered = self.matched(|name| name.len() >= head.len() + tail.len()).both(&both, |a, b| a & b);
                if covered.without(&self.wanted).is_empty() && covered.count() > 1 {
                    candidates.push((format!("{head}*{tail}"), covered));
                }
            }
        }
        candidates
    }

    fn matched(&self, holds: impl Fn(&str) -> bool) -> Bits {
        Bits::of(self.listed.len(), |at| self.listed.get(at).is_some_and(|name| holds(name)))
    }
}

fn begins(name: &str, head: &str) -> bool {
    name.get(..head.len()).is_some_and(|own| own.eq_ignore_ascii_case(head))
}

fn ends(name: &str, tail: &str) -> bool {
    name.len().checked_sub(tail.len()).and_then(|at| name.get(at..)).is_some_and(|own| own.eq_ignore_ascii_case(tail))
}

/// Where words begin, but for the first: `GetBucketAcl` at 3 and 9.
fn cuts(name: &str) -> impl Iterator<Item = usize> {
    let bytes = name.as_bytes();
    (1..name.len()).filter(move |&at| {
        let letter = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
        letter(at).is_ascii_uppercase() && (!letter(at - 1).is_ascii_uppercase() || letter(at + 1).is_ascii_lowercase())
    })
}

//! Rows become charges, and charges that are alike become one with a sum.
//!
//! What one may ask for later is all in the key (tags as a whole), so the result answers every question exactly; hours, resources and
//! usage types are what is folded away. Memory is bounded: where too many charges differ, those so far are handed on and the table
//! begins anew; two sums of one charge are added when a question is answered.

use super::charge::LineItem;
use super::layout::{Clock, ExportKind, Role, WORDS, Word};
use super::words::{NONE, Words};
use super::{layout, moment};
use crate::model::exact::{Exact, Inexact};
use crate::model::export::{BasisSum, Charge, ExportPeriod, ExportRow};
use arcstr::ArcStr;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// So many different charges are held at a time (about 200 bytes each).
const MOST_CHARGES: usize = 200_000;
/// So much text is held at a time.
const MOST_TEXT: usize = 64 * 1024 * 1024;
/// No day.
const NO_DAY: i32 = i32::MIN;

/// Some rows of a file, as columns. A column that the file does not have is none; each other has `rows` cells.
#[derive(Debug, Default)]
pub struct Slice {
    /// How many rows.
    pub rows: usize,
    /// Numbers of [`Words`], by [`Word`].
    pub words: [Option<Vec<u32>>; WORDS],
    /// Days since 1970: the bill's month, the charge.
    pub clocks: [Option<Vec<Option<i32>>>; 2],
    /// By the place in [`layout::amounts`].
    pub amounts: Vec<Option<Vec<Option<Exact>>>>,
    /// Numbers of tags as [`super::tags::written`] writes them.
    pub tags: Option<Vec<u32>>,
    /// How many rows of the export each row stands for; none where it is one each.
    pub counts: Option<Vec<u64>>,
}

impl Slice {
    /// An empty one for a kind of export.
    pub fn new(kind: ExportKind) -> Self {
        Self { amounts: layout::amounts(kind).iter().map(|_| None).collect(), ..Self::default() }
    }

    /// Puts a column of texts where it belongs.
    pub fn put_words(&mut self, role: &Role, numbers: Vec<u32>) {
        match role {
            Role::Word(word) => self.words[*word as usize] = Some(numbers),
            Role::Tags | Role::Tag(_) => self.tags = Some(numbers),
            Role::Clock(_) | Role::Amount(_) => {}
        }
    }

    /// Puts a column of days where it belongs.
    pub fn put_days(&mut self, clock: Clock, days: Vec<Option<i32>>) {
        self.clocks[clock as usize] = Some(days);
    }

    /// Puts a column of amounts where it belongs.
    pub fn put_amounts(&mut self, place: usize, amounts: Vec<Option<Exact>>) {
        if let Some(column) = self.amounts.get_mut(place) {
            *column = Some(amounts);
        }
    }
}

/// Why a row cannot be a charge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {reason}")]
pub struct BadRow {
    /// Counted from 1, without the heading.
    pub row: u64,
    /// Why.
    pub reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    words: [u32; WORDS],
    tags: u32,
    month: i32,
    day: i32,
}

#[derive(Clone, Copy, Default)]
struct Group {
    charges: u64,
    sums: [BasisSum; 3],
}

/// Hashes small numbers that nobody outside chooses; several times faster than the standard library's hasher.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_i32(&mut self, number: i32) {
        self.write_u32(number.cast_unsigned());
    }
}

/// Adds up.
pub struct Folder {
    /// The texts of the charges; readers number cells with it.
    pub words: Words,
    groups: HashMap<Key, Group, BuildHasherDefault<Mixer>>,
    line_items: HashMap<u32, (LineItem, u32, u32)>,
    most: usize,
}

impl Default for Folder {
    fn default() -> Self {
        Self::holding(MOST_CHARGES)
    }
}

impl Folder {
    /// One that holds so many charges.
    pub fn holding(most: usize) -> Self {
        Self { words: Words::default(), groups: HashMap::default(), line_items: HashMap::new(), most }
    }

    /// Whether what it holds should be handed on before more is added.
    pub fn is_full(&self) -> bool {
        self.groups.len() >= self.most || self.words.bytes() >= MOST_TEXT
    }

    /// Adds rows of a file, the first of which is `first`.
    ///
    /// # Errors
    /// [`BadRow`] for the first row that is no charge; what was added before stays.
    pub fn add(&mut self, kind: ExportKind, slice: &Slice, first: u64) -> Result<(), BadRow> {
        let aws = match kind {
            ExportKind::Focus => NONE,
            ExportKind::Cur2 => self.words.number("AWS"),
        };
        // Days repeat from row to row.
        let mut last_day = (NO_DAY, None);
        for row in 0..slice.rows {
            let bad = |reason: String| BadRow { row: first + row as u64, reason };
            let clock = |clock: Clock| slice.clocks.get(clock as usize).and_then(Option::as_ref).and_then(|days| *days.get(row)?);
            let (period, day) = (clock(Clock::Period), clock(Clock::Charge));
            let Some(any) = period.or(day) else {
                return Err(bad("there is neither a billing period nor a time of the charge".to_owned()));
            };
            if last_day.0 != any {
                last_day = (any, moment::month_number(any));
            }
            let month = last_day.1.ok_or_else(|| bad("its billing period is beyond the calendar".to_owned()))?;
            let mut words = [NONE; WORDS];
            for (held, column) in words.iter_mut().zip(&slice.words) {
                *held = column.as_ref().and_then(|column| column.get(row).copied()).unwrap_or(NONE);
            }
            let amount = |place: usize| slice.amounts.get(place)?.as_ref()?.get(row).copied()?;
            let amounts = match kind {
                ExportKind::Focus => [amount(0), amount(1), amount(2)],
                ExportKind::Cur2 => {
                    let reservation = slice.words[Word::Class as usize].as_ref().map(|_| words[Word::Class as usize] != NONE);
                    let (item, category, class) = self.line_item(words[Word::Category as usize]);
                    words[Word::Provider as usize] = aws;
                    words[Word::Category as usize] = category;
                    words[Word::Class as usize] = class;
                    let effective = item.effective(amount, reservation).map_err(|error| bad(error.to_string()))?;
                    [amount(0), effective, amount(7)]
                }
            };
            let tags = slice.tags.as_ref().and_then(|tags| tags.get(row).copied()).unwrap_or(NONE);
            let count = slice.counts.as_ref().and_then(|counts| counts.get(row).copied()).unwrap_or(1);
            let group = self.groups.entry(Key { words, tags, month, day: day.unwrap_or(NO_DAY) }).or_default();
            group.add(amounts, count).map_err(|error| bad(error.to_string()))?;
        }
        Ok(())
    }

    /// The type of a line item and the numbers of its category and class.
    fn line_item(&mut self, number: u32) -> (LineItem, u32, u32) {
        if let Some(known) = self.line_items.get(&number) {
            return *known;
        }
        let item = LineItem::of(self.words.text(number).map_or("", ArcStr::as_str));
        let mut word = |text: Option<&str>| text.map_or(NONE, |text| self.words.number(text));
        let found = (item, word(item.category()), word(item.class()));
        self.line_items.insert(number, found);
        found
    }

    /// Takes out what it holds, and begins anew.
    pub fn drain(&mut self) -> Vec<ExportRow> {
        let rows = self.groups.iter().filter_map(|(key, group)| {
            let text = |number: u32| self.words.text(number).cloned();
            let word = |word: Word| text(key.words[word as usize]);
            let period = ExportPeriod {
                provider: word(Word::Provider),
                billing_account: word(Word::BillingAccount),
                month: moment::month(key.month)?,
            };
            let charge = Charge {
                period,
                service: word(Word::Service),
                account: word(Word::Account),
                region: word(Word::Region),
                charge_category: word(Word::Category),
                charge_class: word(Word::Class),
                day: if key.day == NO_DAY { None } else { moment::date(key.day) },
                currency: word(Word::Currency),
                tags: text(key.tags),
            };
            Some(ExportRow { charge, charges: group.charges, sums: group.sums })
        });
        let rows = rows.collect();
        self.groups.clear();
        self.line_items.clear();
        self.words.clear();
        rows
    }
}

impl Group {
    fn add(&mut self, amounts: [Option<Exact>; 3], count: u64) -> Result<(), Inexact> {
        self.charges += count;
        for (held, amount) in self.sums.iter_mut().zip(amounts) {
            match amount {
                Some(amount) if count == 1 => held.sum = held.sum.plus(amount)?,
                Some(amount) => held.sum = held.sum.plus(amount.times(count)?)?,
                None => held.missing += count,
            }
        }
        Ok(())
    }
}

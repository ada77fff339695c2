//! Is there a text that is in all of these sets and in none of those? Sets are unions of patterns with wildcards; the answer is the
//! shortest such text.
//!
//! All patterns stand side by side in one row of bits, a bit a place in a pattern; a step over a character is a shift under a mask
//! (bit-parallel simulation). States are found as they are needed, breadth first, so that the first text found is a shortest one. Their
//! number is bounded: beyond it the answer is that nobody knows.

use std::collections::{BTreeSet, HashMap, VecDeque};

/// What stands at a place of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// This unit.
    Unit(u16),
    /// Any one unit; with `false`, any but a colon.
    One(bool),
    /// Any run of units; with `false`, without colons.
    Any(bool),
}

/// A union of patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Set {
    /// The patterns.
    pub patterns: Vec<Vec<Token>>,
    /// Whether letters of either case are the same.
    pub fold: bool,
}

/// What became of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// A shortest text that meets all.
    Found(String),
    /// There is none.
    Empty,
    /// More states than are looked at.
    TooMany,
}

/// Units from here on stand for policy variables: no text of a policy has them (a private use area).
pub const VARIABLES: u16 = 0xE000;
/// How many variables can be told apart.
pub const MOST_VARIABLES: u16 = 0x1000;

const COLON: u16 = b':' as u16;

/// Whether a unit stands for a variable.
pub fn is_variable(unit: u16) -> bool {
    (VARIABLES..VARIABLES + MOST_VARIABLES).contains(&unit)
}

/// Searches for a text that is in every set with `true` and in no set with `false`. `budget` counts states down.
pub fn search(sets: &[(&Set, bool)], budget: &mut usize) -> Search {
    if let Some((literals, _)) = sets.iter().find(|(set, wanted)| *wanted && !set.fold && set.is_literal()) {
        return literals
            .texts()
            .find(|text| sets.iter().all(|(set, wanted)| set.holds(text) == *wanted))
            .map_or(Search::Empty, |text| Search::Found(String::from_utf16_lossy(&text)));
    }
    Machine::new(sets).search(budget)
}

impl Set {
    fn is_literal(&self) -> bool {
        self.patterns.iter().all(|pattern| pattern.iter().all(|token| matches!(token, Token::Unit(_))))
    }

    fn texts(&self) -> impl Iterator<Item = Vec<u16>> {
        self.patterns.iter().map(|pattern| {
            let unit = |token: &Token| if let Token::Unit(unit) = token { Some(*unit) } else { None };
            pattern.iter().filter_map(unit).collect()
        })
    }

    /// Whether a text is in it.
    pub fn holds(&self, text: &[u16]) -> bool {
        let alone = [(self, true)];
        let machine = Machine::new(&alone);
        let mut state = machine.start.clone();
        for &unit in text {
            // The mask is made for each unit: a text may hold some that no pattern names.
            state = machine.step(&state, &machine.masks(unit));
        }
        machine.accepts(&state)
    }
}

type Bits = Box<[u64]>;

struct Masks {
    /// Places that the unit moves on.
    on: Bits,
    /// Places that the unit leaves where they are.
    stay: Bits,
}

struct Machine<'a> {
    tokens: Vec<Option<(Token, bool)>>,
    words: usize,
    start: Bits,
    any: Bits,
    /// For each set where its places are, its end places, and whether the text must be in it.
    sets: Vec<(Bits, Bits, bool)>,
    given: &'a [(&'a Set, bool)],
}

impl<'a> Machine<'a> {
    fn new(given: &'a [(&'a Set, bool)]) -> Self {
        let places: usize = given.iter().flat_map(|(set, _)| &set.patterns).map(|pattern| pattern.len() + 1).sum();
        let words = places.div_ceil(64).max(1);
        let empty = || vec![0u64; words].into_boxed_slice();
        let mut machine = Self { tokens: Vec::with_capacity(places), words, start: empty(), any: empty(), sets: Vec::new(), given };
        for (set, wanted) in given {
            let (mut own, mut ends) = (empty(), empty());
            for pattern in &set.patterns {
                put(&mut machine.start, machine.tokens.len());
                for token in pattern {
                    put(&mut own, machine.tokens.len());
                    if matches!(token, Token::Any(_)) {
                        put(&mut machine.any, machine.tokens.len());
                    }
                    machine.tokens.push(Some((*token, set.fold)));
                }
                put(&mut own, machine.tokens.len());
                put(&mut ends, machine.tokens.len());
                machine.tokens.push(None);
            }
            machine.sets.push((own, ends, *wanted));
        }
        let start = std::mem::replace(&mut machine.start, empty());
        machine.start = machine.closed(start);
        machine
    }

    /// A run may be empty: from its place one is on the next as well.
    fn closed(&self, mut state: Bits) -> Bits {
        loop {
            let (mut carry, mut changed) = (0, false);
            for (word, any) in state.iter_mut().zip(&self.any) {
                let over = *word & any;
                let next = *word | over << 1 | carry;
                carry = over >> 63;
                changed |= next != *word;
                *word = next;
            }
            if !changed {
                return state;
            }
        }
    }

    fn masks(&self, unit: u16) -> Masks {
        let empty = || vec![0u64; self.words].into_boxed_slice();
        let mut masks = Masks { on: empty(), stay: empty() };
        for (place, token) in self.tokens.iter().enumerate() {
            match token {
                Some((Token::Unit(own), fold)) if *own == unit || (*fold && lower(*own) == lower(unit)) => put(&mut masks.on, place),
                // What a variable stands for may be longer than one character, or empty.
                Some((Token::One(colon), _)) if (*colon || unit != COLON) && !is_variable(unit) => put(&mut masks.on, place),
                Some((Token::Any(colon), _)) if *colon || unit != COLON => put(&mut masks.stay, place),
                Some((Token::Unit(_) | Token::One(_) | Token::Any(_), _)) | None => {}
            }
        }
        masks
    }

    fn step(&self, state: &Bits, masks: &Masks) -> Bits {
        let mut carry = 0;
        let next = state.iter().zip(&masks.on).zip(&masks.stay).map(|((word, on), stay)| {
            let moved = word & on;
            let next = moved << 1 | carry | (word & stay);
            carry = moved >> 63;
            next
        });
        let next = next.collect();
        self.closed(next)
    }

    fn accepts(&self, state: &Bits) -> bool {
        self.sets.iter().all(|(_, ends, wanted)| meet(state, ends) == *wanted)
    }

    /// Whether no text can be found from here: a set that the text must be in is out of reach.
    fn is_dead(&self, state: &Bits) -> bool {
        self.sets.iter().any(|(own, _, wanted)| *wanted && !meet(state, own))
    }

    /// Every unit that the patterns tell apart, and one for all others; letters that read well come first.
    fn alphabet(&self) -> Vec<u16> {
        let mut units: BTreeSet<u16> = BTreeSet::new();
        for (set, _) in self.given {
            for token in set.patterns.iter().flatten() {
                match token {
                    Token::Unit(unit) => {
                        units.insert(*unit);
                        if set.fold {
                            units.extend([lower(*unit), upper(*unit)]);
                        }
                    }
                    Token::One(false) | Token::Any(false) => _ = units.insert(COLON),
                    Token::One(true) | Token::Any(true) => {}
                }
            }
        }
        let spare = (b'a'..=b'z').chain(b'0'..=b'9').map(u16::from).chain(0x100..0x2000).find(|unit| {
            // A letter that some pattern folds is not "another" one.
            !units.contains(unit) && !units.contains(&upper(*unit))
        });
        spare.into_iter().chain(units).collect()
    }

    fn search(&self, budget: &mut usize) -> Search {
        let letters: Vec<(u16, Masks)> = self.alphabet().into_iter().map(|unit| (unit, self.masks(unit))).collect();
        let mut seen: HashMap<Bits, usize> = HashMap::from([(self.start.clone(), 0)]);
        let mut came: Vec<(usize, u16)> = vec![(0, 0)];
        let mut queue: VecDeque<(usize, Bits)> = VecDeque::from([(0, self.start.clone())]);
        while let Some((at, state)) = queue.pop_front() {
            if self.accepts(&state) {
                return Search::Found(text(&came, at));
            }
            for (unit, masks) in &letters {
                let next = self.step(&state, masks);
                if self.is_dead(&next) || seen.contains_key(&next) {
                    continue;
                }
                match budget.checked_sub(1) {
                    Some(left) => *budget = left,
                    None => return Search::TooMany,
                }
                seen.insert(next.clone(), came.len());
                queue.push_back((came.len(), next));
                came.push((at, *unit));
            }
        }
        Search::Empty
    }
}

fn text(came: &[(usize, u16)], mut at: usize) -> String {
    let mut units = Vec::new();
    while let Some(&(before, unit)) = came.get(at).filter(|_| at > 0) {
        units.push(unit);
        at = before;
    }
    units.reverse();
    String::from_utf16_lossy(&units)
}

fn put(bits: &mut Bits, place: usize) {
    if let Some(word) = bits.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

fn meet(a: &Bits, b: &Bits) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

fn lower(unit: u16) -> u16 {
    char::from_u32(unit.into()).and_then(|c| c.to_lowercase().next()).and_then(|c| u16::try_from(u32::from(c)).ok()).unwrap_or(unit)
}

fn upper(unit: u16) -> u16 {
    char::from_u32(unit.into()).and_then(|c| c.to_uppercase().next()).and_then(|c| u16::try_from(u32::from(c)).ok()).unwrap_or(unit)
}

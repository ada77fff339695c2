//! Is there a request that meets a conjunction and none of those others? A search over which literal of each of the others fails
//! (DPLL), with the shortest clause first. Variables are independent, so that a choice is possible where each variable has a value
//! left.

use super::automaton::{Set, Token};
use super::domain::{Value, Verdict, solve};
use super::literal::{Id, Literals, Says, Var};
use std::collections::{BTreeMap, HashMap};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing meets it.
    Nothing,
    /// These values do.
    Model(Vec<(Var, Value)>),
    /// It was not settled.
    Unknown(&'static str),
}

/// Choices that one search may make.
const CHOICES: usize = 20_000;

/// Searches, and remembers what is possible for each variable.
pub struct Prover<'a> {
    literals: &'a Literals,
    budget: usize,
    choices: usize,
    inside: bool,
    possible: HashMap<(Var, Vec<(Id, bool)>), Verdict>,
}

/// What is demanded of each variable, sorted.
type Demands = BTreeMap<Var, Vec<(Id, bool)>>;

impl<'a> Prover<'a> {
    /// A prover with so many states of automata to spend.
    pub fn new(literals: &'a Literals, budget: usize) -> Self {
        Self { literals, budget, choices: CHOICES, inside: false, possible: HashMap::new() }
    }

    /// Whether anything was settled by looking inside patterns, and not by equal text alone.
    pub const fn looked_inside(&self) -> bool {
        self.inside
    }

    /// Searches for values under which all of `holds` hold, and of each of `never` some literal fails.
    pub fn prove(&mut self, holds: &[Id], never: &[Vec<Id>]) -> Proof {
        self.choices = CHOICES;
        if never.iter().any(|clause| clause.iter().all(|literal| holds.contains(literal))) {
            return Proof::Nothing;
        }
        let mut demands = Demands::new();
        for literal in holds {
            if !self.demand(&mut demands, *literal, true) {
                return Proof::Nothing;
            }
        }
        let clauses: Vec<&[Id]> = never.iter().map(Vec::as_slice).collect();
        self.search(demands, clauses)
    }

    /// Adds a demand; false where the variable has no value left.
    fn demand(&mut self, demands: &mut Demands, literal: Id, holds: bool) -> bool {
        let Some(var) = self.literals.get(literal).map(|(var, _)| *var) else { return false };
        if !self.is_possible(demands, var, literal, holds) {
            return false;
        }
        let own = demands.entry(var).or_default();
        if let Err(place) = own.binary_search(&(literal, holds)) {
            own.insert(place, (literal, holds));
        }
        true
    }

    /// Whether the variable may have a value where this holds as well. What is not known may be.
    fn is_possible(&mut self, demands: &Demands, var: Var, literal: Id, holds: bool) -> bool {
        let known: &[(Id, bool)] = demands.get(&var).map_or(&[], Vec::as_slice);
        if known.contains(&(literal, holds)) {
            return true;
        }
        if known.contains(&(literal, !holds)) || (holds && self.are_apart(known, literal)) {
            return false;
        }
        let mut all = known.to_vec();
        if let Err(place) = all.binary_search(&(literal, holds)) {
            all.insert(place, (literal, holds));
        }
        !matches!(self.solve(var, all), Verdict::Nothing)
    }

    fn solve(&mut self, var: Var, constraints: Vec<(Id, bool)>) -> Verdict {
        if let Some(known) = self.possible.get(&(var, constraints.clone())) {
            return known.clone();
        }
        self.inside = true;
        let verdict = solve(var, &constraints, self.literals, &mut self.budget);
        self.possible.insert((var, constraints), verdict.clone());
        verdict
    }

    /// Whether a set has nothing in common with one that is demanded, seen from how their patterns begin: most statements speak of
    /// other services.
    fn are_apart(&self, known: &[(Id, bool)], literal: Id) -> bool {
        let Some((_, Says::In(set, true))) = self.literals.get(literal) else { return false };
        known.iter().filter(|(_, holds)| *holds).any(|(id, _)| match self.literals.get(*id) {
            Some((_, Says::In(other, true))) => apart(set, other),
            Some((_, Says::In(_, false) | Says::Condition(_))) | None => false,
        })
    }

    fn search(&mut self, mut demands: Demands, mut clauses: Vec<&[Id]>) -> Proof {
        loop {
            let mut left: Vec<(&[Id], Vec<Id>)> = Vec::with_capacity(clauses.len());
            let mut forced = false;
            for clause in &clauses {
                match self.alive(&demands, clause) {
                    // It fails as it is.
                    None => {}
                    Some(alive) => match alive.as_slice() {
                        [] => return Proof::Nothing,
                        [only] => {
                            if !self.demand(&mut demands, *only, false) {
                                return Proof::Nothing;
                            }
                            forced = true;
                        }
                        _ => left.push((clause, alive)),
                    },
                }
            }
            if forced {
                clauses = left.into_iter().map(|(clause, _)| clause).collect();
                continue;
            }
            let Some(shortest) = left.iter().map(|(_, alive)| alive).min_by_key(|alive| alive.len()).cloned() else {
                return self.model(&demands);
            };
            let clauses: Vec<&[Id]> = left.into_iter().map(|(clause, _)| clause).collect();
            return self.branch(&demands, &clauses, &shortest);
        }
    }

    /// The literals of a clause that can fail; none where one of them fails already.
    fn alive(&mut self, demands: &Demands, clause: &[Id]) -> Option<Vec<Id>> {
        let mut alive = Vec::new();
        for literal in clause {
            let var = self.literals.get(*literal).map(|(var, _)| *var)?;
            if !self.is_possible(demands, var, *literal, true) {
                return None;
            }
            if self.is_possible(demands, var, *literal, false) {
                alive.push(*literal);
            }
        }
        Some(alive)
    }

    fn branch(&mut self, demands: &Demands, clauses: &[&[Id]], choices: &[Id]) -> Proof {
        let mut doubt = None;
        let mut demands = demands.clone();
        for (place, literal) in choices.iter().enumerate() {
            match self.choices.checked_sub(1) {
                Some(left) => self.choices = left,
                None => return Proof::Unknown("there are more cases than are looked at"),
            }
            let mut narrowed = demands.clone();
            if self.demand(&mut narrowed, *literal, false) {
                match self.search(narrowed, clauses.to_vec()) {
                    Proof::Nothing => {}
                    Proof::Unknown(why) => doubt = doubt.or(Some(why)),
                    model @ Proof::Model(_) => return model,
                }
            }
            // What was tried need not be tried again: from here on this literal holds.
            if place + 1 < choices.len() && !self.demand(&mut demands, *literal, true) {
                break;
            }
        }
        doubt.map_or(Proof::Nothing, Proof::Unknown)
    }

    fn model(&mut self, demands: &Demands) -> Proof {
        let mut values = Vec::new();
        for (var, constraints) in demands {
            match self.solve(*var, constraints.clone()) {
                Verdict::Value(value) => values.push((*var, value)),
                Verdict::Nothing => return Proof::Nothing,
                Verdict::Unknown(why) => return Proof::Unknown(why),
            }
        }
        Proof::Model(values)
    }
}

/// Whether no two patterns begin alike.
fn apart(a: &Set, b: &Set) -> bool {
    !a.fold && !b.fold && a.patterns.iter().all(|a| b.patterns.iter().all(|b| begin_apart(a, b)))
}

fn begin_apart(a: &[Token], b: &[Token]) -> bool {
    let units = |pattern: &[Token]| {
        pattern.iter().map_while(|token| if let Token::Unit(unit) = token { Some(*unit) } else { None }).collect::<Vec<_>>()
    };
    let (start_a, start_b) = (units(a), units(b));
    let differ = start_a.iter().zip(&start_b).any(|(a, b)| a != b);
    // A text that is whole must be as long.
    let ends = |whole: &[u16], pattern: &[Token], other: &[u16]| whole.len() == pattern.len() && whole.len() < other.len();
    differ || ends(&start_a, a, &start_b) || ends(&start_b, b, &start_a)
}

//! Does one policy grant what another does not? Decided without a solver, and never guessed.
//!
//! Each statement is a conjunction of literals over independent variables ([`literal`]). For every statement of the new policy that
//! allows, all that the existing one allows is taken away, statement by statement ([`prover`]); what is left over in each variable is
//! found by automata and end points ([`domain`], [`automaton`]), the shortest value first. A request that is found is put to the
//! evaluator before it is told: allowed by the new policy, and not by the existing one. Where the evaluator is not sure, the answer is
//! `unknown`.
//!
//! Untyped, as IAM Access Analyzer compares: any action may meet any resource and any key. [`compare_typed`] looks only at requests that
//! there can be ([`typed`]). Wildcards in the first five parts of an ARN
//! do not match colons, since only so do its published verdicts hold.

mod automaton;
mod beyond;
mod domain;
mod literal;
mod principal;
mod prover;
mod typed;

#[cfg(test)]
mod tests;

use super::actions::Database;
use super::document::{Document, Statement};
use super::evaluation::{Caller, Context, ContextValue, Request, Truth, permits, permits_typed};
use arcstr::ArcStr;
use domain::Value;
use literal::{Conjunction, Id, Literals, Strange, Var};
use prover::{Proof, Prover};
use std::collections::HashSet;

pub use beyond::{Beyond, beyond};

/// What kind of policies are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a user, a group or a role: principals do not count.
    Identity,
    /// Of a resource, or of trust in a role: statements name principals.
    Resource,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Proved: whatever the new policy allows, the existing one does.
    NoNewAccess,
    /// The new policy allows this and the existing one does not.
    NewAccess {
        /// The statement of the new policy that allows it, from zero.
        statement_index: usize,
        /// The request.
        witness: Box<Request>,
    },
    /// Neither was shown.
    Unknown(String),
}

/// Listed actions that are tried for a witness.
const MOST_NAMES: usize = 200;

/// States that automata may make in one comparison: a fraction of a second.
const STATES: usize = 400_000;

/// Whether `new` allows anything that `existing` does not.
pub fn compare(existing: &Document, new: &Document, kind: Kind) -> Comparison {
    Inquiry { existing, new, kind, within: None, database: None }.answer()
}

/// Whether `new` allows anything that `existing` does not, of what `within` allows as well. All three are identity policies.
pub fn compare_within(existing: &Document, new: &Document, within: &Document) -> Comparison {
    Inquiry { existing, new, kind: Kind::Identity, within: Some(within), database: None }.answer()
}

/// The same over requests that there can be: the resource is of a type that the action takes, and a condition key is absent where the
/// action does not know it. Actions that the database does not list may meet any resource and any key.
pub fn compare_typed(existing: &Document, new: &Document, kind: Kind, database: &Database) -> Comparison {
    typed::compare(&Inquiry { existing, new, kind, within: None, database: Some(database) })
}

/// What is asked.
#[derive(Clone, Copy)]
struct Inquiry<'a> {
    existing: &'a Document,
    new: &'a Document,
    kind: Kind,
    /// Requests that this does not allow do not count.
    within: Option<&'a Document>,
    /// Where requests must be such as there can be: the actions of AWS.
    database: Option<&'a Database>,
}

/// What else is demanded of a request that a statement allows, and the action as AWS spells it where the demand is that very one.
#[derive(Clone, Debug, Default)]
struct Case {
    demands: Vec<Id>,
    named: Option<ArcStr>,
}

impl Inquiry<'_> {
    fn answer(&self) -> Comparison {
        self.search(|_, _| Ok(vec![Case::default()]))
    }

    /// Searches for a request with new access, in each of the cases of each statement of the new policy that allows.
    fn search(&self, cases: impl Fn(&Statement, &mut Literals) -> Result<Vec<Case>, Strange>) -> Comparison {
        let mut literals = Literals::default();
        let read = |literals: &mut Literals| Ok::<_, Strange>((literals.read(self.existing)?, literals.read(self.new)?));
        let ([old_allows, old_denies], [new_allows, new_denies]) = match read(&mut literals) {
            Ok(sides) => sides,
            Err(Strange(why)) => return Comparison::Unknown(why),
        };
        let [limits, limit_denies] = match self.within.map_or(Ok([Vec::new(), Vec::new()]), |within| literals.read(within)) {
            Ok(sides) => sides,
            Err(Strange(why)) => return Comparison::Unknown(why),
        };
        let mut statements = Vec::with_capacity(new_allows.len());
        for statement in &new_allows {
            let mut all = match cases(statement.statement, &mut literals) {
                Ok(cases) => cases,
                Err(Strange(why)) => return Comparison::Unknown(why),
            };
            if self.within.is_some() {
                let with =
                    |case: &Case, limit: &Conjunction<'_>| Case { demands: [&case.demands[..], &limit.literals].concat(), ..case.clone() };
                all = all.iter().flat_map(|case| limits.iter().map(|limit| with(case, limit)).collect::<Vec<_>>()).collect();
            }
            statements.push((statement, all));
        }
        let denies = [new_denies, limit_denies].concat();
        let callers = match self.kind {
            Kind::Identity => vec![None],
            Kind::Resource => principal::candidates([self.existing, self.new]).into_iter().map(Some).collect(),
        };
        let mut sides = Vec::with_capacity(callers.len());
        for caller in callers {
            match Side::of(caller, [&old_allows, &old_denies, &denies], &mut literals) {
                Ok(side) => sides.push(side),
                Err(Strange(why)) => return Comparison::Unknown(why),
            }
        }
        let mut doubt: Option<String> = None;
        let mut prover = Prover::new(&literals, STATES);
        for (statement, cases) in &statements {
            for side in &sides {
                match side.means(statement) {
                    Truth::No => continue,
                    Truth::Yes => {}
                    Truth::Unsure(why) => {
                        doubt.get_or_insert(why.to_string());
                        continue;
                    }
                }
                for case in cases {
                    for proof in side.prove(statement, case, &mut prover) {
                        let found = match proof {
                            Proof::Nothing => continue,
                            Proof::Unknown(why) => Err(why.to_owned()),
                            Proof::Model(values) => witness(&values, side.caller.as_ref(), &literals),
                        };
                        match found.and_then(|request| self.shown(statement.statement, case, request)) {
                            Ok(found) => return found,
                            Err(why) => _ = doubt.get_or_insert(why),
                        }
                    }
                }
            }
        }
        match doubt {
            Some(why) => Comparison::Unknown(why),
            None if !literals.variables.is_empty() && literals.complements && prover.looked_inside() => {
                Comparison::Unknown("what a policy variable stands for may be what is excepted".to_owned())
            }
            None => Comparison::NoNewAccess,
        }
    }

    /// The answer by a request, once the evaluator agrees.
    fn shown(&self, statement: &Statement, case: &Case, request: Request) -> Result<Comparison, String> {
        let request = Request { action: case.named.clone().unwrap_or(request.action), ..request };
        // Where what is not listed is looked for, a listed action is not the answer, and is set apart by whoever asked.
        let apart = self.database.is_some_and(|database| case.named.is_none() && typed::is_listed(&request.action, database));
        if !apart && !self.is_new(&request) {
            return Err("a request was found that the evaluator is not sure of".to_owned());
        }
        let request = match self.database {
            // Listed actions are cases of their own.
            Some(_) => request,
            None => by_name(statement, request, |request| self.is_new(request)),
        };
        Ok(Comparison::NewAccess { statement_index: statement.index, witness: Box::new(request) })
    }

    /// Whether the evaluator says that the request has new access.
    fn is_new(&self, request: &Request) -> bool {
        let principals = self.kind == Kind::Resource;
        let says = |document| match self.database {
            None => permits(document, request, principals),
            Some(database) => permits_typed(document, request, principals, database),
        };
        says(self.new) == Truth::Yes && says(self.existing) == Truth::No && self.within.is_none_or(|within| says(within) == Truth::Yes)
    }
}

/// What both policies say to one caller.
struct Side {
    /// Who; none where policies are the caller's own.
    caller: Option<Caller>,
    /// What holds of the caller's requests.
    facts: Vec<Id>,
    /// What the existing policy allows and the new one denies: a request with new access meets none of these.
    never: Vec<Vec<Id>>,
    /// The statements of the existing policy that allow, to be found by their literals.
    granted: HashSet<Vec<Id>>,
    /// What the new policy denies.
    denied: Vec<Vec<Id>>,
    /// What the existing policy denies and the new one does not: what is allowed there is new.
    lifted: Vec<Vec<Id>>,
}

impl Side {
    fn of(
        caller: Option<Caller>,
        [old_allows, old_denies, new_denies]: [&[Conjunction<'_>]; 3],
        literals: &mut Literals,
    ) -> Result<Self, Strange> {
        let facts = caller.as_ref().map_or(Ok(Vec::new()), |caller| principal::facts(caller, literals))?;
        let mut side = Self { caller, facts, never: Vec::new(), granted: HashSet::new(), denied: Vec::new(), lifted: Vec::new() };
        // Where it is not sure whether a statement speaks of the caller, it takes away what it may, and gives only what it must.
        let may = |side: &Self, list: &[Conjunction<'_>]| -> Vec<Vec<Id>> {
            list.iter().filter(|one| side.means(one) != Truth::No).map(|one| one.literals.clone()).collect()
        };
        side.denied = may(&side, new_denies);
        side.lifted = may(&side, old_denies).into_iter().filter(|deny| !side.denied.contains(deny)).collect();
        let granted: Vec<Vec<Id>> = old_allows.iter().filter(|one| side.means(one).is_yes()).map(|one| one.literals.clone()).collect();
        side.never = [side.denied.clone(), granted.clone()].concat();
        side.granted = granted.into_iter().collect();
        Ok(side)
    }

    fn means(&self, one: &Conjunction<'_>) -> Truth {
        self.caller.as_ref().map_or(Truth::Yes, |caller| principal::means(one.statement, caller))
    }

    /// Whether a statement grants more: by what no statement of the existing policy allows, or by what one of them denies.
    fn prove(&self, statement: &Conjunction<'_>, case: &Case, prover: &mut Prover<'_>) -> Vec<Proof> {
        let holds = [statement.literals.as_slice(), &self.facts, &case.demands].concat();
        let mut proofs = Vec::new();
        if !self.granted.contains(&statement.literals) {
            proofs.push(prover.prove(&holds, &self.never));
        }
        proofs.extend(self.lifted.iter().map(|deny| prover.prove(&[holds.as_slice(), deny].concat(), &self.denied)));
        proofs
    }
}

/// The same request for an action that AWS lists, where one shows the same: a name says more than the shortest text that matches.
fn by_name(statement: &Statement, request: Request, shows: impl Fn(&Request) -> bool) -> Request {
    let listed = statement.actions.listed().iter().flat_map(|pattern| Database::embedded().expand(&pattern.0));
    let named = listed.take(MOST_NAMES).map(|action| Request { action: ArcStr::from(action.to_string()), ..request.clone() });
    named.into_iter().find(|request| statement.covers_action(&request.action) && shows(request)).unwrap_or(request)
}

/// The request of a model. Variables get a value of their own in the context.
fn witness(values: &[(Var, Value)], caller: Option<&Caller>, literals: &Literals) -> Result<Request, String> {
    let given = |text: &str| -> String {
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match u16::try_from(u32::from(c)).ok().filter(|unit| automaton::is_variable(*unit)) {
                Some(unit) => plain.push_str(&value_of_variable(unit - automaton::VARIABLES)),
                None => plain.push(c),
            }
        }
        plain
    };
    let mut request = Request {
        caller: caller.cloned().unwrap_or(Caller::Anonymous),
        action: ArcStr::from("x:x"),
        resource: ArcStr::from("*"),
        resource_account: None,
        context: Context::default(),
    };
    let mut context: Vec<(String, ContextValue)> = Vec::new();
    for (var, value) in values {
        match (var, value) {
            (Var::Action, Value::Text(text)) => request.action = text.as_str().into(),
            (Var::Resource, Value::Text(text)) => request.resource = given(text).into(),
            (Var::Key(key), value) => {
                let Some(key) = literals.keys.get(*key) else { continue };
                match value {
                    Value::Absent => {}
                    Value::Text(text) => context.push((key.clone(), ContextValue::One(given(text).into()))),
                    Value::Many(texts) => {
                        context.push((key.clone(), ContextValue::Many(texts.iter().map(|text| given(text).into()).collect())))
                    }
                }
            }
            (Var::Action | Var::Resource, Value::Absent | Value::Many(_)) => {}
        }
    }
    for (place, inside) in literals.variables.iter().enumerate() {
        let key = inside.split_once(',').map_or(inside.as_str(), |(key, _)| key).trim().to_lowercase();
        if context.iter().any(|(known, _)| *known == key) || literals.keys.contains(&key) {
            return Err(format!("the key {key} stands for itself and in a variable"));
        }
        context.push((key, ContextValue::One(value_of_variable(u16::try_from(place).unwrap_or_default()).into())));
    }
    request.context = Context::new(context);
    Ok(request)
}

/// A value that no policy names.
fn value_of_variable(place: u16) -> String {
    format!("variable-{place}")
}

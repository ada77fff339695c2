//! A statement as a conjunction of literals, each on one variable: the action, the resource, or a condition key.
//!
//! Literals are interned: the same text on both sides is the same literal, so that most of what two policies share is settled without
//! looking inside.

use super::automaton::{MOST_VARIABLES, Set, Token, VARIABLES};
use crate::iam::document::{Condition, Document, Quantifier, ResourcePattern, Selection, Statement, Version};
use crate::iam::evaluation::Operation;
use crate::iam::glob;
use std::collections::HashMap;

/// A variable: the action, the resource, or the key of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Var {
    /// The action, in lower case.
    Action,
    /// The resource.
    Resource,
    /// A condition key, by its place in [`Literals::keys`].
    Key(usize),
}

/// A literal by its place in [`Literals`].
pub type Id = usize;

/// What a literal says of its variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// The text is in the set, or it is not.
    In(Set, bool),
    /// A condition on a key.
    Condition(OnKey),
}

/// A condition on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct OnKey {
    /// The condition as written.
    pub condition: Condition,
    /// The version of its document.
    pub version: Version,
    /// Whether it holds where the key is absent.
    pub absent: bool,
    /// What it asks of a value.
    pub value: OnValue,
}

/// What a condition asks of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum OnValue {
    /// Always the same, whatever the value.
    Const(bool),
    /// The text is in the set, or it is not.
    Text(Set, bool),
    /// A number, date or address: told apart by the end points that conditions name.
    Point(Operation),
}

/// All literals of two documents.
#[derive(Debug, Default)]
pub struct Literals {
    all: Vec<(Var, Says)>,
    by_text: HashMap<String, Id>,
    /// The condition keys in lower case.
    pub keys: Vec<String>,
    /// The insides of policy variables, in the order of the units that stand for them.
    pub variables: Vec<String>,
    /// Where a variable meets a complement: what is proved there is not proved for all that the variable stands for.
    pub complements: bool,
}

/// Why a document cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strange(pub String);

/// A statement as its literals.
#[derive(Clone, Debug)]
pub struct Conjunction<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// All must hold.
    pub literals: Vec<Id>,
}

impl Literals {
    /// Literal and variable of an id.
    pub fn get(&self, id: Id) -> Option<&(Var, Says)> {
        self.all.get(id)
    }

    /// The conjunctions of a document, those that allow and those that deny.
    pub fn read<'a>(&mut self, document: &'a Document) -> Result<[Vec<Conjunction<'a>>; 2], Strange> {
        let mut sides = [Vec::new(), Vec::new()];
        for statement in &document.statements {
            let deny = usize::from(statement.effect == crate::iam::document::Effect::Deny);
            let conjunction = self.conjunction(statement, document.version)?;
            if let Some(side) = sides.get_mut(deny) {
                side.push(conjunction);
            }
        }
        self.complements |= sides.get(1).is_some_and(|denies| !denies.is_empty());
        Ok(sides)
    }

    fn conjunction<'a>(&mut self, statement: &'a Statement, version: Version) -> Result<Conjunction<'a>, Strange> {
        let mut literals = Vec::new();
        let (inside, patterns) = chosen(&statement.actions);
        let known = patterns.iter().filter(|pattern| !pattern.0.contains(char::is_whitespace));
        let actions = known.map(|pattern| plain(&pattern.0.to_lowercase())).collect();
        literals.push(self.intern(
            format!("action {inside} {patterns:?}").to_lowercase(),
            Var::Action,
            Says::In(Set { patterns: actions, fold: false }, inside),
        ));
        self.complements |= !inside;
        if let Some(resources) = &statement.resources {
            let (inside, patterns) = chosen(resources);
            let tokens = patterns.iter().map(|pattern| self.resource(pattern, version)).collect::<Result<_, _>>()?;
            literals.push(self.intern(
                format!("resource {version:?} {inside} {patterns:?}"),
                Var::Resource,
                Says::In(Set { patterns: tokens, fold: false }, inside),
            ));
            self.complements |= !inside;
        }
        for condition in &statement.conditions {
            literals.push(self.condition(condition, version)?);
        }
        Ok(Conjunction { statement, literals })
    }

    /// The literal of a condition.
    pub fn condition(&mut self, condition: &Condition, version: Version) -> Result<Id, Strange> {
        let key = condition.key.to_lowercase();
        let place = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key.clone());
            self.keys.len() - 1
        });
        let operation = Operation::read(&condition.operator.name)
            .ok_or_else(|| Strange(format!("the operator {} is not known", condition.operator.name)))?;
        let has = |word: &str| condition.values.iter().any(|value| value.eq_ignore_ascii_case(word));
        let vacuous = condition.operator.if_exists || condition.operator.quantifier == Some(Quantifier::ForAllValues);
        let mut absent = vacuous || (condition.operator.quantifier.is_none() && operation.is_negated());
        let inside = !operation.is_negated();
        self.complements |= !inside;
        let value = match operation {
            Operation::Null => {
                absent = has("true");
                OnValue::Const(has("false"))
            }
            Operation::Bool => match (has("true"), condition.values.iter().any(|value| !value.eq_ignore_ascii_case("true"))) {
                (true, true) => OnValue::Const(true),
                (yes, no) if yes != no => OnValue::Text(Set { patterns: vec![literal("true")], fold: true }, yes),
                (_, _) => OnValue::Const(false),
            },
            Operation::String { like, ignore_case, .. } => {
                let patterns = condition.values.iter().map(|value| self.tokens(value, version, like)).collect::<Result<_, _>>()?;
                OnValue::Text(Set { patterns, fold: ignore_case }, inside)
            }
            Operation::Binary => {
                OnValue::Text(Set { patterns: condition.values.iter().map(|value| literal(value)).collect(), fold: false }, inside)
            }
            Operation::Arn { .. } => {
                let patterns =
                    condition.values.iter().map(|value| self.tokens(value, version, true).map(parted)).collect::<Result<_, _>>()?;
                OnValue::Text(Set { patterns, fold: false }, inside)
            }
            Operation::Numeric(_) | Operation::Date(_) | Operation::Ip { .. } => OnValue::Point(operation),
        };
        let text = format!("{place} {version:?} {:?} {:?}", condition.operator, condition.values);
        let says = Says::Condition(OnKey { condition: condition.clone(), version, absent, value });
        Ok(self.intern(text, Var::Key(place), says))
    }

    /// The literal of this text, made where there is none yet.
    pub fn intern(&mut self, text: String, var: Var, says: Says) -> Id {
        if let Some(known) = self.by_text.get(&text) {
            return *known;
        }
        self.all.push((var, says));
        self.by_text.insert(text, self.all.len() - 1);
        self.all.len() - 1
    }

    fn resource(&mut self, pattern: &ResourcePattern, version: Version) -> Result<Vec<Token>, Strange> {
        if glob::is_everything(&pattern.0) {
            return Ok(plain(&pattern.0));
        }
        // Variables are replaced after the fifth colon only.
        let tail = pattern.0.splitn(6, ':').nth(5).unwrap_or_default();
        let head = pattern.0.get(..pattern.0.len() - tail.len()).unwrap_or_default();
        let mut tokens = self.tokens(head, Version::V2008, true)?;
        tokens.extend(self.tokens(tail, version, true)?);
        Ok(parted(tokens))
    }

    fn tokens(&mut self, text: &str, version: Version, wildcards: bool) -> Result<Vec<Token>, Strange> {
        let mut tokens = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if version == Version::V2012
                && let Some((inside, after)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'))
            {
                match inside {
                    "*" | "?" | "$" => tokens.extend(literal(inside)),
                    inside => tokens.push(Token::Unit(self.variable(inside)?)),
                }
                rest = after;
                continue;
            }
            match c {
                '*' if wildcards => tokens.push(Token::Any(true)),
                '?' if wildcards => tokens.push(Token::One(true)),
                c => tokens.extend(literal(c.encode_utf8(&mut [0; 4]))),
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Ok(tokens)
    }

    fn variable(&mut self, inside: &str) -> Result<u16, Strange> {
        let place = self.variables.iter().position(|known| known.eq_ignore_ascii_case(inside)).unwrap_or_else(|| {
            self.variables.push(inside.to_owned());
            self.variables.len() - 1
        });
        let place = u16::try_from(place).ok().filter(|place| *place < MOST_VARIABLES);
        place.map(|place| VARIABLES + place).ok_or_else(|| Strange("more policy variables than are told apart".to_owned()))
    }
}

fn chosen<T>(selection: &Selection<T>) -> (bool, &[T]) {
    match selection {
        Selection::Only(listed) => (true, listed),
        Selection::AllBut(listed) => (false, listed),
    }
}

/// A text without wildcards.
pub fn literal(text: &str) -> Vec<Token> {
    text.encode_utf16().map(Token::Unit).collect()
}

fn plain(text: &str) -> Vec<Token> {
    text.encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(b'*') => Token::Any(true),
            Ok(b'?') => Token::One(true),
            _ => Token::Unit(unit),
        })
        .collect()
}

/// The wildcards of the first five parts of an ARN do not match colons: so hold the verdicts that Access Analyzer publishes.
fn parted(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut colons = 0;
    for token in &mut tokens {
        match token {
            Token::Unit(unit) if *unit == u16::from(b':') => colons += 1,
            Token::One(colon) | Token::Any(colon) => *colon = colons >= 5,
            Token::Unit(_) => {}
        }
    }
    tokens
}

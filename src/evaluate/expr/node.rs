//! The compiled tree. It owns all that it needs, so that a program can be shared between threads.

use super::builtin::Builtin;
use super::types::Fit;
use crate::model::function::Function;
use crate::model::value::Map;
use crate::model::{Gap, ResourceType, Value};
use arcstr::ArcStr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// One operation with its place in the source.
#[derive(Debug)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// Where it stands, in bytes; sources are shorter than 64 KiB.
    pub span: (u16, u16),
}

/// What stands at the start of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The whole resource.
    Resource,
    /// Its properties.
    Properties,
    /// Its state.
    State,
    /// Its tags.
    Tags,
    /// Its name.
    Name,
    /// Its account.
    Account,
    /// Its region.
    Region,
    /// Its environment; empty text where none matched.
    Environment,
    /// The rule's parameters.
    Params,
    /// The time of the pass.
    Now,
}

/// One key on a path: what is there must fit, and what to say where it is not there.
#[derive(Debug)]
pub struct Reach {
    /// The key.
    pub key: Key,
    /// What must be there.
    pub fit: Fit,
    /// The place as the author wrote it.
    pub place: ArcStr,
    /// The gap where nothing is.
    pub absent: Arc<Gap>,
}

/// The order of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Ways to go through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Whether all items are so.
    All,
    /// Whether any item is so.
    Exists,
    /// Whether exactly one item is so.
    ExistsOne,
    /// The items that are so.
    Filter,
    /// What each item becomes.
    Map,
}

/// What a node does.
#[derive(Debug)]
pub enum Op {
    /// A literal: null, truth, number or text.
    Literal(Value),
    /// The item of a comprehension, counted from the innermost.
    Item(u8),
    /// A root as a whole.
    Root(Root),
    /// A root and keys below it: the common read, in one node.
    Path(Root, Box<[Reach]>),
    /// A key of something.
    Select(Box<Node>, Reach),
    /// Whether a place is there. Where something of a known type must be, an explicit null is nothing.
    Has(Box<Node>, Key, Fit),
    /// An item of a list or map, by a key that is worked out.
    Index(Box<Node>, Box<Node>),
    /// `!`
    Not(Box<Node>),
    /// `-`
    Negate(Box<Node>),
    /// `&&`
    And(Box<Node>, Box<Node>),
    /// `||`
    Or(Box<Node>, Box<Node>),
    /// `? :`
    If(Box<Node>, Box<Node>, Box<Node>),
    /// `==`; with true, `!=`.
    Equal(Box<Node>, Box<Node>, bool),
    /// A text of the resource compared with a literal text; with true, `!=`.
    EqualText(Box<Node>, ArcStr, bool),
    /// Order.
    Compare(Order, Box<Node>, Box<Node>),
    /// `in`
    In(Box<Node>, Box<Node>),
    /// Arithmetic, of numbers, times, texts and lists.
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// A list literal.
    List(Box<[Node]>),
    /// A map literal; keys are text.
    Map(Box<[(Node, Node)]>),
    /// A pattern that was compiled when the rule was loaded.
    Matches(Box<Node>, regex::Regex),
    /// A function of the language.
    Call(&'static Builtin, Box<[Node]>),
    /// A function of a library; with true, its answer is kept.
    Library(&'static Function, Box<[Node]>, bool),
    /// `find(type, name)`
    Find(ResourceType, Box<Node>),
    /// `all(type)`
    Everything(ResourceType),
    /// `related(type)`
    Related(ResourceType),
    /// A comprehension over a list, or over the keys of a map.
    Fold(Fold, Box<Node>, Body),
}

/// What a comprehension does with each item.
#[derive(Debug)]
pub struct Body {
    /// `map` with three arguments: only items that are so.
    pub filter: Option<Box<Node>>,
    /// The condition, or what the item becomes.
    pub each: Box<Node>,
    /// Steps an item, for the budget.
    pub cost: u32,
}

impl Arithmetic {
    /// How it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Order {
    /// How it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Node {
    /// A node at a place.
    pub fn new(op: Op, span: Range<usize>) -> Self {
        let cut = |byte: usize| u16::try_from(byte).unwrap_or(u16::MAX);
        Self { op, span: (cut(span.start), cut(span.end)) }
    }

    /// Where it stands, in bytes.
    pub fn place(&self) -> Range<usize> {
        usize::from(self.span.0)..usize::from(self.span.1)
    }

    /// The nodes directly below, in the order of evaluation.
    pub fn parts(&self) -> Vec<&Node> {
        match &self.op {
            Op::Literal(_) | Op::Item(_) | Op::Root(_) | Op::Path(..) | Op::Everything(_) | Op::Related(_) => Vec::new(),
            Op::Select(a, _) | Op::Has(a, ..) | Op::Not(a) | Op::Negate(a) | Op::EqualText(a, ..) | Op::Matches(a, _) | Op::Find(_, a) => {
                vec![a]
            }
            Op::Index(a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Equal(a, b, _)
            | Op::Compare(_, a, b)
            | Op::In(a, b)
            | Op::Arithmetic(_, a, b) => vec![a, b],
            Op::If(a, b, c) => vec![a, b, c],
            Op::List(parts) | Op::Call(_, parts) | Op::Library(_, parts, _) => parts.iter().collect(),
            Op::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Op::Fold(_, range, body) => {
                let mut parts: Vec<&Node> = vec![range];
                parts.extend(body.filter.as_deref());
                parts.push(&body.each);
                parts
            }
        }
    }

    /// How many nodes there are, this one included: what one evaluation costs at most, comprehensions apart.
    pub fn size(&self) -> u32 {
        self.parts().into_iter().map(Self::size).sum::<u32>().saturating_add(1)
    }
}

/// A key that an expression reads, with a guess where it stands: resources of one type mostly share their list of keys, so
/// that a key stands where it stood last time, and one comparison replaces a binary search.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub text: ArcStr,
    guess: AtomicU32,
}

impl Key {
    /// A key, with no guess yet.
    pub fn new(text: impl Into<ArcStr>) -> Self {
        Self { text: text.into(), guess: AtomicU32::new(0) }
    }

    /// The value under this key.
    pub fn find<'a>(&self, map: &'a Map) -> Option<&'a Value> {
        // Relaxed: a guess that another thread overwrites is only a slower look-up.
        let guess = self.guess.load(Ordering::Relaxed) as usize;
        let keys = map.shape().keys();
        if keys.get(guess).is_some_and(|key| *key == self.text) {
            return map.values().get(guess);
        }
        let position = map.shape().position(&self.text)?;
        if let Ok(guess) = u32::try_from(position) {
            self.guess.store(guess, Ordering::Relaxed);
        }
        map.values().get(position)
    }
}

//! The checker: one walk over the syntax tree that finds types, faults, guards and reads, and compiles on the way.
//!
//! It goes on after a fault with a type that fits everywhere, so that all faults of an expression come at once and none
//! of them comes twice.

mod call;
mod facts;
mod fold;
mod lookup;
mod operator;
mod path;

use super::node::{Node, Op};
use super::parse::{self, Parsed};
use super::types::Type;
use super::{Demand, Fault, Guarantees, Read, Reads, Scope};
use crate::model::catalogue::TypeSpec;
use crate::model::path::Step;
use crate::model::{Path, ResourceType, Value};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};
use facts::{Facts, Known};
use std::ops::Range;

/// What the checker makes of an expression.
pub struct Compiled {
    /// The tree.
    pub root: Node,
    /// What it reads.
    pub reads: Reads,
    /// What is there wherever it is true.
    pub guarantees: Guarantees,
}

/// What becomes of an optional place that is read without a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optional {
    /// A fault: a verdict must not hang on it.
    Guarded,
    /// An absent value: a message says so.
    Lenient,
}

/// Checks and compiles.
///
/// # Errors
/// All faults, in the order of their places.
pub fn check(source: &str, scope: &Scope<'_>, optional: Optional) -> Result<Compiled, Vec<Fault>> {
    parse::roomy(|| check_here(source, scope, optional))
}

fn check_here(source: &str, scope: &Scope<'_>, optional: Optional) -> Result<Compiled, Vec<Fault>> {
    let parsed = parse::parse(source)?;
    let list = scope.each.map(|each| parse::parse(each.list)).transpose()?;
    let mut checker = Checker {
        source,
        parsed: &parsed,
        scope,
        spec: scope.catalogue.find(scope.resource_type),
        optional,
        faults: Vec::new(),
        reads: Reads::default(),
        items: Vec::new(),
        outer: 0,
        serial: 0,
    };
    if let (Some(each), Some(list)) = (scope.each, &list) {
        let range = Checker { source: each.list, parsed: list, items: Vec::new(), faults: Vec::new(), reads: Reads::default(), ..checker }
            .place(&list.tree, &Facts::from(scope.guaranteed));
        checker.items.extend(Bound::each(each.name, &range));
        checker.outer = checker.items.len();
    }
    let whole = checker.value(&parsed.tree, &Facts::from(scope.guaranteed));
    checker.demanded(&whole, scope.demand);
    let Checker { mut faults, reads, .. } = checker;
    if faults.is_empty() {
        return Ok(Compiled { root: whole.node, reads, guarantees: whole.known.guarantees() });
    }
    faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    faults.dedup();
    Err(faults)
}

/// Whether a name always means the same, so that nothing else may have it.
pub fn is_root(name: &str) -> bool {
    path::ROOTS.iter().any(|(root, _)| *root == name)
}

struct Checker<'s> {
    source: &'s str,
    parsed: &'s Parsed,
    scope: &'s Scope<'s>,
    spec: Option<&'s TypeSpec>,
    optional: Optional,
    faults: Vec<Fault>,
    reads: Reads,
    items: Vec<Bound<'s>>,
    /// How many of the items stand around the whole expression.
    outer: usize,
    serial: usize,
}

/// The item of a comprehension.
struct Bound<'c> {
    name: String,
    key: String,
    ty: Type<'c>,
    origin: Option<Origin>,
    used: bool,
}

impl<'c> Bound<'c> {
    /// The item of the list that a rule judges item by item; none where it is no list, which was said when the list was compiled.
    fn each(name: &str, range: &Part<'c>) -> Option<Self> {
        let ty = match &range.ty {
            Type::List(items) => items.as_ref().clone(),
            Type::Any => Type::Any,
            _ => return None,
        };
        let origin = range.origin.as_ref().map(|origin| origin.step(Step::Every));
        Some(Self { name: name.to_owned(), key: "@each".to_owned(), ty, origin, used: false })
    }
}

/// Where a value stands: in which resources, at which path. The empty path is the resource as a whole, or a list of such.
#[derive(Clone, Debug)]
struct Origin {
    of: ResourceType,
    own: bool,
    path: Vec<Step>,
}

impl Origin {
    fn step(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        // The items of a list of resources are resources.
        if !(path.is_empty() && matches!(step, Step::Every | Step::Index(_))) {
            path.push(step);
        }
        Self { path, ..self.clone() }
    }
}

/// A checked part of the expression.
struct Part<'c> {
    node: Node,
    ty: Type<'c>,
    origin: Option<Origin>,
    /// The same for parts that always have the same value.
    key: String,
    /// What its truth says of optional places.
    known: Known,
    /// Whether it holds a fault, so that what is built on it is not blamed too.
    bad: bool,
}

impl<'s> Checker<'s> {
    /// Checks a part whose value is used.
    fn value(&mut self, expr: &IdedExpr, facts: &Facts) -> Part<'s> {
        let part = self.place(expr, facts);
        self.read_whole(&part);
        part
    }

    /// Checks a part whose value is only looked into: nothing is read yet.
    fn place(&mut self, expr: &IdedExpr, facts: &Facts) -> Part<'s> {
        match &expr.expr {
            Expr::Ident(name) => self.name(expr, name),
            Expr::Select(select) => {
                let base = self.place(&select.operand, facts);
                self.select(expr, base, &select.field, self.parsed.field(expr), facts, path::Asking::Value)
            }
            Expr::Call(call) => self.any_call(expr, call, facts),
            Expr::Literal(literal) => self.literal(expr, literal),
            Expr::List(list) => self.list(expr, &list.elements, facts),
            Expr::Map(map) => {
                let entries: Vec<_> = map.entries.iter().filter_map(|entry| parse::entry(&entry.expr)).collect();
                self.map(expr, &entries, facts)
            }
            Expr::Struct(made) => {
                self.fault(expr, Fault::new(self.parsed.span(expr), format!("there are no objects such as {} here", made.type_name)))
            }
            Expr::Unspecified | Expr::Comprehension(_) => self.fault(expr, Fault::new(self.parsed.span(expr), "this is not complete")),
        }
    }

    fn any_call(&mut self, expr: &IdedExpr, call: &CallExpr, facts: &Facts) -> Part<'s> {
        match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
            (operator, None, args) if !operator.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                self.operator(expr, operator, args, facts)
            }
            ("has", None, [asked]) => self.has(expr, asked, facts),
            ("all" | "exists" | "exists_one" | "existsOne" | "filter", Some(range), [item, each]) => {
                self.fold(expr, &call.func_name, range, fold::Body { item, filter: None, each }, facts)
            }
            ("map", Some(range), [item, each]) => self.fold(expr, "map", range, fold::Body { item, filter: None, each }, facts),
            ("map", Some(range), [item, filter, each]) => {
                self.fold(expr, "map", range, fold::Body { item, filter: Some(filter), each }, facts)
            }
            _ => self.call(expr, call, facts),
        }
    }

    fn literal(&mut self, expr: &IdedExpr, literal: &LiteralValue) -> Part<'s> {
        let (value, ty) = match literal {
            LiteralValue::Boolean(bool) => (Value::Bool(*bool.inner()), Type::Bool),
            LiteralValue::Int(int) => (Value::Int(*int.inner()), Type::Int),
            LiteralValue::Double(double) => (Value::Double(*double.inner()), Type::Double),
            LiteralValue::Null => (Value::Null, Type::Null),
            LiteralValue::String(text) => (Value::str(text.inner()), Type::TEXT),
            LiteralValue::UInt(int) => match i64::try_from(*int.inner()) {
                Ok(int) => (Value::Int(int), Type::Int),
                Err(_) => return self.fault(expr, Fault::new(self.parsed.span(expr), "whole numbers end at 9223372036854775807")),
            },
            LiteralValue::Bytes(_) => {
                return self.fault(expr, Fault::new(self.parsed.span(expr), "there are no bytes in rules; write text"));
            }
        };
        let key = format!("{}:{}", ty.describe(), value.to_json());
        self.part(expr, Op::Literal(value), ty, key)
    }

    fn list(&mut self, expr: &IdedExpr, elements: &[IdedExpr], facts: &Facts) -> Part<'s> {
        let parts: Vec<Part<'s>> = elements.iter().map(|element| self.value(element, facts)).collect();
        let key = format!("[{}]", parts.iter().map(|part| part.key.as_str()).collect::<Vec<_>>().join(","));
        let bad = parts.iter().any(|part| part.bad);
        let (nodes, types): (Vec<Node>, Vec<Type<'s>>) = parts.into_iter().map(|part| (part.node, part.ty)).unzip();
        let items = types.into_iter().reduce(Type::join).unwrap_or(Type::Any);
        Part { bad, ..self.part(expr, fixed_list(nodes), Type::list(items), key) }
    }

    fn map(&mut self, expr: &IdedExpr, entries: &[(&IdedExpr, &IdedExpr)], facts: &Facts) -> Part<'s> {
        let (mut nodes, mut key, mut items, mut bad) = (Vec::new(), String::from("{"), None, false);
        for (name, value) in entries {
            let name_part = self.value(name, facts);
            if !matches!(name_part.ty, Type::Text(_) | Type::Any) {
                self.faults.push(Fault::new(self.parsed.span(name), format!("keys of maps are text, not {}", name_part.ty.describe())));
            }
            let value = self.value(value, facts);
            key.push_str(&format!("{}:{},", name_part.key, value.key));
            bad |= name_part.bad || value.bad;
            items = Some(items.map_or_else(|| value.ty.clone(), |known: Type<'s>| known.join(value.ty.clone())));
            nodes.push((name_part.node, value.node));
        }
        let ty = Type::Map(std::rc::Rc::new(items.unwrap_or(Type::Any)));
        Part { bad, ..self.part(expr, Op::Map(nodes.into()), ty, key) }
    }

    fn part(&self, expr: &IdedExpr, op: Op, ty: Type<'s>, key: String) -> Part<'s> {
        Part { node: Node::new(op, self.parsed.span(expr)), ty, origin: None, key, known: Known::default(), bad: false }
    }

    /// Notes a fault; the part fits everywhere from now on.
    fn fault(&mut self, expr: &IdedExpr, fault: Fault) -> Part<'s> {
        self.faults.push(fault);
        self.bad(expr)
    }

    fn bad(&self, expr: &IdedExpr) -> Part<'s> {
        Part { bad: true, ..self.part(expr, Op::Literal(Value::Null), Type::Any, "?".to_owned()) }
    }

    fn text(&self, span: Range<usize>) -> &'s str {
        self.source.get(span).unwrap_or_default()
    }

    /// Notes that all that lies at the part's place is read.
    fn read_whole(&mut self, part: &Part<'s>) {
        self.read(part, super::Depth::Whole);
    }

    /// Notes that the part's place is asked for, but not what lies in it.
    fn read_itself(&mut self, part: &Part<'s>) {
        self.read(part, super::Depth::Itself);
    }

    fn read(&mut self, part: &Part<'s>, depth: super::Depth) {
        let Some(origin) = &part.origin else { return };
        let roots: &[&str] = match (origin.path.first(), depth) {
            (None, super::Depth::Whole) => &["tags", "properties", "state"],
            (None, super::Depth::Itself) => &[],
            (Some(Step::Key(root)), _) if matches!(root.as_str(), "tags" | "properties" | "state") => {
                let path = Path::new(origin.path.clone());
                self.reads.add(Read { resource_type: origin.of.clone(), path, depth }, origin.own);
                return;
            }
            // What every listing brings: id, name, account, region, type.
            (Some(_), _) => &[],
        };
        for root in roots {
            self.reads.add(Read { resource_type: origin.of.clone(), path: Path::root(*root), depth }, origin.own);
        }
    }

    fn demanded(&mut self, whole: &Part<'s>, demand: Demand) {
        let wanted = match demand {
            Demand::Boolean if !matches!(whole.ty, Type::Bool | Type::Any) => "true or false",
            Demand::Amount if !matches!(whole.ty, Type::Decimal | Type::Int | Type::Any) => "an amount of money (a decimal)",
            Demand::List if !matches!(whole.ty, Type::List(_) | Type::Any) => "a list",
            Demand::Boolean | Demand::Amount | Demand::List | Demand::Anything => return,
        };
        self.faults.push(Fault::new(whole.node.place(), format!("this yields {} and must yield {wanted}", whole.ty.describe())));
    }
}

/// A list literal; one of literals is made once, not at each evaluation.
fn fixed_list(nodes: Vec<Node>) -> Op {
    let fixed = |node: &Node| match &node.op {
        Op::Literal(value) => Some(value.clone()),
        _ => None,
    };
    match nodes.iter().map(fixed).collect::<Option<Vec<Value>>>() {
        Some(values) => Op::Literal(Value::List(values.into_iter().collect())),
        None => Op::List(nodes.into()),
    }
}

//! Operators: logic with its guards, comparisons that can be true, arithmetic that has a meaning.

use super::facts::{Facts, Known};
use super::path::entry_key;
use super::{Checker, Part};
use crate::evaluate::expr::Fault;
use crate::evaluate::expr::node::{Arithmetic, Node, Op, Order};
use crate::evaluate::expr::types::{Fit, Type};
use crate::model::Value;
use arcstr::ArcStr;
use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};
use rust_decimal::Decimal;

type Two = fn(Box<Node>, Box<Node>) -> Op;

impl<'s> Checker<'s> {
    pub(super) fn operator(&mut self, expr: &IdedExpr, operator: &str, args: &[IdedExpr], facts: &Facts) -> Part<'s> {
        match (operator, args) {
            (operators::LOGICAL_AND, [a, b]) => self.logic(expr, (a, b), facts, true),
            (operators::LOGICAL_OR, [a, b]) => self.logic(expr, (a, b), facts, false),
            (operators::LOGICAL_NOT, [a]) => self.not(expr, a, facts),
            (operators::CONDITIONAL, [condition, yes, no]) => self.conditional(expr, [condition, yes, no], facts),
            (operators::EQUALS, [a, b]) => self.equality(expr, a, b, facts, false),
            (operators::NOT_EQUALS, [a, b]) => self.equality(expr, a, b, facts, true),
            (operators::LESS, [a, b]) => self.ordered(expr, Order::Less, a, b, facts),
            (operators::LESS_EQUALS, [a, b]) => self.ordered(expr, Order::AtMost, a, b, facts),
            (operators::GREATER, [a, b]) => self.ordered(expr, Order::More, a, b, facts),
            (operators::GREATER_EQUALS, [a, b]) => self.ordered(expr, Order::AtLeast, a, b, facts),
            (operators::IN, [a, b]) => self.contained(expr, a, b, facts),
            (operators::INDEX, [of, at]) => self.index(expr, of, at, facts),
            (operators::ADD, [a, b]) => self.arithmetic(expr, Arithmetic::Add, a, b, facts),
            (operators::SUBSTRACT, [a, b]) => self.arithmetic(expr, Arithmetic::Subtract, a, b, facts),
            (operators::MULTIPLY, [a, b]) => self.arithmetic(expr, Arithmetic::Multiply, a, b, facts),
            (operators::DIVIDE, [a, b]) => self.arithmetic(expr, Arithmetic::Divide, a, b, facts),
            (operators::MODULO, [a, b]) => self.arithmetic(expr, Arithmetic::Remainder, a, b, facts),
            (operators::NEGATE, [a]) => self.negate(expr, a, facts),
            _ => self.fault(expr, Fault::new(self.parsed.span(expr), format!("{operator} has no meaning in rules"))),
        }
    }

    fn truth(&mut self, expr: &IdedExpr, facts: &Facts) -> Part<'s> {
        let part = self.value(expr, facts);
        if !matches!(part.ty, Type::Bool | Type::Any) {
            let message = format!("{} is {}, and true or false is needed here", self.text(part.node.place()), part.ty.describe());
            return self.fault(expr, Fault::new(self.parsed.span(expr), message));
        }
        part
    }

    fn logic(&mut self, expr: &IdedExpr, (a, b): (&IdedExpr, &IdedExpr), facts: &Facts, and: bool) -> Part<'s> {
        let left = self.truth(a, facts);
        let beyond = facts.and(if and { left.known.yes() } else { left.known.no() });
        let right = self.truth(b, &beyond);
        let (known, sign, op): (_, _, Two) = if and {
            (Known::both(&left.known, &right.known), "&&", Op::And)
        } else {
            (Known::either(&left.known, &right.known), "||", Op::Or)
        };
        Part { known, ..self.two(expr, left, right, sign, op, Type::Bool) }
    }

    fn not(&mut self, expr: &IdedExpr, a: &IdedExpr, facts: &Facts) -> Part<'s> {
        let of = self.truth(a, facts);
        let key = format!("!{}", of.key);
        let (known, bad) = (of.known.negated(), of.bad);
        Part { known, bad, ..self.part(expr, Op::Not(Box::new(of.node)), Type::Bool, key) }
    }

    fn conditional(&mut self, expr: &IdedExpr, [condition, yes, no]: [&IdedExpr; 3], facts: &Facts) -> Part<'s> {
        let condition = self.truth(condition, facts);
        let yes = self.value(yes, &facts.and(condition.known.yes()));
        let no = self.value(no, &facts.and(condition.known.no()));
        let known = Known::chosen(&condition.known, &yes.known, &no.known);
        let key = format!("({}?{}:{})", condition.key, yes.key, no.key);
        let bad = condition.bad || yes.bad || no.bad;
        let op = Op::If(Box::new(condition.node), Box::new(yes.node), Box::new(no.node));
        Part { known, bad, ..self.part(expr, op, yes.ty.join(no.ty), key) }
    }

    fn two(&self, expr: &IdedExpr, a: Part<'s>, b: Part<'s>, sign: &str, op: Two, ty: Type<'s>) -> Part<'s> {
        let key = format!("({}{sign}{})", a.key, b.key);
        Part { bad: a.bad || b.bad, ..self.part(expr, op(Box::new(a.node), Box::new(b.node)), ty, key) }
    }

    fn equality(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, facts: &Facts, not: bool) -> Part<'s> {
        let (mut left, mut right) = (self.place(a, facts), self.place(b, facts));
        let mut known = Known::default();
        match (&left.ty, &right.ty) {
            // Whether something is null says nothing of what it holds.
            (Type::Null, _) | (_, Type::Null) => {
                let other = if matches!(left.ty, Type::Null) { &right } else { &left };
                known = if not { Known::not_null(&other.key) } else { Known::not_null(&other.key).negated() };
                if matches!(other.ty, Type::Maybe(_)) {
                    self.read_itself(&left)
                } else {
                    self.read_whole(&left)
                }
                if matches!(right.ty, Type::Maybe(_)) { self.read_itself(&right) } else { self.read_whole(&right) }
            }
            _ => {
                self.read_whole(&left);
                self.read_whole(&right);
            }
        }
        if !left.bad && !right.bad {
            self.comparable(expr, &left, &right);
            self.documented(&left.ty, b);
            self.documented(&right.ty, a);
        }
        self.exact(&mut left, &right.ty, a);
        self.exact(&mut right, &left.ty, b);
        let sign = if not { "!=" } else { "==" };
        let fixed = |node: &Node| match &node.op {
            Op::Literal(Value::Str(text)) => Some(text.clone()),
            _ => None,
        };
        let key = format!("({}{sign}{})", left.key, right.key);
        let bad = left.bad || right.bad;
        let op = match (fixed(&left.node), fixed(&right.node)) {
            (None, Some(text)) => Op::EqualText(Box::new(left.node), text, not),
            (Some(text), None) => Op::EqualText(Box::new(right.node), text, not),
            _ => Op::Equal(Box::new(left.node), Box::new(right.node), not),
        };
        Part { known, bad, ..self.part(expr, op, Type::Bool, key) }
    }

    fn comparable(&mut self, expr: &IdedExpr, left: &Part<'s>, right: &Part<'s>) {
        if left.ty.may_equal(&right.ty) {
            return;
        }
        let (a, b) = (self.text(left.node.place()), self.text(right.node.place()));
        let fault = match (&left.ty, &right.ty) {
            (Type::Null, _) => Fault::new(self.parsed.span(expr), format!("{b} is never null")).help(format!("write has({b})")),
            (_, Type::Null) => Fault::new(self.parsed.span(expr), format!("{a} is never null")).help(format!("write has({a})")),
            (left, right) => {
                let message = format!("{a} is {} and {b} is {}: they are never equal", left.describe(), right.describe());
                let fault = Fault::new(self.parsed.span(expr), message);
                match (left, right) {
                    (Type::Time, Type::Text(_)) | (Type::Text(_), Type::Time) => fault.help("make a time of text: timestamp('2026-01-31')"),
                    _ => fault,
                }
            }
        };
        self.faults.push(fault);
    }

    /// A literal text that stands against a property must be one that AWS documents.
    fn documented(&mut self, ty: &Type<'s>, literal: &IdedExpr) {
        if let (Type::Text(values), Expr::Literal(LiteralValue::String(text))) = (ty, &literal.expr)
            && !values.is_empty()
            && !values.iter().any(|value| value == text.inner())
        {
            let message = format!("'{}' is not one of {}", text.inner(), values.iter().map(ArcStr::as_str).collect::<Vec<_>>().join(", "));
            let fault = Fault::new(self.parsed.span(literal), message).meant(text.inner(), values.iter().map(ArcStr::as_str));
            self.faults.push(fault);
        }
    }

    /// A literal with a fraction that meets a decimal is read from its source text: no detour over a double.
    fn exact(&self, part: &mut Part<'s>, other: &Type<'s>, literal: &IdedExpr) {
        if let (Type::Decimal, Op::Literal(Value::Double(double))) = (other, &part.node.op) {
            let text = self.text(self.parsed.token(literal));
            let exact = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            if let Ok(amount) = exact {
                // The sign is a token of its own.
                part.node.op = Op::Literal(Value::decimal(if *double < 0.0 { -amount } else { amount }));
                part.ty = Type::Decimal;
            }
        }
    }

    fn ordered(&mut self, expr: &IdedExpr, order: Order, a: &IdedExpr, b: &IdedExpr, facts: &Facts) -> Part<'s> {
        let (mut left, mut right) = (self.value(a, facts), self.value(b, facts));
        if !left.bad && !right.bad && !left.ty.may_order(&right.ty) {
            let (x, y) = (self.text(left.node.place()), self.text(right.node.place()));
            let message = format!("{x} is {} and {y} is {}: they have no order", left.ty.describe(), right.ty.describe());
            let fault = Fault::new(self.parsed.span(expr), message);
            let fault = match (&left.ty, &right.ty) {
                (Type::Time, Type::Text(_)) | (Type::Text(_), Type::Time) => fault.help("make a time of text: timestamp('2026-01-31')"),
                (Type::Span, Type::Int) | (Type::Int, Type::Span) => fault.help("make a length of time of a number: days(90)"),
                _ => fault,
            };
            return self.fault(expr, fault);
        }
        self.exact(&mut left, &right.ty, a);
        self.exact(&mut right, &left.ty, b);
        let key = format!("({}{}{})", left.key, order.sign(), right.key);
        let bad = left.bad || right.bad;
        Part { bad, ..self.part(expr, Op::Compare(order, Box::new(left.node), Box::new(right.node)), Type::Bool, key) }
    }

    fn contained(&mut self, expr: &IdedExpr, a: &IdedExpr, b: &IdedExpr, facts: &Facts) -> Part<'s> {
        let (left, right) = (self.value(a, facts), self.place(b, facts));
        let mut known = Known::default();
        if right.ty.is_keyed() {
            known = Known::present(&entry_key(&right.key, &left.key));
            self.read_itself(&right);
        } else {
            self.read_whole(&right);
        }
        if !left.bad && !right.bad {
            let fits = match &right.ty {
                Type::Any => true,
                Type::List(items) => left.ty.may_equal(items),
                keyed if keyed.is_keyed() => matches!(left.ty, Type::Text(_) | Type::Any),
                _ => false,
            };
            if !fits {
                let (x, y) = (self.text(left.node.place()), self.text(right.node.place()));
                let message = format!("{x} is {} and {y} is {}: it is never in there", left.ty.describe(), right.ty.describe());
                self.faults.push(Fault::new(self.parsed.span(expr), message));
            } else if let Expr::List(list) = &b.expr {
                for element in &list.elements {
                    self.documented(&left.ty, element);
                }
            } else if let Type::List(items) = &right.ty {
                self.documented(items, a);
            } else if let (Type::Object(fields), Expr::Literal(LiteralValue::String(text))) = (&right.ty, &a.expr)
                && !fields.contains_key(text.inner())
            {
                let message = format!("{} has no {}", self.text(right.node.place()), text.inner());
                let fault = Fault::new(self.parsed.span(a), message).meant(text.inner(), fields.keys().map(ArcStr::as_str));
                self.faults.push(fault);
            }
        }
        Part { known, ..self.two(expr, left, right, " in ", Op::In, Type::Bool) }
    }

    fn arithmetic(&mut self, expr: &IdedExpr, how: Arithmetic, a: &IdedExpr, b: &IdedExpr, facts: &Facts) -> Part<'s> {
        let (mut left, mut right) = (self.value(a, facts), self.value(b, facts));
        self.exact(&mut left, &right.ty, a);
        self.exact(&mut right, &left.ty, b);
        let Some(ty) = result(how, &left.ty, &right.ty) else {
            let (x, y) = (self.text(left.node.place()), self.text(right.node.place()));
            let message = format!("{x} is {} and {y} is {}: {} has no meaning", left.ty.describe(), right.ty.describe(), how.sign());
            let fault = Fault::new(self.parsed.span(expr), message);
            let texts = matches!((&left.ty, &right.ty), (Type::Text(_), _) | (_, Type::Text(_))) && how == Arithmetic::Add;
            return self.fault(expr, if texts { fault.help("make text of it: string(…)") } else { fault });
        };
        let key = format!("({}{}{})", left.key, how.sign(), right.key);
        let bad = left.bad || right.bad;
        Part { bad, ..self.part(expr, Op::Arithmetic(how, Box::new(left.node), Box::new(right.node)), ty, key) }
    }

    fn negate(&mut self, expr: &IdedExpr, a: &IdedExpr, facts: &Facts) -> Part<'s> {
        let of = self.value(a, facts);
        if !(of.ty.is_number() || matches!(of.ty, Type::Any | Type::Span)) {
            let message = format!("{} is {}, which has no negative", self.text(of.node.place()), of.ty.describe());
            return self.fault(expr, Fault::new(self.parsed.span(expr), message));
        }
        let (key, bad, ty) = (format!("-{}", of.key), of.bad, of.ty.clone());
        let op = match of.node.op {
            Op::Literal(Value::Double(double)) => Op::Literal(Value::Double(-double)),
            op => Op::Negate(Box::new(Node { op, span: of.node.span })),
        };
        Part { bad, ..self.part(expr, op, ty, key) }
    }
}

/// The type of an arithmetic result; none where it has no meaning.
fn result<'c>(how: Arithmetic, a: &Type<'c>, b: &Type<'c>) -> Option<Type<'c>> {
    let adds = matches!(how, Arithmetic::Add);
    let sums = matches!(how, Arithmetic::Add | Arithmetic::Subtract);
    Some(match (a, b) {
        (Type::Null | Type::Maybe(_), _) | (_, Type::Null | Type::Maybe(_)) => return None,
        (Type::Any, other) | (other, Type::Any) => match (other.fit(), how) {
            (Fit::Bool | Fit::Map, _) => return None,
            (Fit::Text | Fit::List, Arithmetic::Subtract | Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Remainder) => {
                return None;
            }
            (Fit::Text, Arithmetic::Add) => Type::TEXT,
            _ => Type::Any,
        },
        (Type::Int, Type::Int) => Type::Int,
        (a, b) if a.is_number() && b.is_number() => match (matches!(a, Type::Decimal) || matches!(b, Type::Decimal), how) {
            (true, _) => Type::Decimal,
            (false, Arithmetic::Remainder) => return None,
            (false, _) => Type::Double,
        },
        (Type::Text(_), Type::Text(_)) if adds => Type::TEXT,
        (Type::List(a), Type::List(b)) if adds => Type::list(a.as_ref().clone().join(b.as_ref().clone())),
        (Type::Time, Type::Span) if sums => Type::Time,
        (Type::Span, Type::Time) if adds => Type::Time,
        (Type::Span, Type::Span) if sums => Type::Span,
        (Type::Time, Type::Time) if how == Arithmetic::Subtract => Type::Span,
        _ => return None,
    })
}

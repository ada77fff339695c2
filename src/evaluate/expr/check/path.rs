//! Names, selections and presence: what a path leads to, and whether it may lead nowhere.

use super::facts::{Facts, Known, STEP};
use super::{Checker, Optional, Origin, Part};
use crate::evaluate::expr::Fault;

use crate::evaluate::expr::node::{Key, Op, Reach, Root};
use crate::evaluate::expr::types::{Fit, Type};
use crate::evaluate::expr::val::RESOURCE_KEYS;
use crate::model::path::Step;
use crate::model::{Gap, GapKind};
use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// The names that are always in scope.
pub const ROOTS: [(&str, Root); 10] = [
    ("account", Root::Account),
    ("environment", Root::Environment),
    ("name", Root::Name),
    ("now", Root::Now),
    ("params", Root::Params),
    ("properties", Root::Properties),
    ("region", Root::Region),
    ("resource", Root::Resource),
    ("state", Root::State),
    ("tags", Root::Tags),
];

/// Why a place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Its value is wanted: an optional place must be guarded.
    Value,
    /// Only whether it is there.
    Presence,
}

/// What a key leads to.
struct Found<'c> {
    ty: Type<'c>,
    optional: bool,
}

impl<'s> Checker<'s> {
    /// A name: an item of a comprehension, or a root.
    pub(super) fn name(&mut self, expr: &IdedExpr, name: &str) -> Part<'s> {
        let count = self.items.len();
        if let Some((position, bound)) = self.items.iter_mut().enumerate().rfind(|(_, bound)| bound.name == name) {
            bound.used = true;
            let (ty, origin, key) = (bound.ty.clone(), bound.origin.clone(), bound.key.clone());
            let depth = u8::try_from(count - 1 - position).unwrap_or(u8::MAX);
            return Part { origin, ..self.part(expr, Op::Item(depth), ty, key) };
        }
        let Some((_, root)) = ROOTS.iter().find(|(known, _)| *known == name) else {
            let fault = Fault::new(self.parsed.span(expr), format!("{name} is not known here"));
            let fault = if self.scope.functions.has_library(name) {
                fault.help(format!("{name} is a library: call one of its functions, {name}.…(…)"))
            } else if self.spec.is_some_and(|spec| spec.properties.fields().is_some_and(|fields| fields.contains_key(name))) {
                fault.help(format!("did you mean properties.{name}?"))
            } else {
                let items: Vec<String> = self.items.iter().map(|bound| bound.name.clone()).collect();
                fault.meant(name, ROOTS.iter().map(|(known, _)| *known).chain(items.iter().map(String::as_str)))
            };
            return self.fault(expr, fault);
        };
        self.root(expr, *root)
    }

    fn root(&mut self, expr: &IdedExpr, root: Root) -> Part<'s> {
        let own = |path: &[&str]| {
            let path = path.iter().map(|key| Step::Key((*key).into())).collect();
            Some(Origin { of: self.scope.resource_type.clone(), own: true, path })
        };
        let field = |pick: fn(&'s crate::model::catalogue::TypeSpec) -> &'s crate::model::catalogue::FieldType| {
            self.spec.map_or(Type::Any, |spec| Type::from(pick(spec)))
        };
        let (name, ty, origin) = match root {
            Root::Resource => ("resource", Type::Resource(self.scope.resource_type.clone(), self.spec), own(&[])),
            Root::Properties => ("properties", field(|spec| &spec.properties), own(&["properties"])),
            Root::State => ("state", field(|spec| &spec.state), own(&["state"])),
            Root::Tags => ("tags", Type::Map(Rc::new(Type::TEXT)), own(&["tags"])),
            Root::Name => ("name", Type::TEXT, own(&["name"])),
            Root::Account => ("account", Type::TEXT, own(&["account"])),
            Root::Region => ("region", Type::TEXT, own(&["region"])),
            Root::Environment => ("environment", Type::TEXT, None),
            Root::Params => ("params", Type::Params(self.scope.params), None),
            Root::Now => ("now", Type::Time, None),
        };
        match root {
            Root::Environment => self.reads.read_environment(),
            Root::Tags if self.spec.is_some_and(|spec| spec.tags.is_none()) => {
                return self.fault(expr, Fault::new(self.parsed.span(expr), format!("{} has no tags", self.scope.resource_type)));
            }
            _ => {}
        }
        Part { origin, ..self.part(expr, Op::Root(root), ty, name.to_owned()) }
    }

    /// A key of something.
    pub(super) fn select(
        &mut self,
        expr: &IdedExpr,
        mut base: Part<'s>,
        field: &str,
        at: Range<usize>,
        facts: &Facts,
        asking: Asking,
    ) -> Part<'s> {
        if let Type::Maybe(inner) = &base.ty {
            if asking == Asking::Value && self.optional == Optional::Guarded && !base.bad && !facts.not_null(&base.key) {
                let place = self.text(base.node.place());
                base.bad = true;
                self.faults
                    .push(Fault::new(base.node.place(), format!("{place} may be null")).help(format!("guard it: {place} != null && …")));
            }
            base.ty = inner.as_ref().clone();
        }
        let Some(Found { ty, optional }) = self.lookup(&base, field, at) else { return self.bad(expr) };
        // resource.properties and properties are one place.
        if let (Op::Root(Root::Resource), Some((_, root))) = (&base.node.op, ROOTS.iter().find(|(name, _)| *name == field)) {
            return self.root(expr, *root);
        }
        let key = format!("{}{STEP}{field}", base.key);
        let place = self.text(self.parsed.span(expr));
        let mut bad = base.bad;
        if optional && asking == Asking::Value && self.optional == Optional::Guarded && !bad && !facts.there(&key) {
            bad = true;
            self.faults
                .push(Fault::new(self.parsed.span(expr), format!("{place} may be absent")).help(format!("guard it: has({place}) && …")));
        }
        let reach = Reach {
            key: Key::new(field),
            fit: ty.fit(),
            place: place.into(),
            absent: Arc::new(Gap::new(GapKind::Absent, arcstr::format!("absent property: {place}"))),
        };
        let op = match base.node.op {
            Op::Root(root @ (Root::Resource | Root::Properties | Root::State | Root::Tags | Root::Params)) => {
                Op::Path(root, Box::new([reach]))
            }
            Op::Path(root, steps) => Op::Path(root, steps.into_iter().chain([reach]).collect()),
            op => Op::Select(Box::new(crate::evaluate::expr::node::Node { op, span: base.node.span }), reach),
        };
        let origin = base.origin.map(|origin| origin.step(Step::Key(field.into())));
        Part { origin, bad, ..self.part(expr, op, ty, key) }
    }

    /// What a key leads to; none where that is a fault, which is noted.
    fn lookup(&mut self, base: &Part<'s>, field: &str, at: Range<usize>) -> Option<Found<'s>> {
        let found = |ty: Type<'s>, optional: bool| Some(Found { ty, optional });
        let of = self.text(base.node.place());
        let fault = match &base.ty {
            Type::Any => return found(Type::Any, false),
            Type::Map(items) => return found(items.as_ref().clone(), true),
            Type::Object(fields) => match fields.get(field) {
                Some(known) => return found(Type::from(&known.ty), !known.always),
                None => {
                    let owner = base.origin.as_ref().map_or_else(String::new, |origin| format!(" ({})", origin.of));
                    Fault::new(at, format!("{of}{owner} has no {field}")).meant(field, fields.keys().map(arcstr::ArcStr::as_str))
                }
            },
            Type::Params(params) => match params.get(field) {
                Some(ty) => return found(Type::from(ty), false),
                None => {
                    Fault::new(at, format!("the rule has no parameter {field}")).meant(field, params.keys().map(arcstr::ArcStr::as_str))
                }
            },
            Type::Made(fields) => match fields.iter().find(|(name, _)| *name == field) {
                Some((_, kind)) => return found(Type::from(*kind), false),
                None => Fault::new(at, format!("{of} has no {field}")).meant(field, fields.iter().map(|(name, _)| *name)),
            },
            Type::Resource(_, spec) => match field {
                "properties" => return found(spec.map_or(Type::Any, |spec| Type::from(&spec.properties)), false),
                "state" => return found(spec.map_or(Type::Any, |spec| Type::from(&spec.state)), false),
                "tags" => return found(Type::Map(Rc::new(Type::TEXT)), false),
                "account" | "id" | "name" | "region" | "type" => return found(Type::TEXT, false),
                _ => Fault::new(at, format!("a resource has no {field}"))
                    .help(format!("it has {}", RESOURCE_KEYS.join(", ")))
                    .meant(field, RESOURCE_KEYS),
            },
            other => Fault::new(at, format!("{of} is {}, which has no {field}", other.describe())),
        };
        self.faults.push(fault);
        None
    }

    /// `has(a.b)`: true where it is there. Nothing above it need be there either: `has(a.b.c)` is false without `a.b`.
    pub(super) fn has(&mut self, expr: &IdedExpr, asked: &IdedExpr, facts: &Facts) -> Part<'s> {
        let Some((of, key, at)) = self.selection(asked) else {
            let fault =
                Fault::new(self.parsed.span(asked), "has() asks for a place such as properties.Tier").help("write has(a.b) or 'b' in a");
            return self.fault(expr, fault);
        };
        let base = self.presence(of, facts);
        if base.bad {
            return self.bad(expr);
        }
        let part = self.select(asked, base, &key, at, facts, Asking::Presence);
        if part.bad {
            return self.bad(expr);
        }
        self.read_itself(&part);
        let known = Known::present(&part.key);
        let (text, fit) = (key, part.ty.fit());
        let of = match part.node.op {
            // `resource.properties` became a root, which is always there.
            Op::Root(_) => {
                return Part { known, ..self.part(expr, Op::Literal(crate::model::Value::Bool(true)), Type::Bool, "true".to_owned()) };
            }
            Op::Path(root, steps) => {
                let mut steps = steps.into_vec();
                steps.pop();
                if steps.is_empty() { Op::Root(root) } else { Op::Path(root, steps.into()) }
            }
            Op::Select(of, _) => of.op,
            other => other,
        };
        let of = crate::evaluate::expr::node::Node { op: of, span: part.node.span };
        let node_key = format!("has({})", part.key);
        Part { known, ..self.part(expr, Op::Has(Box::new(of), Key::new(text), fit), Type::Bool, node_key) }
    }

    /// A place that is only asked for: on the way to it, nothing need be guarded.
    fn presence(&mut self, expr: &IdedExpr, facts: &Facts) -> Part<'s> {
        match self.selection(expr) {
            Some((of, key, at)) => {
                let base = self.presence(of, facts);
                if base.bad { base } else { self.select(expr, base, &key, at, facts, Asking::Presence) }
            }
            None => self.place(expr, facts),
        }
    }

    /// `a.b` or `a['b']`: what is selected from, the key, and where the key stands.
    pub(super) fn selection<'e>(&self, expr: &'e IdedExpr) -> Option<(&'e IdedExpr, String, Range<usize>)> {
        match &expr.expr {
            Expr::Select(select) => Some((&select.operand, select.field.clone(), self.parsed.field(expr))),
            Expr::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
                [of, at] => match &at.expr {
                    Expr::Literal(LiteralValue::String(text)) => Some((of, text.inner().to_owned(), self.parsed.token(at))),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// `a[b]`
    pub(super) fn index(&mut self, expr: &IdedExpr, of: &IdedExpr, at: &IdedExpr, facts: &Facts) -> Part<'s> {
        let base = self.place(of, facts);
        if let Some((_, key, span)) = self.selection(expr)
            && !matches!(base.ty, Type::List(_))
        {
            return self.select(expr, base, &key, span, facts, Asking::Value);
        }
        let at_part = self.value(at, facts);
        let key = entry_key(&base.key, &at_part.key);
        let fixed = match (&at.expr, &base.ty) {
            (Expr::Literal(LiteralValue::Int(int)), Type::List(_) | Type::Any) => usize::try_from(*int.inner()).ok(),
            _ => None,
        };
        let origin = match fixed {
            Some(position) => base.origin.as_ref().map(|origin| origin.step(Step::Index(position))),
            None => {
                self.read_whole(&base);
                None
            }
        };
        let mut bad = base.bad || at_part.bad;
        let ty = match (&base.ty, at_part.ty.fit()) {
            (Type::Any, Fit::Any | Fit::Int | Fit::Text) => Type::Any,
            (Type::List(items), Fit::Any | Fit::Int) => items.as_ref().clone(),
            (Type::Map(items), Fit::Any | Fit::Text) => {
                if !bad && self.optional == Optional::Guarded && !facts.there(&key) {
                    bad = true;
                    let (map, wanted) = (self.text(base.node.place()), self.text(self.parsed.span(at)));
                    self.faults.push(
                        Fault::new(self.parsed.span(expr), format!("{map} may have no {wanted}"))
                            .help(format!("guard it: {wanted} in {map} && …")),
                    );
                }
                items.as_ref().clone()
            }
            (Type::Object(_) | Type::Params(_) | Type::Made(_) | Type::Resource(..), Fit::Any | Fit::Text) => Type::Any,
            (base_ty, _) => {
                let message = format!("{} has no item at {}", base_ty.describe(), at_part.ty.describe());
                if !bad {
                    self.faults.push(Fault::new(self.parsed.span(expr), message));
                }
                return self.bad(expr);
            }
        };
        Part { origin, bad, ..self.part(expr, Op::Index(Box::new(base.node), Box::new(at_part.node)), ty, key) }
    }
}

/// The key of the place that an index leads to: that of a selection, where the index is a literal text.
pub fn entry_key(of: &str, at: &str) -> String {
    match at.strip_prefix("text:").and_then(|json| serde_json::from_str::<String>(json).ok()) {
        Some(field) => format!("{of}{STEP}{field}"),
        None => format!("{of}[{at}]"),
    }
}

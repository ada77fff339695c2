//! `find(type, name)`, `all(type)`, `related(type)`: the type is a literal, so that what is read of it is known at load.

use super::facts::Facts;
use super::{Checker, Origin, Part};
use crate::evaluate::expr::node::Op;
use crate::evaluate::expr::types::Type;
use crate::evaluate::expr::{Depth, Fault, Read};
use crate::model::ResourceType;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use std::rc::Rc;

impl<'s> Checker<'s> {
    /// `find('AWS::Logs::LogGroup', '/aws/lambda/' + name)`
    pub(super) fn find(&mut self, expr: &IdedExpr, resource_type: &IdedExpr, name: &IdedExpr, facts: &Facts) -> Part<'s> {
        let found = self.resource_type("find", resource_type);
        let part = self.value(name, facts);
        if !matches!(part.ty, Type::Text(_) | Type::Any) {
            let message = format!("find() looks for a name, and {} is {}", self.text(part.node.place()), part.ty.describe());
            self.faults.push(Fault::new(self.parsed.span(name), message));
        }
        let Some((resource_type, ty, origin)) = found else { return self.bad(expr) };
        let key = format!("find({resource_type},{})", part.key);
        let bad = part.bad;
        Part { origin: Some(origin), bad, ..self.part(expr, Op::Find(resource_type, Box::new(part.node)), Type::Maybe(Rc::new(ty)), key) }
    }

    /// `all('AWS::Lambda::Function')`, `related('AWS::Logs::LogGroup')`
    pub(super) fn others(&mut self, expr: &IdedExpr, name: &str, resource_type: &IdedExpr, op: fn(ResourceType) -> Op) -> Part<'s> {
        let Some((resource_type, ty, origin)) = self.resource_type(name, resource_type) else { return self.bad(expr) };
        if name == "related" {
            self.reads_relations(&resource_type);
        }
        let key = format!("{name}({resource_type})");
        Part { origin: Some(origin), ..self.part(expr, op(resource_type), Type::list(ty), key) }
    }

    /// What relates the judged resource to one of another type must be read for that: a relation that nobody asked for
    /// would look like none.
    fn reads_relations(&mut self, other: &ResourceType) {
        let judged = self.scope.resource_type;
        for (from, to) in [(judged, other), (other, judged)] {
            let relations = self.scope.catalogue.find(from).map(|spec| spec.relations.as_slice()).unwrap_or_default();
            for relation in relations.iter().filter(|relation| relation.to == *to) {
                let read = Read { resource_type: from.clone(), path: relation.path.clone(), depth: Depth::Whole };
                self.reads.add(read, false);
            }
        }
    }

    fn resource_type(&mut self, function: &str, expr: &IdedExpr) -> Option<(ResourceType, Type<'s>, Origin)> {
        let Expr::Literal(LiteralValue::String(text)) = &expr.expr else {
            let fault = Fault::new(self.parsed.span(expr), format!("{function}() needs a type in quotes, such as 'AWS::Logs::LogGroup'"));
            self.faults.push(fault);
            return None;
        };
        let resource_type = ResourceType::from(text.inner());
        let spec = self.scope.catalogue.find(&resource_type);
        if spec.is_none() && resource_type != *self.scope.resource_type {
            let known = self.scope.catalogue.types().map(|spec| spec.resource_type.as_str());
            let fault = Fault::new(self.parsed.span(expr), format!("{resource_type} is not a type that is collected"));
            self.faults.push(fault.meant(resource_type.as_str(), known));
            return None;
        }
        self.reads.list(resource_type.clone());
        let origin = Origin { of: resource_type.clone(), own: false, path: Vec::new() };
        let ty = Type::Resource(resource_type.clone(), spec);
        Some((resource_type, ty, origin))
    }
}

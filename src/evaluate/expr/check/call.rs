//! Calls: functions of the language, of libraries and over other resources. A name that nothing declares is a fault now,
//! not when the rule runs.

use super::facts::Facts;
use super::{Checker, Part};
use crate::evaluate::expr::Fault;
use crate::evaluate::expr::builtin::{self, Builtin, Style};
use crate::evaluate::expr::node::{Node, Op, Root};
use crate::evaluate::expr::types::Type;
use crate::evaluate::expr::val::Val;
use crate::model::Value;
use crate::model::function::Function;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

/// Names that are functions without being in the table, for suggestions and for the check of what is called how.
const SPECIAL: [&str; 11] = ["all", "exists", "exists_one", "existsOne", "filter", "find", "has", "map", "matches", "related", "size"];
/// What optional values bring.
const HIDING: [&str; 7] = ["hasValue", "optFlatMap", "optMap", "or", "orValue", "unwrapOpt", "value"];

impl<'s> Checker<'s> {
    pub(super) fn call(&mut self, expr: &IdedExpr, call: &CallExpr, facts: &Facts) -> Part<'s> {
        let name = call.func_name.as_str();
        if let Some(Expr::Ident(library)) = call.target.as_ref().map(|target| &target.expr)
            && !self.items.iter().any(|bound| bound.name == *library)
        {
            if let Some(function) = self.scope.functions.find(&format!("{library}.{name}")) {
                return self.library(expr, function, &call.args, facts);
            }
            if self.scope.functions.has_library(library) {
                let known =
                    self.scope.functions.iter().filter_map(|function| function.name.split_once('.')).filter(|(of, _)| of == library);
                let fault = Fault::new(self.parsed.called(expr), format!("{library} has no function {name}"));
                return self.fault(expr, fault.meant(name, known.map(|(_, name)| name)));
            }
        }
        let optional = matches!(call.target.as_ref().map(|target| &target.expr), Some(Expr::Ident(library)) if library == "optional");
        if optional || (HIDING.contains(&name) && call.target.is_some()) {
            let fault = Fault::new(self.parsed.called(expr), "optional values hide what could not be read, so they are off");
            return self.fault(expr, fault.help("guard with has(), as in has(a.b) && a.b"));
        }
        let args: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        match (name, call.target.is_some(), args.as_slice()) {
            ("matches", _, [of, pattern]) => self.matches(expr, of, pattern, facts),
            ("find", false, [resource_type, wanted]) => self.find(expr, resource_type, wanted, facts),
            ("all", false, [resource_type]) => self.others(expr, name, resource_type, Op::Everything),
            ("related", false, [resource_type]) => self.others(expr, name, resource_type, Op::Related),
            _ => match builtin::find(name) {
                Some(builtin) => self.builtin(expr, builtin, call.target.is_some(), &args, facts),
                None => self.unknown(expr, name),
            },
        }
    }

    fn unknown(&mut self, expr: &IdedExpr, name: &str) -> Part<'s> {
        let fault = Fault::new(self.parsed.called(expr), format!("there is no function {name} to be called so"));
        let usage = match name {
            "all" | "exists" | "exists_one" | "existsOne" | "filter" | "map" => Some(format!("write xs.{name}(x, …)")),
            "has" => Some("write has(a.b)".to_owned()),
            "find" => Some("write find('AWS::Logs::LogGroup', 'name')".to_owned()),
            "related" => Some("write related('AWS::Logs::LogGroup')".to_owned()),
            "matches" => Some("write text.matches('pattern')".to_owned()),
            "now" => Some("now is a value: write it without brackets".to_owned()),
            _ => None,
        };
        let fault = match usage {
            Some(usage) => fault.help(usage),
            None => {
                let libraries = self.scope.functions.iter().map(|function| function.name);
                fault.meant(name, builtin::ALL.iter().map(|builtin| builtin.name).chain(SPECIAL).chain(libraries))
            }
        };
        self.fault(expr, fault)
    }

    fn builtin(&mut self, expr: &IdedExpr, builtin: &'static Builtin, method: bool, args: &[&IdedExpr], facts: &Facts) -> Part<'s> {
        let called = self.parsed.called(expr);
        match (builtin.style, method) {
            (Style::Both, _) | (Style::Global, false) | (Style::Method, true) => {}
            (Style::Global, true) | (Style::Method, false) => {
                return self.fault(
                    expr,
                    Fault::new(called, format!("{} is called otherwise", builtin.name)).help(format!("as in {}", builtin.example)),
                );
            }
        }
        // How many there are is known without what lies inside.
        let shallow = builtin.name == "size";
        let mut parts = Vec::new();
        for arg in args {
            let part = self.place(arg, facts);
            if shallow {
                self.read_itself(&part)
            } else {
                self.read_whole(&part)
            }
            parts.push(part);
        }
        let bad = parts.iter().any(|part| part.bad);
        let accepted = builtin.overloads.iter().find(|(takes, _)| {
            takes.len() == parts.len() && takes.iter().zip(&parts).all(|(takes, part)| part.bad || takes.accepts(&part.ty))
        });
        let Some((_, gives)) = accepted else {
            let given = parts.iter().map(|part| part.ty.describe()).collect::<Vec<_>>().join(", ");
            let takes: Vec<String> = builtin
                .overloads
                .iter()
                .map(|(takes, _)| takes.iter().map(|takes| takes.describe()).collect::<Vec<_>>().join(", "))
                .collect();
            let message = format!("{}() does not take {given}; it takes {}", builtin.name, takes.join(", or "));
            return self.fault(expr, Fault::new(called, message).help(format!("as in {}", builtin.example)));
        };
        let key = format!("{}({})", builtin.name, parts.iter().map(|part| part.key.as_str()).collect::<Vec<_>>().join(","));
        let nodes: Vec<Node> = parts.into_iter().map(|part| part.node).collect();
        if let Some(value) = fixed(builtin, &nodes) {
            return match value {
                Ok(value) => Part { bad, ..self.part(expr, Op::Literal(value), gives.ty(), key) },
                Err(detail) => self.fault(expr, Fault::new(self.parsed.span(expr), detail)),
            };
        }
        Part { bad, ..self.part(expr, Op::Call(builtin, nodes.into()), gives.ty(), key) }
    }

    fn matches(&mut self, expr: &IdedExpr, of: &IdedExpr, pattern: &IdedExpr, facts: &Facts) -> Part<'s> {
        let part = self.value(of, facts);
        let Expr::Literal(LiteralValue::String(text)) = &pattern.expr else {
            let fault = Fault::new(
                self.parsed.span(pattern),
                "the pattern of matches() must be a literal: it is compiled once, when the rule is loaded",
            );
            return self.fault(expr, fault);
        };
        if !matches!(part.ty, Type::Text(_) | Type::Any) {
            let message = format!("matches() needs text, and {} is {}", self.text(part.node.place()), part.ty.describe());
            return self.fault(expr, Fault::new(self.parsed.span(of), message));
        }
        let limited = regex::RegexBuilder::new(text.inner()).size_limit(1 << 20).dfa_size_limit(1 << 20).build();
        match limited {
            Ok(regex) => {
                let key = format!("matches({},{:?})", part.key, text.inner());
                Part { bad: part.bad, ..self.part(expr, Op::Matches(Box::new(part.node), regex), Type::Bool, key) }
            }
            Err(error) => {
                let told = error.to_string();
                let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.fault(expr, Fault::new(self.parsed.span(pattern), format!("this pattern cannot be compiled: {reason}")))
            }
        }
    }

    fn library(&mut self, expr: &IdedExpr, function: &'static Function, args: &[IdedExpr], facts: &Facts) -> Part<'s> {
        let parts: Vec<Part<'s>> = args.iter().map(|arg| self.value(arg, facts)).collect();
        if parts.len() != function.parameters.len() {
            let wanted = function.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ");
            let message = format!("{} takes {} arguments, not {}", function.name, function.parameters.len(), parts.len());
            let fault = Fault::new(self.parsed.called(expr), message).help(format!("write {}({wanted})", function.name));
            return self.fault(expr, fault);
        }
        for (parameter, (part, arg)) in function.parameters.iter().zip(parts.iter().zip(args)) {
            let wanted = Type::from(parameter.kind);
            if !part.bad && (!wanted.may_equal(&part.ty) || (matches!(part.ty, Type::Null) && !matches!(wanted, Type::Any))) {
                let message = format!(
                    "{} of {} is {}, and {} is {}",
                    parameter.name,
                    function.name,
                    wanted.describe(),
                    self.text(part.node.place()),
                    part.ty.describe()
                );
                self.faults.push(Fault::new(self.parsed.span(arg), message));
            }
        }
        let lasting = |part: &Part<'s>| {
            // A list literal is known by its address in this program, which may not outlive the answer.
            part.origin.is_some()
                || matches!(part.node.op, Op::Root(Root::Name | Root::Account | Root::Region))
                || matches!(&part.node.op, Op::Literal(value) if value.as_list().is_none())
        };
        let keep = parts.iter().all(lasting);
        let key = format!("{}({})", function.name, parts.iter().map(|part| part.key.as_str()).collect::<Vec<_>>().join(","));
        let bad = parts.iter().any(|part| part.bad);
        let nodes: Vec<Node> = parts.into_iter().map(|part| part.node).collect();
        Part { bad, ..self.part(expr, Op::Library(function, nodes.into(), keep), Type::from(function.returns), key) }
    }
}

/// The answer of a function to literals: worked out once, and a fault where it is a failure.
fn fixed(builtin: &'static Builtin, nodes: &[Node]) -> Option<Result<Value, String>> {
    let values: Option<Vec<Val<'_>>> = nodes
        .iter()
        .map(|node| match &node.op {
            Op::Literal(value) => Some(Val::from(value)),
            _ => None,
        })
        .collect();
    let answer = (builtin.run)(&values?);
    match answer.gap() {
        Some(gap) => Some(Err(gap.detail.to_string())),
        None => match answer.to_value() {
            Value::List(_) | Value::Map(_) => None,
            value => Some(Ok(value)),
        },
    }
}

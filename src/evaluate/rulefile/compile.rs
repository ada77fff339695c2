//! The expressions of a rule, compiled; what is wrong in one is drawn under its own line of the file.

use super::check::Checks;
use super::{RawExpression, RawRule};
use crate::diag::Faults;
use crate::evaluate::expr::{self, Demand, Fault, Guarantees, Program, Reads, Scope, Template};
use crate::evaluate::rule::Each;
use crate::model::catalogue::FieldType;
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use std::collections::BTreeMap;

/// All expressions of a rule.
pub struct Code {
    /// `each`.
    pub each: Option<Each>,
    /// `when`.
    pub when: Option<Program>,
    /// `assert`.
    pub assert: Program,
    /// `message`.
    pub message: Template,
    /// `savings`.
    pub savings: Option<Program>,
    /// `replacement`.
    pub replacement: Option<Program>,
    /// `required_tags`.
    pub required_tags: Option<Program>,
    /// All that they read.
    pub reads: Reads,
}

/// Compiles every expression, so that the mistakes of all of them are seen; none comes back where one has a mistake.
pub fn compile(raw: &RawRule, resource_type: &ResourceType, checks: &Checks<'_>, faults: &mut Faults) -> Option<Code> {
    let params: BTreeMap<ArcStr, FieldType> = raw.parameters.iter().map(|known| (known.name.clone(), known.ty.clone())).collect();
    let scope = Scope {
        catalogue: checks.catalogue,
        resource_type,
        params: &params,
        functions: &checks.functions,
        guaranteed: Guarantees::NONE,
        demand: Demand::Boolean,
        each: None,
    };
    let mut compiler = Compiler { faults, reads: Reads::default() };
    let when = raw.when.as_ref().map(|when| compiler.program(when, &scope));
    let guaranteed = match &when {
        Some(Some(when)) => when.guarantees().clone(),
        Some(None) | None => Guarantees::NONE.clone(),
    };
    let mut scope = Scope { guaranteed: &guaranteed, ..scope };
    let mut each = None;
    if let Some(raw) = &raw.each {
        // Without the list nothing is known of its items: what speaks of them is no second mistake.
        let raw = raw.as_ref()?;
        let list = compiler.program(&raw.list, &Scope { demand: Demand::List, ..scope })?;
        scope.each = Some(expr::Each { name: &raw.name.text, list: &raw.list.text });
        let key = compiler.program(&raw.key, &Scope { demand: Demand::Anything, ..scope });
        let name = Path::root(raw.name.text.clone());
        each = Some(key.map(|key| Each { name, list, key }));
    }
    let assert = raw.assert.as_ref().and_then(|assert| compiler.program(assert, &scope));
    let message = raw.message.as_ref().and_then(|message| compiler.template(message, &Scope { demand: Demand::Anything, ..scope }));
    let savings = raw.savings.as_ref().map(|savings| compiler.program(savings, &Scope { demand: Demand::Amount, ..scope }));
    let replacement = raw.replacement.as_ref().map(|raw| compiler.program(raw, &Scope { demand: Demand::Anything, ..scope }));
    let keys = raw.required_tags.as_ref().map(|keys| compiler.program(keys, &Scope { demand: Demand::List, ..scope }));
    let reads = compiler.reads;
    Some(Code {
        each: whole(each)?,
        when: whole(when)?,
        assert: assert?,
        message: message?,
        savings: whole(savings)?,
        replacement: whole(replacement)?,
        required_tags: whole(keys)?,
        reads,
    })
}

/// An expression that is there must have compiled.
fn whole<T>(compiled: Option<Option<T>>) -> Option<Option<T>> {
    match compiled {
        Some(None) => None,
        Some(Some(code)) => Some(Some(code)),
        None => Some(None),
    }
}

struct Compiler<'a> {
    faults: &'a mut Faults,
    reads: Reads,
}

impl Compiler<'_> {
    fn program(&mut self, raw: &RawExpression, scope: &Scope<'_>) -> Option<Program> {
        match expr::compile(&raw.text, scope) {
            Ok(program) => {
                self.reads.join(program.reads());
                Some(program)
            }
            Err(found) => self.report(raw, found),
        }
    }

    fn template(&mut self, raw: &RawExpression, scope: &Scope<'_>) -> Option<Template> {
        match Template::compile(&raw.text, scope) {
            Ok(template) => {
                self.reads.join(template.reads());
                Some(template)
            }
            Err(found) => self.report(raw, found),
        }
    }

    fn report<T>(&mut self, raw: &RawExpression, found: Vec<Fault>) -> Option<T> {
        let source = self.faults.source().clone();
        for Fault { span, message, help } in found {
            let start = raw.node.locate(&source, span.start);
            let end = raw.node.locate(&source, span.end).max(start);
            match help {
                Some(help) => self.faults.add_with_help(&(start..end), message, help),
                None => self.faults.add(&(start..end), message),
            }
        }
        None
    }
}

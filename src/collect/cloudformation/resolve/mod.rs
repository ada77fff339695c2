//! A template's intrinsic functions worked out, as far as they can be before it is deployed.
//!
//! What cannot be told is a gap that says why: a parameter without a default, an id that AWS makes, another stack's output.
//! Nothing is guessed, and no value of a `NoEcho` parameter or of a dynamic reference is ever made. Each text that is made is
//! counted against a budget: templates of a few lines could else make gigabytes by naming themselves twice in each next one.

mod condition;
mod list;
mod text;

use super::identity::Identities;
use super::place::Deployment;
use super::reference;
use super::section::Sections;
use super::told::Told;
use crate::diag::Faults;
use crate::diag::yaml::{Key, Kind, Node};
use crate::model::{Gap, GapKind};
use arcstr::ArcStr;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

pub use condition::Truth;

/// All text that a template may make: many times of what CloudFormation's own limits let through.
const MOST_TEXT: usize = 64 << 20;
/// The most mistakes that are told: whoever has more mends these first.
const MOST_FAULTS: usize = 100;
/// The longest chain of names that are made of other names.
const DEEPEST: usize = 48;

/// A template in a place, with what was worked out so far.
#[derive(Debug)]
pub struct Resolver<'a> {
    /// The template.
    pub sections: &'a Sections<'a>,
    /// Where it would be deployed.
    pub deployment: &'a Deployment,
    /// Whether macros make what is not seen here.
    pub expanded: bool,
    /// Who its resources will be.
    pub identities: Identities,
    faults: RefCell<Faults>,
    told: RefCell<BTreeSet<(usize, String)>>,
    conditions: RefCell<HashMap<ArcStr, Truth>>,
    depth: Cell<usize>,
    budget: Cell<usize>,
}

/// A gap that nothing before the deployment can fill.
pub fn gap(detail: impl Into<ArcStr>) -> Told {
    Told::Gap(Arc::new(Gap::new(GapKind::KnownAfterApply, detail)))
}

impl<'a> Resolver<'a> {
    /// A template that would be deployed there.
    pub fn new(sections: &'a Sections<'a>, deployment: &'a Deployment, faults: Faults) -> Self {
        Self {
            sections,
            deployment,
            expanded: !sections.macros.is_empty() || !sections.loops.is_empty(),
            identities: Identities::new(sections),
            faults: RefCell::new(faults),
            told: RefCell::default(),
            conditions: RefCell::default(),
            depth: Cell::new(0),
            budget: Cell::new(MOST_TEXT),
        }
    }

    /// What was found wrong on the way.
    pub fn into_faults(self) -> Faults {
        self.faults.into_inner()
    }

    /// Notes a mistake once, however often the place is worked out.
    pub(super) fn fault(&self, span: &Range<usize>, message: impl Into<String>) {
        let message = message.into();
        let more = self.told.borrow().len() < MOST_FAULTS;
        if more && self.told.borrow_mut().insert((span.start, message.clone())) {
            self.faults.borrow_mut().add(span, message);
        }
    }

    /// The value of a node; null where `AWS::NoValue` takes it away.
    pub fn value(&self, node: &Node) -> Told {
        self.optional(node).unwrap_or(Told::Null)
    }

    /// The value of a node; none where `AWS::NoValue` takes it away.
    pub fn optional(&self, node: &Node) -> Option<Told> {
        Some(match &node.kind {
            Kind::Null => Told::Null,
            Kind::Bool(bool) => Told::Bool(*bool),
            Kind::Int(int) => Told::Int(*int),
            Kind::Number(text) => Told::Number(text.clone()),
            Kind::Str(text) => Told::Text(text.clone()),
            Kind::List(items) => Told::List(items.iter().filter_map(|item| self.optional(item)).collect()),
            Kind::Map(entries) => match entries.as_slice() {
                [(key, argument)] if key.text == "Ref" => return self.reference(argument),
                [(key, argument)] if key.text.starts_with("Fn::") => return self.function(key, argument),
                entries => {
                    if let Some((key, _)) = entries.iter().find(|(key, _)| is_function(&key.text)) {
                        self.fault(&key.span, format!("{} must stand alone in its map", key.text));
                    }
                    let told = |(key, node): &(Key, Node)| Some((key.text.clone(), self.optional(node)?));
                    Told::Map(entries.iter().filter_map(told).collect::<BTreeMap<_, _>>())
                }
            },
        })
    }

    fn reference(&self, argument: &Node) -> Option<Told> {
        let Some(name) = argument.as_str() else {
            self.fault(&argument.span, format!("Ref must name a resource or parameter, not {}", argument.describe()));
            return Some(gap("a Ref that names nothing"));
        };
        if name == "AWS::NoValue" {
            return None;
        }
        Some(self.named(name))
    }

    /// What a name stands for: a pseudo parameter, a parameter, a resource.
    pub(super) fn named(&self, name: &str) -> Told {
        if reference::PSEUDO.contains(&name) {
            return self.deployment.pseudo(name);
        }
        if let Some(parameter) = self.sections.parameters.get(name) {
            return self.charged(super::parameter::default(name, parameter));
        }
        self.deeper(|| self.identities.reference(self, name))
    }

    fn function(&self, key: &Key, argument: &Node) -> Option<Told> {
        let told = match key.text.as_str() {
            "Fn::If" => return self.choice(argument),
            "Fn::GetAtt" => self.attribute(argument),
            "Fn::Sub" => self.substitute(argument),
            "Fn::Join" => self.join(argument),
            "Fn::Select" => return Some(self.select(argument)),
            "Fn::Split" => self.split(argument),
            "Fn::FindInMap" => self.find_in_map(argument),
            "Fn::Base64" => self.base64(argument),
            "Fn::Cidr" => self.cidr(argument),
            "Fn::Length" => self.length(argument),
            "Fn::ToJsonString" => self.json_text(argument),
            "Fn::ImportValue" => gap("an output of another stack (Fn::ImportValue)"),
            "Fn::GetStackOutput" => gap("an output of another stack (Fn::GetStackOutput)"),
            "Fn::GetAZs" => gap("the zones of the region and account (Fn::GetAZs)"),
            "Fn::Transform" => gap("what a macro makes (Fn::Transform), which is not resolved"),
            name if name.starts_with("Fn::ForEach") => gap("what a loop makes (Fn::ForEach), which is not resolved"),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                self.fault(&key.span, format!("{} stands only in conditions", key.text));
                gap("a condition where a value should stand")
            }
            unknown if self.expanded => gap(arcstr::format!("what {unknown} makes, which is not resolved")),
            unknown => {
                let near = crate::diag::suggest(unknown, FUNCTIONS).map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
                self.fault(&key.span, format!("unknown function {unknown:?}{near}"));
                gap("an unknown function")
            }
        };
        Some(told)
    }

    /// `Fn::If`: the branch that its condition chooses.
    fn choice(&self, argument: &Node) -> Option<Told> {
        let Kind::List(parts) = &argument.kind else { return Some(self.malformed(argument, "Fn::If", "a condition and two values")) };
        let [condition, yes, no] = parts.as_slice() else {
            return Some(self.malformed(argument, "Fn::If", "a condition and two values"));
        };
        let Some(name) = condition.as_str() else {
            return Some(self.malformed(condition, "Fn::If", "the name of a condition first"));
        };
        if !self.sections.conditions.contains_key(name.as_str()) {
            let near = crate::diag::suggest(name, self.sections.conditions.keys().copied());
            let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
            self.fault(&condition.span, format!("unknown condition {:?}{near}", name.as_str()));
            return Some(gap("a condition that is not there"));
        }
        match self.truth(name) {
            Truth::Known(true) => self.optional(yes),
            Truth::Known(false) => self.optional(no),
            Truth::Unknown(why) => {
                // Where both are the same, the condition decides nothing.
                let (yes, no) = (self.optional(yes), self.optional(no));
                if yes == no && yes.as_ref().is_none_or(|told| told.first_gap().is_none()) {
                    return yes;
                }
                Some(gap(arcstr::format!("condition {name} is not known: {}", why.detail)))
            }
        }
    }

    fn attribute(&self, argument: &Node) -> Told {
        let Some((logical, attribute)) = reference::attribute(argument) else {
            return self.malformed(argument, "Fn::GetAtt", "a resource and an attribute");
        };
        let Some(attribute) = attribute else {
            // The attribute's name is worked out itself: no attribute that is known here is chosen so.
            return gap(arcstr::format!("an attribute of {logical} that AWS tells"));
        };
        self.deeper(|| self.identities.attribute(self, logical, attribute))
    }

    /// Works something out one level deeper; a gap where that goes too deep.
    fn deeper(&self, work: impl FnOnce() -> Told) -> Told {
        if self.depth.get() >= DEEPEST {
            return gap("names that are made of names of names, deeper than is followed");
        }
        self.depth.set(self.depth.get() + 1);
        let told = work();
        self.depth.set(self.depth.get() - 1);
        told
    }

    /// The same of a condition.
    fn deeper_truth(&self, work: impl FnOnce() -> Truth) -> Truth {
        if self.depth.get() >= DEEPEST {
            return Truth::unknown("it asks for conditions of conditions, deeper than is followed");
        }
        self.depth.set(self.depth.get() + 1);
        let truth = work();
        self.depth.set(self.depth.get() - 1);
        truth
    }

    /// A list that may be named many times, counted as often.
    pub(super) fn charged(&self, told: Told) -> Told {
        let size = size(&told);
        match self.budget.get().checked_sub(size) {
            Some(left) => {
                self.budget.set(left);
                told
            }
            None => gap("more text than a template may make"),
        }
    }

    /// Text that was made, counted.
    fn made(&self, text: impl Into<ArcStr>) -> Told {
        let text = text.into();
        match self.budget.get().checked_sub(text.len()) {
            Some(left) => {
                self.budget.set(left);
                Told::Text(text)
            }
            None => gap("more text than a template may make"),
        }
    }

    fn malformed(&self, node: &Node, function: &str, wanted: &str) -> Told {
        self.fault(&node.span, format!("{function} takes {wanted}"));
        gap(arcstr::format!("a {function} of another form"))
    }
}

/// What a list or map costs to copy; text is shared and costs nothing.
fn size(told: &Told) -> usize {
    match told {
        Told::List(items) => items.iter().map(|item| 32 + size(item)).sum(),
        Told::Map(entries) => entries.values().map(|item| 64 + size(item)).sum(),
        Told::Null | Told::Bool(_) | Told::Int(_) | Told::Number(_) | Told::Text(_) | Told::Gap(_) => 0,
    }
}

/// What stands there without any function: mappings have none.
pub fn literal(node: &Node) -> Told {
    match &node.kind {
        Kind::Null => Told::Null,
        Kind::Bool(bool) => Told::Bool(*bool),
        Kind::Int(int) => Told::Int(*int),
        Kind::Number(text) => Told::Number(text.clone()),
        Kind::Str(text) => Told::Text(text.clone()),
        Kind::List(items) => Told::List(items.iter().map(literal).collect()),
        Kind::Map(entries) => Told::Map(entries.iter().map(|(key, node)| (key.text.clone(), literal(node))).collect()),
    }
}

/// The functions that there are, for suggestions.
const FUNCTIONS: [&str; 20] = [
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::ForEach",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
];

fn is_function(key: &str) -> bool {
    FUNCTIONS.contains(&key) && key != "Fn::Transform" && key != "Fn::ForEach"
}

//! An explanation for people at a terminal: what was read, then each expression as an indented tree.

use super::Explained;
use crate::evaluate::explain::{Explanation, HeldParameter, Step};
use crate::evaluate::expr::{Part, Shape, Traced};
use crate::inventory::{Holds, Tried};
use crate::model::inventory::Known;
use crate::model::{Gap, Value};
use crate::telemetry::printable;
use std::fmt::Write as _;

/// The most characters of a value; what is longer is cut, and says so.
const WIDEST: usize = 120;
/// The most characters of the body of a comprehension that is written again for each item.
const LONGEST_BODY: usize = 60;
/// The most items of a list of resources that are named.
const NAMED: usize = 5;

/// The rule; with resources, what it says of each instead of how to mend it.
pub fn write(explanation: &Explanation, resources: &[Explained<'_>]) -> String {
    let mut text = Text(String::new());
    text.head(explanation);
    if resources.is_empty() {
        text.rule(explanation);
    }
    for explained in resources {
        text.resource(explanation, explained);
    }
    text.0
}

struct Text(String);

impl Text {
    /// One line; control characters never reach the terminal.
    fn line(&mut self, depth: usize, line: &str) {
        let line = format!("{}{}", "  ".repeat(depth), printable(line));
        // Writing to a string cannot fail.
        _ = writeln!(self.0, "{}", line.trim_end());
    }

    fn block(&mut self, title: &str, text: &str) {
        self.line(0, title);
        for line in text.trim_end().lines() {
            self.line(1, line);
        }
        self.line(0, "");
    }

    fn head(&mut self, explanation: &Explanation) {
        let info = &explanation.info;
        self.line(0, &format!("{} ({}, {}, {})", info.id, info.severity, info.pillar, info.status));
        self.line(1, &info.title);
        self.line(1, &format!("judges {}, from {}", info.resource, explanation.file));
        for (environment, severity, place) in &explanation.severities {
            let own = explanation.own_severity.map(|own| format!(", instead of {own}")).unwrap_or_default();
            self.line(1, &format!("severity {severity}{}{own}: {place}", in_environment(environment)));
        }
        self.line(0, "");
    }

    fn rule(&mut self, explanation: &Explanation) {
        let info = &explanation.info;
        self.block("Why", &info.why);
        for (key, expression) in &explanation.expressions {
            self.block(key, expression);
        }
        if !explanation.parameters.is_empty() {
            self.line(0, "Parameters");
        }
        for parameter in &explanation.parameters {
            self.line(1, &format!("{} ({}) = {}: {}", parameter.name, parameter.kind, brief(&parameter.value), parameter.help));
            for (environment, value) in &parameter.by_environment {
                self.line(2, &format!("in {environment}: {}", brief(value)));
            }
        }
        self.line(0, "Reads");
        for read in &explanation.reads {
            let call = read.call.as_ref().map_or("the listing", |call| call.as_str());
            self.line(1, &format!("{} {} ({call})", read.resource_type, read.path));
        }
        self.line(0, "Needs");
        self.line(1, &explanation.permissions.join(", "));
        self.line(0, "");
        self.block("Remedy", &info.remedy.text);
        for (name, snippet) in [("AWS CLI", &info.remedy.cli), ("Terraform", &info.remedy.terraform)] {
            if let Some(snippet) = snippet {
                self.block(name, snippet);
            }
        }
        for (framework, controls) in &info.controls {
            self.line(0, &format!("{framework}: {}", controls.join(", ")));
        }
    }

    fn resource(&mut self, explanation: &Explanation, explained: &Explained<'_>) {
        let Explained { resource, tried, judgement } = explained;
        self.line(0, &format!("{} ({}, account {}, {})", resource.id, resource.name, resource.account, resource.region));
        if let Some(origin) = &resource.origin {
            let line = origin.line.map(|line| format!(":{line}")).unwrap_or_default();
            self.line(1, &format!("written in {}{line}, {}", origin.file, origin.address));
        }
        for evaluation in &judgement.evaluations {
            let part = evaluation.sub_key.as_ref().map(|key| format!(" [{key}]")).unwrap_or_default();
            self.line(1, &format!("{}{part}, {}: {}", evaluation.status, evaluation.severity, evaluation.message));
        }
        self.line(0, "");
        self.environment(&judgement.environment, tried);
        if !judgement.parameters.is_empty() {
            self.line(0, "Parameters");
        }
        for parameter in &judgement.parameters {
            self.line(1, &format!("{} = {}   ({})", parameter.name, brief(&parameter.value), source_of(parameter)));
        }
        self.line(0, "Read");
        for read in &judgement.reads {
            let call = match (&resource.origin, &read.call) {
                (Some(origin), _) => origin.file.as_str(),
                (None, call) => call.as_ref().map_or("the listing", |call| call.as_str()),
            };
            self.line(1, &format!("{} = {}   ({call})", read.path, brief(&read.observed)));
        }
        for read in explanation.reads.iter().filter(|read| read.resource_type != resource.resource_type) {
            let call = read.call.as_ref().map_or("the listing", |call| call.as_str());
            self.line(1, &format!("{} of {}   ({call})", read.path, read.resource_type));
        }
        self.line(0, "Derivation");
        for step in &judgement.steps {
            self.step(step);
        }
        self.line(0, "");
    }

    fn environment(&mut self, environment: &Known<arcstr::ArcStr>, tried: &[Tried]) {
        let said = match environment {
            Known::Is(name) => format!("Environment: {name}"),
            Known::None if tried.is_empty() => "Environment: none; the config describes none".to_owned(),
            Known::None => "Environment: none of those that the config describes".to_owned(),
            Known::Gap(gap) => format!("Environment: {}", unknown(gap)),
        };
        self.line(0, &said);
        for tried in tried {
            self.line(1, &format!("{}: {}", tried.name, told(&tried.holds)));
            for condition in &tried.conditions {
                let wanted: Vec<&str> = condition.wanted.iter().map(arcstr::ArcStr::as_str).collect();
                let holds = told(&condition.holds);
                self.line(2, &format!("{} [{}]: {} ({})", condition.key, wanted.join(", "), holds, brief(&condition.found)));
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let part = step.part.as_ref().map(|part| format!(" [{part}]")).unwrap_or_default();
        let value = step.tree.value.as_ref().map(brief).unwrap_or_default();
        self.line(1, &format!("{}{part} = {value}", step.key));
        self.tree(&step.tree, 2, "");
    }

    fn tree(&mut self, traced: &Traced, depth: usize, why_skipped: &str) {
        let source = traced.source.split_whitespace().collect::<Vec<_>>().join(" ");
        // The body of a comprehension stands in the line above: of each item the name is enough.
        let named = match &traced.item {
            Some(item) if source.chars().count() > LONGEST_BODY => format!("for {}", brief(item)),
            Some(item) => format!("for {}: {source}", brief(item)),
            None => source,
        };
        let line = match (traced.part, &traced.value) {
            (Part::Skipped, _) | (_, None) => format!("{named}   (not evaluated: {why_skipped})"),
            (Part::Absorbed, Some(value)) => format!("{named} = {}   (absorbed: another operand decides)", brief(value)),
            (Part::Evaluated, Some(value)) => format!("{named} = {}", brief(value)),
        };
        self.line(depth, &line);
        let skipped = match traced.shape {
            Shape::And => "an operand before it is false",
            Shape::Or => "an operand before it is true",
            Shape::If => "the condition does not lead here",
            Shape::Fold | Shape::Plain => "",
        };
        for part in &traced.parts {
            self.tree(part, depth + 1, skipped);
        }
    }
}

fn in_environment(environment: &str) -> String {
    if environment == crate::evaluate::parameter::EVERYWHERE { String::new() } else { format!(" in {environment}") }
}

fn source_of(parameter: &HeldParameter) -> String {
    match (&parameter.set_by, &parameter.place) {
        (Some(environment), Some(place)) => format!("parameters.{environment}, {place}"),
        (None, Some(place)) => format!("the rule's default, {place}"),
        (_, None) if parameter.value.as_gap().is_some() => "the environment is not known".to_owned(),
        (_, None) => "the rule's default".to_owned(),
    }
}

fn told(holds: &Holds) -> String {
    match holds {
        Holds::Yes => "holds".to_owned(),
        Holds::No => "does not hold".to_owned(),
        Holds::Untold(gap) => unknown(gap),
    }
}

/// Why something is not known, and what would make it known.
pub fn unknown(gap: &Gap) -> String {
    let grant = gap.permission.as_ref().map(|permission| format!("; grant {permission}")).unwrap_or_default();
    format!("not known: {}{grant}", gap.detail)
}

/// A value on part of a line. Of resources, which expressions hold as maps, the names.
fn brief(value: &Value) -> String {
    if let Value::Gap(gap) = value {
        return unknown(gap);
    }
    if let Some(resource) = resource_name(value) {
        return resource;
    }
    if let Some(items) = value.as_list().filter(|items| !items.is_empty()) {
        let names: Vec<String> = items.iter().filter_map(resource_name).collect();
        if names.len() == items.len() {
            let more = names.len().saturating_sub(NAMED);
            let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
            return format!("[{}{rest}]", names.into_iter().take(NAMED).collect::<Vec<_>>().join(", "));
        }
    }
    let json = value.to_json().to_string();
    let length = json.chars().count();
    if length <= WIDEST {
        return json;
    }
    format!("{}… ({length} characters)", json.chars().take(WIDEST).collect::<String>())
}

fn resource_name(value: &Value) -> Option<String> {
    let (id, ty, name) = (value.get("id")?, value.get("type")?, value.get("name")?);
    (value.get("properties").is_some() && matches!(id, Value::Str(_))).then(|| format!("{} {}", ty.to_text(), name.to_text()))
}

//! A rule that was read and checked, with its compiled expressions.

use super::expr::{Program, Reads, Template};
use super::parameter::Parameters;
use super::rulefile::example::Example;
use super::severity::Severities;
use crate::diag::Source;
use crate::model::Path;
use crate::model::needs::Needs;
use crate::model::rule::RuleInfo;
use arcstr::ArcStr;
use std::sync::Arc;

/// A rule. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it says about itself.
    pub info: Arc<RuleInfo>,
    pub(super) body: Arc<Body>,
}

/// What a rule is evaluated with.
#[derive(Debug)]
pub(super) struct Body {
    /// Its file.
    pub source: Source,
    /// What the operator may set, with what is set.
    pub parameters: Parameters,
    /// The severities that the operator set instead of the rule's own.
    pub severities: Severities,
    /// The parts of a resource that are judged on their own; the whole resource where there is none.
    pub each: Option<Each>,
    /// Where false, the rule does not speak of the resource.
    pub when: Option<Program>,
    /// The verdict.
    pub assert: Program,
    /// What is said of a failure.
    pub message: Template,
    /// [`Body::message`] as written.
    pub message_text: ArcStr,
    /// USD a month that mending would save.
    pub savings: Option<Program>,
    /// What could stand in the place of what fails, proven.
    pub replacement: Option<Program>,
    /// The tag keys that the resource must have: what the metrics of tag compliance count.
    pub required_tags: Option<Program>,
    /// All that its expressions read.
    pub reads: Reads,
    /// The places of the judged resource that evidence shows.
    pub observed: Vec<Path>,
    /// The calls that bring it.
    pub needs: Needs,
    /// The rule's own tests.
    pub examples: Vec<Example>,
}

/// The parts of a resource that are judged on their own.
#[derive(Debug)]
pub(super) struct Each {
    /// What a part is called: the place that evidence shows it at.
    pub name: Path,
    /// All parts.
    pub list: Program,
    /// The sub-key of a part.
    pub key: Program,
}

impl Rule {
    /// What the operator may set, with the values of every environment.
    pub fn parameters(&self) -> &Parameters {
        &self.body.parameters
    }

    /// The severities that the operator set.
    pub fn severities(&self) -> &Severities {
        &self.body.severities
    }

    /// The file that it stands in.
    pub fn source(&self) -> &Source {
        &self.body.source
    }

    /// Its own tests.
    pub fn examples(&self) -> &[Example] {
        &self.body.examples
    }

    /// The calls that bring what it reads.
    pub fn needs(&self) -> &Needs {
        &self.body.needs
    }

    /// Whether its verdicts depend on the environment that a resource belongs to.
    pub fn depends_on_environment(&self) -> bool {
        self.body.reads.environment() || self.body.parameters.vary() || self.body.severities.vary()
    }

    /// Whether the rule answers to this id, as its own or as a former one.
    pub fn is_called(&self, id: &str) -> bool {
        self.info.id.as_str() == id || self.info.aliases.iter().any(|alias| alias.as_str() == id)
    }

    /// Every id that the rule answers to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.info.id.as_str()).chain(self.info.aliases.iter().map(crate::model::RuleId::as_str))
    }
}

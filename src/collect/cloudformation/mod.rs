//! A CloudFormation template, judged before it is deployed: JSON and YAML with short forms.
//!
//! Text → tree ([`read`]) → sections → references checked → drafts with intrinsic functions worked out (`resolve`) → parts put
//! where a live account shows them (`fold`) → resources of the catalogue's types (`yields`). Properties of templates have the
//! catalogue's names already; what differs is said in tables (`kinds/`). All mistakes of a template are told at once.
//!
//! What a stack adds on its own is not there: tags of the stack, and `aws:cloudformation:` tags. Parameters stand at their
//! defaults.

mod draft;
mod fold;
mod identity;
mod kind;
mod parameter;
mod place;
mod read;
mod reference;
mod resolve;
mod section;
mod shape;
mod told;
mod yields;

#[cfg(test)]
mod tests;

use super::{Nature, Request, Source, SourceError};
use crate::diag::{self, Diagnostic, Faults};
use crate::model::Gap;
use crate::model::inventory::Collected;
use arcstr::ArcStr;
use draft::Draft;
use resolve::Resolver;
use section::Sections;
use std::collections::BTreeMap;

pub use place::Deployment;
pub use read::{MOST_BYTES, looks_like_template};

/// The reading of a template, in coverage where a live account names its listing.
pub const CALL: &str = crate::model::coverage::TEMPLATE;

/// A template as a source.
#[derive(Debug)]
pub struct Template {
    name: ArcStr,
    deployment: Deployment,
    drafts: Vec<Draft>,
    /// The line of each draft.
    lines: Vec<u32>,
    /// What is not resolved, with how often and why.
    unresolved: BTreeMap<ArcStr, Unresolved>,
}

/// What a template names and this program does not work out.
#[derive(Clone, Debug)]
struct Unresolved {
    count: u64,
    reason: ArcStr,
    /// Whether it may make resources that are not seen here.
    makes_more: bool,
}

impl Template {
    /// Reads a template that would be deployed there.
    ///
    /// # Errors
    /// All its mistakes, in the order of their places.
    pub fn read(name: &str, text: &str, deployment: Deployment) -> Result<Self, Vec<Diagnostic>> {
        let source = diag::Source::new(name, text);
        let root = read::read(&source)?;
        let mut faults = Faults::new(source);
        let sections = Sections::of(&root, &mut faults);
        reference::check(&sections, &mut faults);
        let lines = read::Lines::of(text);
        let resolver = Resolver::new(&sections, &deployment, faults);
        let made = |(at, declared)| Draft::of(at, declared, &resolver);
        let mut drafts: Vec<Draft> = sections.resources.iter().enumerate().filter_map(made).collect();
        fold::fold(&mut drafts, &resolver);
        for draft in &mut drafts {
            if let Some(kind) = draft.kind() {
                kind.complete(&mut draft.properties);
            }
        }
        let faults = resolver.into_faults();
        if !faults.is_empty() {
            return Err(faults.into_diagnostics());
        }
        let mut unresolved = unresolved(&sections, &drafts);
        for name in fold::described_elsewhere(&drafts) {
            let reason = arcstr::literal!("an API's document (Body) is not read: what it describes is not seen");
            unresolved.insert(name.into(), Unresolved { count: 0, reason, makes_more: false });
        }
        let lines = drafts.iter().map(|draft| lines.of_byte(draft.start)).collect();
        Ok(Self { name: name.into(), deployment, drafts, lines, unresolved })
    }
}

/// Macros, loops, nested stacks, modules and SAM's types, each with its count.
fn unresolved(sections: &Sections<'_>, drafts: &[Draft]) -> BTreeMap<ArcStr, Unresolved> {
    let mut found: BTreeMap<ArcStr, Unresolved> = BTreeMap::new();
    let mut note = |name: ArcStr, reason: &dyn Fn() -> ArcStr, makes_more: bool| {
        found.entry(name).or_insert_with(|| Unresolved { count: 0, reason: reason(), makes_more }).count += 1;
    };
    for name in &sections.macros {
        // SAM makes nothing but of its own types, and those are counted apart.
        if name != "AWS::Serverless-2016-10-31" {
            note(name.clone(), &|| arcstr::format!("the macro {name} is not resolved"), name != "AWS::LanguageExtensions");
        }
    }
    for _ in &sections.loops {
        note("Fn::ForEach".into(), &|| "Fn::ForEach is not resolved: its resources are not seen".into(), true);
    }
    for draft in drafts {
        let name = &draft.declared_type;
        if fold::TAKEN_IN.contains(&name.as_str()) {
            continue;
        }
        if name.starts_with("AWS::Serverless::") {
            note(name.clone(), &|| arcstr::format!("the SAM transform is not resolved: what {name} makes is not seen"), true);
        } else if name == "AWS::CloudFormation::Stack" {
            note(name.clone(), &|| "nested stacks are not read: audit each template on its own".into(), true);
        } else if name.ends_with("::MODULE") {
            note(name.clone(), &|| arcstr::format!("the module {name} is not resolved: what it makes is not seen"), true);
        } else if name.starts_with("AWS::CloudFormation::Macro") || name.starts_with("Custom::") {
            note(name.clone(), &|| "what a custom resource makes is not seen".into(), false);
        }
    }
    found
}

/// A gap for what is always there in an account and what no template says.
fn untold() -> Gap {
    Gap::new(crate::model::GapKind::KnownAfterApply, arcstr::literal!("known after apply"))
}

#[async_trait::async_trait]
impl Source for Template {
    fn name(&self) -> &str {
        &self.name
    }

    fn nature(&self) -> Nature {
        Nature::Declared
    }

    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        request.progress.planned(&self.name, 1);
        let collected = self.yields(&request);
        request.progress.done(&self.name, 1);
        Ok(collected)
    }
}

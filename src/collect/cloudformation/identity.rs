//! Who a resource will be: its name and id as far as the template says them, and what references to it come to.

use super::kind::{self, Kind};
use super::resolve::{Resolver, gap};
use super::section::Sections;
use super::told::Told;
use crate::model::path::Step;
use arcstr::ArcStr;
use std::cell::RefCell;
use std::collections::HashMap;

/// SAM's table, which makes one of DynamoDB and nothing else.
pub const SIMPLE_TABLE: &str = "AWS::Serverless::SimpleTable";

/// The names and ids of a template's resources.
#[derive(Debug, Default)]
pub struct Identities {
    at: HashMap<ArcStr, usize>,
    known: RefCell<HashMap<usize, Identity>>,
}

/// A name and an id, each where the template tells it.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The name.
    pub name: Option<ArcStr>,
    /// The canonical id.
    pub id: Option<ArcStr>,
}

/// The type that a declared type is judged as.
pub fn judged_as(resource_type: &str) -> &str {
    match resource_type {
        SIMPLE_TABLE | "AWS::DynamoDB::GlobalTable" => "AWS::DynamoDB::Table",
        other => other,
    }
}

impl Identities {
    /// Those of a template; nothing is worked out yet.
    pub fn new(sections: &Sections<'_>) -> Self {
        let at = sections.resources.iter().enumerate().map(|(at, resource)| (resource.logical.text.clone(), at)).collect();
        Self { at, known: RefCell::default() }
    }

    /// Whether the template has a resource of this logical id.
    pub fn has(&self, logical: &str) -> bool {
        self.at.contains_key(logical)
    }

    /// Name and id of the resource with a logical id.
    pub fn of(&self, resolver: &Resolver<'_>, logical: &str) -> Identity {
        let Some(&at) = self.at.get(logical) else { return Identity::default() };
        if let Some(known) = self.known.borrow().get(&at) {
            return known.clone();
        }
        let mut identity = Identity::default();
        if let Some((kind, declared)) = self.kind(resolver, logical).zip(resolver.sections.resources.get(at)) {
            identity.name = kind.name.as_ref().and_then(|path| {
                let mut node = declared.properties?;
                for step in path.steps() {
                    let Step::Key(key) = step else { return None };
                    node = node.get(key)?;
                }
                word(&resolver.value(node))
            });
            identity.id = kind.id.as_ref().and_then(|pattern| self.filled(resolver, logical, kind, &identity, pattern));
        }
        self.known.borrow_mut().insert(at, identity.clone());
        identity
    }

    fn kind(&self, resolver: &Resolver<'_>, logical: &str) -> Option<&'static Kind> {
        let declared = resolver.sections.resources.get(*self.at.get(logical)?)?;
        kind::find(judged_as(&declared.resource_type))
    }

    /// What `Ref` gives.
    pub fn reference(&self, resolver: &Resolver<'_>, logical: &str) -> Told {
        let pattern = self.kind(resolver, logical).and_then(|kind| kind.reference.as_ref().map(|pattern| (kind, pattern)));
        let made = pattern.and_then(|(kind, pattern)| self.filled(resolver, logical, kind, &self.of(resolver, logical), pattern));
        made.map_or_else(|| gap(arcstr::format!("the name or id of {logical}")), Told::Text)
    }

    /// What `Fn::GetAtt` gives.
    pub fn attribute(&self, resolver: &Resolver<'_>, logical: &str, attribute: &str) -> Told {
        let pattern = self.kind(resolver, logical).and_then(|kind| kind.attributes.get(attribute).map(|pattern| (kind, pattern)));
        let made = pattern.and_then(|(kind, pattern)| self.filled(resolver, logical, kind, &self.of(resolver, logical), pattern));
        made.map_or_else(|| gap(arcstr::format!("{attribute} of {logical}")), Told::Text)
    }

    /// A pattern with every word in braces filled in; none where one of them is not known.
    fn filled(&self, resolver: &Resolver<'_>, logical: &str, kind: &Kind, identity: &Identity, pattern: &str) -> Option<ArcStr> {
        let mut made = String::with_capacity(pattern.len() + 64);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, behind) = after.split_once('}')?;
            made.push_str(before);
            match word {
                "partition" => made.push_str(resolver.deployment.partition()?),
                "region" => made.push_str(resolver.deployment.region.as_ref()?.as_str()),
                "account" => made.push_str(resolver.deployment.account.as_ref()?.as_str()),
                "name" => made.push_str(identity.name.as_ref()?),
                "id" => made.push_str(identity.id.as_ref()?),
                property => made.push_str(&self.property(resolver, logical, kind, property)?),
            }
            rest = behind;
        }
        made.push_str(rest);
        Some(made.into())
    }

    fn property(&self, resolver: &Resolver<'_>, logical: &str, kind: &Kind, property: &str) -> Option<ArcStr> {
        let declared = resolver.sections.resources.get(*self.at.get(logical)?)?;
        match declared.properties.and_then(|node| node.get(property)).and_then(|node| resolver.optional(node)) {
            Some(told) => word(&told),
            None => word(&Told::of(&kind.default_of(property)?.is)),
        }
    }
}

/// Text that is known before the deployment: a dynamic reference is not.
fn word(told: &Told) -> Option<ArcStr> {
    told.word().filter(|word| !word.is_empty() && !word.contains("{{resolve:"))
}

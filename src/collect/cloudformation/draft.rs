//! A resource on its way from a template to the inventory.

use super::identity::{Identity, judged_as};
use super::kind::{self, Kind};
use super::resolve::{Resolver, Truth, gap};
use super::section::Declared;
use super::told::Told;
use crate::diag::yaml::Node;
use crate::model::Gap;
use arcstr::ArcStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A resource in the making.
#[derive(Debug)]
pub struct Draft {
    /// Its logical id.
    pub logical: ArcStr,
    /// The type that it is written as.
    pub declared_type: ArcStr,
    /// The type that it is judged as.
    pub resource_type: ArcStr,
    /// Its place among the template's resources.
    pub at: usize,
    /// The first byte of its logical id in the template.
    pub start: usize,
    /// Its name and id, where they are known.
    pub identity: Identity,
    /// Its tags.
    pub tags: Told,
    /// Whether the template writes any place for tags.
    pub tagged: bool,
    /// Its properties: a map.
    pub properties: Told,
    /// What of its state a template tells; null where it tells that there is nothing.
    pub state: BTreeMap<ArcStr, Told>,
    /// Why it is not known whether it will be made.
    pub undecided: Option<Arc<Gap>>,
}

impl Draft {
    /// The draft of a declared resource; none where its condition is false.
    pub fn of(at: usize, declared: &Declared<'_>, resolver: &Resolver<'_>) -> Option<Self> {
        let undecided = match declared.condition.as_ref().map(|(name, _)| (name, resolver.truth(name))) {
            None | Some((_, Truth::Known(true))) => None,
            Some((_, Truth::Known(false))) => return None,
            Some((name, Truth::Unknown(why))) => {
                let logical = &declared.logical.text;
                let detail = arcstr::format!("whether {logical} is made depends on condition {name}, which is not known: {}", why.detail);
                Some(Arc::new(Gap::new(why.kind, detail)))
            }
        };
        let properties = match declared.properties.map(|node| resolver.value(node)) {
            Some(told @ Told::Map(_)) => told,
            _ => Told::Map(BTreeMap::new()),
        };
        let resource_type = ArcStr::from(judged_as(&declared.resource_type));
        let kind = kind::find(&resource_type);
        let written = properties.get(kind.and_then(|kind| kind.tags.as_ref()).map_or("Tags", ArcStr::as_str));
        let (tagged, tags) = (written.is_some(), written.map_or_else(no_tags, tags));
        Some(Self {
            logical: declared.logical.text.clone(),
            declared_type: declared.resource_type.clone(),
            resource_type,
            at,
            start: declared.logical.span.start,
            identity: resolver.identities.of(resolver, &declared.logical.text),
            tags,
            tagged,
            properties,
            state: BTreeMap::new(),
            undecided,
        })
    }

    /// What is known of its type.
    pub fn kind(&self) -> Option<&'static Kind> {
        kind::find(&self.resource_type)
    }

    /// A property.
    pub fn property(&self, name: &str) -> Option<&Told> {
        self.properties.get(name).filter(|told| **told != Told::Null)
    }

    /// Sets a property.
    pub fn put(&mut self, name: &str, told: Told) {
        if let Told::Map(entries) = &mut self.properties {
            entries.insert(name.into(), told);
        }
    }

    /// Takes a property away.
    pub fn drop(&mut self, name: &str) {
        if let Told::Map(entries) = &mut self.properties {
            entries.remove(name);
        }
    }

    /// Adds to a list of its properties; a list that is not known stays so.
    pub fn push(&mut self, name: &str, item: Told) {
        let Told::Map(entries) = &mut self.properties else { return };
        match entries.entry(name.into()).or_insert_with(|| Told::List(Vec::new())) {
            Told::List(items) => items.push(item),
            Told::Gap(_) => {}
            other => *other = Told::List(vec![item]),
        }
    }

    /// Says something of its state.
    pub fn tell(&mut self, name: &str, told: Told) {
        self.state.insert(name.into(), told);
    }
}

fn no_tags() -> Told {
    Told::Map(BTreeMap::new())
}

/// Tags as keys to values, from a list of pairs or from a map.
pub fn tags(told: &Told) -> Told {
    match told {
        Told::Null => no_tags(),
        Told::Map(entries) => Told::Map(entries.iter().filter(|(_, told)| **told != Told::Null).map(text_of).collect()),
        Told::List(items) => {
            let mut tags = BTreeMap::new();
            for item in items {
                match (item, item.get("Key")) {
                    // Its key may be any: then none is known to be absent.
                    (Told::Gap(why), _) | (_, Some(Told::Gap(why))) => return Told::Gap(Arc::clone(why)),
                    (item, Some(key)) => {
                        let Some(key) = key.word() else { continue };
                        let value = item.get("Value").cloned().unwrap_or_else(|| Told::text(""));
                        let (key, value) = text_of((&key, &value));
                        tags.insert(key, value);
                    }
                    (_, None) => {}
                }
            }
            Told::Map(tags)
        }
        Told::Gap(why) => Told::Gap(Arc::clone(why)),
        other => gap(arcstr::format!("the tags are {}", other.describe())),
    }
}

fn text_of((key, told): (&ArcStr, &Told)) -> (ArcStr, Told) {
    let value = match told {
        Told::Gap(why) => Told::Gap(Arc::clone(why)),
        told => told.word().map_or_else(|| gap(arcstr::format!("a tag's value is {}", told.describe())), Told::Text),
    };
    (key.clone(), value)
}

/// The logical id that a node refers to, where it is a `Ref` or `Fn::GetAtt` of a resource: what belongs to it does so whatever
/// its name will be.
pub fn target(node: &Node) -> Option<&str> {
    if let Some(name) = node.get("Ref").and_then(Node::as_str) {
        return Some(name.as_str());
    }
    super::reference::attribute(node.get("Fn::GetAtt")?).map(|(logical, _)| logical)
}

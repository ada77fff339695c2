//! A rule's parameters: what it declares, and which value holds in which environment.
//!
//! All values of an environment are worked out once, when the rules are loaded; a pass only looks one up. Where the
//! environment of a resource could not be told, exactly the parameters that some environment changes become gaps: a rule
//! whose parameters are the same everywhere still gives its verdict, and one that depends on them is `unknown`.

use crate::diag::Place;
use crate::model::catalogue::FieldType;
use crate::model::inventory::Known;
use crate::model::{Gap, Interner, Value};
use arcstr::ArcStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One parameter as a rule declares it.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, as in `params.<name>`.
    pub name: ArcStr,
    /// What may be set; a `String` may list the values that it allows.
    pub ty: FieldType,
    /// What holds where nothing is set.
    pub default: Value,
    /// What it means, with its unit.
    pub help: ArcStr,
}

/// The name under which `parameters:` sets values for every environment, and for resources that belong to none.
pub const EVERYWHERE: &str = "default";

/// A rule's parameters with the values of every environment.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    declared: Vec<Parameter>,
    everywhere: Value,
    by_environment: BTreeMap<ArcStr, Value>,
    varying: BTreeSet<ArcStr>,
    places: BTreeMap<(ArcStr, ArcStr), Place>,
}

impl Parameters {
    /// The parameters with values set by environment; [`EVERYWHERE`] is under all of them. Names that are not declared
    /// must have been refused before.
    pub fn new(declared: Vec<Parameter>, set: &BTreeMap<ArcStr, BTreeMap<ArcStr, Value>>, interner: &Interner) -> Self {
        let nothing = BTreeMap::new();
        let general = set.get(EVERYWHERE).unwrap_or(&nothing);
        let values = |own: &BTreeMap<ArcStr, Value>| {
            Value::map(
                declared.iter().map(|parameter| {
                    let value = own.get(&parameter.name).or_else(|| general.get(&parameter.name));
                    (parameter.name.clone(), value.unwrap_or(&parameter.default).clone())
                }),
                interner,
            )
        };
        let everywhere = values(&nothing);
        let by_environment = set
            .iter()
            .filter(|(environment, own)| environment.as_str() != EVERYWHERE && !own.is_empty())
            .map(|(environment, own)| (environment.clone(), values(own)))
            .collect();
        let varying =
            set.iter().filter(|(environment, _)| environment.as_str() != EVERYWHERE).flat_map(|(_, own)| own.keys().cloned()).collect();
        Self { declared, everywhere, by_environment, varying, places: BTreeMap::new() }
    }

    /// The same with the places where values are set, by environment (or [`EVERYWHERE`]) and parameter.
    #[must_use]
    pub fn written_at(self, places: BTreeMap<(ArcStr, ArcStr), Place>) -> Self {
        Self { places, ..self }
    }

    /// The environment (or [`EVERYWHERE`]) and the place in the config that give a parameter its value in an environment; none
    /// where the rule's own default holds.
    pub fn source_of(&self, environment: Option<&str>, parameter: &str) -> Option<(&str, &Place)> {
        let find = |of: &str| self.places.iter().find(|((environment, name), _)| environment == of && name == parameter);
        environment.and_then(find).or_else(|| find(EVERYWHERE)).map(|((environment, _), place)| (environment.as_str(), place))
    }

    /// What is set, in a form that two equal settings share: part of the digest of the rules.
    pub fn settings(&self) -> impl Iterator<Item = String> {
        self.places.keys().map(|(environment, name)| {
            let value = self.of(Some(environment)).get(name).map(Value::to_json).unwrap_or_default();
            format!("{environment}.{name}={value}")
        })
    }

    /// What the rule declares, in written order.
    pub fn declared(&self) -> &[Parameter] {
        &self.declared
    }

    /// The values of an environment; of no environment, or of one that sets nothing, the general ones.
    pub fn of(&self, environment: Option<&str>) -> &Value {
        environment.and_then(|name| self.by_environment.get(name)).unwrap_or(&self.everywhere)
    }

    /// The environments that set something of their own, with all values that hold there.
    pub fn environments(&self) -> impl Iterator<Item = (&ArcStr, &Value)> {
        self.by_environment.iter()
    }

    /// Whether some environment sets a value of its own.
    pub fn vary(&self) -> bool {
        !self.varying.is_empty()
    }

    /// The values for a resource whose environment may be unknown: then what environments change is a gap.
    pub fn known_of(&self, environment: &Known<ArcStr>) -> Cow<'_, Value> {
        match environment {
            Known::Is(name) => Cow::Borrowed(self.of(Some(name))),
            Known::None => Cow::Borrowed(&self.everywhere),
            Known::Gap(_) if self.varying.is_empty() => Cow::Borrowed(&self.everywhere),
            Known::Gap(gap) => Cow::Owned(self.with_gaps(gap)),
        }
    }

    fn with_gaps(&self, gap: &Arc<Gap>) -> Value {
        let entries = self.everywhere.as_map().into_iter().flat_map(|map| map.iter()).map(|(name, value)| {
            let value = if self.varying.contains(name) { Value::Gap(Arc::clone(gap)) } else { value.clone() };
            (name.clone(), value)
        });
        Value::map(entries, &Interner::new())
    }

    /// Values for a rule's own example: the defaults, with some set. What the operator set has no say there.
    pub fn defaults_with(&self, set: &BTreeMap<ArcStr, Value>) -> Value {
        let entries =
            self.declared.iter().map(|parameter| (parameter.name.clone(), set.get(&parameter.name).unwrap_or(&parameter.default).clone()));
        Value::map(entries, &Interner::new())
    }
}

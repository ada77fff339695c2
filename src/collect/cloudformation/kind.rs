//! What is known of each type beyond its properties: what names it, what its id is made of, what `Ref` and `Fn::GetAtt` give,
//! and what AWS does where a template leaves a property out.
//!
//! A table a service (`kinds/`), each default with its source. The live collectors write the same defaults where an answer
//! leaves them out; a rule must find the same there and here. What has no row and is always there in an account is a gap.

use crate::model::path::Step;
use crate::model::{Path, ResourceType};
use arcstr::ArcStr;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::resolve::gap;
use super::told::Told;

/// The tables, by service.
pub const TABLES: [(&str, &str); 18] = [
    ("accessanalyzer", include_str!("kinds/accessanalyzer.yaml")),
    ("acm", include_str!("kinds/acm.yaml")),
    ("apigateway", include_str!("kinds/apigateway.yaml")),
    ("apigatewayv2", include_str!("kinds/apigatewayv2.yaml")),
    ("autoscaling", include_str!("kinds/autoscaling.yaml")),
    ("backup", include_str!("kinds/backup.yaml")),
    ("budgets", include_str!("kinds/budgets.yaml")),
    ("cloudtrail", include_str!("kinds/cloudtrail.yaml")),
    ("cloudwatch", include_str!("kinds/cloudwatch.yaml")),
    ("cognito", include_str!("kinds/cognito.yaml")),
    ("config", include_str!("kinds/config.yaml")),
    ("dynamodb", include_str!("kinds/dynamodb.yaml")),
    ("ec2", include_str!("kinds/ec2.yaml")),
    ("iam", include_str!("kinds/iam.yaml")),
    ("kms", include_str!("kinds/kms.yaml")),
    ("lambda", include_str!("kinds/lambda.yaml")),
    ("logs", include_str!("kinds/logs.yaml")),
    ("sns", include_str!("kinds/sns.yaml")),
];

/// What is known of a type. In `id`, `reference` and `attributes`, words in braces stand for what is known of the resource:
/// `{partition}`, `{region}`, `{account}`, `{name}`, `{id}`, or one of its properties.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The type.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// Where its name stands.
    pub name: Option<Path>,
    /// Its canonical id; absent where AWS makes it.
    pub id: Option<ArcStr>,
    /// What `Ref` gives; absent where AWS makes it.
    #[serde(rename = "ref")]
    pub reference: Option<ArcStr>,
    /// What `Fn::GetAtt` gives; what is not here AWS makes.
    #[serde(default)]
    pub attributes: BTreeMap<ArcStr, ArcStr>,
    /// The property with the tags, where it is not `Tags`.
    pub tags: Option<ArcStr>,
    /// What AWS does where a property is left out.
    #[serde(default)]
    pub defaults: Vec<Default>,
}

/// What stands where a template says nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Default {
    /// Where, from `properties`; a row counts only where what it lies in is there.
    pub at: Path,
    /// What stands there then.
    #[serde(default)]
    pub is: serde_json::Value,
    /// Whether nobody can tell before it is deployed.
    #[serde(default)]
    pub unknown: bool,
    /// Where AWS says so: read by people, and by the test that asks for it.
    #[cfg_attr(not(test), expect(dead_code, reason = "the source of a fact is for readers of the table"))]
    pub source: ArcStr,
}

/// What is known of a type; none where it has no table.
pub fn find(resource_type: &str) -> Option<&'static Kind> {
    static KINDS: LazyLock<HashMap<ResourceType, Kind>> = LazyLock::new(|| {
        // The files are part of the program; a test reads each of them.
        let read = |(service, text): (&str, &str)| -> Vec<Kind> {
            serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("internal error: the kinds of {service}: {error}"))
        };
        TABLES.into_iter().flat_map(read).map(|kind| (kind.resource_type.clone(), kind)).collect()
    });
    KINDS.get(resource_type)
}

impl Kind {
    /// Writes what the template leaves out.
    pub fn complete(&self, properties: &mut Told) {
        for row in &self.defaults {
            row.apply(row.at.steps(), properties);
        }
    }

    /// What stands at a property of the first level where a template says nothing.
    pub fn default_of(&self, property: &str) -> Option<&Default> {
        self.defaults.iter().find(|row| matches!(row.at.steps(), [Step::Key(key)] if key == property))
    }
}

impl Default {
    fn apply(&self, steps: &[Step], here: &mut Told) {
        match (steps.split_first(), here) {
            (Some((Step::Key(key), [])), Told::Map(entries)) => {
                let missing = entries.get(key).is_none_or(|told| *told == Told::Null);
                if missing && self.unknown {
                    entries.insert(key.clone(), gap("known after apply"));
                } else if missing && !self.is.is_null() {
                    entries.insert(key.clone(), Told::of(&self.is));
                }
            }
            (Some((Step::Key(key), rest)), Told::Map(entries)) => {
                if let Some(inner) = entries.get_mut(key) {
                    self.apply(rest, inner);
                }
            }
            (Some((Step::Every, rest)), Told::List(items)) => items.iter_mut().for_each(|item| self.apply(rest, item)),
            // Maps under keys that users choose: every one of them.
            (Some((Step::Every, rest)), Told::Map(entries)) => entries.values_mut().for_each(|item| self.apply(rest, item)),
            _ => {}
        }
    }
}

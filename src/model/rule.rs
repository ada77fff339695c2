//! What a rule says about itself. Its compiled expressions stay in `evaluate`; this is what findings, exports, metrics and
//! pages show.

use super::{CallId, Path, ResourceType, RuleId};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that users write and read.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("{word:?} is not one of {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How bad a failure is; the later, the worse.
    Severity { /// Worth knowing.
        Info = "info", /// Mend it when you pass by.
        Low = "low", /// Mend it soon.
        Medium = "medium", /// Mend it this week.
        High = "high", /// Mend it today.
        Critical = "critical" }
}
words! {
    /// What a rule protects.
    Pillar { /// Money.
        Cost = "cost", /// Ownership and allocation.
        Tagging = "tagging", /// Confidentiality and access.
        Security = "security", /// Survival of data and service.
        Reliability = "reliability", /// Being able to see and act.
        Operations = "operations" }
}
words! {
    /// Where a rule stands in its life. Ids are never deleted.
    RuleStatus { /// Loaded only on request.
        Preview = "preview", /// Loaded by default.
        Stable = "stable", /// Loaded only on request; its successor names it as an alias.
        Deprecated = "deprecated" }
}

/// How to mend a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Remedy {
    /// A step, in words.
    #[schema(value_type = String)]
    pub text: ArcStr,
    /// AWS CLI commands.
    #[schema(value_type = Option<String>)]
    pub cli: Option<ArcStr>,
    /// Terraform.
    #[schema(value_type = Option<String>)]
    pub terraform: Option<ArcStr>,
}

/// Framework → control ids, both sorted.
pub type Controls = BTreeMap<ArcStr, Vec<ArcStr>>;

impl RuleInfo {
    /// Whether it judges resources of any type, as the rules of contracts do.
    pub fn judges_any_type(&self) -> bool {
        self.resource.as_str() == "*"
    }
}

/// The description of a rule.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RuleInfo {
    /// Its id, which names the fault.
    pub id: RuleId,
    /// The good state, in a few words.
    #[schema(value_type = String)]
    pub title: ArcStr,
    /// Where it stands in its life.
    pub status: RuleStatus,
    /// The first version that had it.
    #[schema(value_type = String)]
    pub since: ArcStr,
    /// What it protects.
    pub pillar: Pillar,
    /// How bad a failure is.
    pub severity: Severity,
    /// The type that it judges; `*` for a rule of contracts, which judge what they name.
    pub resource: ResourceType,
    /// The folder that it came from.
    #[schema(value_type = String)]
    pub pack: ArcStr,
    /// Former ids.
    pub aliases: Vec<RuleId>,
    /// Why it matters.
    #[schema(value_type = String)]
    pub why: ArcStr,
    /// How to mend a failure.
    pub remedy: Remedy,
    /// The controls that it speaks for.
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub controls: Controls,
    /// The AWS calls that it needs, sorted.
    pub calls: Vec<CallId>,
    /// The paths that it reads, sorted, by type.
    pub reads: Vec<(ResourceType, Path)>,
}

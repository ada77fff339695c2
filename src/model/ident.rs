//! Identifiers as types of their own, so that two strings never stand side by side in a signature.
//!
//! All of them are one thin pointer to shared text: a hundred thousand resources name the same account once.

use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[schema(value_type = String)]
        #[serde(transparent)]
        pub struct $name(ArcStr);

        impl $name {
            /// Wraps the text as it is; what makes it valid is checked where it enters the program.
            pub fn new(text: impl Into<ArcStr>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The shared text itself, for a value that should not copy it.
            pub fn shared(&self) -> &ArcStr {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier!(
    /// An AWS account id, twelve digits.
    AccountId
);
identifier!(
    /// A region code such as `us-east-2`, or [`Region::GLOBAL`] for services that have none (IAM, Cost Explorer).
    Region
);
identifier!(
    /// A CloudFormation resource type such as `AWS::DynamoDB::Table`, or one of ours (`Ledgerline::Cost::ServiceMonth`).
    ResourceType
);
identifier!(
    /// A resource's canonical id: its ARN where AWS gives one, else built from account, region, type and name.
    /// Unique in an account and region; AWS's own policies have the same in every account.
    ResourceId
);
identifier!(
    /// A rule's id, which names the fault: `dynamodb-table-provisioned`.
    RuleId
);
identifier!(
    /// A finding's identity over time: a digest of rule id, resource id and sub-key, in lower-case hex.
    Fingerprint
);
identifier!(
    /// A waiver's id: letters, digits, `-`, `_` and `.`, unique over files and store.
    WaiverId
);
identifier!(
    /// The id of one pass, a UUID whose order is the order in time.
    RunId
);
identifier!(
    /// A resource's identity over all accounts and regions: a digest of account, region, type and id, in lower-case hex. It fits
    /// into a path, which an ARN does not.
    ResourceKey
);

impl Region {
    /// The region name given to what has none.
    pub const GLOBAL: &'static str = "global";

    /// The region of services that have none.
    pub fn global() -> Self {
        Self(arcstr::literal!("global"))
    }

    /// Whether this is [`Region::GLOBAL`].
    pub fn is_global(&self) -> bool {
        self.as_str() == Self::GLOBAL
    }
}

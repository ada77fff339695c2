//! The name of an AWS API call, as users read it in coverage, evidence and the request counts.

use super::ident;
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};

/// `<IAM prefix>:<API operation>`: `dynamodb:DescribeTable`, `tag:GetResources`, `apigateway:GetRestApis`.
///
/// The operation's name, not the permission's: those differ for some services (`apigateway:GetRestApis` needs
/// `apigateway:GET`, `lambda:ListEventSourceMappings` needs itself).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(value_type = String)]
#[serde(transparent)]
pub struct CallId(ArcStr);

impl CallId {
    /// Wraps the text as it is.
    pub fn new(text: impl Into<ArcStr>) -> Self {
        Self(text.into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The IAM prefix, the part before the colon.
    pub fn service(&self) -> &str {
        self.0.split_once(':').map_or("", |(service, _)| service)
    }

    /// The API operation, the part behind the colon.
    pub fn operation(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(_, operation)| operation)
    }
}

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl std::fmt::Debug for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<&str> for CallId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl std::borrow::Borrow<str> for CallId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The (account, region) that a call was made in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account that was asked.
    pub account: ident::AccountId,
    /// The region that was asked, or `global`.
    pub region: ident::Region,
}

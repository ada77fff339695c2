//! Where a template would be deployed, as far as flags and config tell.

use super::resolve::gap;
use super::told::Told;
use crate::model::{AccountId, Region};

/// An account and a region, each where it is known.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The account: the only one that the config names.
    pub account: Option<AccountId>,
    /// The region: the only one that flags or config name.
    pub region: Option<Region>,
}

impl Deployment {
    /// The partition of the region (IAM User Guide, "Amazon Resource Names": `aws`, `aws-cn`, `aws-us-gov`).
    pub fn partition(&self) -> Option<&'static str> {
        Some(match self.region.as_ref()?.as_str() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            region if region.starts_with("us-iso") || region.starts_with("eu-isoe-") => return None,
            _ => "aws",
        })
    }

    /// What a pseudo parameter comes to; `AWS::NoValue` is no value and not asked for.
    pub fn pseudo(&self, name: &str) -> Told {
        let known = match name {
            "AWS::Region" => self.region.as_ref().map(|region| region.as_str()),
            "AWS::AccountId" => self.account.as_ref().map(AccountId::as_str),
            "AWS::Partition" => self.partition(),
            "AWS::URLSuffix" => self.partition().map(|partition| match partition {
                "aws-cn" => "amazonaws.com.cn",
                _ => "amazonaws.com",
            }),
            _ => None,
        };
        match (known, name) {
            (Some(known), _) => Told::text(known),
            (None, "AWS::Region" | "AWS::Partition" | "AWS::URLSuffix") => {
                gap(arcstr::format!("{name} is not known: name one region with --region or in the config"))
            }
            (None, "AWS::AccountId") => gap("AWS::AccountId is not known: name one account in the config"),
            (None, name) => gap(arcstr::format!("{name} is known once it is deployed")),
        }
    }
}

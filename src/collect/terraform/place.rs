//! In which account and region a resource is, or will be: what its own ARN says, else its provider, else the rest of the file.

use super::contents::Contents;
use super::instance::Instance;
use crate::model::{AccountId, Region};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for an account or a region that the file does not tell.
pub const UNKNOWN: &str = "unknown";

/// What is known of one provider.
#[derive(Debug, Default)]
struct Known {
    accounts: BTreeSet<String>,
    regions: BTreeSet<String>,
}

/// Where a file's resources are.
#[derive(Debug)]
pub struct Places {
    providers: BTreeMap<String, Known>,
    account: Option<String>,
    region: Option<String>,
    outside: Option<String>,
}

/// The parts of an ARN that say where a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// Empty for what has none.
    pub region: &'a str,
    /// Empty for what has none.
    pub account: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts; none where the text is no ARN.
    pub fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition, _service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, _rest) = (parts.next()?, parts.next()?, parts.next()?);
        (arn == "arn" && partition.starts_with("aws")).then_some(Self { partition, region, account })
    }
}

impl Places {
    /// What a file tells; `outside` is the region that the command or the config names.
    pub fn of(contents: &Contents, outside: Option<&Region>) -> Self {
        let mut providers: BTreeMap<String, Known> = BTreeMap::new();
        for (key, expressions) in contents.configuration.providers() {
            let known = providers.entry(key.to_owned()).or_default();
            let text =
                |expression: Option<&Value>| expression.and_then(|expression| contents.configuration.text(expression)).map(str::to_owned);
            known.regions.extend(text(expressions.get("region")));
            let role = expressions.get("assume_role").and_then(|blocks| blocks.get(0)).and_then(|block| text(block.get("role_arn")));
            known.accounts.extend(role.as_deref().and_then(Arn::of).map(|arn| arn.account.to_owned()));
            if let Some([Value::String(only)]) =
                expressions.pointer("/allowed_account_ids/constant_value").and_then(Value::as_array).map(Vec::as_slice)
            {
                known.accounts.insert(only.clone());
            }
        }
        for told in &contents.telling {
            let known = providers.entry(told.provider.clone()).or_default();
            let text = |key: &str| told.values.get(key).and_then(Value::as_str).map(str::to_owned);
            match told.terraform.as_str() {
                "aws_caller_identity" => known.accounts.extend(text("account_id")),
                // `name` until the provider's version 6, `region` since.
                _ => known.regions.extend(text("region").or_else(|| text("name"))),
            }
        }
        for instance in &contents.instances {
            let Some(arn) = instance.values.get("arn").and_then(Value::as_str).and_then(Arn::of) else { continue };
            let known = providers.entry(instance.provider.clone()).or_default();
            known.accounts.extend(is_account(arn.account).then(|| arn.account.to_owned()));
            // What a provider's configuration says is not corrected by where one resource is.
            if !arn.region.is_empty() && contents.configuration.providers().all(|(key, _)| key != instance.provider) {
                known.regions.insert(arn.region.to_owned());
            }
        }
        let only = |all: BTreeSet<&String>| (all.len() == 1).then(|| all.first().map(ToString::to_string)).flatten();
        let account = only(providers.values().flat_map(|known| &known.accounts).collect());
        let region = only(providers.values().flat_map(|known| &known.regions).collect());
        Self { providers, account, region, outside: outside.map(|region| region.as_str().to_owned()) }
    }

    /// Account and region of an instance; a global type's region is for the caller to say.
    pub fn place(&self, instance: &Instance) -> (AccountId, Region) {
        let own = instance.values.get("arn").and_then(Value::as_str).and_then(Arn::of);
        let known = self.providers.get(&instance.provider);
        let one = |set: &BTreeSet<String>| (set.len() == 1).then(|| set.first().cloned()).flatten();
        let account = own.filter(|arn| is_account(arn.account)).map(|arn| arn.account.to_owned());
        let account = account.or_else(|| known.and_then(|known| one(&known.accounts))).or_else(|| self.account.clone());
        // The provider's version 6 has a region on each resource.
        let region = instance.values.get("region").and_then(Value::as_str).filter(|region| !region.is_empty()).map(str::to_owned);
        let region = region.or_else(|| own.filter(|arn| !arn.region.is_empty()).map(|arn| arn.region.to_owned()));
        let region = region.or_else(|| known.and_then(|known| one(&known.regions)));
        let region = region.or_else(|| self.region.clone()).or_else(|| self.outside.clone());
        let unknown = || UNKNOWN.to_owned();
        (AccountId::from(account.unwrap_or_else(unknown)), Region::from(region.unwrap_or_else(unknown)))
    }
}

/// The partition of a region, by the names that AWS gives regions.
pub fn partition(region: &Region) -> &'static str {
    match region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

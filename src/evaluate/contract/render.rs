//! A contract as the file that a person reads and edits: the same contract gives the same text, always.
//!
//! What AWS assigns is left out (ids, and ARNs that hold one): the next deployment has others. Account and region inside other ARNs become
//! `${AWS::AccountId}` and `${AWS::Region}`. Each entry carries a mark made of its own text, so that a later
//! update knows which ones a person has changed.

use super::expect::Expect;
use super::terms::{Contract, Entry};
use super::yaml;
use serde_json::{Map, Value as Json};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Properties whose value AWS assigns, or that point to what it has assigned.
const ASSIGNED: &[&str] = &[
    "AllocationId",
    "AuthorizerId",
    "CertificateArn",
    "ClientId",
    "DeploymentId",
    "GroupId",
    "HostedZoneId",
    "KMSMasterKeyId",
    "KmsKeyArn",
    "KmsKeyId",
    "KmsMasterKeyId",
    "ParentId",
    "ProviderARNs",
    "RegionalCertificateArn",
    "ResourceId",
    "RestApiId",
    "SecurityGroupIds",
    "SubnetId",
    "SubnetIds",
    "UserPoolId",
    "VpcId",
];

/// What stands before the id that EC2 gives a resource.
const EC2_IDS: &[&str] = &["acl", "ami", "eipalloc", "eni", "i", "igw", "nat", "pl", "rtb", "sg", "snap", "subnet", "vol", "vpc", "vpce"];

/// One entry of a written contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The type.
    pub resource_type: String,
    /// The name, as a key of YAML.
    pub name: String,
    /// Its lines, the key among them, each with its line end.
    pub text: String,
}

/// The whole file. `origin` says where it comes from.
pub fn file(contract: &Contract, name: &str, origin: &str) -> String {
    let mut text = format!(
        "# Written by `ledgerline contract from-terraform` from {origin}. Edit it: what you change is kept when it is written again.\n\
         contract: {}\n",
        yaml::scalar(name, yaml::Style::Block)
    );
    if let Some(prefix) = prefix(contract) {
        _ = writeln!(text, "# What is named so, is of a type below and is not listed, is unexpected.\nnames: [\"{prefix}*\"]");
    }
    text.push_str("# Lists with keys, and tags, hold nothing but what is written.\nexact: true\nresources:");
    let blocks = blocks(contract);
    if blocks.is_empty() {
        text.push_str(" {}");
    }
    text.push('\n');
    let mut last = None;
    for block in &blocks {
        if last != Some(&block.resource_type) {
            _ = writeln!(text, "  {}:", yaml::scalar(&block.resource_type, yaml::Style::Block));
            last = Some(&block.resource_type);
        }
        text.push_str(&block.text);
    }
    text
}

/// The entries, sorted by type and name, each once.
pub fn blocks(contract: &Contract) -> Vec<Block> {
    let mut entries: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    for entry in &contract.entries {
        entries.entry((entry.resource_type.as_str(), entry.name.text.as_str())).or_insert(entry);
    }
    entries.into_values().map(|entry| block(contract, entry)).collect()
}

fn block(contract: &Contract, entry: &Entry) -> Block {
    let place = Assigned {
        accounts: contract.accounts.iter().map(|account| account.as_str()).collect(),
        regions: contract.regions.iter().map(|region| region.as_str()).collect(),
    };
    let mut body = String::new();
    for root in &entry.expect {
        let Some(value) = place.portable(&root.key, &root.expect) else { continue };
        let empty = value.as_object().is_some_and(Map::is_empty);
        if !empty || root.key == "tags" {
            yaml::entry(&root.key, &value, 6, &mut body);
        }
    }
    let name = yaml::scalar(&entry.name.text, yaml::Style::Block);
    let nothing = if body.is_empty() { " {}" } else { "" };
    let text = format!("    {name}:{nothing} # generated {}\n{body}", mark(&body));
    Block { resource_type: entry.resource_type.to_string(), name: entry.name.text.to_string(), text }
}

/// The mark of an entry: a digest of the lines below its key.
pub fn mark(body: &str) -> String {
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    let digest = sha2::Sha256::digest(lines.join("\n").trim_end().as_bytes());
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// What the names of most resources begin with, up to a `-`.
fn prefix(contract: &Contract) -> Option<String> {
    let names: Vec<&str> = contract.entries.iter().map(|entry| entry.name.text.as_str()).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &names {
        for (at, _) in name.match_indices('-') {
            *counts.entry(name.get(..=at)?).or_default() += 1;
        }
    }
    let shared = counts.into_iter().filter(|(prefix, count)| *count >= 2 && *count * 2 >= names.len() && prefix.len() > 3);
    shared.max_by_key(|(prefix, _)| prefix.len()).map(|(prefix, _)| prefix.replace(['"', '\\'], "?"))
}

/// Tells what AWS has assigned.
struct Assigned<'a> {
    accounts: Vec<&'a str>,
    regions: Vec<&'a str>,
}

impl Assigned<'_> {
    /// What is expected, without what the next deployment has otherwise; none where nothing remains.
    fn portable(&self, key: &str, expect: &Expect) -> Option<Json> {
        match expect {
            _ if ASSIGNED.contains(&key) => None,
            Expect::Map(fields) => {
                let fields = fields.iter().filter_map(|field| Some((field.key.to_string(), self.portable(&field.key, &field.expect)?)));
                Some(Json::Object(fields.collect()))
            }
            Expect::Keyed(keyed) => {
                let items = keyed.items.iter().filter_map(|item| {
                    let mut written = self.portable("", &item.expect)?;
                    if let Json::Object(entries) = &mut written {
                        for (key, value) in keyed.key.split('+').zip(named(&keyed.key, &item.key)) {
                            entries.insert(key.to_owned(), value.into());
                        }
                    }
                    Some(written)
                });
                Some(Json::Array(items.collect()))
            }
            // Half a list would differ from every whole one.
            Expect::List(items) => Some(Json::Array(items.iter().map(|item| self.portable("", item)).collect::<Option<_>>()?)),
            Expect::Policy(value) => Some(self.anywhere(value.to_json())),
            other => {
                let json = other.to_json();
                match &json {
                    Json::String(text) if is_assigned(text) => None,
                    _ => Some(self.anywhere(json)),
                }
            }
        }
    }

    /// The value with account and region replaced wherever they stand in an ARN, or the account alone.
    fn anywhere(&self, json: Json) -> Json {
        match json {
            Json::String(text) => self.text(text).into(),
            Json::Array(items) => items.into_iter().map(|item| self.anywhere(item)).collect(),
            Json::Object(entries) => entries.into_iter().map(|(key, value)| (key, self.anywhere(value))).collect(),
            other => other,
        }
    }

    fn text(&self, mut text: String) -> String {
        for account in &self.accounts {
            if text == *account {
                return "${AWS::AccountId}".to_owned();
            }
            text = text.replace(&format!(":{account}:"), ":${AWS::AccountId}:");
        }
        if text.contains("arn:") {
            for region in &self.regions {
                text = text.replace(&format!(":{region}:"), ":${AWS::Region}:");
            }
        }
        text
    }
}

/// The values of the keys that an item is found by. Of several keys, the last value has the spaces.
fn named(keys: &str, name: &str) -> Vec<String> {
    name.splitn(keys.split('+').count(), ' ').map(str::to_owned).collect()
}

/// Whether a text is, or an ARN ends in, an id that AWS makes.
fn is_assigned(text: &str) -> bool {
    let last = if text.starts_with("arn:") { text.rsplit([':', '/']).next().unwrap_or(text) } else { text };
    let hex = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let uuid = last.len() == 36 && last.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && last.split('-').all(hex);
    let ec2 = last.split_once('-').is_some_and(|(kind, id)| EC2_IDS.contains(&kind) && id.len() >= 8 && hex(id));
    let pool = last.split_once('_').is_some_and(|(region, id)| region.matches('-').count() == 2 && id.len() >= 9);
    uuid || ec2 || pool
}

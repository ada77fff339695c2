//! `accounts` and `regions`: who is audited, and where.

use crate::collect::config::AccountConfig;
use crate::diag::Faults;
use crate::diag::yaml::{Kind, Node, Table};
use crate::model::{AccountId, Region};
use arcstr::ArcStr;

/// Each account is its id, or a map with the role to assume in it.
pub fn accounts(node: &Node, faults: &mut Faults) -> Vec<AccountConfig> {
    let mut accounts: Vec<AccountConfig> = Vec::new();
    for item in node.list("accounts", faults).unwrap_or_default() {
        let Some(account) = account(item, faults) else { continue };
        if accounts.iter().any(|known| known.id == account.id) {
            faults.add(&item.span, format!("account {} is given twice", account.id));
            continue;
        }
        accounts.push(account);
    }
    accounts
}

fn account(node: &Node, faults: &mut Faults) -> Option<AccountConfig> {
    if !matches!(node.kind, Kind::Map(_)) {
        return Some(AccountConfig { id: account_id(node, "an account", faults)?, role_arn: None, external_id: None });
    }
    let table = Table::of(node, "an account", faults)?;
    let id = table.required("id", faults).and_then(|node| account_id(node, "id", faults));
    let role = table.optional("role_arn").and_then(|node| role_arn(node, faults));
    let external_id = table.optional("external_id").and_then(|node| node.word("external_id", faults));
    if let (Some(node), None) = (table.optional("external_id"), table.optional("role_arn")) {
        faults.add(&node.span, "external_id without role_arn says nothing: it is part of assuming a role");
    }
    table.finish("an account", faults);
    Some(AccountConfig { id: id?, role_arn: role, external_id })
}

/// Twelve digits. Without quotes YAML reads a number, and one that begins with 0 would lose it: the written text counts.
pub fn account_id(node: &Node, what: &str, faults: &mut Faults) -> Option<AccountId> {
    let text = node.word(what, faults)?;
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(AccountId::new(text));
    }
    faults.add(&node.span, format!("{what} must be an AWS account id of twelve digits, not {:?}", text.as_str()));
    None
}

/// The ARN of a role.
pub fn role_arn(node: &Node, faults: &mut Faults) -> Option<ArcStr> {
    let text = node.string("role_arn", faults)?;
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, resource] if resource.starts_with("role/") => Some(text),
        _ => {
            faults.add(&node.span, format!("role_arn must be like arn:aws:iam::123456789012:role/name, not {:?}", text.as_str()));
            None
        }
    }
}

/// A list of region codes, each once.
pub fn regions(node: &Node, what: &str, faults: &mut Faults) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for item in node.list(what, faults).unwrap_or_default() {
        let Some(text) = item.word(&format!("each of {what}"), faults) else { continue };
        match parse_region(&text) {
            Ok(region) if regions.contains(&region) => faults.add(&item.span, format!("region {region} is given twice")),
            Ok(region) => regions.push(region),
            Err(message) => faults.add(&item.span, format!("{message}, not {:?}", text.as_str())),
        }
    }
    regions
}

/// Reads a region code. It becomes part of a host name: a typo must not ask a stranger.
///
/// # Errors
/// Says what one looks like.
pub fn parse_region(text: &str) -> Result<Region, String> {
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let parts: Vec<&str> = text.split('-').collect();
    let well_formed = parts.split_last().is_some_and(|(number, words)| {
        words.len() >= 2 && words.iter().all(word) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if well_formed { Ok(Region::from(text)) } else { Err("write a region code such as us-east-2".to_owned()) }
}

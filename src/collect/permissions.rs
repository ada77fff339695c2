//! `ledgerline permissions`: the least IAM policy that the auditor itself needs, from the same table that plans the calls.
//!
//! An auditor of least privilege lives by it: what no loaded rule needs is not in it.

#[cfg(test)]
#[path = "permissions_tests.rs"]
mod tests;

use super::config::{AccountConfig, AthenaTable, Engine, ExportsConfig, TableSample};
use crate::model::Region;
use crate::model::catalogue::{CallSpec, Catalogue};
use crate::model::needs::Needs;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The policy document that allows the needed calls and nothing else.
///
/// One statement a service, sorted, on `*`: listings know no other resource, and what they list cannot be named before. An
/// action that reads more than we need stands in a statement of its own, on the paths that the catalogue names (written for
/// the partition `aws`). `sts:GetCallerIdentity` needs no permission and is not there. Without any need the policy allows
/// nothing.
pub fn policy(needs: &Needs, catalogue: &Catalogue) -> Value {
    let mut whole: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut narrow: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in calls(needs, catalogue) {
        for action in call.permissions() {
            let Some((service, _)) = action.split_once(':') else { continue };
            if call.resources.is_empty() {
                whole.entry(service.to_owned()).or_default().insert(action.to_string());
            } else {
                narrow.entry(action.to_string()).or_default().extend(call.resources.iter().map(ToString::to_string));
            }
        }
    }
    let mut statements: Vec<(String, Value)> = Vec::new();
    for (action, resources) in narrow {
        // Allowed on everything anyway, for another call.
        if whole.values().any(|actions| actions.contains(&action)) {
            continue;
        }
        let sid = sid(&action);
        statements.push((sid.clone(), json!({ "Sid": sid, "Effect": "Allow", "Action": [action], "Resource": resources })));
    }
    for (service, actions) in whole {
        let sid = sid(&service);
        statements.push((sid.clone(), json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*" })));
    }
    statements.sort_by(|(one, _), (other, _)| one.cmp(other));
    let statements: Vec<Value> = statements.into_iter().map(|(_, statement)| statement).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The policy for samples (`ledgerline permissions --for sampling`): on the named tables, and never for whole items.
pub fn sampling(samples: &[TableSample], accounts: &[AccountConfig], regions: &[Region]) -> Value {
    let any = || vec!["*".to_owned()];
    let accounts = if accounts.is_empty() { any() } else { accounts.iter().map(|account| account.id.to_string()).collect() };
    let regions = if regions.is_empty() { any() } else { regions.iter().map(ToString::to_string).collect() };
    let mut resources = Vec::new();
    for account in &accounts {
        for region in &regions {
            resources.extend(samples.iter().map(|sample| format!("arn:aws:dynamodb:{region}:{account}:table/{}", sample.table)));
        }
    }
    json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "LedgerlineSampling", "Effect": "Allow", "Action": ["dynamodb:Scan"], "Resource": resources,
        "Condition": { "StringEquals": { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" } } }] })
}

/// The policy for billing exports (`ledgerline permissions --for exports`): to read what lies under the configured place, and where Athena
/// answers, to ask it in the one workgroup. A bucket or workgroup that is encrypted with a key of yours needs `kms:Decrypt` on it besides,
/// and Athena writes its answers where the workgroup says: which place and key that is, the config does not know. None where nothing is
/// configured that needs a permission.
pub fn exports(config: &ExportsConfig, accounts: &[AccountConfig]) -> Option<Value> {
    let mut statements = Vec::new();
    if let Some((bucket, prefix)) = config.bucket() {
        statements.push(json!({ "Sid": "LedgerlineExportsFind", "Effect": "Allow", "Action": ["s3:ListBucket"],
            "Resource": format!("arn:aws:s3:::{bucket}"), "Condition": { "StringLike": { "s3:prefix": format!("{prefix}*") } } }));
        statements.push(json!({ "Sid": "LedgerlineExportsRead", "Effect": "Allow", "Action": ["s3:GetObject"],
            "Resource": format!("arn:aws:s3:::{bucket}/{prefix}*") }));
    }
    if let Engine::Athena(AthenaTable { workgroup, database, table }) = &config.engine {
        let account = if let [only] = accounts { only.id.to_string() } else { "*".to_owned() };
        let region = config.region.as_ref().map_or("*", Region::as_str);
        statements.push(json!({ "Sid": "LedgerlineExportsAsk", "Effect": "Allow",
            "Action": ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution", "athena:StopQueryExecution"],
            "Resource": format!("arn:aws:athena:{region}:{account}:workgroup/{workgroup}") }));
        let glue = |what: &str| format!("arn:aws:glue:{region}:{account}:{what}");
        statements.push(json!({ "Sid": "LedgerlineExportsTable", "Effect": "Allow",
            "Action": ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
            "Resource": [glue("catalog"), glue(&format!("database/{database}")), glue(&format!("table/{database}/{table}"))] }));
    }
    if statements.is_empty() { None } else { Some(json!({ "Version": "2012-10-17", "Statement": statements })) }
}

/// The IAM actions that the needed calls need, sorted.
pub fn actions(needs: &Needs, catalogue: &Catalogue) -> BTreeSet<String> {
    calls(needs, catalogue).flat_map(CallSpec::permissions).map(|action| action.to_string()).collect()
}

fn calls<'a>(needs: &'a Needs, catalogue: &'a Catalogue) -> impl Iterator<Item = &'a CallSpec> {
    needs
        .types()
        .filter_map(|(resource_type, calls)| Some((catalogue.find(resource_type)?, calls)))
        .flat_map(|(spec, calls)| calls.iter().filter_map(|call| spec.find_call(call)))
        .filter(|call| call.purpose.is_none())
}

/// A statement id: letters and digits only.
fn sid(subject: &str) -> String {
    let mut letters = subject.chars().filter(char::is_ascii_alphanumeric);
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    ["Ledgerline".to_owned(), first.into_iter().chain(letters).collect()].concat()
}

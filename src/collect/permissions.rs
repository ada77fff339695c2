//! `ledgerline permissions`: the least IAM policy that the auditor itself needs, from the same table that plans the calls.
//!
//! An auditor of least privilege lives by it: what no loaded rule needs is not in it.

use super::config::{AccountConfig, TableSample};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalogue::TypeSpec;

    fn catalogue() -> Catalogue {
        let spec = |json: Value| serde_json::from_value::<TypeSpec>(json).unwrap();
        Catalogue::new([
            spec(json!({ "type": "AWS::DynamoDB::Table", "listing": "dynamodb:ListTables", "tags": "tag:GetResources",
                "calls": [{ "call": "dynamodb:ListTables", "each": "page" }, { "call": "dynamodb:DescribeTable", "each": "resource" },
                          { "call": "tag:GetResources", "each": "page" }],
                "properties": { "type": "object", "fields": {
                    "BillingMode": { "type": "string", "call": "dynamodb:DescribeTable" } } } })),
            spec(json!({ "type": "AWS::ApiGateway::RestApi", "listing": "apigateway:GetRestApis",
                "calls": [{ "call": "apigateway:GetRestApis", "each": "page", "permissions": ["apigateway:GET"] }],
                "properties": { "type": "object", "fields": {} } })),
        ])
    }

    #[test]
    fn the_policy_allows_what_is_needed_and_nothing_else() {
        let catalogue = catalogue();
        let mut needs = Needs::default();
        needs.read(&"AWS::DynamoDB::Table".into(), &"properties.BillingMode".parse().unwrap(), &catalogue);
        needs.list(&"AWS::ApiGateway::RestApi".into(), &catalogue);
        assert_eq!(
            policy(&needs, &catalogue),
            json!({ "Version": "2012-10-17", "Statement": [
                { "Sid": "LedgerlineApigateway", "Effect": "Allow", "Action": ["apigateway:GET"], "Resource": "*" },
                { "Sid": "LedgerlineDynamodb", "Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:ListTables"], "Resource": "*" },
            ]})
        );
    }

    #[test]
    fn an_action_that_reads_too_much_is_allowed_on_the_named_paths_only() {
        let catalogue = crate::collect::aws::catalogue();
        let mut needs = Needs::default();
        needs.list(&"AWS::ApiGateway::Stage".into(), &catalogue);
        needs.list(&"AWS::DynamoDB::Table".into(), &catalogue);
        assert_eq!(
            policy(&needs, &catalogue),
            json!({ "Version": "2012-10-17", "Statement": [
                { "Sid": "LedgerlineApigatewayGET", "Effect": "Allow", "Action": ["apigateway:GET"],
                  "Resource": ["arn:aws:apigateway:*::/restapis", "arn:aws:apigateway:*::/restapis/*/stages"] },
                { "Sid": "LedgerlineDynamodb", "Effect": "Allow", "Action": ["dynamodb:ListTables"], "Resource": "*" },
            ]})
        );
    }

    #[test]
    fn nothing_that_is_needed_reads_api_keys() {
        let catalogue = crate::collect::aws::catalogue();
        let policy = policy(&Needs::everything(&catalogue), &catalogue);
        let statements = policy["Statement"].as_array().unwrap();
        let reading: Vec<&Value> =
            statements.iter().filter(|statement| statement["Action"].to_string().contains("apigateway:GET")).collect();
        assert!(!reading.is_empty());
        for resource in reading.iter().flat_map(|statement| statement["Resource"].as_array().expect("paths, never *")) {
            let path = resource.as_str().unwrap().rsplit(':').next().unwrap();
            assert!(["/restapis", "/domainnames", "/apis"].iter().any(|root| path.starts_with(root)), "{path}");
        }
    }

    #[test]
    fn tags_are_asked_for_only_where_a_rule_reads_them() {
        let catalogue = catalogue();
        let mut needs = Needs::default();
        needs.list(&"AWS::DynamoDB::Table".into(), &catalogue);
        assert_eq!(actions(&needs, &catalogue).into_iter().collect::<Vec<_>>(), ["dynamodb:ListTables"]);
        needs.read(&"AWS::DynamoDB::Table".into(), &"tags.Owner".parse().unwrap(), &catalogue);
        assert!(actions(&needs, &catalogue).contains("tag:GetResources"));
    }
}

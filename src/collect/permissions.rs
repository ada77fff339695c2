//! `ledgerline permissions`: the least IAM policy that the auditor itself needs, from the same table that plans the calls.
//!
//! An auditor of least privilege lives by it: what no loaded rule needs is not in it.

use crate::model::catalogue::Catalogue;
use crate::model::needs::Needs;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The policy document that allows the needed calls and nothing else.
///
/// One statement a service, sorted. `Resource` is `*`: listings know no other, and what they list cannot be named before.
/// `sts:GetCallerIdentity` needs no permission and is not there. Without any need the policy allows nothing.
pub fn policy(needs: &Needs, catalogue: &Catalogue) -> Value {
    let mut services: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for action in actions(needs, catalogue) {
        if let Some((service, _)) = action.split_once(':') {
            services.entry(service.to_owned()).or_default().insert(action);
        }
    }
    let statements: Vec<Value> = services
        .into_iter()
        .map(|(service, actions)| json!({ "Sid": sid(&service), "Effect": "Allow", "Action": actions, "Resource": "*" }))
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The IAM actions that the needed calls need, sorted.
pub fn actions(needs: &Needs, catalogue: &Catalogue) -> BTreeSet<String> {
    needs
        .types()
        .filter_map(|(resource_type, calls)| Some((catalogue.find(resource_type)?, calls)))
        .flat_map(|(spec, calls)| calls.iter().filter_map(|call| spec.find_call(call)))
        .flat_map(|call| call.permissions())
        .map(|action| action.to_string())
        .collect()
}

/// A statement id: letters and digits only.
fn sid(service: &str) -> String {
    let mut letters = service.chars().filter(char::is_ascii_alphanumeric);
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
    fn tags_are_asked_for_only_where_a_rule_reads_them() {
        let catalogue = catalogue();
        let mut needs = Needs::default();
        needs.list(&"AWS::DynamoDB::Table".into(), &catalogue);
        assert_eq!(actions(&needs, &catalogue).into_iter().collect::<Vec<_>>(), ["dynamodb:ListTables"]);
        needs.read(&"AWS::DynamoDB::Table".into(), &"tags.Owner".parse().unwrap(), &catalogue);
        assert!(actions(&needs, &catalogue).contains("tag:GetResources"));
    }
}

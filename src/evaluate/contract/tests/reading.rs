//! What a contract may say, and what is refused: all at once, each with its place.

use super::*;
use crate::model::Path;
use crate::model::contract::RULES;
use crate::model::path::Step;

#[test]
fn every_mistake_of_a_contract_is_told_with_its_place_and_what_was_meant() {
    let text = "\
contract: other
name: [x]
accounts: 5
resources:
  AWS::DynamoDB::Tabel: { a: {} }
  AWS::DynamoDB::Table:
    a:
      propertys: {}
      properties:
        BillingMode: PAY_PER_REQUST
        BilingMode: PROVISIONED
        DeletionProtectionEnabled: maybe
        TableName: { one_of: [a], matches: b }
      where: { state.Nothing: 1 }
costs:
  Lambda: { low: 3, high: 1 }
";
    assert_eq!(
        refused(&[source("mine", text)]),
        [
            "rules/contracts/mine.yaml:1:11: the contract \"other\" is not called as its file (name the file other.yaml)",
            "rules/contracts/mine.yaml:2:1: unknown key of a contract \"name\" (did you mean \"names\"?)",
            "rules/contracts/mine.yaml:3:11: accounts must be a list, not a whole number",
            "rules/contracts/mine.yaml:5:3: unknown resource type \"AWS::DynamoDB::Tabel\" (did you mean \"AWS::DynamoDB::Table\"?)",
            "rules/contracts/mine.yaml:8:7: unknown key of a resource of a contract \"propertys\" (did you mean \"properties\"?)",
            "rules/contracts/mine.yaml:10:22: unknown value of properties.BillingMode \"PAY_PER_REQUST\" (did you mean \"PAY_PER_REQUEST\"?)",
            "rules/contracts/mine.yaml:11:9: unknown property of properties \"BilingMode\" (did you mean \"BillingMode\"?)",
            "rules/contracts/mine.yaml:12:36: properties.DeletionProtectionEnabled must be true or false, not text",
            "rules/contracts/mine.yaml:13:20: properties.TableName has more than one condition: one_of, matches",
            "rules/contracts/mine.yaml:14:16: AWS::DynamoDB::Table has no \"state.Nothing\" (write a path such as properties.Stage or state.UserPoolName)",
            "rules/contracts/mine.yaml:16:11: the cost of Lambda must be a range such as { low: 2, high: 5 }, not from 3 to 1",
        ]
    );
}

#[test]
fn two_contracts_that_contradict_each_other_are_one_error_that_names_both_places() {
    let one =
        "contract: one\nresources:\n  AWS::DynamoDB::Table:\n    t: { properties: { BillingMode: PROVISIONED, TableClass: STANDARD } }\n";
    let two = "contract: two\nresources:\n  AWS::DynamoDB::Table:\n    t: { properties: { BillingMode: PAY_PER_REQUEST } }\n";
    assert_eq!(
        refused(&[source("one", one), source("two", two)]),
        [
            "rules/contracts/two.yaml:4:24: AWS::DynamoDB::Table t: properties.BillingMode is \"PAY_PER_REQUEST\" here and \"PROVISIONED\" in \
          rules/contracts/one.yaml:4:24 (two contracts that hold together must agree)"
        ]
    );
    // What can be both is no contradiction, nor is what is said of another region.
    let wider = two.replace("PAY_PER_REQUEST", "{ one_of: [PROVISIONED, PAY_PER_REQUEST] }");
    assert_eq!(refused(&[source("one", one), source("two", &wider)]), [""; 0]);
    let elsewhere = |text: &str, region: &str| text.replace("resources:", &format!("regions: [{region}]\nresources:"));
    assert_eq!(refused(&[source("one", &elsewhere(one, "us-east-1")), source("two", &elsewhere(two, "us-east-2"))]), [""; 0]);
    assert_eq!(refused(&[source("one", &elsewhere(one, "us-east-2")), source("two", &elsewhere(two, "us-east-2"))]).len(), 1);
}

#[test]
fn a_pattern_contradicts_a_name_that_it_matches() {
    let text = "resources:\n  AWS::Logs::LogGroup:\n    \"/a/*\": { properties: { RetentionInDays: 7 } }\n    /a/b: { properties: { RetentionInDays: 30 } }\n";
    let said = refused(&[source("it", &format!("contract: it\n{text}"))]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("RetentionInDays") && said[0].contains("say one of them"), "{said:?}");
    assert_eq!(refused(&[source("it", &format!("contract: it\n{}", text.replace("/a/b", "/b/b")))]), [""; 0]);
}

#[test]
fn aliases_that_explode_are_refused() {
    let text = "contract: it\nresources: &a { AWS::DynamoDB::Table: {} }\nnames: [*a, *a]\n";
    let said = refused(&[source("it", text)]);
    assert!(said[0].contains("anchors are not read") && said[1..].iter().all(|fault| fault.contains("aliases are not read")), "{said:?}");
}

#[test]
fn a_contract_of_the_operators_takes_the_place_of_a_shipped_one_and_no_other() {
    let text = "contract: it\nresources: {}\n";
    let shipped = ContractSource { shipped: true, ..source("it", text) };
    let set = contracts(&[shipped, source("it", text)]);
    assert_eq!(set.contracts().len(), 1);
    assert_eq!(only(&set).holds, crate::evaluate::contract::Holds::Always);
    let twice = ContractSource { path: "more/contracts/it.yaml".to_owned(), ..source("it", text) };
    assert!(refused(&[source("it", text), twice])[0].contains("stands in more/contracts/it.yaml too"));
}

#[test]
fn an_unknown_contract_is_refused_with_what_was_meant() {
    let set = contract("resources: {}\n");
    let fault = set.only(&["is".into()]).unwrap_err();
    assert_eq!(fault[0].to_string(), "contracts: no contract is called \"is\" (did you mean \"it\"?)");
    assert_eq!(set.only(&[]).unwrap().contracts().len(), 1);
}

#[test]
fn what_a_contract_reads_is_asked_for_and_what_costs_is_not() {
    let text = "resources:\n  AWS::DynamoDB::Table:\n    t: { properties: { TimeToLiveSpecification: { Enabled: true } }, state: { TtlSample: { Items: 1 } } }\n";
    let (set, catalogue) = (contract(text), catalogue());
    let calls = |rules: &[&str]| {
        let needs = set.needs(rules.iter().copied(), catalogue);
        needs.types().flat_map(|(_, calls)| calls.iter().map(ToString::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(calls(&RULES), ["dynamodb:DescribeTimeToLive", "dynamodb:ListTables"]);
    assert_eq!(calls(&["contract-missing"]), ["dynamodb:ListTables"]);
    assert_eq!(calls(&[]), [""; 0]);
}

#[test]
fn the_digest_changes_with_a_contract() {
    let catalogue = catalogue();
    let digest = |text: &str| {
        let rules = load(&[], catalogue, &LoadOptions::default()).unwrap();
        rules.with_contracts(contract(text), &RulesConfig::default(), catalogue).digest().to_owned()
    };
    let text = "resources: { AWS::Logs::LogGroup: { a: {} } }\n";
    assert_eq!(digest(text), digest(text));
    assert_ne!(digest(text), digest("resources: { AWS::Logs::LogGroup: { b: {} } }\n"));
}

#[test]
fn the_shipped_contract_states_the_deployment() {
    let set = ContractSet::load(&crate::evaluate::shipped::shipped_contracts(), catalogue()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    });
    let deployment = set.contracts().iter().find(|contract| contract.name == "diatonic-dev").unwrap();
    assert_eq!(deployment.of_type("AWS::DynamoDB::Table").len(), 6);
    assert_eq!(deployment.costs.len(), 5);
    assert_eq!(deployment.types().len(), 13);
}

#[test]
fn a_path_names_an_item_by_its_key_and_is_read_back() {
    let path = |value: &str| Path::root("properties").key("L").step(Step::Item("IndexName".into(), value.into())).key("X");
    assert_eq!(path("by-tenant").to_string(), "properties.L[IndexName=by-tenant].X");
    for value in ["by-tenant", "a]b", "\"", "a=b", ""] {
        let path = path(value);
        assert_eq!(path.to_string().parse::<Path>().unwrap(), path, "{path}");
    }
}

//! Contracts over several passes, and files beside what is there.

use super::super::*;
use super::{RULE, Tables};
use crate::collect::{Nature, Request, Silent};
use crate::evaluate::config::RulesConfig;
use crate::evaluate::contract::{ContractSet, ContractSource};
use crate::evaluate::{LoadOptions, RuleSource};
use crate::model::coverage::Outcome;
use crate::model::finding::{ChangeKind, Resolution};
use crate::store::{self, Store};

/// The same tables, as a file declares them.
struct File(Tables);

#[async_trait::async_trait]
impl Source for File {
    fn name(&self) -> &str {
        "terraform.tfstate"
    }

    fn nature(&self) -> Nature {
        Nature::Declared
    }

    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        Ok(Collected { coverage: Coverage::default(), ..self.0.collect(request).await? })
    }
}

fn rules(contract: &str, catalogue: &Catalogue) -> RuleSet {
    let source = RuleSource { pack: "dynamodb".into(), path: "rules/dynamodb/dynamodb-table-provisioned.yaml".into(), text: RULE.into() };
    let contract = ContractSource { path: "contracts/it.yaml".to_owned(), text: contract.to_owned(), shipped: false };
    let rules = evaluate::load(&[source], catalogue, &LoadOptions::default()).unwrap();
    rules.with_contracts(ContractSet::load(&[contract], catalogue).unwrap(), &RulesConfig::default(), catalogue)
}

async fn pass(rules: &RuleSet, whole: bool, sources: Vec<Box<dyn Source>>, store: Option<&dyn Store>) -> Report {
    let (ownership, scope, catalogue) = (Ownership::default(), PassScope::default(), crate::collect::aws::catalogue());
    let plan = Plan {
        id: None,
        rules,
        whole_rule_set: whole,
        catalogue: &catalogue,
        ownership: &ownership,
        scope: &scope,
        waivers: &[],
        cost: CostConfig::default(),
        payers: 1,
        notify: &NotifyConfig::default(),
        listed: &[Status::Fail, Status::Unknown],
        as_of: None,
        trigger: "command",
        clock: chrono::Utc::now,
    };
    run(&plan, &sources, store, &Silent, &CancellationToken::new()).await.unwrap()
}

fn live(tables: Vec<(&'static str, &'static str)>, listing: Outcome) -> Vec<Box<dyn Source>> {
    vec![Box::new(Tables(tables, listing))]
}

fn changes(report: &Report) -> Vec<(ChangeKind, String, Option<Resolution>)> {
    let changes = report.changes.iter().map(|change| (change.kind, change.finding.sub_key.clone(), change.finding.resolution));
    changes.map(|(kind, sub_key, resolution)| (kind, sub_key.unwrap_or_default().to_string(), resolution)).collect()
}

const CONTRACT: &str =
    "contract: it\nresources: { AWS::DynamoDB::Table: { a: {}, b: { properties: { BillingMode: PAY_PER_REQUEST } } } }\n";
const MISSING: &str = "it/AWS::DynamoDB::Table/b";

#[tokio::test]
async fn what_is_missing_is_opened_kept_while_half_is_seen_and_fixed_when_it_appears() {
    let folder = tempfile::tempdir().unwrap();
    let store = store::open(&format!("sqlite://{}", folder.path().join("x.db").display())).await.unwrap();
    let store = Some(store.as_ref());
    let catalogue = crate::collect::aws::catalogue();
    let rules = rules(CONTRACT, &catalogue);
    let only_a = || vec![("a", "PAY_PER_REQUEST")];

    let first = pass(&rules, true, live(only_a(), Outcome::Complete), store).await;
    assert_eq!(changes(&first), [(ChangeKind::Opened, MISSING.to_owned(), None)]);
    let row = &first.results[0];
    assert_eq!(row.resource.name.as_deref(), Some("b"));
    assert_eq!((row.resource.resource_type.as_str(), row.resource.region.as_str()), ("AWS::DynamoDB::Table", "us-east-2"));
    assert_eq!(row.resource.id.as_ref().unwrap().as_str(), "ledgerline:expected:111122223333:us-east-2:AWS::DynamoDB::Table:b");

    let half = pass(&rules, true, live(only_a(), Outcome::Throttled), store).await;
    assert_eq!(changes(&half), [(ChangeKind::BecameStale, MISSING.to_owned(), None)]);

    // A pass over other contracts says nothing of this one.
    let others = rules.clone().with_other_contracts(ContractSet::default());
    let narrow = ContractSet::load(
        &[
            ContractSource { path: "o.yaml".to_owned(), text: "contract: o\nresources: {}\n".to_owned(), shipped: false },
            ContractSource { path: "it.yaml".to_owned(), text: CONTRACT.to_owned(), shipped: false },
        ],
        &catalogue,
    );
    let narrow = rules.clone().with_other_contracts(narrow.unwrap().only(&["o".into()]).unwrap());
    assert_eq!(changes(&pass(&narrow, false, live(only_a(), Outcome::Complete), store).await), []);

    let there = vec![("a", "PAY_PER_REQUEST"), ("b", "PROVISIONED")];
    let fixed = pass(&rules, true, live(there, Outcome::Complete), store).await;
    let drift = format!("{MISSING}/properties.BillingMode");
    let told = changes(&fixed);
    assert!(told.contains(&(ChangeKind::Resolved, MISSING.to_owned(), Some(Resolution::Fixed))), "{told:?}");
    assert!(told.contains(&(ChangeKind::Opened, drift.clone(), None)), "{told:?}");

    // Without the contract nothing drifts any more.
    let gone = pass(&others, true, live(vec![("a", "PAY_PER_REQUEST"), ("b", "PROVISIONED")], Outcome::Complete), store).await;
    assert!(changes(&gone).contains(&(ChangeKind::Resolved, drift, Some(Resolution::NotApplicable))), "{:?}", changes(&gone));
}

#[tokio::test]
async fn a_file_beside_the_account_is_compared_with_it_and_does_not_enter_it() {
    let catalogue = crate::collect::aws::catalogue();
    let rules = rules("contract: it\nresources: {}\n", &catalogue);
    let file = || -> Box<dyn Source> { Box::new(File(Tables(vec![("a", "PAY_PER_REQUEST"), ("b", "PROVISIONED")], Outcome::Complete))) };
    let mut sources = live(vec![("a", "PROVISIONED"), ("c", "PAY_PER_REQUEST")], Outcome::Complete);
    sources.push(file());
    let report = pass(&rules, true, sources, None).await;
    let told: Vec<(String, String)> =
        report.results.iter().map(|row| (row.rule.to_string(), row.sub_key.clone().unwrap_or_default().to_string())).collect();
    let of = |name: &str| format!("terraform.tfstate/AWS::DynamoDB::Table/{name}");
    assert_eq!(
        told,
        [
            ("contract-drifted".to_owned(), of("a/properties.BillingMode")),
            ("dynamodb-table-provisioned".to_owned(), String::new()),
            ("contract-unexpected".to_owned(), of("c")),
            ("contract-missing".to_owned(), of("b")),
        ],
        "b is provisioned in the file alone, and no rule judges it"
    );
    assert_ne!(report.run.rules_digest, rules.digest(), "what is compared is part of the digest");

    // Alone the file is judged as an account is.
    let alone = pass(&rules, true, vec![file()], None).await;
    assert_eq!(alone.results.iter().map(|row| row.rule.as_str()).collect::<Vec<_>>(), ["dynamodb-table-provisioned"]);
}

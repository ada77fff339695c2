//! How long contracts take: one of 1,000 tables against an inventory of 10,000 resources, of which a tenth is missing and a tenth has
//! drifted. The target is 100 ms.
//!
//! `cargo bench --bench contract`. The figures of one run, with machine and date, are in `benches/README.md`.

use ledgerline::evaluate::config::RulesConfig;
use ledgerline::evaluate::contract::{ContractSet, ContractSource};
use ledgerline::evaluate::{LoadOptions, Pass, load, run};
use ledgerline::inventory;
use ledgerline::model::catalogue::Catalogue;
use ledgerline::model::coverage::{Coverage, Outcome, ScopeRow};
use ledgerline::model::environment::Ownership;
use ledgerline::model::resource::ResourceRecord;
use ledgerline::model::run::PassScope;
use ledgerline::model::verdict::Status;
use ledgerline::model::{Interner, Inventory, Resource};
use serde_json::json;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const EXPECTED: usize = 1_000;
const THERE: usize = 10_000;

fn main() {
    let catalogue = ledgerline::collect::catalogue();
    let inventory = inventory(&catalogue);
    let start = Instant::now();
    let source = ContractSource { path: "contracts/large.yaml".to_owned(), text: contract(), shipped: false };
    let set = ContractSet::load(&[source], &catalogue).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let loaded = start.elapsed();
    let rules = load(&[], &catalogue, &LoadOptions::default()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let rules = rules.with_contracts(set, &RulesConfig::default(), &catalogue);
    let scope = PassScope::default();
    let cx = Pass { now: chrono::DateTime::UNIX_EPOCH, catalogue: &catalogue, scope: &scope, evidence: &[Status::Fail, Status::Unknown] };
    let (mut best, mut failed) = (Duration::MAX, 0);
    for _ in 0..20 {
        let start = Instant::now();
        let verdicts = run(&rules, &inventory, &cx);
        best = best.min(start.elapsed());
        failed = verdicts.told.iter().filter(|told| told.status == Status::Fail).count();
    }
    println!(
        "{EXPECTED} resources of a contract against {THERE}: judged in {best:.1?} (best of 20), {failed} results fail; read in {loaded:.1?}"
    );
}

/// Tables with an index, tags and TTL each.
fn contract() -> String {
    let mut text = "contract: large\nnames: [\"app-*\"]\nresources:\n  AWS::DynamoDB::Table:\n".to_owned();
    for number in 0..EXPECTED {
        // Every tenth is not there.
        let name = if number % 10 == 0 { format!("app-gone-{number}") } else { format!("app-{number}") };
        _ = write!(
            text,
            "    {name}:\n      properties:\n        BillingMode: PAY_PER_REQUEST\n        SSESpecification: {{ SSEEnabled: true }}\n        \
             KeySchema: [{{ AttributeName: id, KeyType: HASH }}]\n        TimeToLiveSpecification: {{ Enabled: true, AttributeName: ttl }}\n        \
             GlobalSecondaryIndexes:\n          - IndexName: by-tenant\n            \
             KeySchema: [{{ AttributeName: tenant_id, KeyType: HASH }}, {{ AttributeName: at, KeyType: RANGE }}]\n            \
             Projection: {{ ProjectionType: KEYS_ONLY }}\n      tags: {{ Environment: dev, Owner: {{ present: true }} }}\n"
        );
    }
    text
}

/// Tables; every tenth is billed otherwise.
fn inventory(catalogue: &Catalogue) -> Inventory {
    let interner = Interner::new();
    let tables = (0..THERE).map(|number| {
        let name = format!("app-{number}");
        let mode = if number % 10 == 1 { "PROVISIONED" } else { "PAY_PER_REQUEST" };
        let record: ResourceRecord = serde_json::from_value(json!({
            "id": format!("arn:aws:dynamodb:us-east-2:111122223333:table/{name}"), "type": "AWS::DynamoDB::Table", "name": name,
            "account": "111122223333", "region": "us-east-2", "tags": {"Environment": "dev", "Owner": "team"},
            "properties": {
                "TableName": name, "BillingMode": mode, "SSESpecification": {"SSEEnabled": true},
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"},
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-tenant",
                    "KeySchema": [{"AttributeName": "tenant_id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": []},
                }],
            },
        }))
        .unwrap_or_else(|error| panic!("a table: {error}"));
        Resource::from_record(&record, catalogue, &interner)
    });
    let mut coverage = Coverage::default();
    coverage.add(ScopeRow {
        account: "111122223333".into(),
        region: "us-east-2".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        call: "dynamodb:ListTables".into(),
        outcome: Outcome::Complete,
        resources: THERE as u64,
        reason: None,
        permission: None,
    });
    inventory::build(tables.collect(), coverage, &Ownership::default(), catalogue)
}

//! One pass over a source of tables: what is opened, resolved, left alone, and recorded when it cannot be done.

mod sight;
mod waivers;

#[path = "contract_tests.rs"]
mod contracts;

use super::*;
use crate::collect::{Request, Silent};
use crate::evaluate::{LoadOptions, RuleSource};
use crate::model::Resource;
use crate::model::coverage::{Outcome, ScopeRow};
use crate::model::finding::ChangeKind;
use crate::model::resource::ResourceRecord;
use crate::store;
use serde_json::json;
use std::sync::Arc;

const RULE: &str = r#"
id: dynamodb-table-provisioned
title: Table uses on-demand capacity
status: stable
since: 0.1.0
pillar: cost
severity: medium
resource: AWS::DynamoDB::Table
assert: properties.BillingMode == "PAY_PER_REQUEST"
message: "table {{ name }} is billed {{ properties.BillingMode }}"
why: It costs.
remedy: { text: Switch it. }
examples:
  - { expect: pass, properties: { BillingMode: PAY_PER_REQUEST } }
  - { expect: fail, properties: { BillingMode: PROVISIONED } }
  - { expect: unknown, gaps: { properties.BillingMode: "AccessDenied dynamodb:DescribeTable" } }
"#;

/// A source that yields these tables (name, billing mode), its listing with this outcome.
struct Tables(Vec<(&'static str, &'static str)>, Outcome);

#[async_trait::async_trait]
impl Source for Tables {
    fn name(&self) -> &str {
        "tables"
    }

    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        let mut collected = Collected::default();
        for (name, mode) in &self.0 {
            let record: ResourceRecord = serde_json::from_value(json!({
                "id": format!("arn:aws:dynamodb:us-east-2:111122223333:table/{name}"), "type": "AWS::DynamoDB::Table", "name": name,
                "account": "111122223333", "region": "us-east-2", "properties": {"TableName": name, "BillingMode": mode},
            }))
            .unwrap();
            collected.resources.push(Resource::from_record(&record, request.catalogue, request.interner));
        }
        for (call, outcome) in [("dynamodb:ListTables", self.1), ("dynamodb:DescribeTable", Outcome::Complete)] {
            collected.coverage.add(ScopeRow {
                account: "111122223333".into(),
                region: "us-east-2".into(),
                resource_type: "AWS::DynamoDB::Table".into(),
                call: call.into(),
                outcome,
                resources: self.0.len() as u64,
                reason: None,
                permission: None,
            });
        }
        Ok(collected)
    }
}

/// Fails to begin.
struct NoCredentials;

#[async_trait::async_trait]
impl Source for NoCredentials {
    fn name(&self) -> &str {
        "none"
    }

    async fn collect(&self, _: Request<'_>) -> Result<Collected, SourceError> {
        Err(SourceError::NothingToAudit("no credentials".to_owned()))
    }
}

struct Bench {
    rules: RuleSet,
    catalogue: Catalogue,
    store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open(&format!("sqlite://{}", folder.path().join("x.db").display())).await.unwrap();
        let catalogue = crate::collect::aws::catalogue();
        let source =
            RuleSource { pack: "dynamodb".into(), path: "rules/dynamodb/dynamodb-table-provisioned.yaml".into(), text: RULE.into() };
        let rules = evaluate::load(&[source], &catalogue, &LoadOptions::default()).unwrap();
        Self { rules, catalogue, store, _folder: folder }
    }

    async fn pass(&self, source: impl Source + 'static, scope: &PassScope) -> Result<Report, AuditError> {
        self.pass_with(source, scope, &[], None).await
    }

    /// A pass with these waivers of files, as of a time.
    async fn pass_with(
        &self,
        source: impl Source + 'static,
        scope: &PassScope,
        waivers: &[Arc<Waiver>],
        as_of: Option<Time>,
    ) -> Result<Report, AuditError> {
        let ownership = Ownership::default();
        let plan = Plan {
            id: None,
            rules: &self.rules,
            whole_rule_set: true,
            catalogue: &self.catalogue,
            ownership: &ownership,
            scope,
            waivers,
            cost: CostConfig::default(),
            payers: 1,
            notify: &NotifyConfig::default(),
            listed: &[Status::Fail, Status::Unknown],
            as_of,
            trigger: "command",
            clock: chrono::Utc::now,
        };
        run(&plan, &[Box::new(source)], Some(&*self.store), &Silent, &CancellationToken::new()).await
    }
}

fn changes(report: &Report) -> Vec<(ChangeKind, String)> {
    report.changes.iter().map(|change| (change.kind, change.finding.resource_name.to_string())).collect()
}

#[tokio::test]
async fn a_failure_is_opened_then_seen_then_resolved_and_the_snapshot_follows() {
    let bench = Bench::new().await;
    let all = PassScope::default();
    let first = bench.pass(Tables(vec![("a", "PROVISIONED"), ("b", "PAY_PER_REQUEST")], Outcome::Complete), &all).await.unwrap();
    assert_eq!(changes(&first), [(ChangeKind::Opened, "a".to_owned())]);
    assert_eq!((first.summary.pass, first.summary.fail), (1, 1));
    assert_eq!(first.results.len(), 1, "passes are counted, not listed");
    assert!(!first.results[0].evidence.is_empty(), "a failure carries what it rests on");
    let snapshot = bench.store.snapshot().await.unwrap().unwrap();
    assert_eq!(snapshot.rule_findings[0].2, 1);
    assert_eq!(snapshot.resources.iter().map(|row| row.3).sum::<u64>(), 2);

    let second = bench.pass(Tables(vec![("a", "PAY_PER_REQUEST"), ("b", "PAY_PER_REQUEST")], Outcome::Complete), &all).await.unwrap();
    assert_eq!(changes(&second), [(ChangeKind::Resolved, "a".to_owned())]);
    assert_eq!(bench.store.snapshot().await.unwrap().unwrap().rule_findings[0].2, 0, "it falls to zero rather than vanish");
}

#[tokio::test]
async fn half_a_listing_resolves_nothing_and_says_so() {
    let bench = Bench::new().await;
    let all = PassScope::default();
    bench.pass(Tables(vec![("a", "PROVISIONED")], Outcome::Complete), &all).await.unwrap();
    let half = bench.pass(Tables(vec![], Outcome::Throttled), &all).await.unwrap();
    assert_eq!(changes(&half), [(ChangeKind::BecameStale, "a".to_owned())]);
    assert_eq!(half.summary.unknown, 1);
    assert!(half.results[0].resource.id.is_none());
    assert!(!half.coverage.is_complete());
}

#[tokio::test]
async fn a_narrower_pass_neither_resolves_nor_shrinks_the_counts() {
    let bench = Bench::new().await;
    bench.pass(Tables(vec![("a", "PROVISIONED")], Outcome::Complete), &PassScope::default()).await.unwrap();
    let elsewhere = PassScope { regions: Some(["eu-west-1".into()].into()), ..PassScope::default() };
    let before = bench.store.snapshot().await.unwrap().unwrap();
    let narrow = bench.pass(Tables(vec![], Outcome::Complete), &elsewhere).await.unwrap();
    assert_eq!(changes(&narrow), []);
    let after = bench.store.snapshot().await.unwrap().unwrap();
    assert_eq!((after.resources, after.findings, after.last_success), (before.resources, before.findings, before.last_success));
}

#[tokio::test]
async fn a_pass_that_cannot_begin_leaves_all_as_it_was_but_its_own_record() {
    let bench = Bench::new().await;
    let all = PassScope::default();
    bench.pass(Tables(vec![("a", "PROVISIONED")], Outcome::Complete), &all).await.unwrap();
    let error = bench.pass(NoCredentials, &all).await.unwrap_err();
    assert!(matches!(error, AuditError::Source(SourceError::NothingToAudit(_))));
    let runs = bench.store.runs(&store::PageRequest::default()).await.unwrap().items;
    assert_eq!(runs.iter().map(|run| run.status).collect::<Vec<_>>(), [RunStatus::Failed, RunStatus::Complete]);
    assert_eq!(bench.store.known().await.unwrap().findings.len(), 1);
}

#[tokio::test]
async fn a_cancelled_pass_is_recorded_as_such() {
    let bench = Bench::new().await;
    let (ownership, scope) = (Ownership::default(), PassScope::default());
    let plan = Plan {
        id: None,
        rules: &bench.rules,
        whole_rule_set: true,
        catalogue: &bench.catalogue,
        ownership: &ownership,
        scope: &scope,
        waivers: &[],
        cost: CostConfig::default(),
        payers: 1,
        notify: &NotifyConfig::default(),
        listed: &[],
        as_of: None,
        trigger: "command",
        clock: chrono::Utc::now,
    };
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = run(&plan, &[Box::new(NoCredentials)], Some(&*bench.store), &Silent, &cancel).await.unwrap_err();
    assert!(matches!(error, AuditError::Cancelled));
    let runs = bench.store.runs(&store::PageRequest::default()).await.unwrap().items;
    assert_eq!(runs[0].status, RunStatus::Cancelled);
}

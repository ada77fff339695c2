//! The live source over the real SDK: what it asks, and what it makes of every kind of trouble.
//!
//! Against the stand-in, in this process; the emulator is asked in the last tests, for a second opinion about the wire.

mod emulator;
mod trouble;

use crate::support::moto::Account;
use crate::support::stand_in::{Fault, Size, StandIn, Table, Trouble, World};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use ledgerline::collect::aws::{AwsSource, Patience, catalogue};
use ledgerline::collect::config::AwsConfig;
use ledgerline::collect::{Request, Silent, Source, SourceError};
use ledgerline::model::inventory::Collected;
use ledgerline::model::needs::Needs;
use ledgerline::model::paid::{PaidCalls, PaidRequest, Refusal};
use ledgerline::model::run::PassScope;
use ledgerline::model::value::Time;
use ledgerline::model::{GapKind, Interner, Outcome, Resource};
use serde_json::json;
use std::time::{Duration, Instant};

const TABLE: &str = "AWS::DynamoDB::Table";
const ACCOUNT: &str = "111122223333";

/// Refuses everything paid.
struct NoBudget;

impl PaidCalls for NoBudget {
    fn cached<'a>(&'a self, _: &'a PaidRequest, _: Time) -> futures::future::BoxFuture<'a, Option<serde_json::Value>> {
        Box::pin(async { None })
    }
    fn reserve<'a>(&'a self, _: &'a PaidRequest, _: Time) -> futures::future::BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async { Err(Refusal::Off) })
    }
    fn settle<'a>(&'a self, _: &'a PaidRequest, _: u32, _: Option<serde_json::Value>, _: Time) -> futures::future::BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}

async fn sdk(account: &Account) -> SdkConfig {
    let (key, secret, token) = (&account.access_key_id, &account.secret_access_key, &account.session_token);
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(account.region.clone()))
        .endpoint_url(&account.endpoint)
        .credentials_provider(Credentials::new(key, secret, Some(token.clone()), None, "tests"))
        .load()
        .await
}

/// Short pauses: the waiting itself is not what is tested.
fn hasty() -> Patience {
    Patience { pause: Duration::from_millis(5), connect: Duration::from_secs(2), attempt: Duration::from_secs(2), ..Patience::default() }
}

fn collect_as(account: &Account, config: AwsConfig, needs: &Needs, patience: Patience) -> Result<Collected, SourceError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (catalogue, interner, scope) = (catalogue(), Interner::new(), PassScope::default());
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    let request = Request { needs, scope: &scope, now, catalogue: &catalogue, interner: &interner, paid: &NoBudget, progress: &Silent };
    runtime.block_on(async {
        let source = AwsSource::new(config).with_sdk(sdk(account).await).with_patience(patience);
        source.collect(request).await
    })
}

fn collect(stand_in: &StandIn, needs: &Needs) -> Collected {
    collect_as(&stand_in.account(ACCOUNT), AwsConfig::default(), needs, hasty()).unwrap()
}

fn reading(paths: &[&str]) -> Needs {
    let (catalogue, mut needs) = (catalogue(), Needs::default());
    for path in paths {
        needs.read(&TABLE.into(), &path.parse().unwrap(), &catalogue);
    }
    needs
}

/// Billing, encryption, TTL, PITR, tags.
fn usual() -> Needs {
    reading(&["properties.BillingMode", "properties.TimeToLiveSpecification", "properties.PointInTimeRecoverySpecification", "tags"])
}

fn tables(number: usize) -> World {
    World::generated(Size { tables: number, ..Size::default() })
}

fn row(collected: &Collected, call: &str) -> (Outcome, u64) {
    let row = find(collected, call);
    (row.outcome, row.resources)
}

fn find<'a>(collected: &'a Collected, call: &str) -> &'a ledgerline::model::ScopeRow {
    collected.coverage.rows().find(|row| row.call.as_str() == call).unwrap_or_else(|| panic!("no row for {call}"))
}

fn of_type<'a>(collected: &'a Collected, resource_type: &str) -> Vec<&'a Resource> {
    collected.resources.iter().filter(|resource| resource.resource_type.as_str() == resource_type).collect()
}

fn text(resource: &Resource, path: &str) -> String {
    resource.at(&path.parse().unwrap()).map(|value| value.to_text()).unwrap_or_else(|| "nothing".to_owned())
}

fn gap(resource: &Resource, path: &str) -> Option<GapKind> {
    resource.at(&path.parse().unwrap()).and_then(|value| value.as_gap()).map(|gap| gap.kind)
}

#[test]
fn a_thousand_tables_take_three_requests_each_and_a_few_pages() {
    let stand_in = StandIn::slow(tables(1_000), Duration::from_millis(30));
    let began = Instant::now();
    let collected = collect_as(&stand_in.account(ACCOUNT), AwsConfig::default(), &usual(), Patience::default()).unwrap();
    println!("1,000 tables at 30 ms: {:?}, {} requests", began.elapsed(), collected.requests.total);
    assert_eq!(of_type(&collected, TABLE).len(), 1_000);
    assert!(collected.coverage.is_complete());
    assert_eq!(row(&collected, "dynamodb:DescribeTimeToLive"), (Outcome::Complete, 1_000));
    let counted: std::collections::BTreeMap<String, u64> =
        collected.requests.by_action.iter().map(|(call, number)| (call.to_string(), *number)).collect();
    assert_eq!(counted, stand_in.counts(), "what we count is what arrives");
    assert_eq!(collected.requests.total, 3_000 + 10 + 10 + 1); // described thrice, listed, tagged, identified
    assert_eq!(collected.requests.retried, 0);
    let table = of_type(&collected, TABLE)[0];
    assert_eq!(text(table, "properties.BillingMode"), "PAY_PER_REQUEST");
    assert_eq!(text(table, "tags.Owner"), "ledgerline");
    assert_eq!(gap(table, "properties.ResourcePolicy"), Some(GapKind::NotRecorded), "what no rule asks for is not asked");
}

#[test]
fn without_ttl_and_recovery_rules_one_request_a_table_is_left() {
    let stand_in = StandIn::of(tables(250));
    let collected = collect(&stand_in, &reading(&["properties.BillingMode", "properties.SSESpecification", "tags"]));
    assert_eq!(collected.requests.total, 250 + 3 + 3 + 1);
    assert_eq!((stand_in.count("dynamodb:DescribeTimeToLive"), stand_in.count("dynamodb:DescribeContinuousBackups")), (0, 0));
}

#[test]
fn a_table_without_a_policy_has_none_and_one_that_is_refused_is_not_known() {
    let mut world = tables(3);
    world.tables[1].policy = Some(json!({"Version": "2012-10-17", "Statement": []}).to_string());
    let stand_in = StandIn::of(world);
    stand_in.trouble(Trouble::with("dynamodb:GetResourcePolicy", Fault::Denied).on("table-00002"));
    let collected = collect(&stand_in, &reading(&["properties.ResourcePolicy"]));
    let mut tables = of_type(&collected, TABLE);
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(tables[0].at(&"properties.ResourcePolicy".parse().unwrap()).is_none());
    assert_eq!(text(tables[1], "properties.ResourcePolicy.PolicyDocument.Version"), "2012-10-17");
    assert_eq!(gap(tables[2], "properties.ResourcePolicy"), Some(GapKind::Denied));
}

#[test]
fn never_tagged_is_untagged_only_where_the_last_page_was_reached() {
    let mut world = tables(150);
    world.tables.push(Table::named("zz-never-tagged"));
    let stand_in = StandIn::of(world);
    let never = |collected: &Collected| {
        let table = collected.resources.iter().find(|resource| resource.name == "zz-never-tagged").unwrap();
        (table.tags.as_map().is_some_and(|tags| tags.is_empty()), table.tags.as_gap().map(|gap| gap.kind))
    };
    let collected = collect(&stand_in, &usual());
    assert_eq!(never(&collected), (true, None));
    assert_eq!(row(&collected, "tag:GetResources"), (Outcome::Complete, 151));

    stand_in.trouble(Trouble::with("tag:GetResources", Fault::Denied).on_later_pages());
    let collected = collect(&stand_in, &usual());
    assert_eq!(never(&collected), (false, Some(GapKind::Denied)));
    assert_eq!(row(&collected, "tag:GetResources"), (Outcome::Denied, 100));

    stand_in.mend();
    stand_in.trouble(Trouble::with("tag:GetResources", Fault::Denied));
    let collected = collect(&stand_in, &usual());
    assert!(of_type(&collected, TABLE).iter().all(|table| table.tags.as_gap().is_some()));
    assert_eq!(stand_in.count("dynamodb:ListTagsOfResource"), 0, "one denial never becomes a request a resource");
}

#[test]
fn two_regions_are_two_places() {
    let stand_in = StandIn::of(tables(2));
    let config = AwsConfig { accounts: Vec::new(), regions: vec!["us-east-2".into(), "eu-west-1".into()] };
    let collected = collect_as(&stand_in.account(ACCOUNT), config, &usual(), hasty()).unwrap();
    let mut ids: Vec<_> = of_type(&collected, TABLE).iter().map(|table| table.id.to_string()).collect();
    ids.sort();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[0], "arn:aws:dynamodb:eu-west-1:111122223333:table/table-00000");
    assert_eq!(of_type(&collected, "Ledgerline::Region").len(), 2);
    assert_eq!(of_type(&collected, "Ledgerline::Account").len(), 1);
    assert_eq!(collected.requests.by_action["sts:GetCallerIdentity"], 1);
}

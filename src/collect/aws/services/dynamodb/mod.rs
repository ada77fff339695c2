//! DynamoDB tables: one listing, then up to four calls a table, each only where a rule needs what it brings; and the limits of
//! the account, once a region.

#[cfg(feature = "cloudwatch")]
mod consumption;
mod map;
mod sample;

#[cfg(test)]
mod map_tests;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::config::TableSample;
use crate::model::Outcome;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, Select};
use futures::FutureExt;

/// Collects `AWS::DynamoDB::Table` and the account's limits.
pub struct DynamoDb;

const TABLE: &str = "AWS::DynamoDB::Table";
const LIMITS: &str = "Ledgerline::DynamoDB::Limits";
const LIST: &str = "dynamodb:ListTables";
const DESCRIBE_LIMITS: &str = "dynamodb:DescribeLimits";
const DESCRIBE: &str = "dynamodb:DescribeTable";
const TIME_TO_LIVE: &str = "dynamodb:DescribeTimeToLive";
const BACKUPS: &str = "dynamodb:DescribeContinuousBackups";
const POLICY: &str = "dynamodb:GetResourcePolicy";
const SCAN: &str = "dynamodb:Scan";

/// AWS gives 2,500 control-plane reads a second to an account; a pass takes a fraction, and adapts where it is not alone.
const PACES: &[(&str, Pace)] = &[
    (LIST, Pace::new(50, 50)),
    (DESCRIBE, Pace::new(1_000, 500)),
    (TIME_TO_LIVE, Pace::new(1_000, 500)),
    (BACKUPS, Pace::new(1_000, 500)),
    (POLICY, Pace::new(500, 250)),
];

#[async_trait::async_trait]
impl Service for DynamoDb {
    fn name(&self) -> &'static str {
        "dynamodb"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut found = Yield::default();
        if cx.request.needs.wants_type(TABLE) {
            tables(cx, &client, &mut found).await;
        }
        if cx.request.needs.wants_type(LIMITS) {
            limits(cx, &client, &mut found).await;
        }
        found
    }
}

/// What the account may provision in this region, in all and for one table.
async fn limits(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let answer = cx.call(DESCRIBE_LIMITS, || client.describe_limits().send()).await;
    let listing = match answer.and_then(|answer| map::limits(&answer, &cx.place).ok_or_else(|| Failure::empty(DESCRIBE_LIMITS))) {
        Ok(limits) => Listing { items: vec![limits], fault: None },
        Err(fault) => Listing { items: Vec::new(), fault: Some(fault) },
    };
    found.listed(cx, LIMITS, DESCRIBE_LIMITS, &listing);
    for limits in listing.items {
        found.enter(cx, limits);
    }
}

async fn tables(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    let names = cx
        .list(LIST, |token| {
            let request = client.list_tables().limit(100).set_exclusive_start_table_name(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.table_names, next: answer.last_evaluated_table_name })
            }
        })
        .await;
    found.listed(cx, TABLE, LIST, &names);
    if cx.wants(TABLE, SCAN) && !names.items.iter().any(|name| cx.sample(name).is_some()) {
        let fault = Failure::fault(Outcome::Skipped, "no table here is named under `samples` in the config");
        found.coverage.add(cx.row(TABLE, SCAN, Err(&fault)));
    }
    let mut tables = cx.each("tables", names.items, |name| hydrate(cx, client.clone(), name).boxed()).await;
    #[cfg(feature = "cloudwatch")]
    consumption::add(cx, &mut tables, found).await;
    for table in tables.into_iter().flatten() {
        found.enter(cx, table);
    }
}

/// Asks for what is wanted of one table; none where the table is gone meanwhile, whichever call says so. A call that fails
/// otherwise leaves its own gap and does not keep the others from being made.
async fn hydrate(cx: &Scope<'_>, client: Client, name: String) -> Option<Draft> {
    let arn = cx.arn("dynamodb", &format!("table/{name}"));
    let mut table = Draft::new(TABLE, arn, name.as_str());
    table.properties.put("TableName", name.as_str());
    // One after another: the tables are what runs side by side, and the first call that finds the table gone saves the rest.
    if cx.wants(TABLE, DESCRIBE) {
        let answer = cx.call(DESCRIBE, || client.describe_table().table_name(&name).send()).await;
        let answer = answer.and_then(|answer| answer.table.filter(map::is_whole).ok_or_else(|| Failure::empty(DESCRIBE)));
        table.take(DESCRIBE, answer, |table, answer| {
            map::table(&answer, &mut table.properties, &mut table.state);
            if let Some(arn) = answer.table_arn {
                table.id = arn.into();
            }
        })?;
    }
    if cx.wants(TABLE, TIME_TO_LIVE) {
        let answer = cx.call(TIME_TO_LIVE, || client.describe_time_to_live().table_name(&name).send()).await;
        let answer = answer.and_then(|answer| {
            let ttl = answer.time_to_live_description.filter(|ttl| ttl.time_to_live_status().is_some());
            ttl.ok_or_else(|| Failure::empty(TIME_TO_LIVE))
        });
        table.take(TIME_TO_LIVE, answer, |table, answer| map::time_to_live(&answer, &mut table.properties, &mut table.state))?;
    }
    if cx.wants(TABLE, SCAN)
        && let Some(sample) = cx.sample(&name)
        && let Some(attribute) = table.properties["TimeToLiveSpecification"]["AttributeName"].as_str().map(str::to_owned)
    {
        let answer = scan(cx, &client, sample, &attribute).await;
        table.take(SCAN, answer, |table, state| table.state.put("TtlSample", state))?;
    }
    if cx.wants(TABLE, BACKUPS) {
        let answer = cx.call(BACKUPS, || client.describe_continuous_backups().table_name(&name).send()).await;
        let answer = answer
            .and_then(|answer| answer.continuous_backups_description.filter(map::tells_recovery).ok_or_else(|| Failure::empty(BACKUPS)));
        table.take(BACKUPS, answer, |table, answer| map::backups(&answer, &mut table.properties, &mut table.state))?;
    }
    if cx.wants(TABLE, POLICY) {
        let arn = table.id.to_string();
        let answer = match cx.call(POLICY, || client.get_resource_policy().resource_arn(&arn).send()).await {
            Ok(answer) => answer.policy.map(Some).ok_or_else(|| Failure::empty(POLICY)),
            Err(failure) if failure.is("PolicyNotFoundException") => Ok(None),
            Err(failure) => Err(failure),
        };
        table.take(POLICY, answer, |table, answer| map::resource_policy(answer.as_deref(), &mut table.properties))?;
    }
    Some(table)
}

/// One page of a few items, of which AWS sends two attributes: their names stand behind placeholders, since `ttl` and others
/// are reserved words.
async fn scan(cx: &Scope<'_>, client: &Client, sample: &TableSample, attribute: &str) -> Result<serde_json::Value, Failure> {
    let same = sample.created == attribute;
    let answer = cx.call(SCAN, || {
        let request = client.scan().table_name(sample.table.as_str()).limit(sample.items).select(Select::SpecificAttributes);
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total).expression_attribute_names("#expiry", attribute);
        // A path that is named twice is refused.
        if same {
            request.projection_expression("#expiry").send()
        } else {
            request.expression_attribute_names("#created", sample.created.as_str()).projection_expression("#expiry, #created").send()
        }
    });
    let answer = answer.await?;
    let items = answer.items.ok_or_else(|| Failure::empty(SCAN))?;
    let consumed = answer.consumed_capacity.and_then(|consumed| consumed.capacity_units);
    Ok(sample::Figures::of(&items, attribute, sample, cx.request.now.timestamp()).state(attribute, sample, consumed))
}

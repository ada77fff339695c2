//! What the last passes saw. A pass writes what it saw, deletes what a complete listing lacks, and marks as stale what it could not
//! see; a narrower pass leaves the rest as it was.

use super::listing::{holds, one_of};
use super::{SqliteStore, column};
use crate::model::ResourceKey;
use crate::model::run::RunRecord;
use crate::model::sight::{KnownResource, ListedScope, SeenResource, Sight};
use crate::store::{Page, PageRequest, ResourceFilter, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

/// Rows a statement: 200 × 15 values stay far under SQLite's 32,766.
const BATCH: usize = 200;

const COLUMNS: &str =
    "key, id, resource_type, name, account, region, owner, failing, first_seen, last_seen, stale_since, run, results, tags, untold";

pub async fn write(connection: &mut SqliteConnection, record: &RunRecord, sight: &Sight<'_>) -> Result<(), sqlx::Error> {
    for batch in sight.resources.chunks(BATCH) {
        upsert(connection, record, batch, sight.every_rule).await?;
    }
    sweep(connection, record, sight).await
}

async fn upsert(
    connection: &mut SqliteConnection,
    record: &RunRecord,
    resources: &[SeenResource],
    every_rule: bool,
) -> Result<(), sqlx::Error> {
    let (run, now) = (record.id.as_str(), record.started_at.timestamp_millis());
    let mut rows = Vec::with_capacity(resources.len());
    for resource in resources {
        let results = resource.results.as_ref().map(column::to_json).transpose()?;
        let tags = resource.tags.as_ref().map(column::to_json).transpose()?;
        rows.push((resource, results, tags, column::to_json(&resource.untold)?));
    }
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO resources (");
    query.push(COLUMNS).push(") ");
    query.push_values(rows, |mut row, (resource, results, tags, untold)| {
        let failing = resource.results.map_or(0, |results| results.fail.saturating_add(results.waived));
        row.push_bind(resource.key().to_string())
            .push_bind(resource.id.as_str())
            .push_bind(resource.resource_type.as_str())
            .push_bind(resource.name.as_str())
            .push_bind(resource.account.as_str())
            .push_bind(resource.region.as_str())
            .push_bind(resource.owner.as_deref())
            .push_bind(i64::try_from(failing).unwrap_or(i64::MAX))
            .push_bind(now)
            .push_bind(now)
            .push_bind(None::<i64>)
            .push_bind(run)
            .push_bind(results)
            .push_bind(tags)
            .push_bind(untold);
    });
    query.push(
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name, last_seen = excluded.last_seen, stale_since = NULL, run = excluded.run",
    );
    query.push(if every_rule {
        ", owner = excluded.owner, tags = excluded.tags, results = excluded.results, failing = excluded.failing, untold = excluded.untold"
    } else {
        // Some rules only: what they did not ask for is not news.
        ", owner = coalesce(excluded.owner, owner), tags = coalesce(excluded.tags, tags)"
    });
    query.build().execute(connection).await?;
    Ok(())
}

/// What was listed and is not there is gone, or stale where the listing does not tell.
async fn sweep(connection: &mut SqliteConnection, record: &RunRecord, sight: &Sight<'_>) -> Result<(), sqlx::Error> {
    const LISTED: &str = "(account, region, resource_type) IN \
        (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))";
    let of = |complete: bool| {
        let scopes = sight.scopes.iter().filter(|scope| scope.complete == complete);
        let rows: Vec<_> = scopes.map(|ListedScope { account, region, resource_type, .. }| (account, region, resource_type)).collect();
        column::to_json(&rows)
    };
    let gone = ["DELETE FROM resources WHERE run <> ? AND ", LISTED].concat();
    sqlx::query(sqlx::AssertSqlSafe(gone)).bind(record.id.as_str()).bind(of(true)?).execute(&mut *connection).await?;
    let unseen = "UPDATE resources SET stale_since = ? WHERE stale_since IS NULL AND run <> ?";
    let now = record.started_at.timestamp_millis();
    if sight.everywhere {
        sqlx::query(unseen).bind(now).bind(record.id.as_str()).execute(connection).await?;
    } else {
        let unseen = [unseen, " AND ", LISTED].concat();
        sqlx::query(sqlx::AssertSqlSafe(unseen)).bind(now).bind(record.id.as_str()).bind(of(false)?).execute(connection).await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<KnownResource, sqlx::Error> {
    let optional = |name: &str| -> Result<bool, sqlx::Error> { Ok(row.try_get::<Option<&str>, _>(name)?.is_some()) };
    Ok(KnownResource {
        key: column::text(row, "key")?,
        seen: SeenResource {
            id: column::text(row, "id")?,
            resource_type: column::text(row, "resource_type")?,
            name: column::text(row, "name")?,
            account: column::text(row, "account")?,
            region: column::text(row, "region")?,
            owner: column::optional_text(row, "owner")?,
            tags: if optional("tags")? { Some(column::json(row, "tags")?) } else { None },
            results: if optional("results")? { Some(column::json(row, "results")?) } else { None },
            untold: column::json(row, "untold")?,
        },
        first_seen: column::time(row, "first_seen")?,
        last_seen: column::time(row, "last_seen")?,
        run: column::text(row, "run")?,
        stale_since: column::optional_time(row, "stale_since")?,
    })
}

pub async fn find(store: &SqliteStore, key: &ResourceKey) -> Result<Option<KnownResource>, StoreError> {
    let fault = store.fault("read a resource");
    let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
    query.push(COLUMNS).push(" FROM resources WHERE key = ").push_bind(key.as_str());
    query.build().fetch_optional(&store.pool).await.map_err(fault)?.as_ref().map(read).transpose().map_err(fault)
}

/// The columns of the order, which are the cursor.
type Key = (String, String, String, String, String);

pub async fn page(store: &SqliteStore, filter: &ResourceFilter, request: &PageRequest) -> Result<Page<KnownResource>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
    query.push(COLUMNS).push(" FROM resources WHERE true");
    narrow(&mut query, filter);
    if let Some((account, region, resource_type, id, key)) = request.key::<Key>()? {
        query.push(" AND (account, region, resource_type, id, key) > (");
        let mut values = query.separated(", ");
        for value in [account, region, resource_type, id, key] {
            values.push_bind(value);
        }
        query.push(")");
    }
    query.push(" ORDER BY account, region, resource_type, id, key LIMIT ").push_bind(i64::from(request.limit()) + 1);
    let fault = store.fault("list resources");
    let rows = query.build().fetch_all(&store.pool).await.map_err(fault)?;
    let resources = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    Ok(Page::cut(resources, request, |KnownResource { key, seen, .. }| -> Key {
        (seen.account.to_string(), seen.region.to_string(), seen.resource_type.to_string(), seen.id.to_string(), key.to_string())
    }))
}

pub async fn count(store: &SqliteStore, filter: &ResourceFilter) -> Result<u64, StoreError> {
    let fault = store.fault("count resources");
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) AS count FROM resources WHERE true");
    narrow(&mut query, filter);
    let row = query.build().fetch_one(&store.pool).await.map_err(fault)?;
    column::count(&row, "count").map_err(fault)
}

fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &ResourceFilter) {
    one_of(query, "account", filter.accounts.iter().map(|account| account.as_str()));
    one_of(query, "region", filter.regions.iter().map(|region| region.as_str()));
    one_of(query, "resource_type", filter.types.iter().map(|resource_type| resource_type.as_str()));
    one_of(query, "owner", filter.owners.iter().map(String::as_str));
    match filter.failing {
        Some(true) => _ = query.push(" AND failing > 0"),
        Some(false) => _ = query.push(" AND failing = 0"),
        None => {}
    }
    match filter.stale {
        Some(true) => _ = query.push(" AND stale_since IS NOT NULL"),
        Some(false) => _ = query.push(" AND stale_since IS NULL"),
        None => {}
    }
    holds(query, "key", "resources", filter.text.as_deref());
}

//! Lists of findings: narrowed, sorted and paged by the database, over indexes.

use super::findings::{columns, read_whole};
use super::{SqliteStore, column};
use crate::model::finding::{Finding, FindingStatus};
use crate::store::{FindingFilter, FindingOrder, Page, PageRequest, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Row as _, Sqlite};

/// Where a page ended: the columns of the order, what is over behind the rest. Each names its order, so that one is not taken for another.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    Account(String, String, String, String, String, String, String),
    Severity(bool, i64, i64, String),
    Age(bool, i64, String),
    Savings(bool, i64, String),
}

impl Key {
    /// `rank` is what the database sorts by, where that is no column of the finding.
    fn of(order: FindingOrder, finding: &Finding, rank: i64) -> Self {
        let fingerprint = finding.fingerprint.to_string();
        let age = finding.first_seen.timestamp_millis();
        let ended = finding.status == FindingStatus::Resolved;
        match order {
            FindingOrder::Account => Self::Account(
                finding.account.to_string(),
                finding.region.to_string(),
                finding.resource_type.to_string(),
                finding.resource.to_string(),
                finding.rule.to_string(),
                finding.sub_key.as_deref().unwrap_or_default().to_owned(),
                fingerprint,
            ),
            FindingOrder::Severity => Self::Severity(ended, rank, age, fingerprint),
            FindingOrder::Age => Self::Age(ended, age, fingerprint),
            FindingOrder::Savings => Self::Savings(ended, rank, fingerprint),
        }
    }
}

/// The columns that an order sorts by, and the rank among them.
const fn sorted_by(order: FindingOrder) -> (&'static str, &'static str) {
    match order {
        FindingOrder::Account => ("account, region, resource_type, resource, rule, sub_key, fingerprint", "0"),
        FindingOrder::Severity => ("ended, severity_rank, first_seen, fingerprint", "severity_rank"),
        FindingOrder::Age => ("ended, first_seen, fingerprint", "0"),
        FindingOrder::Savings => ("ended, savings_rank, fingerprint", "savings_rank"),
    }
}

pub async fn page(
    store: &SqliteStore,
    order: FindingOrder,
    filter: &FindingFilter,
    request: &PageRequest,
) -> Result<Page<Finding>, StoreError> {
    let (columns, rank) = sorted_by(order);
    let mut query = QueryBuilder::<Sqlite>::new(concat!("SELECT ", columns!(), ", details, "));
    query.push(rank).push(" AS rank FROM findings WHERE true");
    narrow(&mut query, filter);
    if let Some(key) = request.key::<Key>()? {
        query.push(" AND (").push(columns).push(") > (");
        let mut values = query.separated(", ");
        match (order, key) {
            (FindingOrder::Account, Key::Account(account, region, resource_type, resource, rule, sub_key, fingerprint)) => {
                for value in [account, region, resource_type, resource, rule, sub_key, fingerprint] {
                    values.push_bind(value);
                }
            }
            (FindingOrder::Severity, Key::Severity(ended, rank, age, fingerprint)) => {
                values.push_bind(ended).push_bind(rank).push_bind(age).push_bind(fingerprint);
            }
            (FindingOrder::Age, Key::Age(ended, age, fingerprint)) => _ = values.push_bind(ended).push_bind(age).push_bind(fingerprint),
            (FindingOrder::Savings, Key::Savings(ended, rank, fingerprint)) => {
                _ = values.push_bind(ended).push_bind(rank).push_bind(fingerprint)
            }
            (FindingOrder::Account | FindingOrder::Severity | FindingOrder::Age | FindingOrder::Savings, _) => {
                return Err(StoreError::BadCursor);
            }
        }
        query.push(")");
    }
    query.push(" ORDER BY ").push(columns).push(" LIMIT ").push_bind(i64::from(request.limit()) + 1);
    let fault = store.fault("list findings");
    let rows = query.build().fetch_all(&store.pool).await.map_err(fault)?;
    let ranked = rows.iter().map(|row| Ok((read_whole(row)?, row.try_get::<i64, _>("rank")?)));
    let ranked = ranked.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let Page { items, next } = Page::cut(ranked, request, |(finding, rank)| Key::of(order, finding, *rank));
    Ok(Page { items: items.into_iter().map(|(finding, _)| finding).collect(), next })
}

pub async fn count(store: &SqliteStore, filter: &FindingFilter) -> Result<u64, StoreError> {
    let fault = store.fault("count findings");
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) AS count FROM findings WHERE true");
    narrow(&mut query, filter);
    let row = query.build().fetch_one(&store.pool).await.map_err(fault)?;
    column::count(&row, "count").map_err(fault)
}

fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &FindingFilter) {
    if !filter.statuses.is_empty() {
        // Said in the first words of the indexes, too: resolved findings are most of an old store.
        match (filter.statuses.contains(&FindingStatus::Resolved), filter.statuses.len()) {
            (false, _) => _ = query.push(" AND ended = 0"),
            (true, 1) => _ = query.push(" AND ended = 1"),
            (true, _) => {}
        }
    }
    one_of(query, "status", filter.statuses.iter().map(|status| status.as_str()));
    one_of(query, "severity", filter.severities.iter().map(|severity| severity.as_str()));
    one_of(query, "pillar", filter.pillars.iter().map(|pillar| pillar.as_str()));
    one_of(query, "rule", filter.rules.iter().map(|rule| rule.as_str()));
    one_of(query, "account", filter.accounts.iter().map(|account| account.as_str()));
    one_of(query, "region", filter.regions.iter().map(|region| region.as_str()));
    one_of(query, "resource_type", filter.types.iter().map(|resource_type| resource_type.as_str()));
    one_of(query, "owner", filter.owners.iter().map(String::as_str));
    contains(query, &["resource", "resource_name"], filter.resource.as_deref());
    holds(query, "fingerprint", "findings", filter.text.as_deref());
}

/// A condition of any length as one bound value, so that no list runs into the limit of bound values.
pub(super) fn one_of<'a>(query: &mut QueryBuilder<Sqlite>, column: &'static str, words: impl Iterator<Item = &'a str>) {
    let words: Vec<&str> = words.collect();
    if !words.is_empty() {
        let list = serde_json::Value::from(words).to_string();
        query.push(" AND ").push(column).push(" IN (SELECT value FROM json_each(").push_bind(list).push("))");
    }
}

/// A part of the text that is searched, found in the index that holds nothing else. The planner would rather read the table, which takes
/// four times as long: rows are ten times as large.
pub(super) fn holds(query: &mut QueryBuilder<Sqlite>, key: &'static str, table: &'static str, part: Option<&str>) {
    let Some(part) = part.filter(|part| !part.is_empty()) else { return };
    query
        .push(" AND ")
        .push(key)
        .push(" IN (SELECT ")
        .push(key)
        .push(" FROM ")
        .push(table)
        .push(" INDEXED BY ")
        .push(table)
        .push("_by_text");
    query.push(" WHERE instr(haystack, lower(").push_bind(part).push(")) > 0)");
}

/// `instr`, not LIKE: what users type has no wildcards.
pub(super) fn contains(query: &mut QueryBuilder<Sqlite>, columns: &[&'static str], part: Option<&str>) {
    let Some(part) = part.filter(|part| !part.is_empty()) else { return };
    query.push(" AND (false");
    for column in columns {
        query.push(" OR instr(lower(").push(column).push("), lower(").push_bind(part).push(")) > 0");
    }
    query.push(")");
}

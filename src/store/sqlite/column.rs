//! Columns in and out: times, words, money and JSON. What cannot be read back is damage, never a default.

use crate::model::Money;
use crate::model::value::Time;
use rust_decimal::Decimal;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::str::FromStr;

/// A column that cannot be read as what it should be.
fn unreadable(column: &str, why: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: why.to_string().into() }
}

/// The text of a column.
pub fn text<T: From<String>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    row.try_get::<String, _>(column).map(T::from)
}

/// The text of a column that may be empty of value.
pub fn optional_text<T: From<String>>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(T::from))
}

/// A word or other text with a form of its own.
pub fn parsed<T: FromStr<Err: std::fmt::Display>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    row.try_get::<&str, _>(column)?.parse().map_err(|why| unreadable(column, why))
}

/// [`parsed`], where there may be none.
pub fn optional_parsed<T: FromStr<Err: std::fmt::Display>>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let found = row.try_get::<Option<&str>, _>(column)?;
    found.map(|text| text.parse().map_err(|why| unreadable(column, why))).transpose()
}

/// A point in time.
pub fn time(row: &SqliteRow, column: &str) -> Result<Time, sqlx::Error> {
    let millis = row.try_get::<i64, _>(column)?;
    Time::from_timestamp_millis(millis).ok_or_else(|| unreadable(column, format!("{millis} is no time")))
}

/// A point in time, where there may be none.
pub fn optional_time(row: &SqliteRow, column: &str) -> Result<Option<Time>, sqlx::Error> {
    if row.try_get::<Option<i64>, _>(column)?.is_none() { Ok(None) } else { time(row, column).map(Some) }
}

/// An amount.
pub fn money(row: &SqliteRow, column: &str) -> Result<Money, sqlx::Error> {
    optional_money(row, column)?.ok_or_else(|| unreadable(column, "there is no amount"))
}

/// An amount, where there may be none.
pub fn optional_money(row: &SqliteRow, column: &str) -> Result<Option<Money>, sqlx::Error> {
    let found = row.try_get::<Option<&str>, _>(column)?;
    found.map(|text| Decimal::from_str_exact(text).map(Money::new).map_err(|why| unreadable(column, why))).transpose()
}

/// JSON.
pub fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(|why| unreadable(column, why))
}

/// A count; negative ones do not occur.
pub fn count(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|why| unreadable(column, why))
}

/// JSON as it is stored.
pub fn to_json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|why| sqlx::Error::Encode(Box::new(why)))
}

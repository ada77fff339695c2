//! The one query that an engine is asked where exports outgrow this machine.
//!
//! An engine folds equal rows and counts them; what columns mean, which rows match and what is added is decided here afterwards, by the
//! same code as for files. So a `DOUBLE` is never summed as one, every engine gives the same decimals, no value that somebody typed
//! becomes a part of the query, and engines need no dialect for tags. The price: an answer has a row for each different amount.

use super::layout::{ExportKind, amounts};
use super::question::{ExportKey, Question};
use crate::model::export::ExportBasis;
use crate::model::ledger::Month;

/// The column that counts how many rows of the export a row of the answer stands for.
pub const COUNT: &str = "ledgerline_rows";

/// Where an engine finds the export. All names are letters, digits and underscores: whoever reads the config sees to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableName<'a> {
    /// The database.
    pub database: &'a str,
    /// The table.
    pub table: &'a str,
}

/// The query for a question about one month. The filter of the partition is always there: what a query reads is what it costs.
pub fn query(kind: ExportKind, name: TableName<'_>, question: &Question, month: Month) -> String {
    let asked = |key: &ExportKey| question.by.contains(key) || question.conditions.iter().any(|condition| condition.key == *key);
    let (clock, day) = match kind {
        ExportKind::Focus => ("BillingPeriodStart", "ChargePeriodStart"),
        ExportKind::Cur2 => ("bill_billing_period_start_date", "line_item_usage_start_date"),
    };
    let mut plain: Vec<&str> = Vec::new();
    for (key, focus, cur) in [
        (ExportKey::Provider, "ProviderName", None),
        (ExportKey::Service, "ServiceName", Some("line_item_product_code")),
        (ExportKey::Account, "SubAccountId", Some("line_item_usage_account_id")),
        (ExportKey::Region, "RegionId", Some("product_region_code")),
        (ExportKey::ChargeCategory, "ChargeCategory", Some("line_item_line_item_type")),
        (ExportKey::ChargeClass, "ChargeClass", Some("line_item_line_item_type")),
    ] {
        if asked(&key) {
            plain.extend(match kind {
                ExportKind::Focus => Some(focus),
                ExportKind::Cur2 => cur,
            });
        }
    }
    let amounts = amounts(kind);
    let of_basis: Vec<&str> = match (kind, question.basis) {
        (_, ExportBasis::Billed) => amounts.first().copied().into_iter().collect(),
        (ExportKind::Focus, ExportBasis::Effective) => amounts.get(1).copied().into_iter().collect(),
        (_, ExportBasis::List) => amounts.last().copied().into_iter().collect(),
        // What it effectively costs depends on the type of the line item.
        (ExportKind::Cur2, ExportBasis::Effective) => {
            plain.extend(["line_item_line_item_type", "reservation_reservation_a_r_n"]);
            amounts.iter().copied().filter(|name| *name != "pricing_public_on_demand_cost").collect()
        }
    };
    plain.push(match kind {
        ExportKind::Focus => "BillingCurrency",
        ExportKind::Cur2 => "line_item_currency_code",
    });
    // The reader knows an export by this column, whichever cost is asked for.
    plain.extend(amounts.first().filter(|_| kind == ExportKind::Cur2 || question.basis == ExportBasis::List));
    plain.extend(of_basis);
    let mut columns: Vec<String> = Vec::new();
    for name in plain {
        if !columns.iter().any(|column| column == name) {
            columns.push(name.to_owned());
        }
    }
    // A time's text begins with its date in every engine.
    let date = |column: &str| format!("substr(CAST({column} AS varchar), 1, 10) AS {column}");
    columns.push(date(clock));
    if asked(&ExportKey::Day) {
        columns.push(date(day));
    }
    let tags = |key: &ExportKey| matches!(key, ExportKey::Tag(_));
    if question.by.iter().any(tags) || question.conditions.iter().any(|condition| tags(&condition.key)) {
        let column = match kind {
            ExportKind::Focus => "Tags",
            ExportKind::Cur2 => "resource_tags",
        };
        columns.push(format!("json_format(CAST({column} AS json)) AS {column}"));
    }
    let places: Vec<String> = (1..=columns.len()).map(|place| place.to_string()).collect();
    format!(
        "SELECT {}, count(*) AS {COUNT} FROM \"{}\".\"{}\" WHERE billing_period = '{month}' GROUP BY {}",
        columns.join(", "),
        name.database,
        name.table,
        places.join(", ")
    )
}

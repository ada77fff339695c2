//! `ledgerline cost show`: sums of what billing exports say.
//!
//! As JSON it is one object where all amounts are of one currency, and a list of such objects where there are several: amounts of two
//! currencies are never added.

#[cfg(feature = "athena")]
use super::ingest::told_as_input;
use super::ingest::{named, store_url};
use crate::cli::{Exit, Failure, output, parts};
#[cfg(feature = "athena")]
use crate::collect::aws::exports::{Asked, Athena};
use crate::collect::config::{AthenaTable, Engine};
use crate::config::Config;
use crate::cost::export::question::{Condition, ExportKey, Question, Table, Tally};
#[cfg(feature = "athena")]
use crate::cost::export::sql;
use crate::model::export::{ExportBasis, StoredPeriod};
use crate::model::ledger::Month;
use crate::store::{self, Store};
use crate::telemetry::printable;
use anyhow::Context as _;
use arcstr::ArcStr;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Flags of `ledgerline cost show`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline cost show --by service --month 2026-10 --store sqlite://ledgerline.db
  ledgerline cost show --by account,tag:owner --basis effective --where charge_category=Usage --format json

Keys: provider, service, account, region, charge_category, charge_class, month, day, tag:NAME.
Conditions on one key hold if any of them does, on several keys if all do. `--where KEY` without a value is what has none
(an absent tag); `--where KEY=` is an empty value. A tag is found by its name as it is written, and by the names that exports
give it (Owner, user:Owner, user_owner). The month is the bill's, the day is the charge's.

JSON: one object; a list of objects where there are several currencies, which are never added.")]
pub struct ShowArgs {
    /// What rows are told apart by, separated by commas
    #[arg(long, required = true, value_name = "KEYS", value_delimiter = ',')]
    by: Vec<ExportKey>,
    /// Count only these charges
    #[arg(long = "where", value_name = "KEY=VALUE")]
    conditions: Vec<Condition>,
    /// Which cost
    #[arg(long, value_enum, default_value_t = Basis::Billed)]
    basis: Basis,
    /// Count only the bills of this month
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<Month>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The store that exports were taken into: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Basis {
    /// What the bill says (BilledCost, UnblendedCost)
    Billed,
    /// Commitments spread over their use (EffectiveCost, AmortizedCost)
    Effective,
    /// Public prices (ListCost)
    List,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// Answers.
pub fn run(args: &ShowArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let config = Config::load(config)?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = args.by.iter().map(ToString::to_string).find(|key| !seen.insert(key.clone())) {
        return Err(Failure::input(format!("--by names {twice} twice")));
    }
    let question = Question {
        by: args.by.clone(),
        conditions: args.conditions.clone(),
        basis: match args.basis {
            Basis::Billed => ExportBasis::Billed,
            Basis::Effective => ExportBasis::Effective,
            Basis::List => ExportBasis::List,
        },
        month: args.month,
    };
    let tables = match &config.exports.engine {
        Engine::Local => {
            let url = store_url(args.store.as_deref(), &config)?;
            parts::block_on(async {
                let store = store::open(&url).await?;
                let answered = answer(store.as_ref(), &question).await;
                store.close().await;
                answered
            })?
        }
        Engine::Athena(table) => parts::block_on(ask(&config, table, &question))?,
    };
    warn_of_gaps(&question, &tables)?;
    output::print(&match args.format {
        Format::Table => people(&question, &tables),
        Format::Json => programs(&question, &tables)?,
        Format::Csv => spreadsheets(&question, &tables)?,
    })?;
    Ok(Exit::Clean)
}

/// Asks Athena.
#[cfg(feature = "athena")]
async fn ask(config: &Config, table: &AthenaTable, question: &Question) -> Result<Vec<Table>, Failure> {
    let month = question.month.ok_or_else(|| Failure::input("Athena is paid by what it reads: name the month with --month YYYY-MM"))?;
    let kind =
        config.exports.kind.ok_or_else(|| Failure::input("say in the config what Athena's table is: cost.exports.kind, cur2 or focus"))?;
    let name = sql::TableName { database: &table.database, table: &table.table };
    let query = sql::query(kind, name, question, month);
    let opened = Athena::open(config.exports.region.as_ref(), &table.workgroup).await;
    let athena = opened.map_err(|error| Failure::input(error.to_string()))?;
    let mut tally = Tally::new(question.clone());
    let mut fault = None;
    let asked = Asked { database: &table.database, query: &query, kind };
    let answered = athena.ask(asked, |rows| {
        fault = fault.take().or_else(|| rows.iter().find_map(|row| tally.add(row).err()));
    });
    answered.await.map_err(told_as_input)?;
    match fault {
        Some(inexact) => Err(Failure::input(format!("the sum has too many digits: {inexact}"))),
        None => Ok(tally.finish().context("the total has too many digits")?),
    }
}

/// Without Athena's client.
#[cfg(not(feature = "athena"))]
async fn ask(_: &Config, _: &AthenaTable, _: &Question) -> Result<Vec<Table>, Failure> {
    Err(Failure::input("this build asks no Athena (the feature `athena` is off)"))
}

/// So often a reading begins anew because somebody took in an export meanwhile.
const TRIES: usize = 5;

async fn answer(store: &dyn Store, question: &Question) -> Result<Vec<Table>, Failure> {
    for _ in 0..TRIES {
        let periods = store.export_periods().await?;
        refuse_unknown(&periods, question)?;
        let mut tally = Tally::new(question.clone());
        let mut after = Some(0);
        while let Some(place) = after {
            let (rows, next) = store.export_rows(question.month, place).await?;
            for row in &rows {
                tally.add(row).context("the sum has too many digits")?;
            }
            after = next;
        }
        if store.export_periods().await? == periods {
            return Ok(tally.finish().context("the total has too many digits")?);
        }
    }
    Err(Failure::input("billing exports are being taken in all the time: try again later"))
}

/// What was never taken in is unknown, not zero.
fn refuse_unknown(periods: &[StoredPeriod], question: &Question) -> Result<(), Failure> {
    let asked = |stored: &&StoredPeriod| question.month.is_none_or(|month| month == stored.period.month);
    if periods.iter().any(|stored| asked(&stored)) {
        return Ok(());
    }
    let there: Vec<String> = periods.iter().map(named).collect();
    Err(Failure::input(match question.month {
        Some(month) if !there.is_empty() => format!("no billing export of {month} was taken in; there are {}", there.join(", ")),
        _ => "no billing export was taken in yet; `ledgerline cost ingest` does".to_owned(),
    }))
}

/// Amounts that an export does not have are no zeros.
fn warn_of_gaps(question: &Question, tables: &[Table]) -> Result<(), Failure> {
    let (charges, missing) = tables.iter().fold((0, 0), |(charges, missing), table| (charges + table.charges, missing + table.missing));
    let basis = question.basis.as_str();
    if missing > 0 && missing == charges {
        return Err(Failure::input(format!("none of these charges has a {basis} cost: the export does not say it")));
    }
    if missing > 0 {
        tracing::warn!("{missing} of {charges} charges have no {basis} cost and are not in these sums");
    }
    Ok(())
}

fn programs(question: &Question, tables: &[Table]) -> Result<String, Failure> {
    let by: Vec<String> = question.by.iter().map(ToString::to_string).collect();
    let object = |currency: &Option<ArcStr>, rows: &[(Vec<Option<ArcStr>>, crate::model::exact::Exact)], total: String| {
        let rows = rows.iter().map(|(values, amount)| {
            let keys: Map<String, Value> = by.iter().zip(values).map(|(key, value)| (key.clone(), json!(value.as_deref()))).collect();
            json!({ "keys": keys, "amount": amount.to_string() })
        });
        json!({
            "schema": "ledgerline.cost/1",
            "by": by,
            "basis": question.basis.as_str(),
            "currency": currency.as_deref(),
            "rows": rows.collect::<Vec<_>>(),
            "total": total,
        })
    };
    let mut objects: Vec<Value> = tables.iter().map(|table| object(&table.currency, &table.rows, table.total.to_string())).collect();
    let written = match objects.len() {
        // Nothing matches: a sum of nothing, in no currency.
        0 => object(&None, &[], "0".to_owned()),
        1 => objects.remove(0),
        _ => Value::Array(objects),
    };
    Ok(serde_json::to_string_pretty(&written).context("cannot write the sums")? + "\n")
}

fn spreadsheets(question: &Question, tables: &[Table]) -> Result<String, Failure> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let keys = question.by.iter().map(ToString::to_string);
    let heading: Vec<String> = keys.chain(["currency".to_owned(), "amount".to_owned()]).collect();
    rows.write_record(&heading).context("cannot write the sums")?;
    for table in tables {
        for (values, amount) in &table.rows {
            let cells = values.iter().map(|value| value.as_deref().map_or_else(String::new, harmless));
            let money = [table.currency.as_deref().unwrap_or_default().to_owned(), amount.to_string()];
            rows.write_record(cells.chain(money)).context("cannot write the sums")?;
        }
    }
    let bytes = rows.into_inner().map_err(|error| anyhow::anyhow!("cannot write the sums: {error}"))?;
    Ok(String::from_utf8(bytes).context("the sums are no text")?)
}

/// A cell that no spreadsheet takes for a formula, and no terminal for a command.
fn harmless(text: &str) -> String {
    let text = printable(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.into_owned() }
}

fn people(question: &Question, tables: &[Table]) -> String {
    let mut text = String::new();
    for table in tables {
        let currency = table.currency.as_deref().map_or_else(|| "unknown currency".to_owned(), |currency| printable(currency).into_owned());
        let mut drawn = comfy_table::Table::new();
        drawn.load_style(comfy_table::presets::NOTHING);
        let keys = question.by.iter().map(|key| printable(&key.to_string()).into_owned());
        drawn.set_header(keys.chain([currency]));
        for (values, amount) in &table.rows {
            let cells = values.iter().map(|value| match value.as_deref() {
                None => "–".to_owned(),
                Some("") => "\"\"".to_owned(),
                Some(value) => printable(value).into_owned(),
            });
            drawn.add_row(cells.chain([amount.to_string()]));
        }
        let total = question.by.iter().skip(1).map(|_| String::new());
        drawn.add_row(["total".to_owned()].into_iter().chain(total).chain([table.total.to_string()]));
        if let Some(column) = drawn.column_mut(question.by.len()) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
        _ = writeln!(text, "{}\n", drawn.trim_fmt());
    }
    if tables.is_empty() {
        text.push_str("No charge matches.\n");
    }
    text
}

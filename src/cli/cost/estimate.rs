//! `ledgerline cost estimate`: what a month would cost at the dated prices, and why it costs other than was assumed.
//!
//! With files alone it asks nothing and nobody.

use super::judged::{self, Judged};
use super::observed;
use crate::cli::flags::RegionFlags;
use crate::cli::{Exit, Failure, output, parts, prices};
use crate::config::Config;
use crate::cost::estimate::variance::{self, Variance};
use crate::cost::estimate::{self, Amounts, Estimate, Standing, Usage, economics};
use crate::cost::prices::{PriceBook, in_force};
use crate::diag::Source;
use crate::model::ledger::Month;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A file of assumptions that works.
const EXAMPLE: &str = include_str!("../../cost/estimate/usage.example.yaml");

/// Flags of `ledgerline cost estimate`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline cost estimate --example > usage.yaml           a file of assumptions to begin with
  ledgerline cost estimate usage.yaml                       what it makes: list price, free tier, discount, range
  ledgerline cost estimate usage.yaml --observed used.yaml  why the month costs other than that, to the cent
  ledgerline cost estimate --from-cloudwatch --region us-east-2   what the account uses, as CloudWatch counted it
  ledgerline cost estimate --store sqlite://ledgerline.db   the month as it was read, against what contracts promise

Exit codes: 0, also where an estimate is exceeded; 2 for a mistake in a file.")]
pub(super) struct EstimateArgs {
    /// What a month is assumed to use
    #[arg(value_name = "USAGE", required_unless_present_any = ["example", "store", "from_cloudwatch"])]
    usage: Option<PathBuf>,
    /// What it did use, in a file of the same form: told is why that costs other than what was assumed
    #[arg(long, value_name = "FILE", requires = "usage")]
    observed: Option<PathBuf>,
    /// Ask CloudWatch and the services what the last thirty days used. Beside a file, that is what was assumed, and why it costs
    /// other than that is told. CloudWatch charges $0.01 for a thousand metrics: only where cost.enabled is set, within the cap
    #[arg(long, conflicts_with = "observed")]
    from_cloudwatch: bool,
    #[command(flatten)]
    regions: RegionFlags,
    /// The store whose last audit says where the month stands: sqlite://FILE
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// Print a file of assumptions, and nothing else
    #[arg(long, conflicts_with_all = ["usage", "store", "from_cloudwatch"])]
    example: bool,
    /// How it is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: EstimateFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum EstimateFormat {
    /// For people
    #[default]
    Table,
    /// One object, amounts as exact decimals
    Json,
}

/// All that is told.
struct Told {
    usage: Option<(Usage, Estimate)>,
    variances: Vec<Variance>,
    judged: Vec<Judged>,
}

/// Prints the estimate.
pub(super) fn run(args: &EstimateArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    if args.example {
        output::print(EXAMPLE)?;
        return Ok(Exit::Clean);
    }
    let config = Config::load(config)?;
    prices::put_in_force(&config)?;
    let book = in_force();
    let mut usage = args.usage.as_deref().map(|path| read(path, &book)).transpose()?;
    let mut observed = args.observed.as_deref().map(|path| read(path, &book)).transpose()?;
    if args.from_cloudwatch {
        let asked = observed::usage(config, &args.regions, args.store.as_deref())?;
        // Alone it is the estimate; beside a file it is what the file is held against.
        (usage, observed) = match usage {
            Some(assumed) => (Some(assumed), Some(asked)),
            None => (Some(asked), None),
        };
    }
    let variances = match (&usage, &observed) {
        (Some(usage), Some(observed)) => variance::compare(usage, observed, &book).context("cannot compare")?,
        _ => Vec::new(),
    };
    let usage = match usage {
        Some(usage) => {
            let found = estimate::estimate(&usage, &book).context("cannot estimate")?;
            Some((usage, found))
        }
        None => None,
    };
    let judged = match &args.store {
        // The store then remembers what is paid.
        Some(_) if args.from_cloudwatch => Vec::new(),
        Some(url) => judged::months(url)?,
        None => Vec::new(),
    };
    let told = Told { usage, variances, judged };
    output::print(&match args.format {
        EstimateFormat::Table => table(&told, &book),
        EstimateFormat::Json => serde_json::to_string_pretty(&object(&told, &book)).unwrap_or_default() + "\n",
    })?;
    Ok(Exit::Clean)
}

fn read(path: &Path, book: &PriceBook) -> Result<Usage, Failure> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let month = Month::at(parts::now());
    Ok(estimate::read(&Source::new(path.display().to_string(), text), book, month)?)
}

fn object(told: &Told, book: &PriceBook) -> Value {
    let mut object = json!({ "schema": "ledgerline.estimate/1", "currency": "USD" });
    if let Some((usage, found)) = &told.usage {
        object["month"] = json!(usage.month.to_string());
        object["region"] = json!(usage.region.as_str());
        let components = found.components.iter().map(|component| {
            let lines = component.lines.iter().map(|line| {
                let mut row = amounts(&line.amounts);
                row["sku"] = json!(line.sku.as_str());
                row["unit"] = json!(line.unit.as_str());
                row["quantity"] = json!({ "low": text(line.quantity.0), "high": text(line.quantity.1) });
                row
            });
            let mut row = amounts(&component.amounts);
            row["component"] = json!(component.name.as_str());
            row["promised"] = promised(component.promised);
            row["lines"] = lines.collect();
            row
        });
        object["components"] = components.collect();
        object["total"] = amounts(&found.total);
        object["total"]["promised"] = promised(found.promised);
        object["thresholds"] = thresholds(usage, book);
    }
    if !told.variances.is_empty() {
        let variance = |one: &Variance| {
            json!({
                "component": one.component.as_str(), "expected": text(one.expected), "actual": text(one.actual), "gap": text(one.gap),
                "volume": text(one.volume), "rate": text(one.rate), "free_tier": text(one.free_tier), "credit": text(one.credit),
            })
        };
        object["variance"] = told.variances.iter().map(variance).collect();
    }
    if !told.judged.is_empty() {
        object["months"] = told.judged.iter().map(Judged::object).collect();
    }
    object
}

fn amounts(amounts: &Amounts) -> Value {
    json!({
        "list": text(amounts.list), "free_tier": text(amounts.free_tier), "discount": text(amounts.discount),
        "net": text(amounts.net), "low": text(amounts.low), "high": text(amounts.high),
    })
}

fn promised(promised: Option<(Decimal, Decimal, Standing)>) -> Value {
    promised.map_or(Value::Null, |(low, high, standing)| json!({ "low": text(low), "high": text(high), "verdict": standing.as_str() }))
}

/// Shares as per cent, to a tenth.
fn thresholds(usage: &Usage, book: &PriceBook) -> Value {
    let Some(found) = economics::thresholds(book, &usage.region, usage.month.first_day()) else { return Value::Null };
    json!({
        "provisioned_percent": percent(found.provisioned),
        "reserved_one_year_percent": percent(found.reserved_one_year),
        "reserved_three_years_percent": percent(found.reserved_three_years),
        "infrequent_access_storage_percent": percent(found.infrequent_access),
    })
}

fn table(told: &Told, book: &PriceBook) -> String {
    let mut out = String::new();
    if let Some((usage, found)) = &told.usage {
        _ = writeln!(out, "Estimate of {} in {}, USD", usage.month, usage.region);
        _ = writeln!(out, "{:<32} {:>12} {:>12} {:>10} {:>12}  range", "", "list", "free tier", "discount", "net");
        let mut row = |name: &str, amounts: &Amounts, promised: Option<(Decimal, Decimal, Standing)>| {
            let promised = promised.map_or_else(String::new, |(low, high, standing)| {
                format!("; {} {}–{}", standing.as_str(), low.normalize(), high.normalize())
            });
            _ = writeln!(
                out,
                "{name:<32} {:>12} {:>12} {:>10} {:>12}  {}–{}{promised}",
                usd(amounts.list),
                usd(amounts.free_tier),
                usd(amounts.discount),
                usd(amounts.net),
                usd(amounts.low),
                usd(amounts.high)
            );
        };
        for component in &found.components {
            row(&printable(&component.name), &component.amounts, component.promised);
            for line in &component.lines {
                row(&format!("  {}", line.sku), &line.amounts, None);
            }
        }
        row("Total", &found.total, found.promised);
        if let Some(found) = economics::thresholds(book, &usage.region, usage.month.first_day()) {
            _ = writeln!(
                out,
                "DynamoDB: provisioned capacity is cheaper above {} % use ({} % reserved for a year, {} % for three); Standard-IA where storage is over {} % of the bill.",
                percent(found.provisioned),
                percent(found.reserved_one_year),
                percent(found.reserved_three_years),
                percent(found.infrequent_access)
            );
        }
    }
    if !told.variances.is_empty() {
        _ = writeln!(out, "\nWhy it costs other than that, USD");
        _ = writeln!(
            out,
            "{:<20} {:>10} {:>10} {:>10} = {:>9} volume {:>9} rate {:>9} free tier {:>9} credit",
            "", "assumed", "is", "gap", "", "", "", ""
        );
        for one in &told.variances {
            _ = writeln!(
                out,
                "{:<20} {:>10} {:>10} {:>10} = {:>9} volume {:>9} rate {:>9} free tier {:>9} credit",
                printable(&one.component),
                usd(one.expected),
                usd(one.actual),
                usd(one.gap),
                usd(one.volume),
                usd(one.rate),
                usd(one.free_tier),
                usd(one.credit)
            );
        }
    }
    if !told.judged.is_empty() {
        _ = writeln!(out, "\nThe month against what was promised, USD");
        for one in &told.judged {
            _ = writeln!(out, "{}", one.line());
        }
    }
    out
}

fn printable(name: &str) -> String {
    crate::telemetry::printable(name).to_string()
}

/// An exact decimal as text.
fn text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// Dollars with at least two digits behind the point and at most three.
pub(super) fn usd(amount: Decimal) -> String {
    let mut amount = amount.round_dp(3).normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

fn percent(share: Decimal) -> String {
    share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default().round_dp(1).to_string()
}

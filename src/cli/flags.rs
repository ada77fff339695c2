//! Flags that several commands take, and how their words are read.

use crate::model::value::Time;
use crate::publish::export;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use std::str::FromStr;

/// Where the config file is and how log lines look.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The config file, else LEDGERLINE_CONFIG, else ./ledgerline.yaml
    #[arg(long, value_name = "FILE", global = true, env = "LEDGERLINE_CONFIG", hide_env = true)]
    pub config: Option<PathBuf>,
    /// Log level, else LEDGERLINE_LOG: error, warn, info, debug, trace
    #[arg(long, value_name = "LEVEL", global = true, env = "LEDGERLINE_LOG", hide_env = true)]
    pub log_level: Option<String>,
    /// How log lines are written: text or json
    #[arg(long, value_enum, value_name = "FORMAT", global = true, default_value_t, hide_possible_values = true, hide_default_value = true)]
    pub log_format: crate::telemetry::LogFormat,
}

/// Which rules are loaded.
#[derive(Clone, Debug, Default, Args)]
pub struct RuleFlags {
    /// Also load the rules of this directory, file or pack; may be given several times
    #[arg(long, value_name = "DIR|FILE")]
    pub rules: Vec<PathBuf>,
    /// Only rules with this id or glob (`dynamodb-*`); may be given several times
    #[arg(long = "rule", value_name = "ID|GLOB")]
    pub only: Vec<String>,
}

/// Which regions are looked at.
#[derive(Clone, Debug, Default, Args)]
pub struct RegionFlags {
    /// Only this region; may be given several times. Without it and without `regions` in the config: the SDK's own
    #[arg(long = "region", value_name = "REGION", value_parser = crate::config::parse_region)]
    pub regions: Vec<crate::model::Region>,
}

/// Where resources come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceArg {
    /// The live account of the usual AWS credentials.
    Aws,
    /// A file; what kind is told by its first bytes, never by its name.
    File(PathBuf),
}

impl std::fmt::Display for SourceArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Aws => f.write_str("aws"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl FromStr for SourceArg {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "" => Err("name `aws` or a recording file".to_owned()),
            "aws" => Ok(Self::Aws),
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }
}

/// Reads the name of an output format; help and errors list all that there are.
pub fn format() -> impl TypedValueParser<Value = &'static export::Format> {
    let names = export::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names).try_map(|name| export::find_format(&name).ok_or_else(|| format!("{name} is not written")))
}

/// Reads a moment: RFC 3339, or a date, which is its first instant in UTC.
///
/// # Errors
/// Says both forms.
pub fn parse_time(text: &str) -> Result<Time, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.with_timezone(&Utc));
    }
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) => Ok(date.and_time(NaiveTime::MIN).and_utc()),
        Err(_) => Err("write a date (2026-11-23) or a time (2026-11-23T08:00:00Z)".to_owned()),
    }
}

#[cfg(test)]
mod tests;

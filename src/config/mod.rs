//! The config file: this module composes what the others define.
//!
//! It is read as a tree whose nodes know their places, and every mistake is reported at once with line, column and
//! suggestion. A key that this version does not know is a mistake, never ignored: a misspelt `fail_on` that is silently
//! dropped would be a check that nobody runs. Values that only a loaded rule can judge (rule ids, parameters) are handed on
//! with their places.

mod accounts;
mod auth;
mod environments;
mod exports;
mod listen;
mod moment;
mod notify;
mod probes;
mod read;
mod report;
mod rules;
mod samples;
mod schedules;
pub mod schema;
mod waivers;

#[cfg(test)]
mod tests;

use crate::collect::config::ProbesConfig;
use crate::collect::config::{AwsConfig, ExportsConfig, TableSample};
use crate::cost::config::{CostConfig, TagKeys};
use crate::daemon::config::{ReportConfig, ScheduleConfig};
use crate::diag::{Diagnostic, Source};
use crate::evaluate::config::RulesConfig;
use crate::findings::config::WaiversConfig;
use crate::model::environment::Ownership;
use crate::publish::config::NotifyConfig;
use crate::serve::config::ServeConfig;
use crate::store::config::StoreConfig;
use std::path::{Path, PathBuf};

pub use accounts::parse_region;
pub use waivers::{Bounds, one as read_waiver};

/// The file that is read where no other is named and it is there.
pub const DEFAULT_FILE: &str = "ledgerline.yaml";

/// Every setting in a file with its meaning: what `ledgerline init` writes. A test keeps it complete and loading.
pub const EXAMPLE: &str = include_str!("example.yaml");

/// Everything that the config file says; what it does not say has its default.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where it was read from; none where there is no file.
    pub file: Option<PathBuf>,
    /// `accounts`, `regions`.
    pub aws: AwsConfig,
    /// `samples`.
    pub samples: Vec<TableSample>,
    /// `environments`.
    pub ownership: Ownership,
    /// `rules`, `parameters`.
    pub rules: RulesConfig,
    /// `waivers`.
    pub waivers: WaiversConfig,
    /// `store`.
    pub store: StoreConfig,
    /// `schedules`.
    pub schedules: ScheduleConfig,
    /// `report`.
    pub report: ReportConfig,
    /// `listen`, `auth`.
    pub serve: ServeConfig,
    /// `cost`.
    pub cost: CostConfig,
    /// `cost.exports`.
    pub exports: ExportsConfig,
    /// `cost.prices`: a file of prices that go before the shipped ones.
    pub prices: Option<PathBuf>,
    /// `cost.tag_keys`: the tag keys that costs are told apart by.
    pub cost_tags: TagKeys,
    /// `probes`.
    pub probes: ProbesConfig,
    /// `notify`.
    pub notify: NotifyConfig,
}

impl Config {
    /// Reads the named file, else [`DEFAULT_FILE`] in the working directory if it is there, else takes the defaults.
    ///
    /// # Errors
    /// Every mistake in the file; or that the named file cannot be read.
    pub fn load(named: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        let (path, text) = match named {
            Some(path) => (path, read_text(path)?),
            None => match std::fs::exists(DEFAULT_FILE) {
                Ok(false) => return Ok(Self::default()),
                Ok(true) | Err(_) => (Path::new(DEFAULT_FILE), read_text(Path::new(DEFAULT_FILE))?),
            },
        };
        Self::parse(path, &text)
    }

    /// Reads a text; relative paths in it are relative to the folder of `path`.
    ///
    /// # Errors
    /// Every mistake in it. Where waivers have the only ones, they are in [`Config::waivers`], to be told with what the rules say.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let source = Source::new(path.display().to_string(), text);
        let folder = path.parent().unwrap_or(Path::new(""));
        let config = read::read(&source, folder, chrono::Utc::now())?;
        Ok(Self { file: Some(path.to_owned()), ..config })
    }
}

fn read_text(path: &Path) -> Result<String, Vec<Diagnostic>> {
    std::fs::read_to_string(path).map_err(|error| {
        let diagnostic = Diagnostic::whole(path.display().to_string(), format!("the config file cannot be read: {error}"));
        vec![match error.kind() {
            std::io::ErrorKind::NotFound => diagnostic.help("`ledgerline init` writes one"),
            _ => diagnostic,
        }]
    })
}

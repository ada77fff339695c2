//! The manifest of an export: the list of its data files, delivered last.
//!
//! AWS writes data files one after another and the manifest when all are there, so only the manifest says what belongs together; a
//! listing may show half a delivery, or two. CUR 2.0 and FOCUS exports of AWS name `dataFiles` by their addresses; the reports before
//! them name `reportKeys`.

use super::{ExportFault, Why};
use serde::Deserialize;

/// How the name of a manifest ends.
const ENDING: &str = "manifest.json";
/// A manifest names files; a thousand of them are a tenth of this.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Whether a file's name is that of a manifest (`…-Manifest.json`).
pub fn is_manifest(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ENDING)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    data_files: Vec<Address>,
    #[serde(default)]
    report_keys: Vec<Address>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Address {
    Plain(String),
    Named {
        #[serde(alias = "s3Uri", alias = "uri", alias = "key", alias = "filePath")]
        path: String,
    },
}

/// A data file that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The bucket, where the address tells it.
    pub bucket: Option<String>,
    /// The key.
    pub key: String,
}

/// The data files that a manifest names.
///
/// # Errors
/// [`Why::NoManifest`] where it is none, or names none; or where a name leads out of the export.
pub fn listed(name: &str, text: &[u8]) -> Result<Vec<Listed>, ExportFault> {
    let none = |what: String| ExportFault::new(name, Why::NoManifest(what));
    let written: Written = serde_json::from_slice(text).map_err(|error| none(error.to_string()))?;
    let mut files = Vec::new();
    for address in written.data_files.into_iter().chain(written.report_keys) {
        let (Address::Plain(address) | Address::Named { path: address }) = address;
        let (bucket, key) = match address.strip_prefix("s3://").map(|rest| rest.split_once('/')) {
            Some(Some((bucket, key))) => (Some(bucket.to_owned()), key.to_owned()),
            Some(None) => return Err(none(format!("{address:?} names no file"))),
            None => (None, address.trim_start_matches('/').to_owned()),
        };
        if key.is_empty() || key.split('/').any(|part| part == "..") {
            return Err(none(format!("{address:?} names no file of the export")));
        }
        files.push(Listed { bucket, key });
    }
    if files.is_empty() {
        return Err(none("it names no data files (dataFiles, reportKeys)".to_owned()));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Of manifests those that hold. One export and month may have several: a report before CUR 2.0 keeps each delivery's manifest a folder
/// below the newest one's copy, and an export that keeps its deliveries has one in a folder for each, named by its time.
/// So of those whose folder is of one month, the one nearest to it holds, and among equals the last by name.
pub fn newest(mut paths: Vec<String>) -> Vec<String> {
    let rank = |path: &String| (std::cmp::Reverse(path.split('/').count()), path.clone());
    paths.sort_by_key(rank);
    let mut held: Vec<(String, String)> = Vec::new();
    for path in paths.into_iter().rev() {
        let month = month_of(&path);
        if !held.iter().any(|(known, _)| *known == month) {
            held.push((month, path));
        }
    }
    let mut paths: Vec<String> = held.into_iter().map(|(_, path)| path).collect();
    paths.sort();
    paths
}

/// The part of a path up to its month, and the file's name: what manifests of one export and month have alike.
fn month_of(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let name = parts.last().copied().unwrap_or_default();
    let is_month = |part: &&str| part.to_ascii_uppercase().starts_with("BILLING_PERIOD=") || is_span(part);
    match parts.iter().position(is_month) {
        Some(at) => format!("{}/{name}", parts.get(..=at).unwrap_or_default().join("/")),
        None => path.to_owned(),
    }
}

/// `20261001-20261101`.
fn is_span(part: &str) -> bool {
    let digits = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    part.split_once('-').is_some_and(|(from, to)| digits(from) && digits(to))
}

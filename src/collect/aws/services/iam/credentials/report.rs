//! The rows of a credential report: CSV in, state out (pure).
//!
//! Three words stand for absences (IAM User Guide, "Credential report format"): `N/A` where there is nothing that a value
//! could be about, `no_information` where IAM never saw a use (or none since 2014), `not_supported` where root has no such
//! thing. All three are an absent key here: a key that was never used has no date of use, which no rule can take for a
//! recent one. What is none of these and no value either is a gap.

use crate::collect::aws::failure::Failure;
use crate::collect::aws::services::iam::map::REPORT;
use crate::model::path::Step;
use crate::model::resource::GapRecord;
use crate::model::{Gap, GapKind, Outcome, Path};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

#[cfg(test)]
mod tests;

/// What root's row is named.
const ROOT_NAME: &str = "<root_account>";

/// A report.
#[derive(Debug, Default)]
pub struct Rows {
    /// When it was made, RFC 3339.
    pub made: Option<String>,
    /// The row of root.
    pub root: Option<Row>,
    /// The rows of users, by ARN.
    pub users: HashMap<String, Row>,
}

/// One row as state.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Of the user.
    pub arn: String,
    /// What it says.
    pub state: Map<String, Value>,
    /// What it says in words that we do not know.
    pub gaps: Vec<GapRecord>,
}

/// Reads a report.
///
/// # Errors
/// Where it is no CSV, lacks a column, or holds a row that is not as long as the others: a report that breaks off tells
/// nothing of those whom it does not name.
pub fn read(content: &[u8], made: Option<String>) -> Result<Rows, Failure> {
    let broken = |what: String| Failure::fault(Outcome::Broken, format!("the credential report cannot be read: {what}"));
    let mut reader = csv::ReaderBuilder::new().from_reader(content);
    let header = reader.headers().map_err(|error| broken(error.to_string()))?.clone();
    if let Some(missing) = COLUMNS.iter().find(|column| !header.iter().any(|name| name == **column)) {
        return Err(broken(format!("it has no column {missing}")));
    }
    let mut rows = Rows { made, ..Rows::default() };
    for line in reader.records() {
        let line = line.map_err(|error| broken(error.to_string()))?;
        let cells: HashMap<&str, &str> = header.iter().zip(line.iter()).collect();
        let name = cells.get("user").copied().unwrap_or_default();
        let row = row(&cells, rows.made.as_deref());
        if name == ROOT_NAME {
            rows.root = Some(row);
        } else {
            rows.users.insert(row.arn.clone(), row);
        }
    }
    Ok(rows)
}

/// The columns without which it is no report. Regions and services of the last use are extras.
const COLUMNS: [&str; 17] = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
];

fn row(cells: &HashMap<&str, &str>, made: Option<&str>) -> Row {
    let mut row = Row { arn: cells.get("arn").copied().unwrap_or_default().to_owned(), ..Row::default() };
    let root = Path::root("state");
    let cell = |name: &str| cells.get(name).copied().unwrap_or("N/A");
    row.put(&root, "CreateDate", time(cell("user_creation_time")));
    // Root's password is always `not_supported`, users without one have `false`: neither has a key where it is not known.
    row.put(&root, "PasswordEnabled", truth(cell("password_enabled")));
    row.put(&root, "PasswordLastUsed", time(cell("password_last_used")));
    row.put(&root, "PasswordLastChanged", time(cell("password_last_changed")));
    row.put(&root, "MfaActive", truth(cell("mfa_active")));
    row.state.extend(made.map(|made| ("CredentialReportTime".to_owned(), json!(made))));
    let (keys, certificates) = (root.key("AccessKeys"), root.key("Certificates"));
    let mut found = Vec::new();
    for slot in 1..=2 {
        let cell = |name: &str| cell(&format!("access_key_{slot}_{name}")).to_owned();
        if is_filled(&cell("active"), &cell("last_rotated")) {
            let mut key = Entry::new(slot, keys.step(Step::Index(found.len())));
            row.place(&mut key, "Active", truth(&cell("active")));
            row.place(&mut key, "LastRotated", time(&cell("last_rotated")));
            row.place(&mut key, "LastUsedDate", time(&cell("last_used_date")));
            row.place(&mut key, "LastUsedRegion", Ok(word(&cell("last_used_region"))));
            row.place(&mut key, "LastUsedService", Ok(word(&cell("last_used_service"))));
            found.push(Value::Object(key.object));
        }
    }
    row.state.insert("AccessKeys".to_owned(), Value::Array(std::mem::take(&mut found)));
    for slot in 1..=2 {
        let cell = |name: &str| cell(&format!("cert_{slot}_{name}")).to_owned();
        if is_filled(&cell("active"), &cell("last_rotated")) {
            let mut certificate = Entry::new(slot, certificates.step(Step::Index(found.len())));
            row.place(&mut certificate, "Active", truth(&cell("active")));
            row.place(&mut certificate, "LastRotated", time(&cell("last_rotated")));
            found.push(Value::Object(certificate.object));
        }
    }
    row.state.insert("Certificates".to_owned(), Value::Array(found));
    row
}

/// A key or certificate of a row.
struct Entry {
    object: Map<String, Value>,
    path: Path,
}

impl Entry {
    fn new(slot: i32, path: Path) -> Self {
        Self { object: Map::from_iter([("Slot".to_owned(), json!(slot))]), path }
    }
}

impl Row {
    /// Puts a value, nothing or a gap under a key of the state.
    fn put(&mut self, root: &Path, key: &str, value: Result<Option<Value>, String>) {
        match value {
            Ok(value) => self.state.extend(value.map(|value| (key.to_owned(), value))),
            Err(odd) => self.gap(root.key(key), &odd),
        }
    }

    /// The same, in one of its keys or certificates.
    fn place(&mut self, entry: &mut Entry, key: &str, value: Result<Option<Value>, String>) {
        match value {
            Ok(value) => entry.object.extend(value.map(|value| (key.to_owned(), value))),
            Err(odd) => self.gap(entry.path.key(key), &odd),
        }
    }

    fn gap(&mut self, path: Path, odd: &str) {
        let detail = format!("the credential report says {odd:?}, which is not understood");
        let gap = Gap { call: Some(REPORT.into()), ..Gap::new(GapKind::Broken, detail) };
        self.gaps.push(GapRecord { path, gap });
    }
}

/// Whether there is a key in a slot: an inactive one has a date, an empty slot has none.
fn is_filled(active: &str, last_rotated: &str) -> bool {
    word(last_rotated).is_some() || active.eq_ignore_ascii_case("true")
}

fn is_absent(cell: &str) -> bool {
    matches!(cell, "" | "N/A" | "no_information" | "not_supported")
}

fn word(cell: &str) -> Option<Value> {
    (!is_absent(cell)).then(|| json!(cell))
}

fn truth(cell: &str) -> Result<Option<Value>, String> {
    if cell.eq_ignore_ascii_case("true") {
        Ok(Some(json!(true)))
    } else if cell.eq_ignore_ascii_case("false") {
        Ok(Some(json!(false)))
    } else if is_absent(cell) {
        Ok(None)
    } else {
        Err(cell.to_owned())
    }
}

fn time(cell: &str) -> Result<Option<Value>, String> {
    if is_absent(cell) {
        return Ok(None);
    }
    let time = chrono::DateTime::parse_from_rfc3339(cell).map_err(|_| cell.to_owned())?;
    Ok(Some(json!(time.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))))
}

//! Reading what the command reports, and the recordings that it writes.

use super::command::Ledgerline;
use super::moto::Account;
use serde_json::Value;
use std::path::Path;

/// The rows of coverage of a call.
pub fn rows<'a>(report: &'a Value, call: &str) -> Vec<&'a Value> {
    report["coverage"]["scopes"].as_array().into_iter().flatten().filter(|row| row["call"] == call).collect()
}

/// The outcome of a call for a type.
///
/// # Panics
/// Where there is not exactly one row.
pub fn outcome<'a>(report: &'a Value, resource_type: &str, call: &str) -> &'a str {
    let rows: Vec<&Value> = rows(report, call).into_iter().filter(|row| row["type"] == resource_type).collect();
    let [row] = rows.as_slice() else { panic!("{} rows of {call} for {resource_type}:\n{:#}", rows.len(), report["coverage"]) };
    row["outcome"].as_str().expect("an outcome")
}

/// The results of a rule.
pub fn results<'a>(report: &'a Value, rule: &str) -> Vec<&'a Value> {
    report["results"].as_array().into_iter().flatten().filter(|result| result["rule"] == rule).collect()
}

/// The status of a rule's results by the resource's name; the name is empty where the result is of a whole listing.
pub fn statuses(report: &Value, rule: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let mut statuses: Vec<_> =
        results(report, rule).iter().map(|result| (text(&result["resource"]["name"]), text(&result["status"]))).collect();
    statuses.sort();
    statuses
}

/// A name and a status, as [`statuses`] has them.
pub fn has(name: &str, status: &str) -> (String, String) {
    (name.to_owned(), status.to_owned())
}

/// What an audit by these rules alone reports of an account: every result.
pub fn audited(account: &Account, rules: &[&str]) -> Value {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let all = ["audit", "--format", "json", "--status", "pass,fail,unknown,not_applicable"];
    Ledgerline::on(account).args(all.into_iter().chain(rules)).run().json()
}

/// What `collect` writes of an account where nothing is in its way: everything, or what these rules read.
///
/// # Panics
/// Where it could not read everything.
pub fn collected(account: &Account, rules: &[&str]) -> Vec<Value> {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let command = Ledgerline::on(account).args(["collect", "--output", "account.ndjson.zst"].into_iter().chain(rules));
    let (ran, resources) = command.run_and(|folder| {
        let path = folder.join("account.ndjson.zst");
        if path.exists() { recorded(&path) } else { Vec::new() }
    });
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    resources
}

/// The one resource of a type with a name.
///
/// # Panics
/// Where there is none.
pub fn find<'a>(resources: &'a [Value], resource_type: &str, name: &str) -> &'a Value {
    let found = resources.iter().find(|resource| resource["type"] == resource_type && resource["name"] == name);
    found.unwrap_or_else(|| panic!("no {resource_type} {name} among {} resources", resources.len()))
}

/// The resources of a recording.
///
/// # Panics
/// Where it cannot be read.
pub fn recorded(path: &Path) -> Vec<Value> {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = String::from_utf8(zstd::decode_all(file).expect("a zstd file")).expect("text");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter_map(|mut line| line.get_mut("resource").map(Value::take)).collect()
}

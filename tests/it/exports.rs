//! Every export of a poisoned account, judged by tools that we did not write: the published schemas of OCSF and SARIF, AWS's own
//! model of Security Hub, readers of JUnit, CSV, Markdown and HTML. Each judge is also shown a broken export, and complains.
//!
//! The account is the recorded one, with names and tags as strangers would choose them, and with calls that were denied.

use crate::support::command::Ledgerline;
use crate::support::deployed::{CONFIG, here};
use crate::support::moto;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub const PLANTED: &str = "<script>alert(1)</script>";

/// Names that mean something to a browser, a spreadsheet, a Markdown reader, a terminal.
const NAMES: [&str; 6] = [
    PLANTED,
    "=HYPERLINK(\"http://evil.example\")",
    "a|b ``c`` *d* _e_ ~~f~~\n# [x](javascript:alert(1)) ![y](http://evil.example/i.png)",
    "\u{202e}esrever @team #1 www.evil.example",
    "-2+3+cmd|' /C calc'!A0",
    "&lt;b&gt; \u{1b}[31m ]]> \u{fffe}",
];

const WAIVER: &str = "
waivers:
  - id: planted
    rule: \"iam-*\"
    owner: \"<b>@owner</b>\"
    reason: \"*because* | <img src=x onerror=alert(1)>\"
    expires: 2027-01-01
";

/// The recorded account, poisoned, in a folder that stays as long as the tests.
pub fn poisoned() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(poison).path()
}

fn poison() -> tempfile::TempDir {
    let shipped = std::fs::read(here("src/cli/demo/account.ndjson.zst")).expect("the shipped account");
    let text = String::from_utf8(zstd::decode_all(shipped.as_slice()).expect("a zstd file")).expect("text");
    let mut tables = 0;
    let name = |number: usize| NAMES[number % NAMES.len()];
    let mut poisoned = String::new();
    for line in text.lines() {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if let Some(table) = line.get_mut("resource").filter(|resource| resource["type"] == "AWS::DynamoDB::Table") {
            table["name"] = json!(name(tables));
            table["tags"] = json!({"Owner": name(tables + 1), "note": name(tables + 2), "big": "x".repeat(10_000), "aws:system": "y"});
            tables += 1;
        }
        if let Some(scope) = line.get_mut("scope").filter(|scope| scope["call"] == "sns:ListTopics") {
            scope["outcome"] = json!("denied");
            scope["reason"] = json!(format!("no, {PLANTED} {}", NAMES[2]));
            scope["permission"] = json!("sns:ListTopics");
        }
        poisoned.push_str(&line.to_string());
        poisoned.push('\n');
    }
    let folder = tempfile::tempdir().expect("a folder");
    let packed = zstd::encode_all(poisoned.as_bytes(), 1).expect("it packs");
    std::fs::write(folder.path().join("account.ndjson.zst"), packed).expect("a file of the test");
    folder
}

fn export(format: &str) -> String {
    let account = poisoned().join("account.ndjson.zst");
    let ran = Ledgerline::new()
        .file("ledgerline.yaml", &format!("{CONFIG}{WAIVER}"))
        .args(["audit", "--fail-on", "never", "--status", "pass,fail,waived,unknown,not_applicable", "--format", format, "--source"])
        .args([account])
        .run();
    assert_eq!(ran.code, 3, "a call was denied: {}", ran.stderr);
    ran.stdout
}

/// What a judge says of a text: one complaint a line.
fn complaints(python: &Path, script: &str, first: &[&str], text: &str, last: &[&str]) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("a file of the test");
    let mut judge = Command::new(python);
    judge.env("PYTHONDONTWRITEBYTECODE", "1").arg(here(script)).args(first).arg(file.path()).args(last);
    let said = judge.output().unwrap_or_else(|error| panic!("{}: {error}; run `make test-tools`", python.display()));
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).lines().map(str::to_owned).collect()
}

/// Judges a format as it is and once broken.
fn judge(format: &str, sound: &str, broken: &str) {
    let python: PathBuf = here("target/test-tools/validators/bin/python");
    let text = export(format);
    let said = complaints(&python, "tests/it/exports/validate.py", &[format], &text, &[]);
    assert_eq!(said, Vec::<String>::new());
    assert!(text.contains(sound), "the export has no {sound} that could be broken");
    let said = complaints(&python, "tests/it/exports/validate.py", &[format], &text.replacen(sound, broken, 1), &[]);
    assert_ne!(said, Vec::<String>::new(), "{sound} became {broken}, and nobody complained");
}

#[test]
fn ocsf_is_what_the_published_schema_asks_for() {
    judge("ocsf", "\"class_uid\": 2003", "\"class_uid\": 2004");
}

#[test]
fn sarif_is_what_the_published_schema_asks_for() {
    judge("sarif", "\"level\": \"none\"", "\"level\": \"fine\"");
}

#[test]
fn junit_reads_back_with_the_counts_that_it_states() {
    judge("junit", " failures=\"", " failures=\"9");
}

#[test]
fn csv_reads_back_and_no_cell_is_a_formula() {
    judge("csv", "'=HYPERLINK", "=HYPERLINK");
}

#[test]
fn no_markup_of_strangers_reaches_the_readers_of_markdown() {
    judge("markdown", &format!("`{PLANTED}`"), PLANTED);
    judge("markdown", "\\u{7c}", "|");
}

#[test]
fn no_markup_of_strangers_reaches_the_readers_of_html() {
    judge("html", "&lt;script&gt;alert(1)&lt;/script&gt;", "<img src=x onerror=alert(1)>");
}

#[test]
fn asff_is_what_security_hub_takes_and_keeps() {
    let (python, script) = (moto::python(), "tests/it/exports/asff.py");
    let text = export("asff");
    assert_eq!(complaints(&python, script, &[], &text, &[moto::url()]), Vec::<String>::new());
    for (sound, broken) in [
        ("\"Label\": \"HIGH\"", "\"Label\": \"BAD\"".to_owned()),
        ("\"Title\": \"", format!("\"Title\": \"{}", "x".repeat(257))),
        ("\"Software and Configuration Checks", "\"Money".to_owned()),
        ("\"Type\": \"AwsDynamoDbTable\"", "\"Type\": \"AwsDynamoDBTable\"".to_owned()),
    ] {
        assert!(text.contains(sound), "the export has no {sound} that could be broken");
        let said = complaints(&python, script, &[], &text.replacen(sound, &broken, 1), &[]);
        assert_ne!(said, Vec::<String>::new(), "{sound} became {broken}, and nobody complained");
    }
}

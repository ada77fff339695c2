//! Billing exports from the command line: every kind of file that providers deliver, taken in and summed up, and DuckDB agrees with every
//! figure; from a bucket by its manifest; and what is broken is refused whole.

use crate::support::command::{Ledgerline, Ran};
use crate::support::deployed::here;
use crate::support::moto;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The emulator asks that a request is signed, and not by whom.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIATEST/20261123/us-east-2/s3/aws4_request, SignedHeaders=host, Signature=0";

/// The exports that the script makes, with DuckDB's answers.
fn exports() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let python = here("target/test-tools/duckdb/bin/python");
        let mut script = Command::new(&python);
        script.env("PYTHONDONTWRITEBYTECODE", "1").arg(here("tests/it/cost_exports/make.py")).arg(folder.path());
        let ran = script.output().unwrap_or_else(|error| panic!("{}: {error}; run `make test-tools`", python.display()));
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        folder
    });
    folder.path()
}

fn cost(home: &Path, args: &[&str]) -> Ran {
    Ledgerline::new().in_folder(home).args(["cost"]).args(args).args(["--store", "sqlite://l.db"]).run()
}

/// Amounts by currency and keys.
type Amounts = BTreeMap<Vec<Option<String>>, Decimal>;

fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn decimal(value: &Value) -> Decimal {
    Decimal::from_str_exact(value.as_str().expect("a string")).expect("a decimal")
}

/// What `cost show` answers, each total being the sum of its rows.
fn shown(home: &Path, question: &Value) -> Amounts {
    let by: Vec<String> = question["by"].as_array().expect("keys").iter().filter_map(word).collect();
    let mut args = vec![
        "show".to_owned(),
        "--format=json".to_owned(),
        format!("--by={}", by.join(",")),
        format!("--basis={}", word(&question["basis"]).unwrap()),
    ];
    for (key, value) in question["where"].as_object().expect("conditions") {
        args.push(match (key.as_str(), value.as_str()) {
            ("month", Some(month)) => format!("--month={month}"),
            (key, Some(value)) => format!("--where={key}={value}"),
            (key, None) => format!("--where={key}"),
        });
    }
    let ran = cost(home, &args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    let told = ran.json();
    let tables = told.as_array().cloned().unwrap_or_else(|| vec![told]);
    let mut amounts = Amounts::new();
    for table in &tables {
        let rows = table["rows"].as_array().expect("rows");
        assert_eq!(rows.iter().map(|row| decimal(&row["amount"])).sum::<Decimal>(), decimal(&table["total"]), "{args:?}");
        for row in rows {
            let keys = by.iter().map(|key| word(&row["keys"][key]));
            amounts.insert(std::iter::once(word(&table["currency"])).chain(keys).collect(), decimal(&row["amount"]));
        }
    }
    amounts
}

/// The same by DuckDB.
fn expected(question: &Value) -> Amounts {
    let rows = question["rows"].as_array().expect("rows").iter().filter_map(Value::as_array);
    rows.filter_map(|row| row.split_last()).map(|(amount, keys)| (keys.iter().map(word).collect(), decimal(amount))).collect()
}

#[test]
fn duckdb_agrees_with_every_figure_of_every_kind_of_file() {
    let answers: Vec<Value> = serde_json::from_slice(&std::fs::read(exports().join("answers.json")).expect("answers")).expect("JSON");
    let files: BTreeSet<String> = answers.iter().filter_map(|answer| word(&answer["file"])).collect();
    assert_eq!((files.len(), answers.len()), (12, 228));
    let mut differ = Vec::new();
    for file in files {
        let home = tempfile::tempdir().expect("a folder");
        let ran = cost(home.path(), &["ingest", exports().join(&file).to_str().expect("a path")]);
        assert_eq!(ran.code, 0, "{file}: {}", ran.stderr);
        for question in answers.iter().filter(|answer| answer["file"] == file.as_str()) {
            if shown(home.path(), question) != expected(question) {
                differ.push(format!("{file}: {} {} {}", question["by"], question["where"], question["basis"]));
            }
        }
    }
    assert_eq!(differ, Vec::<String>::new());
}

#[test]
fn what_is_broken_is_refused_whole_and_what_was_there_stays() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    let whole = exports().join("focus.csv");
    assert_eq!(cost(home, &["ingest", whole.to_str().unwrap()]).code, 0);
    let question = json!({"by": ["service", "month"], "where": {}, "basis": "billed"});
    let before = shown(home, &question);
    assert!(before.len() > 10);

    let read = |name: &str| std::fs::read(exports().join(name)).expect("an export");
    let (parquet, packed, text) =
        (read("focus-snappy-decimal-map.parquet"), read("focus.csv.gz"), String::from_utf8(read("focus.csv")).unwrap());
    let broken: [(&str, Vec<u8>, &str); 4] = [
        ("cut.parquet", parquet[..parquet.len() / 2].to_vec(), "cut.parquet"),
        ("cut.csv.gz", packed[..packed.len() - 100].to_vec(), "cut.csv.gz"),
        ("no-amount.csv", [text.as_bytes(), b"AWS,1,2,S3,r,Usage,NULL,USD,2026-10-01,2026-10-02,twelve,1,1,{}\n"].concat(), "row 1501"),
        ("other.csv", b"a,b\n1,2\n".to_vec(), "neither FOCUS"),
    ];
    for (name, bytes, told) in &broken {
        std::fs::write(home.join(name), bytes).unwrap();
        let ran = cost(home, &["ingest", name]);
        assert!(ran.code == 2 && ran.stderr.contains(told), "{name}: {} {}", ran.code, ran.stderr);
        assert_eq!(shown(home, &question), before, "{name}");
    }

    // A manifest whose file has not come.
    let metadata = home.join("export/metadata/BILLING_PERIOD=2026-10");
    std::fs::create_dir_all(&metadata).unwrap();
    let key = "s3://bucket/export/data/BILLING_PERIOD=2026-10/export-00001.csv";
    std::fs::write(metadata.join("export-Manifest.json"), json!({"dataFiles": [key]}).to_string()).unwrap();
    let ran = cost(home, &["ingest", "export"]);
    assert!(ran.code == 2 && ran.stderr.contains("export-00001.csv"), "{} {}", ran.code, ran.stderr);
    assert_eq!(shown(home, &question), before);
    // It comes, and is all that the bills of its months are now.
    let data = home.join("export/data/BILLING_PERIOD=2026-10");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("export-00001.csv"), text.lines().take(40).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    let ran = cost(home, &["ingest", "export"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_ne!(shown(home, &question), before);
}

#[test]
fn an_export_in_a_bucket_is_read_by_its_manifest() {
    let account = moto::account();
    let bucket = format!("exports-{}", account.id);
    let address = format!("{}/{bucket}", account.endpoint);
    let region = "<CreateBucketConfiguration><LocationConstraint>us-east-2</LocationConstraint></CreateBucketConfiguration>";
    ureq::put(&address).send(region).expect("a bucket");
    let put = |key: &str, bytes: &[u8]| {
        ureq::put(format!("{address}/billing/focus/{key}")).header("authorization", SIGNED).send(bytes).expect("an object");
    };
    let (data, metadata) = ("data/BILLING_PERIOD=2026-10", "metadata/BILLING_PERIOD=2026-10");
    let whole = std::fs::read(exports().join("focus-zstd-text-list.parquet")).expect("an export");
    put(&format!("{data}/focus-00001.parquet"), &whole);
    put(&format!("{data}/focus-00002.parquet"), b"half of a later delivery");
    let manifest = |files: &[&str]| {
        let files: Vec<String> = files.iter().map(|file| format!("s3://{bucket}/billing/focus/{data}/{file}")).collect();
        put(&format!("{metadata}/focus-Manifest.json"), json!({"dataFiles": files}).to_string().as_bytes());
    };
    let home = tempfile::tempdir().expect("a folder");
    let ingest = || {
        let from = format!("s3://{bucket}/billing/focus/");
        Ledgerline::on(&account).in_folder(home.path()).args(["cost", "ingest", &from, "--store", "sqlite://l.db"]).run()
    };
    manifest(&["focus-00001.parquet", "focus-00003.parquet"]);
    let ran = ingest();
    assert!(ran.code == 2 && ran.stderr.contains("focus-00003.parquet"), "{} {}", ran.code, ran.stderr);
    manifest(&["focus-00001.parquet"]);
    let ran = ingest();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answers: Vec<Value> = serde_json::from_slice(&std::fs::read(exports().join("answers.json")).unwrap()).unwrap();
    let question = answers.iter().find(|answer| answer["file"] == "focus-zstd-text-list.parquet" && answer["by"] == json!(["tag:Owner"]));
    let question = question.expect("a question");
    assert_eq!(shown(home.path(), question), expected(question));
}

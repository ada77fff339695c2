//! The report as its users meet it: written in each format and into a folder, kept in a chain, put into a bucket, verified.

use crate::support::command::{Ledgerline, Ran};
use crate::support::moto;
use serde_json::Value;
use std::path::Path;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/account.ndjson.zst");
/// What the account's people wrote.
const CONFIG: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/ledgerline.yaml"));

/// The emulator asks that a request is signed, and not by whom.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIATEST/20261123/us-east-2/s3/aws4_request, SignedHeaders=host, Signature=0";

/// Does this to the store's file, behind its back.
fn alter(home: &Path, sql: &str) {
    let script = "import sqlite3, sys; base = sqlite3.connect('l.db'); base.execute(sys.argv[1]); base.commit(); print(base.total_changes)";
    let python = std::process::Command::new(moto::python()).current_dir(home).args(["-c", script, sql]).output().expect("Python runs");
    assert_eq!(String::from_utf8_lossy(&python.stdout).trim(), "1", "{sql}: {}", String::from_utf8_lossy(&python.stderr));
}

/// A folder with a config and a store that one audit has filled.
fn audited(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ledgerline.yaml"), format!("{CONFIG}\nstore: {{ url: sqlite://l.db }}\n{more}")).unwrap();
    let audit = run(folder.path(), &["audit", "--source", RECORDING, "--format", "json"]);
    assert_eq!(audit.code, 1, "{}", audit.stderr);
    folder
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    Ledgerline::new().in_folder(folder).args(args).run()
}

fn good(folder: &Path, args: &[&str]) -> String {
    let ran = run(folder, args);
    assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.stdout, ran.stderr);
    ran.stdout
}

#[test]
fn a_report_is_written_in_every_format_and_the_same_each_time() {
    let home = audited("");
    let home = home.path();
    let markdown = good(home, &["report"]);
    assert!(markdown.starts_with("# Ledgerline report, ") && markdown.contains("## Control coverage"), "{markdown}");
    assert!(markdown.contains("Not compared. No audit of everything had ended a week before"), "{markdown}");
    let now = chrono::Utc::now().to_rfc3339();
    for format in ["html", "markdown", "csv", "json"] {
        let args = ["report", "--as-of", &now, "--format", format];
        assert!(good(home, &args) == good(home, &args), "{format} differs");
    }
    let data: Value = serde_json::from_str(&good(home, &["report", "--as-of", &now, "--format", "json"])).unwrap();
    let listed = data["findings"].as_array().unwrap().len();
    let csv = good(home, &["report", "--as-of", &now, "--format", "csv"]);
    assert!(listed > 5 && csv.matches("\r\n").count() == listed + 1, "{listed}");
    let frameworks = data["frameworks"].as_array().unwrap();
    assert!(frameworks.len() >= 6, "{frameworks:?}");
    for control in frameworks.iter().flat_map(|framework| framework["controls"].as_array().unwrap()) {
        let verdicts = &control["verdicts"];
        let evaluated = ["pass", "fail", "waived", "unknown"].iter().map(|word| verdicts[word].as_u64().unwrap()).sum::<u64>();
        assert!(control["state"] != "pass" || evaluated > 0, "green with nothing evaluated: {control}");
    }
    good(home, &["report", "--output", "report.pdf"]);
    assert!(std::fs::read(home.join("report.pdf")).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn a_folder_has_every_part_and_verify_notices_each_change() {
    let home = audited("");
    let home = home.path();
    good(home, &["report", "--output", "out/"]);
    let names = |folder: &str| {
        let mut names: Vec<String> =
            std::fs::read_dir(home.join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names("out"), ["findings.csv", "manifest.json", "manifest.sig", "report.html", "report.json", "report.md", "report.pdf"]);
    let manifest: Value = serde_json::from_slice(&std::fs::read(home.join("out/manifest.json")).unwrap()).unwrap();
    let key = manifest["public_key"].as_str().unwrap();
    assert!(good(home, &["report", "verify", "out"]).contains("1 report is as made"));
    good(home, &["report", "verify", "out/report.html", "--public-key", key]);
    let stranger = run(home, &["report", "verify", "out", "--public-key", &"0".repeat(64)]);
    assert!(stranger.code == 1 && stranger.stdout.contains("not the one that was named"), "{}", stranger.stdout);
    for (name, told) in [
        ("findings.csv", "the part findings.csv was changed"),
        ("report.html", "the part report.html was changed"),
        ("manifest.json", "the signature does not fit"),
        ("manifest.sig", "the signature does not fit"),
    ] {
        let path = home.join("out").join(name);
        let before = std::fs::read(&path).unwrap();
        let changed = String::from_utf8_lossy(&before).replacen(if name == "manifest.sig" { "a" } else { "e" }, "b", 1);
        std::fs::write(&path, changed).unwrap();
        let ran = run(home, &["report", "verify", "out"]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.stdout);
        assert!(ran.stdout.contains(told) || ran.stdout.contains("none of ours"), "{name}: {}", ran.stdout);
        std::fs::write(&path, before).unwrap();
    }
    std::fs::remove_file(home.join("out/report.md")).unwrap();
    assert!(run(home, &["report", "verify", "out"]).stdout.contains("the part report.md is missing"));
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let home = audited("");
    for (args, told) in [
        (["report", "--as-of", "2020-01-01"].as_slice(), "no audit of everything had ended by"),
        (&["report", "--as-of", "2999-01-01"], "lies in the future"),
        (&["report", "--format", "docx"], "invalid value"),
        (&["report", "--output", "report.docx"], "tells no format"),
        (&["report", "verify", "."], "has no manifest.json"),
        (&["report", "verify", "nowhere"], "cannot read nowhere"),
        (&["report", "verify"], "keeps no reports"),
        (&["report", "verify", ".", "--public-key", "xyz"], "no public key"),
    ] {
        let ran = run(home.path(), args);
        assert!(ran.code == 2 && ran.stderr.contains(told), "{args:?}: {} {}", ran.code, ran.stderr);
    }
    let nowhere = Ledgerline::new().args(["report"]).run();
    assert!(nowhere.code == 2 && nowhere.stderr.contains("needs a store"), "{}", nowhere.stderr);
}

#[test]
fn kept_reports_form_a_chain_are_put_into_a_bucket_and_come_back_as_they_were() {
    let account = moto::account();
    let bucket = format!("reports-{}", account.id);
    let address = format!("{}/{bucket}", account.endpoint);
    let region = "<CreateBucketConfiguration><LocationConstraint>us-east-2</LocationConstraint></CreateBucketConfiguration>";
    ureq::put(&address).send(region).expect("a bucket");
    let home = audited(&format!("report: {{ s3: 's3://{bucket}/weekly' }}\n"));
    let home = home.path();
    let (first, second) = (chrono::Utc::now(), chrono::Utc::now() + chrono::TimeDelta::seconds(1));
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    for as_of in [first, second] {
        let ran = Ledgerline::on(&account).in_folder(home).args(["report", "--keep", "--as-of", &as_of.to_rfc3339()]).run();
        assert!(ran.code == 0 && ran.stderr.contains("kept as report"), "{}", ran.stderr);
    }
    let verified = good(home, &["report", "verify"]);
    assert!(verified.contains("2 reports are as made"), "{verified}");

    // The same time again is the one that is kept, byte for byte; and it lies in the bucket.
    let again = Ledgerline::on(&account).in_folder(home);
    let again = again.args(["report", "--keep", "--as-of", &first.to_rfc3339(), "--output", "again/"]).run();
    assert_eq!(again.code, 0, "{}", again.stderr);
    let id = first.format("%Y-%m-%dT%H%M%SZ").to_string();
    for name in ["report.html", "report.pdf", "findings.csv", "manifest.json", "manifest.sig"] {
        let mut body =
            ureq::get(format!("{address}/weekly/{id}/{name}")).header("authorization", SIGNED).call().expect("an object").into_body();
        assert!(body.read_to_vec().unwrap() == std::fs::read(home.join("again").join(name)).unwrap(), "{name}");
    }
    good(home, &["report", "verify", "again"]);
    let policy = good(home, &["permissions", "--for", "publishing"]);
    assert!(policy.contains("s3:PutObject") && policy.contains(&format!("arn:aws:s3:::{bucket}/weekly/*")), "{policy}");

    // Who changes what is kept is noticed, wherever the change is.
    let before = std::fs::read(home.join("l.db")).unwrap();
    for (sql, told) in [
        (
            "UPDATE report_parts SET content = (SELECT content FROM report_parts WHERE report = 1 AND name = 'report.html') WHERE report = 1 AND name = 'findings.csv'",
            "the part findings.csv was changed",
        ),
        ("DELETE FROM report_parts WHERE report = 2 AND name = 'findings.csv'", "the part findings.csv is missing"),
        ("UPDATE reports SET manifest = replace(manifest, 'findings.csv', 'findings.cvs') WHERE number = 1", "the signature does not fit"),
        ("DELETE FROM reports WHERE number = 1", "the beginning of the chain was taken away"),
    ] {
        alter(home, sql);
        let ran = run(home, &["report", "verify"]);
        assert!(ran.code == 1 && ran.stdout.contains(told), "{sql}: {}{}", ran.stdout, ran.stderr);
        std::fs::write(home.join("l.db"), &before).unwrap();
        for left in ["l.db-wal", "l.db-shm"] {
            _ = std::fs::remove_file(home.join(left));
        }
    }
    good(home, &["report", "verify"]);

    // Another key is noticed: who has the store has not the key.
    std::fs::remove_file(home.join("l.db.report-key")).unwrap();
    let ran = Ledgerline::on(&account).in_folder(home).args(["report", "--keep"]).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verified = run(home, &["report", "verify"]);
    assert!(verified.code == 1 && verified.stdout.contains("signed by another key than"), "{}", verified.stdout);
}

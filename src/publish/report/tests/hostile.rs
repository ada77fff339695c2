//! What strangers write into names and tags, and how much of it: nothing of it acts, and the file stays small.

use super::story::{at, finding, line, material, question, waiver};
use crate::model::finding::{ChangeKind, FindingStatus};
use crate::model::rule::Severity;
use crate::model::waiver::Waiver;
use crate::publish::report::{Data, KnownWaiver, Material, assemble, find_format};
use serde_json::json;
use std::sync::Arc;

const MARKUP: &str = "</td><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'";
const MARKDOWN: &str = "[a](http://evil) ![b](x) `code` *b* | cell @everyone https://evil www.evil.example <b>";
const FORMULA: &str = "=HYPERLINK(\"http://evil\",\"x\")";
const HIDDEN: &str = "a\u{202e}b\u{1b}[2J\u{200b}\nsecond line";
const TYPST: &str = "#import \"@preview/x:1.0.0\" $x$ #read(\"/etc/passwd\") */ // \\ <label> @ref";

fn text(format: &str, data: &Data) -> String {
    String::from_utf8((find_format(format).unwrap().render)(data).unwrap()).unwrap()
}

pub fn hostile() -> Data {
    let mut hostile = material();
    for (number, evil) in (20..).zip([MARKUP, MARKDOWN, FORMULA, HIDDEN, TYPST]) {
        let mut one = finding(number, Severity::Critical, -3);
        one.message = evil.into();
        one.resource_name = evil.into();
        one.resource = evil.into();
        one.owner = Some(evil.into());
        one.sub_key = Some(evil.into());
        one.title = evil.into();
        one.rule = format!("rule {number} {evil}").into();
        one.details = json!({ "evidence": [{ "path": evil, "observed": { evil: evil }, "expected": evil, "call": evil }],
            "remedy": { "text": evil, "cli": evil, "terraform": evil }, "controls": { evil: [evil] }, "waiver": null });
        hostile.history.push((one.fingerprint.clone(), line(-3, ChangeKind::Opened, FindingStatus::Open)));
        hostile.findings.push(one);
        let evil =
            Waiver { owner: evil.into(), reason: evil.into(), approver: Some(evil.into()), ..waiver(&format!("w {evil}"), at(9, 0)) };
        hostile.waivers.push(KnownWaiver { waiver: Arc::new(evil), added_at: None, revoked_at: None });
    }
    assemble(&hostile, &question()).unwrap()
}

#[test]
fn no_markup_of_theirs_reaches_the_html() {
    let page = text("html", &hostile());
    for evil in ["<script", "<img", "onerror=alert(1)>", "\u{202e}", "\u{1b}", "\u{200b}", "href=\"http"] {
        assert!(!page.contains(evil), "{evil:?}");
    }
    assert!(page.contains("&lt;script&gt;") && page.contains("\\u{202e}"), "it is shown, not dropped");
}

#[test]
fn no_markup_of_theirs_reaches_the_markdown() {
    let page = text("markdown", &hostile());
    let escaped: String =
        page.split("\\\\").map(|piece| piece.replace("\\<", "").replace("\\[", "").replace("\\!", "").replace("\\@", "")).collect();
    let page = escaped;
    for evil in ["[a](http", "![b]", "<script", "<b>", " @everyone", "https://evil", "www.evil", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(evil), "{evil:?}");
    }
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let table: Vec<usize> = page.lines().filter(|line| line.starts_with("| critical |") && line.contains("rule 2")).map(cells).collect();
    assert!(table.len() >= 5 && table.iter().all(|cells| *cells == 7), "{table:?}");
}

#[test]
fn no_formula_and_no_hidden_character_reaches_the_csv() {
    let page = text("csv", &hostile());
    let mut reader = ::csv::ReaderBuilder::new().from_reader(page.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        let record = record.unwrap();
        assert_eq!(record.len(), 24);
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{record:?}");
        rows += 1;
    }
    assert_eq!(rows, 14);
    assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
}

/// Many findings, whose names need six bytes a character in HTML.
pub fn many(count: u32, name: &str) -> Material {
    let mut many = material();
    for number in 100..100 + count {
        let severity = Severity::ALL[number as usize % 5];
        let mut one = finding(number, severity, -3);
        one.owner = Some(arcstr::format!("team-{}-{name}", number % 300));
        one.resource_name = arcstr::format!("orders-{number}-{name}");
        one.message =
            arcstr::format!("table orders-{number}-{name} is billed PROVISIONED, and has been since it was made, by whoever made it");
        one.rule = format!("dynamodb-table-fault-{}", number % 250).into();
        one.details["evidence"][0]["observed"] = name.into();
        many.history.push((one.fingerprint.clone(), line(-3, ChangeKind::Opened, FindingStatus::Open)));
        many.findings.push(one);
    }
    many
}

#[test]
fn ten_thousand_findings_fit_into_two_mebibytes_and_the_csv_has_all() {
    for (name, count, least) in [("plain", 10_000, 1_000), ("\"\u{202e}'&<".repeat(200).as_str(), 2_000, 50)] {
        let data = assemble(&many(count, name), &question()).unwrap();
        let begun = std::time::Instant::now();
        let page = text("html", &data);
        println!("html: {} bytes in {:?}", page.len(), begun.elapsed());
        assert!(page.len() < 2 * 1024 * 1024, "{} bytes", page.len());
        let full = page.matches("<tr id=\"f").count();
        assert!(full >= least && full <= 1_000, "{full} in full");
        assert_eq!(page.matches("<div class=\"proof\"").count(), full);
        assert!(page.contains("The others by rule"));
        let listed = text("csv", &data).matches("\r\n").count();
        assert_eq!(listed, 1 + data.findings.len() + data.resolved.len());
        assert!(text("markdown", &data).len() < 200_000);
    }
}

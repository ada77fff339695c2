//! The page of one snapshot, whole, and what becomes of it where accounts bring more than a page can hold.

use super::{Build, DEFAULT_BUDGET, FAMILIES, FoldedValue, Kind, Page, Process, Reload, Sample, render};
use crate::model::finding::FindingStatus;
use crate::model::ledger::{Basis, CostRow};
use crate::model::plane::{Forecast, LedgerView, Plane, PlaneState, Untagged};
use crate::model::rule::{Pillar, Severity};
use crate::model::snapshot::{MonthStanding, Snapshot};
use crate::model::value::Time;
use crate::model::verdict::Status;
use crate::model::waiver::WaiverState;
use crate::model::{Money, Outcome};
use std::io::Write as _;

fn usd(text: &str) -> Money {
    Money::new(text.parse().unwrap())
}

fn cost(day: &str, amount: &str) -> CostRow {
    CostRow {
        account: "111122223333".into(),
        service: "Amazon DynamoDB".into(),
        day: day.parse().unwrap(),
        basis: Basis::Billed,
        amount: usd(amount),
        estimated: true,
        observed_at: "2026-11-23T08:00:00Z".parse().unwrap(),
    }
}

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot {
        last_success: Some("2026-11-23T08:00:00.5Z".parse().unwrap()),
        duration_secs: Some(1.5),
        coverage: vec![(Outcome::Complete, 7), (Outcome::Denied, 1)],
        coverage_ratio: vec![("111122223333".into(), 0.875)],
        resources: vec![("111122223333".into(), "us-east-2".into(), "AWS::DynamoDB::Table".into(), 6)],
        results: vec![(Status::Pass, 40), (Status::Fail, 3)],
        findings: vec![("111122223333".into(), Pillar::Cost, Severity::Medium, FindingStatus::Open, 2)],
        rule_findings: vec![
            ("dynamodb-table-provisioned".into(), Severity::Medium, 2),
            ("logs-group-never-expires".into(), Severity::Low, 0),
        ],
        rules: vec![("dynamodb-table-provisioned".into(), "Table \"on demand\" \\ \u{1b}[31m".into(), Pillar::Cost)],
        oldest: vec![(Pillar::Cost, Severity::Medium, "2026-11-01T00:00:00Z".parse().unwrap())],
        opened: vec![(Pillar::Cost, Severity::Medium, 3)],
        resolved: vec![(Pillar::Cost, Severity::Medium, 1)],
        reopened: Vec::new(),
        tags: vec![("111122223333".into(), "CostCenter\n".into(), 6, 5)],
        costs: vec![cost("2026-11-21", "0.10"), cost("2026-11-22", "0.2")],
        ledger: ledger(),
        estimates: vec![("DynamoDB".into(), usd("2"), usd("5"))],
        months: vec![MonthStanding {
            component: "DynamoDB".into(),
            low: usd("2"),
            high: usd("5"),
            to_date: Some(usd("0.3")),
            projected: Some(usd("4.5")),
            credits: Some(usd("-0.1")),
        }],
        savings: vec![("dynamodb".into(), usd("12.30"))],
        waivers: vec![(WaiverState::Active, 2), (WaiverState::Unused, 1)],
        next_waiver_expiry: Some("2026-12-31T23:59:59Z".parse().unwrap()),
        paid: Some((usd("0.02"), usd("1"))),
        ..Snapshot::default()
    };
    snapshot.requests.outcomes = [("dynamodb:DescribeTable".into(), [("ok".into(), 6), ("throttled".into(), 1)].into())].into();
    snapshot.requests.paid_usd = usd("0.02");
    snapshot
}

fn ledger() -> LedgerView {
    let observed_at: Time = "2026-11-23T06:00:00Z".parse().unwrap();
    let account = || crate::model::AccountId::from("111122223333");
    let untagged = |service: Option<&str>, key: &str, active: bool| Untagged {
        account: account(),
        tag_key: key.into(),
        service: service.map(Into::into),
        untagged: usd("1"),
        taggable: usd("4"),
        active: Some(active),
        observed_at,
    };
    LedgerView {
        currencies: vec!["USD".into()],
        untagged: vec![untagged(None, "CostCenter", false), untagged(None, "Owner", true), untagged(Some("AWS Lambda"), "Owner", true)],
        tags_active: vec![("CostCenter".into(), false), ("Owner".into(), true)],
        adjustments: vec![(account(), "Credit".into(), usd("-2.61")), (account(), "Tax".into(), usd("0"))],
        restated: vec![("2026-10".parse().unwrap(), usd("-0.75"))],
        forecasts: vec![Forecast {
            payer: account(),
            month: "2026-11".parse().unwrap(),
            low: usd("9"),
            mean: usd("10"),
            high: usd("11"),
            currency: "USD".into(),
            observed_at,
        }],
        planes: vec![PlaneState {
            payer: account(),
            plane: Plane::TagService,
            tag: "Owner".into(),
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-23".parse().unwrap(),
            currency: Some("USD".into()),
            observed_at,
        }],
    }
}

#[test]
fn a_bill_in_another_currency_has_no_dollars() {
    let costs = Vec::new();
    let euros = LedgerView { currencies: vec!["EUR".into()], ..LedgerView::default() };
    let page = page();
    page.publish(&Snapshot { costs, ledger: euros, months: Vec::new(), ..snapshot() });
    let text = page.scrape();
    assert!(text.contains("ledgerline_cost_currency_info{currency=\"EUR\"} 1"));
    let dollars = text.lines().filter(|line| line.starts_with("ledgerline_cost_") && line.contains("_usd{"));
    assert!(dollars.clone().all(|line| line.starts_with("ledgerline_cost_estimate_usd")), "{:?}", dollars.collect::<Vec<_>>());
}

fn page() -> Page {
    Page::new(Process::new(Build { version: "0.1.0", revision: "abc" }).unwrap())
}

#[test]
fn page_is_as_it_was_read_and_accepted() {
    let page = page();
    page.process().audit_began("2026-11-23T07:59:59Z".parse().unwrap());
    page.process().audit_ended(std::time::Duration::from_millis(1500));
    page.process().report_made("2026-11-23T07:00:09Z".parse().unwrap());
    page.process().report_due(Some("2026-11-30T07:00:00Z".parse().unwrap()));
    page.publish(&snapshot());
    insta::assert_snapshot!("page", page.scrape());
}

#[test]
fn promtool_has_nothing_to_say() {
    let page = page();
    page.publish(&snapshot());
    let mut promtool = match std::process::Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
    {
        Ok(promtool) => promtool,
        Err(absent) => {
            eprintln!("not tested, promtool is missing: {absent}");
            return;
        }
    };
    promtool.stdin.take().unwrap().write_all(page.scrape().as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

#[test]
fn families_are_unique_and_named_by_rule() {
    let mut names: Vec<&str> = FAMILIES.iter().flat_map(|list| list.iter()).map(|family| family.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    for family in FAMILIES.iter().flat_map(|list| list.iter()) {
        assert!(family.name.starts_with("ledgerline_"), "{family:?}");
        assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{family:?}");
        assert!(family.help.ends_with('.'), "{family:?}");
        for label in family.labels {
            assert!(!["region", "service", "env", "instance", "job"].contains(&label.name), "{family:?}");
        }
        for sample in (family.read)(&snapshot()) {
            assert_eq!(sample.labels.len(), family.labels.len(), "{family:?}");
        }
    }
}

#[test]
fn what_is_over_the_budget_is_folded_and_the_sum_stays() {
    let mut snapshot = snapshot();
    snapshot.resources =
        (0..30_000).map(|number| ("999999999999".into(), "us-east-2".into(), format!("{number:05}").as_str().into(), 2)).collect();
    snapshot.coverage_ratio = (0..300).map(|number| (format!("{number:012}").as_str().into(), 1.0)).collect();
    snapshot.coverage_ratio.push(("999999999999".into(), 0.25));
    snapshot.findings = vec![("999999999999".into(), Pillar::Cost, Severity::High, FindingStatus::Open, 7)];
    let exposition = render(&snapshot, 1000);
    let series: u64 = exposition.counts.iter().map(|count| count.series).sum();
    assert_eq!(series, exposition.text.lines().filter(|line| !line.starts_with('#')).count() as u64);
    assert!((900..=1000).contains(&series), "{series}");
    let sum = |prefix: &str| -> f64 {
        exposition
            .text
            .lines()
            .filter(|line| line.starts_with(prefix))
            .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
            .sum()
    };
    assert_eq!(sum("ledgerline_resources{"), 60_000.0);
    assert_eq!(sum("ledgerline_findings{"), 7.0);
    assert!(exposition.text.contains("ledgerline_findings{account_id=\"__other__\",pillar=\"cost\",severity=\"high\",status=\"open\"} 7"));
    assert!(exposition.text.contains("ledgerline_coverage_ratio{account_id=\"__other__\"} 0.25"), "the worst ratio is kept");
    assert!(exposition.text.contains("ledgerline_results{status=\"fail\"} 3"), "small families keep all of theirs");
}

#[test]
fn the_count_of_folded_series_only_grows() {
    let page = page();
    let mut large = snapshot();
    large.resources =
        (0..30_000).map(|number| ("999999999999".into(), "us-east-2".into(), format!("{number:05}").as_str().into(), 2)).collect();
    page.publish(&large);
    let folded = |text: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with("ledgerline_series_folded_total{family=\"ledgerline_resources\"}"));
        line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
    };
    let first = page.scrape();
    assert!(first.lines().filter(|line| !line.starts_with('#')).count() <= DEFAULT_BUDGET);
    assert!(folded(&first) > 10_000.0);
    page.publish(&snapshot());
    assert_eq!(folded(&page.scrape()), folded(&first));
}

#[test]
fn a_refused_reload_is_seen_until_a_good_one() {
    let page = page();
    page.process().reloaded(Reload::Refused);
    assert!(page.scrape().contains("ledgerline_config_reload_successful 0\n"));
    page.process().reloaded(Reload::Good);
    assert!(page.scrape().contains("ledgerline_config_reload_successful 1\n"));
}

#[test]
fn a_page_without_a_snapshot_has_the_process_only() {
    let text = page().scrape();
    assert!(text.contains("ledgerline_build_info{revision=\"abc\",version=\"0.1.0\"} 1\n"));
    assert!(!text.contains("ledgerline_results"));
}

#[test]
fn folding_keeps_the_least_where_a_sum_would_mean_nothing() {
    let family =
        FAMILIES.iter().flat_map(|list| list.iter()).find(|family| family.name == "ledgerline_cost_data_day_timestamp_seconds").unwrap();
    assert_eq!(family.folded, FoldedValue::Least);
    let samples = vec![Sample::new([&"b".into()], 5.0), Sample::new([&"a".into()], 3.0), Sample::new([&"c".into()], 4.0)];
    let (folded, count) = super::budget::fold(family, samples, 2);
    assert_eq!(folded, vec![Sample::new([&"a".into()], 3.0), Sample::new([&"__other__".into()], 4.0)]);
    assert_eq!(count, 2);
}

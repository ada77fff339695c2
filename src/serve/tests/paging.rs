//! Pages stay right while things come and go between them: what does not change is on exactly one page, and nothing is on two.

use super::asking::get;
use super::{Window, finding, window};
use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus, Resolution};
use crate::model::ledger::{Basis, CostRow, CostSpan};
use crate::model::rule::Severity;
use crate::model::run::{Requests, RunRecord, RunStatus};
use crate::model::sight::{ListedScope, SeenResource, Sight};
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use crate::store::{FinishedRun, KeptPart, NewReport};
use serde_json::Value;
use std::collections::BTreeSet;

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn time(seconds: u64) -> Time {
    "2026-11-01T00:00:00Z".parse::<Time>().unwrap() + chrono::TimeDelta::seconds(i64::try_from(seconds).unwrap())
}

/// Walks all pages of a list; `between` is told how many there were before each but the first.
async fn walk(window: &Window, list: &str, key: impl Fn(&Value) -> String, mut between: impl AsyncFnMut(u64)) -> Vec<String> {
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = get(window.web, &format!("/api/v1/{list}{cursor}")).await.json();
        seen.extend(page["items"].as_array().unwrap_or_else(|| panic!("{list}: {page}")).iter().map(&key));
        let Some(next) = page["next"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
        pages += 1;
        assert!(pages < 1000, "{list} does not end");
        between(pages).await;
    }
}

/// Each of these is there once, and nothing is there twice.
fn is_right(seen: &[String], unchanged: impl IntoIterator<Item = String>, what: &str) {
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "{what}: something is on two pages: {seen:?}");
    for one in unchanged {
        assert!(once.contains(&one), "{what}: {one} is lost: {seen:?}");
    }
}

fn named(item: &Value, key: &str) -> String {
    item[key].as_str().unwrap_or_else(|| panic!("{item}")).to_owned()
}

async fn pass(window: &Window, number: u64, changes: Vec<Change>) {
    saw(window, number, changes, Sight::default()).await;
}

async fn saw(window: &Window, number: u64, changes: Vec<Change>, sight: Sight<'_>) {
    let store = &window.stage.store;
    let record = store.run(&window.stage.first().await).await.unwrap().unwrap();
    let record =
        RunRecord { id: format!("0000-{number:06}").into(), status: RunStatus::Complete, finished_at: Some(time(number)), ..record };
    store.begin_run(&record).await.unwrap();
    let generation = store.known().await.unwrap().generation;
    let (snapshot, requests) = (Snapshot::default(), Requests::default());
    let finished =
        FinishedRun { record: &record, generation, changes: &changes, sight, requests: &requests, snapshot: &snapshot, tell: &[] };
    store.finish_run(finished).await.unwrap();
}

fn opened(number: u64, name: &str) -> Change {
    Change { run: format!("0000-{number:06}").into(), kind: ChangeKind::Opened, finding: finding(name, Severity::Low) }
}

fn resolved(number: u64, name: &str) -> Change {
    let over = Finding {
        status: FindingStatus::Resolved,
        resolved_at: Some(time(number)),
        resolution: Some(Resolution::Fixed),
        ..finding(name, Severity::Low)
    };
    Change { run: format!("0000-{number:06}").into(), kind: ChangeKind::Resolved, finding: over }
}

#[tokio::test]
async fn findings_that_do_not_change_are_on_one_page_while_others_open_and_are_resolved() {
    let window = window().await;
    let mut passes = 0;
    #[expect(clippy::explicit_counter_loop, reason = "the passes between two pages count too")]
    for seed in 1..=4 {
        let mut numbers = Numbers(seed);
        let name = |group: &str, number: u64| format!("s{seed}-{number:03}-{group}");
        let firsts = (0..40).flat_map(|number| [opened(passes, &name("stays", number)), opened(passes, &name("goes", number))]);
        pass(&window, passes, firsts.collect()).await;
        passes += 1;
        let limit = numbers.next(9) + 1;
        let list = format!("findings?status=open&q=s{seed}-&limit={limit}");
        let seen = walk(
            &window,
            &list,
            |item| named(item, "resource_name"),
            async |_| {
                let (goes, comes) = (numbers.next(40), numbers.next(40));
                let changes = vec![resolved(passes, &name("goes", goes)), opened(passes, &name(&format!("comes{passes}"), comes))];
                pass(&window, passes, changes).await;
                passes += 1;
            },
        )
        .await;
        is_right(&seen, (0..40).map(|number| name("stays", number)), &list);
    }
}

#[tokio::test]
async fn resources_that_do_not_change_are_on_one_page_while_others_come_and_go() {
    let window = window().await;
    let seen = |name: String| SeenResource {
        id: format!("arn:{name}").into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        name: name.into(),
        account: "111122223333".into(),
        region: "us-east-2".into(),
        owner: None,
        tags: None,
        results: None,
        untold: Vec::new(),
    };
    let scope = ListedScope {
        account: "111122223333".into(),
        region: "us-east-2".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        complete: true,
    };
    let stays = || (0..30).map(|number| format!("t{number:03}"));
    let mut numbers = Numbers(3);
    let mut look = async |pass: u64| {
        // A complete listing in which others are there than the last time.
        let others: BTreeSet<String> = (0..10).map(|_| format!("t{:03}-{pass}", numbers.next(30))).collect();
        let resources: Vec<SeenResource> = stays().chain(others).map(seen).collect();
        let sight = Sight { resources: &resources, scopes: std::slice::from_ref(&scope), everywhere: true, every_rule: true };
        saw(&window, pass, Vec::new(), sight).await;
    };
    look(0).await;
    let list = "resources?type=AWS::DynamoDB::Table&limit=4";
    let found = walk(&window, list, |item| named(item, "name"), look).await;
    is_right(&found, stays(), list);
    let one = get(window.web, "/api/v1/resources?q=t007&limit=1").await.json()["items"][0].clone();
    assert_eq!(get(window.web, &format!("/api/v1/resources/{}", named(&one, "key"))).await.json(), one);
    super::is_problem(&get(window.web, "/api/v1/resources/none").await, 404);
    for bad in ["failing=maybe", "stale=1", "state=open"] {
        super::is_problem(&get(window.web, &format!("/api/v1/resources?{bad}")).await, 400);
    }
}

#[tokio::test]
async fn audits_reports_and_waivers_that_do_not_change_are_on_one_page_while_others_come() {
    let window = window().await;
    let store = &window.stage.store;
    let report = |number: u64| NewReport {
        id: arcstr::format!("r{number:05}"),
        as_of: time(number),
        made_at: time(number),
        previous: number.checked_sub(1).map(|before| arcstr::format!("m{before}")),
        manifest: "{}".into(),
        manifest_sha256: arcstr::format!("m{number}"),
        signature: "00".into(),
        headline: Value::Null,
        parts: vec![(KeptPart { name: "report.md".into(), media_type: "text/markdown".into(), bytes: 1, sha256: "ab".into() }, vec![b'x'])],
    };
    let waiver = |id: String| Waiver {
        id: id.into(),
        scope: WaiverScope { rules: vec!["r".into()], ..WaiverScope::default() },
        owner: "o".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: chrono::Utc::now() + chrono::TimeDelta::days(90),
        origin: WaiverOrigin::Store,
    };
    for number in 0..23 {
        pass(&window, number, Vec::new()).await;
        store.add_report(&report(number)).await.unwrap();
        store.add_waiver(&waiver(format!("w{number:03}")), time(0), None).await.unwrap();
        store.add_waiver(&waiver(format!("w{number:03}-goes")), time(0), None).await.unwrap();
    }
    let audits = walk(&window, "audits?limit=4", |item| named(item, "id"), async |page| pass(&window, 100 + page, Vec::new()).await).await;
    is_right(&audits, (0..23).map(|number| format!("0000-{number:06}")), "audits");
    let mut next = 23;
    let reports = walk(
        &window,
        "reports?limit=4",
        |item| named(item, "id"),
        async |_| {
            store.add_report(&report(next)).await.unwrap();
            next += 1;
        },
    )
    .await;
    is_right(&reports, (0..23).map(|number| format!("r{number:05}")), "reports");
    let mut numbers = Numbers(7);
    let waivers = walk(
        &window,
        "waivers?state=active&limit=5",
        |item| named(item, "id"),
        async |page| {
            let (goes, comes) = (numbers.next(23), numbers.next(23));
            store.revoke_waiver(&format!("w{goes:03}-goes").into(), time(1), None).await.unwrap();
            store.add_waiver(&waiver(format!("w{comes:03}-comes{page}")), time(1), None).await.unwrap();
        },
    )
    .await;
    is_right(&waivers, (0..23).map(|number| format!("w{number:03}")), "waivers");
}

fn costs(services: &[String], amount: &str) -> CostSpan {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
    let row = |service: &String| CostRow {
        account: "111122223333".into(),
        service: service.as_str().into(),
        day,
        basis: Basis::Billed,
        amount: crate::model::Money::new(amount.parse().unwrap()),
        estimated: false,
        observed_at: time(0),
    };
    CostSpan { account: "111122223333".into(), basis: Basis::Billed, from: day, to: day, rows: services.iter().map(row).collect() }
}

#[tokio::test]
async fn costs_are_exact_and_stay_on_their_pages_while_aws_restates_others() {
    let window = window().await;
    let store = &window.stage.store;
    let stays: Vec<String> = (0..17).map(|number| format!("Service {number:02}")).collect();
    store.put_costs(&costs(&stays, "0.0000000001")).await.unwrap();
    let list = "cost?month=2026-11&by=service&limit=3";
    let seen = walk(
        &window,
        list,
        |item| named(item, "service"),
        async |page| {
            let more = [stays.clone(), vec![format!("Service {page:02}b"), format!("A{page}")]].concat();
            store.put_costs(&costs(&more, "0.0000000001")).await.unwrap();
        },
    )
    .await;
    is_right(&seen, stays.iter().cloned(), list);
    store.put_costs(&costs(&stays, "0.0000000001")).await.unwrap();
    let sum = get(window.web, "/api/v1/cost?month=2026-11&by=account&basis=billed").await.json();
    let item = &sum["items"][0];
    assert_eq!((named(item, "amount").as_str(), named(item, "currency").as_str()), ("0.0000000017", "USD"));
    assert!(item["service"].is_null() && item["day"].is_null() && item["account"] == "111122223333", "{item}");
    assert_eq!(get(window.web, "/api/v1/cost?month=2026-12").await.json()["items"], serde_json::json!([]));
    for bad in ["month=2026-13", "by=weekday", "basis=", "cursor=zz", "day=1"] {
        super::is_problem(&get(window.web, &format!("/api/v1/cost?{bad}")).await, 400);
    }
}

#[tokio::test]
async fn a_part_of_a_report_is_read_byte_for_byte_and_asked_for_again_by_its_digest() {
    use super::asking::{Asked, ask};
    let window = window().await;
    let content = b"<!doctype html><style>p{}</style><p>\xc3\xa9".to_vec();
    let part = KeptPart {
        name: "report.html".into(),
        media_type: "text/html; charset=utf-8".into(),
        bytes: content.len() as u64,
        sha256: "abc".into(),
    };
    let report = NewReport {
        id: "2026-11-23T070000Z".into(),
        as_of: time(0),
        made_at: time(0),
        previous: None,
        manifest: "{\"n\":1}".into(),
        manifest_sha256: "m".into(),
        signature: "00ff".into(),
        headline: serde_json::json!({"open": 3, "verdict": "1 finding is <open>.", "comparable": true, "new": 7}),
        parts: vec![(part, content.clone())],
    };
    window.stage.store.add_report(&report).await.unwrap();
    let one = get(window.web, "/api/v1/reports/2026-11-23T070000Z").await.json();
    assert_eq!((&one["manifest"], &one["signature"], &one["headline"]["open"]), (&"{\"n\":1}".into(), &"00ff".into(), &3.into()));
    let path = "/api/v1/reports/2026-11-23T070000Z/parts/report.html";
    let read = get(window.web, path).await;
    assert_eq!((read.status, read.body.as_bytes(), read.header("etag")), (200, content.as_slice(), Some("\"abc\"")));
    assert_eq!(read.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(read.header("content-security-policy").unwrap().ends_with("sandbox"), "{read:?}");
    let again = ask(window.web, Asked { path, headers: "If-None-Match: \"x\", W/\"abc\"\r\n", ..Asked::default() }).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    super::is_problem(&ask(window.web, Asked { path, headers: "Accept: application/json\r\n", ..Asked::default() }).await, 406);
    let page = get(window.web, "/reports").await;
    for shown in [path, "1 finding is &lt;open&gt;.", "<td class=\"num\">7</td>", "/api/v1/reports/2026-11-23T070000Z\""] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    for missing in ["/api/v1/reports/none", "/api/v1/reports/none/parts/report.html", "/api/v1/reports/2026-11-23T070000Z/parts/none"] {
        super::is_problem(&get(window.web, missing).await, 404);
    }
}

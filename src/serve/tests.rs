//! The window over real sockets: who may ask, what is answered, and how it says no.

mod asking;
mod credentials;
mod openapi;
mod paging;
mod tls;
mod ui;
mod waivers;

use super::config::{Credentials, Guard, Scope, ServeConfig, Token};
use super::{ServeError, TakenPort, bind};
use crate::daemon::puppet::{Behaviour, Stage, stage, until};
use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use crate::model::rule::{Pillar, Severity};
use asking::{Answer, Asked, ask, get};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

struct Window {
    stage: Stage,
    web: SocketAddr,
    metrics: SocketAddr,
    ended: tokio::task::JoinHandle<()>,
}

fn free() -> ServeConfig {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    ServeConfig { web: any, metrics: any, hosts: vec!["audit.example.com".into()], ..ServeConfig::default() }
}

/// A token that allows everything.
fn secret() -> Guard {
    guard(vec![Token::of_secret("ops", Scope::ALL.iter().copied().collect(), "0123456789abcdef")])
}

fn guard(tokens: Vec<Token>) -> Guard {
    Guard::Credentials(Credentials { tokens, certificates: Vec::new(), session_hours: 1 })
}

async fn window_with(config: ServeConfig) -> Window {
    let stage = stage(Behaviour::Good).await;
    let bound = bind(&config, TakenPort::Refuse).await.unwrap();
    let (web, metrics) = (bound.web_address, bound.metrics_address);
    let daemon = Arc::clone(&stage.daemon);
    let ended = tokio::spawn(bound.serve(daemon, move || config.clone()));
    Window { stage, web, metrics, ended }
}

async fn window() -> Window {
    window_with(free()).await
}

impl Window {
    async fn ready(&self) {
        self.stage.puppet.permits.add_permits(1);
        until(async || self.stage.daemon.readiness().ready).await;
    }

    async fn finds(&self, findings: Vec<Finding>) {
        let run = self.stage.first().await;
        let change = |finding| Change { run: run.clone(), kind: ChangeKind::Opened, finding };
        self.stage.puppet.finds.lock().unwrap().1 = findings.into_iter().map(change).collect();
        self.ready().await;
    }
}

fn finding(name: &str, severity: Severity) -> Finding {
    let now = "2026-11-23T08:00:00Z".parse().unwrap();
    Finding {
        fingerprint: format!("f-{name}").as_str().into(),
        rule: "dynamodb-table-provisioned".into(),
        title: "t".into(),
        pillar: Pillar::Cost,
        severity,
        status: FindingStatus::Open,
        resource: format!("arn:{name}").as_str().into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        resource_name: name.into(),
        account: "111122223333".into(),
        region: "us-east-2".into(),
        sub_key: None,
        message: "table <script>alert(1)</script> \"x\" \u{1b}[31m\u{202e}".into(),
        owner: None,
        first_seen: now,
        last_seen: now,
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: json!({"evidence": []}),
    }
}

fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].is_string() && problem["title"].is_string());
    assert!(problem["type"].as_str().unwrap().starts_with("urn:ledgerline:problem:"));
}

#[tokio::test]
async fn readiness_waits_for_the_first_audit_and_life_does_not() {
    let window = window().await;
    assert_eq!(get(window.web, "/healthz").await.status, 200);
    assert_eq!(get(window.web, "/readyz").await.status, 503);
    window.ready().await;
    assert_eq!(get(window.web, "/readyz").await.status, 200);
}

#[tokio::test]
async fn a_bad_reload_shows_in_readiness_and_keeps_it() {
    let window = window().await;
    window.ready().await;
    *window.stage.puppet.reload.lock().unwrap() = Err("secret/path.yaml: unknown key".into());
    window.stage.daemon.reload().await;
    let answer = get(window.web, "/readyz").await;
    assert_eq!((answer.status, answer.json()["reload"].as_str()), (200, Some("failed")));
    assert!(!answer.body.contains("secret"), "it needs no token, so it names no file");
}

#[tokio::test]
async fn the_metrics_listener_has_metrics_and_nothing_else() {
    let window = window().await;
    window.ready().await;
    let page = get(window.metrics, "/metrics").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    assert!(page.body.contains("ledgerline_results{status=\"fail\"} 0"));
    let head = ask(window.metrics, Asked { method: "HEAD", path: "/metrics", ..Asked::default() }).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for path in ["/", "/api/v1/findings", "/healthz", "/metrics/"] {
        is_problem(&get(window.metrics, path).await, 404);
    }
    let post = ask(window.metrics, Asked { method: "POST", path: "/metrics", ..Asked::default() }).await;
    is_problem(&post, 405);
    assert_eq!(post.header("allow"), Some("GET, HEAD"));
    is_problem(&get(window.web, "/metrics").await, 404);
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_refused_on_both_listeners() {
    let window = window().await;
    for listener in [window.web, window.metrics] {
        for host in
            ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "localhost.evil.example", "10.1.2.3", "[::2]:80", "a@127.0.0.1"]
        {
            let answer = ask(listener, Asked { path: "/healthz", host: Some(host), ..Asked::default() }).await;
            assert!((400..404).contains(&answer.status), "{host}: {answer:?}");
        }
        is_problem(&ask(listener, Asked { path: "/healthz", host: None, ..Asked::default() }).await, 400);
        is_problem(&ask(listener, Asked { path: "/healthz", headers: "Host: evil.example\r\n", ..Asked::default() }).await, 400);
        is_problem(&ask(listener, Asked { path: "http://evil.example/healthz", ..Asked::default() }).await, 403);
    }
    for host in ["localhost", "LOCALHOST:1234", "127.0.0.1", "127.0.0.1:9", "audit.example.com", "Audit.Example.com:443"] {
        assert_eq!(ask(window.web, Asked { path: "/healthz", host: Some(host), ..Asked::default() }).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_begin_an_audit() {
    let window = window().await;
    let post = |headers| {
        ask(window.web, Asked { method: "POST", path: "/api/v1/audits", host: Some("localhost:8321"), headers, ..Asked::default() })
    };
    for headers in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost:3000\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://localhost:8321\r\nSec-Fetch-Site: cross-site\r\n",
    ] {
        is_problem(&post(headers).await, 403);
    }
    for headers in [
        "",
        "Origin: http://localhost:8321\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Origin: https://LocalHost:8321\r\nSec-Fetch-Site: same-origin\r\n",
    ] {
        assert_eq!(post(headers).await.status, 202, "{headers}");
    }
}

#[tokio::test]
async fn a_token_guards_all_but_the_health_checks() {
    let window = window_with(ServeConfig { guard: secret(), ..free() }).await;
    assert_eq!(get(window.web, "/healthz").await.status, 200);
    assert_eq!(get(window.web, "/readyz").await.status, 503);
    for path in ["/", "/api/v1/findings", "/api/v1/audits", "/api/v1/rules", "/openapi.json", "/nothing"] {
        let answer = get(window.web, path).await;
        is_problem(&answer, 401);
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    let with = |headers| ask(window.web, Asked { path: "/api/v1/findings", headers, ..Asked::default() });
    assert_eq!(with("Authorization: Bearer 0123456789abcdef\r\n").await.status, 200);
    assert_eq!(with("Authorization: bearer 0123456789abcdef\r\n").await.status, 200);
    for wrong in
        ["Authorization: Bearer 0123456789abcde\r\n", "Authorization: Basic 0123456789abcdef\r\n", "Authorization: 0123456789abcdef\r\n"]
    {
        assert_eq!(with(wrong).await.status, 401, "{wrong}");
    }
    assert_eq!(get(window.metrics, "/metrics").await.status, 200, "a Prometheus beside us needs no secret");
}

#[tokio::test]
async fn an_address_that_others_reach_needs_a_guard() {
    let open = SocketAddr::from(([0, 0, 0, 0], 0));
    for config in [ServeConfig { web: open, ..free() }, ServeConfig { metrics: open, ..free() }] {
        assert!(matches!(bind(&config, TakenPort::Refuse).await, Err(ServeError::Unguarded { .. })));
        assert!(bind(&ServeConfig { guard: Guard::Proxy, ..config.clone() }, TakenPort::Refuse).await.is_ok());
    }
    let config = ServeConfig { metrics: open, guard: secret(), ..free() };
    let window = window_with(config).await;
    let reachable = SocketAddr::from(([127, 0, 0, 1], window.metrics.port()));
    assert_eq!(get(reachable, "/metrics").await.status, 401, "others reach it, so the token guards it");
}

#[tokio::test]
async fn a_taken_port_is_told_or_another_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = ServeConfig { metrics: taken.local_addr().unwrap(), ..free() };
    let refused = bind(&config, TakenPort::Refuse).await.unwrap_err().to_string();
    assert!(refused.contains(&config.metrics.to_string()) && refused.contains("--listen-metrics"), "{refused}");
    let bound = bind(&config, TakenPort::TakeAnother).await.unwrap();
    assert_ne!(bound.metrics_address, config.metrics);
    assert_eq!(bound.metrics_url(), format!("http://{}/metrics", bound.metrics_address));
    assert_eq!(bound.web_url(), format!("http://{}/", bound.web_address));
}

#[tokio::test]
async fn an_audit_is_asked_for_and_found_again() {
    let window = window().await;
    window.ready().await;
    let post = |body, kind: &str| {
        let headers = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
        let web = window.web;
        async move { ask(web, Asked { method: "POST", path: "/api/v1/audits", headers: &headers, body, ..Asked::default() }).await }
    };
    let mut answer = Answer::default();
    // The first pass may have told that it is ready and not have ended yet: then this joins it.
    until(async || {
        answer = post(r#"{"regions":["us-east-2"]}"#, "application/json; charset=utf-8").await;
        assert_eq!(answer.status, 202, "{answer:?}");
        get(window.web, answer.header("location").unwrap()).await.json()["trigger"] == "api"
    })
    .await;
    let place = answer.header("location").unwrap().to_owned();
    assert_eq!(place, format!("/api/v1/audits/{}", answer.json()["id"].as_str().unwrap()));
    let record = get(window.web, &place).await.json();
    assert_eq!((record["trigger"].as_str(), record["scope"]["regions"][0].as_str()), (Some("api"), Some("us-east-2")));
    until(async || get(window.web, &place).await.json()["status"] == "running").await;
    // It joins the one under way, which looks at that region; another region waits; the same again is told.
    let joined = post(r#"{"regions":["us-east-2"]}"#, "application/json").await;
    assert_eq!((joined.status, joined.header("location")), (202, Some(place.as_str())));
    assert_eq!(post(r#"{"regions":["eu-west-1"]}"#, "application/json").await.status, 202);
    let refused = post(r#"{"regions":["eu-west-1"]}"#, "application/json").await;
    is_problem(&refused, 409);
    assert!(refused.header("location").is_some());
    let list = get(window.web, "/api/v1/audits?limit=2").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let next = list["next"].as_str().unwrap();
    let rest = get(window.web, &format!("/api/v1/audits?cursor={next}")).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &serde_json::Value::Null));
    assert_eq!(post("", "").await.status, 202, "everything, without a body");

    is_problem(&post("regions=x", "application/x-www-form-urlencoded").await, 415);
    is_problem(&post("{}", "text/plain").await, 415);
    is_problem(&post("{}", "").await, 415);
    for bad in [
        r#"{"region":["us-east-2"]}"#,
        "[]",
        "{",
        r#"{"regions":[]}"#,
        r#"{"regions":["http://evil"]}"#,
        r#"{"accounts":["12"]}"#,
        r#"{"rules":["no-such-rule"]}"#,
    ] {
        is_problem(&post(bad, "application/json").await, 400);
    }
    let large = format!("{{\"rules\":[\"{}\"]}}", "x".repeat(100_000));
    is_problem(&post(&large, "application/json").await, 413);
    is_problem(&get(window.web, "/api/v1/audits/none").await, 404);
}

#[tokio::test]
async fn findings_are_filtered_paged_and_shown_with_their_history() {
    let window = window().await;
    window
        .finds((0..5).map(|number| finding(&format!("t{number}"), if number == 0 { Severity::High } else { Severity::Low })).collect())
        .await;
    let first = get(window.web, "/api/v1/findings?severity=low,info&limit=3").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let cursor = first["next"].as_str().unwrap();
    let second = get(window.web, &format!("/api/v1/findings?severity=low&severity=info&limit=3&cursor={cursor}")).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &serde_json::Value::Null));
    assert_eq!(get(window.web, "/api/v1/findings?limit=999999").await.json()["items"].as_array().unwrap().len(), 5);
    assert_eq!(get(window.web, "/api/v1/findings?q=T3&status=open").await.json()["items"][0]["resource_name"], "t3");
    let one = get(window.web, "/api/v1/findings/f-t0").await.json();
    assert_eq!((one["severity"].as_str(), one["history"][0]["kind"].as_str()), (Some("high"), Some("opened")));
    for bad in ["severty=low", "severity=bad", "limit=0", "limit=x", "cursor=zz", "limit=1&limit=2", "status=open&x=1", "q=%ff"] {
        let answer = get(window.web, &format!("/api/v1/findings?{bad}")).await;
        assert!(answer.status == 400 || bad == "q=%ff", "{bad}: {answer:?}");
        if bad.starts_with("severty") {
            assert!(answer.json()["detail"].as_str().unwrap().contains("did you mean severity?"), "{answer:?}");
        }
    }
    is_problem(&get(window.web, "/api/v1/findings/none").await, 404);
}

#[tokio::test]
async fn the_page_shows_what_strangers_wrote_as_text() {
    let window = window().await;
    window.finds(vec![finding("<b>x</b>", Severity::Critical)]).await;
    let page = get(window.web, "/").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;x&quot; \\u{1b}[31m\\u{202e}"), "{}", page.body);
    assert!(page.body.contains("&lt;b&gt;x&lt;/b&gt;") && !page.body.contains("<script>") && !page.body.contains("<b>"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(get(window.web, "/style.css").await.header("content-type"), Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn every_way_to_say_no_is_a_problem_document() {
    let window = window().await;
    is_problem(&get(window.web, "/nothing").await, 404);
    is_problem(&get(window.web, "/api/v1/nothing").await, 404);
    is_problem(&get(window.web, "/api/v1/rules/none").await, 404);
    is_problem(&get(window.web, "/api/v1/rules?pillar=cost").await, 400);
    for (method, path) in [("POST", "/"), ("DELETE", "/api/v1/audits"), ("PUT", "/api/v1/findings")] {
        let answer = ask(window.web, Asked { method, path, ..Asked::default() }).await;
        is_problem(&answer, 405);
        assert!(answer.header("allow").is_some(), "{method} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn listeners_close_when_the_daemon_has_ended() {
    let window = window().await;
    window.ready().await;
    window.stage.daemon.end();
    tokio::time::timeout(std::time::Duration::from_secs(10), window.ended).await.unwrap().unwrap();
    assert!(std::net::TcpStream::connect(window.web).is_err());
}

//! Tokens with scopes, sessions of browsers, their forms, and how often one may ask or be wrong.

use super::asking::{Answer, Asked, ask, get};
use super::{Window, free, guard, is_problem, window, window_with};
use crate::model::value::Time;
use crate::serve::config::{Scope, ServeConfig, Token};
use serde_json::json;
use std::num::NonZeroU32;

const JSON: &str = "Content-Type: application/json\r\n";

fn token(name: &str, scopes: &[Scope]) -> Token {
    Token::of_secret(name, scopes.iter().copied().collect(), &secret_of(name))
}

fn until(mut token: Token, end: Time) -> Token {
    token.expires = Some(end);
    token
}

fn secret_of(name: &str) -> String {
    format!("ledgerline_{name:0>32}")
}

fn bearer(name: &str) -> String {
    format!("Authorization: Bearer {}\r\n", secret_of(name))
}

async fn guarded() -> Window {
    let tokens = vec![
        token("reader", &[Scope::Read]),
        token("auditor", &[Scope::Audit]),
        token("waiver", &[Scope::Waive, Scope::Read]),
        until(token("former", Scope::ALL), chrono::Utc::now() - chrono::TimeDelta::days(1)),
    ];
    window_with(ServeConfig { guard: guard(tokens), ..free() }).await
}

async fn send(window: &Window, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    ask(window.web, Asked { method, path, headers, body, ..Asked::default() }).await
}

#[tokio::test]
async fn a_token_allows_what_its_scopes_say_and_its_name_is_remembered() {
    let window = guarded().await;
    let waiver = json!({"id": "w", "rule": ["r"], "owner": "o", "reason": "because",
        "expires": chrono::Utc::now() + chrono::TimeDelta::days(40)})
    .to_string();
    let asked: [(&str, &str, &str, u16, u16, u16); 5] = [
        ("GET", "/api/v1/findings", "", 200, 403, 200),
        ("GET", "/", "", 200, 403, 200),
        ("POST", "/api/v1/audits", "{}", 403, 202, 403),
        ("POST", "/api/v1/waivers", &waiver, 403, 403, 201),
        ("DELETE", "/api/v1/waivers/w", "", 403, 403, 200),
    ];
    for (method, path, body, reader, auditor, waiving) in asked {
        for (name, status) in [("reader", reader), ("auditor", auditor), ("waiver", waiving)] {
            let answer = send(&window, method, path, &format!("{JSON}{}", bearer(name)), body).await;
            assert_eq!(answer.status, status, "{name} {method} {path}: {answer:?}");
            if status == 403 {
                is_problem(&answer, 403);
                assert_eq!(answer.json()["type"], "urn:ledgerline:problem:missing-scope");
            }
        }
    }
    let audits = send(&window, "GET", "/api/v1/audits", &bearer("reader"), "").await.json();
    assert!(
        audits["items"].as_array().unwrap().iter().all(|audit| audit["trigger"] != "api" || audit["asked_by"] == "auditor"),
        "{audits}"
    );
    let waivers = send(&window, "GET", "/api/v1/waivers", &bearer("reader"), "").await.json();
    assert_eq!((&waivers["items"][0]["added_by"], &waivers["items"][0]["revoked_by"]), (&json!("waiver"), &json!("waiver")));
    let former = send(&window, "GET", "/api/v1/findings", &bearer("former"), "").await;
    is_problem(&former, 401);
    assert!(former.json()["detail"].as_str().unwrap().contains("is over"), "{former:?}");
}

#[tokio::test]
async fn who_asked_for_an_audit_is_in_its_record() {
    let window = guarded().await;
    let mut asked = Answer::default();
    super::until(async || {
        window.stage.puppet.permits.add_permits(1);
        asked = send(&window, "POST", "/api/v1/audits", &format!("{JSON}{}", bearer("auditor")), "{\"regions\":[\"eu-west-1\"]}").await;
        asked.json()["trigger"] == "api"
    })
    .await;
    assert_eq!(asked.json()["asked_by"], "auditor");
    window.stage.puppet.permits.add_permits(9);
    let place = asked.header("location").unwrap().to_owned();
    super::until(async || send(&window, "GET", &place, &bearer("reader"), "").await.json()["status"] == "complete").await;
    assert_eq!(send(&window, "GET", &place, &bearer("reader"), "").await.json()["asked_by"], "auditor");
}

/// The value of a hidden field in a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap()
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

async fn sign_in(window: &Window, secret: &str) -> Answer {
    let page = get(window.web, "/sign-in?next=%2Fapi%2Fv1%2Frules").await;
    let body = format!("token={secret}&next={}&form_token={}", field(&page.body, "next"), field(&page.body, "form_token"));
    send(window, "POST", "/sign-in", FORM, &body).await
}

#[tokio::test]
async fn a_browser_signs_in_with_a_token_and_out_again() {
    let window = guarded().await;
    let led = send(&window, "GET", "/findings?q=a", "Accept: text/html,*/*\r\n", "").await;
    assert_eq!((led.status, led.header("location")), (303, Some("/sign-in?next=%2Ffindings%3Fq%3Da")));
    assert_eq!(
        send(&window, "POST", "/api/v1/audits", "Accept: text/html\r\n", "").await.status,
        401,
        "only what is looked at is led there"
    );

    let wrong = sign_in(&window, "wrong").await;
    assert!(wrong.status == 401 && wrong.header("set-cookie").is_none() && wrong.body.contains("none of those"), "{wrong:?}");
    let entered = sign_in(&window, &secret_of("reader")).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/api/v1/rules")), "{entered:?}");
    let set = entered.header("set-cookie").unwrap();
    assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Strict") && set.contains("; Max-Age=3600"), "{set}");
    let cookie = format!("Cookie: other=1; {}\r\n", set.split(';').next().unwrap());
    assert_eq!(send(&window, "GET", "/api/v1/rules", &cookie, "").await.status, 200);
    assert_eq!(send(&window, "POST", "/api/v1/audits", &format!("{JSON}{cookie}"), "{}").await.status, 403, "the token's scopes hold");
    assert_eq!(send(&window, "GET", "/api/v1/rules", "Cookie: ledgerline=0000\r\n", "").await.status, 401);

    is_problem(&send(&window, "POST", "/sign-out", &format!("{FORM}{cookie}"), "form_token=1.00").await, 403);
    assert_eq!(send(&window, "GET", "/api/v1/rules", &cookie, "").await.status, 200, "without the form's token nothing happens");
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let window = guarded().await;
    let sent = async |headers: &str, body: &str| send(&window, "POST", "/sign-in", headers, body).await;
    let secret = secret_of("reader");
    is_problem(&sent(FORM, &format!("token={secret}")).await, 403);
    is_problem(&sent(FORM, &format!("token={secret}&form_token=")).await, 403);
    is_problem(&sent("Content-Type: text/plain\r\n", &format!("token={secret}")).await, 415);
    is_problem(&sent(FORM, "token=%ff").await, 400);
    is_problem(&sent(FORM, &format!("token={}", "x".repeat(100_000))).await, 413);
    is_problem(&sent(&format!("{FORM}Origin: http://evil.example\r\n"), "").await, 403);
}

#[tokio::test]
async fn where_nobody_needs_to_sign_in_that_page_leads_back() {
    let window = window().await;
    let answer = get(window.web, "/sign-in?next=//evil.example").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
}

#[tokio::test]
async fn wrong_tokens_are_answered_later_and_later() {
    let window = guarded().await;
    let try_one = async |name: &str| send(&window, "GET", "/api/v1/rules", &bearer(name), "").await;
    for _ in 0..6 {
        is_problem(&try_one("nobody").await, 401);
    }
    let waits = try_one("nobody").await;
    is_problem(&waits, 429);
    assert_eq!((waits.header("retry-after"), waits.json()["type"].as_str()), (Some("1"), Some("urn:ledgerline:problem:too-many-failures")));
    assert_eq!(get(window.web, "/healthz").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(try_one("reader").await.status, 200, "a right one counts again after the wait");
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait_and_others_are_not() {
    let tokens = vec![token("one", &[Scope::Read]), token("two", &[Scope::Read])];
    let window = window_with(ServeConfig { guard: guard(tokens), requests_per_minute: NonZeroU32::new(30), ..free() }).await;
    let try_one = async |name: &str| send(&window, "GET", "/api/v1/rules", &bearer(name), "").await;
    for _ in 0..5 {
        assert_eq!(try_one("one").await.status, 200);
    }
    let refused = try_one("one").await;
    is_problem(&refused, 429);
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(try_one("two").await.status, 200);
    for _ in 0..20 {
        assert_eq!(get(window.web, "/healthz").await.status, 200);
        assert_eq!(get(window.metrics, "/metrics").await.status, 200);
    }
}

#[tokio::test]
async fn a_token_that_the_config_no_longer_has_is_refused_after_a_reload() {
    let stage = crate::daemon::puppet::stage(crate::daemon::puppet::Behaviour::Good).await;
    let before = ServeConfig { guard: guard(vec![token("one", &[Scope::Read])]), ..free() };
    let after = ServeConfig { guard: guard(vec![token("two", &[Scope::Read])]), ..before.clone() };
    let bound = crate::serve::bind(&before, crate::serve::TakenPort::Refuse).await.unwrap();
    let (web, daemon) = (bound.web_address, std::sync::Arc::clone(&stage.daemon));
    tokio::spawn(bound.serve(daemon, move || after.clone()));
    let status = async |name: &str| ask(web, Asked { path: "/api/v1/rules", headers: &bearer(name), ..Asked::default() }).await.status;
    assert_eq!((status("one").await, status("two").await), (200, 401));
    stage.daemon.reload().await;
    super::until(async || status("two").await == 200).await;
    assert_eq!(status("one").await, 401);
}

#[test]
fn a_time_that_is_over_is_over() {
    let end: Time = "2027-06-30T23:59:59Z".parse().unwrap();
    let token = until(token("one", &[]), end);
    assert!(token.is_valid(end) && !token.is_valid(end + chrono::TimeDelta::milliseconds(1)));
}

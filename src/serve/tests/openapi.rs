//! The description of the API: it is the one that is written down, and what it says of methods and credentials is true of every route.

use super::asking::{Answer, Asked, ask, get};
use super::{Window, finding, free, guard, is_problem, window, window_with};
use crate::model::rule::Severity;
use crate::serve::config::{Scope, ServeConfig, Token};
use crate::store::{FindingFilter, PageRequest};
use serde_json::{Value, json};

#[tokio::test]
async fn the_written_description_is_the_one_that_is_served() {
    let window = window().await;
    let answer = get(window.web, "/openapi.json").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/api/openapi.json");
    let made = serde_json::to_string_pretty(&answer.json()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let same = std::fs::read_to_string(path).unwrap() == made;
    assert!(same, "UPDATE_GENERATED=1 cargo test --lib the_written_description writes src/serve/api/openapi.json anew");
}

/// Every operation: method, path with ids that there are, and what is said of it.
async fn operations(window: &Window, headers: &str) -> Vec<(String, String, Value)> {
    let description = ask(window.web, Asked { path: "/openapi.json", headers, ..Asked::default() }).await.json();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path =
                path.replace("{fingerprint}", "f-t0").replace("{id}", "w-1").replace("{name}", "report.html").replace("{key}", "none");
            found.push((method.to_uppercase(), path, operation.clone()));
        }
    }
    assert!(found.len() >= 15, "{found:?}");
    found
}

fn waiver(id: &str) -> Value {
    json!({"id": id, "rule": ["r"], "owner": "o", "reason": "because",
        "expires": chrono::Utc::now() + chrono::TimeDelta::days(40)})
}

/// All that the store holds and a request could change.
async fn state(window: &Window) -> String {
    let store = &window.stage.store;
    let page = PageRequest::default();
    let findings = store.findings(&FindingFilter::default(), &page).await.unwrap();
    format!(
        "{:?} {:?} {:?} {:?}",
        findings,
        store.waivers().await.unwrap(),
        store.runs(&page).await.unwrap(),
        store.reports(&page).await.unwrap()
    )
}

#[tokio::test]
async fn reading_changes_nothing_whatever_it_carries() {
    let window = window().await;
    window.finds(vec![finding("t0", Severity::High)]).await;
    let headers = "Content-Type: application/json\r\n";
    let added =
        ask(window.web, Asked { method: "POST", path: "/api/v1/waivers", headers, body: &waiver("w-1").to_string(), ..Asked::default() })
            .await;
    assert_eq!(added.status, 201, "{added:?}");
    super::until(async || !state(&window).await.contains("Running")).await;
    let before = state(&window).await;
    for (_, path, _) in operations(&window, "").await {
        for query in ["", "?_method=DELETE", "?method=POST&id=w-2"] {
            for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
                let headers = "X-HTTP-Method-Override: DELETE\r\nX-Method-Override: DELETE\r\nContent-Type: application/json\r\n";
                let answer = ask(window.web, Asked { method, path: &format!("{path}{query}"), headers, ..Asked::default() }).await;
                assert!(answer.status < 500 || answer.status == 503, "{method} {path}{query}: {answer:?}");
            }
        }
    }
    assert_eq!(state(&window).await, before);
}

#[tokio::test]
async fn every_operation_needs_the_scope_that_its_description_names() {
    let token = |name: &str, scopes: &[Scope]| Token::of_secret(name, scopes.iter().copied().collect(), &format!("{name:0>32}"));
    let tokens: Vec<Token> = Scope::ALL.iter().map(|scope| token(scope.as_str(), &[*scope])).collect();
    let window = window_with(ServeConfig { guard: guard(tokens), ..free() }).await;
    let bearer = |scope: &str| format!("Authorization: Bearer {scope:0>32}\r\nContent-Type: application/json\r\n");
    for (method, path, operation) in operations(&window, &bearer("read")).await {
        let asked = async |headers: &str| -> Answer {
            ask(window.web, Asked { method: &method, path: &path, headers, body: "{", ..Asked::default() }).await
        };
        let named = operation["security"].as_array().unwrap_or_else(|| panic!("{path}: {operation}"));
        let needed = named.iter().find_map(|one| one["token"][0].as_str());
        let Some(needed) = needed else {
            assert!(path == "/healthz" || path == "/readyz", "{path} is open to all");
            continue;
        };
        is_problem(&asked("").await, 401);
        for scope in Scope::ALL {
            let answer = asked(&bearer(scope.as_str())).await;
            assert_eq!(answer.status == 403, scope.as_str() != needed, "{method} {path} by {scope}: {answer:?}");
            assert_ne!(answer.status, 401, "{method} {path}");
        }
        let safe = method == "GET";
        assert_eq!(safe, needed == "read", "{method} {path}: what writes needs more than to read, and what reads needs just that");
    }
}

#[tokio::test]
async fn every_answer_has_a_status_that_its_description_names_and_every_refusal_is_a_problem() {
    let window = window().await;
    for (method, path, operation) in operations(&window, "").await {
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        for (headers, body, query) in [
            ("", "", ""),
            ("Accept: application/xml\r\n", "", ""),
            ("", "", "?nothing=1"),
            ("", "", "?limit=0"),
            ("", "", "?cursor=zz"),
            ("Content-Type: application/json\r\n", "{", ""),
            ("Content-Type: text/plain\r\n", "{}", ""),
        ] {
            let answer =
                ask(window.web, Asked { method: &method, path: &format!("{path}{query}"), headers, body, ..Asked::default() }).await;
            let known = statuses.iter().any(|status| **status == answer.status.to_string());
            assert!(known, "{method} {path}{query} with {headers:?} is {}, not one of {statuses:?}", answer.status);
            if answer.status >= 400 && path != "/readyz" {
                is_problem(&answer, answer.status);
            }
        }
    }
}

#[tokio::test]
async fn the_standing_of_the_month_is_what_the_last_audit_found() {
    let window = window().await;
    let standing = get(window.web, "/api/v1/cost/standing").await;
    assert_eq!(standing.status, 200);
    let lists = ["adjustments", "anomalies", "components", "currencies", "forecasts", "planes", "restated", "untagged"];
    let told = standing.json();
    assert_eq!(told.as_object().unwrap().keys().collect::<Vec<_>>(), lists);
    assert!(lists.iter().all(|list| told[list] == json!([])), "{told}");
}

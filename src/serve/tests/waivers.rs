//! Waivers over HTTP: added, listed, revoked, and refused wherever a write is refused.

use super::asking::{Asked, ask, get};
use super::{is_problem, window};
use crate::model::value::Time;
use crate::model::waiver::{Waiver, WaiverOrigin, WaiverScope};
use serde_json::{Value, json};
use std::sync::Arc;

fn in_days(days: i64) -> Time {
    chrono::Utc::now() + chrono::TimeDelta::days(days)
}

fn waiver(id: &str, days: i64) -> Value {
    json!({"id": id, "rule": ["a-rule"], "owner": "team-a", "reason": "because", "expires": in_days(days)})
}

const JSON: &str = "Content-Type: application/json\r\n";

#[tokio::test]
async fn a_waiver_is_added_found_revoked_and_stays_in_the_list() {
    let window = window().await;
    let web = window.web;
    let post = async |body: &Value| {
        ask(web, Asked { method: "POST", path: "/api/v1/waivers", headers: JSON, body: &body.to_string(), ..Asked::default() }).await
    };
    let added = post(&waiver("w-1", 5)).await;
    assert_eq!((added.status, added.header("location")), (201, Some("/api/v1/waivers/w-1")), "{added:?}");
    assert_eq!(
        (&added.json()["state"], &added.json()["days_left"], &added.json()["revoked_at"]),
        (&json!("expiring"), &json!(4), &Value::Null)
    );
    assert_eq!(post(&waiver("a-2", 100)).await.status, 201);
    let again = post(&waiver("w-1", 50)).await;
    is_problem(&again, 409);
    assert_eq!(again.header("location"), Some("/api/v1/waivers/w-1"));

    let first = get(web, "/api/v1/waivers?limit=1").await.json();
    assert_eq!((&first["items"][0]["id"], &first["items"][0]["state"], &first["next"]), (&json!("a-2"), &json!("active"), &json!("a-2")));
    let second = get(web, "/api/v1/waivers?limit=1&cursor=a-2").await.json();
    assert_eq!((&second["items"][0]["id"], &second["next"]), (&json!("w-1"), &Value::Null));
    assert_eq!(get(web, "/api/v1/waivers/w-1").await.json()["rule"], json!(["a-rule"]));

    let delete = async |id: &str| ask(web, Asked { method: "DELETE", path: &format!("/api/v1/waivers/{id}"), ..Asked::default() }).await;
    let revoked = delete("w-1").await;
    assert_eq!((revoked.status, &revoked.json()["state"]), (200, &json!("revoked")));
    assert_eq!(delete("w-1").await.json()["revoked_at"], revoked.json()["revoked_at"], "the first time counts");
    is_problem(&delete("none").await, 404);
    is_problem(&get(web, "/api/v1/waivers/none").await, 404);
    assert_eq!(get(web, "/api/v1/waivers?state=revoked").await.json()["items"].as_array().unwrap().len(), 1);
    let taken = post(&waiver("w-1", 50)).await;
    assert!(taken.status == 409 && taken.json()["detail"].as_str().unwrap().contains("revoked"), "{taken:?}");
    for bad in ["state=open", "stat=active", "limit=0"] {
        is_problem(&get(web, &format!("/api/v1/waivers?{bad}")).await, 400);
    }
}

#[tokio::test]
async fn a_waiver_of_a_file_is_listed_and_can_be_neither_replaced_nor_revoked() {
    let window = window().await;
    let of_file = Waiver {
        id: "w-file".into(),
        scope: WaiverScope { rules: vec!["a-rule".into()], ..WaiverScope::default() },
        owner: "team-a".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: in_days(-1),
        origin: WaiverOrigin::File { file: "ledgerline.yaml".into(), line: 7 },
    };
    *window.stage.puppet.waivers.lock().unwrap() = vec![Arc::new(of_file)];
    let listed = get(window.web, "/api/v1/waivers").await.json();
    assert_eq!((&listed["items"][0]["state"], &listed["items"][0]["origin"]["line"]), (&json!("expired"), &json!(7)));
    let body = waiver("w-file", 50).to_string();
    let post = ask(window.web, Asked { method: "POST", path: "/api/v1/waivers", headers: JSON, body: &body, ..Asked::default() }).await;
    is_problem(&post, 409);
    let delete = ask(window.web, Asked { method: "DELETE", path: "/api/v1/waivers/w-file", ..Asked::default() }).await;
    is_problem(&delete, 409);
    assert!(delete.json()["detail"].as_str().unwrap().contains("ledgerline.yaml:7"));
}

#[tokio::test]
async fn what_is_wrong_or_comes_from_elsewhere_is_refused() {
    let window = window().await;
    let good = waiver("w", 50).to_string();
    let post = async |headers: &str, body: &str| {
        ask(window.web, Asked { method: "POST", path: "/api/v1/waivers", host: Some("localhost:8321"), headers, body }).await
    };
    is_problem(&post("Content-Type: text/plain\r\n", &good).await, 415);
    is_problem(&post("Content-Type: application/x-www-form-urlencoded\r\n", &good).await, 415);
    is_problem(&post("", &good).await, 415);
    for foreign in ["Origin: http://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        is_problem(&post(&format!("{JSON}{foreign}"), &good).await, 403);
        let path = "/api/v1/waivers/w";
        let delete = ask(window.web, Asked { method: "DELETE", path, host: Some("localhost:8321"), headers: foreign, body: "" }).await;
        is_problem(&delete, 403);
    }
    let evil =
        ask(window.web, Asked { method: "POST", path: "/api/v1/waivers", host: Some("evil.example"), headers: JSON, body: &good }).await;
    is_problem(&evil, 403);
    for bad in ["", "{", "[]", "{\"id\":\"w\"}", &"x".repeat(100)] {
        is_problem(&post(JSON, bad).await, 400);
    }
    is_problem(&post(JSON, &format!("{{\"id\":\"{}\"}}", "x".repeat(100_000))).await, 413);
    assert!(post(JSON, "{}").await.json()["detail"].as_str().unwrap().ends_with("; and more"), "all mistakes at once");
    let over = post(JSON, &waiver("w", -1).to_string()).await;
    assert!(over.status == 400 && over.json()["detail"].as_str().unwrap().contains("is over"), "{over:?}");
    assert_eq!(get(window.web, "/api/v1/waivers").await.json()["items"], json!([]), "nothing was added");
}

//! The page over HTTP: every page answers, shows strangers' text as text, and changes something only by a form with its token.

use super::asking::{Answer, Asked, ask, get};
use super::{finding, window};
use crate::model::rule::Severity;
use serde_json::json;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A form that is sent.
async fn post(web: std::net::SocketAddr, path: &str, body: &str) -> Answer {
    ask(web, Asked { method: "POST", path, headers: FORM, body, ..Asked::default() }).await
}

/// The token that the form of a page carries.
fn token(page: &Answer) -> String {
    let rest = page.body.split("name=\"form_token\" value=\"").nth(1).unwrap_or_else(|| panic!("no form: {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_page_answers_before_and_after_the_first_audit() {
    let window = window().await;
    let pages =
        ["/", "/findings", "/resources", "/rules", "/contracts", "/cost", "/cost?month=2026-10", "/iam", "/audits", "/reports", "/waivers"];
    for path in pages {
        assert_eq!(get(window.web, path).await.status, 200, "{path}");
    }
    window.finds(vec![finding("one", Severity::Critical)]).await;
    for path in pages.into_iter().chain(["/findings/f-one", "/findings?sort=savings&q=one&type=", "/resources?results=failing&sight=seen"])
    {
        let page = get(window.web, path).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        assert!(page.body.starts_with("<!DOCTYPE html>") && page.body.contains("<main id=\"content\""), "{path}");
        assert!(!page.body.contains(" style=") && !page.body.contains("onclick"), "{path}: nothing is styled or scripted inline");
    }
    for (path, media_type) in [("/style.css", "text/css"), ("/assets/page.js", "text/javascript"), ("/assets/icon.svg", "image/svg+xml")] {
        assert!(get(window.web, path).await.header("content-type").unwrap().starts_with(media_type), "{path}");
    }
}

#[tokio::test]
async fn what_is_misspelt_or_not_there_is_refused_in_words() {
    let window = window().await;
    for (path, status, said) in [
        ("/findings?severty=low", 400, "did you mean severity?"),
        ("/findings?severity=bad", 400, "is not one of"),
        ("/findings?cursor=zz", 400, "begin at its first page"),
        ("/findings/none", 404, "no finding of this fingerprint"),
        ("/resources/none", 404, "no audit that is remembered saw this resource"),
        ("/resources?results=perhaps", 400, "failing, passing"),
        ("/rules/none", 404, "no loaded rule has this id"),
        ("/audits/none", 404, "no audit of this id"),
        ("/cost?month=13", 400, "is no month"),
        ("/findings?%3Cscript%3E=1", 400, "&lt;script&gt;"),
    ] {
        let page = get(window.web, path).await;
        assert!(page.status == status && page.body.contains(said), "{path}: {page:?}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}

#[tokio::test]
async fn a_finding_is_waived_and_the_waiver_revoked_by_forms_with_their_tokens() {
    let window = window().await;
    window.finds(vec![finding("one", Severity::High)]).await;
    let page = get(window.web, "/findings/f-one").await;
    let token = token(&page);
    // The puppet reads a waiver as JSON, so its end has a time; the real reader takes a day.
    let body = format!("form_token={token}&reason=because+of+%3Cb%3E&owner=team-a&expires=2099-01-01T00:00:00Z");
    let refused = post(window.web, "/findings/f-one/waive", &body).await;
    assert_eq!(refused.status, 400, "the puppet wants what the form leaves out: {refused:?}");
    assert!(
        refused.body.contains("because of &lt;b&gt;") && refused.body.contains("role=\"alert\""),
        "what was typed is kept: {}",
        refused.body
    );
    for wrong in ["reason=x&owner=y&expires=2099-01-01", "form_token=1.00&reason=x&owner=y&expires=2099-01-01"] {
        assert_eq!(post(window.web, "/findings/f-one/waive", wrong).await.status, 403, "{wrong}");
    }
    assert_eq!(get(window.web, "/findings/f-one/waive").await.status, 405);
    assert_eq!(window.stage.store.waivers().await.unwrap(), []);

    let waiver =
        json!({"id": "w-1", "rule": ["a"], "owner": "o", "reason": "r", "expires": "2099-01-01T00:00:00Z", "origin": {"kind": "store"}});
    let waiver = serde_json::from_value(waiver).unwrap();
    window.stage.store.add_waiver(&waiver, chrono::Utc::now(), None).await.unwrap();
    let list = get(window.web, "/waivers").await;
    assert!(list.body.contains("action=\"/waivers/w-1/revoke\""), "{}", list.body);
    assert_eq!(post(window.web, "/waivers/w-1/revoke", "form_token=x").await.status, 403);
    assert!(window.stage.store.waivers().await.unwrap()[0].revoked_at.is_none());
    let revoked = post(window.web, "/waivers/w-1/revoke", &format!("form_token={token}")).await;
    assert_eq!((revoked.status, revoked.header("location")), (303, Some("/waivers?done=revoked")), "{revoked:?}");
    assert!(window.stage.store.waivers().await.unwrap()[0].revoked_at.is_some());
    assert!(get(window.web, "/waivers?done=revoked").await.body.contains("role=\"status\""));
}

#[tokio::test]
async fn an_audit_is_asked_for_by_a_form_and_shown_while_it_is_under_way() {
    let window = window().await;
    window.ready().await;
    let token = token(&get(window.web, "/audits").await);
    let wrong = post(window.web, "/audits", &format!("form_token={token}&regions=http://evil")).await;
    assert!(wrong.status == 400 && wrong.body.contains("no region code"), "{wrong:?}");
    assert_eq!(post(window.web, "/audits", "regions=us-east-2").await.status, 403);
    // The first pass, which just told that it is ready, may not have ended yet, and be joined.
    let mut place = String::new();
    crate::daemon::puppet::until(async || {
        let asked = post(window.web, "/audits", &format!("form_token={token}&regions=us-east-2%2C+eu-west-1")).await;
        assert_eq!(asked.status, 303, "{asked:?}");
        place = asked.header("location").unwrap().to_owned();
        !place.ends_with("?done=joined")
    })
    .await;
    assert!(place.starts_with("/audits/") && place.ends_with("?done=asked"), "{place}");
    let page = get(window.web, &place).await;
    assert!(
        page.body.contains("data-live") && page.body.contains("http-equiv=\"refresh\"") && page.body.contains("eu-west-1"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_ways_to_administrator_that_a_finding_holds_are_drawn_and_those_of_strangers_stay_text() {
    let window = window().await;
    let chain = |steps: serde_json::Value| json!({"path_id": "iam-<b>", "target": "arn:aws:iam::1:role/ops", "fix": "in <i>, statement 0", "steps": steps});
    let observed = json!({"principal": "arn:aws:iam::1:user/eve", "chains": [
        chain(json!(["iam:PassRole on arn:aws:iam::1:role/ops", "<u>"])), chain(json!("no list")), "and 7 more"]});
    let mut escalation = finding("eve", Severity::Critical);
    escalation.resource_type = "AWS::IAM::User".into();
    escalation.details = json!({"evidence": [{"path": "one", "observed": observed, "expected": null, "call": null}]});
    window.finds(vec![escalation]).await;
    let page = get(window.web, "/findings/f-eve").await;
    let drawn = page.body.split("<ol class=\"chain\">").nth(1).and_then(|rest| rest.split("</figure>").next()).expect("a chain");
    for shown in
        ["user/eve", "<code>iam:PassRole</code>", "role/ops", "<code>&lt;u&gt;</code>", "administrator", "in &lt;i&gt;, statement 0"]
    {
        assert!(drawn.contains(shown), "{shown}: {drawn}");
    }
    assert_eq!(page.body.matches("<ol class=\"chain\">").count(), 1, "what is no chain is not drawn");
}

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
async fn a_replacement_is_shown_with_its_difference_and_what_was_proven_of_it() {
    let window = window().await;
    let replacement = json!({"documents": [{"Statement": "<b>"}], "removed": ["s3:Put*", "sqs:*"], "untracked": ["iam:PassRole"],
        "proofs": {"within_current": {"result": "no_new_access"}, "keeps_use": {"result": "unknown"}, "within_baseline": null},
        "terraform": "resource <i>", "diff": "--- a\n+++ a\n-  \"s3:*\"\n+  \"s3:Get*\"\n", "undo": {"text": "Put it back.", "cli": "aws iam x"}});
    let mut wide = finding("wide", Severity::Low);
    wide.resource_type = "AWS::IAM::Role".into();
    wide.details = json!({"evidence": [], "replacement": [replacement, {"diff": ""}, 7]});
    window.finds(vec![wide]).await;
    for path in ["/findings/f-wide", "/iam"] {
        let page = get(window.web, path).await.body;
        for shown in
            ["2 patterns of actions go", "<ins>+  &quot;s3:Get*&quot;</ins>", "<del>-  &quot;s3:*&quot;</del>", "resource &lt;i&gt;"]
        {
            assert!(page.contains(shown), "{path}: {shown}: {page}");
        }
        assert_eq!((page.matches(">proven<").count(), page.matches(">not proven<").count()), (1, 1), "{path}: {page}");
    }
    assert!(get(window.web, "/iam").await.body.contains("<td class=\"num\">2</td>"), "the excess is counted");
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

#[tokio::test]
async fn the_cost_page_tells_untagged_shares_anomalies_and_what_is_no_usage() {
    let window = window().await;
    let view = |active: bool, key: &str| {
        json!({"account": "111122223333", "tag_key": key, "service": null, "untagged": "2.50", "taggable": "10", "active": active,
            "observed_at": "2026-11-23T08:00:00Z"})
    };
    let ledger = json!({"currencies": ["USD"], "untagged": [view(true, "<Owner>"), view(false, "Team")], "tags_active": [],
        "adjustments": [["111122223333", "Credit", "-2.61"]], "restated": [["2026-10", "0.04"]], "forecasts": [], "planes": []});
    let anomaly = json!({"account": "111122223333", "service": "Amazon <DynamoDB>", "from": "2026-11-19", "to": "2026-11-20", "expected": "1",
        "actual": "9", "impact": "8", "sources": ["ledger"], "state": "open", "drivers": [{"region": "us-east-2"}], "aws_id": null});
    {
        let mut finds = window.stage.puppet.finds.lock().unwrap();
        finds.0.ledger = serde_json::from_value(ledger).unwrap();
        finds.0.anomalies = vec![serde_json::from_value(anomaly).unwrap()];
    }
    window.finds(Vec::new()).await;
    let page = get(window.web, "/cost").await.body;
    for shown in [
        "&lt;Owner&gt;",
        "25.0 %",
        "is not activated",
        "&lt;DynamoDB&gt;",
        "2026-11-19 to 2026-11-20",
        "8.00 USD",
        "us-east-2",
        "-2.61 USD",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(">0 %<") && page.matches("25.0 %").count() == 1, "a key that is not active has no share: {page}");
}

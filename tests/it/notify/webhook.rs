//! The daemon tells webhooks what its audits changed: everything once, also where it is killed in between.

use super::receiver::{Received, Receiver};
use crate::daemon::{Served, until, with_recording};
use crate::support::command::Ledgerline;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const CONFIG: &str = "\
notify:
  - { name: hook, kind: webhook, url_file: hook-url, key_file: hook-key, allow_internal: true }
  - { name: chat, kind: slack, url_file: chat-url, allow_internal: true, when: { severity: high }, page_url: 'https://l.example/' }
";

fn daemon(hook: &Receiver, chat: &Receiver) -> Ledgerline {
    let command = Ledgerline::new()
        .file("ledgerline.yaml", CONFIG)
        .file("hook-url", &hook.url)
        .file("hook-key", "another-secret-of-the-test")
        .file("chat-url", &chat.url)
        .env("LEDGERLINE_LOG", "debug");
    with_recording(command)
}

/// Fingerprint and id of every change that came, repetitions included.
fn changes(received: &[Received]) -> Vec<(String, String)> {
    let bodies: Vec<Value> = received.iter().map(Received::json).collect();
    let of = |one: &Value| (one["finding"]["fingerprint"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned());
    bodies.iter().flat_map(|body| body["changes"].as_array().unwrap()).map(of).collect()
}

/// What the page knows of findings that are not over.
fn known(served: &Served) -> BTreeSet<String> {
    let found = served.json("api/v1/findings?status=open&status=waived&status=stale&limit=1000");
    assert_eq!(found["next"], Value::Null, "all on one page");
    found["items"].as_array().unwrap().iter().map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_finding_of_an_audit_is_told_once_and_a_restart_tells_nothing_again() {
    let (hook, chat) = (Receiver::start(), Receiver::start());
    let mut served = Served::start(daemon(&hook, &chat));
    served.ready();
    let known = known(&served);
    until("the webhook", || changes(&hook.received()).len() >= known.len());
    let told = changes(&hook.received());
    assert_eq!(told.iter().map(|(fingerprint, _)| fingerprint.clone()).collect::<BTreeSet<_>>(), known);
    assert_eq!(told.len(), known.len(), "each once");
    assert!(hook.received().iter().all(|one| one.header("ledgerline-signature").is_some_and(|value| value.starts_with("t="))));
    until("the chat", || !chat.received().is_empty());
    let text = chat.received()[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("*Ledgerline: ") && text.contains("https://l.example/findings/") && !text.contains(" low"), "{text}");
    until("the count", || {
        let page = served.scraped();
        let sent = format!("ledgerline_notifications_total{{channel=\"hook\",outcome=\"sent\"}} {}\n", known.len());
        page.contains(&sent) && page.contains("ledgerline_notification_backlog{channel=\"hook\"} 0\n")
    });
    assert!(served.scraped().contains("ledgerline_notification_channel_dead{channel=\"chat\"} 0\n"));
    let (code, said) = served.end_and_keep();
    assert_eq!(code, Some(0), "{said}");
    for secret in ["a-secret-of-the-test", "another-secret-of-the-test"] {
        assert!(!said.contains(secret), "{secret} in the log: {said}");
    }
    let (before, chatted) = (hook.received().len(), chat.received().len());
    let again = served.again();
    assert_eq!(again.get("readyz").0, 200);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!((hook.received().len(), chat.received().len()), (before, chatted), "a restart tells nothing again");
}

#[test]
fn killed_while_it_tells_it_goes_on_where_it_was() {
    let (hook, chat) = (Receiver::start(), Receiver::start());
    hook.answer_after(Duration::from_secs(30));
    let mut served = Served::start(daemon(&hook, &chat));
    until("the first message", || !hook.received().is_empty());
    served.kill();
    hook.answer_after(Duration::ZERO);
    let again = served.again();
    let known = known(&again);
    until("all of it", || {
        let told: BTreeSet<String> = changes(&hook.received()).into_iter().map(|(fingerprint, _)| fingerprint).collect();
        told == known && hook.received().len() >= 2
    });
    let received = hook.received();
    let (first, second) = (&received[0], &received[1]);
    assert_eq!((first.header("idempotency-key"), &first.body), (second.header("idempotency-key"), &second.body), "the same message");
    let ids: BTreeSet<String> = changes(&received).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), known.len(), "a change has one id, however often it comes");
}

#[test]
fn a_message_to_try_a_channel_says_what_came_back() {
    let (hook, chat) = (Receiver::start(), Receiver::start());
    let command =
        || Ledgerline::new().file("ledgerline.yaml", CONFIG).file("hook-url", &hook.url).file("hook-key", "k").file("chat-url", &chat.url);
    let ran = command().args(["notify", "test"]).run();
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, "hook (webhook): sent; it answered 200: ok\nchat (slack): sent; it answered 200: ok\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(hook.received()[0].json()["test"], true);
    assert!(chat.received()[0].json()["text"].as_str().unwrap().contains("this is a test message"));
    let ran = command().args(["notify", "test", "nobody"]).run();
    assert!(ran.code == 2 && ran.stderr.contains("there is no channel \"nobody\"; there are hook, chat"), "{}", ran.stderr);
    let internal = CONFIG.replace(", allow_internal: true", "");
    let ran = command()
        .file("ledgerline.yaml", &internal)
        .file("hook-url", "https://127.0.0.1:1/x")
        .file("chat-url", "https://localhost:1/")
        .args(["notify", "test"])
        .run();
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stdout.contains("leads to 127.0.0.1, a loopback address: nobody is asked there"), "{}", ran.stdout);
}

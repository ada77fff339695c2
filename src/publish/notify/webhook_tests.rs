//! The signature, as a receiver would check it.

use super::super::tests::server::{Behaviour, Server};
use super::super::tests::{batch, change, finding, target, voice};
use super::*;
use crate::model::finding::ChangeKind;

#[tokio::test]
async fn a_receiver_with_the_key_can_check_what_came() {
    let server = Server::start(&[Behaviour::Answers(200, "", "")]).await;
    let batch = batch(vec![change(ChangeKind::Opened, finding(1))]);
    let webhook = Webhook::new(target(&server.url), Some(Secret::new("k3y")));
    webhook.send(&batch, &voice()).await.unwrap();
    webhook.send(&batch, &voice()).await.unwrap();
    let [first, second] = server.received().try_into().unwrap();
    assert_eq!(first.headers["idempotency-key"], batch.id.as_str());
    assert_eq!((&first.body, &first.headers["idempotency-key"]), (&second.body, &second.headers["idempotency-key"]), "a repetition is one");
    let (seconds, tag) = first.headers["ledgerline-signature"].strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    // By another program than ours.
    let openssl = std::process::Command::new("sh")
        .args(["-c", r#"printf '%s.%s' "$1" "$2" | openssl dgst -sha256 -hmac k3y | sed 's/.*= //'"#, "sh", seconds, &first.body])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(openssl.stdout).unwrap().trim(), tag);
    let body: serde_json::Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((body["schema"].as_str(), body["test"].as_bool()), (Some(SCHEMA), Some(false)));
    assert_eq!(body["changes"][0]["finding"]["details"]["remedy"]["text"], "Give it one.");
    let unsigned = Webhook::new(target(&server.url), None);
    unsigned.send(&batch, &voice()).await.unwrap();
    assert!(!server.received()[2].headers.contains_key("ledgerline-signature"));
}

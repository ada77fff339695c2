//! What a mail looks like, and what no name can make of it.

use super::super::config::{Mail, MailSecurity};
use super::super::tests::{HOSTILE, batch, change, finding, voice};
use super::*;
use crate::model::finding::ChangeKind;

fn mail() -> Mail {
    Mail {
        host: "localhost".into(),
        port: 25,
        security: MailSecurity::None,
        login: None,
        from: "Ledgerline <ledgerline@example.com>".into(),
        to: vec!["a@example.com".into(), "B <b@example.com>".into()],
    }
}

#[test]
fn no_name_adds_a_header_or_markup() {
    let mut hostile = finding(1);
    hostile.message = HOSTILE.into();
    hostile.title = HOSTILE.into();
    hostile.resource_name = HOSTILE.into();
    let batch = batch(vec![change(ChangeKind::Opened, hostile)]);
    let formatted = String::from_utf8(message(&batch, &voice(), &mail()).unwrap().formatted()).unwrap();
    let (head, _) = formatted.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("evil") && !head.to_lowercase().contains("bcc"), "{head}");
    assert!(head.contains("Subject: Ledgerline: 1 new (1 high)") && head.contains("Auto-Submitted: auto-generated"), "{head}");
    let html = html(&batch, &voice());
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains('\u{202e}'), "{html}");
    assert!(!text(&batch, &voice()).contains("\nBcc"), "no name begins a line");
}

#[test]
fn a_repetition_has_the_same_message_id() {
    let batch = batch(vec![change(ChangeKind::Opened, finding(1))]);
    let id = |batch: &Batch| {
        let formatted = String::from_utf8(message(batch, &voice(), &mail()).unwrap().formatted()).unwrap();
        formatted.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned()
    };
    assert_eq!(id(&batch), format!("Message-ID: <{}@example.com>", batch.id));
    assert_eq!(id(&batch), id(&batch));
}

//! Channels: what each kind needs, where secrets come from, and every mistake at once.

use super::*;
use crate::config::{Config, EXAMPLE, schema};
use crate::diag::Diagnostic;
use std::collections::BTreeSet;

/// Reads a config in a folder that has the secrets' files.
fn parse(text: &str) -> Result<Config, Vec<Diagnostic>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, secret) in [
        ("url", "https://hooks.example.com/T0/the-secret\n"),
        ("http", "http://127.0.0.1:9/the-secret"),
        ("none", "  \n"),
        ("password", "pass-the-word"),
        ("junk", "hooks.example.com"),
    ] {
        std::fs::write(folder.path().join(name), secret).unwrap();
    }
    Config::parse(&folder.path().join("ledgerline.yaml"), text)
}

fn said(text: &str) -> Vec<String> {
    let faults = parse(text).unwrap_err();
    faults
        .iter()
        .map(|one| {
            format!(
                "{}:{}: {}{}",
                one.line,
                one.column,
                one.message,
                one.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn every_kind_is_read_with_its_secrets_and_shows_none() {
    let text = "\
notify:
  - { name: chat, kind: slack, url_file: url, when: { pillars: security, severity: high, owners: [team-*], changes: [opened] } }
  - { name: hook, kind: webhook, url_file: http, allow_internal: true, key_env: CARGO_PKG_NAME, timeout_secs: 3, dead_after: 2 }
  - { name: mail, kind: email, host: smtp.example.com, username: u, password_file: password, from: 'L <l@example.com>', to: a@example.com }
  - { name: topic, kind: sns, topic_arn: 'arn:aws:sns:eu-west-1:123456789012:t', digest: '0 8 * * 1-5' }
  - { name: hub, kind: securityhub, account: 012345678901, region: eu-west-1, role_arn: 'arn:aws:iam::012345678901:role/publish' }
  - { name: drop, kind: s3, bucket: the-bucket, prefix: a/b/, text: '{{ severity }} {{title}}' }
";
    let config = parse(text).unwrap();
    let kinds: Vec<_> = config.notify.channels.iter().map(|channel| (channel.name.as_str(), channel.kind.as_str())).collect();
    let expected = [("chat", "slack"), ("hook", "webhook"), ("mail", "email"), ("topic", "sns"), ("hub", "securityhub"), ("drop", "s3")];
    assert_eq!(kinds, expected);
    let shown = format!("{config:?}");
    for secret in ["the-secret", "pass-the-word", "ledgerline\"))"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    let Kind::Slack(target) = &config.notify.channels[0].kind else { panic!() };
    assert_eq!((target.url.expose(), target.timeout_secs), ("https://hooks.example.com/T0/the-secret", 15));
    let Kind::Webhook { key: Some(key), .. } = &config.notify.channels[1].kind else { panic!() };
    assert_eq!(key.expose(), env!("CARGO_PKG_NAME"));
    let Kind::Email(mail) = &config.notify.channels[2].kind else { panic!() };
    assert_eq!((mail.port, mail.security, mail.to.len()), (587, MailSecurity::StartTls, 1));
    let Kind::Sns(topic) = &config.notify.channels[3].kind else { panic!() };
    assert_eq!(topic.access.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn every_mistake_is_told_at_once_and_no_secret_with_it() {
    let text = "\
notify:
  - { name: a, kind: slck }
  - { name: b, kind: slack }
  - { name: c, kind: slack, url_file: missing }
  - { name: d, kind: slack, url_file: http }
  - { name: e, kind: slack, url_file: junk }
  - { name: f, kind: slack, url_file: none, url: https://hooks.example.com/the-secret }
  - { name: g, kind: slack, url_file: url, url_env: X }
  - { name: h, kind: slack, url_env: NO_SUCH_VARIABLE_OF_LEDGERLINE }
  - { name: i, kind: slack, url_file: url, topic_arn: x }
  - { name: j, kind: slack, url_file: url, when: { severity: hgh, owners: ['a[b'], changes: [seen], pillar: x } }
  - { name: k, kind: slack, url_file: url, text: '{{ severty }} {{' }
  - { name: l, kind: slack, url_file: url, digest: 'daily', page_url: 'ftp://x' }
  - { name: m, kind: sns, topic_arn: 'arn:aws:sqs:eu-west-1:123456789012:t' }
  - { name: n, kind: email, host: smtp.example.com, tls: none, from: nobody, to: [] }
  - { name: o, kind: s3, bucket: 'b*', prefix: /x }
  - { name: p, kind: securityhub, account: '1' }
  - { name: q r, kind: s3, bucket: fine }
  - { name: ok, kind: s3, bucket: fine }
  - { name: ok, kind: s3, bucket: fine }
";
    let told = said(text);
    let has = |part: &str| assert!(told.iter().any(|one| one.contains(part)), "{part:?} is not in {told:#?}");
    for part in [
        "2:22: unknown kind of channel \"slck\" (did you mean \"slack\"?)",
        "3:5: \"url_file\" or \"url_env\" is missing",
        "4:39: cannot read url_file",
        "5:39: the address must begin with https://; http:// is for this machine alone, and needs allow_internal",
        "6:39: the address is none",
        "7:39: there is nothing in it",
        "7:45: unknown key of a channel \"url\"",
        "8:53: url_file and url_env exclude each other",
        "9:38: the environment has no text under \"NO_SUCH_VARIABLE_OF_LEDGERLINE\"",
        "10:55: topic_arn is no setting of a channel of kind slack (it has allow_internal, timeout_secs, url_env, url_file)",
        "unknown when.severity \"hgh\" (did you mean \"high\"?)",
        "when.owners: \"a[b\" is no pattern",
        "unknown when.changes \"seen\"",
        "unknown key of when \"pillar\" (did you mean \"pillars\"?)",
        "unknown placeholder \"severty\" (did you mean \"severity\"?)",
        "{{ without }}",
        "\"daily\" is no cron expression",
        "page_url must be the address of the page",
        "topic_arn must be like arn:aws:sns:us-east-2:123456789012:name",
        "tls: none is for a server on this machine alone",
        "from: \"nobody\" is no mail address",
        "\"b*\" can't be a bucket's name",
        "prefix must end with /",
        "account must be an AWS account id",
        "\"region\" is missing",
        "a channel's name has up to 64 letters",
        "20:5: channel \"ok\" is given twice",
    ] {
        has(part);
    }
    assert!(!told.iter().any(|one| one.contains("the-secret")), "{told:#?}");
}

#[test]
fn schema_and_example_have_every_setting() {
    let known: BTreeSet<&str> = ALL_KINDS.into_iter().chain(OF_KIND.iter().flat_map(|(_, keys)| keys.iter().copied())).collect();
    let schema = schema::config_file();
    let written: BTreeSet<&str> =
        schema["properties"]["notify"]["items"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(known, written);
    for key in known {
        let shown = EXAMPLE.contains(&format!(" {key}:")) || EXAMPLE.contains(&format!("or {key}"));
        assert!(shown, "config/example.yaml does not show {key}");
    }
    assert_eq!(OF_KIND.map(|(kind, _)| kind), Kind::WORDS);
}

//! Changes to tell, channels to tell them to, and a webhook that behaves as each test wants.

pub mod server;

use super::config::{ChannelConfig, DEAD_AFTER, Kind, NotifyConfig, Route, Secret, Template, WebTarget};
use super::{Voice, outlets, permissions};
use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use crate::model::notice::{Batch, Notice, Purpose};
use crate::model::rule::{Pillar, Severity};
use crate::model::value::Time;
use serde_json::json;

pub fn at(hours: i64) -> Time {
    "2026-11-01T00:00:00Z".parse::<Time>().unwrap() + chrono::TimeDelta::hours(hours)
}

pub fn finding(number: u32) -> Finding {
    Finding {
        fingerprint: format!("f{number:031}").into(),
        rule: "iam-user-mfa-missing".into(),
        title: "People sign in with a second factor".into(),
        pillar: Pillar::Security,
        severity: Severity::High,
        status: FindingStatus::Open,
        resource: format!("arn:aws:iam::111111111111:user/u{number}").into(),
        resource_type: "AWS::IAM::User".into(),
        resource_name: arcstr::format!("u{number}"),
        account: "111111111111".into(),
        region: "global".into(),
        sub_key: None,
        message: arcstr::format!("user u{number} has no second factor"),
        owner: Some("team-a".into()),
        first_seen: at(0),
        last_seen: at(1),
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: json!({ "remedy": { "text": "Give it one." } }),
    }
}

pub fn change(kind: ChangeKind, finding: Finding) -> Change {
    Change { run: "0193-0001".into(), kind, finding }
}

pub fn batch(changes: Vec<Change>) -> Batch {
    let notice = |change: Change| Notice { id: Notice::id_of(&change.run, &change.finding.fingerprint, change.kind, "c"), change };
    let notices: Vec<Notice> = changes.into_iter().map(notice).collect();
    Batch { id: Batch::id_of(&notices), channel: "c".into(), purpose: Purpose::News, notices }
}

pub(super) fn voice() -> Voice {
    Voice { text: Template::default(), page_url: Some("https://l.example/".into()), digest: false }
}

/// What an attacker would call a resource.
pub const HOSTILE: &str = "<!channel> <@U1> <https://evil.example|click> [a](https://evil.example) @all &\r\nBcc: x@evil.example\r\n\r\n\u{202e}<script>alert(1)</script>";

pub fn target(url: &str) -> WebTarget {
    WebTarget { url: Secret::new(url), allow_internal: true, timeout_secs: 2 }
}

pub fn channel(name: &str, url: &str) -> ChannelConfig {
    ChannelConfig {
        name: name.into(),
        route: Route::default(),
        digest: None,
        dead_after: DEAD_AFTER,
        text: Template::default(),
        page_url: None,
        kind: Kind::Webhook { target: target(url), key: Some(Secret::new("the-key-of-the-test")) },
    }
}

#[test]
fn what_is_shown_of_a_channel_holds_no_secret() {
    let config = NotifyConfig { channels: vec![channel("a", "https://hooks.example/the-secret-path")] };
    let shown = format!("{config:?} {:?}", outlets(&config));
    assert!(!shown.contains("the-secret-path") && !shown.contains("the-key-of-the-test"), "{shown}");
}

#[test]
fn the_policy_to_publish_names_what_is_written_to_and_nothing_else() {
    use super::config::{AwsAccess, Bucket, Hub, Topic};
    let in_region = |region: &str| AwsAccess { region: Some(region.into()), ..AwsAccess::default() };
    let of = |name: &str, kind| ChannelConfig { kind, ..channel(name, "https://h.example/") };
    let config = NotifyConfig {
        channels: vec![
            of("w", channel("w", "https://h.example/").kind),
            of("t", Kind::Sns(Topic { arn: "arn:aws:sns:us-east-2:111111111111:t".into(), access: AwsAccess::default() })),
            of("s", Kind::S3(Bucket { bucket: "drop".into(), prefix: "changes/".into(), access: in_region("cn-north-1") })),
            of("h", Kind::SecurityHub(Hub { account: "111111111111".into(), access: in_region("us-east-2") })),
        ],
    };
    let report = Bucket { bucket: "reports".into(), prefix: "weekly/".into(), access: AwsAccess::default() };
    let policy = permissions::policy(&config, &[report]).unwrap();
    let told: Vec<_> =
        policy["Statement"].as_array().unwrap().iter().map(|one| (one["Action"][0].clone(), one["Resource"].clone())).collect();
    assert_eq!(
        told,
        [
            (json!("securityhub:BatchImportFindings"), json!(["arn:aws:securityhub:us-east-2:111111111111:product/111111111111/default"])),
            (json!("sns:Publish"), json!(["arn:aws:sns:us-east-2:111111111111:t"])),
            (json!("s3:PutObject"), json!(["arn:aws-cn:s3:::drop/changes/*", "arn:aws:s3:::reports/weekly/*"])),
        ]
    );
    let config = NotifyConfig { channels: vec![channel("w", "https://h.example/")] };
    assert_eq!(permissions::policy(&config, &[]), None);
}

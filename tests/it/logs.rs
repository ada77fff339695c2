//! Log groups over the emulator and the stand-in: fifty a page, and no call a group.

use crate::support::moto;
use crate::support::report::{collected, find};
use crate::support::stand_in::{Size, StandIn, World};
use serde_json::{Value, json};

const LOG_GROUP: &str = "AWS::Logs::LogGroup";

#[test]
fn retention_is_days_or_absent_for_ever() {
    let account = moto::account();
    account.log_group("/aws/lambda/week", Some(7));
    account.log_group("/aws/lambda/ever", None);
    let resources = collected(&account, &["logs-*"]);
    let week = find(&resources, LOG_GROUP, "/aws/lambda/week");
    assert_eq!(week["properties"]["RetentionInDays"], 7);
    assert_eq!(week["id"], format!("arn:aws:logs:us-east-2:{}:log-group:/aws/lambda/week", account.id));
    assert!(find(&resources, LOG_GROUP, "/aws/lambda/ever")["properties"].get("RetentionInDays").is_none());
}

#[test]
fn tags_of_log_groups_come_in_bulk() {
    let account = moto::account();
    let body = json!({"logGroupName": "/tagged", "tags": {"Owner": "platform"}});
    account.json("logs", "Logs_20140328", "CreateLogGroup", &body);
    account.log_group("/untagged", None);
    let resources = collected(&account, &[]);
    assert_eq!(find(&resources, LOG_GROUP, "/tagged")["tags"], json!({"Owner": "platform"}));
    assert_eq!(find(&resources, LOG_GROUP, "/untagged")["tags"], json!({}));
}

#[test]
fn a_thousand_log_groups_take_twenty_requests() {
    let stand_in = StandIn::of(World::generated(Size { log_groups: 1000, ..Size::default() }));
    let resources = collected(&stand_in.account("111122223333"), &["logs-group-retention-*"]);
    assert_eq!(resources.iter().filter(|resource: &&Value| resource["type"] == LOG_GROUP).count(), 1000);
    let logs: u64 = stand_in.counts().iter().filter(|(call, _)| call.starts_with("logs:")).map(|(_, count)| count).sum();
    assert_eq!(logs, 20);
}

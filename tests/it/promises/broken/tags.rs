//! The tags that each resource of the deployment has: one of them taken away. Tables and the API have it among their own promises.
//!
//! Not broken here: the tags of a backup plan and an analyzer, which the stand-in tells, and those of the domain: the emulator
//! does not untag it.

use super::calls::{Promise, api_id, arn, change_pool, cloudwatch, key, pool, security_group, topic};
use crate::support::deployed::Deployed;
use serde_json::{Value, json};

/// One tag of each.
pub const PROMISES: &[Promise] = &[
    (
        "a function's tags",
        |on| untag(on, "lambda", &format!("/2017-03-31/tags/{}", arn(on, "lambda", "function:aws-devops-dev-agent-templates"))),
        &["tagging-function-tag-missing"],
    ),
    (
        "a log group's tags",
        |on| {
            let group = arn(on, "logs", "log-group:/aws/lambda/aws-devops-dev-flow-runner");
            on.account.json("logs", "Logs_20140328", "UntagResource", &json!({"resourceArn": group, "tagKeys": ["Owner"]}));
        },
        &["tagging-log-group-tag-missing"],
    ),
    (
        "an alarm's tags",
        |on| {
            let alarm = arn(on, "cloudwatch", "alarm:aws-devops-dev-agent-templates-errors");
            cloudwatch(on, "UntagResource", &json!({"ResourceARN": alarm, "TagKeys": ["Owner"]}));
        },
        &["tagging-alarm-tag-missing"],
    ),
    ("the topic's tags", |on| topic(on, "UntagResource", &[("TagKeys.member.1", "Owner")]), &["tagging-topic-tag-missing"]),
    ("the key's tags", |on| key(on, "UntagResource", &json!({"TagKeys": ["Owner"]})), &["tagging-key-tag-missing"]),
    (
        "the user pool's tags",
        |on| {
            // The emulator lacks UntagResource, and AWS sets the tags that an update names.
            let mut settings = pool(on, "DescribeUserPool", &json!({}))["UserPool"].take();
            settings["UserPoolTags"].as_object_mut().expect("tags").remove("Owner");
            change_pool(on, "UserPoolTags", settings["UserPoolTags"].take());
        },
        &["tagging-user-pool-tag-missing"],
    ),
    (
        "a role's tags",
        |on| _ = on.account.iam("UntagRole", &[("RoleName", "aws-devops-dev-lambda-execution"), ("TagKeys.member.1", "Owner")]),
        &["tagging-role-tag-missing"],
    ),
    (
        "a policy's tags",
        |on| {
            let policy = format!("arn:aws:iam::{}:policy/aws-devops-dev-lambda-dynamodb-access", on.account.id);
            on.account.iam("UntagPolicy", &[("PolicyArn", &policy), ("TagKeys.member.1", "Owner")]);
        },
        &["tagging-policy-tag-missing"],
    ),
    (
        "the stage's tags",
        |on| untag(on, "apigateway", &format!("/tags/arn:aws:apigateway:us-east-2::%2Frestapis%2F{}%2Fstages%2Fdev", api_id(on))),
        &["tagging-api-stage-tag-missing"],
    ),
    (
        "a security group's tags",
        |on| security_group(on, "aws-devops-dev-endpoints", "DeleteTags", &[("ResourceId.1", "GROUP"), ("Tag.1.Key", "Owner")]),
        &["tagging-security-group-tag-missing"],
    ),
    (
        "the certificate's tags",
        |on| {
            let listed = on.account.json("acm", "CertificateManager", "ListCertificates", &json!({}));
            let body = json!({"CertificateArn": listed["CertificateSummaryList"][0]["CertificateArn"], "Tags": [{"Key": "Owner"}]});
            on.account.json("acm", "CertificateManager", "RemoveTagsFromCertificate", &body);
        },
        &["tagging-certificate-tag-missing"],
    ),
];

/// Takes the owner's tag from what has this path in a REST service.
fn untag(on: &Deployed, service: &str, path: &str) {
    on.account.rest("DELETE", service, &format!("{path}?tagKeys=Owner"), &Value::Null);
}

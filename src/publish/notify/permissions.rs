//! `ledgerline permissions --for publishing`: the least IAM policy of what is published, on just the topics, keys and products that
//! the config names. It writes, so it is never part of the policy that audits; a channel with a role of its own needs its part there.

use super::config::{Bucket, Hub, Kind, NotifyConfig};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The policy for these channels and for what else is put into buckets; none where nothing is published over AWS.
///
/// Publishing is on the named resource alone (actions and resource types: Service Authorization Reference of SNS, S3 and Security
/// Hub). A topic or bucket that is encrypted with a key of yours needs `kms:GenerateDataKey` and `kms:Decrypt` on that key besides:
/// which it is, the config does not know.
pub fn policy(config: &NotifyConfig, buckets: &[Bucket]) -> Option<Value> {
    let (mut topics, mut keys, mut products) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    keys.extend(buckets.iter().map(object));
    for channel in &config.channels {
        match &channel.kind {
            Kind::Sns(topic) => {
                topics.insert(topic.arn.to_string());
            }
            Kind::S3(bucket) => {
                keys.insert(object(bucket));
            }
            Kind::SecurityHub(hub) => {
                products.insert(product(hub));
            }
            Kind::Slack(_) | Kind::Webhook { .. } | Kind::Email(_) => {}
        }
    }
    let statement = |sid: &str, action: &str, resources: BTreeSet<String>| {
        (!resources.is_empty()).then(|| json!({ "Sid": sid, "Effect": "Allow", "Action": [action], "Resource": resources }))
    };
    let statements: Vec<Value> = [
        statement("LedgerlinePublishFindings", "securityhub:BatchImportFindings", products),
        statement("LedgerlinePublishMessages", "sns:Publish", topics),
        statement("LedgerlinePublishObjects", "s3:PutObject", keys),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn object(bucket: &Bucket) -> String {
    let partition = partition(bucket.access.region.as_deref().unwrap_or_default());
    format!("arn:{partition}:s3:::{}/{}*", bucket.bucket, bucket.prefix)
}

fn product(hub: &Hub) -> String {
    let (account, region) = (&hub.account, hub.access.region.as_deref().unwrap_or("*"));
    format!("arn:{}:securityhub:{region}:{account}:product/{account}/default", partition(region))
}

fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

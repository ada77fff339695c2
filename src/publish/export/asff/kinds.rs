//! Security Hub's own words: types of resources and findings, labels of severity, partitions.

use crate::model::rule::{Pillar, Severity};

/// What stands for an account as a whole.
pub(super) const ACCOUNT: &str = "AwsAccount";

/// CloudFormation's name → Security Hub's, sorted: the types that we audit and that Security Hub has details for. Its names follow
/// no rule (`DynamoDB` → `DynamoDb`, `EC2` → `Ec2`); a test compares them with the members of `ResourceDetails` in AWS's model.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("AWS::ApiGateway::RestApi", "AwsApiGatewayRestApi"),
    ("AWS::ApiGateway::Stage", "AwsApiGatewayStage"),
    ("AWS::ApiGatewayV2::Api", "AwsApiGatewayV2Api"),
    ("AWS::ApiGatewayV2::Stage", "AwsApiGatewayV2Stage"),
    ("AWS::Backup::BackupPlan", "AwsBackupBackupPlan"),
    ("AWS::Backup::BackupVault", "AwsBackupBackupVault"),
    ("AWS::CertificateManager::Certificate", "AwsCertificateManagerCertificate"),
    ("AWS::CloudTrail::Trail", "AwsCloudTrailTrail"),
    ("AWS::CloudWatch::Alarm", "AwsCloudWatchAlarm"),
    ("AWS::DynamoDB::Table", "AwsDynamoDbTable"),
    ("AWS::EC2::NetworkInterface", "AwsEc2NetworkInterface"),
    ("AWS::EC2::SecurityGroup", "AwsEc2SecurityGroup"),
    ("AWS::EC2::Subnet", "AwsEc2Subnet"),
    ("AWS::EC2::VPC", "AwsEc2Vpc"),
    ("AWS::IAM::Group", "AwsIamGroup"),
    ("AWS::IAM::ManagedPolicy", "AwsIamPolicy"),
    ("AWS::IAM::Role", "AwsIamRole"),
    ("AWS::IAM::User", "AwsIamUser"),
    ("AWS::KMS::Key", "AwsKmsKey"),
    ("AWS::Lambda::Function", "AwsLambdaFunction"),
    ("AWS::S3::Bucket", "AwsS3Bucket"),
    ("AWS::SNS::Topic", "AwsSnsTopic"),
    ("AWS::SQS::Queue", "AwsSqsQueue"),
    ("Ledgerline::XRay::EncryptionConfig", "AwsXrayEncryptionConfig"),
];

/// Security Hub's name of a type; `Other` where it has none.
pub(super) fn resource_type(ours: &str) -> &'static str {
    if ["Ledgerline::Account", "Ledgerline::Region"].contains(&ours) {
        return ACCOUNT;
    }
    let known = TYPES.binary_search_by(|(name, _)| (*name).cmp(ours)).ok().and_then(|at| TYPES.get(at));
    known.map_or("Other", |(_, theirs)| theirs)
}

/// Security Hub's taxonomy knows no money and no ownership: those are checks of the configuration, and no more is claimed.
pub(super) const fn finding_type(pillar: Pillar) -> &'static str {
    match pillar {
        Pillar::Security | Pillar::Reliability | Pillar::Operations => "Software and Configuration Checks/AWS Security Best Practices",
        Pillar::Cost | Pillar::Tagging => "Software and Configuration Checks",
    }
}

pub(super) const fn severity_label(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

/// Partition → what its regions begin with, and the region of its global services.
const PARTITIONS: [(&str, &str, &str); 5] = [
    ("aws-cn", "cn-", "cn-north-1"),
    ("aws-us-gov", "us-gov-", "us-gov-west-1"),
    ("aws-us-iso-b", "us-isob-", "us-isob-east-1"),
    ("aws-us-iso", "us-iso-", "us-iso-east-1"),
    ("aws", "", "us-east-1"),
];

/// The partition that an ARN names; that of the region where there is no ARN.
pub(super) fn partition(resource: Option<&str>, region: &str) -> &'static str {
    let named = resource.and_then(|id| id.strip_prefix("arn:")?.split(':').next());
    let by_name = PARTITIONS.iter().find(|(name, ..)| Some(*name) == named);
    let by_region = || PARTITIONS.iter().find(|(_, prefix, _)| region.starts_with(prefix));
    by_name.or_else(by_region).map_or("aws", |(name, ..)| name)
}

/// The region in which a partition's global services are told.
pub(super) fn home(partition: &str) -> &'static str {
    PARTITIONS.iter().find(|(name, ..)| *name == partition).map_or("us-east-1", |(.., home)| home)
}

/// An account id as Security Hub takes it: twelve digits. What a file declares may have none, and gets zeros.
pub(super) fn account(id: &str) -> String {
    if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) { id.to_owned() } else { "000000000000".to_owned() }
}

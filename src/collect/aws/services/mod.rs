//! The AWS services that are collected: one folder each, with the calls (`mod.rs`), the mapping of SDK types to resources
//! (`map.rs`) and the catalogue of types (`catalogue.yaml`).
//!
//! [`CATALOGUES`] and [`all`] are the one list, sorted. The catalogue of a service is always compiled in, its calls only
//! with its cargo feature: a build without a service still knows its types, so that rules and recordings load.

use super::limiter::Pace;
use super::scope::{Scope, Yield};

#[cfg(feature = "accessanalyzer")]
mod accessanalyzer;
#[cfg(feature = "account")]
mod account;
#[cfg(feature = "acm")]
mod acm;
#[cfg(feature = "apigateway")]
mod apigateway;
#[cfg(feature = "apigatewayv2")]
mod apigatewayv2;
#[cfg(feature = "autoscaling")]
mod autoscaling;
#[cfg(feature = "backup")]
mod backup;
#[cfg(feature = "budgets")]
mod budgets;
#[cfg(feature = "cloudcontrol")]
mod cloudcontrol;
#[cfg(feature = "cloudtrail")]
mod cloudtrail;
#[cfg(feature = "cloudwatch")]
mod cloudwatch;
#[cfg(feature = "cognito")]
mod cognito;
#[cfg(feature = "config")]
mod config;
#[cfg(feature = "costexplorer")]
mod costanomaly;
#[cfg(feature = "costexplorer")]
mod costexplorer;
#[cfg(feature = "costoptimizationhub")]
mod costoptimizationhub;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "ec2")]
mod ec2;
#[cfg(feature = "iam")]
mod iam;
#[cfg(feature = "kms")]
mod kms;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(feature = "logs")]
mod logs;
#[cfg(feature = "organizations")]
mod organizations;
#[cfg(feature = "sns")]
mod sns;
#[cfg(feature = "tagging")]
pub(super) mod tagging;
#[cfg(feature = "xray")]
mod xray;

/// Collects the resources of one service.
#[async_trait::async_trait]
pub trait Service: Send + Sync {
    /// The service's folder: which catalogue it fills.
    fn name(&self) -> &'static str;

    /// The pace of calls whose limit is known; others go at [`Pace::default`].
    fn paces(&self) -> &'static [(&'static str, Pace)] {
        &[]
    }

    /// Collects what is wanted of one place. Called once a region for regional types and once with the region `global` for
    /// global ones, where any of them is wanted. Whatever fails is in the yield: a row for every wanted call.
    async fn collect(&self, cx: &Scope<'_>) -> Yield;
}

/// The catalogue of each service by its name.
pub const CATALOGUES: &[(&str, &str)] = &[
    ("accessanalyzer", include_str!("accessanalyzer/catalogue.yaml")),
    ("account", include_str!("../account/catalogue.yaml")),
    ("account-management", include_str!("account/catalogue.yaml")),
    ("acm", include_str!("acm/catalogue.yaml")),
    ("apigateway", include_str!("apigateway/catalogue.yaml")),
    ("apigatewayv2", include_str!("apigatewayv2/catalogue.yaml")),
    ("autoscaling", include_str!("autoscaling/catalogue.yaml")),
    ("backup", include_str!("backup/catalogue.yaml")),
    ("budgets", include_str!("budgets/catalogue.yaml")),
    ("cloudcontrol", include_str!("cloudcontrol/catalogue.yaml")),
    ("cloudtrail", include_str!("cloudtrail/catalogue.yaml")),
    ("cloudwatch", include_str!("cloudwatch/catalogue.yaml")),
    ("cognito", include_str!("cognito/catalogue.yaml")),
    ("config", include_str!("config/catalogue.yaml")),
    ("costanomaly", include_str!("costanomaly/catalogue.yaml")),
    ("costexplorer", include_str!("costexplorer/catalogue.yaml")),
    ("costoptimizationhub", include_str!("costoptimizationhub/catalogue.yaml")),
    ("dynamodb", include_str!("dynamodb/catalogue.yaml")),
    ("ec2", include_str!("ec2/catalogue.yaml")),
    ("iam", include_str!("iam/catalogue.yaml")),
    ("kms", include_str!("kms/catalogue.yaml")),
    ("lambda", include_str!("lambda/catalogue.yaml")),
    ("logs", include_str!("logs/catalogue.yaml")),
    ("organizations", include_str!("organizations/catalogue.yaml")),
    ("sns", include_str!("sns/catalogue.yaml")),
    ("xray", include_str!("xray/catalogue.yaml")),
];

/// Every service of this build.
pub fn all() -> Vec<Box<dyn Service>> {
    vec![
        Box::new(super::account::Account),
        #[cfg(feature = "accessanalyzer")]
        Box::new(accessanalyzer::AccessAnalyzer),
        #[cfg(feature = "account")]
        Box::new(account::AccountManagement),
        #[cfg(feature = "acm")]
        Box::new(acm::Acm),
        #[cfg(feature = "apigateway")]
        Box::new(apigateway::ApiGateway),
        #[cfg(feature = "apigatewayv2")]
        Box::new(apigatewayv2::ApiGatewayV2),
        #[cfg(feature = "autoscaling")]
        Box::new(autoscaling::Autoscaling),
        #[cfg(feature = "backup")]
        Box::new(backup::Backup),
        #[cfg(feature = "budgets")]
        Box::new(budgets::Budgets),
        #[cfg(feature = "cloudcontrol")]
        Box::new(cloudcontrol::CloudControl),
        #[cfg(feature = "cloudtrail")]
        Box::new(cloudtrail::CloudTrail),
        #[cfg(feature = "cloudwatch")]
        Box::new(cloudwatch::CloudWatch),
        #[cfg(feature = "cognito")]
        Box::new(cognito::Cognito),
        #[cfg(feature = "config")]
        Box::new(config::Config),
        #[cfg(feature = "costexplorer")]
        Box::new(costanomaly::CostAnomaly),
        #[cfg(feature = "costexplorer")]
        Box::new(costexplorer::CostExplorer),
        #[cfg(feature = "costoptimizationhub")]
        Box::new(costoptimizationhub::CostOptimizationHub),
        #[cfg(feature = "dynamodb")]
        Box::new(dynamodb::DynamoDb),
        #[cfg(feature = "ec2")]
        Box::new(ec2::Ec2),
        #[cfg(feature = "iam")]
        Box::new(iam::Iam),
        #[cfg(feature = "kms")]
        Box::new(kms::Kms),
        #[cfg(feature = "lambda")]
        Box::new(lambda::Lambda),
        #[cfg(feature = "logs")]
        Box::new(logs::Logs),
        #[cfg(feature = "organizations")]
        Box::new(organizations::Organizations),
        #[cfg(feature = "sns")]
        Box::new(sns::Sns),
        #[cfg(feature = "xray")]
        Box::new(xray::XRay),
    ]
}

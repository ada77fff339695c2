//! The live source: AWS accounts, asked for what the rules need and nothing else.
//!
//! [`AwsSource`] opens each account (`session`), and in each of its regions runs every service's collector
//! (`services/`) with a [`scope::Scope`] through which all requests go: paced (`limiter`), cut short where nobody answers
//! (`breaker`), retried and counted (`conduit`, `connector`), and judged in one place (`failure`). What could not be read is
//! a row of coverage and a gap, never an empty answer.

// Without the services nobody asks anything: the demo's build holds what its recording is read with, and warns of nothing else.
#![cfg_attr(not(feature = "default"), allow(dead_code, unused_imports, reason = "a build without services uses less of what serves them"))]

mod account;
mod blind;
mod breaker;
mod conduit;
mod connector;
#[cfg(any(test, feature = "apigateway", feature = "dynamodb", feature = "iam", feature = "kms", feature = "lambda", feature = "sns"))]
mod document;
mod draft;
pub mod exports;
mod failure;
pub(in crate::collect) mod invocation;
mod limiter;
mod listing;
mod pass;
mod patience;
mod registry;
mod salvage;
mod scope;
mod services;
mod session;
mod tally;
#[cfg(any(test, feature = "cloudwatch", feature = "ec2", feature = "iam", feature = "sns"))]
mod whole;

#[cfg(test)]
mod catalogue_tests;

use super::config::{AwsConfig, TableSample};
use super::{Request, Source, SourceError};
use crate::model::catalogue::{Catalogue, TypeSpec};
use crate::model::inventory::Collected;
use arcstr::ArcStr;
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

pub use patience::Patience;
pub(in crate::collect) use registry::Registry;
pub use registry::loose_types;

/// The types of every AWS service, with the calls that bring them; those that this build cannot call included.
pub fn catalogue() -> Catalogue {
    Catalogue::new(services::CATALOGUES.iter().flat_map(|(service, text)| types_of(service, text)))
}

fn types_of(service: &str, text: &str) -> Vec<TypeSpec> {
    // The files are part of the program; a test reads each of them.
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("internal error: the catalogue of {service}: {error}"))
}

/// Live AWS accounts.
#[derive(Clone, Debug)]
pub struct AwsSource {
    config: AwsConfig,
    patience: Patience,
    http: SharedHttpClient,
    sdk: Option<SdkConfig>,
    samples: Vec<TableSample>,
    cost_tags: Vec<ArcStr>,
}

impl AwsSource {
    /// The accounts and regions of the config. Nothing is asked yet.
    pub fn new(config: AwsConfig) -> Self {
        Self { config, patience: Patience::default(), http: connector::https(), sdk: None, samples: Vec::new(), cost_tags: Vec::new() }
    }

    /// With deadlines and limits of its own.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// With these tables to take samples of.
    #[must_use]
    pub fn with_samples(self, samples: Vec<TableSample>) -> Self {
        Self { samples, ..self }
    }

    /// With these tag keys to tell costs apart by.
    #[must_use]
    pub fn with_cost_tags(self, cost_tags: Vec<ArcStr>) -> Self {
        Self { cost_tags, ..self }
    }

    /// With credentials, region and endpoint of this configuration instead of those that environment and profile name.
    #[must_use]
    pub fn with_sdk(self, sdk: SdkConfig) -> Self {
        Self { sdk: Some(sdk), ..self }
    }
}

#[async_trait::async_trait]
impl Source for AwsSource {
    fn name(&self) -> &str {
        "aws"
    }

    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        pass::collect(self, request).await
    }
}

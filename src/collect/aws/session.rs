//! Who we are in each account: credentials by the usual chain, a role where the config names one, and
//! `sts:GetCallerIdentity` before anything else, so that nothing is audited under a wrong name.

use super::conduit::Conduit;
use super::connector::{Counted, Names};
use super::failure::{Failure, Kind, Site, line};
use super::limiter::Pace;
use super::patience::Patience;
use super::tally::Tally;
use crate::collect::SourceError;
use crate::collect::config::{AccountConfig, AwsConfig};
use crate::model::call::Place;
use crate::model::inventory::Identity;
use crate::model::{AccountId, Outcome, Region};
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::sync::Arc;

/// One account that we are in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who we are.
    pub identity: Identity,
    /// The region that told it.
    pub proven: Region,
    /// What clients are made from, without a region of the pass yet.
    sdk: SdkConfig,
}

/// An account that we did not get into.
#[derive(Clone, Debug)]
pub struct Locked {
    /// Which, where it can be told.
    pub account: AccountId,
    /// Why.
    pub failure: Failure,
}

impl Session {
    /// The configuration for clients in a region.
    pub fn in_region(&self, region: &Region) -> SdkConfig {
        if region.is_global() {
            return self.sdk.clone();
        }
        self.sdk.to_builder().region(aws_config::Region::new(region.as_str().to_owned())).build()
    }
}

/// The SDK's configuration as given, or as environment and profile have it, with our client and deadlines. `first` is the
/// region where the operator named some: then the SDK need not look for its own (which may ask the machine's metadata
/// service).
///
/// # Errors
/// [`SourceError::BadInput`] where a region or an endpoint can be none.
pub async fn load(
    given: Option<&SdkConfig>,
    first: Option<&Region>,
    http: &SharedHttpClient,
    tally: &Arc<Tally>,
    patience: &Patience,
) -> Result<SdkConfig, SourceError> {
    let client = Counted::new(http.clone(), Arc::clone(tally), Names::Wire);
    let retries = RetryConfig::standard().with_max_attempts(patience.silent_attempts);
    let first = first.map(|region| aws_config::Region::new(region.as_str().to_owned()));
    if let Some(given) = given {
        let region = first.or_else(|| given.region().cloned());
        return Ok(given.to_builder().http_client(client).timeout_config(timeouts(patience)).retry_config(retries).region(region).build());
    }
    check_endpoints(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))?;
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(client).timeout_config(timeouts(patience)).retry_config(retries);
    if let Some(region) = first {
        loader = loader.region(region);
    }
    let sdk = loader.load().await;
    // The SDK takes an empty variable for an endpoint; everybody else takes it for none.
    let mut builder = sdk.to_builder();
    if sdk.endpoint_url() == Some("") {
        builder.set_endpoint_url(None);
    }
    Ok(builder.build())
}

/// Refuses endpoints that the SDK would stumble over request by request (or, where one is empty, panic at).
fn check_endpoints(variables: impl Iterator<Item = (String, String)>) -> Result<(), SourceError> {
    let mut wrong: Vec<String> = variables
        .filter(|(name, value)| name.starts_with("AWS_ENDPOINT_URL") && !(name == "AWS_ENDPOINT_URL" && value.is_empty()))
        .filter(|(_, value)| !value.starts_with("http://") && !value.starts_with("https://"))
        .map(|(name, value)| format!("{name} is {value:?}: an endpoint begins with https:// or http://"))
        .collect();
    wrong.sort();
    if wrong.is_empty() { Ok(()) } else { Err(SourceError::BadInput(wrong.join("\n"))) }
}

/// Refuses what can be no region's name: it becomes a part of host names.
///
/// # Errors
/// [`SourceError::BadInput`], naming the first that is none.
pub fn check_regions(regions: &[Region]) -> Result<(), SourceError> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match regions.iter().find(|region| !is_name(region.as_str())) {
        Some(region) => Err(SourceError::BadInput(format!("{:?} is no region such as us-east-2", region.as_str()))),
        None => Ok(()),
    }
}

/// Opens every account that the config names, or the caller's own.
///
/// # Errors
/// [`SourceError::NothingToAudit`] where none could be opened; [`SourceError::BadInput`] where credentials turn out to
/// belong to another account than the config says.
pub async fn open(
    config: &AwsConfig,
    base: &SdkConfig,
    regions: &[Region],
    http: &SharedHttpClient,
    tally: &Arc<Tally>,
    conduit: &Conduit,
) -> Result<Vec<Result<Session, Locked>>, SourceError> {
    let opened = if config.accounts.is_empty() {
        vec![enter(None, base, regions, http, tally, conduit).await]
    } else {
        futures::future::join_all(config.accounts.iter().map(|account| enter(Some(account), base, regions, http, tally, conduit))).await
    };
    for (opened, account) in opened.iter().zip(&config.accounts) {
        if let Ok(session) = opened
            && session.identity.account != account.id
        {
            return Err(SourceError::BadInput(format!(
                "the credentials for account {} belong to account {} ({})",
                account.id, session.identity.account, session.identity.arn
            )));
        }
    }
    if opened.iter().any(Result::is_ok) {
        return Ok(opened);
    }
    let reasons = opened.iter().filter_map(|opened| opened.as_ref().err()).map(|locked| explain(&locked.failure)).collect::<Vec<_>>();
    Err(SourceError::NothingToAudit(reasons.join("\n")))
}

async fn enter(
    account: Option<&AccountConfig>,
    base: &SdkConfig,
    regions: &[Region],
    http: &SharedHttpClient,
    tally: &Arc<Tally>,
    conduit: &Conduit,
) -> Result<Session, Locked> {
    let mut builder = base
        .to_builder()
        .http_client(Counted::new(http.clone(), Arc::clone(tally), Names::Task))
        .retry_config(RetryConfig::disabled()) // the conduit retries
        // One cache for all clients of the account, so that its role is assumed once.
        .identity_cache(aws_config::identity::IdentityCache::lazy().load_timeout(conduit.patience().attempt).build());
    if let Some(account) = account
        && let Some(role) = &account.role_arn
    {
        let mut provider = AssumeRoleProvider::builder(role.as_str()).configure(base).session_name("ledgerline");
        if let Some(external_id) = &account.external_id {
            provider = provider.external_id(external_id.as_str());
        }
        builder = builder.credentials_provider(SharedCredentialsProvider::new(provider.build().await));
    }
    let sdk = builder.build();
    let told = account.map_or_else(|| AccountId::from("unknown"), |account| account.id.clone());
    let mut failure = Failure::fault(Outcome::Denied, NO_REGION);
    // One region that is off or silent does not keep the others from being audited.
    for region in regions.iter().take(REGIONS_TRIED) {
        let place = Place { account: told.clone(), region: region.clone() };
        let sdk = sdk.to_builder().region(aws_config::Region::new(region.as_str().to_owned())).build();
        match identify(&sdk, place, conduit).await {
            Ok(identity) => return Ok(Session { identity, proven: region.clone(), sdk }),
            Err(next) => failure = next,
        }
        if !matches!(failure.outcome(), Outcome::NotEnabled | Outcome::Unreachable) {
            break;
        }
    }
    Err(Locked { account: told, failure })
}

/// So many regions are asked who we are, one after another, until one answers.
const REGIONS_TRIED: usize = 3;

/// Asks who we are. It needs no permission.
async fn identify(sdk: &SdkConfig, place: Place, conduit: &Conduit) -> Result<Identity, Failure> {
    let client = aws_sdk_sts::Client::new(sdk);
    let permission = arcstr::literal!("sts:GetCallerIdentity");
    let site = Site { place, call: "sts:GetCallerIdentity".into(), permission, proven: None };
    let answer = conduit.call(&site, Pace::default(), || client.get_caller_identity().send()).await?;
    match (answer.account, answer.arn) {
        (Some(account), Some(arn)) => Ok(Identity { account: AccountId::new(account), arn: line(&arn) }),
        _ => Err(Failure::fault(Outcome::Broken, "sts:GetCallerIdentity named no account")),
    }
}

const NO_REGION: &str = "no region is set";

/// Why nothing can be audited, and the remedy.
fn explain(failure: &Failure) -> String {
    let remedy = match (failure.kind, failure.code.as_deref()) {
        _ if failure.reason == NO_REGION => "name one with --region, AWS_REGION, or `region` in the AWS profile",
        (_, Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired")) => {
            "the credentials have expired: log in again (`aws sso login`) or renew them"
        }
        (_, Some("SignatureDoesNotMatch" | "InvalidSignatureException" | "RequestTimeTooSkewed")) => {
            "check the secret key and this machine's clock"
        }
        (_, Some("InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" | "AuthFailure")) => {
            "AWS does not know these credentials: check AWS_PROFILE and the access key"
        }
        (Kind::Fault(Outcome::Denied), Some(_)) => {
            "check that the role exists and that its trust policy names the caller (and the external id)"
        }
        (Kind::Fault(Outcome::Denied), None) => {
            "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with `aws sso login`"
        }
        (Kind::Fault(Outcome::Unreachable), _) => "check the network, the region's name, and AWS_ENDPOINT_URL",
        (Kind::Fault(Outcome::NotEnabled), _) => "enable the region for the account, or choose another with --region",
        (Kind::Fault(Outcome::Throttled), _) => "try again later",
        (Kind::Vanished | Kind::Fault(Outcome::Broken | Outcome::Complete | Outcome::Skipped), _) => {
            "check that AWS_ENDPOINT_URL, or the proxy in between, speaks for AWS"
        }
    };
    format!("nothing can be audited: {}; {remedy}", failure.reason)
}

fn timeouts(patience: &Patience) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(patience.connect)
        .read_timeout(patience.attempt)
        .operation_attempt_timeout(patience.attempt)
        .build()
}

#[cfg(test)]
mod tests;

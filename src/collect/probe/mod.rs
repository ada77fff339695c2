//! Probes: an anonymous HTTPS `GET` to endpoints that the config names, to see from outside what no API of AWS tells: whether a
//! protected route really refuses a stranger, which TLS version is agreed on, and when the certificate that is in use ends.
//!
//! Off unless configured. Only the named hosts are asked, each once a pass; redirects are not followed; private addresses are
//! refused unless that probe allows them (`address`), and the address that was checked is the one that is connected to, so
//! that a name cannot lead elsewhere in between. Whether older TLS versions are accepted besides the one that was agreed on is
//! told by the domain's security policy, not here.

mod certificate;
pub mod config;
mod knock;
mod trust;

#[cfg(test)]
mod tests;

use super::{Request, Source, SourceError};
use crate::model::catalogue::TypeSpec;
use crate::model::inventory::Collected;
use crate::model::resource::{GapRecord, ResourceRecord};
use crate::model::{AccountId, CallId, Gap, GapKind, Outcome, Path, Region, Resource, ScopeRow};
use config::{Endpoint, ProbesConfig};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use knock::{Fault, Seen};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The type of what is probed.
pub const ENDPOINT: &str = "Ledgerline::Probe::Endpoint";

/// What rows of coverage and gaps call a probe.
const CALL: &str = "probe:Get";

/// So many are asked side by side: each waits for somebody else.
const SIDE_BY_SIDE: usize = 8;

/// The types that probes yield.
pub fn types() -> Vec<TypeSpec> {
    // The file is part of the program; a test reads it.
    serde_saphyr::from_str(include_str!("catalogue.yaml"))
        .unwrap_or_else(|error| panic!("internal error: the catalogue of probes: {error}"))
}

/// The endpoints of the config as a source.
#[derive(Clone, Debug)]
pub struct Probes {
    config: ProbesConfig,
    authorities: Option<Arc<RootCertStore>>,
}

impl Probes {
    /// The endpoints of the config, trusted by the authorities that this machine trusts. Nobody is asked yet.
    pub fn new(config: ProbesConfig) -> Self {
        Self { config, authorities: None }
    }

    /// With other authorities.
    #[must_use]
    pub fn with_authorities(self, authorities: RootCertStore) -> Self {
        Self { authorities: Some(Arc::new(authorities)), ..self }
    }

    async fn verifier(&self) -> Result<Arc<WebPkiServerVerifier>, Fault> {
        let authorities = match &self.authorities {
            Some(authorities) => Arc::clone(authorities),
            None => Arc::new(tokio::task::spawn_blocking(machines).await.map_err(|error| Fault::Broken(error.to_string()))?),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        WebPkiServerVerifier::builder_with_provider(authorities, provider)
            .build()
            .map_err(|error| Fault::Broken(format!("no certificate can be judged on this machine: {error}")))
    }
}

/// The authorities that this machine trusts; `SSL_CERT_FILE` names others, as for other programs.
fn machines() -> RootCertStore {
    let mut authorities = RootCertStore::empty();
    // One that cannot be read is one less to trust.
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    authorities
}

#[async_trait::async_trait]
impl Source for Probes {
    fn name(&self) -> &str {
        "probes"
    }

    async fn collect(&self, request: Request<'_>) -> Result<Collected, SourceError> {
        let mut collected = Collected { collected_at: Some(request.now), ..Collected::default() };
        let wanted = self.config.endpoints.iter().filter(|endpoint| request.scope.looks_at(&account(endpoint), &Region::global()));
        let wanted: Vec<&Endpoint> = wanted.collect();
        if !request.needs.wants_type(ENDPOINT) || wanted.is_empty() {
            return Ok(collected);
        }
        request.progress.planned(self.name(), wanted.len() as u64);
        let verifier = self.verifier().await;
        // Boxed before they are a stream: else the compiler cannot prove them `Send` for every lifetime of what they borrow.
        let looks: Vec<BoxFuture<'_, (&Endpoint, Seen)>> = wanted.into_iter().map(|endpoint| look(endpoint, &verifier).boxed()).collect();
        let mut asked = futures::stream::iter(looks).buffered(SIDE_BY_SIDE);
        while let Some((endpoint, seen)) = asked.next().await {
            request.progress.done(self.name(), 1);
            collected.coverage.add(row(endpoint, &seen));
            collected.resources.push(Resource::from_record(&record(endpoint, &seen), request.catalogue, request.interner));
        }
        Ok(collected)
    }
}

/// Probes one, where certificates can be judged.
async fn look<'a>(endpoint: &'a Endpoint, verifier: &Result<Arc<WebPkiServerVerifier>, Fault>) -> (&'a Endpoint, Seen) {
    let seen = match verifier {
        Ok(verifier) => knock::knock(endpoint, verifier).await,
        Err(fault) => Seen { fault: Some(fault.clone()), ..Seen::default() },
    };
    (endpoint, seen)
}

/// Endpoints belong to an account where the config says to which.
fn account(endpoint: &Endpoint) -> AccountId {
    endpoint.account.clone().unwrap_or_else(|| AccountId::new(""))
}

fn record(endpoint: &Endpoint, seen: &Seen) -> ResourceRecord {
    let properties = json!({
        "Name": endpoint.name.as_str(),
        "Url": endpoint.url.to_string(),
        "Host": endpoint.url.host.as_str(),
        "Port": endpoint.url.port,
        "Path": endpoint.url.path.as_str(),
        "Protected": endpoint.protected,
        "ExpectedStatus": endpoint.status,
        "MinimumCertificateDays": endpoint.certificate_days,
        "AllowPrivate": endpoint.allow_private,
    });
    let untrusted = seen.trust.as_ref().and_then(|trust| trust.as_ref().err());
    let known = [
        ("Address", seen.address.map(|(address, _)| json!(address.to_string()))),
        ("AddressKind", seen.address.map(|(_, kind)| json!(kind.as_str()))),
        ("TlsVersion", seen.tls.map(|version| json!(version))),
        ("CertificateNotAfter", seen.not_after.map(|time| json!(time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)))),
        ("CertificateTrusted", seen.trust.as_ref().map(|trust| json!(trust.is_ok()))),
        ("StatusCode", seen.status.map(|status| json!(status))),
    ];
    let (mut state, mut gaps) = (Map::new(), Vec::new());
    for (key, value) in known {
        match value {
            Some(value) => _ = state.insert(key.to_owned(), value),
            None => gaps.push(GapRecord { path: Path::root("state").key(key), gap: gap(seen) }),
        }
    }
    match (untrusted, &seen.trust) {
        (Some(fault), _) => _ = state.insert("CertificateFault".to_owned(), json!(fault)),
        (None, None) => gaps.push(GapRecord { path: Path::root("state").key("CertificateFault"), gap: gap(seen) }),
        (None, Some(_)) => {}
    }
    let account = account(endpoint);
    ResourceRecord {
        id: format!("ledgerline:probe:{account}:{}", endpoint.name).into(),
        resource_type: ENDPOINT.into(),
        name: endpoint.name.clone(),
        account,
        region: Region::global(),
        tags: Value::Null,
        properties,
        state: Value::Object(state),
        gaps,
        origin: None,
    }
}

fn gap(seen: &Seen) -> Gap {
    let detail = seen.fault.as_ref().map_or_else(|| "the answer did not tell".to_owned(), ToString::to_string);
    let kind = seen.fault.as_ref().and_then(|fault| outcome(fault).gap_kind()).unwrap_or(GapKind::Broken);
    Gap { call: Some(CallId::from(CALL)), ..Gap::new(kind, detail) }
}

/// An address that may not be asked is an answer of the DNS that we do not take.
fn outcome(fault: &Fault) -> Outcome {
    match fault {
        Fault::Unreachable(_) => Outcome::Unreachable,
        Fault::Refused(_) | Fault::Broken(_) => Outcome::Broken,
    }
}

fn row(endpoint: &Endpoint, seen: &Seen) -> ScopeRow {
    ScopeRow {
        account: account(endpoint),
        region: Region::global(),
        resource_type: ENDPOINT.into(),
        call: CALL.into(),
        outcome: seen.fault.as_ref().map_or(Outcome::Complete, outcome),
        resources: u64::from(seen.fault.is_none()),
        reason: seen.fault.as_ref().map(|fault| arcstr::format!("{}: {fault}", endpoint.name)),
        permission: None,
    }
}

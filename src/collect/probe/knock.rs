//! One probe: resolve once, check every address, connect to exactly one of those, agree on TLS, ask, look at the status and
//! hang up. No redirects, no proxy, no body, no credentials; one deadline for all of it.

use super::certificate;
use super::config::Endpoint;
use super::trust::Witness;
use crate::model::value::Time;
use crate::net::address::{self, Kind};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, ClientConfig, PeerIncompatible, ProtocolVersion};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What was seen, as far as the probe came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The address that was asked.
    pub address: Option<(std::net::IpAddr, Kind)>,
    /// The TLS version that was agreed on.
    pub tls: Option<&'static str>,
    /// When the certificate ends.
    pub not_after: Option<Time>,
    /// Whether the certificate is trusted; why not.
    pub trust: Option<Result<(), String>>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Why there is no more.
    pub fault: Option<Fault>,
}

/// Why a probe saw no more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Where it leads, nobody may be asked.
    #[error("{0}")]
    Refused(String),
    /// Nobody answered.
    #[error("{0}")]
    Unreachable(String),
    /// Something answered that is not what it should be.
    #[error("{0}")]
    Broken(String),
}

/// The words for a server that speaks neither TLS 1.2 nor 1.3.
const OLDER: &str = "older";

/// Probes one endpoint.
pub async fn knock(endpoint: &Endpoint, authorities: &Arc<WebPkiServerVerifier>) -> Seen {
    let mut seen = Seen::default();
    let ended = tokio::time::timeout(endpoint.timeout, look(endpoint, authorities, &mut seen)).await;
    seen.fault = match ended {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => Some(fault),
        Err(_) => Some(Fault::Unreachable(format!("{} did not answer within {} s", endpoint.url.host, endpoint.timeout.as_secs()))),
    };
    seen
}

async fn look(endpoint: &Endpoint, authorities: &Arc<WebPkiServerVerifier>, seen: &mut Seen) -> Result<(), Fault> {
    let host = endpoint.url.host.as_str();
    let addresses = resolve(endpoint).await?;
    let stream = connect(&addresses, host, seen).await?;
    let witness = Arc::new(Witness::new(Arc::clone(authorities)));
    let (sender, version) = {
        let stream = greet(stream, host, &witness, seen).await?;
        let version = stream.get_ref().1.protocol_version();
        (stream, version)
    };
    seen.tls = match version {
        Some(ProtocolVersion::TLSv1_3) => Some("TLSv1.3"),
        Some(ProtocolVersion::TLSv1_2) => Some("TLSv1.2"),
        // Our side offers no other.
        _ => None,
    };
    let own = sender.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    seen.not_after = own.and_then(|own| certificate::not_after(own));
    let fault = witness.fault();
    seen.trust = Some(fault.clone().map_or(Ok(()), Err));
    if let Some(fault) = fault {
        return Err(Fault::Broken(format!("{host} was not asked: its certificate is not trusted ({fault})")));
    }
    seen.status = Some(ask(endpoint, sender).await?);
    Ok(())
}

/// The addresses of the host, all of which may be asked. One that may not spoils the rest: a name that leads to both is not
/// the name of a public endpoint.
async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Fault> {
    let host = endpoint.url.host.as_str();
    let found = tokio::net::lookup_host((host, endpoint.url.port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|error| Fault::Unreachable(format!("{host} leads to no address: {error}")))?.collect();
    if addresses.is_empty() {
        return Err(Fault::Unreachable(format!("{host} leads to no address")));
    }
    for address in &addresses {
        let kind = address::kind(address.ip());
        if kind != Kind::Public && !endpoint.allow_private {
            return Err(Fault::Refused(format!(
                "{host} leads to {}, a {} address: nobody is asked there unless the probe says allow_private",
                address.ip(),
                kind.as_str()
            )));
        }
    }
    Ok(addresses)
}

/// Connects to the first address that takes the connection.
async fn connect(addresses: &[SocketAddr], host: &str, seen: &mut Seen) -> Result<TcpStream, Fault> {
    let mut last = None;
    for address in addresses {
        seen.address = Some((address.ip(), address::kind(address.ip())));
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(format!("{host} ({address}) takes no connection: {error}")),
        }
    }
    Err(Fault::Unreachable(last.unwrap_or_else(|| format!("{host} leads to no address"))))
}

async fn greet(
    stream: TcpStream,
    host: &str,
    witness: &Arc<Witness>,
    seen: &mut Seen,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Fault> {
    let broken = |error: &dyn std::fmt::Display| Fault::Broken(format!("{host} does not speak TLS with us: {error}"));
    let name = ServerName::try_from(host.to_owned()).map_err(|error| broken(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| broken(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(witness) as Arc<dyn rustls::client::danger::ServerCertVerifier>)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => Ok(stream),
        Err(error) => {
            if speaks_only_older(&error) {
                seen.tls = Some(OLDER);
                return Err(Fault::Broken(format!("{host} speaks neither TLS 1.2 nor 1.3: {error}")));
            }
            Err(broken(&error))
        }
    }
}

/// Whether the server said that our versions are too new for it.
fn speaks_only_older(error: &std::io::Error) -> bool {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else { return false };
    matches!(
        error,
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
            | rustls::Error::PeerIncompatible(
                PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig | PeerIncompatible::ServerDoesNotSupportTls12Or13
            )
    )
}

/// Asks once, as nobody, and reads no further than the status.
async fn ask(endpoint: &Endpoint, stream: tokio_rustls::client::TlsStream<TcpStream>) -> Result<u16, Fault> {
    let url = &endpoint.url;
    let broken = |error: &dyn std::fmt::Display| Fault::Broken(format!("{} does not answer as HTTP: {error}", url.host));
    let authority = url.to_string();
    let authority = authority.strip_prefix("https://").and_then(|rest| rest.strip_suffix(url.path.as_str())).unwrap_or(&url.host);
    let request = Request::get(url.path.as_str())
        .header(header::HOST, authority)
        .header(header::USER_AGENT, concat!("ledgerline/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| broken(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    let asked = sender.send_request(request);
    tokio::pin!(asked);
    let answer = tokio::select! {
        biased;
        answer = &mut asked => answer,
        // It may end just with the answer, which then waits for us.
        _ = connection => asked.await,
    };
    Ok(answer.map_err(|error| broken(&error))?.status().as_u16())
}

//! One POST to an address that the operator gave, and to nowhere else.
//!
//! The name is resolved once, every address that it leads to is judged, and the connection goes to one of just those: a name that
//! changes its mind in between leads nowhere. Redirects are not followed, no proxy is asked, one deadline holds for all of it, and of
//! the answer no more than a few kilobytes are read. `http` is for this machine alone.

#[cfg(test)]
#[path = "web_tests.rs"]
mod tests;

use super::config::WebTarget;
use super::fault::{Fault, of_request, of_status};
use super::told::quoted;
use crate::net::address::{self, Kind};
use reqwest::{Client, Response, Url, header, redirect};
use rustls::{ClientConfig, RootCertStore};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// So much of an answer is read.
const MOST_BYTES: usize = 4 * 1024;
/// How long a body is waited for once the status has said that all is well.
const LINGER: Duration = Duration::from_secs(1);

/// A place on the web that takes messages.
#[derive(Debug)]
pub struct Web {
    target: WebTarget,
    tls: OnceCell<ClientConfig>,
}

impl Web {
    /// Nobody is asked yet.
    pub fn new(target: WebTarget) -> Self {
        Self { target, tls: OnceCell::new() }
    }

    /// Posts a body; what the answer says where it is a success.
    ///
    /// # Errors
    /// Why it did not get through, without the address.
    pub async fn post(&self, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<String, Fault> {
        let deadline = Duration::from_secs(self.target.timeout_secs);
        let posted = match tokio::time::timeout(deadline, self.try_post(headers, body)).await {
            Ok(posted) => posted,
            Err(_) => Err(Fault::passing(format!("it did not answer within {} s", deadline.as_secs()))),
        };
        // An answer may repeat what it was asked, and the address is a secret: so is the part of it that names the account.
        let url = &self.target.url;
        let path = Url::parse(url.expose()).map(|url| url.path().trim_start_matches('/').to_owned()).unwrap_or_default();
        let path = super::config::Secret::new(path);
        let blot = |text: &str| path.blot(&url.blot(text));
        posted.map(|said| blot(&said)).map_err(|fault| Fault { reason: blot(&fault.reason), ..fault })
    }

    async fn try_post(&self, headers: &[(&'static str, String)], body: Vec<u8>) -> Result<String, Fault> {
        let url = Url::parse(self.target.url.expose()).map_err(|error| Fault::channel(format!("its address is none: {error}")))?;
        let client = self.client(&url).await?;
        let mut request = client.post(url).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.body(body).send().await.map_err(of_request)?;
        judge(answer).await
    }

    /// A client that knows one name, and the addresses that were judged. It lives for one request: the next one asks the name again.
    async fn client(&self, url: &Url) -> Result<Client, Fault> {
        let (host, addresses) = resolve(url, self.target.allow_internal).await?;
        let tls = self.tls.get_or_try_init(trusted).await?.clone();
        Client::builder()
            .tls_backend_preconfigured(tls)
            .resolve_to_addrs(&host, &addresses)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .http1_only()
            .pool_max_idle_per_host(0)
            .user_agent(concat!("ledgerline/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(of_request)
    }
}

/// TLS by the authorities that this machine trusts; `SSL_CERT_FILE` names others, as for other programs.
async fn trusted() -> Result<ClientConfig, Fault> {
    let broken = |error: &dyn std::fmt::Display| Fault::channel(format!("no certificate can be judged on this machine: {error}"));
    let authorities = tokio::task::spawn_blocking(|| {
        let mut authorities = RootCertStore::empty();
        // One that cannot be read is one less to trust.
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        authorities
    });
    let authorities = authorities.await.map_err(|error| broken(&error))?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| broken(&error))?;
    Ok(config.with_root_certificates(authorities).with_no_client_auth())
}

/// The host, and all addresses that it leads to: one that may not be asked spoils the rest.
async fn resolve(url: &Url, allow_internal: bool) -> Result<(String, Vec<SocketAddr>), Fault> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<SocketAddr> = match tokio::net::lookup_host((bare, port)).await {
        Ok(found) => found.collect(),
        Err(error) => return Err(Fault::passing(format!("{host} leads to no address: {error}"))),
    };
    if addresses.is_empty() {
        return Err(Fault::passing(format!("{host} leads to no address")));
    }
    for address in &addresses {
        judge_address(&host, url.scheme(), address.ip(), allow_internal)?;
    }
    Ok((host, addresses))
}

/// Whether an address may be asked.
fn judge_address(host: &str, scheme: &str, address: IpAddr, allow_internal: bool) -> Result<(), Fault> {
    let kind = address::kind(address);
    if scheme != "https" && kind != Kind::Loopback {
        return Err(Fault::channel(format!("{host} is not on this machine: only https is spoken with others")));
    }
    // Credentials lie at the metadata service: no webhook lives there, whatever a config says.
    if kind == Kind::Metadata || (kind != Kind::Public && !allow_internal) {
        let help = if kind == Kind::Metadata { "" } else { " unless the channel says allow_internal" };
        return Err(Fault::channel(format!("{host} leads to {address}, a {} address: nobody is asked there{help}", kind.as_str())));
    }
    Ok(())
}

async fn judge(mut answer: Response) -> Result<String, Fault> {
    let status = answer.status();
    if status.is_redirection() {
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("nowhere");
        return Err(Fault::channel(format!(
            "it answered {} with a redirect to {}: redirects are not followed",
            status.as_u16(),
            place(to)
        )));
    }
    let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut said = Vec::new();
    let read = async {
        while said.len() < MOST_BYTES
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            said.extend(chunk.iter().take(MOST_BYTES - said.len()));
        }
    };
    // What the status says counts; a body that never ends changes nothing about it.
    _ = tokio::time::timeout(LINGER, read).await;
    let said = quoted(&String::from_utf8_lossy(&said));
    if status.is_success() {
        return Ok(if said.is_empty() {
            format!("it answered {}", status.as_u16())
        } else {
            format!("it answered {}: {said}", status.as_u16())
        });
    }
    Err(of_status(status.as_u16(), retry_after.as_deref(), &said, chrono::Utc::now()))
}

/// Where a redirect leads, without its path: that may repeat ours.
fn place(to: &str) -> String {
    match Url::parse(to) {
        Ok(url) => {
            let host = url.host_str().unwrap_or_default();
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            let kind = address.map(|address| format!(", a {} address", address::kind(address).as_str())).unwrap_or_default();
            quoted(&format!("{}://{host}{kind}", url.scheme()))
        }
        Err(_) => "another path".to_owned(),
    }
}

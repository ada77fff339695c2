//! The window: the page, the API and the metrics listener.
//!
//! Two listeners, so that a Prometheus may be let at the one without being let at the other. Both are bound before
//! anything is served ([`bind`]); then [`Bound::serve`] runs until the daemon has ended.

pub mod config;

mod access;
mod apart;
mod api;
mod connection;
mod csrf;
mod form;
mod headers;
mod health;
mod metrics;
mod problem;
mod router;
mod sign_in;
mod tls;
mod ui;

#[cfg(test)]
mod tests;

use crate::daemon::Daemon;
use access::Access;
use config::{Guard, ServeConfig};
use std::net::SocketAddr;
use std::sync::Arc;
use tls::{Tls, TlsError};
use tokio::net::TcpListener;

pub use access::random_hex;

/// What to do where a port is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenPort {
    /// Say so and stop: somebody expects us at that port.
    Refuse,
    /// Take a free one.
    TakeAnother,
}

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address} for {purpose}: {source}; set {setting}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What for.
        purpose: &'static str,
        /// Where another one is set.
        setting: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// Others reach an address, and nothing guards it.
    #[error("{setting} is {address}, which others reach, and nothing guards it; set auth.tokens, or auth.proxy: true if a proxy does")]
    Unguarded {
        /// The address.
        address: SocketAddr,
        /// Where it is set.
        setting: &'static str,
    },
    /// TLS was asked for, and cannot be spoken.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Both listeners; they accept from now on.
#[derive(Debug)]
pub struct Bound {
    web: TcpListener,
    metrics: TcpListener,
    web_address: SocketAddr,
    metrics_address: SocketAddr,
    tls: Option<Arc<Tls>>,
    config: ServeConfig,
}

/// Binds both listeners.
///
/// # Errors
/// [`ServeError`], where a port is taken, an address is reached by others without a guard, or TLS cannot be spoken.
pub async fn bind(config: &ServeConfig, taken: TakenPort) -> Result<Bound, ServeError> {
    let tls = config.tls.as_ref().map(Tls::load).transpose()?.map(Arc::new);
    let (web, web_address) = listen(config, config.web, "the page and the API", "listen.web or --listen-web", taken).await?;
    let (metrics, metrics_address) = listen(config, config.metrics, "/metrics", "listen.metrics or --listen-metrics", taken).await?;
    Ok(Bound { web, metrics, web_address, metrics_address, tls, config: config.clone() })
}

async fn listen(
    config: &ServeConfig,
    address: SocketAddr,
    purpose: &'static str,
    setting: &'static str,
    taken: TakenPort,
) -> Result<(TcpListener, SocketAddr), ServeError> {
    // Checked here as well as in the file: a flag may have overridden what the file says.
    if config.guard == Guard::Loopback && !address.ip().is_loopback() {
        return Err(ServeError::Unguarded { address, setting });
    }
    let failed = |source| ServeError::Listen { address, purpose, setting, source };
    let listener = match (TcpListener::bind(address).await, taken) {
        (Ok(listener), _) => listener,
        (Err(error), TakenPort::TakeAnother) if error.kind() == std::io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await.map_err(failed)?
        }
        (Err(error), TakenPort::TakeAnother | TakenPort::Refuse) => return Err(failed(error)),
    };
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

impl Bound {
    /// Where the page is: `http://127.0.0.1:8321/`.
    pub fn web_url(&self) -> String {
        format!("{}://{}/", scheme(self.tls.as_ref()), self.web_address)
    }

    /// Where the metrics are: `http://127.0.0.1:9321/metrics`.
    pub fn metrics_url(&self) -> String {
        format!("{}://{}/metrics", scheme(self.tls_of_metrics()), self.metrics_address)
    }

    fn tls_of_metrics(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref().filter(|_| self.config.tls.as_ref().is_some_and(|tls| tls.metrics))
    }

    /// Serves until the daemon has ended. Requests under way are answered; connections that say nothing are closed.
    ///
    /// `reread` is asked whenever the daemon has read its files again: certificates and credentials are those of the new ones
    /// from then on; addresses and limits stay.
    pub async fn serve(self, daemon: Arc<Daemon>, reread: impl Fn() -> ServeConfig) {
        let access = Arc::new(Access::new(&self.config, chrono::Utc::now));
        let metrics = metrics::Scraped::new(daemon.page().clone(), Arc::clone(&access), self.metrics_address);
        let router = router::router(Arc::clone(&daemon), Arc::clone(&access));
        let tls_of_metrics = self.tls_of_metrics().cloned();
        let watched = Arc::clone(&daemon);
        let scraped = apart::run("metrics", self.metrics, move |listener, end| async move {
            let ended = async {
                tokio::select! { () = watched.ended() => {}, () = end.cancelled() => {} }
            };
            connection::accept(listener, tls_of_metrics, metrics, ended).await;
        });
        let scraped = async {
            if let Err(error) = scraped.await {
                tracing::error!(%error, "metrics cannot be served");
            }
        };
        tokio::join!(
            connection::accept(self.web, self.tls.clone(), hyper_util::service::TowerToHyperService::new(router), daemon.ended()),
            scraped,
            renew(&daemon, &access, self.tls.as_deref(), reread),
        );
    }
}

fn scheme(tls: Option<&Arc<Tls>>) -> &'static str {
    if tls.is_some() { "https" } else { "http" }
}

/// Takes up what was read again, until the daemon has ended.
async fn renew(daemon: &Daemon, access: &Access, tls: Option<&Tls>, reread: impl Fn() -> ServeConfig) {
    loop {
        tokio::select! {
            () = daemon.ended() => return,
            () = daemon.reloaded() => {}
        }
        access.renew(&reread().guard);
        if let Some(Err(error)) = tls.map(Tls::reload) {
            tracing::error!(%error, "the certificates could not be read again; the old ones stay in use");
        }
    }
}

//! Connections: how many, and how long they may take to say what they want.
//!
//! `axum::serve` has no time limits; a peer that sends one byte a minute would keep its place for ever. Both listeners run
//! on this loop instead.

use super::tls::Tls;
use arcstr::ArcStr;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Connections at once on one listener. More wait in the system's own queue.
const MOST_CONNECTIONS: usize = 256;
/// How long the head of a request may take, which is also how long an idle connection is kept; and the handshake of TLS.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a request may take from its head to the end of the answer.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(120);
/// Bytes of a request's head.
const LONGEST_HEAD: usize = 32 * 1024;
/// How long requests under way are waited for at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Who is at the other end of a connection; each request carries it as an extension.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The address at which the connection reached us: what `Host` may name besides the configured names.
    pub reached_at: SocketAddr,
    /// Where it came from.
    pub address: SocketAddr,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// The subject of the client's certificate, which an authority of the config signed.
    pub subject: Option<ArcStr>,
}

/// Accepts connections until `end` comes, and lets requests under way be answered.
pub async fn accept<S, B>(listener: TcpListener, tls: Option<Arc<Tls>>, service: S, end: impl Future<Output = ()>)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    B: hyper::body::Body<Data = hyper::body::Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let (stream, address) = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, mostly: some will be free again soon.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Ok(reached_at) = stream.local_addr() else { continue };
        let peer = Peer { reached_at, address, tls: tls.is_some(), subject: None };
        let (service, tls, watcher) = (service.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _place = place;
            match tls {
                Some(tls) => secretly(&tls, stream, peer, service, watcher).await,
                None => talk(stream, peer, service, watcher).await,
            }
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_ANSWERS, graceful.shutdown()).await;
}

/// The same over TLS.
async fn secretly<S, B>(tls: &Tls, stream: TcpStream, peer: Peer, service: S, watcher: Watcher)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    B: hyper::body::Body<Data = hyper::body::Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    match tokio::time::timeout(HEAD_TIMEOUT, tls.handshake(stream)).await {
        Ok(Ok((stream, subject))) => talk(stream, Peer { subject, ..peer }, service, watcher).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Answers the requests of a connection.
async fn talk<S, B>(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer, service: S, watcher: Watcher)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    B: hyper::body::Body<Data = hyper::body::Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let with_peer = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), with_peer);
    // How a peer ends its connection is its own affair.
    if let Ok(Err(error)) = tokio::time::timeout(CONNECTION_TIMEOUT, watcher.watch(connection)).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

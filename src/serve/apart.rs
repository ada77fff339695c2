//! A thread of its own for the metrics listener: a page that is asked for as fast as it can be rendered keeps all other threads busy,
//! and a scrape would wait behind it. Here the system shares the processors out instead.

use std::io;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Runs on a thread of its own what `work` makes of the listener, until it has ended. Dropped before that, it ends the thread: `work`
/// ends with the token that it is given.
///
/// # Errors
/// Where the system gives no thread, or no listener on it.
pub async fn run<F, W>(name: &str, listener: TcpListener, work: W) -> io::Result<()>
where
    F: Future<Output = ()>,
    W: FnOnce(TcpListener, CancellationToken) -> F + Send + 'static,
{
    let listener = listener.into_std()?;
    let (done, ended) = tokio::sync::oneshot::channel();
    let end = CancellationToken::new();
    let _dropped = end.clone().drop_guard();
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        // Who waits for the end may be gone.
        let _ = done.send(within(listener, |listener| work(listener, end)));
    })?;
    // A thread that panicked sent nothing; the panic itself was told where it happened.
    ended.await.unwrap_or_else(|_| Err(io::Error::other("the thread ended early")))
}

fn within<F: Future<Output = ()>>(listener: std::net::TcpListener, work: impl FnOnce(TcpListener) -> F) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        work(listener).await;
        Ok(())
    })
}

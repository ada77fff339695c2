//! What the process is told by signals: SIGHUP to read its files again, SIGTERM and SIGINT to end.

use super::Daemon;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Obeys signals until the daemon has ended. The first SIGTERM or SIGINT lets the pass under way end within the deadline,
/// the second abandons it at once.
///
/// # Errors
/// Where the signals cannot be listened to.
pub async fn obey(daemon: Arc<Daemon>) -> std::io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    loop {
        tokio::select! {
            Some(()) = hangup.recv() => daemon.reload().await,
            Some(()) = terminate.recv() => daemon.end(),
            Some(()) = interrupt.recv() => daemon.end(),
            () = daemon.ended() => return Ok(()),
        }
    }
}

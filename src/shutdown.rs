//! Ending in order: the first SIGTERM or SIGINT asks everything to finish, the second ends the process at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first signal to end.
///
/// # Errors
/// The operating system refuses to tell of signals.
pub fn on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let told = stop.clone();
    tokio::spawn(async move {
        for count in 1.. {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if count > 1 {
                // As a shell reports a process that a SIGINT ended.
                std::process::exit(130);
            }
            tracing::info!("stopping; a second signal ends at once");
            told.cancel();
        }
    });
    Ok(stop)
}

//! Slow senders: many connections that drip a byte a second, beside honest callers. What they cost in memory, and what they take
//! from the honest ones' rate, against a process that honest callers have to themselves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::ensure;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use testbed::database::Kind;
use testbed::installation::Installation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Scale;
use crate::hooks::System;
use crate::load::{Load, drive};
use crate::process::Service;
use crate::report::{Figure, Finding, name_of};

/// How many honest callers there are.
const HONEST: usize = 16;
/// Files that are open besides the connections of slow senders.
const OTHERS: u64 = 400;
/// How long a slow sender waits between two bytes.
const PACE: Duration = Duration::from_secs(1);

/// Measures it.
pub async fn measure(
    kind: Kind,
    scale: Scale,
    installation: &Installation,
    systems: impl AsyncFn(SocketAddr, usize) -> anyhow::Result<Vec<System>>,
) -> anyhow::Result<Vec<Finding>> {
    let wanted = scale.pick(10_000, 200);
    let allowed = usize::try_from(open_files().saturating_sub(OTHERS)).unwrap_or(usize::MAX);
    let count = wanted.min(allowed);
    if count < wanted {
        eprintln!("{}: only {count} of {wanted} slow senders: `ulimit -n` allows no more", name_of(kind));
    }
    let time = Duration::from_secs(scale.pick(20, 2));
    let alone = {
        let service = Service::start(installation).await?;
        run(&service, systems(service.address, HONEST).await?, time).await?
    };
    let service = Service::start(installation).await?;
    let connected = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for at in 0..count {
        senders.spawn(drip(service.address, at, connected.clone()));
    }
    for _ in 0..600 {
        if connected.load(Ordering::Relaxed) >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let open = connected.load(Ordering::Relaxed);
    ensure!(open * 10 >= count * 9, "only {open} of {count} slow senders are connected");
    let beside = run(&service, systems(service.address, HONEST).await?, time).await?;
    senders.shutdown().await;
    let what = format!("beside {count} senders of a byte a second");
    Ok(vec![
        Finding::alone(
            "webhooks",
            name_of(kind),
            format!("signed calls of 200 bytes, {HONEST} at a time, {what}"),
            Figure::rate("POST to 202", &beside.load),
        )
        .against(Figure::rate("without them", &alone.load)),
        Finding::alone(
            "webhooks",
            name_of(kind),
            format!("memory under these, {what}"),
            Figure::plain("at most", beside.most_mb, "MB"),
        )
        .against(Figure::plain("without them", alone.most_mb, "MB")),
    ])
}

struct Run {
    load: Load,
    most_mb: f64,
}

async fn run(service: &Service, systems: Vec<System>, time: Duration) -> anyhow::Result<Run> {
    let (_, load) = drive(systems, time).await?;
    Ok(Run { load, most_mb: service.process.memory_mb("VmHWM")? })
}

/// Sends a byte a second, of a head or of a body, and comes again whenever it is sent away.
async fn drip(address: SocketAddr, at: usize, connected: Arc<AtomicUsize>) {
    let head = "POST /webhooks/bench HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n";
    let begins = if at.is_multiple_of(2) { head } else { "POST /webhooks/bench HTTP/1.1\r\nX-Slow: " };
    // Not all in one instant.
    tokio::time::sleep(Duration::from_millis(u64::try_from(at % 3_000).unwrap_or_default())).await;
    loop {
        if let Ok(mut line) = TcpStream::connect(address).await {
            connected.fetch_add(1, Ordering::Relaxed);
            let mut answer = [0; 1024];
            if line.write_all(begins.as_bytes()).await.is_ok() {
                loop {
                    tokio::select! {
                        // An answer, or the end: it was sent away.
                        _ = line.read(&mut answer) => break,
                        () = tokio::time::sleep(PACE) => {}
                    }
                    if line.write_all(b"x").await.is_err() {
                        break;
                    }
                }
            }
            connected.fetch_sub(1, Ordering::Relaxed);
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Raises how many files this process, and those that it starts, may have open. Says how many that are.
fn open_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok() {
        return maximum.unwrap_or(u64::MAX);
    }
    current.unwrap_or(u64::MAX)
}

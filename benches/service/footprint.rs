//! What the service takes: memory idle and under load, time to start, size, and how often it asks the disk to make sure.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use sandbox::options::{Options, Population};
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::intake::filers;
use crate::load::{Caller, drive};
use crate::process::{PROGRAM, Service};
use crate::report::{Figure, Finding, name_of};

const PART: &str = "footprint";
/// Requests that are filed while the system calls are counted.
const TRACED: u32 = 200;

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let options = Options { population: Population::Empty, ..Options::default() };
    let installation = Installation::new(kind, options).await;
    let on = name_of(kind);
    let mut starts = Vec::new();
    for _ in 0..scale.pick(10, 3) {
        starts.push(Service::start(&installation).await?.start_up.as_secs_f64() * 1_000.0);
    }
    starts.sort_by(f64::total_cmp);
    let service = Service::start(&installation).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = service.process.memory_mb("VmRSS")?;
    let callers = filers(&service, &installation, 16).await?;
    drive(callers, Duration::from_secs(scale.pick(10, 2))).await?;
    let most = service.process.memory_mb("VmHWM")?;
    let size = std::fs::metadata(PROGRAM)?.len() as f64 / 1_048_576.0;
    let mut found = vec![
        Finding::alone(
            PART,
            on,
            "from start to ready, on a migrated database",
            Figure::plain("median", starts[starts.len() / 2], "ms"),
        ),
        Finding::alone(PART, on, "`dsr serve --no-worker` at rest", Figure::plain("resident", idle, "MB")),
        Finding::alone(PART, on, "the same under intake, 16 at a time", Figure::plain("at most", most, "MB"))
            .against(Figure::plain("at rest", idle, "MB")),
        Finding::alone(PART, on, "the binary", Figure::plain("size", size, "MB")),
    ];
    if kind == Kind::Sqlite {
        match syncs(&service, &installation).await {
            Ok(syncs) => {
                let measured = Figure::plain("fdatasync", syncs, "/request");
                let fewest = Figure::plain("fewest", 1.0, "/request");
                found.push(
                    Finding::alone(PART, on, "made durable, one request after the other", measured).against(fewest),
                );
            }
            Err(error) => eprintln!("{on}: system calls are not counted here: {error:#}"),
        }
    }
    Ok(found)
}

/// How often one intake asks the disk to make sure. Needs strace, and the right to trace.
async fn syncs(service: &Service, installation: &Installation) -> anyhow::Result<f64> {
    let summary = installation.database.folder.path().join("strace");
    let id = service.process.id().to_string();
    let mut filer = filers(service, installation, 1).await?.pop().context("no filer")?.starting_at(900_000_000);
    filer.call().await?;
    let mut trace = Command::new("strace")
        .args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-p", &id, "-o"])
        .arg(&summary)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("strace is not there")?;
    // It says when it is attached only in words; a moment is enough.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..TRACED {
        filer.call().await?;
    }
    // It writes its summary when it is interrupted.
    Command::new("kill").args(["-INT", &trace.id().to_string()]).status()?;
    trace.wait()?;
    let text = std::fs::read_to_string(&summary)?;
    // A line: share of time, seconds, time a call, calls, errors if any, name.
    let counted = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_sync = matches!(words.last(), Some(&("fsync" | "fdatasync")));
        is_sync.then(|| words.get(3)?.parse::<f64>().ok()).flatten()
    };
    let calls: f64 = text.lines().filter_map(counted).sum();
    Ok(calls / f64::from(TRACED))
}

//! Real processes of the service, configured as an operator would, and what the kernel says of them.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use testbed::installation::{Installation, Login};

use crate::load::{Line, message};
use crate::machine::line_of;

/// The command as it was built with this bench.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_dsr");

/// How long a process may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that ends with this value.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn start(
        installation: &Installation,
        name: &str,
        arguments: &[&str],
        env: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let log = installation.database.folder.path().join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log)?;
        let mut command: Command = installation.command(PROGRAM, arguments);
        let child = command.envs(env.iter().copied()).stdout(file.try_clone()?).stderr(file).spawn()?;
        Ok(Self { child, log })
    }

    /// A worker.
    pub fn worker(installation: &Installation) -> anyhow::Result<Self> {
        // An idle worker looks this often for what others have put into the queue.
        Self::start(installation, "worker", &["work"], &[("DSR_WORKER_IDLE_POLL", "50ms")])
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails if it has ended.
    pub fn is_up(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("a process ended ({status}):\n{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
        Ok(())
    }

    /// A size out of its status, in MB: `VmRSS` is what it holds, `VmHWM` the most it ever held.
    pub fn memory_mb(&self, name: &str) -> anyhow::Result<f64> {
        let line = line_of(&format!("/proc/{}/status", self.id()), name).context("the kernel tells no memory")?;
        let kilobytes: f64 = line.split_whitespace().next().unwrap_or_default().parse()?;
        Ok(kilobytes / 1_024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `dsr serve --no-worker`.
pub struct Service {
    /// The process.
    pub process: Process,
    /// Where it answers.
    pub address: SocketAddr,
    /// From being spawned to being ready.
    pub start_up: Duration,
}

impl Service {
    /// Starts one, and waits until it is ready.
    pub async fn start(installation: &Installation) -> anyhow::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], testbed::port::lasting()));
        let begun = Instant::now();
        let arguments = ["serve", "--no-worker", "--bind", &address.to_string()];
        let mut process = Process::start(installation, "serve", &arguments, &[])?;
        loop {
            if let Ok(mut line) = Line::open(address).await
                && line.expect(200, &message("GET", "/readyz", "", "")).await.is_ok()
            {
                return Ok(Self { process, address, start_up: begun.elapsed() });
            }
            process.is_up()?;
            ensure!(begun.elapsed() < PATIENCE, "the service is not ready");
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }

    /// The `Authorization` line of a fresh token.
    pub async fn authorization(&self, login: &Login) -> anyhow::Result<String> {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", login.id, login.secret);
        let ask = message("POST", "/oauth/token", "Content-Type: application/x-www-form-urlencoded\r\n", &form);
        let answer: Value = serde_json::from_slice(&Line::open(self.address).await?.expect(200, &ask).await?.body)?;
        let token = answer["access_token"].as_str().context("no token")?;
        Ok(format!("Authorization: Bearer {token}\r\n"))
    }
}

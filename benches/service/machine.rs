//! The machine that a run's figures belong to.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use testbed::database::{Database, Kind};

use crate::load::Load;

/// How often the disk is asked to make something durable.
const SYNCS: usize = 200;

/// What of a machine moves the figures.
#[derive(Serialize)]
pub struct Facts {
    cores: usize,
    memory_gb: f64,
    kernel: String,
    processor: String,
    fdatasync_p50_us: f64,
    fdatasync_p99_us: f64,
    sqlite: Option<String>,
    postgresql: Option<String>,
}

/// Looks.
pub async fn facts(kinds: &[Kind]) -> anyhow::Result<Facts> {
    let (mut sqlite, mut postgresql) = (None, None);
    let folder = tempfile::tempdir()?;
    for &kind in kinds {
        let database = Database::fresh(kind).await;
        let query = match kind {
            Kind::Sqlite => "SELECT sqlite_version() AS version",
            Kind::Postgres => "SELECT current_setting('server_version') AS version",
        };
        let db = entities::db::Db::connect(&database.url, 1).await?;
        let row = db.read().query_one_raw(Statement::from_string(db.backend(), query)).await?;
        let version = row.context("the database does not say what it is")?.try_get::<String>("", "version")?;
        match kind {
            Kind::Sqlite => sqlite = Some(version),
            Kind::Postgres => postgresql = Some(version),
        }
    }
    let syncs = syncs(folder.path())?;
    Ok(Facts {
        cores: std::thread::available_parallelism()?.get(),
        memory_gb: line_of("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
            .map_or(f64::NAN, |kilobytes| kilobytes / 1_048_576.0),
        kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
        processor: line_of("/proc/cpuinfo", "model name").unwrap_or_default(),
        fdatasync_p50_us: syncs.percentile_ms(50) * 1_000.0,
        fdatasync_p99_us: syncs.percentile_ms(99) * 1_000.0,
        sqlite,
        postgresql,
    })
}

/// The value of a `name : value` line of one of the kernel's files.
pub fn line_of(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// How long the disk under the databases takes to make four kilobytes durable.
fn syncs(folder: &Path) -> anyhow::Result<Load> {
    let mut file = File::create(folder.join("sync"))?;
    let mut load = Load::default();
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        load.note(begun.elapsed());
    }
    Ok(load)
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |version: &Option<String>| version.clone().unwrap_or_else(|| "not used".to_owned());
        write!(
            f,
            "{} cores ({}), {:.0} GB, Linux {}; fdatasync p50 {:.0} µs, p99 {:.0} µs; SQLite {}, PostgreSQL {}",
            self.cores,
            self.processor,
            self.memory_gb,
            self.kernel,
            self.fdatasync_p50_us,
            self.fdatasync_p99_us,
            or(&self.sqlite),
            or(&self.postgresql)
        )
    }
}

//! `dsr migrate`: the schema, its state, and the way back.

use anyhow::{Context, bail};
use clap::Args;
use entities::db::Db;
use migrations::Migrator;
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use crate::config::Config;
use crate::installation;
use crate::terminal::{say, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr migrate                    Bring the schema up to date; safe to run from many machines at once
  dsr migrate --status           Show which migrations are applied; changes nothing
  dsr migrate --down 1 --yes     Undo the newest one, with the data that it holds";

/// What to do with the schema.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Migrate {
    /// Only show which migrations are applied and which are pending (exit code 1 if any is pending)
    #[arg(long, conflicts_with = "down")]
    status: bool,
    /// Undo the newest N migrations. Data in the tables and columns they made is lost
    #[arg(long, value_name = "N", requires = "yes", value_parser = clap::value_parser!(u32).range(1..))]
    down: Option<u32>,
    /// Yes, lose that data
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// What the database said.
pub async fn run(config: &Config, args: Migrate) -> anyhow::Result<()> {
    let db = installation::connect(config).await?;
    if args.status {
        return status(&db).await;
    }
    if let Some(steps) = args.down {
        let txn = db.begin().await?;
        Migrator::down(&*txn, Some(steps)).await.context("the migrations cannot be undone")?;
        txn.commit().await?;
        say(format_args!("Undone: the newest {steps}."));
        return Ok(());
    }
    let pending = Migrator::get_pending_migrations_read_only(db.read()).await?;
    migrations::migrate(db.write()).await.context("the schema cannot be brought up to date")?;
    for migration in &pending {
        say(format_args!("Applied {}", migration.name()));
    }
    say(if pending.is_empty() { "The schema is up to date; nothing to do." } else { "The schema is up to date." });
    Ok(())
}

async fn status(db: &Db) -> anyhow::Result<()> {
    let mut pending = 0;
    let mut rows = table(["Migration", "Status"]);
    for migration in Migrator::get_migration_with_status_read_only(db.read()).await? {
        let applied = migration.status() == MigrationStatus::Applied;
        pending += usize::from(!applied);
        rows.add_row([migration.name(), if applied { "applied" } else { "pending" }]);
    }
    say_table(&rows);
    if pending > 0 {
        bail!("{pending} migration(s) are pending; run `dsr migrate`");
    }
    Ok(())
}

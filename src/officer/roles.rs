//! `dsr officer role`: granting roles and taking them away, per controller or everywhere.

use anyhow::bail;
use clap::{Args, Subcommand};
use entities::controller;
use entities::officer::manage;
use entities::officer::role::{Role, Where};
use entities::store::Store;

use super::{by, find, role, within};
use crate::terminal::say;

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Grant roles
    Grant(Change),
    /// Take roles away
    Revoke(Change),
}

/// Which roles of whom, and where.
#[derive(Args, Debug)]
pub struct Change {
    /// The address the officer signs in with
    login: String,
    /// Which; may come several times
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    #[command(flatten)]
    places: Places,
}

/// Where a role is held.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct Places {
    /// Short name of a controller; may come several times
    #[arg(long = "controller", value_name = "SLUG", conflicts_with = "everywhere")]
    controllers: Vec<String>,
    /// At every controller, also those to come, and over the installation
    #[arg(long)]
    everywhere: bool,
}

impl Places {
    /// The places that are named.
    ///
    /// # Errors
    /// There is no such controller.
    pub async fn find(&self, store: &Store) -> anyhow::Result<Vec<Where>> {
        if self.everywhere {
            return Ok(vec![Where::Everywhere]);
        }
        let mut places = Vec::new();
        for slug in &self.controllers {
            let Some(found) = controller::queries::by_slug(store.db.read(), slug).await? else {
                bail!("there is no controller `{slug}`; `dsr controller list` shows those there are");
            };
            places.push(Where::At(found.id));
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }
}

/// Runs the command.
///
/// # Errors
/// There is no such officer or controller.
pub async fn run(store: &Store, command: Command) -> anyhow::Result<()> {
    let (change, is_grant) = match command {
        Command::Grant(change) => (change, true),
        Command::Revoke(change) => (change, false),
    };
    let row = find(store, &change.login).await?;
    let places = change.places.find(store).await?;
    let changed = within(store, async |txn| {
        let mut changed = 0;
        for place in places {
            for role in &change.roles {
                let done = if is_grant {
                    manage::grant(txn, store, &by(), row.id, place, *role).await?
                } else {
                    manage::revoke(txn, store, &by(), row.id, place, *role).await?
                };
                changed += u32::from(done);
            }
        }
        Ok(changed)
    })
    .await?;
    let done = if is_grant { "Granted" } else { "Took away" };
    say(format_args!("{done} {changed} role(s); the officer's sessions end."));
    Ok(())
}

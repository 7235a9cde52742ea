//! `dsr controller change`: a renewed platform secret, another policy, another name.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use entities::controller::queries::{self, Credential};
use entities::event::trail::Actor;
use entities::store::Store;

use super::policy::PolicyFlags;
use super::{by_slug, view};
use crate::secret::{self, Secret};
use crate::terminal::{note, say, say_json};

/// What to change.
#[derive(Args, Debug)]
pub struct Change {
    /// The controller's short name
    slug: String,
    /// Another name for people
    #[arg(long)]
    name: Option<String>,
    /// Id of the platform's OAuth client, the same or another; its secret is asked for with it
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// File with the OAuth client's secret
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyFlags,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Change {
    /// Runs the command.
    ///
    /// # Errors
    /// What is wrong with what was given, or with the installation.
    pub async fn run(self, store: &Store) -> anyhow::Result<()> {
        let found = by_slug(store, &self.slug).await?;
        let policy =
            if self.policy == PolicyFlags::default() { None } else { Some(self.policy.over(found.policy.clone())?) };
        let credential = match self.client_id {
            None => None,
            Some(id) => {
                let client_secret = secret::read(&Secret {
                    what: "the platform secret",
                    file: self.client_secret_file.as_deref(),
                    file_flag: "--client-secret-file",
                    env: "DSR_PLATFORM_SECRET",
                })?;
                Some(Credential { client_id: id.trim().to_owned(), client_secret })
            }
        };
        if policy.is_none() && credential.is_none() && self.name.is_none() {
            bail!("nothing to change; --client-id, --name or a policy flag says what");
        }
        let change = queries::Change { credential, policy, name: self.name, place: None };
        let txn = store.db.begin().await?;
        let changed = queries::change(&txn, store, &Actor::operator(), &found, change).await?;
        txn.commit().await?;
        if self.json {
            return say_json(&view(&changed));
        }
        say(format_args!("Changed {}.", changed.slug));
        note("Running workers take it up with their next step; `dsr doctor` checks it now.");
        Ok(())
    }
}

//! What a source has sent: its calls, what one says that nobody could read, and reading it again.

use std::io::Write;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::client::reach::Reach;
use entities::delivery::queries::{self, of_source};
use entities::delivery::table::{DeliveryState, Model as Delivery};
use entities::event::trail::Actor;
use entities::id::DeliveryId;
use entities::source::again;
use entities::store::Store;
use serde_json::json;

use super::find;
use crate::terminal::{note, say, say_json, say_table, table};

/// Which calls.
#[derive(Args, Debug)]
pub struct Calls {
    /// The source's short name
    slug: String,
    /// Only those that stand so: received, read, ignored or unreadable
    #[arg(long, value_parser = state)]
    state: Option<DeliveryState>,
    /// At most so many, newest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<DeliveryState, String> {
    text.parse::<DeliveryState>().map_err(|error| error.to_string())
}

impl Calls {
    /// Shows them, without what they say.
    ///
    /// # Errors
    /// There is no such source, or the database fails.
    pub async fn run(self, store: &Store) -> anyhow::Result<()> {
        let source = find(store, &self.slug).await?;
        let which = (source.id, self.state);
        let found = of_source(store.db.read(), &Reach::installation(), which, None, self.limit).await?;
        if self.json {
            let one = |row: &Delivery| {
                json!({ "id": row.id, "state": row.state, "problem": row.problem, "size": row.size,
                        "received_at": row.received_at, "seen_at": row.seen_at, "kept": row.body_sealed.is_some() })
            };
            return say_json(&found.iter().map(one).collect::<Vec<_>>());
        }
        let mut rows = table(["Id", "Received", "State", "Bytes", "Problem"]);
        for row in &found {
            let problem = row.problem.as_deref().unwrap_or("-");
            let (id, at, size) = (row.id.to_string(), row.received_at.to_string(), row.size.to_string());
            rows.add_row([&*id, &*at, row.state.as_str(), &*size, problem]);
        }
        say_table(&rows);
        Ok(())
    }
}

/// What to do with one call.
#[derive(Args, Debug)]
pub struct OneCall {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Print a call's body as it came in; that is recorded
    Show {
        /// Its id, as `dsr source calls` shows it
        id: DeliveryId,
        /// What for, in 1 to 80 characters of a-z, 0-9, _ and -
        #[arg(long, value_parser = purpose)]
        purpose: String,
    },
    /// Read a call again, once what kept us from it was mended
    ReadAgain {
        /// Its id, as `dsr source calls` shows it
        id: DeliveryId,
    },
}

fn purpose(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let is_purpose = (1..=80).contains(&text.len()) && text.bytes().all(plain);
    if is_purpose { Ok(text.to_owned()) } else { Err("1 to 80 of a-z, 0-9, _ and -".to_owned()) }
}

async fn call(store: &Store, id: DeliveryId) -> anyhow::Result<Delivery> {
    let found = queries::find(store.db.read(), &Reach::installation(), id).await?;
    found.context("there is no such call; `dsr source calls` shows those there are")
}

impl OneCall {
    /// Does it.
    ///
    /// # Errors
    /// There is no such call, nothing of it is kept, or the database fails.
    pub async fn run(self, store: &Store) -> anyhow::Result<()> {
        match self.command {
            Command::Show { id, purpose } => {
                let row = call(store, id).await?;
                let body = queries::body(store, &row)?.context("nothing is kept of a call that was read")?;
                let txn = store.db.begin().await?;
                again::reveal(&txn, store, &Actor::operator(), &row, &purpose).await?;
                txn.commit().await?;
                note(format_args!("{}, {} bytes", row.content_type.as_deref().unwrap_or("no content type"), row.size));
                // Byte for byte, for whoever looks at what is wrong with it.
                std::io::stdout().lock().write_all(&body)?;
                Ok(())
            }
            Command::ReadAgain { id } => {
                let row = call(store, id).await?;
                let txn = store.db.begin().await?;
                if !again::read(&txn, store, &Actor::operator(), &row).await? {
                    bail!("the call was read; nothing of it is kept");
                }
                txn.commit().await?;
                say(format_args!("{id}  is read again"));
                Ok(())
            }
        }
    }
}

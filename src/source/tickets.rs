//! What became of a source's tickets, and looking at one again.

use anyhow::Context;
use clap::Args;
use entities::client::reach::Reach;
use entities::event::trail::Actor;
use entities::id::TicketId;
use entities::source::again;
use entities::store::Store;
use entities::ticket::queries::{self, Filter};
use entities::ticket::table::TicketState;
use serde_json::json;

use super::find;
use crate::terminal::{note, say, say_json, say_table, table};

/// Which tickets.
#[derive(Args, Debug)]
pub struct Tickets {
    /// The source's short name
    slug: String,
    /// Only those that stand so: mentioned, filed, triage, ignored or gone
    #[arg(long, value_parser = state)]
    state: Option<TicketState>,
    /// At most so many, newest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<TicketState, String> {
    text.parse::<TicketState>().map_err(|error| error.to_string())
}

impl Tickets {
    /// Shows them.
    ///
    /// # Errors
    /// There is no such source, or the database fails.
    pub async fn run(self, store: &Store) -> anyhow::Result<()> {
        let source = find(store, &self.slug).await?;
        let filter = Filter { source: Some(source.id), state: self.state };
        let found = queries::page(store.db.read(), &Reach::installation(), filter, None, self.limit).await?;
        if self.json {
            let all: Vec<_> = found
                .iter()
                .map(|row| {
                    let problems: serde_json::Value = serde_json::from_str(&row.problems).unwrap_or_default();
                    json!({ "id": row.id, "ticket": row.external_id, "display_id": row.display_id, "state": row.state,
                            "request": row.request_id, "mapping_version": row.mapping_version, "problems": problems,
                            "shown": row.shown })
                })
                .collect();
            return say_json(&all);
        }
        let mut rows = table(["Id", "Ticket", "State", "Request", "Shows"]);
        for row in &found {
            let request = row.request_id.map_or("-".to_owned(), |id| id.to_string());
            let shown = row.shown.as_deref().unwrap_or("-");
            rows.add_row([&*row.id.to_string(), &*row.external_id, row.state.as_str(), &*request, shown]);
        }
        say_table(&rows);
        for row in found.iter().filter(|row| row.state == TicketState::Triage) {
            let problems: Vec<serde_json::Value> = serde_json::from_str(&row.problems).unwrap_or_default();
            for problem in problems {
                let part = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
                note(format_args!("{}: {} {}", row.external_id, part("target"), part("reason")));
            }
        }
        Ok(())
    }
}

/// Which ticket.
#[derive(Args, Debug)]
pub struct Retry {
    /// Its id, as `dsr source tickets` shows it
    id: TicketId,
}

impl Retry {
    /// Has it looked at again.
    ///
    /// # Errors
    /// There is no such ticket, or the database fails.
    pub async fn run(self, store: &Store) -> anyhow::Result<()> {
        let found = queries::by_id(store.db.read(), &Reach::installation(), self.id).await?;
        let ticket = found.context("there is no such ticket; `dsr source tickets` shows those there are")?;
        let txn = store.db.begin().await?;
        again::look(&txn, store, &Actor::operator(), &ticket).await?;
        txn.commit().await?;
        say(format_args!("{}  is looked at again", ticket.external_id));
        Ok(())
    }
}

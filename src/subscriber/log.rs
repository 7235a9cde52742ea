//! `dsr subscriber log`: what a subscriber was sent, and what became of it.

use api::subscribers::deliveries::DeliveryView;
use clap::Args;
use entities::announcement::kind::DeliveryState;
use entities::announcement::log::{Filter, Line, one, page};
use entities::id::{AnnouncementDeliveryId, SubscriberId};
use entities::store::Store;
use entities::time::At;
use jiff::Timestamp;

use super::find;
use crate::terminal::{note, say_json, say_table, table};

/// What to show.
#[derive(Args, Debug)]
pub struct Log {
    /// The subscriber's id
    id: SubscriberId,
    /// One delivery, with its body and its attempts
    #[arg(long, value_name = "ID", conflicts_with_all = ["state", "since", "limit"])]
    delivery: Option<AnnouncementDeliveryId>,
    /// Only those that stand so: waiting, delivered, failed or abandoned
    #[arg(long, value_parser = state)]
    state: Option<DeliveryState>,
    /// Only those that were asked for at this instant or later, RFC 3339
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,
    /// How many
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<DeliveryState, String> {
    text.parse::<DeliveryState>().map_err(|error| error.to_string())
}

/// Shows it.
///
/// # Errors
/// There is no such subscriber or delivery, or the database fails.
pub(super) async fn show(store: &Store, args: Log) -> anyhow::Result<()> {
    let (conn, row) = (store.db.read(), find(store, args.id).await?);
    if let Some(id) = args.delivery {
        let found = one(conn, row.id, id).await?;
        let (line, attempts) = found.ok_or_else(|| anyhow::anyhow!("there is no such delivery to {}", row.id))?;
        return say_json(&DeliveryView::whole(line, attempts)?);
    }
    let filter = Filter { state: args.state, since: args.since.map(At::from) };
    let lines = page(conn, row.id, filter, None, args.limit).await?;
    if args.json {
        return say_json(&lines.into_iter().map(DeliveryView::of).collect::<Vec<_>>());
    }
    if lines.is_empty() {
        note("Nothing was sent to it.");
        return Ok(());
    }
    let mut shown = table(["Delivery", "Happened", "Type", "Seq", "State", "Tries", "Last answer"]);
    for Line { delivery, announcement } in &lines {
        let failure = delivery.last_failure.map_or_else(|| "-".to_owned(), |failure| failure.to_string());
        shown.add_row([
            delivery.id.to_string(),
            announcement.at.to_string(),
            announcement.kind.to_string(),
            announcement.seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string()),
            delivery.state.to_string(),
            delivery.tries.to_string(),
            delivery.last_status.map_or(failure, |status| status.to_string()),
        ]);
    }
    say_table(&shown);
    Ok(())
}

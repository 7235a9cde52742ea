//! Hearing of tickets: what a call tells and what a list tells comes to the same.

use entities::db::Txn;
use entities::source::table::Model as Source;
use entities::ticket::queries::{Heard, Hearing, hear};
use entities::time::At;
use serde_json::json;
use ticketing::system::{Happened, Mention};

use crate::context::Context;
use crate::sources::system;
use crate::trouble::Trouble;

/// From whom it is heard.
#[derive(Clone, Copy, Debug)]
pub struct Teller {
    /// Whether a signature, or the system itself, vouches for what is told.
    pub vouched: bool,
    /// When it came; none of a list, which tells of changes, and these came before.
    pub received_at: Option<At>,
}

/// How many tickets were heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Something happened to these.
    pub news: usize,
    /// These belong to another account than the source's, or nobody can tell.
    pub foreign: usize,
}

/// Writes down what is told of a source's tickets.
///
/// # Errors
/// The database fails.
pub async fn hear_all(
    cx: &Context<'_>,
    txn: &Txn,
    source: &Source,
    mut mentions: Vec<Mention>,
    by: Teller,
) -> Result<Counts, Trouble> {
    let link = source.settings.link.as_ref();
    let ours = link.and_then(|link| link.actor.as_deref());
    let account = match link {
        Some(link) => system(source)?.account(&link.options),
        None => None,
    };
    // In one order everywhere, so that two calls about the same tickets never wait for each other.
    mentions.sort_by(|one, other| (&one.ticket, one.updated_at).cmp(&(&other.ticket, other.updated_at)));
    let mut counts = Counts::default();
    for mention in &mentions {
        if by.received_at.is_some() && !is_of(mention, account.as_deref(), by.vouched) {
            counts.foreign += 1;
            continue;
        }
        let document = mention.document.as_ref().map(|it| it.to_string().into_bytes());
        let changed_at = mention.updated_at.or(mention.occurred_at).map(At::from);
        let heard = Heard {
            external_id: &mention.ticket,
            document: document.as_deref(),
            vouched: by.vouched,
            changed_at,
            gone: mention.happened == Happened::Deleted,
            by_us: mention.is_by(ours),
            received_at: by.received_at.unwrap_or_else(|| changed_at.map_or(cx.now(), |at| at.min(cx.now()))),
        };
        match hear(txn, cx.store, source, heard).await? {
            Hearing::Echo => continue,
            Hearing::Known => {}
            Hearing::Gone(ticket) => {
                let data = json!({ "source": source.id, "ticket": ticket });
                cx.record_on(txn, source.controller_id, "ticket.gone", data).await?;
            }
        }
        counts.news += 1;
    }
    Ok(counts)
}

/// Whether a call tells of the account that the source is about. A call that names one where the settings name none may be about
/// anything our own account can see, so only a signature lets it in.
fn is_of(mention: &Mention, account: Option<&str>, vouched: bool) -> bool {
    match account {
        Some(ours) => mention.account.as_deref() == Some(ours),
        None => vouched || mention.account.is_none(),
    }
}

//! Looks for tickets of a source whose call never came: systems drop calls, and some never repeat them. What the list tells is
//! heard as a call would be.

use std::time::Duration;

use entities::error::StoreError;
use entities::id::SourceId;
use entities::source::queries::{by_id, note_cursor};
use entities::ticket::queries::{Heard, hear};
use entities::time::At;
use jiff::SignedDuration;
use ticketing::system::{Cursor, Happened, Mention};

use super::{PAUSED, link, trouble_at};
use crate::context::Context;
use crate::sources::kind;
use crate::trouble::Trouble;

/// How often the list is read.
const EVERY: Duration = Duration::from_secs(3600);
/// How far the next list goes back before the last change of this one: some systems list by an index that lags.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let source = by_id(cx.store.db.read(), SourceId(cx.item_id()?)).await?;
    let source = source.ok_or(StoreError::Corrupt("a source is missing"))?;
    let kind = kind(&source)?;
    if source.paused {
        return cx.again(cx.begin().await?, cx.now() + PAUSED, None).await;
    }
    let link = match link(cx, &source).await {
        Ok(link) => link.filter(|_| kind.row().lists),
        Err(Trouble::Ticketing(trouble)) => return trouble_at(cx, &source, trouble).await,
        Err(other) => return Err(other),
    };
    // Without a link there is no list; one that is given later makes the step anew.
    let Some(link) = link else { return cx.finish(cx.begin().await?).await };
    let stored = source.cursor.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let cursor = stored.unwrap_or_else(|| Cursor::from(source.created_at.timestamp()));
    let page = match kind.system().changed_since(&link, &cursor).await {
        Ok(page) => page,
        Err(trouble) => return trouble_at(cx, &source, trouble).await,
    };
    let ours = source.settings.link.as_ref().and_then(|link| link.actor.as_deref());
    // Some systems list more than was asked for, such as the whole hour before.
    let is_new = |it: &&Mention| it.updated_at.is_none_or(|at| at >= cursor.since);
    let is_others = |it: &&Mention| ours.is_none() || it.actor.as_deref() != ours;
    let mut news: Vec<_> = page.mentions.iter().filter(is_new).filter(is_others).collect();
    news.sort_by(|one, other| one.ticket.cmp(&other.ticket));
    let (txn, now) = (cx.begin().await?, cx.now());
    for mention in news {
        let document = mention.document.as_ref().map(|it| it.to_string().into_bytes());
        let heard = Heard {
            external_id: &mention.ticket,
            document: document.as_deref(),
            vouched: true,
            changed_at: mention.updated_at.or(mention.occurred_at).map(At::from),
            gone: mention.happened == Happened::Deleted,
        };
        hear(&txn, cx.store, &source, heard).await?;
    }
    let next = match page.more {
        true => page.next,
        // By the system's clock, which ours may be ahead of.
        false if page.next.since > cursor.since => Cursor::from(page.next.since - OVERLAP),
        false => Cursor::from(cursor.since),
    };
    let text = serde_json::to_string(&next).map_err(|_| StoreError::Corrupt("a cursor does not serialise"))?;
    note_cursor(&txn, now, source.id, text).await?;
    let wait = if page.more { Duration::ZERO } else { EVERY };
    cx.again(txn, now + wait, None).await
}

//! Looks for tickets of a source whose call never came: systems drop calls, and some never repeat them. What the list tells is
//! heard as a call would be.

use std::time::Duration;

use entities::error::StoreError;
use entities::id::SourceId;
use entities::source::queries::{by_id, note_cursor};
use entities::source::table::Model as Source;
use entities::time::At;
use jiff::SignedDuration;
use ticketing::link::Link;
use ticketing::system::{Cursor, Mention, Page, System};
use ticketing::trouble::Trouble as TicketTrouble;

use super::hearing::{Teller, hear_all};
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
    let mut cursor: Cursor = stored.unwrap_or_else(|| Cursor::from(source.created_at.timestamp()));
    let page = match changed(cx, &source, kind.system(), &link, &mut cursor).await {
        Ok(page) => page,
        Err(trouble) => return trouble_at(cx, &source, trouble).await,
    };
    // What was there before the source is none of it, whatever made its system list it.
    let is_ours = |it: &Mention| it.updated_at.is_none_or(|at| At::from(at) >= source.created_at);
    let mentions = page.mentions.into_iter().filter(is_ours).collect();
    let (txn, now) = (cx.begin().await?, cx.now());
    hear_all(cx, &txn, &source, mentions, Teller { vouched: true, received_at: None }).await?;
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

/// The next page. Systems forget how far a listing had come: then it begins anew where this one began.
async fn changed(
    cx: &Context<'_>,
    source: &Source,
    system: &dyn System,
    link: &Link,
    cursor: &mut Cursor,
) -> Result<Page, TicketTrouble> {
    match system.changed_since(link, cursor).await {
        Err(TicketTrouble::Rejected { status, .. }) if cursor.token.is_some() => {
            tracing::warn!(source = source.slug, status, step = %cx.step.id, "a list of tickets is begun anew");
            *cursor = Cursor::from(cursor.since);
            system.changed_since(link, cursor).await
        }
        answer => answer,
    }
}

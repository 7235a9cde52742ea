//! Reads one call of a source: which tickets it is about. What they say is looked at by a step of each ticket's own, so that a
//! call that comes twice, late or out of order ends in the same.

use entities::delivery::queries::{self, settle};
use entities::delivery::table::{DeliveryState, Model as Delivery};
use entities::error::StoreError;
use entities::id::DeliveryId;
use entities::source;
use entities::source::table::Model as Source;
use entities::ticket::queries::{Heard, hear};
use entities::time::At;
use serde_json::json;
use ticketing::system::{Happened, Mention};
use ticketing::unreadable::Unreadable;

use super::PAUSED;
use crate::context::Context;
use crate::sources::system;
use crate::trouble::Trouble;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let conn = cx.store.db.read();
    let id = DeliveryId(cx.item_id()?);
    let delivery = queries::by_id(conn, id).await?.ok_or(StoreError::Corrupt("a call is missing"))?;
    let source = source::queries::by_id(conn, delivery.source_id).await?;
    let source = source.ok_or(StoreError::Corrupt("a call's source is missing"))?;
    let body = queries::body(cx.store, &delivery)?;
    let Some(body) = body.filter(|_| delivery.state == DeliveryState::Received) else {
        return cx.finish(cx.begin().await?).await; // It was read, and the worker died before it could say so.
    };
    if source.paused {
        return cx.again(cx.begin().await?, cx.now() + PAUSED, None).await;
    }
    match system(&source)?.mentions(delivery.content_type.as_deref(), &body) {
        Ok(mentions) => read(cx, &source, &delivery, mentions).await,
        Err(unreadable) => refuse(cx, &source, &delivery, &unreadable).await,
    }
}

async fn read(cx: &Context<'_>, source: &Source, delivery: &Delivery, mentions: Vec<Mention>) -> Result<(), Trouble> {
    let ours = source.settings.link.as_ref().and_then(|link| link.actor.as_deref());
    // By account, not by time: a time lets echoes through, or keeps out what others do meanwhile.
    let mut news: Vec<Mention> =
        mentions.into_iter().filter(|it| ours.is_none() || it.actor.as_deref() != ours).collect();
    // In one order everywhere, so that two calls about the same tickets never wait for each other.
    news.sort_by(|one, other| (&one.ticket, one.updated_at).cmp(&(&other.ticket, other.updated_at)));
    let txn = cx.begin().await?;
    for mention in &news {
        let document = mention.document.as_ref().map(|it| it.to_string().into_bytes());
        let heard = Heard {
            external_id: &mention.ticket,
            document: document.as_deref(),
            vouched: delivery.vouched,
            changed_at: mention.updated_at.or(mention.occurred_at).map(At::from),
            gone: mention.happened == Happened::Deleted,
        };
        hear(&txn, cx.store, source, heard).await?;
    }
    let state = if news.is_empty() { DeliveryState::Ignored } else { DeliveryState::Read };
    settle(&txn, cx.now(), delivery.id, state, None).await?;
    cx.finish(txn).await
}

async fn refuse(
    cx: &Context<'_>,
    source: &Source,
    delivery: &Delivery,
    unreadable: &Unreadable,
) -> Result<(), Trouble> {
    let problem = unreadable.to_string();
    tracing::warn!(source = source.slug, problem, "a call cannot be read");
    let txn = cx.begin().await?;
    settle(&txn, cx.now(), delivery.id, DeliveryState::Unreadable, Some(&problem)).await?;
    let data = json!({ "source": source.id, "delivery": delivery.id, "problem": problem });
    cx.record_on(&txn, source.controller_id, "delivery.unreadable", data).await?;
    cx.finish(txn).await
}

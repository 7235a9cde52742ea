//! Reads one call of a source: which tickets it is about. What they say is looked at by a step of each ticket's own, so that a
//! call that comes twice, late or out of order ends in the same.

use entities::delivery::queries::{self, settle};
use entities::delivery::table::{DeliveryState, Model as Delivery};
use entities::error::StoreError;
use entities::id::DeliveryId;
use entities::source;
use entities::source::table::Model as Source;
use serde_json::json;
use ticketing::system::Mention;
use ticketing::unreadable::Unreadable;

use super::PAUSED;
use super::hearing::{Teller, hear_all};
use crate::context::Context;
use crate::sources::system;
use crate::trouble::Trouble;

/// What is noted of a call about somebody else's tickets.
const FOREIGN: &str = "it is about another account than the source's options name";

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
    let by = Teller { vouched: delivery.vouched, received_at: Some(delivery.received_at) };
    let txn = cx.begin().await?;
    let counts = hear_all(cx, &txn, source, mentions, by).await?;
    let state = if counts.news > 0 { DeliveryState::Read } else { DeliveryState::Ignored };
    let problem = (counts.foreign > 0).then_some(FOREIGN);
    settle(&txn, cx.now(), delivery.id, state, problem).await?;
    if let Some(problem) = problem {
        tracing::warn!(source = source.slug, problem, tickets = counts.foreign, "a call was not followed");
        let data = json!({ "source": source.id, "delivery": delivery.id, "tickets": counts.foreign });
        cx.record_on(&txn, source.controller_id, "delivery.foreign", data).await?;
    }
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

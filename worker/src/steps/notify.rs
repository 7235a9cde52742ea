//! Tells one subscriber what waits to be told, one message after the other.
//!
//! One step a subscriber and not one a message: so a subscriber is called by one process at a time, one that is down costs an
//! attempt a minute however much waits for it, and a thousand messages are a thousand rows that nobody claims. An attempt is
//! written down before anything is sent, with the instant of the next should this process die: what was sent may then be sent
//! again, with the same id. A message that failed does not hold up the others; a reader goes by their `seq`.

mod owner;

use entities::announcement::delivery;
use entities::announcement::table::Model as Announcement;
use entities::announcement::table::delivery::Model as Delivery;
use entities::client::reach::Reach;
use entities::db::Txn;
use entities::error::StoreError;
use entities::id::{AnnouncementAttemptId, SubscriberId};
use entities::step::queue;
use entities::subscriber::table::{DisabledFor, Model as Subscriber};
use entities::subscriber::{health, keys, manage, queries};
use rand::Rng;
use webhooks::sign::MessageId;

use crate::context::Context;
use crate::outbound::schedule::{Failed, rest, wait};
use crate::outbound::send::{Answer, Message, send};
use crate::trouble::Trouble;

/// How many messages are sent before other steps get their turn.
const AT_ONCE: usize = 10;

/// What is being sent.
struct Attempt {
    subscriber: Subscriber,
    delivery: Delivery,
    announcement: Announcement,
    id: AnnouncementAttemptId,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let id = cx.step.item_id.map(SubscriberId).ok_or(StoreError::Corrupt("a step names no subscriber"))?;
    for _ in 0..AT_ONCE {
        let Some(attempt) = begin(cx, id).await? else { return Ok(()) };
        let answer = call(cx, &attempt).await?;
        end(cx, &attempt, answer).await?;
    }
    let (txn, _) = locked(cx, id).await?;
    cx.again(txn, cx.now(), None).await
}

/// Begins a transaction that only commits while the lease is held. Whoever changes a subscriber locks it before its step.
async fn locked(cx: &Context<'_>, id: SubscriberId) -> Result<(Txn, Option<Subscriber>), Trouble> {
    let txn = cx.store.db.begin().await?;
    let row = queries::lock(&txn, &Reach::installation(), id).await?;
    queue::hold(&txn, cx.step).await?;
    Ok((txn, row))
}

/// Takes the next message and notes that it is about to be sent. If there is none, or not yet, the step ends or waits.
async fn begin(cx: &Context<'_>, id: SubscriberId) -> Result<Option<Attempt>, Trouble> {
    let (txn, row) = locked(cx, id).await?;
    let now = cx.now();
    let Some(subscriber) = row.filter(Subscriber::is_on) else {
        cx.finish(txn).await?;
        return Ok(None);
    };
    let due = if subscriber.rests_until > now { None } else { delivery::due(&*txn, id, now).await? };
    let Some((delivery, announcement)) = due else {
        match delivery::next_at(&*txn, id).await? {
            Some(next) => cx.again(txn, next.max(subscriber.rests_until), None).await?,
            None => cx.finish(txn).await?,
        }
        return Ok(None);
    };
    let attempts = delivery.attempts + 1;
    // A process that dies is no worse than a call that fails; and after its last attempt a message gets one more.
    let lost = Failed { failure: entities::announcement::kind::Failure::NoConnection, status: None, retry_after: None };
    let if_lost = now + wait(attempts, lost, 0.0).unwrap_or(cx.config.lease);
    let attempt = delivery::begin(&txn, now, &delivery, if_lost).await?;
    let delivery = Delivery { attempts, ..delivery };
    txn.commit().await?;
    Ok(Some(Attempt { subscriber, delivery, announcement, id: attempt }))
}

async fn call(cx: &Context<'_>, attempt: &Attempt) -> Result<Answer, Trouble> {
    let (now, body) = (cx.now(), attempt.announcement.payload.clone());
    let signer = keys::signer(cx.store.db.read(), &cx.store.safe, attempt.subscriber.id, now).await?;
    let id = MessageId::new(&attempt.announcement.message_id());
    let id = id.map_err(|_| StoreError::Corrupt("a message's id is none"))?;
    let headers = signer.headers(&id, now.timestamp(), body.as_bytes());
    let message = Message { url: &attempt.subscriber.url, headers, body };
    Ok(send(cx.egress, message, cx.config.notify_timeout, now).await)
}

/// Notes how it ended, and what follows for the message and for the subscriber.
async fn end(cx: &Context<'_>, attempt: &Attempt, answer: Answer) -> Result<(), Trouble> {
    let (txn, row) = locked(cx, attempt.subscriber.id).await?;
    let now = cx.now();
    let word = answer.ended.failure.map_or("delivered", |failure| failure.as_str());
    metrics::counter!("dsr_announcements_total", "outcome" => word).increment(1);
    let Some(failed) = answer.failed() else {
        delivery::end(&txn, now, &attempt.delivery, attempt.id, answer.ended, None).await?;
        if let Some(row) = row {
            health::succeeded(&txn, now, &row).await?;
        }
        return Ok(txn.commit().await?);
    };
    let wait = wait(attempt.delivery.attempts, failed, rand::rng().random_range(-1.0..1.0));
    let status = answer.ended.status;
    tracing::info!(subscriber.id = %attempt.subscriber.id, status, failure = word, attempts = attempt.delivery.attempts,
                   "a subscriber did not take a message");
    delivery::end(&txn, now, &attempt.delivery, attempt.id, answer.ended, wait.map(|wait| now + wait)).await?;
    if let Some(row) = row {
        let row = health::failed(&txn, now, &row, now + rest(wait, failed, row.failing_since.is_some())).await?;
        let why = match answer {
            answer if answer.is_gone() => Some(DisabledFor::Gone),
            _ if row.has_failed_for_good(now) => Some(DisabledFor::Failing),
            _ => None,
        };
        if let Some(why) = why.filter(|_| row.is_on()) {
            let row = manage::disable(&txn, now, &cx.actor, &row, why).await?;
            owner::write(cx, &txn, &row).await?;
        } else if wait.is_none() && row.is_on() && health::may_warn(&txn, now, &row).await? {
            owner::write(cx, &txn, &row).await?;
        }
    }
    Ok(txn.commit().await?)
}

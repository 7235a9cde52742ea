//! Tells one subscriber what waits to be told, one message after the other.
//!
//! One step a subscriber and not one a message: so a subscriber is called by one process at a time, one that is down costs an
//! attempt a minute however much waits for it, and a thousand messages are a thousand rows that nobody claims. An attempt is
//! written down before anything is sent, with the instant of the next should this process die: what was sent may then be sent
//! again, with the same id. A message that failed does not hold up the others; a reader goes by their `seq`.

pub(super) mod owner;
mod schedule;
mod send;

use std::time::{Duration, Instant};

use entities::announcement::delivery;
use entities::announcement::kind::Failure;
use entities::announcement::table::delivery::Model as Delivery;
use entities::client::reach::Reach;
use entities::db::Txn;
use entities::error::StoreError;
use entities::id::{AnnouncementAttemptId, SubscriberId};
use entities::step::lease;
use entities::subscriber::table::{DisabledFor, Model as Subscriber};
use entities::subscriber::{health, keys, manage, queries};
use rand::Rng;
use webhooks::sign::MessageId;

use self::schedule::{Failed, rest, wait};
use self::send::{Answer, Message, send};
use crate::context::Context;
use crate::trouble::Trouble;

/// How many messages are sent before other steps get their turn.
const AT_ONCE: usize = 10;

/// And for how long at most: no message is begun after that.
const TURN: Duration = Duration::from_secs(5);

/// A subscriber that took nothing for so long and takes something again is sent at once whatever waits for it. What failed within
/// a shorter time is due soon by itself; and a message that fails alone among others is not tried more often for their sake.
const BACK_AFTER: Duration = Duration::from_secs(5 * 60);

/// What is being sent.
struct Attempt {
    subscriber: SubscriberId,
    /// Where it goes.
    url: String,
    headers: [(&'static str, String); 3],
    body: String,
    delivery: Delivery,
    id: AnnouncementAttemptId,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let id = SubscriberId(cx.item_id()?);
    let begun = Instant::now();
    for _ in 0..AT_ONCE {
        let Some(attempt) = begin(cx, id).await? else { return Ok(()) };
        let message = Message { url: &attempt.url, headers: attempt.headers.clone(), body: attempt.body.clone() };
        let answer = send(cx.egress, message, cx.config.notify_timeout, cx.now()).await;
        end(cx, &attempt, answer).await?;
        if begun.elapsed() >= TURN {
            break;
        }
    }
    let (txn, _) = locked(cx, id).await?;
    cx.again(txn, cx.now(), None).await
}

/// Begins a transaction that only commits while the lease is held. Whoever changes a subscriber locks it before its step.
async fn locked(cx: &Context<'_>, id: SubscriberId) -> Result<(Txn, Option<Subscriber>), Trouble> {
    let txn = cx.store.db.begin().await?;
    let row = queries::lock(&txn, &Reach::installation(), id).await?;
    lease::hold(&txn, cx.step).await?;
    Ok((txn, row))
}

/// Takes the next message, signs it, and notes that it is about to be sent. If there is none, or not yet, the step ends or waits.
/// What goes wrong here is ours: no attempt has begun.
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
    let signer = keys::signer(&*txn, &cx.store.safe, id, now).await?;
    let message_id = MessageId::new(&announcement.message_id());
    let message_id = message_id.map_err(|_| StoreError::Corrupt("a message's id is none"))?;
    let headers = signer.headers(&message_id, now.timestamp(), announcement.payload.as_bytes());
    let url = subscriber.url(&cx.store.safe)?;
    // A process that dies is no worse than a call that fails; and after its last attempt a message gets one more.
    let lost = Failed { failure: Failure::NoConnection, status: None, retry_after: None };
    let if_lost = now + wait(delivery.attempts + 1, lost, 0.0).unwrap_or(cx.config.lease);
    let (delivery, attempt) = delivery::begin(&txn, now, delivery, if_lost).await?;
    txn.commit().await?;
    Ok(Some(Attempt { subscriber: id, url, headers, body: announcement.payload, delivery, id: attempt }))
}

/// Notes how it ended, and what follows for the message and for the subscriber. A subscriber that has got another address
/// meanwhile is not judged by what the old one answered.
async fn end(cx: &Context<'_>, attempt: &Attempt, answer: Answer) -> Result<(), Trouble> {
    let (txn, row) = locked(cx, attempt.subscriber).await?;
    let now = cx.now();
    let judged = match row {
        Some(row) if row.url(&cx.store.safe)? == attempt.url => Some(row),
        _ => None,
    };
    let word = answer.ended.failure.map_or("delivered", |failure| failure.as_str());
    metrics::counter!("dsr_announcements_total", "outcome" => word).increment(1);
    let Some(failed) = answer.failed() else {
        delivery::end(&txn, now, &attempt.delivery, attempt.id, answer.ended, None).await?;
        if let Some(row) = judged {
            health::succeeded(&txn, now, &row).await?;
            if row.failing_since(now).is_some_and(|since| now.since(since) >= BACK_AFTER) {
                delivery::hurry(&txn, now, row.id).await?;
            }
        }
        return Ok(txn.commit().await?);
    };
    let wait = wait(attempt.delivery.attempts, failed, rand::rng().random_range(-1.0..1.0));
    let status = answer.ended.status;
    tracing::info!(subscriber.id = %attempt.subscriber, status, failure = word, attempts = attempt.delivery.attempts,
                   "a subscriber did not take a message");
    // Where the address is another, the wait that the old one earned does not count either.
    let again = if judged.is_some() { wait.map(|wait| now + wait) } else { Some(now) };
    delivery::end(&txn, now, &attempt.delivery, attempt.id, answer.ended, again).await?;
    if let Some(row) = judged {
        judge(cx, &txn, &row, answer, failed, wait).await?;
    }
    Ok(txn.commit().await?)
}

/// Notes that a subscriber did not take something, switches it off if that is enough, and has its owner told.
async fn judge(
    cx: &Context<'_>,
    txn: &Txn,
    row: &Subscriber,
    answer: Answer,
    failed: Failed,
    wait: Option<Duration>,
) -> Result<(), Trouble> {
    let now = cx.now();
    let rests_until = now + rest(wait, failed, row.failing_since(now).is_some());
    let row = health::failed(txn, now, row, rests_until).await?;
    let why = match answer {
        answer if answer.is_gone() => Some(DisabledFor::Gone),
        _ if row.has_failed_for_good(now) => Some(DisabledFor::Failing),
        _ => None,
    };
    if let Some(why) = why.filter(|_| row.is_on()) {
        let row = manage::disable(txn, now, &cx.actor, &row, why).await?;
        owner::write(cx, txn, &row).await?;
    } else if wait.is_none() && row.is_on() && health::may_warn(now, &row) {
        owner::write(cx, txn, &row).await?;
    }
    Ok(())
}

//! Sends one letter.
//!
//! An attempt is written down before anything is sent, so that a worker which dies in between is counted. A letter is sent
//! under the step's lease and by nobody else; what a dead worker may have sent is sent again with the same message id.
//!
//! That the mail server took it commits before what follows from it: were they one, a conflict in what follows would take back
//! the word of the server, and the letter would go out once more. The step stays until what follows is done, so that whoever
//! finds it at a letter that was sent knows what is left to do.

mod effects;

use entities::client::reach::Reach;
use entities::error::StoreError;
use entities::id::LetterId;
use entities::letter::kind::LetterState;
use entities::letter::outbox::{self, Words};
use entities::letter::queries::by_id;
use entities::letter::table::Model as Letter;
use entities::step::lease;
use letters::kind::DeliveryCause;

use crate::context::Context;
use crate::mail::delivery::Delivery;
use crate::mail::message::{message, message_id};
use crate::runner::remedy::backoff;
use crate::trouble::Trouble;

/// How often a letter may be lost when the server may have taken it already, before a person is asked.
const MAY_HAVE_ARRIVED: i64 = 3;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let id = cx.step.letter_id.ok_or(StoreError::Corrupt("a step names no letter"))?;
    let conn = cx.store.db.read();
    let letter = by_id(conn, &Reach::installation(), id).await?.ok_or(StoreError::Corrupt("a letter is missing"))?;
    match letter.state {
        LetterState::Queued => {}
        LetterState::Sent => return follow(cx, id).await,
        LetterState::Held | LetterState::Failed | LetterState::Superseded => return cx.finish(cx.begin().await?).await,
    }
    let controller = cx.controller().await?;
    let name = controller.policy.writing.from_name.as_deref().unwrap_or(&controller.name);
    let txn = cx.begin().await?;
    let id_for_mail = message_id(&letter, cx.mailer.config());
    let Some(letter) = outbox::begin_attempt(&txn, cx.now(), letter.id, &id_for_mail).await? else {
        return cx.finish(txn).await; // Another took its place just now, or it was held back.
    };
    txn.commit().await?;
    // The words that it has now: from here on nobody changes them.
    let words = match outbox::words(conn, &cx.store.safe, &letter).await {
        Ok(words) => words,
        Err(StoreError::Erased) => return fail(cx, &letter, "erased", DeliveryCause::NotSent).await,
        Err(error) => return Err(error.into()),
    };
    match send(cx, &letter, &words, name).await {
        Ok(Delivery::Accepted(answer)) => sent(cx, &letter, &answer).await,
        Ok(Delivery::Refused(answer)) => fail(cx, &letter, &answer.to_string(), DeliveryCause::Rejected).await,
        Ok(Delivery::Deferred(answer)) => later(cx, &letter, &answer.to_string(), false).await,
        Ok(Delivery::Unclear) => later(cx, &letter, "connection lost after the message", true).await,
        Ok(Delivery::Away(away)) => Err(away.into()),
        Err(not_mailable) => fail(cx, &letter, &not_mailable, DeliveryCause::NotSent).await,
    }
}

async fn send(cx: &Context<'_>, letter: &Letter, words: &Words, name: &str) -> Result<Delivery, String> {
    let message = message(letter, words, cx.mailer.config(), name).map_err(|error| error.to_string())?;
    Ok(cx.mailer.send(letter, &message).await)
}

async fn sent(cx: &Context<'_>, letter: &Letter, answer: &str) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    outbox::settle(&txn, cx.now(), &cx.actor, letter, LetterState::Sent, answer).await?;
    txn.commit().await?;
    follow(cx, letter.id).await
}

/// Does what follows from a letter's going out, and ends the step with it.
async fn follow(cx: &Context<'_>, id: LetterId) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    let sent = by_id(&*txn, &Reach::installation(), id).await?.ok_or(StoreError::Corrupt("a letter is missing"))?;
    effects::of_sending(cx, &txn, &sent).await?;
    cx.finish(txn).await
}

/// Tries again after a wait that grows, until the letter has been tried for too long.
async fn later(cx: &Context<'_>, letter: &Letter, answer: &str, unclear: bool) -> Result<(), Trouble> {
    let now = cx.now();
    let wait = backoff(cx.config.retry_after, letter.attempts);
    tracing::info!(answer, attempts = letter.attempts, wait_ms = wait.as_millis(), "a letter is sent again later");
    let txn = cx.begin().await?;
    outbox::note_answer(&txn, now, letter, answer, unclear).await?;
    if unclear && letter.unclear + 1 >= MAY_HAVE_ARRIVED {
        txn.commit().await?;
        return fail(cx, letter, "may have arrived; ask before it is sent again", DeliveryCause::Unreachable).await;
    }
    if now.since(letter.queued_at) > cx.mailer.config().give_up_after {
        txn.commit().await?;
        return fail(cx, letter, &format!("given up after {answer}"), DeliveryCause::Unreachable).await;
    }
    lease::again(&txn, now, cx.step, now + wait, None).await?;
    Ok(txn.commit().await?)
}

async fn fail(cx: &Context<'_>, letter: &Letter, answer: &str, cause: DeliveryCause) -> Result<(), Trouble> {
    tracing::warn!(answer, kind = %letter.kind, "a letter could not be delivered");
    let txn = cx.begin().await?;
    if let Some(failed) = outbox::settle(&txn, cx.now(), &cx.actor, letter, LetterState::Failed, answer).await? {
        effects::of_failure(cx, &txn, &failed, answer, cause).await?;
    }
    cx.finish(txn).await
}

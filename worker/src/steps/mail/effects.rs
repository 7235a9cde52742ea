//! What follows when a letter has gone out, or could not.

use entities::db::Txn;
use entities::letter::kind::Audience;
use entities::letter::table::Model as Letter;
use entities::question::queries::{answer, ask};
use entities::question::table::QuestionCode;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use serde_json::json;

use crate::context::Context;
use crate::trouble::Trouble;

/// A letter went out: what it was owed for is done.
///
/// # Errors
/// The database fails.
pub async fn of_sending(cx: &Context<'_>, txn: &Txn, letter: &Letter) -> Result<(), Trouble> {
    let Some(request) = letter.request_id else { return Ok(()) };
    let request = cx.lock_request(txn, request).await?;
    let bounced = [QuestionCode::LetterBounced];
    answer(txn, cx.now(), &cx.actor, &request, &bounced, Some(&letter.id.to_string())).await?;
    if letter.kind.is_answer() && !request.status.is_closed() {
        queue::add(&**txn, cx.now(), [NewStep::of(&request, StepKind::Close, cx.now())]).await?;
    }
    Ok(())
}

/// A letter did not go out: a person is asked. The question names the letter and what the mail server said, never the address.
///
/// # Errors
/// The database fails.
pub async fn of_failure(cx: &Context<'_>, txn: &Txn, letter: &Letter, answer: &str) -> Result<(), Trouble> {
    let Some(request) = letter.request_id.filter(|_| letter.audience == Audience::Person) else { return Ok(()) };
    let request = cx.lock_request(txn, request).await?;
    let detail = json!({ "letter": letter.id, "kind": letter.kind, "answer": answer });
    let about = letter.id.to_string();
    ask(txn, cx.now(), &cx.actor, &request, QuestionCode::LetterBounced, &about, detail).await?;
    Ok(())
}

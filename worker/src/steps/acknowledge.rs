//! Writes to the person that the request came in, and how to prove who they are.
//!
//! Why a step and not the call that files the request: filing is what callers wait for, and this need not be. The step commits
//! with the request, so the letter cannot be forgotten.

use entities::letter::kind::LetterKind;
use entities::letter::owe::{is_written, owe};
use entities::request::status::RequestStatus;

use crate::context::Context;
use crate::trouble::Trouble;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    if !request.status.is_closed() {
        let asks_for_proof = matches!(request.status, RequestStatus::Received | RequestStatus::Verifying);
        let kinds = [(LetterKind::Acknowledgement, true), (LetterKind::IdentityLink, asks_for_proof)];
        for (kind, _) in kinds.into_iter().filter(|(_, is_owed)| *is_owed) {
            if !is_written(&txn, &request, kind).await? {
                owe(&txn, cx.store, &cx.actor, &request, kind, None).await?;
            }
        }
    }
    cx.finish(txn).await
}

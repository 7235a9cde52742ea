//! Tells officers that a request's date comes near, or has passed.

use crate::context::Context;
use crate::trouble::Trouble;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    cx.finish(txn).await
}

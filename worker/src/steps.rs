//! What can be done, a file each. A step may run twice, so each looks at what is stored before it acts, and commits what it
//! found together with what comes next.

pub mod acknowledge;
pub mod close;
pub mod collapse;
pub mod collect;
pub mod mail;
pub mod plan;
pub mod remind;
pub mod resolve;
pub mod submit;
pub mod track;

use entities::step::kind::StepKind;

use crate::context::Context;
use crate::trouble::Trouble;

/// Runs a step. The one place that knows all of them.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    match cx.step.kind {
        StepKind::Resolve => resolve::run(cx).await,
        StepKind::Collapse => collapse::run(cx).await,
        StepKind::Plan => plan::run(cx).await,
        StepKind::Submit => submit::run(cx).await,
        StepKind::Track => track::run(cx).await,
        StepKind::Collect => collect::run(cx).await,
        StepKind::Close => close::run(cx).await,
        StepKind::Acknowledge => acknowledge::run(cx).await,
        StepKind::Mail => mail::run(cx).await,
        StepKind::Remind => remind::run(cx).await,
    }
}

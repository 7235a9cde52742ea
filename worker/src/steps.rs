//! What can be done, a file each. A step may run twice, so each looks at what is stored before it acts, and commits what it
//! found together with what comes next.

pub mod acknowledge;
pub mod close;
pub mod collapse;
pub mod collect;
mod hearing;
pub mod ingest;
pub mod mail;
pub mod notify;
pub mod plan;
pub mod reconcile;
pub mod remind;
pub mod resolve;
pub mod submit;
pub mod take_up;
pub mod track;
pub mod write_back;

use std::sync::Arc;
use std::time::Duration;

use entities::db::Txn;
use entities::source::queries::note_trouble;
use entities::source::table::Model as Source;
use entities::step::kind::StepKind;
use entities::time::At;
use jiff::Timestamp;
use serde_json::json;
use ticketing::link::Link;
use ticketing::trouble::Trouble as TicketTrouble;

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
        StepKind::Ingest => ingest::run(cx).await,
        StepKind::TakeUp => take_up::run(cx).await,
        StepKind::WriteBack => write_back::run(cx).await,
        StepKind::Reconcile => reconcile::run(cx).await,
        StepKind::Notify => notify::run(cx).await,
    }
}

/// How long a paused source is left alone before it is looked at again.
const PAUSED: Duration = Duration::from_secs(60);
/// How long what a person must mend is left alone.
const MENDING: Duration = Duration::from_secs(600);
/// For how long a ticket that is not to be seen is sought, how soon first, and how seldom at last.
const SOUGHT: Duration = Duration::from_secs(24 * 3600);
const SOUGHT_AFTER: Duration = Duration::from_secs(60);
const SOUGHT_EVERY: Duration = Duration::from_secs(2 * 3600);
/// How a step remembers since when.
const SOUGHT_SINCE: &str = "sought since ";

/// Until when a step's ticketing system wants to be left alone, if it still does. Whatever wakes the step meanwhile, such as a
/// request that moves, is no reason to ask before.
fn left_alone(cx: &Context<'_>) -> Option<At> {
    let until: Timestamp = cx.step.state.as_deref()?.parse().ok()?;
    Some(At::from(until)).filter(|until| *until > cx.now())
}

/// The way to a source's system, if it has one and may be called now.
async fn link(cx: &Context<'_>, source: &Source) -> Result<Option<Arc<Link>>, Trouble> {
    match left_alone(cx) {
        Some(until) => Err(TicketTrouble::RateLimited { wait: until.since(cx.now()) }.into()),
        None => cx.sources.link(source).await,
    }
}

/// Does with a step that met trouble at a ticketing system what the trouble asks for: what passes by itself is waited for, what
/// a person must mend is shown at the source and tried now and then.
async fn trouble_at(cx: &Context<'_>, source: &Source, trouble: TicketTrouble) -> Result<(), Trouble> {
    if let TicketTrouble::RateLimited { wait } = trouble {
        let until = cx.now() + wait;
        return cx.again(cx.begin().await?, until, Some(until.to_string())).await;
    }
    // A ticket that is gone is its step's own affair; where a list is gone, the address is wrong.
    let passes =
        matches!(trouble, TicketTrouble::Down { .. } | TicketTrouble::Unclear { .. } | TicketTrouble::Conflict);
    if passes {
        return Err(trouble.into());
    }
    let txn = cx.begin().await?;
    show_trouble(cx, &txn, source, &trouble).await?;
    cx.again(txn, cx.now() + MENDING, None).await
}

/// Shows at a source what a person must mend there.
async fn show_trouble(cx: &Context<'_>, txn: &Txn, source: &Source, trouble: &TicketTrouble) -> Result<(), Trouble> {
    let word = trouble.to_string();
    tracing::warn!(source = source.slug, trouble = word, "a ticketing system needs a person");
    if source.trouble.as_deref() != Some(word.as_str()) {
        note_trouble(txn, source.id, Some(&word)).await?;
        let data = json!({ "source": source.id, "trouble": word });
        cx.record_on(txn, source.controller_id, "source.troubled", data).await?;
    }
    Ok(())
}

/// When to look again for a ticket that its system says is not there, and what the step remembers of the search; none once it was
/// sought for long enough. Our account may lack the right to see it, which a person can mend, and most systems tell nobody so.
fn seek_again(cx: &Context<'_>) -> Option<(At, String)> {
    let begun = cx.step.state.as_deref().and_then(|state| state.strip_prefix(SOUGHT_SINCE)?.parse::<Timestamp>().ok());
    let begun = begun.map_or(cx.now(), At::from);
    let sought = cx.now().since(begun);
    // Each wait is as long as all before it together.
    let wait = sought.clamp(SOUGHT_AFTER, SOUGHT_EVERY);
    (sought < SOUGHT).then(|| (cx.now() + wait, format!("{SOUGHT_SINCE}{begun}")))
}

/// A source's system did as it was asked: what kept us from it is over.
async fn note_well(cx: &Context<'_>, source: &Source) -> Result<(), Trouble> {
    if source.trouble.is_none() {
        return Ok(());
    }
    let txn = cx.begin().await?;
    note_trouble(&txn, source.id, None).await?;
    Ok(txn.commit().await?)
}

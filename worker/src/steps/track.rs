//! Looks after all open jobs of a controller, round by round, until there are none.
//!
//! The platform has no notification for these requests, so it is asked (contract §10). A round costs pages or single reads,
//! whichever is cheaper; a merge set whose members are not all covered yet needs the list, because only there do the jobs
//! show that the platform makes by itself.

pub mod coverage;
mod observe;
mod relief;
mod scan;
mod troubles;

use std::cmp::min;

use entities::job::queries::open;
use entities::job::table::Model as Job;
use entities::time::At;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::trouble::Trouble;
use coverage::Gap;
use scan::Scan;
use troubles::Troubles;

/// The part of the cadence by which a look may come early.
const SOON: u32 = 8;

/// What a round remembers for the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// How many rows the platform's list had when it was last read.
    rows: Option<u64>,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let controller = cx.controller().await?;
    let policy = &controller.policy;
    let mut memory: Memory =
        cx.step.state.as_deref().and_then(|state| serde_json::from_str(state).ok()).unwrap_or_default();
    let jobs = open(cx.store.db.read(), controller.id).await?;
    let gaps = coverage::gaps(cx.store.db.read(), controller.id).await?;
    let now = cx.now();
    // Jobs that are due soon are looked at along with those that are due: otherwise thirty jobs placed minutes apart would for
    // ever cost thirty rounds of one read each.
    let soon = now + policy.poll_every() / SOON;
    let is_due = |job: &&Job| job.next_poll_at.is_none_or(|at| at <= soon);
    let has_gap_due = gaps.iter().any(|gap| gap.looked_for_at(policy) <= now);
    if !has_gap_due && jobs.iter().all(|job| job.next_poll_at.is_some_and(|at| at > now)) {
        return rest(cx, &jobs, &gaps, &memory).await;
    }
    let platform = cx.platform(&controller).await?;
    let by_list = has_gap_due || is_list_cheaper(jobs.len(), memory.rows, policy.page_size);
    let mut listed = None;
    if by_list {
        // The copies that the platform makes for a merge set show only there, whatever that costs.
        let most = if has_gap_due { u64::MAX } else { jobs.len() as u64 };
        let rows = match scan::list(&platform, policy.page_size, most).await? {
            Scan::Whole(whole) => listed.insert(whole).rows,
            Scan::TooLong(rows) => rows,
        };
        memory.rows = Some(rows);
    }
    let mut seen = Vec::new();
    let mut troubles = Troubles::default();
    for job in &jobs {
        // A list that has been read tells of all jobs, due or not.
        let row = listed.as_ref().and_then(|listed| listed.row(job));
        if row.is_none() && !is_due(&job) {
            continue;
        }
        match observe::look(&platform, job, row).await {
            Ok(one) => seen.push((job, one)),
            Err(trouble) => troubles.note(job, trouble),
        }
        if troubles.end_the_round() {
            break;
        }
    }
    observe::write(cx, &seen).await?;
    if let Some(listed) = &listed
        && !gaps.is_empty()
        && !troubles.end_the_round()
    {
        let copies = coverage::Copies::on(cx, listed, controller.id).await?;
        for gap in &gaps {
            if let Err(trouble) = coverage::close(cx, policy, gap, &copies).await {
                troubles.note(gap.lead(), trouble);
            }
        }
    }
    troubles.worst()?;
    relief::tell(cx).await?;
    let jobs = open(cx.store.db.read(), controller.id).await?;
    let gaps = coverage::gaps(cx.store.db.read(), controller.id).await?;
    rest(cx, &jobs, &gaps, &memory).await
}

/// One page costs one call, as does one single read. The list tells of all open jobs at once, due or not, and puts off their
/// next look alike: so what counts is how many are open, not how many happen to be due. Before the list was ever read its
/// length is not known: its first page tells.
fn is_list_cheaper(open: usize, rows: Option<u64>, page_size: u32) -> bool {
    let open = open as u64;
    match rows {
        Some(rows) => rows.div_ceil(u64::from(page_size.max(1))).max(1) < open,
        None => open > 1,
    }
}

/// Sleeps until the next job or gap is due, or ends if there is nothing left to look after.
async fn rest(cx: &Context<'_>, jobs: &[Job], gaps: &[Gap], memory: &Memory) -> Result<(), Trouble> {
    let policy = cx.controller().await?.policy;
    let next_job = jobs.iter().map(|job| job.next_poll_at.unwrap_or(At::ZERO)).min();
    let next_gap = gaps.iter().map(|gap| gap.looked_for_at(&policy)).min();
    let txn = cx.begin().await?;
    match (next_job, next_gap) {
        (None, None) => cx.finish(txn).await,
        (one, other) => {
            let next = min(one.unwrap_or(At(i64::MAX)), other.unwrap_or(At(i64::MAX)));
            cx.again(txn, next, serde_json::to_string(memory).ok()).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_list_cheaper;

    #[test]
    fn the_cheaper_way_is_taken() {
        for (open, rows, page_size, list) in [
            (1, None, 100, false),
            (2, None, 100, true),
            (1, Some(0), 100, false),
            (2, Some(80), 100, true),
            (2, Some(101), 100, false),
            (3, Some(101), 100, true),
            (300, Some(40_000), 100, false),
            (401, Some(40_000), 100, true),
            (2, Some(10), 0, false),
        ] {
            assert_eq!(is_list_cheaper(open, rows, page_size), list, "{open} open, {rows:?} rows by {page_size}");
        }
    }
}

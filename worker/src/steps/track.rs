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
use troubles::Troubles;

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
    let due: Vec<&Job> = jobs.iter().filter(|job| job.next_poll_at.is_none_or(|at| at <= now)).collect();
    let gaps_due: Vec<&Gap> = gaps.iter().filter(|gap| gap.looked_for_at(policy) <= now).collect();
    if due.is_empty() && gaps_due.is_empty() {
        return rest(cx, &jobs, &gaps, &memory).await;
    }
    let platform = cx.platform(&controller).await?;
    let by_list = !gaps_due.is_empty() || is_list_cheaper(due.len(), memory.rows, policy.page_size);
    let listed = if by_list { Some(scan::list(&platform, policy.page_size).await?) } else { None };
    memory.rows = listed.as_ref().map(|listed| listed.rows).or(memory.rows);
    let mut seen = Vec::new();
    let mut troubles = Troubles::default();
    for job in due {
        match observe::look(&platform, job, listed.as_ref().and_then(|listed| listed.row(job))).await {
            Ok(one) => seen.push((job, one)),
            Err(trouble) => troubles.note(job, trouble),
        }
        if troubles.end_the_round() {
            break;
        }
    }
    observe::write(cx, &seen).await?;
    if let Some(listed) = &listed
        && !gaps_due.is_empty()
        && !troubles.end_the_round()
    {
        let copies = coverage::Copies::on(cx, listed, controller.id).await?;
        for gap in gaps_due {
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

/// One page costs one call, as does one single read. Before the list was ever read its length is not known: then single reads
/// are taken as long as they are few.
fn is_list_cheaper(due: usize, rows: Option<u64>, page_size: u32) -> bool {
    let due = due as u64;
    match rows {
        Some(rows) => rows.div_ceil(u64::from(page_size.max(1))).max(1) < due,
        None => due > 4,
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
        for (due, rows, page_size, list) in [
            (1, None, 100, false),
            (5, None, 100, true),
            (1, Some(0), 100, false),
            (2, Some(80), 100, true),
            (2, Some(101), 100, false),
            (3, Some(101), 100, true),
            (300, Some(40_000), 100, false),
            (401, Some(40_000), 100, true),
            (2, Some(10), 0, false),
        ] {
            assert_eq!(is_list_cheaper(due, rows, page_size), list, "{due} due, {rows:?} rows by {page_size}");
        }
    }
}

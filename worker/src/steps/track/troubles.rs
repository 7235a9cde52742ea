//! What goes wrong in a round, and whether it ends the round: a job that cannot be looked at must not keep the others from it.

use entities::job::table::Model as Job;
use genesys::error::PlatformError;

use crate::trouble::Trouble;

/// So many calls without a good answer mean that the platform is at fault, not a job.
const TOO_MANY: u32 = 3;

/// What went wrong in a round so far.
#[derive(Default)]
pub struct Troubles {
    unanswered: u32,
    first: Option<Trouble>,
    at_all: Option<Trouble>,
}

impl Troubles {
    /// Notes what went wrong at a job.
    pub fn note(&mut self, job: &Job, trouble: Trouble) {
        if matches!(trouble, Trouble::Platform(PlatformError::PlatformDown { .. })) {
            self.unanswered += 1;
        }
        if trouble.concerns_all() || self.unanswered == TOO_MANY {
            self.at_all = Some(trouble);
        } else {
            let trouble = Box::new(trouble);
            self.first.get_or_insert(Trouble::AtJob { job: job.id, request: job.request_id, trouble });
        }
    }

    /// Whether nothing further should be tried.
    pub fn end_the_round(&self) -> bool {
        self.at_all.is_some()
    }

    /// What concerns all, else what came first.
    ///
    /// # Errors
    /// That.
    pub fn worst(self) -> Result<(), Trouble> {
        self.at_all.or(self.first).map_or(Ok(()), Err)
    }
}

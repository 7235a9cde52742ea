//! Figures that were computed a short while ago. They are read from every request of their period, which is too much work for every
//! look at a page.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entities::id::{ControllerId, InvitationId};
use entities::time::At;
use jiff::civil::Date;
use sea_orm::DbErr;

use super::figures::Figures;

/// How long figures are shown. They say when they were computed.
pub const LIFE: Duration = Duration::from_secs(5 * 60);

/// Which figures.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Of {
    /// Whose requests.
    pub controller: ControllerId,
    /// The first day of receipt, in the controller's zone.
    pub from: Date,
    /// The last day of receipt.
    pub to: Date,
    /// The invitation outside of which nothing counts, if one bounds them.
    pub invitation: Option<InvitationId>,
}

type Place = Arc<tokio::sync::Mutex<Option<Figures>>>;

/// The figures of this process.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<Of, Place>>);

impl Kept {
    /// Figures not older than [`LIFE`]. Of several who ask for the same at once one computes, and the others wait.
    ///
    /// # Errors
    /// What computing fails with; nothing is kept then.
    pub async fn of(
        &self,
        of: Of,
        now: At,
        compute: impl Future<Output = Result<Figures, DbErr>>,
    ) -> Result<Figures, DbErr> {
        let place = self.place(of, now);
        let mut kept = place.lock().await;
        if let Some(figures) = kept.as_ref().filter(|figures| is_fresh(figures, now)) {
            return Ok(figures.clone());
        }
        let figures = compute.await?;
        *kept = Some(figures.clone());
        Ok(figures)
    }

    /// The place of some figures. Those that are too old, and that nobody computes, leave theirs.
    fn place(&self, of: Of, now: At) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| {
            place.try_lock().map_or(true, |kept| kept.as_ref().is_some_and(|figures| is_fresh(figures, now)))
        });
        places.entry(of).or_default().clone()
    }
}

fn is_fresh(figures: &Figures, now: At) -> bool {
    now.since(figures.as_of) < LIFE
}

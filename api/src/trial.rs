//! What a decision would come to: the answer of a dry run.

use entities::clock::table::{ClockState, Model};
use entities::time::At;
use serde::Serialize;
use utoipa::ToSchema;

use crate::request_view::RequestView;
use crate::schema;

/// What would come of a decision. Nothing was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
pub struct Trial {
    /// Always true.
    dry_run: bool,
    /// The request as it would be.
    request: RequestView,
    /// The clocks that would change. For an extension, with its notice sent at once.
    clocks: Vec<Change>,
}

/// How one duty's clock would change.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockChange)]
struct Change {
    /// The law.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// The duty.
    #[schema(schema_with = schema::duty)]
    duty: String,
    /// How it stands; null for a duty that would begin.
    from: Option<Standing>,
    /// How it would stand.
    to: Standing,
}

/// How a duty stands.
#[derive(PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ClockStanding)]
struct Standing {
    /// Whether it waits.
    #[schema(schema_with = schema::clock_state)]
    state: ClockState,
    /// The last instant of the cautious day.
    #[schema(schema_with = schema::instant)]
    cautious_at: At,
    /// The last instant of the statutory day.
    #[schema(schema_with = schema::instant)]
    statutory_at: At,
    /// The last instant of the day the controller aims at.
    #[schema(schema_with = schema::instant)]
    target_at: At,
}

impl From<&Model> for Standing {
    fn from(row: &Model) -> Self {
        Self {
            state: row.state,
            cautious_at: row.cautious_at,
            statutory_at: row.statutory_at,
            target_at: row.target_at,
        }
    }
}

impl Trial {
    /// What a trial came to.
    #[must_use]
    pub fn of(request: RequestView, before: &[Model], after: &[Model]) -> Self {
        let change = |row: &Model| {
            let earlier = before.iter().find(|it| it.regime == row.regime && it.duty == row.duty);
            let (from, to) = (earlier.map(Standing::from), Standing::from(row));
            let (regime, duty) = (row.regime.clone(), row.duty.clone());
            (from.as_ref() != Some(&to)).then_some(Change { regime, duty, from, to })
        };
        Self { dry_run: true, request, clocks: after.iter().filter_map(change).collect() }
    }
}

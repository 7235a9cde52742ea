//! What programs looked at of what the regulator's room shows. No invitation lets them look, so no invitation's page
//! tells of it.

use std::collections::HashMap;

use api::app::App;
use api::auth::scopes::RegulatorsInvite;
use entities::event::table::Model as Event;
use entities::id::RequestId;
use entities::regulator::look::of_clients;
use entities::request::queries::references;

use super::what;
use crate::dates::When;
use crate::listed::reached;
use crate::officer::Officer;
use crate::people::People;
use crate::refused::Refused;
use crate::shell::Shell;

/// The newest looks of programs.
pub struct Programs {
    pub looks: Vec<Look>,
    /// Whether there are older ones.
    pub are_more: bool,
}

/// One look.
pub struct Look {
    pub what: String,
    pub reference: Option<String>,
    pub who: String,
    pub controller: String,
    pub when: When,
    pub address: Option<String>,
}

/// As many are shown; all of them stand in the trail.
const SHOWN: usize = 20;

impl Programs {
    /// Those at the controllers for which the officer invites.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load(app: &App, officer: &Officer<RegulatorsInvite>, s: &Shell) -> Result<Self, Refused> {
        let conn = app.store.db.read();
        let controllers = reached(s, officer.reach()).into_iter().map(|row| row.id);
        let mut rows = of_clients(conn, officer.reach(), controllers, SHOWN as u64 + 1).await?;
        let are_more = rows.len() > SHOWN;
        rows.truncate(SHOWN);
        let people = People::load(conn, s.w, rows.iter().filter_map(|row| row.actor.parse().ok())).await?;
        let ids = rows.iter().filter_map(|row| row.request_id);
        let names: HashMap<RequestId, String> = references(conn, officer.reach(), ids).await?.into_iter().collect();
        let look = |row: Event| Look {
            what: what(s, &row),
            reference: row.request_id.and_then(|id| names.get(&id).cloned()),
            who: people.actor(row.actor_kind, &row.actor),
            controller: s.controller_name(row.controller_id),
            when: s.dates_of(row.controller_id).minute(row.at),
            address: row.address,
        };
        Ok(Self { looks: rows.into_iter().map(look).collect(), are_more })
    }
}

//! Each call by clients that hold every scope but one: refused exactly to the one that lacks what the call needs.

use entities::client::scope::Scope;

use super::described::Api;
use super::row::Row;
use super::world::World;

pub fn rows(world: &World, api: &Api) -> Vec<Row> {
    let at = &world.requests;
    let nothing = uuid::Uuid::now_v7().to_string();
    let mut rows = Vec::new();
    for (operation, needed) in api.guarded() {
        for scope in Scope::ALL {
            let name = format!("{} without {scope}", operation.path);
            let token = &world.callers.lacking[scope];
            if scope.as_str() == needed {
                let path = operation.about(&at.reviewing, &at.set_aside, &at.artifact, "acme");
                rows.push(operation.row(name, path).by(token).is(403, "insufficient_scope").naming(needed));
            } else if operation.path.contains('{') {
                // Whoever holds the scope comes as far as looking for something that is not there.
                let path = operation.about(&nothing, &nothing, &nothing, "nobody");
                rows.push(operation.row(name, path).by(token).is(404, "not_found"));
            }
        }
    }
    let blind = &world.callers.lacking[&Scope::RequestsReveal];
    for part in ["identifiers", "candidates", "plan", "jobs", "events"] {
        let path = format!("/api/v1/requests/{}/{part}?reveal=curiosity", at.reviewing);
        let row = Row::new(format!("{part} in the clear"), "GET", path).by(blind);
        rows.push(row.is(403, "insufficient_scope").naming("requests:reveal"));
    }
    assert!(rows.len() > 200, "{} rows", rows.len());
    rows
}

//! Finding a controller by its short name, within an officer's reach.

use api::app::App;
use api::auth::scopes::Needs;
use entities::controller::queries::by_slug;
use entities::controller::table::Model;

use crate::officer::Officer;
use crate::refused::Refused;

/// The controller of this short name.
///
/// # Errors
/// There is none within the reach of scope `S`, or the database fails.
pub async fn named<S: Needs>(app: &App, officer: &Officer<S>, slug: &str) -> Result<Model, Refused> {
    let found = by_slug(app.store.db.read(), slug).await?;
    found.filter(|row| officer.reach().covers(row.id)).ok_or_else(Refused::not_found)
}

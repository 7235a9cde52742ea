//! The grounds on which a request may be refused in whole or part, as ways to answer.

use api::app::App;
use entities::request::decide::grounds_of;
use entities::request::table::Model;
use law::refusal::Ground;

use crate::refused::Refused;
use crate::sheet::field::Opt;
use crate::shell::Shell;

/// The longest provision that one can name besides, in characters.
pub const LONGEST_BASIS: usize = 200;

/// The grounds that hold against a request under all its laws, each with what it means and its provision.
///
/// # Errors
/// The database fails.
pub async fn grounds(app: &App, s: &Shell, request: &Model) -> Result<Vec<Opt>, Refused> {
    let found = grounds_of(app.store.db.read(), request).await?;
    let option = |ground: &Ground| Opt {
        value: ground.code.to_owned(),
        label: s.w.known("ground", ground.code).unwrap_or_else(|| ground.code.replace('_', " ")),
        hint: format!("{} ({})", ground.text, ground.basis),
        lang: (s.lang != "en").then_some("en"),
    };
    Ok(found.iter().map(option).collect())
}

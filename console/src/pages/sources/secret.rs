//! What to enter on the other side, with a secret that was made just now and is shown this once.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::SourcesManage;
use entities::source::table::Model;
use secrecy::{ExposeSecret, SecretString};
use sources::description::Description;

use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown_once::ShownOnce;

/// Address and secret; where the secret was given, only where one goes on.
///
/// # Errors
/// The database fails, or somebody wrote past the rules.
pub async fn show(
    app: &App,
    officer: &Officer<SourcesManage>,
    row: &Model,
    made: Option<&SecretString>,
) -> Result<HttpResponse, Refused> {
    let onward = format!("/console/setup/sources/{}", row.id);
    let Some(made) = made else {
        return Ok(crate::page::go_to(&crate::own_path::OwnPath::read(&format!("{onward}?say=added"))));
    };
    let s = Shell::of(app, officer.visitor()).await?;
    let described = Description::of(row)?;
    let base = app.store.public_url.as_deref().unwrap_or_default();
    let address = described.address(Some(base), &row.slug).replace("<its secret>", made.expose_secret());
    let page = ShownOnce {
        title: s.t("source-secret-title"),
        says: s.t("source-secret-text"),
        items: vec![(s.t("source-address"), address), (s.t("source-secret"), made.expose_secret().to_owned())],
        next: vec![s.t("source-secret-enter"), s.t("source-secret-map"), s.t("source-secret-resume")],
        onward,
        s,
    };
    page.show()
}

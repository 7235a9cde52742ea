//! An invitation that was made just now: the link, shown this once.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::OfficersManage;
use entities::id::ClientId;
use entities::officer::invitation::{Invitation, PATH};
use secrecy::ExposeSecret;

use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown_once::ShownOnce;

/// The link, and what to do with it.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: &App,
    officer: &Officer<OfficersManage>,
    id: ClientId,
    made: &Invitation,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let base = app.store.public_url.as_deref().unwrap_or_default();
    let link = format!("{base}{PATH}{}", made.token.expose_secret());
    let until = s.dates().minute(made.expires_at).text().to_owned();
    let mut next = vec![s.t("officer-invited-give"), s.t("officer-invited-then")];
    if base.is_empty() {
        next.insert(0, s.t("officer-invited-bare"));
    }
    let page = ShownOnce {
        title: s.t("officer-invited"),
        says: s.with("officer-invited-text", "until", until),
        items: vec![(s.t("officer-invited-link"), link)],
        next,
        onward: format!("/console/setup/officers/{id}"),
        s,
    };
    page.show()
}

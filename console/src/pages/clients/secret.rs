//! A client's secret that was made just now, shown this once.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::OfficersManage;
use entities::id::ClientId;
use secrecy::{ExposeSecret, SecretString};

use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown_once::ShownOnce;

/// Id and secret, and what to do with them.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: &App,
    officer: &Officer<OfficersManage>,
    id: ClientId,
    secret: &SecretString,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let page = ShownOnce {
        title: s.t("client-secret-title"),
        says: s.t("client-secret-text"),
        items: vec![(s.t("client-id"), id.to_string()), (s.t("client-secret"), secret.expose_secret().to_owned())],
        next: vec![s.t("client-secret-keep"), s.t("client-secret-token")],
        onward: format!("/console/setup/clients/{id}"),
        s,
    };
    page.show()
}

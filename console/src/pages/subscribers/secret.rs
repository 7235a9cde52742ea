//! What a subscriber verifies with, made just now and shown this once.

use actix_web::HttpResponse;
use api::app::App;
use api::auth::scopes::SubscribersManage;
use entities::id::SubscriberId;
use secrecy::{ExposeSecret, SecretString};

use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown_once::ShownOnce;

/// The key, and what to do with it.
///
/// # Errors
/// The database fails.
pub async fn show(
    app: &App,
    officer: &Officer<SubscribersManage>,
    id: SubscriberId,
    secret: &SecretString,
) -> Result<HttpResponse, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let page = ShownOnce {
        title: s.t("subscriber-secret-title"),
        says: s.t("subscriber-secret-text"),
        items: vec![(s.t("subscriber-secret"), secret.expose_secret().to_owned())],
        next: vec![s.t("subscriber-secret-keep"), s.t("subscriber-secret-verify"), s.t("subscriber-secret-test")],
        onward: format!("/console/setup/subscribers/{id}"),
        s,
    };
    page.show()
}

//! `/console/setup/clients/{client}/{act}`: a new secret, or the end of a client. Each asks first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::OfficersManage;
use entities::client::manage;
use entities::db::Txn;
use entities::id::ClientId;

use super::secret;
use crate::act::once;
use crate::confirm::Confirm;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give it a new secret; the one before ends.
    Rotate,
    /// End it for good.
    Revoke,
}

impl Act {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Rotate, Self::Revoke];

    /// Its word, which is the end of its address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rotate => "rotate",
            Self::Revoke => "revoke",
        }
    }

    fn read(word: &str) -> Result<Self, Refused> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or_else(Refused::not_found)
    }
}

/// The question.
///
/// # Errors
/// There is no such client within reach, nothing like that can be done, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let (id, act): (ClientId, _) = (path.0.parse().map_err(|_| Refused::not_found())?, Act::read(&path.1)?);
    let known = manage::find(app.store.db.read(), officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let back = format!("/console/setup/clients/{id}");
    let confirm = Confirm {
        tie: None,
        about: known.client.name,
        title: s.word("client-ask", act.as_str()),
        says: vec![s.word("client-ask-help", act.as_str())],
        button: s.word("client-act", act.as_str()),
        action: format!("{back}/{}", act.as_str()),
        is_grave: true,
        also: None,
        back,
        s,
    };
    confirm.show()
}

/// Does it.
///
/// # Errors
/// The client is not whoever asks' to manage, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (id, act): (ClientId, _) = (path.0.parse().map_err(|_| Refused::not_found())?, Act::read(&path.1)?);
    let (store, by) = (&app.store, officer.by.decider());
    let done = once(&app, &officer, &form, async |txn: &Txn| {
        let made = match act {
            Act::Rotate => Some(manage::rotate(txn, store, &by, id).await?),
            Act::Revoke => {
                manage::revoke(txn, store, &by, id).await?;
                None
            }
        };
        let say = if made.is_some() { "shown" } else { act.as_str() };
        Ok((made, format!("/console/setup/clients/{id}?say={say}")))
    })
    .await?;
    match done.now.flatten() {
        Some(made) => secret::show(&app, &officer, id, &made).await,
        None => Ok(page::go_to(&done.then)),
    }
}

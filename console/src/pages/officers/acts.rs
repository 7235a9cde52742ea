//! `/console/setup/officers/{officer}/{act}`: what ends something of an officer's, or lets it begin again. Each asks first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::OfficersManage;
use entities::db::Txn;
use entities::id::ClientId;
use entities::officer::invitation::Invitation;
use entities::officer::session::has_second_factor;
use entities::officer::table::Model;
use entities::officer::{manage, queries};
use entities::store::Store;

use super::invited;
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
    /// Void the password, and invite to set another.
    ResetPassword,
    /// Forget authenticator and recovery codes.
    ResetSecondFactor,
    /// End every session.
    SignOut,
    /// Let them sign in no more.
    Disable,
    /// Let them sign in again.
    Enable,
}

impl Act {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] =
        [Self::ResetPassword, Self::ResetSecondFactor, Self::SignOut, Self::Disable, Self::Enable];

    /// Its word, which is the end of its address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::ResetSecondFactor => "reset-second-factor",
            Self::SignOut => "sign-out",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    /// Whether it changes anything as the officer stands.
    #[must_use]
    pub fn fits(self, row: &Model) -> bool {
        match self {
            Self::Enable => row.disabled_at.is_some(),
            Self::ResetSecondFactor => row.disabled_at.is_none() && has_second_factor(row),
            Self::ResetPassword | Self::SignOut | Self::Disable => row.disabled_at.is_none(),
        }
    }

    fn read(word: &str) -> Result<Self, Refused> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or_else(Refused::not_found)
    }

    async fn run(
        self,
        txn: &Txn,
        store: &Store,
        officer: &Officer<OfficersManage>,
        id: ClientId,
    ) -> Result<Option<Invitation>, Refused> {
        let by = officer.by.decider();
        match self {
            Self::ResetPassword => return Ok(Some(manage::reset_password(txn, store, &by, id).await?)),
            Self::ResetSecondFactor => manage::reset_second_factor(txn, store, &by, id).await?,
            Self::SignOut => drop(manage::sign_out(txn, store, &by, id).await?),
            Self::Disable => drop(manage::disable(txn, store, &by, id).await?),
            Self::Enable => drop(manage::enable(txn, store, &by, id).await?),
        }
        Ok(None)
    }
}

/// The question.
///
/// # Errors
/// There is no such officer within reach, nothing like that can be done, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let (id, act) = (path.0.parse().map_err(|_| Refused::not_found())?, Act::read(&path.1)?);
    let row = queries::by_id(app.store.db.read(), officer.reach(), id).await?.ok_or_else(Refused::not_found)?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let back = format!("/console/setup/officers/{id}");
    let confirm = Confirm {
        tie: None,
        about: row.name,
        title: s.word("officer-ask", act.as_str()),
        says: vec![s.word("officer-ask-help", act.as_str())],
        button: s.word("officer-act", act.as_str()),
        action: format!("{back}/{}", act.as_str()),
        is_grave: act != Act::Enable,
        also: None,
        back,
        s,
    };
    confirm.show()
}

/// Does it.
///
/// # Errors
/// The officer is not whoever asks' to manage, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<OfficersManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (id, act) = (path.0.parse().map_err(|_| Refused::not_found())?, Act::read(&path.1)?);
    let then = format!("/console/setup/officers/{id}?say={}", act.as_str());
    let work = async |txn: &Txn| Ok((act.run(txn, &app.store, &officer, id).await?, then));
    let done = once(&app, &officer, &form, work).await?;
    match done.now.flatten() {
        Some(made) => invited::show(&app, &officer, id, &made).await,
        None => Ok(page::go_to(&done.then)),
    }
}

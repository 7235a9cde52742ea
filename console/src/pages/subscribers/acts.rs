//! `/console/setup/subscribers/{subscriber}/{act}`: a test, a new key, off and on, and the end. What ends something asks first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SubscribersManage;
use api::problem::Problem;
use api::subscribers::asked::find;
use entities::announcement::replay;
use entities::db::Txn;
use entities::subscriber::keys::live;
use entities::subscriber::manage;
use entities::subscriber::table::{DisabledFor, Model};
use secrecy::SecretString;
use webhooks::keys::Version;

use super::{secret, view};
use crate::act::{once, unchanged};
use crate::confirm::Confirm;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Send it a test.
    Test,
    /// Give it a new key, beside which the old one signs for a day.
    Rotate,
    /// Tell it nothing any more.
    Disable,
    /// Tell it again.
    Enable,
    /// Remove it with its keys.
    Remove,
}

impl Act {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Test, Self::Enable, Self::Rotate, Self::Disable, Self::Remove];

    /// Its word, which is the end of its address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Rotate => "rotate",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Remove => "remove",
        }
    }

    /// Whether it makes sense as the subscriber stands.
    #[must_use]
    pub fn fits(self, row: &Model) -> bool {
        match self {
            Self::Test | Self::Disable => row.is_on(),
            Self::Enable => !row.is_on(),
            Self::Rotate | Self::Remove => true,
        }
    }

    /// Whether nothing ends by it, so that it is done without a question.
    #[must_use]
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Test | Self::Enable)
    }

    fn read(word: &str) -> Result<Self, Refused> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or_else(Refused::not_found)
    }

    /// Does it to a locked subscriber. Says where one goes on, and the key that was made.
    async fn run(
        self,
        txn: &Txn,
        app: &App,
        officer: &Officer<SubscribersManage>,
        row: &Model,
    ) -> Result<(Option<SecretString>, String), Refused> {
        let (store, by, now) = (&app.store, &officer.by.actor, app.store.now());
        let mut made = None;
        let mut then = format!("/console/setup/subscribers/{}?say={}", row.id, self.as_str());
        match self {
            Self::Test => {
                let sent = replay::test(txn, now, by, row).await.map_err(Problem::from)?;
                then = format!("/console/setup/subscribers/{}/deliveries/{}", row.id, sent.id);
            }
            Self::Rotate => {
                // It goes on as it signs; another way is another decision, which the API offers.
                let signs = live(&**txn, row.id, now).await?.first().and_then(|key| key.version.parse().ok());
                let signs = signs.unwrap_or(Version::V1);
                made = Some(manage::rotate(txn, store, by, row, signs).await.map_err(Problem::from)?.1);
            }
            Self::Disable => drop(manage::disable(txn, now, by, row, DisabledFor::Decided).await?),
            Self::Enable => drop(manage::enable(txn, now, by, row).await?),
            Self::Remove => {
                manage::remove(txn, now, by, row).await?;
                then = "/console/setup/subscribers?say=remove".to_owned();
            }
        }
        Ok((made, then))
    }
}

/// The question.
///
/// # Errors
/// There is no such subscriber within reach, nothing like that can be done, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let act = Act::read(&path.1)?;
    let row = find(app.store.db.read(), officer.reach(), &path.0).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let back = format!("/console/setup/subscribers/{}", row.id);
    let confirm = Confirm {
        tie: Some(Tie::to(row.version)),
        about: view::name(&row),
        title: s.word("subscriber-ask", act.as_str()),
        says: vec![s.word("subscriber-ask-help", act.as_str())],
        button: s.word("subscriber-act", act.as_str()),
        action: format!("{back}/{}", act.as_str()),
        is_grave: matches!(act, Act::Disable | Act::Remove),
        also: None,
        back,
        s,
    };
    confirm.show()
}

/// Does it.
///
/// # Errors
/// There is no such subscriber within reach, it has changed since, the rules say no, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (id, act) = (Model::id(&path.0)?, Act::read(&path.1)?);
    let done = once(&app, &officer, &form, async |txn: &Txn| {
        let row = Model::lock(txn, officer.reach(), &id).await?;
        unchanged(&form, row.version)?;
        act.run(txn, &app, &officer, &row).await
    })
    .await?;
    match done.now.flatten() {
        Some(made) => secret::show(&app, &officer, id, &made).await,
        None => Ok(page::go_to(&done.then)),
    }
}

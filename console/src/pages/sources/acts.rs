//! `/console/setup/sources/{source}/{act}`: stopping a source, letting it go on, and the end. What ends something asks first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::asked::LookedAfter;
use api::auth::scopes::SourcesManage;
use api::problem::Problem;
use api::sources::asked::find;
use entities::db::Txn;
use entities::source::manage::{self, Change};
use entities::source::queries::waiting;
use entities::source::table::Model;
use serde::Deserialize;

use crate::act::{act, unchanged};
use crate::confirm::Confirm;
use crate::form::Form;
use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Store its calls and leave them unread.
    Pause,
    /// Read them again.
    Resume,
    /// Remove it with all that is known of its tickets.
    Remove,
}

impl Act {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Resume, Self::Pause, Self::Remove];

    /// Its word, which is the end of its address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Remove => "remove",
        }
    }

    /// Whether it makes sense as the source stands.
    #[must_use]
    pub fn fits(self, row: &Model) -> bool {
        match self {
            Self::Pause => !row.paused,
            Self::Resume => row.paused,
            Self::Remove => true,
        }
    }

    /// Whether nothing ends by it, so that it is done without a question.
    #[must_use]
    pub fn is_direct(self) -> bool {
        self == Self::Resume
    }

    fn read(word: &str) -> Result<Self, Refused> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or_else(Refused::not_found)
    }
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    /// Whether what waits may be lost with the source.
    #[serde(default)]
    force: String,
}

/// The question.
///
/// # Errors
/// There is no such source within reach, nothing like that can be done, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let act = Act::read(&path.1)?;
    let conn = app.store.db.read();
    let row = find(conn, officer.reach(), &path.0).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let waiting = waiting(conn, &[row.id]).await?.get(&row.id).copied().unwrap_or_default();
    let back = format!("/console/setup/sources/{}", row.id);
    let mut says = vec![s.word("source-ask-help", act.as_str())];
    let mut also = None;
    if act == Act::Remove && waiting.is_any() {
        let count = waiting.calls + waiting.unreadable + waiting.mentioned + waiting.triage;
        says.push(s.with("source-remove-waits", "count", count));
        also = Some(("force", s.t("source-remove-force")));
    }
    let confirm = Confirm {
        tie: Some(Tie::to(row.version)),
        about: row.slug,
        title: s.word("source-ask", act.as_str()),
        button: s.word("source-act", act.as_str()),
        action: format!("{back}/{}", act.as_str()),
        is_grave: act == Act::Remove,
        says,
        also,
        back,
        s,
    };
    confirm.show()
}

/// Does it.
///
/// # Errors
/// There is no such source within reach, it has changed since, something waits that may not be lost, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    path: Path<(String, String)>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let (id, what) = (Model::id(&path.0)?, Act::read(&path.1)?);
    let then = match what {
        Act::Remove => "/console/setup/sources?say=remove".to_owned(),
        Act::Pause | Act::Resume => format!("/console/setup/sources/{id}?say={}", what.as_str()),
    };
    let work = async |txn: &Txn| {
        let row = Model::lock(txn, officer.reach(), &id).await?;
        unchanged(&form, row.version)?;
        let (store, by) = (&app.store, &officer.by.actor);
        let done = match what {
            Act::Remove => manage::remove(txn, store, by, &row, form.fields.force == "yes").await,
            Act::Pause | Act::Resume => {
                let change = Change { paused: Some(what == Act::Pause), ..Change::default() };
                manage::change(txn, store, by, &row, change).await.map(drop)
            }
        };
        Ok(done.map_err(Problem::from)?)
    };
    act(&app, &officer, &form, then, work).await
}

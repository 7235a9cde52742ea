//! Finding a source, how calls change one, and what its rules do not allow.

use entities::client::reach::Reach;
use entities::db::Txn;
use entities::id::SourceId;
use entities::idempotency::queries::Answer;
use entities::source::manage::NotDone;
use entities::source::queries::{find as by_id, lock};
use entities::source::table::Model;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use ticketing::unreadable::Unreadable;

use super::view::SourceView;
use crate::app::App;
use crate::asked::LookedAfter;
use crate::auth::scopes::SourcesManage;
use crate::fields::Faults;
use crate::named;
use crate::problem::{Problem, codes};

impl LookedAfter for Model {
    type Id = SourceId;
    type Scope = SourcesManage;
    type View = SourceView;

    fn id(name: &str) -> Result<SourceId, Problem> {
        named::id(name).map(SourceId).ok_or_else(nothing)
    }

    async fn lock(txn: &Txn, reach: &Reach, id: &SourceId) -> Result<Self, Problem> {
        lock(txn, reach, *id).await?.ok_or_else(nothing)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn check(raw: &[u8]) -> Result<(), Problem> {
        no_name_twice(raw)
    }

    async fn view(self, app: &App, txn: &Txn, secret: Option<&SecretString>) -> Result<(SourceView, Answer), Problem> {
        let view = SourceView::of(app, &**txn, self).await?;
        let answer = view.answer(200)?;
        Ok((view.showing(secret), answer))
    }
}

/// A description holds tables of the caller's own names, of which the last would win silently if one came twice.
///
/// # Errors
/// One does.
pub fn no_name_twice(raw: &[u8]) -> Result<(), Problem> {
    let text = std::str::from_utf8(raw).unwrap_or_default();
    match ticketing::reading::json::parse(text) {
        Err(Unreadable::DuplicateKey) => Err(Problem::new(
            codes::DUPLICATE_FIELD,
            "a name stands twice in one object, and only one of them can count",
        )),
        // What else is wrong has been said by whoever read the body for what it means.
        _ => Ok(()),
    }
}

/// The source of this id, if it is within reach.
///
/// # Errors
/// There is none, or the database fails.
pub async fn find(conn: &impl ConnectionTrait, reach: &Reach, name: &str) -> Result<Model, Problem> {
    by_id(conn, reach, Model::id(name)?).await?.ok_or_else(nothing)
}

fn nothing() -> Problem {
    Problem::not_found("source")
}

impl From<NotDone> for Problem {
    fn from(error: NotDone) -> Self {
        let text = error.to_string();
        let field = |field: &str, code: &'static str| {
            let mut faults = Faults::default();
            faults.add(field, code, text.clone());
            faults.finish(None::<()>).err().unwrap_or_else(Self::busy)
        };
        match error {
            NotDone::SlugTaken => field("slug", "taken"),
            NotDone::BadSlug => field("slug", "not_a_slug"),
            NotDone::NoCredentials => field("credentials", "missing"),
            NotDone::Unfit(bad) if bad.field == "secret" => field("secret", "unfit"),
            NotDone::Unfit(_) => field("description.signing", "unfit"),
            NotDone::StillCounts { .. } => {
                Self::new(codes::SECRET_STILL_COUNTS, format!("{text}; say `force` to end it"))
            }
            NotDone::Waits { .. } => Self::new(codes::SOURCE_WAITS, format!("{text}; settle them, or say `force`")),
            NotDone::Store(error) => error.into(),
        }
    }
}

//! How officers share the work on a request: who has it, what is to be done, what was noted.

use api::app::App;
use api::auth::scopes::Needs;
use api::reveal::Look;
use entities::client::scope::Scope;
use entities::note::table::Model as Note;
use entities::task::table::Model as Task;
use entities::{note, task};
use vault::data_key::DataKey;

use crate::dates::{Dates, When};
use crate::officer::Officer;
use crate::parts::{Tag, Tone};
use crate::people::People;
use crate::refused::Refused;
use crate::risk;
use crate::shell::Shell;

/// Who does what.
pub struct Team {
    /// Whether whoever looks works along.
    pub may_work: bool,
    /// Who has the request, if anybody.
    pub assignee: Option<String>,
    /// Whether that is whoever looks.
    pub is_mine: bool,
    /// The id of whoever looks.
    pub me: String,
    /// What is to be done, and was.
    pub tasks: Vec<TaskRow>,
    /// What was noted.
    pub notes: Vec<NoteRow>,
}

/// One task.
pub struct TaskRow {
    /// Its id.
    pub id: String,
    /// What kind of thing is to be done.
    pub kind: String,
    /// What exactly, where it is in the clear.
    pub words: Option<String>,
    /// Who is to do it.
    pub who: Option<String>,
    /// The last day for it.
    pub until: Option<When>,
    /// Where it stands.
    pub tag: Tag,
    /// Who set it.
    pub set_by: String,
    /// Who did it, and when.
    pub done: Option<(String, When)>,
}

/// One note.
pub struct NoteRow {
    /// Who wrote it.
    pub who: String,
    /// When.
    pub when: When,
    /// What it says, where that is in the clear.
    pub words: Option<String>,
}

impl Team {
    /// As far as the look goes.
    ///
    /// # Errors
    /// The database fails, or words do not open.
    pub async fn of<S: Needs>(
        app: &App,
        s: &Shell,
        officer: &Officer<S>,
        look: &Look,
        dates: &Dates,
    ) -> Result<Self, Refused> {
        let (conn, request) = (app.store.db.read(), &look.request);
        let tasks = task::queries::of_request(conn, request.id).await?;
        let notes = note::queries::of_request(conn, request.id).await?;
        let named = tasks.iter().flat_map(|row| [Some(row.set_by), row.assignee, row.done_by]).flatten();
        let named = named.chain(notes.iter().map(|row| row.written_by)).chain(request.assignee);
        let people = People::load(conn, s.w, named).await?;
        let key = look.clear_key()?;
        let tasks = tasks.iter().map(|row| TaskRow::of(s, dates, &people, key, row));
        let notes = notes.iter().map(|row| NoteRow::of(dates, &people, key, row));
        Ok(Self {
            may_work: look.key.is_some() && officer.may(Scope::RequestsWork, request.controller_id),
            assignee: request.assignee.map(|id| people.client(id)),
            is_mine: request.assignee == Some(officer.id()),
            me: officer.id().to_string(),
            tasks: tasks.collect::<Result<_, _>>()?,
            notes: notes.collect::<Result<_, _>>()?,
        })
    }
}

impl TaskRow {
    fn of(s: &Shell, dates: &Dates, people: &People, key: Option<&DataKey>, row: &Task) -> Result<Self, Refused> {
        let until = row.last_day();
        let tag = match (row.is_open(), until) {
            (false, _) => Tag::new(Tone::Good, s.t("task-is-done")),
            (true, None) => Tag::new(Tone::Info, s.t("task-is-open")),
            (true, Some(day)) => {
                let days = (day - dates.date(s.now)).get_days();
                Tag::new(risk::tone(days), dates.apart(days))
            }
        };
        Ok(Self {
            id: row.id.to_string(),
            kind: s.word("task", row.kind.as_str()),
            words: key.map(|key| task::queries::words(key, row)).transpose()?,
            who: row.assignee.map(|id| people.client(id)),
            until: until.map(|day| dates.civil(day)),
            tag,
            set_by: people.client(row.set_by),
            done: row.done_at.map(|at| (row.done_by.map(|id| people.client(id)).unwrap_or_default(), dates.minute(at))),
        })
    }
}

impl NoteRow {
    fn of(dates: &Dates, people: &People, key: Option<&DataKey>, row: &Note) -> Result<Self, Refused> {
        Ok(Self {
            who: people.client(row.written_by),
            when: dates.minute(row.written_at),
            words: key.map(|key| note::queries::words(key, row)).transpose()?,
        })
    }
}

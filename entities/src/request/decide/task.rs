//! Setting tasks about a request, and ticking them off. A task asks something of people and binds the service to nothing: it
//! holds up no step and no date.

use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;

use super::{Case, NotDecided, conflict, unfit};
use crate::controller;
use crate::error::StoreError;
use crate::id::{ClientId, TaskId};
use crate::request::file::context;
use crate::request::table::{ActiveModel, Model};
use crate::task::queries::{WORDS, by_id};
use crate::task::table::{ActiveModel as TaskRow, Entity, TaskKind};

/// Something that is to be done.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// What kind of thing.
    pub kind: TaskKind,
    /// What exactly; stored sealed.
    pub words: String,
    /// Who is to do it; none if anybody may.
    pub assignee: Option<ClientId>,
    /// The last day for it, in the controller's zone.
    pub until: Option<Date>,
}

impl Case<'_> {
    /// Sets a task.
    ///
    /// # Errors
    /// Its last day is over, it is for nobody who works on this controller's requests, a machine sets it, or the request's data
    /// has been erased.
    pub async fn add_task(self, new: NewTask) -> Result<Model, NotDecided> {
        let by = self.person("a task")?;
        if let Some(until) = new.until
            && until < self.today().await?
        {
            return Err(unfit("until", "in_the_past", "lies in the past"));
        }
        if let Some(officer) = new.assignee {
            self.works_here("assignee", officer).await?;
        }
        let (id, until) = (TaskId::new(), new.until.map(|day| day.to_string()));
        let row = TaskRow {
            id: Set(id),
            request_id: Set(self.request.id),
            kind: Set(new.kind),
            words_sealed: Set(self.key().await?.seal(&context(WORDS, id), new.words.as_bytes())),
            assignee: Set(new.assignee),
            until: Set(until.clone()),
            set_by: Set(by),
            set_at: Set(self.now),
            done_at: Set(None),
            done_by: Set(None),
        };
        Entity::insert(row).exec_without_returning(&**self.txn).await?;
        let data = json!({ "task": id, "kind": new.kind, "assignee": new.assignee, "until": until });
        self.record("task.added", data).await?;
        self.write(ActiveModel::default()).await
    }

    /// A task is done.
    ///
    /// # Errors
    /// There is no such task about this request, it was done before, or a machine says so.
    pub async fn finish_task(self, id: TaskId) -> Result<Model, NotDecided> {
        let by = self.person("a task")?;
        let task = by_id(&**self.txn, self.request.id, id).await?.ok_or(NotDecided::NotFound("task"))?;
        if !task.is_open() {
            return Err(conflict("task_done", "the task was done before"));
        }
        let change =
            TaskRow { id: Unchanged(id), done_at: Set(Some(self.now)), done_by: Set(Some(by)), ..Default::default() };
        Entity::update(change).exec(&**self.txn).await?;
        self.record("task.done", json!({ "task": id, "kind": task.kind })).await?;
        self.write(ActiveModel::default()).await
    }

    /// The civil day where the controller is.
    async fn today(&self) -> Result<Date, NotDecided> {
        let controller = controller::queries::by_id(&**self.txn, self.request.controller_id).await?;
        let controller = controller.ok_or(StoreError::Corrupt("a request's controller is missing"))?;
        Ok(self.now.timestamp().to_zoned(controller.zone()?).date())
    }
}

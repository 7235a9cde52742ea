//! Handing files of an export over to the person, taking them back, and the person fetching them. What may be handed over when,
//! and why by hand, is said in `artifact::handed`.

use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{Case, NotDecided, conflict};
use crate::artifact::handed::{against, to_person};
use crate::artifact::queries::by_id;
use crate::artifact::table::{ActiveModel as FileRow, Entity, Model as File};
use crate::id::ArtifactId;
use crate::letter::owe::answer_to;
use crate::letter::supersede::supersede;
use crate::request::status::RequestStatus;
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::time::At;

impl Case<'_> {
    /// Lets the person fetch a file on their status page from now on. With the last one of a request's the answer can be
    /// written, which tells them so.
    ///
    /// # Errors
    /// There is no such file, it was handed over before, something stands against handing out files of this request, its data
    /// has been erased, or the service itself decides.
    pub async fn hand_over(self, id: ArtifactId) -> Result<Model, NotDecided> {
        self.is_person("what the person gets of an export")?;
        let file = self.file(id).await?;
        if let Some(bar) = against(&**self.txn, &self.request).await? {
            return Err(conflict(bar.as_str(), bar.message()));
        }
        if file.handed_over_at.is_some() {
            return Err(conflict("handed_over_already", "the person may fetch this file already"));
        }
        // Without the key there is nothing to hand over.
        self.key().await?;
        let now = self.now;
        self.set_handed(&file, Some(now), "artifact.handed_over").await
    }

    /// Takes a file back: the person can fetch it no more. What they have fetched before they keep. An answer that has not gone
    /// out yet would tell of it, so it is written anew.
    ///
    /// # Errors
    /// There is no such file, it is not handed over, or the service itself decides.
    pub async fn take_back(self, id: ArtifactId) -> Result<Model, NotDecided> {
        self.is_person("what the person gets of an export")?;
        let file = self.file(id).await?;
        if file.handed_over_at.is_none() {
            return Err(conflict("not_handed_over", "the file is not handed over"));
        }
        let answer = answer_to(self.request.right);
        supersede(self.txn, self.now, &self.by.actor, &self.request, answer).await?;
        self.set_handed(&file, None, "artifact.taken_back").await
    }

    /// Notes that the person fetches a file, and says which. It changes nothing about the request, so whoever decides about it
    /// meanwhile is not held up.
    ///
    /// # Errors
    /// There is no such file that the person may fetch now, or the database fails.
    pub async fn fetch(self, id: ArtifactId) -> Result<File, NotDecided> {
        let theirs = to_person(&**self.txn, &self.request).await?;
        let file = theirs.into_iter().find(|row| row.id == id).ok_or(NotDecided::NotFound("artifact"))?;
        self.record("artifact.downloaded", told(&file)).await?;
        Ok(file)
    }

    async fn file(&self, id: ArtifactId) -> Result<File, NotDecided> {
        let found = by_id(&**self.txn, &self.by.reach, id).await?;
        let found = found.filter(|(file, _)| file.request_id == self.request.id);
        found.map(|(file, _)| file).ok_or(NotDecided::NotFound("artifact"))
    }

    async fn set_handed(self, file: &File, at: Option<At>, kind: &'static str) -> Result<Model, NotDecided> {
        let change = FileRow { id: Unchanged(file.id), handed_over_at: Set(at), ..Default::default() };
        Entity::update(change).exec(&**self.txn).await?;
        self.record(kind, told(file)).await?;
        if self.request.status == RequestStatus::Answering {
            queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Close, self.now)]).await?;
        }
        self.write(ActiveModel::default()).await
    }
}

/// What an event says of a file.
fn told(file: &File) -> Value {
    json!({ "artifact": file.id, "sha256": file.sha256 })
}

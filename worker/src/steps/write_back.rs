//! Has a ticket show where its request stands: the status field always, comments at milestones.
//!
//! A ticket has one writer, because its step is leased by one. Setting a field twice is setting it once. A comment is not: it is
//! written down as sent before it is sent, and one whose answer was lost is looked for on the ticket before it is sent again.
//! Where nobody can tell whether it is there, it is left: told once too little is better than twice.

mod milestones;

use std::sync::Arc;

use entities::addressee;
use entities::client::reach::Reach;
use entities::error::StoreError;
use entities::event;
use entities::id::TicketId;
use entities::request::queries::by_id as request_by_id;
use entities::request::table::Model as Request;
use entities::source;
use entities::source::table::Model as Source;
use entities::ticket::comment::{CommentState, Model as Comment};
use entities::ticket::queries::{self, owe_comments, settle_comment, write};
use entities::ticket::table::{ActiveModel, Model as Ticket, TicketState};
use entities::time::At;
use sea_orm::ActiveValue::{Set, Unchanged};
use serde_json::json;
use ticketing::kind::SystemKind;
use ticketing::link::Link;
use ticketing::milestone::{Language, Milestone};
use ticketing::system::{Change, Presence};
use ticketing::trouble::Trouble as TicketTrouble;

use self::milestones::{reached, standing};
use super::{PAUSED, link, note_well, seek_again, show_trouble, trouble_at};
use crate::context::Context;
use crate::sources::kind;
use crate::trouble::Trouble;

/// More events than any request has.
const ALL: u64 = 10_000;

struct Writing<'a> {
    cx: &'a Context<'a>,
    source: &'a Source,
    ticket: &'a Ticket,
    request: &'a Request,
    kind: SystemKind,
    link: Arc<Link>,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let conn = cx.store.db.read();
    let reach = Reach::installation();
    let ticket = queries::by_id(conn, &reach, TicketId(cx.item_id()?)).await?;
    let ticket = ticket.ok_or(StoreError::Corrupt("a ticket is missing"))?;
    let source = source::queries::by_id(conn, ticket.source_id).await?;
    let source = source.ok_or(StoreError::Corrupt("a ticket's source is missing"))?;
    let kind = kind(&source)?;
    let request = match ticket.request_id {
        Some(id) => request_by_id(conn, &reach, id).await?,
        None => None,
    };
    let is_there = ticket.writable && ticket.state == TicketState::Filed && kind.row().writes;
    let Some(request) = request.filter(|_| is_there) else { return cx.finish(cx.begin().await?).await };
    if source.paused {
        return cx.again(cx.begin().await?, cx.now() + PAUSED, None).await;
    }
    let link = match link(cx, &source).await {
        Ok(Some(link)) => link,
        Ok(None) => return cx.finish(cx.begin().await?).await,
        Err(Trouble::Ticketing(trouble)) => return trouble_at(cx, &source, trouble).await,
        Err(other) => return Err(other),
    };
    let writing = Writing { cx, source: &source, ticket: &ticket, request: &request, kind, link };
    match writing.all().await {
        Ok(None) => {
            note_well(cx, &source).await?;
            cx.finish(cx.begin().await?).await
        }
        Ok(Some(at)) => cx.again(cx.begin().await?, at, None).await,
        Err(Trouble::Ticketing(TicketTrouble::NotFound)) => match seek_again(cx) {
            Some((at, state)) => {
                let txn = cx.begin().await?;
                show_trouble(cx, &txn, &source, &TicketTrouble::NotFound).await?;
                cx.again(txn, at, Some(state)).await
            }
            None => writing.lost(TicketState::Gone, "ticket.gone").await,
        },
        Err(Trouble::Ticketing(TicketTrouble::Gone)) => writing.lost(TicketState::Gone, "ticket.gone").await,
        Err(Trouble::Ticketing(TicketTrouble::Locked)) => writing.lost(TicketState::Filed, "ticket.locked").await,
        Err(Trouble::Ticketing(trouble)) => trouble_at(cx, &source, trouble).await,
        Err(other) => Err(other),
    }
}

impl Writing<'_> {
    /// Says when to go on, where there is something to wait for.
    async fn all(&self) -> Result<Option<At>, Trouble> {
        self.status().await?;
        let settings = &self.source.settings.write_back;
        let row = self.kind.row();
        let public = settings.public && row.public_comments;
        if !settings.comments || !(public || row.internal_comments) {
            return Ok(None);
        }
        for comment in self.owed().await? {
            match comment.state {
                // One that is not there yet may be on its way.
                CommentState::Unclear if self.cx.now() < comment.updated_at + self.cx.config.comment_wait => {
                    return Ok(Some(comment.updated_at + self.cx.config.comment_wait));
                }
                CommentState::Waiting | CommentState::Unclear => self.comment(&comment, public).await?,
                CommentState::Written | CommentState::Skipped => {}
            }
        }
        Ok(None)
    }

    /// Sets the field, and the ticket's own status where one is named.
    async fn status(&self) -> Result<(), Trouble> {
        let settings = &self.source.settings.write_back;
        let word = standing(self.request);
        if self.ticket.shown.as_deref() == Some(word) {
            return Ok(());
        }
        let value = settings.values.get(word).cloned().unwrap_or_else(|| word.to_owned());
        let field = settings.field.clone().map(|field| (field, value));
        let change = Change { field, status: settings.statuses.get(word).cloned() };
        if change == Change::default() {
            return Ok(());
        }
        self.kind.system().write(&self.link, &self.ticket.external_id, &change).await?;
        let txn = self.cx.begin().await?;
        let shown =
            ActiveModel { id: Unchanged(self.ticket.id), shown: Set(Some(word.to_owned())), ..Default::default() };
        write(&txn, self.cx.now(), shown).await?;
        Ok(txn.commit().await?)
    }

    /// The ticket's comments, with those that have become due since.
    async fn owed(&self) -> Result<Vec<Comment>, Trouble> {
        let txn = self.cx.begin().await?;
        let events = event::queries::of_request(&*txn, &Reach::installation(), self.request.id, None, ALL).await?;
        // Read anew, after its events: one that was read before may not know yet how it ended.
        let request = request_by_id(&*txn, &Reach::installation(), self.request.id).await?;
        let due = reached(&events, request.as_ref().unwrap_or(self.request))?;
        let owed = owe_comments(&txn, self.cx.now(), self.ticket.id, &due).await?;
        txn.commit().await?;
        Ok(owed)
    }

    async fn comment(&self, owed: &Comment, public: bool) -> Result<(), Trouble> {
        let (cx, id) = (self.cx, &self.ticket.external_id);
        let milestone: Milestone =
            owed.milestone.parse().map_err(|_| StoreError::Corrupt("a comment's milestone is none"))?;
        let number = u32::try_from(owed.number).unwrap_or(u32::MAX);
        let day = self.request.cautious_at.timestamp().to_zoned(cx.controller().await?.zone()?).date();
        let language = self.language(public).await?;
        let at = owed.at.timestamp();
        let mut comment = milestone.comment(language, (&self.request.reference, number), at, Some(day));
        comment.public = public;
        let system = self.kind.system();
        if owed.state == CommentState::Unclear {
            match system.has_comment(&self.link, id, &comment.marker).await? {
                Presence::Present => return self.settle(owed, CommentState::Written).await,
                Presence::CannotTell => return self.settle(owed, CommentState::Skipped).await,
                Presence::Absent => {}
            }
        }
        // From here on it may have arrived, whatever becomes of this process.
        self.settle(owed, CommentState::Unclear).await?;
        match system.comment(&self.link, id, &comment).await {
            Ok(()) => self.settle(owed, CommentState::Written).await,
            Err(trouble) if trouble.may_have_happened() => Err(trouble.into()),
            Err(trouble) => {
                self.settle(owed, CommentState::Waiting).await?;
                Err(trouble.into())
            }
        }
    }

    /// Public comments are in the language the person wrote in, internal ones in the source's own.
    async fn language(&self, public: bool) -> Result<Language, Trouble> {
        let own = self.source.settings.write_back.language.parse().unwrap_or(Language::English);
        if !public {
            return Ok(own);
        }
        let whom = addressee::queries::of_request(self.cx.store.db.read(), self.request.id).await?;
        Ok(whom.and_then(|it| it.language.parse().ok()).unwrap_or(own))
    }

    async fn settle(&self, comment: &Comment, state: CommentState) -> Result<(), Trouble> {
        let txn = self.cx.begin().await?;
        settle_comment(&txn, self.cx.now(), comment.id, state, comment.attempts + 1).await?;
        Ok(txn.commit().await?)
    }

    /// The ticket takes nothing any more. The request goes on: its record is ours.
    async fn lost(&self, state: TicketState, event: &'static str) -> Result<(), Trouble> {
        let cx = self.cx;
        // Whoever decides about the request holds it before this step, and its events point to it.
        let txn = cx.begin_about(self.request.id).await?;
        let change = ActiveModel {
            id: Unchanged(self.ticket.id),
            state: Set(state),
            writable: Set(false),
            ..Default::default()
        };
        write(&txn, cx.now(), change).await?;
        let data = json!({ "source": self.source.id, "ticket": self.ticket.id });
        cx.record(&txn, self.request, event, data).await?;
        cx.finish(txn).await
    }
}

//! Looks at a ticket: reads it from its own system where its call cannot be believed or says too little, maps its fields, and
//! makes a request of it, or leaves it to a person. A ticket makes one request, however often it is heard of.

mod filing;

use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller;
use entities::db::Txn;
use entities::delivery::queries::is_unread;
use entities::error::StoreError;
use entities::event::trail::Actor;
use entities::id::TicketId;
use entities::request::file::Filing;
use entities::source;
use entities::source::table::Model as Source;
use entities::step::kind::StepKind;
use entities::step::lease::hold;
use entities::step::queue::{self, NewStep};
use entities::ticket::queries::{self, Heard, document, hear, lock, write};
use entities::ticket::table::{ActiveModel, Model as Ticket, TicketState};
use entities::time::At;
use sea_orm::ActiveValue::{Set, Unchanged};
use serde_json::{Value, json};
use ticketing::mapping::mapped::{Mapped, Verdict};
use ticketing::trouble::Trouble as TicketTrouble;

use self::filing::{Defect, Ready};
use super::{PAUSED, link, note_well, seek_again, show_trouble, trouble_at};
use crate::context::Context;
use crate::sources::kind;
use crate::trouble::Trouble;

/// How long a ticket waits for calls that came before: one that nobody can read must not hold it up.
const LATEST: Duration = Duration::from_secs(30);
/// How soon it is looked whether they have been read, at first and at last: after an outage there are many.
const SHORTLY: Duration = Duration::from_millis(100);
const AT_LAST: Duration = Duration::from_secs(2);

/// What a ticket says, from whom it may be believed.
struct Told {
    /// What the system's API calls it.
    ticket: String,
    document: Value,
    changed_at: Option<At>,
    /// Whether it was read by API.
    read_back: bool,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let conn = cx.store.db.read();
    let id = TicketId(cx.item_id()?);
    let ticket = queries::by_id(conn, &Reach::installation(), id).await?;
    let ticket = ticket.ok_or(StoreError::Corrupt("a ticket is missing"))?;
    let source = source::queries::by_id(conn, ticket.source_id).await?;
    let source = source.ok_or(StoreError::Corrupt("a ticket's source is missing"))?;
    if ticket.request_id.is_some() || ticket.state == TicketState::Gone {
        return cx.finish(cx.begin().await?).await;
    }
    if source.paused {
        return cx.again(cx.begin().await?, cx.now() + PAUSED, None).await;
    }
    // What came before this was heard may tell something newer of the same ticket, and calls are read side by side.
    let waited = cx.now().since(ticket.updated_at);
    if waited <= LATEST && is_unread(conn, source.id, ticket.updated_at).await? {
        let wait = waited.clamp(SHORTLY, AT_LAST);
        return cx.again(cx.begin().await?, cx.now() + wait, cx.step.state.clone()).await;
    }
    let told = match told(cx, &source, &ticket).await {
        Ok(told) => told,
        Err(Trouble::Ticketing(TicketTrouble::Gone)) => return gone(cx, &source, &ticket).await,
        Err(Trouble::Ticketing(TicketTrouble::NotFound)) => return unseen(cx, &source, &ticket).await,
        Err(Trouble::Ticketing(trouble)) => return trouble_at(cx, &source, trouble).await,
        Err(other) => return Err(other),
    };
    let Some(told) = told else {
        let defect = Defect::new(
            "read_back",
            "needed",
            "nothing vouches for the call's fields, and the source has no link to read the ticket by: give it one",
        );
        return triage(cx, &source, &ticket, None, &[defect]).await;
    };
    if told.ticket != ticket.external_id {
        return rename(cx, &source, &ticket, &told).await;
    }
    let mapping = match filing::mapping(&source) {
        Ok(mapping) => mapping,
        Err(defects) => return triage(cx, &source, &ticket, Some(&told), &defects).await,
    };
    let mapped = mapping.apply(&told.document);
    match &mapped.verdict {
        Verdict::Ignored(_) => ignore(cx, &source, &ticket).await,
        Verdict::Triage => {
            let defects: Vec<_> = mapped.problems.iter().map(Defect::from).collect();
            triage(cx, &source, &ticket, Some(&told), &defects).await
        }
        Verdict::Fileable => file(cx, &source, &ticket, &told, &mapped).await,
    }
}

/// What the ticket says: as its signed call told, or as its own system answers; none where neither can be had.
async fn told(cx: &Context<'_>, source: &Source, ticket: &Ticket) -> Result<Option<Told>, Trouble> {
    let stored = document(cx.store, ticket)?.filter(|_| ticket.vouched && !source.settings.always_read_back);
    if let Some(document) = stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        let (ticket, changed_at) = (ticket.external_id.clone(), ticket.changed_at);
        return Ok(Some(Told { ticket, document, changed_at, read_back: false }));
    }
    let kind = kind(source)?;
    match link(cx, source).await? {
        Some(link) if kind.row().reads => {
            let read = kind.system().read(&link, &ticket.external_id).await?;
            note_well(cx, source).await?;
            let changed_at = read.updated_at.map(At::from).or(ticket.changed_at);
            Ok(Some(Told { ticket: read.ticket, document: read.value, changed_at, read_back: true }))
        }
        _ => Ok(None),
    }
}

/// Begins to write down what was found, unless the ticket has been heard of anew meanwhile: then it is looked at again, or
/// what is newer would be written over. The ticket is locked before the step, as whoever hears of it does.
async fn begin(cx: &Context<'_>, seen: &Ticket) -> Result<Txn, Trouble> {
    let txn = cx.store.db.begin().await?;
    let current = lock(&txn, seen.id).await?.ok_or(StoreError::Corrupt("a ticket is missing"))?;
    let same = |it: &Ticket| (it.state, it.request_id, it.updated_at, it.document_sealed.clone());
    if same(&current) != same(seen) {
        return Err(Trouble::Raced);
    }
    hold(&txn, cx.step).await?;
    Ok(txn)
}

async fn file(cx: &Context<'_>, source: &Source, ticket: &Ticket, told: &Told, mapped: &Mapped) -> Result<(), Trouble> {
    let found = controller::queries::by_id(cx.store.db.read(), source.controller_id).await?;
    let controller = found.ok_or(StoreError::Corrupt("a source's controller is missing"))?;
    let Ready { new, proves_address, display_id } = match filing::ready(source, &controller, ticket, mapped, cx.now())?
    {
        Ok(ready) => ready,
        Err(defects) => return triage(cx, source, ticket, Some(told), &defects).await,
    };
    let filing = Filing::prepare(cx.store, source.client_id, &controller, new)?;
    let filing = if proves_address { filing } else { filing.without_proof_of_address() };
    let (request, now) = (filing.request().clone(), cx.now());
    let txn = begin(cx, ticket).await?;
    filing.write(&txn, &Actor::client(source.client_id, None)).await?;
    let change = ActiveModel {
        id: Unchanged(ticket.id),
        state: Set(TicketState::Filed),
        request_id: Set(Some(request.id)),
        display_id: Set(display_id),
        mapping_version: Set(Some(source.mapping_version)),
        problems: Set("[]".to_owned()),
        // From here on the request holds what is personal, under a key of its own.
        document_sealed: Set(None),
        changed_at: Set(told.changed_at),
        ..Default::default()
    };
    write(&txn, now, change).await?;
    let data = json!({ "source": source.id, "ticket": ticket.id, "mapping_version": source.mapping_version,
                       "read_back": told.read_back });
    cx.record(&txn, &request, "ticket.linked", data).await?;
    queue::add(&*txn, now, [NewStep::of_item(source.controller_id, StepKind::WriteBack, ticket.id.0, now)]).await?;
    cx.finish(txn).await
}

/// Leaves the ticket to a person, with everything that is wrong with it. Its fields stay for them, sealed.
async fn triage(
    cx: &Context<'_>,
    source: &Source,
    ticket: &Ticket,
    told: Option<&Told>,
    defects: &[Defect],
) -> Result<(), Trouble> {
    let txn = leave(cx, source, ticket, told, defects).await?;
    cx.finish(txn).await
}

/// The same, for the caller to end the step.
async fn leave(
    cx: &Context<'_>,
    source: &Source,
    ticket: &Ticket,
    told: Option<&Told>,
    defects: &[Defect],
) -> Result<Txn, Trouble> {
    let problems = serde_json::to_string(defects).map_err(|_| StoreError::Corrupt("problems do not serialise"))?;
    let codes: Vec<String> = defects.iter().map(|it| format!("{}: {}", it.target, it.code)).collect();
    let is_news = ticket.state != TicketState::Triage || ticket.problems != problems;
    let mut change = ActiveModel {
        id: Unchanged(ticket.id),
        state: Set(TicketState::Triage),
        mapping_version: Set(Some(source.mapping_version)),
        problems: Set(problems),
        ..Default::default()
    };
    if let Some(told) = told {
        let bytes = told.document.to_string().into_bytes();
        // For people to look at. What was read is not what a call vouched for: the next look reads it anew.
        change.vouched = Set(ticket.vouched && !told.read_back);
        change.document_sealed = Set(Some(queries::seal(cx.store, ticket.id, &bytes)));
        change.changed_at = Set(told.changed_at);
    }
    let txn = begin(cx, ticket).await?;
    write(&txn, cx.now(), change).await?;
    if is_news {
        let data = json!({ "source": source.id, "ticket": ticket.id, "problems": codes });
        cx.record_on(&txn, source.controller_id, "ticket.triage", data).await?;
    }
    Ok(txn)
}

/// Its system shows no such ticket. It may be deleted, or ours is not the right to see it: a person is told, and it is sought for
/// a while.
async fn unseen(cx: &Context<'_>, source: &Source, ticket: &Ticket) -> Result<(), Trouble> {
    let defect = Defect::new(
        "read_back",
        "not_found",
        "its system shows no such ticket: it is deleted, or our account there may not see it; give it the right, then \
         `dsr source retry`",
    );
    let txn = leave(cx, source, ticket, None, &[defect]).await?;
    show_trouble(cx, &txn, source, &TicketTrouble::NotFound).await?;
    match seek_again(cx) {
        Some((at, state)) => cx.again(txn, at, Some(state)).await,
        None => cx.finish(txn).await,
    }
}

/// The ticket was heard of by another name than its system's API has for it. From here on it has that one, or, where it is known by
/// that already, is none of its own.
async fn rename(cx: &Context<'_>, source: &Source, ticket: &Ticket, told: &Told) -> Result<(), Trouble> {
    let txn = begin(cx, ticket).await?;
    let change = ActiveModel { id: Unchanged(ticket.id), ..Default::default() };
    if queries::by_external_id(&*txn, source.id, &told.ticket).await?.is_none() {
        write(&txn, cx.now(), ActiveModel { external_id: Set(told.ticket.clone()), ..change }).await?;
        return cx.again(txn, cx.now(), None).await;
    }
    let heard = Heard {
        external_id: &told.ticket,
        document: None,
        vouched: false,
        changed_at: told.changed_at,
        gone: false,
        by_us: false,
        received_at: ticket.received_at,
    };
    hear(&txn, cx.store, source, heard).await?;
    let change = ActiveModel { state: Set(TicketState::Ignored), document_sealed: Set(None), ..change };
    write(&txn, cx.now(), change).await?;
    cx.finish(txn).await
}

async fn ignore(cx: &Context<'_>, source: &Source, ticket: &Ticket) -> Result<(), Trouble> {
    let change = ActiveModel {
        id: Unchanged(ticket.id),
        state: Set(TicketState::Ignored),
        mapping_version: Set(Some(source.mapping_version)),
        document_sealed: Set(None),
        ..Default::default()
    };
    let txn = begin(cx, ticket).await?;
    write(&txn, cx.now(), change).await?;
    cx.finish(txn).await
}

async fn gone(cx: &Context<'_>, source: &Source, ticket: &Ticket) -> Result<(), Trouble> {
    let change = ActiveModel {
        id: Unchanged(ticket.id),
        state: Set(TicketState::Gone),
        document_sealed: Set(None),
        ..Default::default()
    };
    let txn = begin(cx, ticket).await?;
    write(&txn, cx.now(), change).await?;
    let data = json!({ "source": source.id, "ticket": ticket.id });
    cx.record_on(&txn, source.controller_id, "ticket.gone", data).await?;
    cx.finish(txn).await
}

//! Taking a request in: the row, its key, its identifiers, its clock, its event and its first step, all in one transaction.

use jiff::tz::TimeZone;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::Normalised;
use resolution::plan::Right;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::status::{RequestEvent, RequestStatus};
use super::table::{ActiveModel, Entity, Model};
use super::{keys, reference};
use crate::db::Txn;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ClientId, IdentifierId, RequestId};
use crate::identifier::table::Choice;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::{Store, StoreError};
use crate::time::At;
use crate::{controller, identifier};

/// One replacement of a rectification: what stands there, and what should.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The kind of both values.
    pub kind: IdentifierKind,
    /// What is wrong.
    pub existing: String,
    /// What is right.
    pub updated: String,
}

/// A request as it came in, parsed and normalised.
#[derive(Clone)]
pub struct NewRequest {
    /// What is asked for.
    pub right: Right,
    /// The law whose clock runs.
    pub regime: Regime,
    /// How it reached the controller.
    pub channel: String,
    /// When it did.
    pub received_at: At,
    /// What is known of the person; no two with the same look-up form.
    pub identifiers: Vec<Normalised>,
    /// What to correct; only for a rectification.
    pub replacements: Vec<Replacement>,
    /// How the person's identity was proven, if it was.
    pub identity_method: Option<String>,
    /// A note by the one who files it.
    pub note: Option<String>,
}

/// What seals a request's values to their place: a value moved to another row or column does not open there.
pub(crate) fn context(column: &str, id: impl std::fmt::Display) -> String {
    format!("{column}/{id}")
}

/// The word a right is stored as.
#[must_use]
pub const fn right_word(right: Right) -> &'static str {
    match right {
        Right::Access => "access",
        Right::Erasure => "erasure",
        Right::Rectification => "rectification",
    }
}

/// The right a stored word means.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn right_of(request: &Model) -> Result<Right, StoreError> {
    [Right::Access, Right::Erasure, Right::Rectification]
        .into_iter()
        .find(|right| right_word(*right) == request.right)
        .ok_or(StoreError::Corrupt("a request has an unknown right"))
}

/// Files a request for a controller.
///
/// # Errors
/// The database fails.
pub async fn file(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    filed_by: ClientId,
    controller: &controller::table::Model,
    new: NewRequest,
) -> Result<Model, StoreError> {
    let (id, now) = (RequestId::new(), store.now());
    let zone = TimeZone::get(&controller.time_zone).unwrap_or(TimeZone::UTC);
    let clock = law::respond::respond(new.regime, new.received_at.timestamp(), &zone);
    let proven = new.identity_method.is_some();
    let first = if proven { RequestEvent::IdentityProven } else { RequestEvent::IdentityAsked };
    let status =
        RequestStatus::Received.transition(first).map_err(|_| StoreError::Corrupt("a new request goes nowhere"))?;
    let wrapped = store.safe.keyring();
    let key = vault::data_key::DataKey::generate();
    let replacements_sealed = (!new.replacements.is_empty())
        .then(|| {
            serde_json::to_vec(&new.replacements).map(|plain| key.seal(&context("requests.replacements", id), &plain))
        })
        .transpose()
        .map_err(|_| StoreError::Corrupt("replacements do not serialise"))?;
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(controller.id),
        reference: Set(reference::new_reference()),
        right: Set(right_word(new.right).to_owned()),
        regime: Set(new.regime.as_str().to_owned()),
        channel: Set(new.channel.clone()),
        status: Set(status),
        outcome: Set(None),
        refusal_code: Set(None),
        refusal_basis: Set(None),
        on_hold: Set(false),
        open_questions: Set(0),
        filed_by: Set(filed_by),
        identity_method: Set(new.identity_method.clone()),
        verified_at: Set(proven.then_some(now)),
        plan_digest: Set(None),
        approved_by: Set(None),
        approved_at: Set(None),
        received_at: Set(new.received_at),
        cautious_at: Set(clock.cautious_end().into()),
        clock: Set(serde_json::to_string(&clock).map_err(|_| StoreError::Corrupt("a clock does not serialise"))?),
        replacements_sealed: Set(replacements_sealed),
        note_sealed: Set(new.note.as_ref().map(|note| key.seal(&context("requests.note", id), note.as_bytes()))),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        closed_at: Set(None),
    };
    let request = Entity::insert(row).exec_with_returning(&**txn).await?;
    keys::insert(txn, id, wrapped.wrap(id.0, &key), now).await?;
    let rows = new.identifiers.iter().zip(0i64..).map(|(given, position)| {
        let identifier = IdentifierId::new();
        identifier::table::ActiveModel {
            id: Set(identifier),
            request_id: Set(id),
            position: Set(position),
            kind: Set(given.kind.as_str().to_owned()),
            value_sealed: Set(key.seal(&context("identifiers.value", identifier), given.value.as_bytes())),
            lookup_hash: Set(store.safe.hash(controller.id, given.kind.as_str(), &given.lookup)),
            hits: Set(None),
            people: Set(None),
            searched_at: Set(None),
            choice: Set(Choice::Undecided),
            choice_reason_sealed: Set(None),
            chosen_by: Set(None),
            chosen_at: Set(None),
        }
    });
    identifier::table::Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    let kinds: Vec<_> = new.identifiers.iter().map(|given| given.kind.as_str()).collect();
    let mut entries = vec![Entry::of(
        &request,
        "request.filed",
        json!({ "reference": request.reference, "right": request.right, "regime": request.regime,
                "channel": request.channel, "received_at": request.received_at, "cautious_at": request.cautious_at,
                "identifier_kinds": kinds }),
    )];
    if let Some(method) = &new.identity_method {
        entries.push(Entry::of(&request, "request.identity_proven", json!({ "method": method })));
    }
    trail::record(&**txn, now, by, entries).await?;
    if proven {
        queue::add(&**txn, now, [NewStep::of(&request, StepKind::Resolve, now)]).await?;
    }
    Ok(request)
}

/// What a rectification replaces by what.
///
/// # Errors
/// It does not open under the request's key.
pub fn replacements(key: &vault::data_key::DataKey, request: &Model) -> Result<Vec<Replacement>, StoreError> {
    let Some(sealed) = &request.replacements_sealed else { return Ok(Vec::new()) };
    let plain = key.open(&context("requests.replacements", request.id), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("replacements are not JSON"))
}

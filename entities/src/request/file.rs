//! Taking a request in: the row, its key, its identifiers, its clock, its event and its first step, all in one transaction.

use law::refusal::Proof;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::Normalised;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde::{Deserialize, Serialize};
use serde_json::json;
use vault::data_key::DataKey;

use super::right::Right;
use super::status::{RequestEvent, RequestStatus};
use super::table::Model;
use super::{keys, reference};
use crate::addressee::queries::Addressee;
use crate::clock::facts::{self, Facts};
use crate::clock::table::{ActiveModel as ClockRow, ClockState};
use crate::controller::policy::Letters;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ClientId, IdentifierId, RequestId};
use crate::identifier::table::Choice;
use crate::inserts::Inserts;
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::Store;
use crate::time::At;
use crate::warning::morning;
use crate::{addressee, controller, identifier};

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
    /// The law that the answer goes by.
    pub regime: Regime,
    /// Further laws that may cover the person: their clocks run beside.
    pub other_regimes: Vec<Regime>,
    /// The ISO 3166 region whose holidays count; the controller's, if it is not named.
    pub region: Option<String>,
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
    /// Whom to write to. Without an address it is the first mail address among the identifiers, without a language the
    /// controller's.
    pub addressee: Addressee,
}

/// What seals a request's values to their place: a value moved to another row or column does not open there.
pub(crate) fn context(column: &str, id: impl std::fmt::Display) -> String {
    format!("{column}/{id}")
}

/// A request with all that is written along with it. It is complete before the database hears of it: keys are made, values
/// sealed and dates computed outside the transaction, which on SQLite is the only one that writes.
pub struct Filing {
    request: Model,
    wrapped_key: Vec<u8>,
    identifiers: Vec<identifier::table::Model>,
    clocks: Vec<ClockRow>,
    addressee: Option<addressee::table::ActiveModel>,
    acknowledged: bool,
    /// When officers are first thought of.
    reminded_at: At,
}

impl Filing {
    /// Prepares a request of a controller.
    ///
    /// # Errors
    /// What is to be stored does not serialise.
    pub fn prepare(
        store: &Store,
        filed_by: ClientId,
        controller: &controller::table::Model,
        new: NewRequest,
    ) -> Result<Self, StoreError> {
        let (id, now) = (RequestId::new(), store.now());
        let regimes = std::iter::once(new.regime).chain(new.other_regimes.iter().copied()).collect();
        let clocks =
            Facts::at_receipt(controller, regimes, new.right, new.received_at, new.region.as_deref())?.clocks()?;
        let (cautious_at, statutory_at) =
            facts::answer_by(&clocks).ok_or(StoreError::Corrupt("no law says by when to answer"))?;
        let proven = new.identity_method.is_some();
        let needs_proof = clocks.iter().all(|it| needs_proof(it.regime, new.right));
        let first = if proven || !needs_proof { RequestEvent::IdentityProven } else { RequestEvent::IdentityAsked };
        let status =
            RequestStatus::Received.transition(first).map_err(|_| StoreError::Corrupt("a new request goes nowhere"))?;
        let key = DataKey::generate();
        let replacements_sealed = (!new.replacements.is_empty())
            .then(|| {
                let plain = serde_json::to_vec(&new.replacements)?;
                Ok(key.seal(&context("requests.replacements", id), &plain))
            })
            .transpose()
            .map_err(|_: serde_json::Error| StoreError::Corrupt("replacements do not serialise"))?;
        let request = Model {
            id,
            controller_id: controller.id,
            reference: reference::new_reference(),
            right: new.right,
            regime: new.regime.as_str().to_owned(),
            other_regimes: serde_json::to_string(&new.other_regimes)
                .map_err(|_| StoreError::Corrupt("regimes do not serialise"))?,
            region: new.region,
            channel: new.channel,
            status,
            outcome: None,
            refusal_code: None,
            refusal_basis: None,
            answer_form: None,
            completed_as: None,
            assignee: None,
            is_test: false,
            on_hold: false,
            open_questions: 0,
            filed_by,
            identity_method: new.identity_method,
            verified_at: proven.then_some(now),
            plan_digest: None,
            approved_by: None,
            approved_at: None,
            received_at: new.received_at,
            cautious_at,
            statutory_at,
            replacements_sealed,
            note_sealed: new.note.map(|note| key.seal(&context("requests.note", id), note.as_bytes())),
            version: 1,
            created_at: now,
            updated_at: now,
            closed_at: None,
        };
        let acknowledged = controller.policy.letters == Letters::Mail;
        let addressee = (acknowledged || new.addressee != Addressee::default())
            .then(|| whom(controller, new.addressee, &new.identifiers))
            .map(|(to, named)| addressee::queries::row(&key, id, &to, named, request.identity_method.as_deref(), now));
        let identifiers = new.identifiers.into_iter().zip(0i64..);
        let clock_row = |it| facts::row(it, (controller.id, id), 1, ClockState::Open, now, "receipt");
        Ok(Self {
            wrapped_key: store.safe.keyring().wrap(id.0, &key),
            identifiers: identifiers.map(|(given, at)| identifier_row(store, &request, &key, given, at)).collect(),
            clocks: clocks.iter().map(clock_row).collect::<Result<_, _>>()?,
            addressee,
            acknowledged,
            reminded_at: morning::after(now, &controller.zone()?),
            request,
        })
    }

    /// The request as it will be.
    #[must_use]
    pub fn request(&self) -> &Model {
        &self.request
    }

    /// The same, where what proved who somebody is says nothing of the address that letters go to.
    #[must_use]
    pub fn without_proof_of_address(mut self) -> Self {
        if let Some(addressee) = &mut self.addressee {
            addressee.proven_by = Set(None);
            addressee.proven_at = Set(None);
        }
        self
    }

    /// The same, filed to try something out: it is searched for and planned, and never carried out on the platform.
    #[must_use]
    pub fn as_test(mut self) -> Self {
        self.request.is_test = true;
        self
    }

    /// How many identifiers it has.
    #[must_use]
    pub fn identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// Writes it: the row, its key, its identifiers, its events and its first step.
    ///
    /// # Errors
    /// The database fails.
    pub async fn write(&self, txn: &Txn, by: &Actor) -> Result<(), StoreError> {
        let mut inserts = Inserts::default();
        Self::add_all(&mut inserts, &[(self, by)]);
        Ok(inserts.run(txn).await?)
    }

    /// The same for several, added to what is written along with them.
    pub fn add_all(inserts: &mut Inserts, filings: &[(&Self, &Actor)]) {
        inserts.add(filings.iter().map(|(it, _)| it.request.clone().into_active_model()));
        inserts.add(filings.iter().map(|(it, _)| {
            let (wrapped, at) = (it.wrapped_key.clone(), it.request.created_at);
            keys::row(it.request.id, wrapped, at)
        }));
        let identifiers = filings.iter().flat_map(|(it, _)| it.identifiers.iter().cloned());
        inserts.add(identifiers.map(IntoActiveModel::into_active_model));
        inserts.add(filings.iter().flat_map(|(it, _)| it.clocks.iter().cloned()));
        inserts.add(filings.iter().filter_map(|(it, _)| it.addressee.clone()));
        inserts.add(filings.iter().flat_map(|(it, by)| trail::rows(it.request.created_at, by, it.events())));
        let proven = filings.iter().filter(|(it, _)| it.request.status == RequestStatus::Resolving);
        let first = |it: &Self, kind| NewStep::of(&it.request, kind, it.request.created_at);
        let resolved = proven.map(|(it, _)| first(it, StepKind::Resolve));
        let acknowledged = filings.iter().filter(|(it, _)| it.acknowledged);
        let acknowledged = acknowledged.map(|(it, _)| first(it, StepKind::Acknowledge));
        let reminded = filings.iter().map(|(it, _)| NewStep { run_at: it.reminded_at, ..first(it, StepKind::Remind) });
        let now = filings.iter().map(|(it, _)| it.request.created_at).max().unwrap_or(At::ZERO);
        if let Some(steps) = queue::insert(now, resolved.chain(acknowledged).chain(reminded)) {
            inserts.push(steps);
        }
    }

    fn events(&self) -> Vec<Entry> {
        let request = &self.request;
        let kinds: Vec<_> = self.identifiers.iter().map(|given| given.kind.as_str()).collect();
        let mut entries = vec![Entry::of(
            request,
            "request.filed",
            json!({ "reference": request.reference, "status": request.status, "right": request.right, "regime": request.regime,
                    "other_regimes": request.other_regimes, "channel": request.channel, "received_at": request.received_at, "cautious_at": request.cautious_at,
                    "identifier_kinds": kinds }),
        )];
        if request.is_test {
            entries[0].data["test"] = true.into();
        }
        if let Some(method) = &request.identity_method {
            entries.push(Entry::of(request, "request.identity_proven", json!({ "method": method })));
        } else if request.status == RequestStatus::Resolving {
            entries.push(Entry::of(request, "request.identity_not_needed", json!({})));
        }
        entries
    }
}

/// Whom to write to, with what was left open filled in; and whether the address is the one beyond doubt. The first of
/// several mail addresses is good enough for an acknowledgement, but it may be one that the person has left.
fn whom(controller: &controller::table::Model, given: Addressee, identifiers: &[Normalised]) -> (Addressee, bool) {
    let emails: Vec<_> = identifiers.iter().filter(|it| it.kind == IdentifierKind::Email).collect();
    let is_named = given.address.is_some() || emails.len() == 1;
    let language = if given.language.is_empty() { controller.policy.writing.language.clone() } else { given.language };
    let address = given.address.or_else(|| emails.first().map(|it| it.value.clone()));
    (Addressee { language, address, salutation: given.salutation }, is_named)
}

/// Whether a law lets a right wait for proof of identity. Where one of several forbids it, none may be asked.
fn needs_proof(regime: Regime, right: Right) -> bool {
    law::refusal::identity(regime, right.in_law()).is_none_or(|rule| rule.proof != Proof::None)
}

fn identifier_row(
    store: &Store,
    request: &Model,
    key: &DataKey,
    given: Normalised,
    position: i64,
) -> identifier::table::Model {
    let id = IdentifierId::new();
    identifier::table::Model {
        id,
        request_id: request.id,
        position,
        kind: given.kind.as_str().to_owned(),
        value_sealed: key.seal(&context("identifiers.value", id), given.value.as_bytes()),
        lookup_hash: store.safe.hash(request.controller_id, given.kind.as_str(), &given.lookup),
        hits: None,
        people: None,
        unknown_hits: None,
        searched_at: None,
        not_searchable: None,
        choice: Choice::Undecided,
        choice_reason_sealed: None,
        chosen_by: None,
        chosen_at: None,
    }
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
    let filing = Filing::prepare(store, filed_by, controller, new)?;
    filing.write(txn, by).await?;
    Ok(filing.request)
}

/// What a rectification replaces by what.
///
/// # Errors
/// It does not open under the request's key.
pub fn replacements(key: &DataKey, request: &Model) -> Result<Vec<Replacement>, StoreError> {
    let Some(sealed) = &request.replacements_sealed else { return Ok(Vec::new()) };
    let plain = key.open(&context("requests.replacements", request.id), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("replacements are not JSON"))
}

/// What was noted when the request was filed.
///
/// # Errors
/// It does not open under the request's key.
pub fn note(key: &DataKey, request: &Model) -> Result<Option<String>, StoreError> {
    let Some(sealed) = &request.note_sealed else { return Ok(None) };
    let plain = key.open(&context("requests.note", request.id), sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| StoreError::Corrupt("a note is not text"))
}

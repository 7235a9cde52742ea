//! Schemas of closed sets of words and of instants, taken from the sets themselves so that the description cannot lag behind.

use entities::announcement::kind::{AnnouncementKind, DeliveryState, Failure};
use entities::appeal::table::AppealDecision;
use entities::candidate::table::SetAside;
use entities::clock::table::ClockState;
use entities::delivery::table::DeliveryState as CallState;
use entities::event::table::ActorKind;
use entities::extension::table::ExtensionReason;
use entities::identifier::table::Choice;
use entities::inquiry::table::InquiryKind;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::letter::kind::{LetterKind, LetterState, Means};
use entities::question::table::QuestionCode;
use entities::request::decide::REFUSAL_CODES;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::subscriber::table::DisabledFor;
use entities::task::table::TaskKind;
use entities::ticket::table::TicketState;
use law::duty::Duty;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};

use webhooks::keys::Version;

use crate::words::{CHANNELS, COMPLETED_AS, IDENTITY_METHODS, LANGUAGES};

fn of(words: impl IntoIterator<Item = &'static str>, nullable: bool) -> RefOr<Schema> {
    let mut values: Vec<Option<&str>> = words.into_iter().map(Some).collect();
    if nullable {
        values.push(None);
    }
    ObjectBuilder::new().schema_type(text(nullable)).enum_values(Some(values)).into()
}

fn text(nullable: bool) -> SchemaType {
    if nullable { SchemaType::Array(vec![Type::String, Type::Null]) } else { SchemaType::Type(Type::String) }
}

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident($nullable:literal) = $words:expr;)+) => {
        $($(#[$doc])* #[must_use] pub fn $name() -> RefOr<Schema> { of($words, $nullable) })+
    };
}

sets! {
    /// Rights.
    right(false) = Right::ALL.iter().map(|right| right.as_str());
    /// Regimes.
    regime(false) = Regime::all().map(Regime::as_str);
    /// Channels.
    channel(false) = CHANNELS.iter().copied();
    /// Kinds of identifier.
    identifier_kind(false) = IdentifierKind::ALL.map(IdentifierKind::as_str);
    /// Ways to prove identity.
    identity_method(false) = IDENTITY_METHODS.iter().copied();
    /// Languages of letters.
    language(false) = LANGUAGES.iter().copied();
    /// Kinds of letters.
    letter_kind(false) = LetterKind::ALL.iter().map(|word| word.as_str());
    /// What became of a letter.
    letter_state(false) = LetterState::ALL.iter().map(|word| word.as_str());
    /// How letters go out.
    letter_means(false) = Means::ALL.iter().map(|word| word.as_str());
    /// Where a request stands.
    status(false) = RequestStatus::ALL.iter().map(|word| word.as_str());
    /// How a request ended.
    outcome(true) = Outcome::ALL.iter().map(|word| word.as_str());
    /// What an answer is narrowed to.
    answer_form(true) = AnswerForm::ALL.iter().map(|word| word.as_str());
    /// How work of people came out.
    completed_as(true) = COMPLETED_AS.map(Outcome::as_str);
    /// Kinds of tasks.
    task_kind(false) = TaskKind::ALL.iter().map(|word| word.as_str());
    /// What the person can be asked.
    inquiry_kind(false) = InquiryKind::ALL.iter().map(|word| word.as_str());
    /// Reasons for more time.
    extension_reason(false) = ExtensionReason::ALL.iter().map(|word| word.as_str());
    /// How an appeal can be decided.
    appeal_decision(false) = AppealDecision::ALL.iter().map(|word| word.as_str());
    /// How an appeal was decided.
    maybe_appeal_decision(true) = AppealDecision::ALL.iter().map(|word| word.as_str());
    /// Duties.
    duty(false) = Duty::ALL.iter().map(|duty| duty.as_str());
    /// Whether a duty waits.
    clock_state(false) = ClockState::ALL.iter().map(|word| word.as_str());
    /// Reasons to refuse.
    refusal_code(false) = REFUSAL_CODES.keys().copied();
    /// What a person said.
    choice(false) = Choice::ALL.iter().map(|word| word.as_str());
    /// Why a record is set aside.
    set_aside(true) = SetAside::ALL.iter().map(|word| word.as_str());
    /// What a job does.
    job_kind(false) = JobKind::ALL.iter().map(|word| word.as_str());
    /// Why there is a job.
    job_origin(false) = JobOrigin::ALL.iter().map(|word| word.as_str());
    /// Where a job stands.
    job_status(false) = JobStatus::ALL.iter().map(|word| word.as_str());
    /// What is asked.
    question_code(false) = QuestionCode::ALL.iter().map(|word| word.as_str());
    /// What subscribers are told.
    announcement_kind(false) = AnnouncementKind::ALL.iter().map(|word| word.as_str());
    /// What subscribers can ask to be told.
    told(false) = TOLD.iter().map(|word| word.as_str());
    /// What became of a message to a subscriber.
    delivery_state(false) = DeliveryState::ALL.iter().map(|word| word.as_str());
    /// Why an attempt failed.
    delivery_failure(true) = Failure::ALL.iter().map(|word| word.as_str());
    /// Why a subscriber is told nothing.
    disabled_for(true) = DisabledFor::ALL.iter().map(|word| word.as_str());
    /// How messages are signed.
    signing_version(true) = Version::ALL.iter().map(|word| word.as_str());
    /// What became of a source's call.
    call_state(false) = CallState::ALL.iter().map(|word| word.as_str());
    /// How a ticket stands.
    ticket_state(false) = TicketState::ALL.iter().map(|word| word.as_str());
    /// Kinds of actor.
    actor_kind(false) = ActorKind::ALL.iter().map(|word| word.as_str());
}

/// What a subscriber can ask to be told; a test goes to whom it is meant for.
pub const TOLD: [AnnouncementKind; 6] = [
    AnnouncementKind::Received,
    AnnouncementKind::IdentityRequired,
    AnnouncementKind::StatusChanged,
    AnnouncementKind::Extended,
    AnnouncementKind::Completed,
    AnnouncementKind::Rejected,
];

/// A list of what subscribers are told.
#[must_use]
pub fn announcement_kinds() -> RefOr<Schema> {
    ArrayBuilder::new().items(told()).into()
}

/// A list of regimes.
#[must_use]
pub fn regimes() -> RefOr<Schema> {
    ArrayBuilder::new().items(regime()).into()
}

fn date_time(nullable: bool) -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new().schema_type(text(nullable)).format(Some(format)).into()
}

/// An instant, RFC 3339.
#[must_use]
pub fn instant() -> RefOr<Schema> {
    date_time(false)
}

/// An instant, or null.
#[must_use]
pub fn maybe_instant() -> RefOr<Schema> {
    date_time(true)
}

//! What a letter is made from: one struct a kind, each with samples.
//!
//! A context holds what the letter says and nothing more. Dates are civil dates in the time zone of the controller; texts
//! are in the language of the letter; whether a text is there decides whether the letter says it.

pub mod answer;
pub mod appeal;
pub mod common;
pub mod decision;
pub mod guest;
pub mod officer;
pub mod opening;
pub mod samples;

use serde::{Deserialize, Serialize};

use crate::kind::{Decision, LetterKind, Outcome, Right};
use crate::language::Language;
use answer::{AnswerAccess, AnswerErasure, AnswerOptOut, AnswerRectification};
use appeal::{AppealDecision, AppealReceived};
use common::Common;
use decision::{Extension, FeeNotice, Refusal, Unverified, Withdrawal};
use guest::{Guest, RoomCode, RoomLink};
use officer::{DeliveryFailed, Desk, Overdue, SubscriberSilent, UpcomingDeadline};
use opening::{Acknowledgement, Clarification, IdentityLink, StatusLink};

/// The context of a letter of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Context {
    /// See [`LetterKind::Acknowledgement`].
    Acknowledgement(Acknowledgement),
    /// See [`LetterKind::IdentityLink`].
    IdentityLink(IdentityLink),
    /// See [`LetterKind::Clarification`].
    Clarification(Clarification),
    /// See [`LetterKind::FeeNotice`].
    FeeNotice(FeeNotice),
    /// See [`LetterKind::Extension`].
    Extension(Extension),
    /// See [`LetterKind::Refusal`].
    Refusal(Refusal),
    /// See [`LetterKind::Unverified`].
    Unverified(Unverified),
    /// See [`LetterKind::AnswerAccess`].
    AnswerAccess(AnswerAccess),
    /// See [`LetterKind::AnswerErasure`].
    AnswerErasure(AnswerErasure),
    /// See [`LetterKind::AnswerRectification`].
    AnswerRectification(AnswerRectification),
    /// See [`LetterKind::AnswerOptOut`].
    AnswerOptOut(AnswerOptOut),
    /// See [`LetterKind::Withdrawal`].
    Withdrawal(Withdrawal),
    /// See [`LetterKind::AppealReceived`].
    AppealReceived(AppealReceived),
    /// See [`LetterKind::AppealDecision`].
    AppealDecision(AppealDecision),
    /// See [`LetterKind::UpcomingDeadline`].
    UpcomingDeadline(UpcomingDeadline),
    /// See [`LetterKind::Overdue`].
    Overdue(Overdue),
    /// See [`LetterKind::DeliveryFailed`].
    DeliveryFailed(DeliveryFailed),
    /// See [`LetterKind::SubscriberSilent`].
    SubscriberSilent(SubscriberSilent),
    /// See [`LetterKind::StatusLink`].
    StatusLink(StatusLink),
    /// See [`LetterKind::RoomLink`].
    RoomLink(RoomLink),
    /// See [`LetterKind::RoomCode`].
    RoomCode(RoomCode),
}

/// What all letters to persons say, to officers, or to guests.
pub(crate) enum Shared<'a> {
    Person(&'a Common),
    Officer(&'a Desk),
    Guest(&'a Guest),
}

impl Context {
    /// The kind of letter it makes.
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Acknowledgement(_) => LetterKind::Acknowledgement,
            Self::IdentityLink(_) => LetterKind::IdentityLink,
            Self::Clarification(_) => LetterKind::Clarification,
            Self::FeeNotice(_) => LetterKind::FeeNotice,
            Self::Extension(_) => LetterKind::Extension,
            Self::Refusal(_) => LetterKind::Refusal,
            Self::Unverified(_) => LetterKind::Unverified,
            Self::AnswerAccess(_) => LetterKind::AnswerAccess,
            Self::AnswerErasure(_) => LetterKind::AnswerErasure,
            Self::AnswerRectification(_) => LetterKind::AnswerRectification,
            Self::AnswerOptOut(_) => LetterKind::AnswerOptOut,
            Self::Withdrawal(_) => LetterKind::Withdrawal,
            Self::AppealReceived(_) => LetterKind::AppealReceived,
            Self::AppealDecision(_) => LetterKind::AppealDecision,
            Self::UpcomingDeadline(_) => LetterKind::UpcomingDeadline,
            Self::Overdue(_) => LetterKind::Overdue,
            Self::DeliveryFailed(_) => LetterKind::DeliveryFailed,
            Self::SubscriberSilent(_) => LetterKind::SubscriberSilent,
            Self::StatusLink(_) => LetterKind::StatusLink,
            Self::RoomLink(_) => LetterKind::RoomLink,
            Self::RoomCode(_) => LetterKind::RoomCode,
        }
    }

    pub(crate) fn shared(&self) -> Shared<'_> {
        match self {
            Self::Acknowledgement(context) => Shared::Person(&context.common),
            Self::IdentityLink(context) => Shared::Person(&context.common),
            Self::Clarification(context) => Shared::Person(&context.common),
            Self::FeeNotice(context) => Shared::Person(&context.common),
            Self::Extension(context) => Shared::Person(&context.common),
            Self::Refusal(context) => Shared::Person(&context.common),
            Self::Unverified(context) => Shared::Person(&context.common),
            Self::AnswerAccess(context) => Shared::Person(&context.common),
            Self::AnswerErasure(context) => Shared::Person(&context.common),
            Self::AnswerRectification(context) => Shared::Person(&context.common),
            Self::AnswerOptOut(context) => Shared::Person(&context.common),
            Self::Withdrawal(context) => Shared::Person(&context.common),
            Self::AppealReceived(context) => Shared::Person(&context.common),
            Self::AppealDecision(context) => Shared::Person(&context.common),
            Self::UpcomingDeadline(context) => Shared::Officer(&context.desk),
            Self::Overdue(context) => Shared::Officer(&context.desk),
            Self::DeliveryFailed(context) => Shared::Officer(&context.desk),
            Self::SubscriberSilent(context) => Shared::Officer(&context.desk),
            Self::StatusLink(context) => Shared::Person(&context.common),
            Self::RoomLink(context) => Shared::Guest(&context.guest),
            Self::RoomCode(context) => Shared::Guest(&context.guest),
        }
    }

    /// The language it is to be written in.
    pub fn language(&self) -> Language {
        match self.shared() {
            Shared::Person(common) => common.language,
            Shared::Officer(desk) => desk.language,
            Shared::Guest(guest) => guest.language,
        }
    }

    /// The outcome as the table of mandatory parts names it, where the kind of letter has one.
    pub(crate) const fn outcome(&self) -> Option<&'static str> {
        let (outcome, decision): (Option<Outcome>, Option<Decision>) = match self {
            Self::AnswerAccess(context) => (Some(context.outcome), None),
            Self::AnswerErasure(context) => (Some(context.outcome), None),
            Self::AnswerRectification(context) => (Some(context.outcome), None),
            Self::AnswerOptOut(context) => (Some(context.outcome), None),
            Self::AppealDecision(context) => (None, Some(context.decision)),
            _ => (None, None),
        };
        match (outcome, decision) {
            (Some(outcome), _) => Some(outcome.as_str()),
            (None, Some(decision)) => Some(decision.as_str()),
            (None, None) => None,
        }
    }

    /// Whether the kind of letter answers the right that its common part names.
    pub(crate) fn answers_its_right(&self) -> bool {
        let Shared::Person(common) = self.shared() else { return true };
        match self {
            Self::AnswerAccess(_) => matches!(common.right, Right::Access | Right::Portability),
            Self::AnswerErasure(_) => common.right == Right::Erasure,
            Self::AnswerRectification(_) => common.right == Right::Rectification,
            Self::AnswerOptOut(_) => matches!(common.right, Right::OptOut | Right::Objection | Right::Restriction),
            _ => true,
        }
    }
}

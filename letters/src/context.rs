//! What a letter is made from: one struct a kind, each with samples.
//!
//! A context holds what the letter says and nothing more. Dates are civil dates in the time zone of the controller; texts
//! are in the language of the letter; whether a text is there decides whether the letter says it.

pub mod answer;
pub mod appeal;
pub mod common;
pub mod decision;
pub mod officer;
pub mod opening;
pub mod samples;

use serde::{Deserialize, Serialize};

use crate::kind::{Decision, Kind, Outcome, Right};
use crate::language::Language;
use answer::{AnswerAccess, AnswerErasure, AnswerOptOut, AnswerRectification};
use appeal::{AppealDecision, AppealReceived};
use common::Common;
use decision::{Extension, FeeNotice, Refusal, Unverified, Withdrawal};
use officer::{DeliveryFailed, Desk, Overdue, UpcomingDeadline};
use opening::{Acknowledgement, Clarification, IdentityLink};

/// The context of a letter of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Context {
    /// See [`Kind::Acknowledgement`].
    Acknowledgement(Acknowledgement),
    /// See [`Kind::IdentityLink`].
    IdentityLink(IdentityLink),
    /// See [`Kind::Clarification`].
    Clarification(Clarification),
    /// See [`Kind::FeeNotice`].
    FeeNotice(FeeNotice),
    /// See [`Kind::Extension`].
    Extension(Extension),
    /// See [`Kind::Refusal`].
    Refusal(Refusal),
    /// See [`Kind::Unverified`].
    Unverified(Unverified),
    /// See [`Kind::AnswerAccess`].
    AnswerAccess(AnswerAccess),
    /// See [`Kind::AnswerErasure`].
    AnswerErasure(AnswerErasure),
    /// See [`Kind::AnswerRectification`].
    AnswerRectification(AnswerRectification),
    /// See [`Kind::AnswerOptOut`].
    AnswerOptOut(AnswerOptOut),
    /// See [`Kind::Withdrawal`].
    Withdrawal(Withdrawal),
    /// See [`Kind::AppealReceived`].
    AppealReceived(AppealReceived),
    /// See [`Kind::AppealDecision`].
    AppealDecision(AppealDecision),
    /// See [`Kind::UpcomingDeadline`].
    UpcomingDeadline(UpcomingDeadline),
    /// See [`Kind::Overdue`].
    Overdue(Overdue),
    /// See [`Kind::DeliveryFailed`].
    DeliveryFailed(DeliveryFailed),
}

/// What all letters to persons say, or what all letters to officers say.
pub(crate) enum Shared<'a> {
    Person(&'a Common),
    Officer(&'a Desk),
}

impl Context {
    /// The kind of letter it makes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Acknowledgement(_) => Kind::Acknowledgement,
            Self::IdentityLink(_) => Kind::IdentityLink,
            Self::Clarification(_) => Kind::Clarification,
            Self::FeeNotice(_) => Kind::FeeNotice,
            Self::Extension(_) => Kind::Extension,
            Self::Refusal(_) => Kind::Refusal,
            Self::Unverified(_) => Kind::Unverified,
            Self::AnswerAccess(_) => Kind::AnswerAccess,
            Self::AnswerErasure(_) => Kind::AnswerErasure,
            Self::AnswerRectification(_) => Kind::AnswerRectification,
            Self::AnswerOptOut(_) => Kind::AnswerOptOut,
            Self::Withdrawal(_) => Kind::Withdrawal,
            Self::AppealReceived(_) => Kind::AppealReceived,
            Self::AppealDecision(_) => Kind::AppealDecision,
            Self::UpcomingDeadline(_) => Kind::UpcomingDeadline,
            Self::Overdue(_) => Kind::Overdue,
            Self::DeliveryFailed(_) => Kind::DeliveryFailed,
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
        }
    }

    /// The language it is to be written in.
    pub fn language(&self) -> Language {
        match self.shared() {
            Shared::Person(common) => common.language,
            Shared::Officer(desk) => desk.language,
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

//! The row: something that was asked of the person a request is about.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, InquiryId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// What was asked for.
    pub enum InquiryKind {
        /// Proof of who they are.
        Identity = "identity",
        /// Which data or processing they mean.
        Clarification = "clarification",
        /// A fee, where the law allows one.
        Fee = "fee",
    }
}

impl InquiryKind {
    /// The same as the law pack names it.
    #[must_use]
    pub const fn in_law(self) -> law::matter::InquiryKind {
        match self {
            Self::Identity => law::matter::InquiryKind::Identity,
            Self::Clarification => law::matter::InquiryKind::Clarification,
            Self::Fee => law::matter::InquiryKind::Fee,
        }
    }
}

/// One question to the person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiries")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InquiryId,
    /// The request.
    pub request_id: RequestId,
    /// What was asked for.
    pub kind: InquiryKind,
    /// The words it was asked in, sealed.
    pub question_sealed: Vec<u8>,
    /// The fee in the currency's smallest unit.
    pub fee_minor: Option<i64>,
    /// The fee's currency, ISO 4217.
    pub fee_currency: Option<String>,
    /// When it was decided to ask.
    pub asked_at: At,
    /// When the question went out. Only from here on a clock can wait for the answer.
    pub sent_at: Option<At>,
    /// The client that asked; none if it was not a client.
    pub asked_by: Option<ClientId>,
    /// When the answer or the payment arrived.
    pub answered_at: Option<At>,
    /// The answer, sealed.
    pub answer_sealed: Option<Vec<u8>>,
    /// The client that recorded it.
    pub answered_by: Option<ClientId>,
}

impl ActiveModelBehavior for ActiveModel {}

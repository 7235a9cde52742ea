//! The row: one identifier of a request.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, IdentifierId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// What a person said about a candidate or a search term.
    pub enum Choice {
        /// Nothing yet.
        Undecided = "undecided",
        /// It is meant.
        Included = "included",
        /// It is not meant.
        LeftOut = "left_out",
    }
}

/// One identifier.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identifiers")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentifierId,
    /// The request.
    pub request_id: RequestId,
    /// Its place among the request's identifiers, from 0.
    pub position: i64,
    /// Its kind, as [`resolution::identifier::IdentifierKind`] writes it.
    pub kind: String,
    /// Its normalised value, sealed.
    pub value_sealed: Vec<u8>,
    /// Keyed hash of its look-up form.
    pub lookup_hash: String,
    /// How many records it hit.
    pub hits: Option<i64>,
    /// How many people it hit.
    pub people: Option<i64>,
    /// How many things it hit besides that we do not know the kind of, so nobody can say whose they are.
    pub unknown_hits: Option<i64>,
    /// When it was last searched for.
    pub searched_at: Option<At>,
    /// The platform's code, if it does not search by it: nobody can say then whom it would find.
    pub not_searchable: Option<String>,
    /// What a person said about using it as a search term.
    pub choice: Choice,
    /// Why, sealed.
    pub choice_reason_sealed: Option<Vec<u8>>,
    /// Who said so.
    pub chosen_by: Option<ClientId>,
    /// When.
    pub chosen_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

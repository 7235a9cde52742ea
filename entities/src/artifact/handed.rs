//! What of an export its person may fetch.
//!
//! An export may hold data of others, which a copy must not hand out (GDPR Art. 15(4)), and no rule of ours can tell whether it
//! does. So a file is an officer's to look at and to hand over, one by one, and until then the person sees nothing of it.

use sea_orm::{ConnectionTrait, DbErr};

use super::queries::of_request;
use super::table::Model;
use crate::addressee;
use crate::request::right::Right;
use crate::request::status::RequestStatus;
use crate::request::table::Model as Request;
use crate::words;

words! {
    /// What stands against handing out any file of a request.
    pub enum Against {
        /// The answer is no copy of the data: another right was asked for, or the answer is narrowed.
        NoCopy = "no_copy",
        /// The work is not done: what is there may not be all, and may be of somebody who is still being told apart.
        NotAnswering = "not_answering",
        /// A person has stopped the request.
        OnHold = "on_hold",
        /// Nobody has proven that letters, and links, reach the person.
        AddressNotProven = "address_not_proven",
    }
}

impl Against {
    /// Why, and the way out.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoCopy => "the answer to this request is no copy of the data",
            Self::NotAnswering => "files are handed over once the work on the request is done",
            Self::OnHold => "the request is on hold; release it first",
            Self::AddressNotProven => {
                "files go only to a person whose address is known to be theirs; say that you vouch for it, or have the \
                 person prove it by a link"
            }
        }
    }
}

/// What stands against handing out files of a request as it is now, if anything does.
///
/// # Errors
/// The database fails.
pub async fn against(conn: &impl ConnectionTrait, request: &Request) -> Result<Option<Against>, DbErr> {
    if request.right != Right::Access || request.answer_form.is_some() {
        return Ok(Some(Against::NoCopy));
    }
    if !matches!(request.status, RequestStatus::Answering | RequestStatus::Closed) {
        return Ok(Some(Against::NotAnswering));
    }
    if request.on_hold {
        return Ok(Some(Against::OnHold));
    }
    let to = addressee::queries::of_request(conn, request.id).await?;
    let is_proven = to.is_some_and(|row| row.proven_at.is_some() && row.address_sealed.is_some());
    Ok((!is_proven).then_some(Against::AddressNotProven))
}

/// The files that the person may fetch now, in the order they were stored.
///
/// # Errors
/// The database fails.
pub async fn to_person(conn: &impl ConnectionTrait, request: &Request) -> Result<Vec<Model>, DbErr> {
    if against(conn, request).await?.is_some() {
        return Ok(Vec::new());
    }
    let all = of_request(conn, request.id).await?;
    Ok(all.into_iter().filter(|row| row.handed_over_at.is_some()).collect())
}

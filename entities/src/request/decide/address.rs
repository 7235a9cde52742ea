//! Deciding where a request's letters go, and whether that address is known to be the person's.

use serde_json::json;

use super::{Case, NotDecided, conflict, unfit};
use crate::guest::table::Guest;
use crate::question::queries::ask;
use crate::question::table::QuestionCode;
use crate::request::status::{RequestEvent, RequestStatus};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::{addressee, guest, identity_link};

/// How a decider who knows the address has proven it.
const OFFICER_WORD: &str = "officer_word";

impl Case<'_> {
    /// Has the request's letters go to `address` from now on, or leaves the address as it is. `vouched` says that the decider
    /// knows it to be the person's: what tells of their data goes to no other. A new address nobody vouches for has been
    /// proven by nobody, whatever was proven of the old one. An answer that waited for an address is written anew, and
    /// what still waits to go to the older one goes to the new one.
    ///
    /// # Errors
    /// The request is closed, there is no address to vouch for, or neither an address nor a word for it is given.
    pub async fn set_address(self, address: Option<&str>, vouched: bool) -> Result<Model, NotDecided> {
        if self.request.status.is_closed() {
            return Err(conflict("closed", "the letters of a closed request are sent anew one by one"));
        }
        match (address, vouched) {
            (Some(address), vouched) => {
                self.write_to(address, vouched).await?;
                self.readdress(address, vouched, None).await?;
            }
            (None, true) => {
                let there = addressee::queries::of_request(&**self.txn, self.request.id).await?;
                if there.is_none_or(|row| row.address_sealed.is_none()) {
                    return Err(unfit("address", "missing_address", "is needed: the request has none yet"));
                }
                addressee::queries::prove(&**self.txn, self.now, self.request.id, OFFICER_WORD).await?;
                self.record("addressee.vouched_for", json!({})).await?;
            }
            (None, false) => {
                return Err(unfit("address", "nothing_to_do", "is needed, unless the one there is is vouched for"));
            }
        }
        if self.request.status == RequestStatus::Answering {
            let close = NewStep::of(&self.request, StepKind::Close, self.now);
            queue::add(&**self.txn, self.now, [close]).await?;
        }
        self.write(ActiveModel::default()).await
    }

    /// Whoever reads the address used the link that went there, and nothing says that they are the person: whether they are is
    /// for an officer to find out.
    ///
    /// # Errors
    /// The identity is not in question any more.
    pub(crate) async fn prove_address(self, method: &str) -> Result<Model, NotDecided> {
        self.request.status.transition(RequestEvent::IdentityProven)?;
        let (txn, now, actor) = (self.txn, self.now, &self.by.actor);
        addressee::queries::prove(&**txn, now, self.request.id, method).await?;
        identity_link::queries::void(&**txn, now, self.request.id).await?;
        self.record("addressee.proven", json!({ "method": method })).await?;
        let about = self.request.id.to_string();
        ask(txn, now, actor, &self.request, QuestionCode::IdentityUnclear, &about, json!({})).await?;
        self.write(ActiveModel::default()).await
    }

    /// Puts an address in place of the one there is.
    pub(super) async fn write_to(&self, address: &str, vouched: bool) -> Result<(), NotDecided> {
        let proven_by = vouched.then_some(OFFICER_WORD);
        // A link that lies in the old mailbox proves nothing about the new one.
        identity_link::queries::void(&**self.txn, self.now, self.request.id).await?;
        guest::link::shut(self.txn, self.now, Guest::Person(self.request.id)).await?;
        let key = self.key().await?;
        addressee::queries::correct(&**self.txn, &key, self.now, self.request.id, address, proven_by).await?;
        self.record("addressee.corrected", json!({ "vouched": vouched })).await?;
        Ok(())
    }
}

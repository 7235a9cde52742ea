//! How a delivery is known again: an honest retry, and a replay.
//!
//! A sender's id in a header is signed by nobody (Zendesk, Jira, GitHub). Were it to decide alone, whoever replays an old call
//! could do two things: send it under a new id, and have it taken once more; or send it under an id that is yet to come, and
//! have the real delivery dropped as a duplicate. So what is *signed* decides, and the sender's id counts only together with
//! the body it came with: a forged pair then equals no real one.
//!
//! The key is made from what was signed and not from the signature: during a rotation one message carries the signatures of
//! two keys, and leaving one out would make a new delivery of an old one.

use aws_lc_rs::digest::{Context, SHA256, digest};

use crate::encoding::hex;

/// By what a delivery is known again. Keep the keys for seven days at least: what signs no time can be replayed as long as its
/// secret lives. Keys are short ASCII, without anything of a person in them, and belong to one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryKeys {
    /// Two calls with this in common are one delivery: from the signed id, or all that was signed. `None` where nothing is
    /// signed: then a call is no more than a hint to read the ticket, and reading it once more does no harm.
    pub signed: Option<String>,
    /// So are two with this in common: the sender's own id with the body it came with. Catches a retry that was signed anew.
    pub retry: Option<String>,
    /// What the sender calls it, for people who search the sender's log. Decides nothing: anybody may have written it.
    pub sender_id: Option<String>,
}

impl DeliveryKeys {
    /// The keys that decide: a call is a duplicate when one of them was seen before at this source.
    pub fn deciding(&self) -> impl Iterator<Item = &str> {
        self.signed.iter().chain(&self.retry).map(String::as_str)
    }

    /// All that was signed, as it was signed.
    pub(crate) fn of_content<'a>(content: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut sum = Context::new(&SHA256);
        content.into_iter().for_each(|part| sum.update(part));
        Self { signed: Some(format!("content:{}", hex(sum.finish().as_ref()))), ..Self::default() }
    }

    /// An id that is signed.
    pub(crate) fn of_signed_id(id: &str) -> Self {
        Self { signed: Some(format!("id:{}", hex(digest(&SHA256, id.as_bytes()).as_ref()))), ..Self::default() }
    }

    /// And an id that is not, with the body it came with.
    pub(crate) fn with_unsigned_id(mut self, id: Option<&str>, body: &[u8]) -> Self {
        self.retry = id.map(|id| retry_key([id.as_bytes(), body]));
        self.sender_id = id.map(str::to_owned);
        self
    }

    /// The notifications that a message without a signature is about.
    pub(crate) fn of_notifications(mut ids: Vec<String>) -> Self {
        ids.sort_unstable();
        let sender_id = ids.first().cloned();
        Self { signed: None, retry: Some(retry_key(ids.iter().map(String::as_bytes))), sender_id }
    }
}

fn retry_key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut sum = Context::new(&SHA256);
    for part in parts {
        // The length first, or ("ab", "c") and ("a", "bc") would be one.
        sum.update(&(part.len() as u64).to_be_bytes());
        sum.update(part);
    }
    format!("retry:{}", hex(sum.finish().as_ref()))
}

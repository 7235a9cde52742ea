//! Lines of the chain as they are hashed, signed, exported and checked: the one definition of what a hash covers.
//!
//! What is hashed is a sequence of fields, so that anyone can compute it again in any language:
//!
//! ```text
//! message = field(tag) field(…) field(…) …
//! field   = 0x00                                          if there is none
//!         | 0x01 length:u64-big-endian bytes[length]      otherwise
//! ```
//!
//! Text stands as UTF-8, an id as its 16 bytes, a number as 8 bytes (big-endian, two's complement), a hash as its 64 hex
//! digits. Every length is there, so no two events have one message. Columns are read as plain text and numbers and not as
//! the types the rest of the program uses: a line must stay readable, and its fault nameable, whatever was written into it.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use vault::digest::sha256_hex;
use vault::signing::{SigningKey, key_id, verify};

use crate::id::{ControllerId, EventId, RequestId};

/// The hash that the first line of every chain names as the one before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const EVENT_TAG: &[u8] = b"dsr event v1";
const LINE_TAG: &[u8] = b"dsr line v1";
const CHECKPOINT_TAG: &[u8] = b"dsr checkpoint v1";

/// What an event says: every column of it but its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Its id.
    pub id: EventId,
    /// Whose trail it belongs to.
    pub controller_id: ControllerId,
    /// The request it tells of.
    pub request_id: Option<RequestId>,
    /// When it happened, in microseconds since the Unix epoch.
    #[serde(rename = "at_us")]
    pub at: i64,
    /// What happened.
    pub kind: String,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Who did it.
    pub actor: String,
    /// The network address it was asked from.
    pub address: Option<String>,
    /// More about it: JSON, byte for byte as stored.
    pub data: String,
}

impl Content {
    /// What the event says, hashed by itself, so that a line can be vouched for without being shown: whoever knows this and not
    /// the event learns nothing of it, for its id alone is more than can be guessed.
    ///
    /// Covers, in this order: the tag `dsr event v1` and the fields in the order they are declared.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut message = Message::default();
        message
            .field(EVENT_TAG)
            .field(self.id.0.as_bytes())
            .field(self.controller_id.0.as_bytes())
            .optional(self.request_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .field(&self.at.to_be_bytes())
            .field(self.kind.as_bytes())
            .field(self.actor_kind.as_bytes())
            .field(self.actor.as_bytes())
            .optional(self.address.as_deref().map(str::as_bytes))
            .field(self.data.as_bytes());
        sha256_hex(&message.into_bytes())
    }

    /// The hash of this event at place `seq` after the line that has the hash `previous`.
    #[must_use]
    pub fn hash(&self, seq: i64, previous: &str) -> String {
        hash(seq, previous, &self.digest())
    }
}

/// The hash of a line at place `seq` after the line that has the hash `previous`, whose event has this digest.
///
/// Covers, in this order: the tag `dsr line v1`, the previous hash, `seq`, the digest.
#[must_use]
pub fn hash(seq: i64, previous: &str, digest: &str) -> String {
    let mut message = Message::default();
    message.field(LINE_TAG).field(previous.as_bytes()).field(&seq.to_be_bytes()).field(digest.as_bytes());
    sha256_hex(&message.into_bytes())
}

/// One line of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its place, from 1.
    pub seq: i64,
    /// The hash of the line before it; [`GENESIS`] for the first.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
    /// What it says.
    #[sea_orm(nested)]
    pub event: Content,
}

/// A line of a chain whose event is not shown: it has its place, and holds the chain together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Its place, from 1.
    pub seq: i64,
    /// The hash of the line before it; [`GENESIS`] for the first.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
    /// What its event hashes to by itself.
    pub digest: String,
}

impl From<&Line> for Withheld {
    fn from(line: &Line) -> Self {
        let (previous_hash, hash) = (line.previous_hash.clone(), line.hash.clone());
        Self { seq: line.seq, previous_hash, hash, digest: line.event.digest() }
    }
}

/// A signed statement of what a chain's head was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Its id.
    pub id: EventId,
    /// Whose chain it vouches for.
    pub controller_id: ControllerId,
    /// How many lines the chain had.
    pub seq: i64,
    /// The hash of the last one.
    pub hash: String,
    /// When it was signed, in microseconds since the Unix epoch.
    #[serde(rename = "at_us")]
    pub at: i64,
    /// Which key signed it.
    pub key_id: String,
    /// The Ed25519 signature, as hexadecimal digits.
    pub signature: String,
}

/// Why a checkpoint's signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotVouched {
    /// It names another key than the one it is checked with.
    AnotherKey,
    /// The signature is not one of this checkpoint.
    Forged,
}

impl Checkpoint {
    /// A checkpoint over a chain's head, signed.
    #[must_use]
    pub fn sign(key: &SigningKey, controller: ControllerId, head: &Head, at: i64) -> Self {
        let mut checkpoint = Self {
            id: EventId::new(),
            controller_id: controller,
            seq: head.seq,
            hash: head.hash.clone(),
            at,
            key_id: key.key_id(),
            signature: String::new(),
        };
        checkpoint.signature = hex(&key.sign(&checkpoint.message()));
        checkpoint
    }

    /// Whether the holder of the key behind `public` signed exactly this.
    ///
    /// # Errors
    /// Another key did, or nobody.
    pub fn check(&self, public: &[u8]) -> Result<(), NotVouched> {
        if self.key_id != key_id(public) {
            return Err(NotVouched::AnotherKey);
        }
        let signature = bytes_of_hex(&self.signature).ok_or(NotVouched::Forged)?;
        verify(public, &self.message(), &signature).map_err(|_| NotVouched::Forged)
    }

    /// Covers, in this order: the tag `dsr checkpoint v1`, id, controller, seq, hash, instant, key id.
    fn message(&self) -> Vec<u8> {
        let mut message = Message::default();
        message
            .field(CHECKPOINT_TAG)
            .field(self.id.0.as_bytes())
            .field(self.controller_id.0.as_bytes())
            .field(&self.seq.to_be_bytes())
            .field(self.hash.as_bytes())
            .field(&self.at.to_be_bytes())
            .field(self.key_id.as_bytes());
        message.into_bytes()
    }
}

/// The end of a chain, as its own row or a bundle's header states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many lines the chain has.
    pub seq: i64,
    /// The hash of the last one; [`GENESIS`] if there is none.
    pub hash: String,
}

impl Head {
    /// The head of a chain without lines.
    #[must_use]
    pub fn genesis() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// Fields with their lengths, to be hashed or signed.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn field(&mut self, bytes: &[u8]) -> &mut Self {
        self.optional(Some(bytes))
    }

    pub(super) fn optional(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        self.0.push(u8::from(bytes.is_some()));
        if let Some(bytes) = bytes {
            self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            self.0.extend_from_slice(bytes);
        }
        self
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Lowercase hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that lowercase or uppercase hexadecimal digits stand for.
pub(super) fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

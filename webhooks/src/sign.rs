//! Signing what we send, by Standard Webhooks.

use jiff::Timestamp;

use crate::keys::SigningKey;
use crate::schemes::standard_webhooks::message_id;

/// Signs for one subscriber.
pub struct Signer {
    keys: Vec<SigningKey>,
}

/// What a message is called: the same at each attempt, so that a subscriber knows it again. 1 to 256 printable ASCII
/// characters without a full stop, which parts id from instant in what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId(String);

/// A text that cannot be a message id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message id has 1 to 256 printable ASCII characters, and no full stop")]
pub struct BadMessageId;

impl MessageId {
    /// A message id of this text.
    ///
    /// # Errors
    /// It cannot be one.
    pub fn new(text: &str) -> Result<Self, BadMessageId> {
        message_id(text.as_bytes()).map(|id| Self(id.to_owned())).ok_or(BadMessageId)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Signer {
    /// With one key.
    #[must_use]
    pub fn new(current: SigningKey) -> Self {
        Self { keys: vec![current] }
    }

    /// With one more, for as long as the subscriber may still verify with that one.
    #[must_use]
    pub fn with_previous(mut self, previous: SigningKey) -> Self {
        self.keys.push(previous);
        self
    }

    /// The headers of one attempt, signed by every key. `at` is the instant of this attempt and not of the event: the
    /// subscriber refuses what is older than five minutes. The body must go out exactly as it is given here.
    #[must_use]
    pub fn headers(&self, id: &MessageId, at: Timestamp, body: &[u8]) -> [(&'static str, String); 3] {
        let time = at.as_second().to_string();
        let content = [id.0.as_bytes(), b".", time.as_bytes(), b".", body];
        let signatures: Vec<_> = self.keys.iter().map(|key| key.sign(&content)).collect();
        [("webhook-id", id.0.clone()), ("webhook-timestamp", time), ("webhook-signature", signatures.join(" "))]
    }
}

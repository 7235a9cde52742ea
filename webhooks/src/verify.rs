//! Verifying a call: the one way in.

use jiff::Timestamp;

use crate::call::Call;
use crate::delivery::DeliveryKeys;
use crate::refused::Refused;
use crate::scheme::Scheme;
use crate::schemes::Room;
use crate::secrets::{Matched, Secrets};
use crate::setup::{BadSetup, Setup};

/// Verifies the calls of one source. Made once: a wrong setting or secret shows when it is made, not when a call comes.
pub struct Verifier {
    scheme: Scheme,
    room: Box<dyn Room>,
}

/// A call that came from whom it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// By which secret.
    pub secret: Matched,
    /// When it was sent, where the scheme signs that.
    pub sent_at: Option<Timestamp>,
    /// How to know it again.
    pub keys: DeliveryKeys,
}

impl Verifier {
    /// A verifier for one source.
    ///
    /// # Errors
    /// A setting or a secret is not usable. It is named.
    pub fn new(setup: &Setup, secrets: &Secrets) -> Result<Self, BadSetup> {
        setup.check()?;
        Ok(Self { scheme: setup.scheme(), room: setup.room(secrets)? })
    }

    /// By which scheme: what it is worth is in [its row](Scheme::row).
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether the call comes from who holds the secret, unchanged and, where the scheme signs a time, just now.
    ///
    /// The form of the headers comes first, then the signature, and only then the time: a
    /// [`StaleTimestamp`](crate::refused::Reason::StaleTimestamp) was really signed by the sender.
    ///
    /// # Errors
    /// It does not, or nobody can tell. Whatever the bytes are, it does not panic.
    pub fn verify(&self, call: &Call<'_>, now: Timestamp) -> Result<Verified, Refused> {
        self.room.verify(call, now)
    }
}

//! Who we are to the platform: one OAuth client of one organisation.

use std::fmt;

use secrecy::SecretString;

/// An OAuth client for the client credentials grant. The secret does not print.
#[derive(Clone)]
pub struct Credential {
    /// The client's id.
    pub client_id: String,
    /// Its secret, shown once by the platform when the client was made.
    pub client_secret: SecretString,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").finish_non_exhaustive()
    }
}

//! What the operator says of the provider.

use std::time::Duration;

use secrecy::SecretString;

/// Where the provider is, and what we are there.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, character by character as it says it of itself.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// What we prove it by.
    pub client_secret: SecretString,
    /// What we ask to be told; `openid` is among them.
    pub scopes: Vec<String>,
    /// Whether addresses count of which the provider does not say whether it has seen that they are theirs.
    pub trust_email: bool,
    /// The claim that names groups: its name, or a JSON pointer such as `/realm_access/roles`.
    pub groups_claim: String,
    /// Values of `acr` that stand for a second factor. The provider is asked for them.
    pub second_factor_acr: Vec<String>,
    /// Values of `amr` that stand for a second factor.
    pub second_factor_amr: Vec<String>,
    /// How long ago somebody may have signed in at the provider; it is then asked to tell.
    pub max_age: Option<Duration>,
}

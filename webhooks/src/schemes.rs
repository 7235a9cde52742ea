//! The schemes, a file each. None knows another; [`Setup::room`](crate::setup::Setup) names them all.

use jiff::Timestamp;

use crate::call::Call;
use crate::refused::Refused;
use crate::verify::Verified;

pub(crate) mod basic_auth;
pub(crate) mod generic_hmac;
pub(crate) mod github;
pub(crate) mod header_token;
pub(crate) mod hubspot;
pub(crate) mod intercom;
pub(crate) mod jira;
pub(crate) mod salesforce;
pub(crate) mod standard_webhooks;
pub(crate) mod zendesk;

/// What every scheme can do, holding its settings and keys.
pub(crate) trait Room: Send + Sync {
    /// See [`Verifier::verify`](crate::verify::Verifier::verify).
    fn verify(&self, call: &Call<'_>, now: Timestamp) -> Result<Verified, Refused>;
}

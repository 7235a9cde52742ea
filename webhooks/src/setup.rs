//! How a source signs: its scheme, with the settings that it has.

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::scheme::Scheme;
use crate::schemes::basic_auth::BasicAuth;
use crate::schemes::header_token::HeaderToken;
use crate::schemes::salesforce::{OutboundMessage, is_organization_id};
use crate::schemes::standard_webhooks::StandardWebhooks;
use crate::schemes::{Room, github, hubspot, intercom, jira, zendesk};
use crate::secrets::Secrets;

pub use crate::schemes::generic_hmac::{GenericHmac, HeaderForm, KeyEncoding};

/// The setup of one source, as it is stored, without its secrets. It alone says how a call must be signed: no header of a call
/// chooses scheme, algorithm or source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case", deny_unknown_fields)]
pub enum Setup {
    /// The webhook's signing secret.
    Zendesk {},
    /// The secret of an administrator's webhook.
    Jira {},
    /// The app's client secret.
    Intercom {},
    /// The webhook's secret.
    Github {},
    /// The app's client secret.
    HubspotV3 {},
    /// The app's client secret.
    HubspotV2 {
        /// Says yes to a code that can be lengthened and replayed.
        #[serde(default)]
        accept_legacy: bool,
    },
    /// The app's client secret.
    HubspotV1 {
        /// Says yes to a code that can be lengthened and replayed.
        #[serde(default)]
        accept_legacy: bool,
    },
    /// `whsec_…`, or the public key `whpk_…`.
    StandardWebhooks {
        /// Whether `svix-id`, `svix-timestamp` and `svix-signature` count as well.
        #[serde(default)]
        svix_headers: bool,
    },
    /// The word that the header holds.
    HeaderToken {
        /// Which header.
        header: String,
    },
    /// The password.
    BasicAuth {
        /// The user name; case counts.
        user_name: String,
    },
    /// The key, in the encoding that the settings name.
    GenericHmac(GenericHmac),
    /// The last segment of the address.
    SalesforceOutboundMessage {
        /// Whose messages these are: 15 or 18 characters that begin with `00D`.
        organization_id: String,
    },
}

/// A setting or a secret that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct BadSetup {
    /// Which: the name of a setting, `secret` or `previous_secrets`.
    pub field: &'static str,
    /// Why; never what it holds.
    pub problem: &'static str,
}

impl BadSetup {
    pub(crate) const fn new(field: &'static str, problem: &'static str) -> Self {
        Self { field, problem }
    }
}

impl Setup {
    /// Its scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Zendesk {} => Scheme::Zendesk,
            Self::Jira {} => Scheme::Jira,
            Self::Intercom {} => Scheme::Intercom,
            Self::Github {} => Scheme::Github,
            Self::HubspotV3 {} => Scheme::HubspotV3,
            Self::HubspotV2 { .. } => Scheme::HubspotV2,
            Self::HubspotV1 { .. } => Scheme::HubspotV1,
            Self::StandardWebhooks { .. } => Scheme::StandardWebhooks,
            Self::HeaderToken { .. } => Scheme::HeaderToken,
            Self::BasicAuth { .. } => Scheme::BasicAuth,
            Self::GenericHmac(_) => Scheme::GenericHmac,
            Self::SalesforceOutboundMessage { .. } => Scheme::SalesforceOutboundMessage,
        }
    }

    /// Whether the settings can be used; for whoever stores them. Secrets are checked when a
    /// [verifier](crate::verify::Verifier::new) is made.
    ///
    /// # Errors
    /// One cannot. It is named.
    pub fn check(&self) -> Result<(), BadSetup> {
        match self {
            Self::HubspotV2 { accept_legacy: false } | Self::HubspotV1 { accept_legacy: false } => Err(BadSetup::new(
                "accept_legacy",
                "is not set: this version can be lengthened and replayed; use hubspot_v3, or set it and have every ticket read back",
            )),
            Self::HeaderToken { header } => check_header("header", header),
            Self::BasicAuth { user_name } => {
                let is_name = !user_name.is_empty() && !user_name.contains(|one: char| one == ':' || one.is_control());
                is_name
                    .then_some(())
                    .ok_or(BadSetup::new("user_name", "is empty, or holds a colon or a control character"))
            }
            Self::GenericHmac(settings) => settings.check(),
            Self::SalesforceOutboundMessage { organization_id } => is_organization_id(organization_id)
                .then_some(())
                .ok_or(BadSetup::new("organization_id", "has 15 or 18 letters and digits and begins with 00D")),
            _ => Ok(()),
        }
    }

    /// The one place that names all schemes. The settings have been checked.
    pub(crate) fn room(&self, secrets: &Secrets) -> Result<Box<dyn Room>, BadSetup> {
        let recipe = match self {
            Self::Zendesk {} => zendesk::recipe(),
            Self::Jira {} => jira::recipe(),
            Self::Intercom {} => intercom::recipe(),
            Self::Github {} => github::recipe(),
            Self::HubspotV3 {} => hubspot::v3(),
            Self::HubspotV2 { .. } => hubspot::v2(),
            Self::HubspotV1 { .. } => hubspot::v1(),
            Self::GenericHmac(settings) => return Ok(Box::new(settings.engine(secrets)?)),
            Self::StandardWebhooks { svix_headers } => {
                return Ok(Box::new(StandardWebhooks::new(*svix_headers, secrets)?));
            }
            Self::HeaderToken { header } => return Ok(Box::new(HeaderToken::new(header, secrets)?)),
            Self::BasicAuth { user_name } => return Ok(Box::new(BasicAuth::new(user_name, secrets)?)),
            Self::SalesforceOutboundMessage { organization_id } => {
                return Ok(Box::new(OutboundMessage::new(organization_id, secrets)?));
            }
        };
        Ok(Box::new(Engine::new(recipe, secrets)?))
    }
}

/// Whether a header can have this name (RFC 9110, section 5.6.2).
pub(crate) fn check_header(field: &'static str, name: &str) -> Result<(), BadSetup> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_name = (1..=64).contains(&name.len()) && name.bytes().all(is_token);
    is_name.then_some(()).ok_or(BadSetup::new(field, "is not the name of a header"))
}

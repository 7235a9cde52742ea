//! How a source signs: its scheme, with the settings that it has.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::encoding::hex;
use crate::engine::{Engine, Recipe};
use crate::keys::{SigningKey, Version, random};
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

    /// Whether the sender signs the address that it calls, so that we must know it as the sender does.
    #[must_use]
    pub fn signs_address(&self) -> bool {
        matches!(self.way(), Ok(Way::Code(recipe, _)) if recipe.signs_address())
    }

    /// A new secret from the system's generator that can stand where this scheme wants it.
    ///
    /// # Panics
    /// The generator fails. Going on would mean guessable secrets.
    #[must_use]
    pub fn generate_secret(&self) -> SecretString {
        match self {
            Self::StandardWebhooks { .. } => SigningKey::generate(Version::V1).secret(),
            Self::GenericHmac(settings) => settings.key_encoding.encode(&random()),
            // Letters, digits and underscores: they can stand in a header, a password and an address.
            _ => format!("dsr_hook_{}", hex(&random())).into(),
        }
    }

    /// The one place that names all schemes.
    fn way(&self) -> Result<Way<'_>, BadSetup> {
        let recipe = match self {
            Self::Zendesk {} => zendesk::recipe(),
            Self::Jira {} => jira::recipe(),
            Self::Intercom {} => intercom::recipe(),
            Self::Github {} => github::recipe(),
            Self::HubspotV3 {} => hubspot::v3(),
            Self::HubspotV2 { .. } => hubspot::v2(),
            Self::HubspotV1 { .. } => hubspot::v1(),
            Self::GenericHmac(settings) => return Ok(Way::Code(settings.recipe()?, settings.key_encoding)),
            Self::StandardWebhooks { svix_headers } => return Ok(Way::Standard(*svix_headers)),
            Self::HeaderToken { header } => return Ok(Way::Header(header)),
            Self::BasicAuth { user_name } => return Ok(Way::Basic(user_name)),
            Self::SalesforceOutboundMessage { organization_id } => return Ok(Way::Outbound(organization_id)),
        };
        Ok(Way::Code(recipe, KeyEncoding::Utf8))
    }

    /// The settings have been checked.
    pub(crate) fn room(&self, secrets: &Secrets) -> Result<Box<dyn Room>, BadSetup> {
        Ok(match self.way()? {
            Way::Code(recipe, key) => Box::new(Engine::new(recipe, secrets, |text| key.decode(text))?),
            Way::Standard(svix_headers) => Box::new(StandardWebhooks::new(svix_headers, secrets)?),
            Way::Header(header) => Box::new(HeaderToken::new(header, secrets)?),
            Way::Basic(user_name) => Box::new(BasicAuth::new(user_name, secrets)?),
            Way::Outbound(organization_id) => Box::new(OutboundMessage::new(organization_id, secrets)?),
        })
    }
}

/// How calls are verified: by a code in a header, as most are, or in a way of the scheme's own.
enum Way<'a> {
    Code(Recipe, KeyEncoding),
    Standard(bool),
    Header(&'a str),
    Basic(&'a str),
    Outbound(&'a str),
}

/// Whether a header can have this name (RFC 9110, section 5.6.2).
pub(crate) fn check_header(field: &'static str, name: &str) -> Result<(), BadSetup> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_name = (1..=64).contains(&name.len()) && name.bytes().all(is_token);
    is_name.then_some(()).ok_or(BadSetup::new(field, "is not the name of a header"))
}

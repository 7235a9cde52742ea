//! One account of a ticketing system: where it is, and who we are there.

use std::fmt;
use std::time::Duration;

use reqwest::Client;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use url::Url;

use crate::trouble::Trouble;

/// How we show who we are.
#[derive(Clone)]
pub enum Credentials {
    /// HTTP basic.
    Basic {
        /// The user's name; with Zendesk `<mail address>/token`, with Freshdesk the API key.
        user: String,
        /// Password or API token.
        secret: SecretString,
    },
    /// A bearer token that lives until it is revoked.
    Bearer(SecretString),
    /// OAuth 2 client credentials: a token is fetched below the base address, and again once it is refused.
    Client {
        /// Where: `services/oauth2/token` with Salesforce, `oauth_token.do` with ServiceNow.
        token_path: String,
        /// The client's id.
        id: String,
        /// Its secret.
        secret: SecretString,
    },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Stored {
    Basic { user: String, secret: SecretString },
    Bearer { token: SecretString },
    Client { token_path: String, id: String, secret: SecretString },
}

impl Credentials {
    /// Reads credentials as they are stored: `{"kind": "basic", "user", "secret"}`, `{"kind": "bearer", "token"}` or
    /// `{"kind": "client", "token_path", "id", "secret"}`.
    ///
    /// # Errors
    /// It is none of these. The text is not quoted.
    pub fn read(json: &str) -> Result<Self, Trouble> {
        let stored = serde_json::from_str(json).map_err(|_| {
            let forms = "kind basic with user and secret, kind bearer with token, or kind client with token_path, id and secret";
            Trouble::misconfigured("credentials", format!("are not one of: {forms}"))
        })?;
        Ok(match stored {
            Stored::Basic { user, secret } => Self::Basic { user, secret },
            Stored::Bearer { token } => Self::Bearer(token),
            Stored::Client { token_path, id, secret } => Self::Client { token_path, id, secret },
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
            Self::Client { .. } => "Client",
        })
    }
}

/// One account of one system. Keep it as long as the account's settings stand: it holds the token.
pub struct Link {
    pub(crate) http: Client,
    pub(crate) base: Url,
    pub(crate) credentials: Credentials,
    pub(crate) options: Map<String, Value>,
    pub(crate) overall: Duration,
    pub(crate) token: Mutex<Option<SecretString>>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// How long one whole call may take.
const OVERALL: Duration = Duration::from_secs(30);

impl Link {
    /// A link over a client that whoever builds it has guarded: it should follow no redirect and connect to no address
    /// of our own network. `base` is the account's root, with or without a path, such as `https://acme.zendesk.com/`.
    ///
    /// # Errors
    /// [`Trouble::Misconfigured`] where `base` is not a plain http(s) address.
    pub fn new(http: Client, mut base: Url, credentials: Credentials) -> Result<Self, Trouble> {
        let plain = matches!(base.scheme(), "https" | "http")
            && base.has_host()
            && base.username().is_empty()
            && base.password().is_none()
            && base.query().is_none()
            && base.fragment().is_none();
        if !plain {
            return Err(Trouble::misconfigured(
                "base address",
                "must be http(s) with a host, and without user, password, query or fragment",
            ));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let token = Mutex::new(None);
        Ok(Self { http, base, credentials, options: Map::new(), overall: OVERALL, token })
    }

    /// With settings of this system's own; which there are, each room says at its `Options`.
    #[must_use]
    pub fn with_options(mut self, options: Map<String, Value>) -> Self {
        self.options = options;
        self
    }

    /// With another limit for one whole call; 30 s if none is set.
    #[must_use]
    pub fn within(mut self, overall: Duration) -> Self {
        self.overall = overall;
        self
    }

    /// The settings as a room knows them.
    pub(crate) fn options<T: DeserializeOwned>(&self) -> Result<T, Trouble> {
        options(&self.options)
    }
}

/// Reads settings as a room knows them. What is wrong with them names settings, never a person: serde's text is kept.
pub(crate) fn options<T: DeserializeOwned>(given: &Map<String, Value>) -> Result<T, Trouble> {
    T::deserialize(Value::Object(given.clone()))
        .map_err(|error| Trouble::misconfigured("options", format!("cannot be used: {error}")))
}

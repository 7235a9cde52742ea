//! What the provider says of itself (OpenID Connect Discovery 1.0), and the keys it signs by.

use egress::client::Client;
use reqwest::Method;
use serde::Deserialize;
use url::Url;

use crate::failed::Failed;
use crate::http::{call, read};
use crate::key::Keys;

/// Where the document lies, behind the issuer.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// What we read of the document.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    /// Who says it.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where a code is taken.
    pub token_endpoint: String,
    /// Where the keys lie.
    pub jwks_uri: String,
    /// Where more is told of a person.
    pub userinfo_endpoint: Option<String>,
    /// Where people sign out.
    pub end_session_endpoint: Option<String>,
    /// How we may prove who we are.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether its answers name it (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// How we prove who we are where a code is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// In the header.
    Basic,
    /// In the body.
    Post,
}

impl Document {
    /// Reads it, and looks whether it is the issuer's own and leads to no worse place.
    ///
    /// # Errors
    /// It cannot be had, or cannot be used.
    pub async fn fetch(http: &Client, issuer: &str) -> Result<Self, Failed> {
        let address = format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'));
        let document: Self = read(call(http, Method::GET, &address)?).await?;
        document.check(http, issuer)?;
        Ok(document)
    }

    fn check(&self, http: &Client, issuer: &str) -> Result<(), Failed> {
        // To the letter (Discovery §4.3): a provider that speaks for another speaks for anybody.
        if self.issuer != issuer {
            return Err(Failed::Away("says that it is another than `oidc.issuer`"));
        }
        let scheme = |address: &str| Url::parse(address).map(|url| url.scheme().to_owned()).ok();
        let at_least = scheme(issuer);
        let called = [Some(&self.token_endpoint), Some(&self.jwks_uri), self.userinfo_endpoint.as_ref()];
        for address in called.into_iter().flatten() {
            http.check(address).map_err(|_| Failed::Away("names an address that may not be called"))?;
        }
        let visited = [Some(&self.authorization_endpoint), self.end_session_endpoint.as_ref()];
        for address in visited.into_iter().chain(called).flatten() {
            if scheme(address) != at_least && scheme(address).as_deref() != Some("https") {
                return Err(Failed::Away("names an address that is not private"));
            }
        }
        self.proof().map(|_| ())
    }

    /// How we prove who we are: in the header, unless it takes it in the body alone.
    ///
    /// # Errors
    /// It takes neither.
    pub fn proof(&self) -> Result<Proof, Failed> {
        let Some(methods) = &self.token_endpoint_auth_methods_supported else { return Ok(Proof::Basic) };
        let takes = |method: &str| methods.iter().any(|known| known == method);
        match (takes("client_secret_basic"), takes("client_secret_post")) {
            (true, _) => Ok(Proof::Basic),
            (false, true) => Ok(Proof::Post),
            (false, false) => Err(Failed::Away("takes no client secret")),
        }
    }
}

/// Reads the keys.
///
/// # Errors
/// They cannot be had.
pub async fn keys(http: &Client, document: &Document) -> Result<Keys, Failed> {
    read(call(http, Method::GET, &document.jwks_uri)?).await
}

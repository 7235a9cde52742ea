//! The way to the provider and back.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use egress::allow::Allowed;
use egress::client::{CannotBuild, Client};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::RwLock;
use url::{Url, form_urlencoded};
use vault::digest::constant_time_eq;
use vault::token::random_token;

use crate::discovery::{self, Document, Proof};
use crate::failed::Failed;
use crate::http::{answer, call, read};
use crate::key::Keys;
use crate::person::{Person, is_short};
use crate::settings::Settings;
use crate::token::{self, Claims, Expected};

/// For so long what the provider says of itself is believed without asking again, in seconds.
const KEPT_S: i64 = 3600;

/// One provider. What it says of itself is kept; its keys are read anew when one is not known.
pub struct Provider {
    settings: Settings,
    http: Client,
    known: RwLock<Option<Arc<Known>>>,
}

struct Known {
    document: Document,
    keys: Keys,
    read_at: i64,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

/// What a sign-in that has begun is known again by. Kept here, sealed; only the challenge made of `verifier` travels.
#[derive(Debug, Serialize, Deserialize)]
pub struct Begun {
    nonce: String,
    verifier: String,
}

/// What the provider sent back by the browser.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Answer {
    /// What stands for the tokens.
    pub code: Option<String>,
    /// What we asked it to repeat.
    pub state: Option<String>,
    /// Who says it.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<SecretString>,
    error: Option<String>,
}

impl Provider {
    /// A provider. Its own host may be called wherever it lies, since the operator named it; what it names itself may lie there too,
    /// at public addresses, or where `allowed` says.
    ///
    /// # Errors
    /// This machine has no CA certificates.
    pub fn new(settings: Settings, allowed: &Allowed) -> Result<Self, CannotBuild> {
        let host = Url::parse(&settings.issuer).ok().and_then(|url| url.host().map(|host| host.to_owned()));
        let allowed = host.map_or_else(|| allowed.clone(), |host| allowed.and(&host));
        Ok(Self { http: Client::new(allowed)?, settings, known: RwLock::new(None) })
    }

    /// What the operator says of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    async fn known(&self, now: i64) -> Result<Arc<Known>, Failed> {
        if let Some(known) = &*self.known.read().await
            && (0..KEPT_S).contains(&now.saturating_sub(known.read_at))
        {
            return Ok(known.clone());
        }
        let document = Document::fetch(&self.http, &self.settings.issuer).await?;
        let keys = discovery::keys(&self.http, &document).await?;
        Ok(self.keep(Known { document, keys, read_at: now }).await)
    }

    async fn keep(&self, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        *self.known.write().await = Some(known.clone());
        known
    }

    /// Asks it what it says of itself, whatever is kept: its sign-in page, and how many keys it has.
    ///
    /// # Errors
    /// It cannot be reached, or cannot be used.
    pub async fn look(&self) -> Result<(String, usize), Failed> {
        let document = Document::fetch(&self.http, &self.settings.issuer).await?;
        let keys = discovery::keys(&self.http, &document).await?;
        Ok((document.authorization_endpoint, keys.count()))
    }

    /// Begins: where to send the browser, and what to know its answer by. `state` comes back with it; `redirect` is where to.
    ///
    /// # Errors
    /// The provider cannot be reached.
    pub async fn begin(&self, redirect: &str, state: &SecretString, now: i64) -> Result<(Url, Begun), Failed> {
        let known = self.known(now).await?;
        let fresh = |prefix| random_token(prefix).0.expose_secret().to_owned();
        let begun = Begun { nonce: fresh("nonce"), verifier: fresh("verifier") };
        let mut url = parse(&known.document.authorization_endpoint)?;
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, begun.verifier.as_bytes()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", state.expose_secret())
            .append_pair("nonce", &begun.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !self.settings.second_factor_acr.is_empty() {
            url.query_pairs_mut().append_pair("acr_values", &self.settings.second_factor_acr.join(" "));
        }
        if let Some(max_age) = self.settings.max_age {
            url.query_pairs_mut().append_pair("max_age", &max_age.as_secs().to_string());
        }
        Ok((url, begun))
    }

    /// Ends what was begun: takes the code to the provider, and checks what it says. Whether the answer's state is that of a sign-in
    /// of this very browser has been looked at before.
    ///
    /// # Errors
    /// The provider refused, cannot be reached, or says something that does not fit.
    pub async fn finish(&self, redirect: &str, begun: &Begun, back: &Answer, now: i64) -> Result<Person, Failed> {
        let known = self.known(now).await?;
        let names_it = known.document.authorization_response_iss_parameter_supported;
        match &back.iss {
            Some(iss) if *iss != self.settings.issuer => return Err(Failed::Unfit("another issuer answers")),
            None if names_it => return Err(Failed::Unfit("the answer does not name its issuer")),
            _ => {}
        }
        if let Some(error) = &back.error {
            return Err(Failed::Denied(known_error(error)));
        }
        let code = back.code.as_deref().ok_or(Failed::Unfit("no code"))?;
        let tokens = self.tokens(&known.document, redirect, begun, code).await?;
        let id_token = tokens.id_token.ok_or(Failed::Unfit("no ID token"))?;
        let (known, claims) = self.open(known, &id_token, now).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: &begun.nonce,
            now,
            max_age: self.settings.max_age.map(seconds),
        };
        token::check(&claims, expected)?;
        let told = match (&known.document.userinfo_endpoint, tokens.access_token) {
            (Some(address), Some(token)) if is_short(&claims.rest, &self.settings) => {
                self.told(address, &token, &claims.sub).await?
            }
            _ => Map::new(),
        };
        Ok(Person::of(claims, told, &self.settings))
    }

    async fn tokens(&self, document: &Document, redirect: &str, begun: &Begun, code: &str) -> Result<Tokens, Failed> {
        let (id, secret) = (self.settings.client_id.as_str(), self.settings.client_secret.expose_secret());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", begun.verifier.as_str()),
        ];
        let mut asking = call(&self.http, Method::POST, &document.token_endpoint)?;
        match document.proof()? {
            // Both are encoded as in a form first (RFC 6749 §2.3.1).
            Proof::Basic => asking = asking.basic_auth(encoded(id), Some(encoded(secret))),
            Proof::Post => form.extend([("client_id", id), ("client_secret", secret)]),
        }
        match answer::<Tokens>(asking.form(&form)).await? {
            (StatusCode::OK, Some(tokens)) => Ok(tokens),
            (_, Some(Tokens { error: Some(error), .. })) if error == "invalid_grant" => {
                Err(Failed::Unfit("the code is not good any more"))
            }
            (_, Some(Tokens { error: Some(error), .. })) if error == "invalid_client" => {
                Err(Failed::Away("does not take our client id and secret"))
            }
            _ => Err(Failed::Away("gives no tokens")),
        }
    }

    /// Opens a token. A key that is not known is looked for once more: providers change theirs.
    async fn open(&self, known: Arc<Known>, id_token: &str, now: i64) -> Result<(Arc<Known>, Claims), Failed> {
        if let Ok(claims) = token::open(id_token, &known.keys)? {
            return Ok((known, claims));
        }
        let keys = discovery::keys(&self.http, &known.document).await?;
        let known = self.keep(Known { document: known.document.clone(), keys, read_at: now }).await;
        match token::open(id_token, &known.keys)? {
            Ok(claims) => Ok((known, claims)),
            Err(token::UnknownKey) => Err(Failed::Unfit("not signed by the provider")),
        }
    }

    /// What else is told of the person. It must be of the same (Core §5.3.2).
    async fn told(&self, address: &str, token: &SecretString, subject: &str) -> Result<Map<String, Value>, Failed> {
        let asking = call(&self.http, Method::GET, address)?.bearer_auth(token.expose_secret());
        let mut told: Map<String, Value> = read(asking).await?;
        let same = told
            .remove("sub")
            .is_some_and(|sub| sub.as_str().is_some_and(|sub| constant_time_eq(sub.as_bytes(), subject.as_bytes())));
        if same { Ok(told) } else { Err(Failed::Unfit("what else is told is of somebody else")) }
    }

    /// Where somebody signs out there too (RP-Initiated Logout 1.0), and comes back to `after`. None if it has no such page, or
    /// cannot be asked. No token goes along: it would stand in the address, with the person's name in it.
    pub async fn sign_out(&self, after: &str, now: i64) -> Option<Url> {
        let known = self.known(now).await.ok()?;
        let mut url = parse(known.document.end_session_endpoint.as_deref()?).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", after);
        Some(url)
    }
}

fn parse(address: &str) -> Result<Url, Failed> {
    Url::parse(address).map_err(|_| Failed::Away("names an address that is none"))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// An error by its name, if it is one of the standard's: what an address says is not repeated.
fn known_error(error: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "access_denied",
        "login_required",
        "interaction_required",
        "consent_required",
        "unmet_authentication_requirements",
        "unauthorized_client",
        "server_error",
        "temporarily_unavailable",
    ];
    KNOWN.into_iter().find(|known| *known == error).unwrap_or("another reason")
}

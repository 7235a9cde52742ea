//! The access token: one at a time, fetched once for everybody, renewed before it runs out.
//!
//! Whoever finds no usable token takes the gate and fetches one; all others wait at the gate and find it there. If the
//! fetch fails, those who waited share the failure instead of each trying the same wrong secret again. Why not a
//! background task: the token must not be renewed for a controller nobody works for.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::header;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use crate::{
    error::PlatformError,
    model::lenient::seconds,
    platform::Platform,
    refusal,
    send::{may_repeat, pause, unreadable},
    traffic::Call,
};

/// The least lifetime a client can be given (contract §1.2), taken when the answer names none.
const LIFETIME_UNNAMED: Duration = Duration::from_secs(300);
/// The most a client can be given: 450 days.
const LIFETIME_MAX: Duration = Duration::from_secs(38_880_000);

pub(crate) struct Token {
    pub(crate) secret: SecretString,
    renew_at: Instant,
}

/// The token in use and the gate to the next one.
#[derive(Default)]
pub(crate) struct Tokens {
    current: RwLock<Option<Arc<Token>>>,
    /// How many fetches have ended. Who reads the same number before and after waiting has waited for nobody.
    fetches: AtomicU64,
    /// Held while fetching; keeps the last fetch's failure for those who waited for it.
    gate: Mutex<Option<PlatformError>>,
}

impl Tokens {
    fn usable(&self) -> Option<Arc<Token>> {
        self.known().filter(|token| Instant::now() < token.renew_at)
    }

    /// The token in hand, usable or not.
    pub(crate) fn known(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, token: Option<Arc<Token>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// Throws a refused token away, unless another task has replaced it already.
    pub(crate) fn discard(&self, refused: &Arc<Token>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|token| Arc::ptr_eq(token, refused)) {
            *current = None;
        }
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
}

impl Platform {
    /// A token good for some time yet.
    pub(crate) async fn token(&self) -> Result<Arc<Token>, PlatformError> {
        let tokens = &self.inner.tokens;
        if let Some(token) = tokens.usable() {
            return Ok(token);
        }
        let fetches_seen = tokens.fetches.load(Ordering::Acquire);
        let mut gate = tokens.gate.lock().await;
        if let Some(token) = tokens.usable() {
            return Ok(token);
        }
        if let Some(failure) = &*gate
            && tokens.fetches.load(Ordering::Acquire) != fetches_seen
        {
            return Err(failure.clone());
        }
        let fetched = self.fetch_token().await;
        *gate = fetched.as_ref().err().cloned();
        if let Ok(token) = &fetched {
            tokens.replace(Some(Arc::clone(token)));
        }
        tokens.fetches.fetch_add(1, Ordering::Release);
        fetched
    }

    async fn fetch_token(&self) -> Result<Arc<Token>, PlatformError> {
        let mut repeats = 0;
        loop {
            match self.fetch_token_once().await {
                Err(error) if may_repeat(repeats, &error) => {
                    tokio::time::sleep(pause(repeats, error.retry_after())).await;
                    repeats += 1;
                }
                fetched => return fetched.map(Arc::new),
            }
        }
    }

    async fn fetch_token_once(&self) -> Result<Token, PlatformError> {
        self.inner.traffic.before(Call::Token).await?;
        let credential = &self.inner.credential;
        let asked_at = Instant::now();
        let request = self
            .inner
            .http
            .client
            .post(self.inner.address.token_url())
            .timeout(self.inner.http.overall)
            .basic_auth(&credential.client_id, Some(credential.client_secret.expose_secret()))
            .header(header::ACCEPT, "application/json")
            .form(&[("grant_type", "client_credentials")]);
        let answer = self.exchange(Call::Token, request).await?;
        if !answer.is_success() {
            return Err(refusal::read_token(&answer));
        }
        let granted: Granted =
            serde_json::from_slice(&answer.body).map_err(|error| unreadable(Call::Token, &answer, &error))?;
        Ok(Token { secret: granted.access_token, renew_at: asked_at + use_for(granted.expires_in) })
    }
}

/// How long a token is used: until a minute or a tenth of its lifetime before its end, whichever is more, but for half of
/// its lifetime at least.
fn use_for(lifetime: Option<Duration>) -> Duration {
    let lifetime = lifetime.unwrap_or(LIFETIME_UNNAMED).min(LIFETIME_MAX);
    let margin = Duration::from_secs(60).max(lifetime / 10).min(lifetime / 2);
    lifetime - margin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_its_end_but_not_too_soon() {
        for (lifetime_s, used_s) in [(86_400, 77_760), (600, 540), (300, 240), (120, 60), (60, 30), (2, 1), (0, 0)] {
            assert_eq!(use_for(Some(Duration::from_secs(lifetime_s))), Duration::from_secs(used_s), "{lifetime_s}");
        }
        assert_eq!(use_for(None), Duration::from_secs(240));
        assert_eq!(use_for(Some(Duration::MAX)), Duration::from_secs(34_992_000));
    }
}

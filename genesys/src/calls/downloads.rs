//! The parts of an export: an API URL that needs our token and redirects to storage, which must not see it.
//!
//! The URL comes in an answer, so it is checked before the token goes along: it must be on the API host. Redirects are
//! followed by hand, because the token stays behind and because no hop may fall back to plain http (contract §3.4).

use std::{fmt, time::Instant};

use bytes::Bytes;
use egress::address::is_public;
use futures::{Stream, StreamExt};
use reqwest::{RequestBuilder, Response, header};
use secrecy::ExposeSecret;
use url::{Host, Url};

use crate::{
    address::is_same_origin,
    error::PlatformError,
    platform::Platform,
    refusal,
    send::{Answer, broken, correlation, may_repeat, pause, small_body},
    token::Token,
    traffic::Call,
};

/// Redirects from the API to the part itself.
const HOPS_MAX: usize = 3;

/// One part of an export, arriving.
pub struct Download {
    content_type: Option<String>,
    length: Option<u64>,
    response: Response,
}

impl Download {
    /// The content type the storage claims.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The length in bytes, if the storage tells. A body that ends before it is an error, not a short part.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece; none at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, PlatformError> {
        self.response.chunk().await.map_err(|error| broken(Call::Storage, None, None, error))
    }

    /// All pieces, as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, PlatformError>> + Send {
        self.response.bytes_stream().map(|piece| piece.map_err(|error| broken(Call::Storage, None, None, error)))
    }
}

impl fmt::Debug for Download {
    /// Shows nothing of where the part comes from: a signed URL is a key to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("length", &self.length).finish_non_exhaustive()
    }
}

impl From<Response> for Download {
    fn from(response: Response) -> Self {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(header::CONTENT_TYPE).map(str::to_owned);
        let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        Self { content_type, length, response }
    }
}

/// What the API makes of a results URL.
enum Opened {
    /// The part itself.
    Part(Response),
    /// The part is over there.
    Elsewhere(Url),
    /// The token is not taken: said with 401, or by showing the way to the login page.
    TokenRefused(PlatformError),
}

impl Platform {
    /// Opens one part of an export, from a URL of [`results`](crate::model::request::PlatformRequest::results).
    ///
    /// [`PlatformError::ForeignResults`] if the URL is not on the API host or leads to an untrusted place,
    /// [`PlatformError::Gone`] if the export has expired. The stream itself is not repeated: open the part anew.
    pub async fn download(&self, results_url: &str) -> Result<Download, PlatformError> {
        let api = self.address().api_url();
        let url = api.join(results_url).map_err(|_| PlatformError::ForeignResults("the URL is malformed"))?;
        if !is_same_origin(api, &url) {
            return Err(PlatformError::ForeignResults("the URL is not on the API host"));
        }
        let mut token_refused = false;
        let mut repeats = 0;
        loop {
            self.token().await?;
            self.inner.traffic.before(Call::Download).await?;
            let token = self.token().await?;
            let opened = match self.open_at_api(&url, &token).await {
                Ok(Opened::Part(response)) => return Ok(response.into()),
                Ok(Opened::Elsewhere(place)) => self.open_at_storage(place).await,
                Ok(Opened::TokenRefused(error)) => {
                    self.inner.tokens.discard(&token);
                    if token_refused {
                        return Err(error);
                    }
                    token_refused = true;
                    continue;
                }
                Err(error) => Err(error),
            };
            match opened {
                Err(error) if may_repeat(repeats, &error) => {
                    tokio::time::sleep(pause(repeats, error.retry_after())).await;
                    repeats += 1;
                }
                opened => return opened.map(Download::from),
            }
        }
    }

    async fn open_at_api(&self, url: &Url, token: &Token) -> Result<Opened, PlatformError> {
        let request = self.inner.http.client.get(url.clone()).bearer_auth(token.secret.expose_secret());
        let mut response = self.open(Call::Download, request).await?;
        let (status, correlation) = (response.status().as_u16(), correlation(&response));
        if status == 200 {
            return Ok(Opened::Part(response));
        }
        if let Some(place) = self.redirect(&response)? {
            let login = self.address().login_url();
            let to_login = is_same_origin(login, &place) && !is_same_origin(login, self.address().api_url());
            return Ok(if to_login {
                Opened::TokenRefused(PlatformError::WrongCredentials { correlation })
            } else {
                Opened::Elsewhere(place)
            });
        }
        let retry_after = refusal::retry_after(&response, &[]);
        let body = small_body(&mut response).await;
        let answer = Answer { status, correlation, retry_after, body };
        match (status, refusal::read(Call::Download, &answer)) {
            (401, error) if refusal::blames_token(&answer) => Ok(Opened::TokenRefused(error)),
            (404, _) => Err(PlatformError::Gone { correlation: answer.correlation }),
            // Accepted, but not there yet.
            (200..300, _) => Err(not_there(status)),
            (_, error) => Err(error),
        }
    }

    /// Follows the redirects from here on, without our token.
    async fn open_at_storage(&self, mut place: Url) -> Result<Response, PlatformError> {
        for _ in 0..HOPS_MAX {
            self.inner.traffic.before(Call::Storage).await?;
            let response = self.open(Call::Storage, self.inner.http.client.get(place)).await?;
            let wait = refusal::retry_after(&response, &[]);
            match (response.status().as_u16(), self.redirect(&response)?) {
                (200, _) => return Ok(response),
                (_, Some(next)) => place = next,
                (404 | 410, _) => return Err(PlatformError::Gone { correlation: None }),
                (429, _) => {
                    return Err(PlatformError::RateLimited { wait: wait.unwrap_or_default(), correlation: None });
                }
                // A signature that has run out is a 403 or 400 here. Asking the API again gives a new one.
                (status, _) => return Err(not_there(status)),
            }
        }
        Err(PlatformError::ForeignResults("there are too many redirects"))
    }

    /// Sends, and lets the traffic rule hear of the headers; the body is still to come.
    async fn open(&self, call: Call, request: RequestBuilder) -> Result<Response, PlatformError> {
        let started = Instant::now();
        match request.send().await {
            Ok(response) => {
                self.heard(call, Some(&response), refusal::retry_after(&response, &[]), started).await;
                Ok(response)
            }
            Err(error) => {
                self.heard(call, None, None, started).await;
                Err(broken(call, None, None, error))
            }
        }
    }

    /// Where a redirect leads, if the answer is one and the place will do.
    fn redirect(&self, response: &Response) -> Result<Option<Url>, PlatformError> {
        if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let place = response
            .headers()
            .get(header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| response.url().join(location).ok())
            .ok_or(PlatformError::ForeignResults("the redirect leads nowhere"))?;
        may_follow(self.address().api_url(), &place).map_err(PlatformError::ForeignResults)?;
        Ok(Some(place))
    }
}

/// The part cannot be had at the moment.
fn not_there(status: u16) -> PlatformError {
    PlatformError::PlatformDown { status: Some(status), wait: None, correlation: None, source: None }
}

/// Whether a part may be fetched from `place`. The answer for a refusal says why.
fn may_follow(api: &Url, place: &Url) -> Result<(), &'static str> {
    // An API without TLS is a stand-in on somebody's own machine; a real one never leads there.
    let is_stand_in = api.scheme() == "http";
    match place.scheme() {
        "https" => {}
        "http" if is_stand_in => {}
        _ => return Err("the redirect leaves https"),
    }
    if !is_stand_in && is_internal(place) {
        return Err("the redirect leads to an address that is not public");
    }
    if !place.username().is_empty() || place.password().is_some() {
        return Err("the redirect brings its own credentials");
    }
    Ok(())
}

/// Whether the host is, by its own words, this machine or one of an inner network. Names that resolve to such addresses are
/// told by the resolver only; an outbound filter on the network stops those.
fn is_internal(place: &Url) -> bool {
    match place.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_leaves_https() {
        let (tls, plain) = ("https://api.mypurecloud.ie/", "http://127.0.0.1:8080/");
        for (api, place, followed) in [
            (tls, "https://storage.example.com/part?sig=1", true),
            (tls, "http://storage.example.com/part", false),
            (tls, "http://127.0.0.1:9000/part", false),
            (tls, "https://127.0.0.1:9000/part", false),
            (tls, "https://localhost/part", false),
            (tls, "https://[::1]/part", false),
            (tls, "https://[::ffff:10.0.0.1]/part", false),
            (tls, "https://[fd00::1]/part", false),
            (tls, "https://10.1.2.3/part", false),
            (tls, "https://169.254.169.254/latest/meta-data", false),
            (tls, "https://192.0.2.7/part", false),
            (tls, "https://100.64.0.1/part", false),
            (tls, "https://[64:ff9b::a00:1]/part", false),
            (tls, "https://1.1.1.1/part", true),
            (plain, "http://127.0.0.1:9000/part", true),
            (tls, "ftp://storage.example.com/part", false),
            (tls, "file:///etc/passwd", false),
            (tls, "https://user:word@storage.example.com/part", false),
            (plain, "http://storage.example.com/part", true),
        ] {
            let result = may_follow(&api.parse().unwrap(), &place.parse().unwrap());
            assert_eq!(result.is_ok(), followed, "{api} -> {place}");
        }
    }
}

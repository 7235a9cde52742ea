//! Access tokens: the client-credentials grant (RFC 6749 §4.4) and revocation (RFC 7009).
//!
//! Errors here are OAuth's own, `{error, error_description}`, because OAuth libraries read nothing else.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use entities::client::queries;
use entities::client::table::Model;
use sea_orm::DbErr;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::json::Unread;
use crate::observe::KnownClient;
use crate::problem::Problem;

/// A token, and what it is good for.
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// The token: opaque, shown once.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How many seconds it lives.
    expires_in: u64,
    /// The scopes it carries, separated by spaces: all of the client's.
    scope: String,
}

/// OAuth's own form of an error (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
pub struct OAuthError {
    /// `invalid_client`, `invalid_request`, `invalid_scope` or `unsupported_grant_type`.
    error: &'static str,
    /// What is wrong, and the way out.
    error_description: &'static str,
}

/// The form of `POST /oauth/token`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read field by field, because OAuth forbids repeated ones")]
pub struct TokenForm {
    /// `client_credentials`.
    grant_type: String,
    /// The client, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// Its secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
    /// Scopes one expects; all of the client's are granted anyway.
    scope: Option<String>,
}

/// The form of `POST /oauth/revoke`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read field by field, because OAuth forbids repeated ones")]
pub struct RevokeForm {
    /// The token to end.
    token: String,
    /// Ignored: there is one type.
    token_type_hint: Option<String>,
    /// The client, unless it authenticates by HTTP Basic.
    client_id: Option<String>,
    /// Its secret, unless it authenticates by HTTP Basic.
    client_secret: Option<String>,
}

enum Refused {
    OAuth(StatusCode, OAuthError),
    Problem(Problem),
}

/// That a client could not be told, which says nothing of why.
fn wrong() -> Refused {
    let error_description = "the client is unknown, was revoked, or its secret is wrong";
    Refused::OAuth(StatusCode::UNAUTHORIZED, OAuthError { error: "invalid_client", error_description })
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Problem(error.into())
    }
}

fn refused(error: &'static str, error_description: &'static str) -> Refused {
    Refused::OAuth(StatusCode::BAD_REQUEST, OAuthError { error, error_description })
}

fn answer(outcome: Result<HttpResponse, Refused>) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refused::Problem(problem)) => Err(problem),
        Err(Refused::OAuth(status, error)) => {
            let mut response = HttpResponse::build(status);
            if status == StatusCode::UNAUTHORIZED {
                response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"dsr\", charset=\"UTF-8\""));
            }
            Ok(response.json(error))
        }
    }
}

/// Issues an access token to a client.
#[utoipa::path(post, path = "/oauth/token", tag = "access", security(()), operation_id = "issueToken",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = TokenResponse),
        (status = 400, description = "The call is wrong", body = OAuthError),
        (status = 401, description = "The client is unknown, or its secret is wrong", body = OAuthError),
        (status = 429, description = "Too many calls from this address", body = crate::problem::ProblemBody,
         content_type = "application/problem+json")))]
pub async fn issue(app: Data<App>, req: HttpRequest, body: Unread) -> Result<HttpResponse, Problem> {
    answer(issue_to(&app, &req, body).await)
}

async fn issue_to(app: &App, req: &HttpRequest, body: Unread) -> Result<HttpResponse, Refused> {
    let form = Form::read(app, req, body).await?;
    match form.one("grant_type")? {
        Some("client_credentials") => {}
        Some(_) => return Err(refused("unsupported_grant_type", "the only grant here is client_credentials")),
        None => return Err(refused("invalid_request", "grant_type is missing; it is client_credentials")),
    }
    let client = form.client(app, req).await?;
    if let Some(wanted) = form.one("scope")? {
        let held: Vec<_> = client.scopes.split_whitespace().collect();
        if !wanted.split_whitespace().all(|scope| held.contains(&scope)) {
            return Err(refused("invalid_scope", "the client does not hold all of these scopes"));
        }
    }
    let txn = app.store.db.begin().await?;
    let issued = queries::issue_token(&txn, app.store.now(), &client).await;
    let (token, life) = issued.map_err(|error| match error {
        DbErr::RecordNotUpdated => wrong(),
        error => error.into(),
    })?;
    txn.commit().await?;
    Ok(HttpResponse::Ok().insert_header((header::PRAGMA, "no-cache")).json(TokenResponse {
        access_token: token.expose_secret().to_owned(),
        token_type: "Bearer",
        expires_in: life.as_secs(),
        scope: client.scopes,
    }))
}

/// Ends an access token at once. A token that is not the client's, or none at all, is answered alike (RFC 7009 §2.2).
#[utoipa::path(post, path = "/oauth/revoke", tag = "access", security(()), operation_id = "revokeToken",
    request_body(content = RevokeForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token is not valid any more"),
        (status = 400, description = "The call is wrong", body = OAuthError),
        (status = 401, description = "The client is unknown, or its secret is wrong", body = OAuthError),
        (status = 429, description = "Too many calls from this address", body = crate::problem::ProblemBody,
         content_type = "application/problem+json")))]
pub async fn revoke(app: Data<App>, req: HttpRequest, body: Unread) -> Result<HttpResponse, Problem> {
    answer(revoke_for(&app, &req, body).await)
}

async fn revoke_for(app: &App, req: &HttpRequest, body: Unread) -> Result<HttpResponse, Refused> {
    let form = Form::read(app, req, body).await?;
    let client = form.client(app, req).await?;
    let token = form.one("token")?.ok_or_else(|| refused("invalid_request", "token is missing"))?;
    let txn = app.store.db.begin().await?;
    queries::revoke_token(&txn, app.store.now(), client.id, token).await?;
    txn.commit().await?;
    Ok(HttpResponse::Ok().finish())
}

struct Form(Vec<(String, String)>);

impl Form {
    async fn read(app: &App, req: &HttpRequest, body: Unread) -> Result<Self, Refused> {
        if let Some(address) = req.peer_addr() {
            app.limits.address(address.ip()).map_err(Refused::Problem)?;
        }
        let form = body.form().await.map_err(|problem| match problem.code().status {
            413 | 415 | 400 => refused("invalid_request", "send a short form, application/x-www-form-urlencoded"),
            _ => Refused::Problem(problem),
        })?;
        Ok(Self(form))
    }

    /// A parameter that must not be repeated; an empty one counts as left away (RFC 6749 §3.2).
    fn one(&self, name: &str) -> Result<Option<&str>, Refused> {
        let mut found = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(refused("invalid_request", "a parameter comes twice")),
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
        }
    }

    /// The client, by HTTP Basic or by the form, but not by both (RFC 6749 §2.3).
    async fn client(&self, app: &App, req: &HttpRequest) -> Result<Model, Refused> {
        let (id, secret) = match (basic(req), self.one("client_id")?, self.one("client_secret")?) {
            (Some(_), _, Some(_)) => {
                return Err(refused("invalid_request", "authenticate by HTTP Basic or in the form, not by both"));
            }
            (Some(basic), id, None) => {
                let (user, secret) = basic.ok_or_else(wrong)?;
                if id.is_some_and(|id| id != user) {
                    return Err(refused("invalid_request", "client_id differs from the one of HTTP Basic"));
                }
                (user, secret)
            }
            (None, Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
            (None, _, _) => return Err(wrong()),
        };
        let client = queries::by_secret(app.store.db.read(), &id, &secret).await?.ok_or_else(wrong)?;
        req.extensions_mut().insert(KnownClient(client.id));
        Ok(client)
    }
}

/// `Authorization: Basic`, if there is one; within it nothing if it does not read. Both halves are form-encoded inside the
/// Base64 (RFC 6749 §2.3.1).
fn basic(req: &HttpRequest) -> Option<Option<(String, String)>> {
    let line = req.headers().get(header::AUTHORIZATION)?;
    let read = || {
        let (scheme, encoded) = line.to_str().ok()?.split_once(' ')?;
        let plain = BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = String::from_utf8(plain).ok()?;
        let (user, secret) = text.split_once(':')?;
        Some((form_decoded(user), form_decoded(secret)))
    };
    Some(read())
}

fn form_decoded(text: &str) -> String {
    let pair = format!("v={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(text: &str) -> Option<Option<(String, String)>> {
        basic(&TestRequest::default().insert_header((header::AUTHORIZATION, text)).to_http_request())
    }

    #[test]
    fn basic_is_read_as_oauth_writes_it() {
        let pair = |text: &str| of(&format!("Basic {}", BASE64_STANDARD.encode(text)));
        assert_eq!(pair("id:secret"), Some(Some(("id".into(), "secret".into()))));
        assert_eq!(pair("a%3Ab:c%26d:e&f=g"), Some(Some(("a:b".into(), "c&d:e&f=g".into()))));
        assert_eq!(pair("no colon"), Some(None));
        assert_eq!(of("Basic ***"), Some(None));
        assert_eq!(of("Bearer x"), Some(None));
        assert_eq!(basic(&TestRequest::default().to_http_request()), None);
    }
}

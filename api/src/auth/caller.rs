//! Who calls: a client with the scope that the handler's signature asks for.

use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use entities::client::queries;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::event::trail::Actor;
use entities::id::ClientId;
use entities::request::decide::Decider;

use super::scopes::Needs;
use crate::app::App;
use crate::limits::Left;
use crate::observe::KnownClient;
use crate::problem::{Problem, codes};

/// A client that holds scope `S`. There is no other way to come by one than to be let in: by a token, or by [`Caller::let_in`].
pub struct Caller<S: Needs> {
    /// The client.
    pub client: ClientId,
    /// How far it reaches: the only way to any request.
    pub reach: Reach,
    /// For the trail.
    pub actor: Actor,
    scopes: Vec<Scope>,
    needs: PhantomData<S>,
}

impl<S: Needs> Caller<S> {
    /// Somebody who was let in by another door, such as a session, and holds `S` for every controller of `reach`. That is all it
    /// holds: what needs a further scope asks at that door again, because there the reach of each scope may differ.
    #[must_use]
    pub fn let_in(client: ClientId, reach: Reach, address: Option<String>) -> Self {
        let actor = Actor::client(client, address);
        Self { client, reach, actor, scopes: vec![S::SCOPE], needs: PhantomData }
    }

    /// Asks for a further scope, for what a call does only on demand.
    ///
    /// # Errors
    /// The client does not hold it.
    pub fn also<T: Needs>(&self) -> Result<(), Problem> {
        holds(&self.scopes, T::SCOPE)
    }

    /// The caller as one who decides.
    #[must_use]
    pub fn decider(&self) -> Decider {
        Decider { actor: self.actor.clone(), client: Some(self.client), reach: self.reach.clone() }
    }
}

impl<S: Needs> FromRequest for Caller<S> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { admit(&req).await })
    }
}

async fn admit<S: Needs>(req: &HttpRequest) -> Result<Caller<S>, Problem> {
    let app = req.app_data::<Data<App>>().ok_or_else(|| Problem::internal(anyhow::anyhow!("no app")))?;
    let token = bearer(req)?;
    let found = queries::by_token(&app.store, token).await?.ok_or_else(|| {
        Problem::new(codes::INVALID_TOKEN, "the access token is unknown, has ended or was revoked; ask for a new one")
            .with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"dsr\", error=\"invalid_token\"")
    })?;
    let client = found.client.id;
    req.extensions_mut().insert(KnownClient(client));
    let left: Left = app.limits.client(client)?;
    req.extensions_mut().insert(left);
    holds(&found.scopes, S::SCOPE)?;
    let address = req.peer_addr().map(|address| address.ip().to_canonical().to_string());
    Ok(Caller {
        client,
        reach: found.reach,
        actor: Actor::client(client, address),
        scopes: found.scopes,
        needs: PhantomData,
    })
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1). Tokens are read from nowhere else: addresses end up in logs.
fn bearer(req: &HttpRequest) -> Result<&str, Problem> {
    let none = || {
        Problem::new(codes::UNAUTHENTICATED, "send `Authorization: Bearer <token>`, with a token from /oauth/token")
            .with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"dsr\"")
    };
    let mut lines = req.headers().get_all(header::AUTHORIZATION);
    let (Some(line), None) = (lines.next(), lines.next()) else { return Err(none()) };
    let (scheme, token) = line.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(none)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(none());
    }
    Ok(token)
}

fn holds(scopes: &[Scope], needed: Scope) -> Result<(), Problem> {
    if scopes.contains(&needed) {
        return Ok(());
    }
    let challenge = format!("Bearer realm=\"dsr\", error=\"insufficient_scope\", scope=\"{needed}\"");
    Err(Problem::new(codes::INSUFFICIENT_SCOPE, format!("this call needs the scope {needed}, which the client lacks"))
        .with_header(header::WWW_AUTHENTICATE, &challenge))
}

//! Placing requests, and following them.

use std::sync::Arc;

use crate::{
    calls::is_id,
    error::PlatformError,
    model::{
        page::Page,
        request::{NewRequest, PlatformRequest, RequestKind, SubmitBody, Submitted},
    },
    platform::Platform,
    refusal,
    send::{Ask, unreadable},
    token::Token,
    traffic::Call,
};

/// Leave to submit once: a slot of the platform's budget and a token that is good now.
pub struct Clearance {
    token: Arc<Token>,
}

impl Platform {
    /// Places a request. Any 2xx is acceptance (contract §3.2).
    ///
    /// There is no idempotency key: after [`PlatformError::LostAnswer`] look through [`Self::requests`] before placing it
    /// again. Never repeated here, except after a 401, which says that nothing was done.
    pub async fn submit(&self, new: &NewRequest) -> Result<Submitted, PlatformError> {
        let clearance = self.clear_to_submit().await?;
        match self.place(clearance, new).await {
            Err(PlatformError::WrongCredentials { .. }) => self.place(self.clear_to_submit().await?, new).await,
            placed => placed,
        }
    }

    /// Waits for everything that a submission needs, a token and a slot, so that [`Self::place`] sends at once. Whoever must
    /// write down an intent, or look for a last objection, does so in between: nothing that takes time follows any more.
    pub async fn clear_to_submit(&self) -> Result<Clearance, PlatformError> {
        self.token().await?;
        self.inner.traffic.before(Call::SubmitRequest).await?;
        Ok(Clearance { token: self.token().await? })
    }

    /// Places a request, sending it once and at once. After [`PlatformError::WrongCredentials`] nothing was done, and the next
    /// clearance comes with a new token.
    pub async fn place(&self, clearance: Clearance, new: &NewRequest) -> Result<Submitted, PlatformError> {
        let url = self.address().api(&["gdpr", "requests"]);
        let mut ask = Ask::post(Call::SubmitRequest, url, &SubmitBody::from(new));
        if *new.kind() == RequestKind::Delete {
            ask = ask.query("deleteConfirmed", "true");
        }
        let answer = self.exchange(ask.call, self.authorised(&ask, &clearance.token)).await?;
        if !answer.is_success() {
            if answer.status == 401 && refusal::blames_token(&answer) {
                self.inner.tokens.discard(&clearance.token);
            }
            return Err(refusal::read(ask.call, &answer));
        }
        let correlation_id = answer.correlation.clone();
        let request: PlatformRequest =
            serde_json::from_slice(&answer.body).map_err(|error| unreadable(ask.call, &answer, &error))?;
        if request.id.is_empty() {
            return Err(PlatformError::LostAnswer { status: None, correlation: correlation_id, source: None });
        }
        Ok(Submitted { request, correlation_id })
    }

    /// One page of all requests of the organisation, `page` counted from 1. Neither filter nor order is to be had, and the
    /// newest rows may be missing for a while.
    pub async fn requests(&self, page: u32, size: u32) -> Result<Page<PlatformRequest>, PlatformError> {
        let url = self.address().api(&["gdpr", "requests"]);
        let ask = Ask::get(Call::ListRequests, url)
            .query("pageSize", &size.to_string())
            .query("pageNumber", &page.to_string());
        self.read(ask).await
    }

    /// One request, with its results if it is a finished export.
    pub async fn request(&self, id: &str) -> Result<PlatformRequest, PlatformError> {
        if !is_id(id) {
            return Err(PlatformError::NotFound { correlation: None });
        }
        self.read(Ask::get(Call::ReadRequest, self.address().api(&["gdpr", "requests", id]))).await
    }
}

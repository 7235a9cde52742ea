//! Placing requests, and following them.

use crate::{
    calls::is_id,
    error::PlatformError,
    model::{
        page::Page,
        request::{NewRequest, PlatformRequest, RequestKind, SubmitBody, Submitted},
    },
    platform::Platform,
    send::Ask,
    traffic::Call,
};

impl Platform {
    /// Places a request. Any 2xx is acceptance (contract §3.2).
    ///
    /// There is no idempotency key: after [`PlatformError::LostAnswer`] look through [`Self::requests`] before placing it
    /// again. Never repeated here, except after a 401, which says that nothing was done.
    pub async fn submit(&self, new: &NewRequest) -> Result<Submitted, PlatformError> {
        let url = self.address().api(&["gdpr", "requests"]);
        let mut ask = Ask::post(Call::SubmitRequest, url, &SubmitBody::from(new));
        if *new.kind() == RequestKind::Delete {
            ask = ask.query("deleteConfirmed", "true");
        }
        let (request, correlation_id): (PlatformRequest, _) = self.read_with_correlation(ask).await?;
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

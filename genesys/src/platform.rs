//! The client: one method a call, spread over the files of `calls/`.

use std::{fmt, sync::Arc};

use crate::{address::Address, credential::Credential, http::Http, token::Tokens, traffic::Traffic};

/// One controller's Genesys Cloud organisation, as one OAuth client sees it. Cheap to clone; clones share the token.
#[derive(Clone)]
pub struct Platform {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: Http,
    pub(crate) address: Address,
    pub(crate) credential: Credential,
    pub(crate) traffic: Arc<dyn Traffic>,
    pub(crate) tokens: Tokens,
}

impl Platform {
    /// No call is made yet; the first one fetches a token.
    pub fn new(http: Http, address: Address, credential: Credential, traffic: Arc<dyn Traffic>) -> Self {
        let tokens = Tokens::default();
        Self { inner: Arc::new(Inner { http, address, credential, traffic, tokens }) }
    }

    /// Where this platform is.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform").field("api_url", &self.inner.address.api_url().as_str()).finish_non_exhaustive()
    }
}

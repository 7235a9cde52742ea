//! Calls to the provider: short, bounded, and to nowhere that the guard refuses.

use std::time::Duration;

use egress::client::Client;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

use crate::failed::Failed;

/// How long one call may take.
const CALL: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes. The keys of a large provider take some ten thousand.
const LONGEST: usize = 1 << 20;

/// Begins a call.
pub fn call(http: &Client, method: Method, address: &str) -> Result<RequestBuilder, Failed> {
    let call = http.request(method, address).map_err(|_| Failed::Away("names an address that may not be called"))?;
    Ok(call.timeout(CALL).header("accept", "application/json"))
}

/// Sends it, and reads the answer with its status.
pub async fn answer<T: DeserializeOwned>(call: RequestBuilder) -> Result<(StatusCode, Option<T>), Failed> {
    let mut response = call.send().await.map_err(|_| Failed::Away("cannot be reached"))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|_| Failed::Away("broke off"))? {
        if body.len() + part.len() > LONGEST {
            return Err(Failed::Away("says too much"));
        }
        body.extend_from_slice(&part);
    }
    Ok((status, serde_json::from_slice(&body).ok()))
}

/// Reads something that must be there.
pub async fn read<T: DeserializeOwned>(call: RequestBuilder) -> Result<T, Failed> {
    match answer(call).await? {
        (StatusCode::OK, Some(read)) => Ok(read),
        (StatusCode::OK, None) => Err(Failed::Away("answers something that cannot be read")),
        _ => Err(Failed::Away("answers with an error")),
    }
}

//! What every call gets around it: an id, a time limit, headers that keep browsers from harm, one log line, and counters.
//!
//! Logs and counters name the route's pattern, never the path: paths hold ids, and what a caller mistypes may be personal.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use entities::id::ClientId;
use uuid::Uuid;

use crate::app::App;
use crate::limits::Left;
use crate::problem::{Problem, codes};

/// The client that was recognised during a call.
#[derive(Clone, Copy, Debug)]
pub struct KnownClient(pub ClientId);

/// Why a call failed on our side, where its answer does not carry the problem itself: pages say it in their own words.
#[derive(Clone, Debug)]
pub struct KnownCause(pub String);

/// A header that a page which is not an API answer sets to say what it may load.
pub const POLICY: HeaderName = header::CONTENT_SECURITY_POLICY;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware.
///
/// # Errors
/// What the call itself ended in.
pub async fn observe(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = request_id(req.headers());
    let method = req.method().clone();
    let expected_route = req.match_pattern();
    let Some(app) = req.app_data::<Data<App>>().cloned() else {
        return Err(Problem::internal(anyhow::anyhow!("no app")).into());
    };
    let (hsts, stopping) = (app.hsts, app.stop.is_cancelled());
    // Each of the server's threads has a small runtime of its own, which ends with the server. A database connection that a
    // call opens goes to the pool that others share, so it must belong to the runtime that stays.
    let mut call = pin!(next.call(req));
    let call = poll_fn(|cx| {
        let _inside = app.runtime.enter();
        call.as_mut().poll(cx)
    });
    let end = tokio::time::timeout(app.request_timeout, call).await;
    let end = end.unwrap_or_else(|_| {
        let detail =
            "the call took too long, and it is not known whether it was done; repeat it with an Idempotency-Key";
        Err(Problem::new(codes::TIMED_OUT, detail).with_header(header::RETRY_AFTER, "5").into())
    });
    let line = |status: u16, route: Option<String>, client: Option<ClientId>, cause: Option<String>| Line {
        method: method.as_str().to_owned(),
        route: route.or(expected_route.clone()).unwrap_or_else(|| "none".to_owned()),
        status,
        started,
        id: id.clone(),
        client,
        cause,
    };
    match end {
        Ok(response) => {
            let mut response = response.map_into_boxed_body();
            let (client, left, cause) = {
                let noted = response.request().extensions();
                let cause = noted.get::<KnownCause>().map(|known| known.0.clone());
                (noted.get::<KnownClient>().map(|known| known.0), noted.get::<Left>().copied(), cause)
            };
            let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
            let cause = cause.or_else(|| problem.and_then(Problem::cause).map(in_full));
            line(response.status().as_u16(), response.request().match_pattern(), client, cause).write();
            let headers = response.headers_mut();
            dress(headers, &id, hsts, left);
            if stopping {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        }
        Err(mut error) => {
            let problem = error.as_error::<Problem>();
            let status = error.as_response_error().status_code().as_u16();
            line(status, None, None, problem.and_then(Problem::cause).map(in_full)).write();
            error.add_response_mapper(move |mut response| {
                dress(response.headers_mut(), &id, hsts, None);
                response
            });
            Err(error)
        }
    }
}

/// A cause with those beneath it, on one line.
#[must_use]
pub fn in_full(cause: &anyhow::Error) -> String {
    format!("{cause:#}")
}

/// The caller's own id if it is sane, else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let sane = |text: &&HeaderValue| {
        (1..=64).contains(&text.len())
            && text.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    let given = headers.get(REQUEST_ID).filter(sane).cloned();
    given.unwrap_or_else(|| {
        HeaderValue::from_str(&Uuid::now_v7().to_string()).unwrap_or_else(|_| HeaderValue::from_static("none"))
    })
}

/// Headers for every answer. What an endpoint has set itself stays.
fn dress(headers: &mut HeaderMap, id: &HeaderValue, hsts: bool, left: Option<Left>) {
    let mut unless_set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    unless_set(header::CACHE_CONTROL, "no-store");
    unless_set(POLICY, "default-src 'none'; frame-ancestors 'none'");
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::REFERRER_POLICY, "no-referrer");
    if hsts {
        unless_set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    headers.insert(REQUEST_ID, id.clone());
    if let Some(left) = left {
        let mut add = |name: &'static str, value: String| {
            let name = HeaderName::from_static(name);
            if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        };
        add("ratelimit-policy", left.policy());
        add("ratelimit", left.state());
    }
}

struct Line {
    method: String,
    route: String,
    status: u16,
    started: Instant,
    id: HeaderValue,
    client: Option<ClientId>,
    cause: Option<String>,
}

impl Line {
    fn write(self) {
        let took = self.started.elapsed();
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let client = self.client.map(|client| client.to_string()).unwrap_or_default();
        let id = self.id.to_str().unwrap_or_default();
        let Self { method, route, status, .. } = &self;
        match &self.cause {
            Some(cause) => tracing::error!(method, route, status, ms, request_id = id, client, cause, "a call failed"),
            None => tracing::info!(method, route, status, ms, request_id = id, client, "answered"),
        }
        // Only methods that exist: whatever else somebody invents must not make a counter each.
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = known.into_iter().find(|known| known == method).unwrap_or("other");
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", class.to_owned())];
        metrics::counter!("dsr_http_requests_total", &labels).increment(1);
        metrics::histogram!("dsr_http_request_seconds", &labels).record(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_request_id_is_kept_and_any_other_replaced() {
        let with = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(text).unwrap());
            request_id(&headers).to_str().unwrap().to_owned()
        };
        assert_eq!(with("trace-1.a_B"), "trace-1.a_B");
        for odd in ["", "a b", "ada@example.org", &"x".repeat(65)] {
            assert_eq!(with(odd).parse::<Uuid>().unwrap().get_version_num(), 7, "{odd}");
        }
    }
}

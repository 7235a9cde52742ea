//! Where a form was sent from: the headers that a browser sets by itself, and that no other site can choose.

use actix_web::HttpRequest;
use actix_web::http::header;

/// The host that a call names, with its port.
#[must_use]
pub fn host(req: &HttpRequest) -> Option<&str> {
    req.headers().get(header::HOST).and_then(|host| host.to_str().ok())
}

/// Whether a browser sends this from a page of ours: of the host that it calls, or of `public_url`, where people reach this
/// service. A browser always says where from when it posts; what says nothing is none.
#[must_use]
pub fn is_from_here(req: &HttpRequest, public_url: Option<&str>) -> bool {
    let ours = [host(req), public_url.and_then(authority)];
    let one = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let is_same = |origin: &str| {
        authority(origin).is_some_and(|at| ours.iter().flatten().any(|our| at.eq_ignore_ascii_case(our)))
    };
    match (one("sec-fetch-site"), one(header::ORIGIN.as_str())) {
        (Some(site), _) if site != "same-origin" => false,
        (_, Some(origin)) => is_same(origin),
        (Some(_), None) => true,
        (None, None) => false,
    }
}

/// The host and port of an address.
fn authority(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    rest.split('/').next()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_a_page_of_ours_may_send_a_form() {
        for (site, origin, expected) in [
            (Some("same-origin"), Some("https://dsr.example.com"), true),
            (Some("same-origin"), None, true),
            (None, Some("https://dsr.example.com"), true),
            (None, Some("https://DSR.example.com"), true),
            (None, Some("http://10.0.0.1:8080"), true),
            (None, None, false),
            (Some("cross-site"), Some("https://dsr.example.com"), false),
            (Some("same-site"), None, false),
            (Some("none"), None, false),
            (Some("same-origin"), Some("https://evil.example"), false),
            (None, Some("null"), false),
            (None, Some("https://dsr.example.com.evil.example"), false),
            (None, Some("https://dsr.example.com:8443"), false),
        ] {
            let mut req = TestRequest::default().insert_header((header::HOST, "10.0.0.1:8080"));
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    req = req.insert_header((name, value));
                }
            }
            let req = req.to_http_request();
            assert_eq!(is_from_here(&req, Some("https://dsr.example.com/dsr")), expected, "{site:?} {origin:?}");
        }
    }
}

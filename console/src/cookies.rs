//! Our cookies: their names and attributes.
//!
//! The `__Host-` prefix has a browser take a cookie only from a secure origin, for this host alone and the whole of it (RFC
//! 6265bis §4.1.3.2), so nobody beside us can plant one. Without TLS a browser refuses it: then, and only on this machine's own
//! loopback addresses, plain names stand in for it.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use api::origin::host;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Who is signed in.
    Session,
    /// What the forms of a visitor who is not signed in are bound to.
    Visit,
    /// Light or dark.
    Theme,
    /// The person who looks where their request stands.
    Person,
    /// Whoever is in the regulator's room.
    Regulator,
    /// In which language.
    Language,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "dsr",
            Self::Visit => "dsr-visit",
            Self::Theme => "dsr-theme",
            Self::Language => "dsr-language",
            Self::Person => "dsr-person",
            Self::Regulator => "dsr-regulator",
        }
    }

    /// Below which address it is sent: guests' sessions are no business of the officers' pages, nor the other way round.
    const fn path(self) -> &'static str {
        match self {
            Self::Session | Self::Visit | Self::Theme | Self::Language => "/",
            Self::Person => "/status",
            Self::Regulator => "/regulator",
        }
    }
}

/// The cookies of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jar {
    is_plain: bool,
}

impl Jar {
    /// How cookies are kept with whoever makes this call. `public_url` is where people reach this service, if that is known.
    #[must_use]
    pub fn of(req: &HttpRequest, public_url: Option<&str>) -> Self {
        let is_tls = public_url.is_some_and(|url| url.starts_with("https://"));
        Self { is_plain: !is_tls && host(req).is_some_and(is_loopback) }
    }

    fn name(self, purpose: Purpose) -> String {
        // `__Host-` is for the whole host alone; of one of its parts, `__Secure-` vouches for the secure origin still.
        let prefix = match (self.is_plain, purpose.path()) {
            (true, _) => "",
            (false, "/") => "__Host-",
            (false, _) => "__Secure-",
        };
        format!("{prefix}{}", purpose.name())
    }

    /// What the caller keeps.
    #[must_use]
    pub fn read(self, req: &HttpRequest, purpose: Purpose) -> Option<String> {
        req.cookie(&self.name(purpose)).map(|cookie| cookie.value().to_owned())
    }

    /// A cookie to keep until the browser is closed, or for as long as it says.
    #[must_use]
    pub fn keep(self, purpose: Purpose, value: String, life: Option<Duration>) -> Cookie<'static> {
        let cookie = Cookie::build(self.name(purpose), value)
            .path(purpose.path())
            .secure(!self.is_plain)
            .http_only(true)
            .same_site(SameSite::Lax);
        match life {
            Some(life) => cookie.max_age(life).finish(),
            None => cookie.finish(),
        }
    }

    /// A cookie that takes away the one there is.
    #[must_use]
    pub fn forget(self, purpose: Purpose) -> Cookie<'static> {
        self.keep(purpose, String::new(), Some(Duration::ZERO))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let address = name.parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_session_is_kept_for_this_host_alone_wherever_there_may_be_tls() {
        for (host, public_url, name) in [
            ("dsr.example.com", None, "__Host-dsr"),
            ("dsr.example.com", Some("http://dsr.example.com"), "__Host-dsr"),
            ("127.0.0.1:8080", None, "dsr"),
            ("localhost", Some("http://localhost"), "dsr"),
            ("[::1]:8080", None, "dsr"),
            ("127.0.0.1:8080", Some("https://dsr.example.com"), "__Host-dsr"),
            ("localhost.example.com", None, "__Host-dsr"),
            ("127.0.0.1.example.com", None, "__Host-dsr"),
        ] {
            let req = TestRequest::default().insert_header((header::HOST, host)).to_http_request();
            let cookie = Jar::of(&req, public_url).keep(Purpose::Session, "token".to_owned(), None);
            assert_eq!(cookie.name(), name, "{host}");
            assert_eq!(cookie.secure(), Some(name.starts_with("__Host-")), "{host}");
            assert_eq!(
                (cookie.http_only(), cookie.same_site(), cookie.path()),
                (Some(true), Some(SameSite::Lax), Some("/"))
            );
            assert_eq!(cookie.domain(), None);
        }
    }
}

//! Where the platform is: its login host and its API host, by region or by hand.
//!
//! Checked once here, because every token and every identifier travels to these two places.

use url::{Host, Url};

/// Region id and host suffix (contract §1.1).
const REGIONS: [(&str, &str); 18] = [
    ("us_east_1", "mypurecloud.com"),
    ("us_east_2", "use2.us-gov-pure.cloud"),
    ("us_west_2", "usw2.pure.cloud"),
    ("ca_central_1", "cac1.pure.cloud"),
    ("mx_central_1", "mxc1.pure.cloud"),
    ("sa_east_1", "sae1.pure.cloud"),
    ("eu_west_1", "mypurecloud.ie"),
    ("eu_west_2", "euw2.pure.cloud"),
    ("eu_central_1", "mypurecloud.de"),
    ("eu_central_2", "euc2.pure.cloud"),
    ("eusc_de_east_1", "edee1.eusc-pure.cloud"),
    ("me_central_1", "mec1.pure.cloud"),
    ("ap_south_1", "aps1.pure.cloud"),
    ("ap_southeast_1", "apse1.pure.cloud"),
    ("ap_southeast_2", "mypurecloud.com.au"),
    ("ap_northeast_1", "mypurecloud.jp"),
    ("ap_northeast_2", "apne2.pure.cloud"),
    ("ap_northeast_3", "apne3.pure.cloud"),
];

/// The two hosts of one platform region, or of a stand-in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    login_url: Url,
    api_url: Url,
}

/// Why a place cannot be the platform's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Neither a region id nor a host suffix of the table.
    #[error("`{0}` is no region this version knows; give a region id such as eu_west_1, or both URLs")]
    UnknownRegion(String),
    /// Credentials and personal data would travel in the clear.
    #[error("the {which} URL must use https (http is taken for this machine only)")]
    PlainHttp {
        /// `login` or `API`.
        which: &'static str,
    },
    /// Not a plain `http(s)://host[:port][/path]`.
    #[error("the {which} URL must be http(s) with a host, and without user, password, query or fragment")]
    NotABase {
        /// `login` or `API`.
        which: &'static str,
    },
}

impl Address {
    /// The address of a region, by its id (`eu_west_1`, `eu-west-1`) or by its host suffix (`mypurecloud.ie`).
    pub fn region(name: &str) -> Result<Self, BadAddress> {
        let unknown = || BadAddress::UnknownRegion(name.to_owned());
        let wanted = name.trim().to_ascii_lowercase();
        let by_id = wanted.replace('-', "_");
        let (_, suffix) = REGIONS.iter().find(|(id, suffix)| *id == by_id || *suffix == wanted).ok_or_else(unknown)?;
        let url = |host: &str| Url::parse(&format!("https://{host}.{suffix}/")).map_err(|_| unknown());
        Ok(Self { login_url: url("login")?, api_url: url("api")? })
    }

    /// All known regions as (region id, host suffix), for help texts.
    pub fn regions() -> impl Iterator<Item = (&'static str, &'static str)> {
        REGIONS.into_iter()
    }

    /// An address by hand. Plain http is taken for loopback hosts only.
    pub fn new(login_url: Url, api_url: Url) -> Result<Self, BadAddress> {
        for (which, url) in [("login", &login_url), ("API", &api_url)] {
            if url.scheme() != "https" && !is_loopback(url) {
                return Err(BadAddress::PlainHttp { which });
            }
        }
        Self::allowing_plain_http(login_url, api_url)
    }

    /// An address by hand, plain http taken anywhere: for a sandbox on a closed network, never for the real platform.
    pub fn allowing_plain_http(login_url: Url, api_url: Url) -> Result<Self, BadAddress> {
        for (which, url) in [("login", &login_url), ("API", &api_url)] {
            let plain = matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none();
            if !plain {
                return Err(BadAddress::NotABase { which });
            }
        }
        Ok(Self { login_url, api_url })
    }

    /// Where tokens come from.
    pub fn login_url(&self) -> &Url {
        &self.login_url
    }

    /// Where everything else comes from.
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }

    pub(crate) fn token_url(&self) -> Url {
        below(&self.login_url, &["oauth", "token"])
    }

    /// `/api/v2/…` below the API host. Segments are percent-encoded; the caller keeps empty and dotted ones out.
    pub(crate) fn api(&self, segments: &[&str]) -> Url {
        let mut all = vec!["api", "v2"];
        all.extend(segments);
        below(&self.api_url, &all)
    }
}

/// Whether a token for the API may travel to `url`: same scheme, host and port, and nobody else's name in it.
pub(crate) fn is_same_origin(api: &Url, url: &Url) -> bool {
    url.scheme() == api.scheme()
        && url.host() == api.host()
        && url.port_or_known_default() == api.port_or_known_default()
        && url.username().is_empty()
        && url.password().is_none()
}

/// Whether the URL's host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_region_is_known_by_its_id_and_by_its_suffix() {
        for name in ["eu_west_1", "EU-West-1", " mypurecloud.ie "] {
            let address = Address::region(name).unwrap();
            assert_eq!(address.api_url().as_str(), "https://api.mypurecloud.ie/", "{name}");
            assert_eq!(address.token_url().as_str(), "https://login.mypurecloud.ie/oauth/token", "{name}");
        }
        assert_eq!(Address::region("mars_1"), Err(BadAddress::UnknownRegion("mars_1".into())));
        for (id, suffix) in Address::regions() {
            assert_eq!(Address::region(id).unwrap(), Address::region(suffix).unwrap());
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (login, api, taken) in [
            ("http://127.0.0.1:8080/", "http://[::1]:8081", true),
            ("http://localhost:8080/", "https://api.example.com", true),
            ("http://login.example.com", "https://api.example.com", false),
            ("https://login.example.com", "http://api.example.com", false),
            ("https://login.example.com", "https://api.example.com?x=1", false),
            ("https://user@login.example.com", "https://api.example.com", false),
            ("ftp://127.0.0.1/", "https://api.example.com", false),
            ("file:///etc/passwd", "https://api.example.com", false),
        ] {
            assert_eq!(Address::new(url(login), url(api)).is_ok(), taken, "{login} {api}");
        }
        assert!(Address::allowing_plain_http(url("http://sandbox:1/"), url("http://sandbox:2/")).is_ok());
    }

    #[test]
    fn a_base_path_is_kept_and_segments_are_encoded() {
        let address = Address::new(url("http://127.0.0.1:1/login/"), url("http://127.0.0.1:1/api-host")).unwrap();
        assert_eq!(address.token_url().path(), "/login/oauth/token");
        assert_eq!(address.api(&["users", "a/b?c"]).path(), "/api-host/api/v2/users/a%2Fb%3Fc");
    }

    #[test]
    fn only_the_api_itself_gets_the_token() {
        let api = url("https://api.mypurecloud.ie/");
        for (other, same) in [
            ("https://api.mypurecloud.ie/api/v2/downloads/1", true),
            ("https://API.mypurecloud.ie:443/x", true),
            ("http://api.mypurecloud.ie/x", false),
            ("https://api.mypurecloud.ie:8443/x", false),
            ("https://api.mypurecloud.ie.example.com/x", false),
            ("https://api.mypurecloud.ie@example.com/x", false),
            ("https://someone@api.mypurecloud.ie/x", false),
            ("https://login.mypurecloud.ie/x", false),
        ] {
            assert_eq!(is_same_origin(&api, &url(other)), same, "{other}");
        }
    }
}

//! Where a visitor may be sent on to: pages of the console and nothing else, whoever wrote the address.

/// A path with its query that lies within the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPath(String);

impl OwnPath {
    /// Where the home page lies.
    pub const HOME: &str = "/console";

    /// Where one comes to without saying where to.
    #[must_use]
    pub fn home() -> Self {
        Self(Self::HOME.to_owned())
    }

    /// Reads a path. What is not within the console, or could be read as another place by a browser, is the home page.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let within = text == "/console" || text.starts_with("/console/") || text.starts_with("/console?");
        // Browsers read a backslash as a slash and drop tabs and line ends; `..` could climb out again.
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let climbs = path.contains("..") || path.contains("//") || path.to_ascii_lowercase().contains("%2e");
        if within && plain && !climbs && text.len() <= 2000 { Self(text.to_owned()) } else { Self::home() }
    }

    /// The page behind a form that goes to `path`: where whoever sent it can look and begin again.
    #[must_use]
    pub fn behind(path: &str) -> Self {
        let parts: Vec<_> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            ["console", "requests", "search" | "export"] | ["console", "together", ..] => {
                Self::read("/console/requests")
            }
            ["console", "views", ..] => Self::read("/console/views"),
            ["console", "requests", name, ..] => Self::read(&format!("/console/requests/{name}")),
            ["console", "regulators", id, ..] => Self::read(&format!("/console/regulators/{id}")),
            ["console", "account", "sessions" | "passkeys", ..] => Self::read("/console/account"),
            ["console", "setup", "law", ..] => Self::read("/console/setup/law"),
            ["console", "setup", "resume"] => Self::read("/console/setup/pause"),
            ["console", "setup", list, one, _, ..] => Self::read(&format!("/console/setup/{list}/{one}")),
            ["console", "sign-out" | "theme" | "language"] => Self::home(),
            _ => Self::read(path),
        }
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_form_lies_the_page_that_it_is_about() {
        for (form, page) in [
            ("/console/requests/K7PW-3MXD/release", "/console/requests/K7PW-3MXD"),
            ("/console/account/sessions/1/end", "/console/account"),
            ("/console/setup/controllers/acme/look", "/console/setup/controllers/acme"),
            ("/console/setup/controllers/add", "/console/setup/controllers/add"),
            ("/console/setup/law/review", "/console/setup/law"),
            ("/console/setup/resume", "/console/setup/pause"),
            ("/console/setup/officers/1/disable", "/console/setup/officers/1"),
            ("/console/setup/officers/add", "/console/setup/officers/add"),
            ("/console/sign-out", "/console"),
            ("/console/together/hold", "/console/requests"),
            ("/console/sign-in", "/console/sign-in"),
        ] {
            assert_eq!(OwnPath::behind(form).as_str(), page);
        }
    }

    #[test]
    fn nobody_is_sent_out_of_the_house() {
        for own in ["/console", "/console/requests?status=reviewing", "/console/requests/K7PW-3MXD#clocks"] {
            assert_eq!(OwnPath::read(own).as_str(), own);
        }
        for other in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/console\\..\\x",
            "/consoles",
            "/console/../docs",
            "/console/%2e%2E/docs",
            "/console//evil.example",
            "/console/\r\nset-cookie: a=b",
            "javascript:alert(1)",
            "/console/ä",
        ] {
            assert_eq!(OwnPath::read(other), OwnPath::home(), "{other}");
        }
    }
}

//! Recovery codes that were made just now, shown this once.

use askama::Template;
use secrecy::{ExposeSecret, SecretString};

use crate::shell::Shell;

/// The page with them.
#[derive(Template)]
#[template(path = "codes.html")]
pub struct Codes {
    s: Shell,
    codes: Vec<String>,
    onward: &'static str,
}

impl Codes {
    /// These, with the way on to this address.
    #[must_use]
    pub fn of(s: Shell, codes: &[SecretString], onward: &'static str) -> Self {
        Self { s, codes: codes.iter().map(|code| code.expose_secret().to_owned()).collect(), onward }
    }
}

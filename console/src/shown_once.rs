//! A secret, on the answer to the form that had it made and nowhere else: no address leads there, nothing may store it, and sending
//! the form again shows it no more.

use actix_web::HttpResponse;
use askama::Template;

use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// The page.
#[derive(Template)]
#[template(path = "shown-once.html")]
pub struct ShownOnce {
    /// What stands around it.
    pub s: Shell,
    /// What was done.
    pub title: String,
    /// What that means.
    pub says: String,
    /// What is shown, each under its name.
    pub items: Vec<(String, String)>,
    /// What to do with it.
    pub next: Vec<String>,
    /// Where one goes on.
    pub onward: String,
}

impl ShownOnce {
    /// Shows it.
    ///
    /// # Errors
    /// It does not render.
    pub fn show(&self) -> Result<HttpResponse, Refused> {
        page::show(self)
    }
}

//! The question before something that cannot be taken back with a click: what will happen, and a button that has it happen.

use actix_web::HttpResponse;
use askama::Template;

use crate::page;
use crate::refused::Refused;
use crate::shell::{Shell, Tie};

/// The page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm {
    /// What stands around it.
    pub s: Shell,
    /// What the form is bound to, where the thing has a version.
    pub tie: Option<Tie>,
    /// What it is about.
    pub about: String,
    /// Where that is.
    pub back: String,
    /// What would be done, as a question.
    pub title: String,
    /// What follows from it.
    pub says: Vec<String>,
    /// What the button says.
    pub button: String,
    /// Where the form goes.
    pub action: String,
    /// Whether something ends by it.
    pub is_grave: bool,
    /// A box that may be ticked: its name and what it says.
    pub also: Option<(&'static str, String)>,
}

impl Confirm {
    /// Shows it.
    ///
    /// # Errors
    /// It does not render.
    pub fn show(&self) -> Result<HttpResponse, Refused> {
        page::show(self)
    }
}

//! `POST /console/language`: in which language this browser shows the pages. It goes before an officer's own and the browser's.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use serde::Deserialize;

use crate::cookies::Purpose;
use crate::form::Form;
use crate::language::Language;
use crate::own_path::OwnPath;
use crate::page;
use crate::visitor::Visiting;

const LIFE: Duration = Duration::days(365);

/// What is chosen, and the page to come back to.
#[derive(Deserialize)]
pub struct Chosen {
    language: String,
    to: String,
}

/// Keeps the choice.
pub async fn choose(visitor: Visiting, form: Form<Chosen>) -> HttpResponse {
    let language = Language::of_code(&form.fields.language).unwrap_or_default();
    let mut response = page::go_to(&OwnPath::read(&form.fields.to));
    let cookie = visitor.jar.keep(Purpose::Language, language.code().to_owned(), Some(LIFE));
    // It fails only for a cookie that no header can hold, which this is not.
    let _ = response.add_cookie(&cookie);
    response
}

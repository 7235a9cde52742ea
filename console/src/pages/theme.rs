//! `POST /console/theme`: light, dark, or as the system has it.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use serde::Deserialize;

use crate::cookies::Purpose;
use crate::form::Form;
use crate::own_path::OwnPath;
use crate::page;
use crate::theme::Theme;
use crate::visitor::Visiting;

const LIFE: Duration = Duration::days(365);

/// What is chosen, and the page to come back to.
#[derive(Deserialize)]
pub struct Chosen {
    theme: String,
    to: String,
}

/// Keeps the choice.
pub async fn choose(visitor: Visiting, form: Form<Chosen>) -> HttpResponse {
    let theme = Theme::of(&form.fields.theme);
    let mut response = page::go_to(&OwnPath::read(&form.fields.to));
    let cookie = visitor.jar.keep(Purpose::Theme, theme.as_str().to_owned(), Some(LIFE));
    // It fails only for a cookie that no header can hold, which this is not.
    let _ = response.add_cookie(&cookie);
    response
}

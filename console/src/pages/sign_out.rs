//! `POST /console/sign-out`: ends this session, at whatever step it is.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use api::app::App;
use entities::officer::session;

use crate::cookies::Purpose;
use crate::form::{Form, Nothing};
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::visitor::Visiting;

/// Ends it.
///
/// # Errors
/// The database fails.
pub async fn send(app: Data<App>, visitor: Visiting, _: Form<Nothing>) -> Result<HttpResponse, Refused> {
    if let Some(signed) = &visitor.session {
        let by = visitor.from().actor(signed.officer);
        let txn = app.store.db.begin().await?;
        session::end(&txn, &app.store, &by, signed.officer, signed.session).await?;
        txn.commit().await?;
    }
    // Whoever came by the organisation's provider may be signed in there still: the page says how to end that too.
    let to = if app.federation.is_some() { "/console/sign-in?out=yes" } else { "/console/sign-in" };
    let mut response = page::go_to(&OwnPath::read(to));
    if let Ok(value) = HeaderValue::from_str(&visitor.jar.forget(Purpose::Session).to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    // What a browser has kept of the pages goes with it.
    response
        .headers_mut()
        .insert(header::HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}

//! `POST /console/requests/{name}/files/{file}`: a file of an export. That it is fetched is an event first.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::RequestsReveal;
use api::named::{self, Named};
use api::problem::Problem;
use api::reveal::Purpose;
use api::views::content::open;
use entities::artifact::queries::by_id;
use entities::id::ArtifactId;

use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::refused::Refused;

/// One file, to be saved. It is the answer of a POST, so that no address leads to it.
///
/// # Errors
/// The request is not within the reach of who may reveal, has no such file, or its data has been erased.
pub async fn fetch(
    app: Data<App>,
    officer: Officer<RequestsReveal>,
    names: Path<(String, String)>,
    _form: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    let (name, file) = names.into_inner();
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, officer.reach()).await?;
    let none = || Problem::not_found("artifact");
    let id = named::id(&file).map(ArtifactId).ok_or_else(none)?;
    let found = by_id(conn, officer.reach(), id).await?.filter(|(_, of)| of.id == request.id);
    let (artifact, _) = found.ok_or_else(none)?;
    Ok(open(&app, &officer.by, &request, &artifact, &Purpose::read("purpose", "download")?).await?)
}

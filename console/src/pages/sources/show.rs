//! `GET /console/setup/sources/{source}`: one source, what waits, what to enter on the other side; never its secret.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::SourcesManage;
use api::query::Query;
use api::sources::asked::find;
use askama::Template;
use entities::id::SourceId;
use entities::source::queries::{Waiting, waiting};
use entities::source::secrets::previous_until;
use sources::description::{Description, Fault};
use sources::guide::Guide;

use super::acts::Act;
use super::view;
use crate::dates::When;
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "source.html")]
struct Page {
    s: Shell,
    tie: Tie,
    notice: Option<String>,
    id: SourceId,
    slug: String,
    system: String,
    controller: String,
    health: Tag,
    trouble: Option<String>,
    waiting: Waiting,
    hints: Vec<Fault>,
    address: String,
    method: &'static str,
    headers: Vec<&'static str>,
    secret_is: &'static str,
    body: Option<&'static str>,
    previous: Option<When>,
    has_credentials: bool,
    mapping_version: i64,
    listed: Option<When>,
    added: When,
    acts: Vec<(&'static str, String, bool)>,
}

/// One source.
///
/// # Errors
/// There is none of this id within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SourcesManage>,
    id: Path<String>,
    asked: Query<Say>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let conn = app.store.db.read();
    let row = find(conn, officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let waiting = waiting(conn, &[row.id]).await?.get(&row.id).copied().unwrap_or_default();
    let described = Description::of(&row)?;
    let scheme = described.signing.scheme().row();
    let public_url = app.store.public_url.as_deref();
    let dates = s.dates_of(row.controller_id);
    let acts = Act::ALL.iter().filter(|act| act.fits(&row));
    let page = Page {
        tie: Tie::to(row.version),
        notice: asked.notice(&s, "source-say"),
        system: view::system(&row),
        controller: s.controller_name(row.controller_id),
        health: view::health(&s, &row, waiting),
        hints: described.hints(&app.allowed, public_url),
        address: described.address(Some(public_url.unwrap_or_default()), &row.slug),
        method: scheme.method,
        headers: scheme.headers.to_vec(),
        secret_is: scheme.secret,
        body: Guide::of(described.system).body(),
        previous: previous_until(&row, s.now).map(|at| dates.minute(at)),
        has_credentials: row.credentials_sealed.is_some(),
        mapping_version: row.mapping_version,
        listed: row.reconciled_at.map(|at| dates.minute(at)),
        added: dates.day(row.created_at),
        acts: acts.map(|act| (act.as_str(), s.word("source-act", act.as_str()), act.is_direct())).collect(),
        id: row.id,
        slug: row.slug,
        trouble: row.trouble,
        waiting,
        s,
    };
    page::show(&page)
}

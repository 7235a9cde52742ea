//! `GET /console/setup/sources/add`: which kind of system a source is to be.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::SourcesManage;
use askama::Template;
use sources::guide::Guide;
use ticketing::kind::{Carries, SystemKind};

use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "source-kinds.html")]
struct Page {
    s: Shell,
    kinds: Vec<Kind>,
}

/// One kind.
struct Kind {
    word: &'static str,
    title: &'static str,
    offers: Vec<String>,
}

/// The kinds, each with what it can do for us.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<SourcesManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let kind = |kind: &SystemKind| {
        let row = kind.row();
        let offers = [
            ("fields", row.carries == Carries::Fields),
            ("reads", row.reads),
            ("writes", row.writes),
            ("lists", row.lists),
        ];
        let offers = offers.into_iter().filter(|(_, is)| *is).map(|(word, _)| s.word("source-offer", word));
        Kind { word: kind.as_str(), title: Guide::of(*kind).title(), offers: offers.collect() }
    };
    let kinds = SystemKind::ALL.iter().map(kind).collect();
    page::show(&Page { kinds, s })
}

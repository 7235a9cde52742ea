//! `/console/setup/controllers/{controller}/texts`: a controller's own letter texts in place of those that come with the program.

pub mod edit;

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::ControllersManage;
use askama::Template;
use entities::letter::templates;
use letters::kind::Audience;
use letters::language::Language;
use letters::template::{Name, TemplateId};

use crate::controllers;
use crate::officer::Officer;
use crate::page;
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "texts.html")]
struct Page {
    s: Shell,
    slug: String,
    name: String,
    languages: Vec<String>,
    groups: Vec<(String, Vec<Row>)>,
}

/// One text, in every language.
struct Row {
    label: String,
    cells: Vec<Cell>,
}

/// One text in one language.
struct Cell {
    language: String,
    address: String,
    state: Tag,
}

/// All texts, by kind and language.
///
/// # Errors
/// The controller is not within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    slug: Path<String>,
) -> Result<HttpResponse, Refused> {
    let row = controllers::named(&app, &officer, &slug).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let own = templates::current(app.store.db.read(), row.id).await?;
    let own: HashMap<_, _> = own.into_iter().map(|row| ((row.language, row.name), row.version)).collect();
    let line = |name: Name| {
        let cell = |language: Language| Cell {
            language: s.word("letter-language", language.code()),
            address: address(&row.slug, TemplateId { language, name }),
            state: match own.get(&(language.code().to_owned(), name.as_str().to_owned())) {
                Some(version) => Tag::new(Tone::Info, s.with("texts-own", "version", *version)),
                None => Tag::new(Tone::Quiet, s.t("texts-built-in")),
            },
        };
        Row { label: label(&s, name), cells: Language::ALL.map(cell).into() }
    };
    let of = |wanted: fn(&Name) -> bool| Name::all().filter(wanted).map(line).collect::<Vec<_>>();
    let groups = vec![
        (s.t("texts-to-people"), of(|name| matches!(name, Name::Letter(kind) if kind.audience() == Audience::Person))),
        (
            s.t("texts-to-officers"),
            of(|name| matches!(name, Name::Letter(kind) if kind.audience() == Audience::Officer)),
        ),
        (s.t("texts-shared"), of(|name| matches!(name, Name::Shared(_)))),
    ];
    let languages = Language::ALL.map(|language| s.word("letter-language", language.code())).into();
    page::show(&Page { groups, languages, slug: row.slug, name: row.name, s })
}

fn address(slug: &str, id: TemplateId) -> String {
    format!("/console/setup/controllers/{slug}/texts/{id}")
}

fn label(s: &Shell, name: Name) -> String {
    match name {
        Name::Letter(kind) => s.word("letter", kind.as_str()),
        Name::Shared(_) => s.word("text", name.as_str()),
    }
}

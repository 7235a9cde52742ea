//! `GET /console/setup`: what can be set up, for whoever may.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::SubscribersManage;
use askama::Template;
use entities::client::scope::Scope;

use crate::officer::Officer;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// One thing that can be set up: its word in `setup.ftl`, where it is done, and the scope without which it is not shown. A new one
/// gets a line here.
const SECTIONS: &[(&str, &str, Scope)] = &[
    ("controllers", "/console/setup/controllers", Scope::ControllersManage),
    ("law", "/console/setup/law", Scope::ControllersManage),
    ("officers", "/console/setup/officers", Scope::OfficersManage),
    ("clients", "/console/setup/clients", Scope::OfficersManage),
    ("sources", "/console/setup/sources", Scope::SourcesManage),
    ("subscribers", "/console/setup/subscribers", Scope::SubscribersManage),
];

#[derive(Template)]
#[template(path = "setup.html")]
struct Page {
    s: Shell,
    sections: Vec<Section>,
}

/// One of them, for the page.
struct Section {
    address: &'static str,
    label: String,
    says: String,
}

/// The sections. Whoever may set anything up may set subscribers up, so that scope stands for all of them here.
///
/// # Errors
/// The database fails.
pub async fn show(app: Data<App>, officer: Officer<SubscribersManage>) -> Result<HttpResponse, Refused> {
    let s = Shell::of(&app, officer.visitor()).await?;
    let session = officer.visitor().session.as_ref();
    let shown = SECTIONS.iter().filter(|(_, _, scope)| session.is_some_and(|session| session.may(*scope)));
    let section = |(word, address, _): &(&'static str, &'static str, Scope)| Section {
        address,
        label: s.word("setup", word),
        says: s.word("setup-help", word),
    };
    let sections = shown.map(section).collect();
    page::show(&Page { sections, s })
}

//! Every page that can be looked at, once it is known what fills the gaps of its address: the officers', the regulator's room, and
//! the page of the person. The list is the router's own, so that a new page is measured as well.

use anyhow::Context;
use console::routes::PAGES;
use console::routes::guests::{REGULATOR, STATUS};
use entities::guest::table::Guest;
use entities::guest::{code, link, session};
use entities::id::{ClientId, RequestId};
use entities::regulator::invitation::{NewInvitation, NewScope, make};
use entities::regulator::table::Model as Invitation;
use entities::request::decide::Decider;
use secrecy::ExposeSecret;
use testbed::installation::Installation;
use vault::token::random_token;

use crate::load::{Line, message};
use crate::turns::Turn;

/// Whoever looks: the officer, by the line that says so with each call, and what they are known by.
pub struct Looking<'a> {
    /// The officer's session.
    pub cookie: &'a str,
    /// The officer.
    pub officer: ClientId,
    /// A request.
    pub request: RequestId,
}

/// A turn for each page that answers. Those that do not, such as a form for what cannot be done with the request as it stands, and
/// those with gaps that nothing here fills, are named on the error output.
pub async fn turns(line: &mut Line, installation: &Installation, looking: &Looking<'_>) -> anyhow::Result<Vec<Turn>> {
    let invitation = invite(installation, looking.officer).await?;
    let regulator = come_in(installation, Guest::Regulator(invitation.id), "dsr-regulator").await?;
    let person = come_in(installation, Guest::Person(looking.request), "dsr-person").await?;
    let officer = looking.cookie.to_owned();
    let things = [
        ("{name}", looking.request.to_string()),
        ("{controller}", installation.controller.slug.clone()),
        ("{part}", "policy".to_owned()),
        ("{language}/{text}", "en/acknowledgement".to_owned()),
        ("{client}/{act}", format!("{}/revoke", installation.filer.id)),
        ("{client}", installation.filer.id.clone()),
        ("{officer}/{act}", format!("{}/disable", looking.officer)),
        ("{officer}", looking.officer.to_string()),
        ("{invitation}", invitation.id.to_string()),
        ("{kind}", "zendesk".to_owned()),
    ];
    let doors = [(PAGES, "/console", &officer), (REGULATOR, "/regulator", &regulator), (STATUS, "/status", &person)];
    let (mut turns, mut left) = (Vec::new(), Vec::new());
    for (pages, root, cookie) in doors {
        for (_, pattern) in pages.iter().filter(|(method, _)| *method != "post") {
            let path = things.iter().fold(format!("{root}{pattern}"), |path, (gap, thing)| path.replace(gap, thing));
            let call = message("GET", &path, cookie, "");
            if path.contains('{') || line.call(&call).await?.status != 200 {
                left.push(format!("{root}{pattern}"));
            } else {
                turns.push(Turn::of(format!("{root}{pattern}"), Box::new(move |_| call.clone())));
            }
        }
    }
    eprintln!("not looked at, for want of something to show: {}", left.join(" "));
    Ok(turns)
}

/// An invitation to see the whole register.
async fn invite(installation: &Installation, officer: ClientId) -> anyhow::Result<Invitation> {
    let store = installation.store.clone().reached_at("http://localhost");
    let new = NewInvitation {
        controller: installation.controller.id,
        address: "guest@example.com".to_owned(),
        name: "Guest".to_owned(),
        language: "en".to_owned(),
        purpose: "Inspection".to_owned(),
        watermark: "File 1".to_owned(),
        scope: NewScope::Register,
        expires_at: store.now() + std::time::Duration::from_secs(86_400),
    };
    let by = Decider { client: Some(officer), ..Decider::operator() };
    let txn = store.db.begin().await?;
    let invitation = make(&txn, &store, &by, new).await?;
    txn.commit().await?;
    Ok(invitation)
}

/// A session of a guest, as the header that carries it.
async fn come_in(installation: &Installation, guest: Guest, cookie: &str) -> anyhow::Result<String> {
    let (store, now) = (&installation.store, installation.store.now());
    let (token, hash) = random_token(link::PREFIX);
    let txn = store.db.begin().await?;
    link::write(&txn, now, guest, hash, "en").await?;
    let link = link::by_token(&*txn, token.expose_secret()).await?.context("the link is gone")?;
    let mut opened = session::enter(&txn, now, &link).await?.context("the link is no good")?;
    let code = if guest.needs_code() { Some(code::make(&txn, store, opened.visit.session).await?) } else { None };
    txn.commit().await?;
    if let Some(code) = code {
        let right = code::check(store, opened.token.expose_secret(), code.expose_secret()).await?;
        let txn = store.db.begin().await?;
        opened = code::take(&txn, store, right.context("the code is wrong")?).await?.context("nobody comes in")?;
        txn.commit().await?;
    }
    Ok(format!("Cookie: {cookie}={}\r\n", opened.token.expose_secret()))
}

//! Every page that can be looked at, once it is known what fills the gaps of its address: the officers', the regulator's room, and
//! the page of the person. The list is the router's own, so that a new page is measured as well.

use anyhow::{Context, ensure};
use console::routes::PAGES;
use console::routes::guests::{REGULATOR, STATUS};
use entities::guest::table::Guest;
use entities::guest::{code, link, session};
use secrecy::ExposeSecret;
use testbed::installation::Installation;
use vault::token::random_token;

use crate::load::{Line, message};
use crate::things::Things;
use crate::turns::Turn;

/// What shows no page to whoever has come in altogether: steps of coming in, a provider where there is none, passkeys where the
/// service has no name, an address that only leads to another page; and links, which are looked at only so often a minute.
const NOT_SHOWN: [&str; 11] = [
    "/console/sign-in/code",
    "/console/sign-in/passkey",
    "/console/sign-in/provider",
    "/console/sign-in/provider/back",
    "/console/sign-in/provider/end",
    "/console/invitation/{token}",
    "/console/account/passkeys/new",
    "/regulator/link/{token}",
    "/regulator/code",
    "/regulator/find",
    "/status/link/{token}",
];

/// A turn for each page, with the session of whom it is for. Of a page about a request, the request is one that can show it.
pub async fn turns(
    line: &mut Line,
    installation: &Installation,
    things: &Things,
    officer: &str,
) -> anyhow::Result<Vec<Turn>> {
    let regulator = come_in(installation, Guest::Regulator(things.invitation.id), "dsr-regulator").await?;
    let person = come_in(installation, Guest::Person(things.asked), "dsr-person").await?;
    let doors = [(PAGES, "/console", officer), (REGULATOR, "/regulator", &regulator), (STATUS, "/status", &person)];
    let (mut turns, mut left) = (Vec::new(), Vec::new());
    for (pages, root, cookie) in doors {
        for (_, pattern) in pages.iter().filter(|(method, _)| *method != "post") {
            let pattern = format!("{root}{pattern}");
            if NOT_SHOWN.contains(&pattern.as_str()) {
                continue;
            }
            match shown(line, &things.paths(&pattern), cookie).await? {
                Some(call) => turns.push(Turn::of(pattern, Box::new(move |_| call.clone()))),
                None => left.push(pattern),
            }
        }
    }
    ensure!(left.is_empty(), "nothing shows these pages: {}", left.join(" "));
    Ok(turns)
}

/// The first call that a page answers, by whoever has come in, or else by somebody who has not.
async fn shown(line: &mut Line, paths: &[String], cookie: &str) -> anyhow::Result<Option<Vec<u8>>> {
    for cookie in [cookie, ""] {
        for path in paths {
            let call = message("GET", path, cookie, "");
            if line.call(&call).await?.status == 200 {
                return Ok(Some(call));
            }
        }
    }
    Ok(None)
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

//! Every page, looked at as everybody must be able to: in both themes, on a wide window and a telephone's, by keyboard. With
//! `DSR_PICTURES` naming a folder, pictures of them are left there: `scripts/screenshots` makes those of the documentation so.

use std::collections::BTreeSet;
use std::path::PathBuf;

use console::routes::PAGES;
use entities::officer::role::Role;
use testbed::chromium::{Chromium, Look};

use super::checks::Findings;
use super::exhibition::Exhibition;

/// Addresses that show nothing of their own: another way to write one, and the ways to a provider and back.
const LEAD_ON: [&str; 4] = ["/", "/sign-in/provider", "/sign-in/provider/back", "/sign-in/provider/end"];

/// Pages for whoever has not signed in, or not altogether.
const OUTSIDE: [&str; 4] = ["/sign-in", "/sign-in/code", "/sign-in/passkey", "/invitation/{token}"];

/// Things that the exhibition does not hold: their pages are looked at nowhere yet.
const ABSENT: [&str; 4] = ["{source}", "{subscriber}", "{delivery}", "{invitation}"];

/// What is seen of a page that is longer, in CSS pixels.
const HIGHEST: u64 = 2600;

/// The address of a page, with a thing in every gap, and the name of its picture. The first of `things` counts that fits.
fn address(pattern: &str, things: &[(&str, String)]) -> (String, String) {
    let filled = things.iter().fold(pattern.to_owned(), |path, (gap, thing)| path.replace(gap, thing));
    assert!(!filled.contains('{'), "{pattern} has a gap that this test does not know");
    let parts = pattern.split('/').filter(|part| !part.is_empty());
    let name: Vec<_> = parts.map(|part| if part.starts_with('{') { "one" } else { part }).collect();
    (format!("/console{filled}"), if name.is_empty() { "overview".to_owned() } else { name.join("-") })
}

/// A browser that looks at page after page.
struct Looking {
    browser: Chromium,
    site: String,
    findings: Findings,
    pictures: Option<PathBuf>,
}

impl Looking {
    async fn at(&mut self, name: &str, path: &str) {
        self.browser.look(Look::WIDE).await;
        self.browser.go(path).await;
        let here = self.browser.path().await;
        if here != path {
            self.findings.note(name, format!("{path} leads to {here}"));
        }
        self.as_it_is(name).await;
    }

    /// The page that is shown now, however one came to it.
    async fn as_it_is(&mut self, name: &str) {
        self.findings.calls(&self.browser, &self.site, name).await;
        self.findings.axe(&self.browser, name).await;
        self.findings.keyboard(&self.browser, name).await;
        self.picture(name, Look::WIDE).await;
        self.browser.look(Look::WIDE.dark()).await;
        self.findings.axe(&self.browser, &format!("{name}, dark")).await;
        self.browser.look(Look::PHONE).await;
        self.findings.axe(&self.browser, &format!("{name}, narrow")).await;
        self.picture(name, Look::PHONE).await;
        self.findings.fits(&self.browser, name, &[390, 320]).await;
        self.browser.look(Look::WIDE).await;
    }

    async fn picture(&self, name: &str, look: Look) {
        let Some(folder) = &self.pictures else { return };
        self.browser.run("document.activeElement.blur(); scrollTo(0, 0)", serde_json::json!([])).await;
        let taken = self.browser.picture(HIGHEST).await;
        std::fs::write(folder.join(format!("{name}-{}.png", look.width)), taken).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody() {
    let exhibition = Exhibition::open().await;
    let house = exhibition.house();
    let olga = house.hire("olga.orth@acme.example", "Olga Orth", Role::ALL).await;
    let shown: BTreeSet<_> =
        PAGES.iter().filter(|(method, _)| *method != "post").map(|(_, pattern)| *pattern).collect();
    let mut looking = Looking {
        browser: house.browser(Look::WIDE).await,
        site: exhibition.url.clone(),
        findings: Findings::default(),
        pictures: std::env::var_os("DSR_PICTURES").map(PathBuf::from),
    };
    // Each load is a first one.
    looking.browser.devtools("Network.setCacheDisabled", serde_json::json!({ "cacheDisabled": true })).await;

    looking.at("sign-in", "/console/sign-in").await;
    looking.at("sign-in-passkey", "/console/sign-in/passkey").await;
    looking.at("status-link", "/status/link").await;
    looking.at("regulator-link", "/regulator/link").await;
    let newcomer = house.hire("nora.neu@acme.example", "Nora Neu", &[Role::Officer]).await;
    looking.at("invitation", &house.invite(&newcomer).await).await;
    house.enrol(&newcomer).await;
    looking.browser.keep("dsr", &house.session(&newcomer, false).await).await;
    looking.at("sign-in-code", "/console/sign-in/code").await;

    looking.browser.keep("dsr", &house.session(&olga, true).await).await;
    let things = exhibition.things(newcomer.id).await;
    let is_looked_at = |pattern: &&&str| {
        !(LEAD_ON.contains(pattern) || OUTSIDE.contains(pattern) || ABSENT.iter().any(|gap| pattern.contains(gap)))
    };
    for pattern in shown.iter().filter(is_looked_at) {
        let (path, name) = address(pattern, &things);
        looking.at(&name, &path).await;
    }
    for (name, request) in &exhibition.others {
        looking.at(&format!("requests-{name}"), &format!("/console/requests/{}", request.reference)).await;
    }
    looking.at("nothing", "/console/nothing").await;
    looking.at("requests-none", "/console/requests?right=objection").await;

    // What only a form leads to.
    let path = format!("/console/requests/{}", exhibition.erasure.reference);
    looking.browser.go(&path).await;
    looking.browser.press("Show it in the clear").await;
    looking.browser.choose("purpose", "identify").await;
    looking.browser.press("Show and record").await;
    looking.browser.says("Maya Okafor").await;
    looking.as_it_is("requests-revealed").await;
    looking.browser.go(&format!("{path}/hold")).await;
    looking.browser.press("Put on hold").await;
    looking.browser.says("Say why the request is put on hold").await;
    looking.as_it_is("requests-one-hold-wrong").await;
    looking.findings.none();
}

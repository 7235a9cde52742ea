//! A page, looked at as everybody must be able to: in both themes, on a wide window and a telephone's, by keyboard. With
//! `DSR_PICTURES` naming a folder, pictures are left there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;
use testbed::chromium::{Chromium, Look};

use super::checks::Findings;
use super::house::House;

/// What is seen of a page that is longer, in CSS pixels.
const HIGHEST: u64 = 4000;

/// The addresses of a table that show something, each once.
pub fn shown(table: &[(&'static str, &'static str)]) -> impl Iterator<Item = &'static str> + use<> {
    let shown = table.iter().filter(|(method, _)| *method != "post").map(|(_, pattern)| *pattern);
    shown.collect::<BTreeSet<_>>().into_iter()
}

/// The address of a page, with a thing in every gap, and the name of its picture. The first of `things` counts that fits.
pub fn address(pattern: &str, things: &[(&str, String)]) -> (String, String) {
    let filled = things.iter().fold(pattern.to_owned(), |path, (gap, thing)| path.replace(gap, thing));
    assert!(!filled.contains('{'), "{pattern} has a gap that this test does not know");
    let parts = pattern.split('/').filter(|part| !part.is_empty());
    let name: Vec<_> = parts.map(|part| if part.starts_with('{') { "one" } else { part }).collect();
    (filled, name.join("-"))
}

/// A browser that looks at page after page.
pub struct Looking {
    pub browser: Chromium,
    pub findings: Findings,
    /// The names of the pages looked at.
    pub seen: BTreeSet<String>,
    site: String,
    pictures: Option<PathBuf>,
}

impl Looking {
    /// Opens it. Each load is a first one.
    pub async fn at_the_pages_of(house: &House<'_>) -> Self {
        let browser = house.browser(Look::WIDE).await;
        browser.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        let pictures = std::env::var_os("DSR_PICTURES").map(PathBuf::from);
        let (findings, seen) = (Findings::default(), BTreeSet::new());
        Self { browser, findings, seen, site: house.url.clone(), pictures }
    }

    /// Goes to a page and looks at it.
    pub async fn at(&mut self, name: &str, path: &str) {
        self.browser.look(Look::WIDE).await;
        self.browser.go(path).await;
        let here = self.browser.path().await;
        if here != path {
            self.findings.note(name, format!("{path} leads to {here}"));
        }
        self.as_it_is(name).await;
    }

    /// The page that is shown now, however one came to it.
    pub async fn as_it_is(&mut self, name: &str) {
        self.bare(name).await;
        self.findings.keyboard(&self.browser, name).await;
    }

    /// The same of a page with nothing around it, so that there is nothing to skip.
    pub async fn bare(&mut self, name: &str) {
        assert!(self.seen.insert(name.to_owned()), "{name} is the name of two pages");
        self.findings.calls(&self.browser, &self.site, name).await;
        self.picture(name, Look::WIDE).await;
        self.picture(name, Look::PHONE).await;
        self.unfold().await;
        self.browser.look(Look::WIDE).await;
        self.findings.axe(&self.browser, name).await;
        self.browser.look(Look::WIDE.dark()).await;
        self.findings.axe(&self.browser, &format!("{name}, dark")).await;
        self.browser.look(Look::PHONE).await;
        self.findings.axe(&self.browser, &format!("{name}, narrow")).await;
        self.findings.fits(&self.browser, name, &[390, 320]).await;
        self.browser.look(Look::WIDE).await;
    }

    /// A page in German, whose words are longer: it fits a telephone, and axe-core finds nothing.
    pub async fn in_german(&mut self, name: &str, path: &str) {
        let name = format!("{name}, in German");
        self.browser.look(Look::PHONE).await;
        self.browser.go(path).await;
        if !self.browser.has("html[lang=de]").await {
            self.findings.note(&name, "it is not");
        }
        self.findings.calls(&self.browser, &self.site, &name).await;
        self.unfold().await;
        self.findings.axe(&self.browser, &name).await;
        self.findings.fits(&self.browser, &name, &[390, 320]).await;
        self.browser.look(Look::WIDE).await;
    }

    /// What is folded is looked at as well.
    async fn unfold(&self) {
        self.browser.run("for (const it of document.querySelectorAll('details')) it.open = true", json!([])).await;
    }

    async fn picture(&self, name: &str, look: Look) {
        let Some(folder) = &self.pictures else { return };
        self.browser.look(look).await;
        self.browser.run("document.activeElement.blur(); scrollTo(0, 0)", json!([])).await;
        let taken = self.browser.picture(HIGHEST).await;
        std::fs::write(folder.join(format!("{name}-{}.png", look.width)), taken).unwrap();
    }
}

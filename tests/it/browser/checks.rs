//! What holds of every page, whoever looks at it: axe-core finds nothing, it fits a small window, it calls nobody but us, and it
//! weighs little. What does not hold is noted, so that one run tells of all pages.

use std::path::Path;

use serde_json::{Value, json};
use testbed::chromium::{Chromium, Look};

/// The most that a page may weigh with all it loads, in bytes as they are sent.
const HEAVIEST: u64 = 100_000;

/// Which rules axe-core looks for: all of its own choice, and the one of WCAG 2.2 that it leaves out.
const LOOKS_FOR: &str = "{ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }";

/// What was found on pages.
#[derive(Default)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Notes something that is not as it should be.
    pub fn note(&mut self, page: &str, says: impl std::fmt::Display) {
        self.0.push(format!("{page}: {says}"));
    }

    /// Holds that there was nothing.
    pub fn none(self) {
        assert!(self.0.is_empty(), "{} findings\n{}", self.0.len(), self.0.join("\n"));
    }

    /// What axe-core finds on the page as it stands.
    pub async fn axe(&mut self, browser: &Chromium, page: &str) {
        if browser.evaluate("typeof axe").await == "undefined" {
            browser.evaluate(&format!("{};0", source())).await;
        }
        let run = format!(
            "axe.run(document, {LOOKS_FOR}).then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
                rule.id + ' at ' + node.target.join(' ') + ': ' + node.failureSummary.replace(/\\s+/g, ' '))))"
        );
        for says in browser.evaluate(&run).await.as_array().into_iter().flatten() {
            self.note(page, says.as_str().unwrap_or_default());
        }
    }

    /// Whether the page fits these windows without having to be pushed aside (WCAG 2.2, 1.4.10).
    pub async fn fits(&mut self, browser: &Chromium, page: &str, widths: &[u32]) {
        for &width in widths {
            browser.look(Look { width, ..Look::PHONE }).await;
            let wider = "const all = document.scrollingElement;
                if (all.scrollWidth <= innerWidth) return null;
                const far = [...document.querySelectorAll('body *')].filter(it => !it.closest('.scroll') &&
                    it.getBoundingClientRect().right > innerWidth + 1);
                return all.scrollWidth + ' pixels wide: ' + far.slice(0, 3).map(it => it.outerHTML.slice(0, 90)).join(' | ')";
            if let Value::String(says) = browser.run(wider, json!([])).await {
                self.note(page, format!("in a window of {width} pixels it is {says}"));
            }
        }
    }

    /// What the browser has called since this was last asked, and what it has complained about.
    pub async fn calls(&mut self, browser: &Chromium, site: &str, page: &str) {
        for entry in browser.log("performance").await {
            let message = entry["message"].as_str().unwrap_or_default();
            let message: Value = serde_json::from_str(message).unwrap_or_default();
            if message["message"]["method"] == "Network.requestWillBeSent" {
                let url = message["message"]["params"]["request"]["url"].as_str().unwrap_or_default();
                if !["data:", "about:", site].iter().any(|ours| url.starts_with(ours)) {
                    self.note(page, format!("calls {url}"));
                }
            }
        }
        let weigh = "return performance.getEntries().reduce((sum, it) => sum + (it.transferSize ?? 0), 0)";
        let weight = browser.run(weigh, json!([])).await.as_u64().unwrap();
        if weight > HEAVIEST {
            self.note(page, format!("weighs {weight} bytes"));
        }
        // That the page itself says 404 or 422 is as it should be.
        let itself = format!("{site}{} - Failed to load resource", browser.path().await);
        for entry in browser.log("browser").await {
            let says = entry["message"].as_str().unwrap_or_default();
            let is_loud = matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING"));
            if is_loud && !says.starts_with(&itself) {
                self.note(page, format!("the browser complains: {says}"));
            }
        }
    }
}

/// axe-core, as npm brought it.
fn source() -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "axe-core is not at {}: {error}. scripts/test installs it from npm, as tests/it/browser/axe names it",
            path.display()
        )
    })
}

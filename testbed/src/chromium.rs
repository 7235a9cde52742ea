//! A real browser for stories: Chromium without a window, driven over WebDriver (the W3C's Recommendation) by its chromedriver.
//!
//! Each has a profile and a driver of its own, and both end with this value, however the story ends. Why a client of our own: the
//! protocol is JSON over HTTP. Of the crates that speak it, one would change the order of names in all JSON of the program that is
//! tested (`preserve_order` of serde_json), another rests on a crate under the MPL.

mod driver;
mod keys;
mod page;

use std::path::Path;

use serde_json::{Value, json};

use self::driver::Driver;
pub use self::keys::Key;

/// How a browser looks at pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The window's width, in CSS pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Whether the system that it runs on prefers dark colours.
    pub is_dark: bool,
    /// Whether pages may run scripts.
    pub has_scripts: bool,
}

impl Look {
    /// A wide window with light colours and scripts.
    pub const WIDE: Self = Self { width: 1440, height: 900, is_dark: false, has_scripts: true };

    /// A phone's window.
    pub const PHONE: Self = Self { width: 390, height: 844, ..Self::WIDE };

    /// The same in dark colours.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }

    /// The same without scripts.
    #[must_use]
    pub const fn without_scripts(self) -> Self {
        Self { has_scripts: false, ..self }
    }
}

/// One person's browser.
pub struct Chromium {
    driver: Driver,
    /// What every address begins with that is given as a path.
    site: String,
}

impl Chromium {
    /// Opens a browser for the pages of one site, such as `http://127.0.0.1:8080`.
    ///
    /// # Panics
    /// There is no Chromium; `scripts/test` installs it.
    pub async fn open(site: &str, look: Look) -> Self {
        let browser = Self { driver: Driver::start().await, site: site.to_owned() };
        browser.look(look).await;
        browser
    }

    /// Looks in another way from here on; the page stays.
    ///
    /// # Panics
    /// The browser refuses.
    pub async fn look(&self, look: Look) {
        let Look { width, height, is_dark, has_scripts } = look;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if is_dark { "dark" } else { "light" };
        // Colours that fade into each other are no colours that one could measure.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        // Of several browsers on one machine each is the one that its person works at.
        self.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !has_scripts })).await;
    }

    /// Has what is downloaded from here on put into this folder, without a question.
    ///
    /// # Panics
    /// The browser refuses.
    pub async fn keep_downloads(&self, folder: &Path) {
        let where_to = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", where_to).await;
    }

    /// Plugs an authenticator for passkeys in, whose owner touches it and is known to it whenever it asks.
    ///
    /// # Panics
    /// The browser refuses.
    pub async fn plug_authenticator_in(&self) {
        self.devtools("WebAuthn.enable", json!({})).await;
        let options = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
                              "hasUserVerification": true, "isUserVerified": true });
        self.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
    }

    /// Calls a command of the Chrome DevTools Protocol.
    ///
    /// # Panics
    /// The browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.driver.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What the browser wrote down since it was last asked, as JSON of its DevTools: `browser` is what a page's console shows,
    /// `performance` every call over the network.
    ///
    /// # Panics
    /// The browser does not tell.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.driver.post("/se/log", json!({ "type": kind })).await;
        log.as_array().cloned().unwrap_or_default()
    }
}

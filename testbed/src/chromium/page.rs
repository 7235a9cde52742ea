//! What a person does with a page, and sees on it.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Chromium, Key};

/// How long something may take to appear on a page.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The name under which WebDriver hands out an element (§12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Chromium {
    /// Opens the page at this path, or at this whole address.
    pub async fn go(&self, path: &str) {
        let url = if path.starts_with('/') { format!("{}{path}", self.site) } else { path.to_owned() };
        self.driver.post("/url", json!({ "url": url })).await;
    }

    /// Back to the page before.
    pub async fn back(&self) {
        self.driver.post("/back", json!({})).await;
    }

    /// The page once more, as with the browser's own button.
    pub async fn reload(&self) {
        self.driver.post("/refresh", json!({})).await;
    }

    /// The path and query of the page; the whole address if it lies elsewhere.
    pub async fn path(&self) -> String {
        let url = self.driver.get("/url").await.as_str().unwrap_or_default().to_owned();
        url.strip_prefix(&self.site).map(str::to_owned).unwrap_or(url)
    }

    /// Keeps a cookie, as if the site had set it.
    pub async fn keep(&self, name: &str, value: &str) {
        let cookie = json!({ "name": name, "value": value, "url": self.site, "httpOnly": true, "sameSite": "Lax" });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// The value of a cookie, also of one that scripts do not see.
    pub async fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.devtools("Network.getCookies", json!({ "urls": [self.site] })).await;
        let all = cookies["cookies"].as_array()?;
        let found = all.iter().find(|cookie| cookie["name"] == name)?;
        found["value"].as_str().map(str::to_owned)
    }

    /// The elements that a CSS selector finds.
    async fn elements(&self, using: &str, value: &str) -> Vec<String> {
        let found = self.driver.post("/elements", json!({ "using": using, "value": value })).await;
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().filter_map(|element| element[ELEMENT].as_str().map(str::to_owned)).collect()
    }

    /// The one element that is found, once it is there.
    async fn element(&self, using: &str, value: &str) -> String {
        let begun = Instant::now();
        loop {
            let mut found = self.elements(using, value).await;
            match (found.pop(), found.is_empty()) {
                (Some(element), true) => return element,
                (Some(_), false) => panic!("{value} is there more than once on {}", self.path().await),
                (None, _) => {}
            }
            assert!(begun.elapsed() < PATIENCE, "{value} is not on {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether a CSS selector finds something.
    pub async fn has(&self, css: &str) -> bool {
        !self.elements("css selector", css).await.is_empty()
    }

    /// Clicks on what a CSS selector finds.
    pub async fn click(&self, css: &str) {
        let element = self.element("css selector", css).await;
        self.driver.post(&format!("/element/{element}/click"), json!({})).await;
    }

    /// Clicks on the one button or link that says this and nothing else.
    pub async fn press(&self, says: &str) {
        let element = self.element("xpath", &named(says)).await;
        self.driver.post(&format!("/element/{element}/click"), json!({})).await;
    }

    /// Clicks twice, as fast as a hand does not.
    pub async fn press_twice(&self, says: &str) {
        let element = self.element("xpath", &named(says)).await;
        let at = json!({ ELEMENT: element });
        self.run("arguments[0].scrollIntoView({ block: 'center' })", json!([at])).await;
        let (down, up) = (json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 }));
        let moved = json!({ "type": "pointerMove", "origin": at, "x": 0, "y": 0 });
        let steps = json!([moved, down, up, down, up]);
        let mouse = json!([{ "type": "pointer", "id": "mouse", "actions": steps }]);
        self.driver.post("/actions", json!({ "actions": mouse })).await;
    }

    /// Whether a button or link says this.
    pub async fn offers(&self, says: &str) -> bool {
        !self.elements("xpath", &named(says)).await.is_empty()
    }

    /// Writes into a field, in place of what stands there.
    pub async fn fill(&self, field: &str, text: &str) {
        let element = self.element("css selector", &format!("[id=\"{field}\"]")).await;
        self.driver.post(&format!("/element/{element}/clear"), json!({})).await;
        self.driver.post(&format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Chooses a day, written `2026-03-02`, in a field for one. What is typed into it would be read as the machine's own
    /// language writes days.
    pub async fn choose_day(&self, field: &str, day: &str) {
        let choose = "document.getElementById(arguments[0]).value = arguments[1]";
        self.run(choose, json!([field, day])).await;
    }

    /// Chooses from a list, a row of buttons or a box, by what is sent.
    pub async fn choose(&self, name: &str, value: &str) {
        let at =
            format!("select[name=\"{name}\"] > option[value=\"{value}\"], input[name=\"{name}\"][value=\"{value}\"]");
        self.click(&at).await;
    }

    /// Presses a key, wherever the focus is.
    pub async fn key(&self, key: Key) {
        let (down, up) =
            (json!({ "type": "keyDown", "value": key.code() }), json!({ "type": "keyUp", "value": key.code() }));
        let keyboard = json!([{ "type": "key", "id": "keyboard", "actions": [down, up] }]);
        self.driver.post("/actions", json!({ "actions": keyboard })).await;
    }

    /// What the page says, as somebody reads it.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    /// What the first element says that a CSS selector finds; nothing if there is none.
    pub async fn text_of(&self, css: &str) -> String {
        // Between two pages an element can go as it is asked.
        for element in self.elements("css selector", css).await {
            let body = json!({ "script": "return arguments[0].innerText", "args": [{ ELEMENT: element }] });
            if let Ok(Value::String(text)) = self.driver.try_post("/execute/sync", body).await {
                return text;
            }
        }
        String::new()
    }

    /// Waits until the page says this.
    ///
    /// # Panics
    /// It does not.
    pub async fn says(&self, text: &str) -> &Self {
        let begun = Instant::now();
        loop {
            let page = self.text().await;
            if page.contains(text) {
                return self;
            }
            assert!(begun.elapsed() < PATIENCE, "`{text}` is not on {}:\n{page}", self.path().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until the page says this, looking at it anew again and again.
    ///
    /// # Panics
    /// It does not within a minute.
    pub async fn comes_to_say(&self, text: &str) -> &Self {
        let begun = Instant::now();
        loop {
            let page = self.text().await;
            if page.contains(text) {
                return self;
            }
            assert!(begun.elapsed() < 3 * PATIENCE, "`{text}` does not come on {}:\n{page}", self.path().await);
            tokio::time::sleep(5 * LOOK_EVERY).await;
            self.reload().await;
        }
    }

    /// Holds that the page does not say this now.
    ///
    /// # Panics
    /// It does.
    pub async fn does_not_say(&self, text: &str) -> &Self {
        let page = self.text().await;
        assert!(!page.contains(text), "`{text}` is on {}:\n{page}", self.path().await);
        self
    }

    /// Runs the body of a function in the page, and tells what it returns.
    ///
    /// # Panics
    /// It throws.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        self.driver.post("/execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Evaluates an expression in the page, waits for what it promises, and tells it.
    ///
    /// # Panics
    /// It throws.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let what = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut told = self.devtools("Runtime.evaluate", what).await;
        assert!(told["exceptionDetails"].is_null(), "{}", told["exceptionDetails"]);
        told["result"]["value"].take()
    }

    /// A picture of the page from its top, as PNG: the whole of it, but no more than `most` pixels of its height.
    ///
    /// # Panics
    /// The browser gives none.
    pub async fn picture(&self, most: u64) -> Vec<u8> {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let whole = |side: &str| size["cssContentSize"][side].as_u64().expect("a page has a size");
        let clip = json!({ "x": 0, "y": 0, "width": whole("width"), "height": whole("height").min(most), "scale": 1 });
        let what = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.devtools("Page.captureScreenshot", what).await;
        STANDARD.decode(taken["data"].as_str().expect("a picture has data")).expect("a picture comes in base64")
    }
}

/// Buttons and links that say this.
fn named(says: &str) -> String {
    assert!(!says.contains('"'), "{says} cannot be looked for");
    format!("//*[(self::button or self::a or self::summary) and normalize-space()=\"{says}\"]")
}

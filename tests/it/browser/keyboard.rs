//! A page by keyboard alone: everything is reached in the order it stands in, shows that it is reached, and can be left again.

use serde_json::{Value, json};
use testbed::chromium::{Chromium, Key};

use super::checks::Findings;

/// Everything that the Tab key must reach, in order. Of a row of radio buttons it reaches one.
const REACHABLE: &str = "
    const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]');
    window.reachable = [...all].filter(it => {
        if (it.tabIndex < 0 || it.disabled || !it.checkVisibility({ visibilityProperty: true })) return false;
        if (it.type !== 'radio') return true;
        const row = [...document.querySelectorAll('input[type=radio]')].filter(one => one.name === it.name && one.form === it.form);
        return it === (row.find(one => one.checked) ?? row[0]);
    });
    return window.reachable.length;";

/// Where the focus is now, and what is wrong with how it shows.
const REACHED: &str = "
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    const wrong = [];
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('has no ring');
    // The ring is yellow: on light ground it is the dark line within it that is seen.
    const isLight = !it.closest('.top') && !it.matches('.skip');
    if (isLight && !/ 0px 0px 0px 2px/.test(style.boxShadow)) wrong.push('has a ring that light ground hides');
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) wrong.push('is out of sight');
    const parts = { date: 4, time: 4, 'datetime-local': 7 }[it.type] ?? 1;
    return [window.reachable.indexOf(it), it.outerHTML.slice(0, 120), wrong.join(', '), parts];";

impl Findings {
    /// Goes through the page in the browser by the Tab key, from its first element to its last.
    pub async fn keyboard(&mut self, browser: &Chromium, page: &str) {
        let count = browser.run(REACHABLE, json!([])).await.as_i64().unwrap();
        browser.run("document.activeElement.blur(); window.reachable[0].focus()", json!([])).await;
        if browser.run("return window.reachable[0].className", json!([])).await != "skip" {
            self.note(page, "the way past the header does not come first");
        }
        for at in 0..count {
            let mut reached = browser.run(REACHED, json!([])).await;
            // Within a day or a time the key goes from part to part: month, day, year, hour, minute, half of the day, and the
            // button that opens a calendar.
            let parts = if at == 0 { 0 } else { reached[3].as_u64().unwrap() };
            for _ in 0..parts {
                browser.key(Key::Tab).await;
                reached = browser.run(REACHED, json!([])).await;
                if reached[0] == at {
                    break;
                }
            }
            if reached[0] != at {
                self.note(page, format!("after {at} steps the Tab key is at {reached}"));
                return;
            }
            if reached[2] != "" {
                self.note(page, format!("{} {}", reached[1], reached[2]));
            }
        }
        browser.key(Key::Tab).await;
        if browser.run("return document.activeElement === window.reachable.at(-1)", json!([])).await
            == Value::Bool(true)
        {
            self.note(page, "the Tab key does not leave the last element");
        }
        self.skips(browser, page).await;
    }

    /// The way past the header leads into the content.
    async fn skips(&mut self, browser: &Chromium, page: &str) {
        browser.run("window.reachable[0].focus()", json!([])).await;
        browser.key(Key::Enter).await;
        browser.key(Key::Tab).await;
        let within = "const main = document.getElementById('main'), it = document.activeElement;
            return main.contains(it) || Boolean(main.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING)";
        if browser.run(within, json!([])).await != Value::Bool(true) {
            self.note(page, "the way past the header does not lead past it");
        }
    }
}

//! Every template of a page, and where the tour shows it: whoever adds a template says here on which page it is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::checks::Findings;

/// The template, and the name of a page that is made by it.
const SHOWN: &[(&str, &str)] = &[
    ("account", "account"),
    ("address", "requests-one-address"),
    ("assignee", "requests-one-assignee"),
    ("calls", "setup-sources-one-calls"),
    ("check", "requests-one-approve-check"),
    ("client", "setup-clients-one"),
    ("client-add", "setup-clients-add"),
    ("clients", "setup-clients"),
    ("code", "sign-in-code"),
    ("codes", "account-recovery-codes-new"),
    ("confirm", "setup-clients-one-one"),
    ("controller", "setup-controllers-one"),
    ("controller-check", "setup-controllers-add-check"),
    ("controller-look", "setup-controllers-one-look"),
    ("controller-part", "setup-controllers-add"),
    ("controllers", "setup-controllers"),
    ("deliveries", "setup-subscribers-one-deliveries"),
    ("delivery", "setup-subscribers-one-deliveries-one"),
    ("enrol", "enrol"),
    ("error", "nothing"),
    ("guest-error", "status-nothing"),
    ("guest-link", "status-link-one"),
    ("history", "requests-one-history"),
    ("invitation", "invitation"),
    ("law", "setup-law"),
    ("law-review", "setup-law-review-moves"),
    ("letter", "requests-one-letters-one"),
    ("letter-edit", "requests-one-letters-one-edit"),
    ("letter-preview", "requests-one-letters-preview"),
    ("letter-record", "requests-one-letters-record"),
    ("letters", "requests-one-letters"),
    ("new-passkey", "account-passkeys-new"),
    ("new-request", "requests-new"),
    ("new-request-check", "requests-new-check"),
    ("note", "requests-one-notes"),
    ("officer", "setup-officers-one"),
    ("officer-add", "setup-officers-add"),
    ("officer-roles", "setup-officers-one-roles"),
    ("officers", "setup-officers"),
    ("overview", "overview"),
    ("passkey", "sign-in-passkey"),
    ("password", "account-password"),
    ("provider", "sign-in-provider"),
    ("queue", "requests"),
    ("recovery-codes", "account-recovery-codes"),
    ("regulators", "regulators"),
    ("regulators-grant", "regulators-one-grant"),
    ("regulators-new", "regulators-new"),
    ("regulators-one", "regulators-one"),
    ("replay", "setup-subscribers-one-replay"),
    ("request", "requests-one"),
    ("room-ask", "regulator-link"),
    ("room-case", "regulator-cases-one"),
    ("room-code", "regulator-code"),
    ("room-start", "regulator"),
    ("search", "requests-search"),
    ("setup", "setup"),
    ("sheet", "requests-one-hold"),
    ("shown-once", "setup-officers-invited"),
    ("sign-in", "sign-in"),
    ("source", "setup-sources-one"),
    ("source-add", "setup-sources-add-one"),
    ("source-kinds", "setup-sources-add"),
    ("source-mapping", "setup-sources-one-mapping"),
    ("source-rotate", "setup-sources-one-rotate"),
    ("source-settings", "setup-sources-one-settings"),
    ("sources", "setup-sources"),
    ("status", "status"),
    ("status-answer", "status-answer-one"),
    ("status-ask", "status-link"),
    ("status-link", "requests-one-status-link"),
    ("status-withdraw", "status-withdraw"),
    ("subscriber", "setup-subscribers-one"),
    ("subscriber-add", "setup-subscribers-add"),
    ("subscriber-change", "setup-subscribers-one-change"),
    ("subscribers", "setup-subscribers"),
    ("switch", "setup-controllers-one-pause"),
    ("task", "requests-one-tasks"),
    ("text", "setup-controllers-one-texts-one-one"),
    ("texts", "setup-controllers-one-texts"),
    ("tickets", "setup-sources-one-tickets"),
    ("together", "together-hold"),
    ("together-done", "together-done"),
    ("views", "views"),
];

/// The templates that are pages: each lies in another, and no other lies in it.
fn pages() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("console/templates");
    let within: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let (_, rest) = text.split_once("{% extends \"")?;
            let (around, _) = rest.split_once(".html\"").unwrap();
            Some((path.file_stem().unwrap().to_str().unwrap().to_owned(), around.to_owned()))
        })
        .collect();
    within.keys().filter(|page| !within.values().any(|around| around == *page)).cloned().collect()
}

#[test]
fn every_template_has_a_page_on_the_tour() {
    let shown: BTreeSet<_> = SHOWN.iter().map(|(template, _)| (*template).to_owned()).collect();
    assert_eq!(pages(), shown);
}

impl Findings {
    /// Whether these pages show every template.
    pub fn templates(&mut self, seen: &BTreeSet<String>) {
        for (template, page) in SHOWN {
            if !seen.contains(*page) {
                self.note(page, format!("was to show {template}.html, and was not looked at"));
            }
        }
    }
}

//! What officers do on pages, where more than one story has them do it.

use testbed::authenticator::Authenticator;
use testbed::chromium::Chromium;

/// Signs in with a password, up to the page that asks for a second factor.
pub async fn sign_in(browser: &Chromium, login: &str, password: &str) {
    browser.says("For officers, approvers").await;
    browser.fill("login", login).await;
    browser.fill("password", password).await;
    browser.click("main button[type=submit]").await;
}

/// Sets an authenticator up on the page that asks for one, at this instant, in seconds since the Unix epoch.
pub async fn enrol(browser: &Chromium, seconds: u64) -> Authenticator {
    browser.says("Set up your second factor").await;
    browser.press("I cannot scan it").await;
    let authenticator = Authenticator::typed(&browser.text_of(".secret").await);
    browser.fill("code", &authenticator.code(seconds)).await;
    browser.press("Confirm").await;
    browser.says("Your second factor is set up").await;
    authenticator
}

/// An erasure that somebody asks for.
pub struct Erasure {
    /// Whose, where there is more than one controller.
    pub controller: Option<&'static str>,
    /// Where the person lives.
    pub place: &'static str,
    /// Their address as the officer types it, and what the service must make of that.
    pub email: (&'static str, &'static str),
    /// The same of their telephone.
    pub phone: (&'static str, &'static str),
}

/// Fills an erasure in that came by mail today from somebody who is known, and goes on to what was understood.
pub async fn fill_erasure_in(browser: &Chromium, asked: &Erasure) {
    browser.go("/console/requests/new").await;
    if let Some(controller) = asked.controller {
        browser.choose("controller", controller).await;
    }
    browser.choose("right", "erasure").await;
    browser.choose("channel", "email").await;
    browser.fill("place", asked.place).await;
    browser.fill("value-0", asked.email.0).await;
    browser.fill("value-1", asked.phone.0).await;
    browser.choose("identity", "officer_word").await;
    browser.click(".actions button[value=check]").await;
    browser.says("Check before you file").await.says("Nothing is stored yet").await;
    browser.says("GDPR (EU)").await.says("Rewritten").await.says(asked.email.1).await.says(asked.phone.1).await;
}

/// Files such an erasure by a double click, and says its reference. What was typed is shown as it was understood before anything
/// is stored.
pub async fn file_erasure(browser: &Chromium, asked: &Erasure) -> String {
    fill_erasure_in(browser, asked).await;
    browser.press_twice("File this request").await;
    browser.says("The request is filed").await;
    let path = browser.path().await;
    let reference = path.strip_prefix("/console/requests/").and_then(|rest| rest.strip_suffix("?done=filed"));
    reference.unwrap_or_else(|| panic!("{path} is the page of no request")).to_owned()
}

/// From a form through what would come of it to the decision itself, by a double click.
pub async fn decide(browser: &Chromium, go: &str, done: &str) {
    browser.press("Continue").await;
    browser.says("Check before you decide").await.says("Nothing has happened yet").await;
    browser.press_twice(go).await;
    browser.says(done).await;
}

/// Approves the erasure of this reference, having looked at what would go.
pub async fn approve_erasure(browser: &Chromium, reference: &str) {
    browser.go(&format!("/console/requests/{reference}/approve")).await;
    browser.press("Continue").await;
    browser.says("Confirm that you have looked").await;
    browser.click("#sure").await;
    decide(browser, "Approve the erasure", "The plan is approved and runs").await;
}

//! Signing in, step by step, and out again.

use std::time::Duration;

use entities::event::trail::Actor;
use entities::officer::invitation;
use entities::officer::role::{Role, Where};
use entities::time::Clock;
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::totp::TotpSecret;

use crate::world::{PASSWORD, World};

/// The secret that a page shows in groups of four (base32, RFC 4648).
fn secret(text: &str) -> TotpSecret {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
    for letter in letters {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        buffer = (buffer << 5 | u32::try_from(value).unwrap()) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap());
        }
    }
    TotpSecret::from_bytes(bytes).unwrap()
}

impl World {
    fn seconds(&self) -> u64 {
        u64::try_from(self.store.now().timestamp().as_second()).unwrap()
    }

    pub fn pass(&self, time: Duration) {
        let Clock::Manual(clock) = &self.store.clock else { panic!("the story's clock is set by hand") };
        let time = i64::try_from(time.as_micros()).unwrap();
        clock.fetch_add(time, std::sync::atomic::Ordering::SeqCst);
    }
}

#[rstest]
#[tokio::test]
async fn somebody_who_is_invited_enrols_signs_out_and_signs_in_again(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", "Ada Adler", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let txn = world.store.db.begin().await.unwrap();
    let invited = invitation::make(&txn, &world.store, &Actor::operator(), ada.id).await.unwrap();
    txn.commit().await.unwrap();
    let link = format!("/console/invitation/{}", invited.token.expose_secret());
    let mut browser = world.browser();

    // The link is looked at as often as one likes; a weak password is told.
    browser.get(&link).await.fine();
    let page = browser.get(&link).await.fine();
    page.says("Ada Adler");
    let weak = browser.submit(&page, &link, &[("password", "short"), ("again", "short")]).await;
    assert_eq!(weak.status, 422);
    weak.says("id=\"password-fault\"").says("aria-invalid=\"true\"");
    let differs = browser.submit(&page, &link, &[("password", PASSWORD), ("again", "another")]).await;
    differs.says("The two passwords differ");
    let set = browser.submit(&page, &link, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(set.goes_to(), "/console/enrol");

    // A password alone opens nothing.
    assert_eq!(browser.get("/console/requests").await.goes_to(), "/console/enrol");
    let page = browser.get("/console/enrol").await.fine();
    let totp = secret(page.between("<p class=\"secret mono\">", "</p>"));
    page.says("<path class=\"qr-dark\"");
    let wrong = browser.submit(&page, "/console/enrol", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let half = browser.cookies["dsr"].clone();
    let codes = browser.submit(&page, "/console/enrol", &[("code", &totp.code(world.seconds()))]).await.fine();
    assert_eq!(codes.text.matches("<li>").count(), 10);
    let recovery = codes.between("<ul class=\"codes mono\">\n<li>", "</li>").to_owned();
    assert_ne!(browser.cookies["dsr"], half, "each step has a session of its own");

    // The page that brought the new session has forms that work in it.
    let out = browser.submit(&codes, "/console/sign-out", &[]).await;
    assert_eq!(out.goes_to(), "/console/sign-in");
    assert!(!browser.cookies.contains_key("dsr"));

    // Back in by password and recovery code, and to where one wanted.
    let wanted = browser.get("/console/requests?status=reviewing").await;
    let entry = wanted.goes_to().to_owned();
    assert_eq!(entry, "/console/sign-in?to=%2Fconsole%2Frequests%3Fstatus%3Dreviewing");
    let page = browser.get(&entry).await.fine();
    let fields = [("login", "ADA@example.com"), ("password", PASSWORD)];
    let half = browser.submit(&page, "/console/sign-in", &fields).await;
    let next = half.goes_to().to_owned();
    assert!(next.starts_with("/console/sign-in/code?to="), "{next}");
    let page = browser.get(&next).await.fine();
    let done = browser.submit(&page, "/console/sign-in/code", &[("code", &recovery)]).await;
    assert_eq!(done.goes_to(), "/console/requests?status=reviewing");
    browser.get("/console/requests").await.fine().says("Ada Adler");
    world.pass(Duration::from_secs(31 * 60));
    assert_eq!(browser.get("/console/account").await.goes_to(), "/console/sign-in?to=%2Fconsole%2Faccount");
}

#[rstest]
#[tokio::test]
async fn whoever_guesses_learns_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let ada = world.hire("ada@example.com", "Ada Adler", &[(Where::At(world.acme.id), Role::Officer)]).await;
    world.set_password(&ada).await;
    let mut answers = Vec::new();
    for login in ["ada@example.com", "nobody@example.com"] {
        let mut browser = world.browser();
        let page = browser.get("/console/sign-in").await.fine();
        let fields = [("login", login), ("password", "not the password")];
        let wrong = browser.submit(&page, "/console/sign-in", &fields).await;
        assert_eq!(wrong.status, 422);
        let fault = wrong.between("<p class=\"fault\"", "</p>").to_owned();
        wrong.does_not_say("not the password");
        answers.push(fault);
    }
    assert_eq!(answers[0], answers[1]);
}

#[rstest]
#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_present_one(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, _) = world.officer().await;
    world.set_password(&ada).await;
    let (mut here, mut there) = (world.signed_in(&ada).await, world.signed_in(&ada).await);
    let path = "/console/account/password";
    let page = here.get(path).await.fine();
    let new = "a heron counts to eleven";
    let wrong = [("present", "not the password"), ("password", new), ("again", new)];
    let refused = here.submit(&page, path, &wrong).await;
    assert_eq!(refused.status, 422);
    refused.says("id=\"present-fault\"").does_not_say(new);
    let fields = [("present", PASSWORD), ("password", new), ("again", new)];
    let changed = here.submit(&page, path, &fields).await;
    assert_eq!(changed.goes_to(), "/console/account?say=password-changed");
    here.get("/console/requests").await.fine();
    there.get("/console/requests").await.goes_to();
}

#[rstest]
#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_over_at_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut here) = world.officer().await;
    let mut there = world.signed_in(&ada).await;
    there.get("/console/requests").await.fine();
    let page = here.get("/console/account").await.fine();
    let action =
        format!("/console/account/sessions/{}/end", page.between("action=\"/console/account/sessions/", "/end\""));
    let ended = here.submit(&page, &action, &[]).await;
    assert_eq!(ended.goes_to(), "/console/account?say=ended");
    there.get("/console/requests").await.goes_to();
    here.get("/console/requests").await.fine();

    // Somebody else's is none of one's business.
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let mut other = world.signed_in(&ben).await;
    let page = other.get("/console/account").await.fine();
    let token = page.hidden("/console/sign-out");
    let fields: Vec<_> = token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let txn = world.store.db.begin().await.unwrap();
    let mine = entities::officer::session::list(&*txn, world.store.now(), ada.id).await.unwrap();
    drop(txn);
    other.post_bare(&format!("/console/account/sessions/{}/end", mine[0].id), &fields).await;
    here.get("/console/requests").await.fine();
}

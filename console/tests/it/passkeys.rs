//! Passkeys, from the page that asks for one to the session that one opens, with a device that signs for real.

use std::net::SocketAddr;
use std::time::Duration;

use api::serve::Config;
use aws_lc_rs::digest::{Digest, SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use entities::client::reach::Reach;
use entities::event;
use entities::event::trail::Actor;
use entities::officer::manage;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::request::decide::Decider;
use entities::time::Clock;
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::passkey::text as base64url;

use crate::browser::{Browser, Page};
use crate::planted::PLANTED;
use crate::world::{PASSWORD, World};

/// Where people reach the service. Browsers make passkeys for names alone.
const PUBLIC: &str = "http://localhost:8080";
const NEW: &str = "/console/account/passkeys/new";
const USE: &str = "/console/sign-in/passkey";

/// What a page asks the browser, as the script hands it over.
fn options(page: &Page) -> Value {
    let text = page.between("data-options=\"", "\"").replace("&#34;", "\"").replace("&#38;", "&");
    serde_json::from_str(&text).unwrap()
}

/// A device with one passkey at most (Web Authentication Level 3, §6.1 and §6.5.1), whose owner puts a finger on it whenever it asks.
#[derive(Clone)]
struct Device {
    /// The private key, in PKCS #8.
    key: Vec<u8>,
    id: Vec<u8>,
    owner: String,
    counter: u32,
}

/// Present, verified, shareable, shared.
const TOUCHED: u8 = 0x01 | 0x04 | 0x08 | 0x10;
/// A new passkey follows.
const NEW_KEY: u8 = 0x40;

impl Device {
    fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = vault::token::random_token("device").1.into_bytes();
        Self { key: key.to_pkcs8v1().unwrap().as_ref().to_vec(), id, owner: String::new(), counter: 0 }
    }

    fn pair(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key).unwrap()
    }

    /// What the device says: for which site, how, and how often by now.
    fn says(&mut self, site: &str, flags: u8) -> Vec<u8> {
        self.counter += 1;
        [sha256(site.as_bytes()).as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// What the browser tells of a passkey that it makes for the page.
    fn make(&mut self, page: &Page) -> String {
        let asked = options(page);
        self.owner = asked["user"]["id"].as_str().unwrap().to_owned();
        let mut data = self.says(asked["rp"]["id"].as_str().unwrap(), TOUCHED | NEW_KEY);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.id);
        let key = AsDer::<PublicKeyX509Der<'_>>::as_der(self.pair().public_key()).unwrap();
        let response = json!({
            "clientDataJSON": base64url(&client_data("webauthn.create", &asked, PUBLIC)),
            "authenticatorData": base64url(&data),
            "publicKey": base64url(key.as_ref()), "publicKeyAlgorithm": -7,
        });
        told(&self.id, &response)
    }

    /// What the browser tells of the passkey that it uses for a page at `origin`, with these flags.
    fn sign_as(&mut self, origin: &str, flags: u8, page: &Page) -> String {
        let asked = options(page);
        let data = self.says(asked["rpId"].as_str().unwrap(), flags);
        let client = client_data("webauthn.get", &asked, origin);
        let signed = [data.as_slice(), sha256(&client).as_ref()].concat();
        let response = json!({
            "clientDataJSON": base64url(&client), "authenticatorData": base64url(&data),
            "signature": base64url(self.pair().sign(&SystemRandom::new(), &signed).unwrap().as_ref()),
            "userHandle": self.owner,
        });
        told(&self.id, &response)
    }

    fn sign(&mut self, page: &Page) -> String {
        self.sign_as(PUBLIC, TOUCHED, page)
    }
}

fn sha256(bytes: &[u8]) -> Digest {
    digest(&SHA256, bytes)
}

/// What the browser puts together for the device to sign.
fn client_data(kind: &str, asked: &Value, origin: &str) -> Vec<u8> {
    json!({ "type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": false })
        .to_string()
        .into_bytes()
}

fn told(id: &[u8], response: &Value) -> String {
    let id = base64url(id);
    json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
}

/// Sends the form of a page with what the script fills in.
async fn answer(browser: &mut Browser, page: &Page, action: &str, told: &str, name: Option<&str>) -> Page {
    // The hidden field is there, and empty until the script fills it in.
    let mut fields = page.hidden(action);
    for field in &mut fields {
        if field.0 == "told" {
            field.1 = told.to_owned();
        }
    }
    fields.extend(name.map(|name| ("name".to_owned(), name.to_owned())));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(action, &fields).await
}

impl World {
    async fn with_passkeys(kind: Kind) -> Self {
        let now: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let config = Config { bind: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
        Self::reached_at(Some(PUBLIC), kind, Clock::manual(now.into()), config).await
    }

    /// Adds a passkey of a device by the officer's own page.
    async fn add_passkey(&self, browser: &mut Browser, device: &mut Device, name: &str) {
        let page = browser.get(NEW).await.fine();
        let told = device.make(&page);
        let added = answer(browser, &page, NEW, &told, Some(name)).await;
        assert_eq!(added.goes_to(), "/console/account?say=passkey-added");
    }

    async fn count_events(&self, kind: &str) -> usize {
        let all = event::table::Entity::find().all(self.store.db.read()).await.unwrap();
        all.into_iter().filter(|row| row.kind == kind).count()
    }

    async fn hire_at_acme(&self, login: &str) -> Officer {
        self.hire(login, "Ada Adler", &[(Where::At(self.acme.id), Role::Officer)]).await
    }
}

#[rstest]
#[tokio::test]
async fn a_passkey_signs_in_by_itself_until_it_is_removed(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (ada, mut browser) = world.officer().await;
    let mut device = Device::new();
    browser.get(NEW).await.fine().says("Passkeys need JavaScript").says("data-passkey=\"create\"");
    world.add_passkey(&mut browser, &mut device, "work laptop").await;
    let account = browser.get("/console/account").await.fine();
    account.says("work laptop").says("never");

    // Nobody says who they are: the passkey does.
    let mut other = world.browser();
    other.get("/console/sign-in").await.fine().says("href=\"/console/sign-in/passkey\"");
    let page = other.get("/console/sign-in/passkey?to=%2Fconsole%2Faccount").await.fine();
    assert_eq!(options(&page)["allowCredentials"], json!([]));
    assert_eq!(options(&page)["userVerification"], "required");
    let told = device.sign(&page);
    let done = answer(&mut other, &page, USE, &told, None).await;
    assert_eq!(done.goes_to(), "/console/account");
    other.get("/console/account").await.fine().says("Ada Adler").does_not_say("never");

    // The same answer once more does nothing: the question is gone.
    let mut thief = world.browser();
    let theirs = thief.get(USE).await.fine();
    let again = answer(&mut thief, &theirs, USE, &told, None).await;
    assert_eq!(again.status, 422);
    again.says("This passkey does not let you in");
    assert!(!thief.cookies.contains_key("dsr"));

    // Removed by its owner, it opens nothing, and what it had opened is closed.
    let remove = format!(
        "/console/account/passkeys/{}/remove",
        account.between("action=\"/console/account/passkeys/", "/remove\"")
    );
    let removed = browser.submit(&account, &remove, &[]).await;
    // An officer with no authenticator and no password has other ways than this one.
    assert_eq!(removed.goes_to(), "/console/account?say=passkey-removed");
    other.get("/console/account").await.goes_to();
    let page = thief.get(USE).await.fine();
    let told = device.sign(&page);
    assert_eq!(answer(&mut thief, &page, USE, &told, None).await.status, 422);
    assert_eq!(world.count_events("officer.passkey_added").await, 1);
    assert_eq!(world.count_events("officer.passkey_removed").await, 1);
    let _ = ada;
}

#[rstest]
#[tokio::test]
async fn a_passkey_opens_a_session_of_its_own_and_leads_nobody_out_of_the_house(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (_, mut browser) = world.officer().await;
    let mut device = Device::new();
    world.add_passkey(&mut browser, &mut device, "key").await;
    for to in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/status"] {
        let mut visitor = world.browser();
        for name in ["dsr", "dsr-visit"] {
            visitor.cookies.insert(name.to_owned(), PLANTED.to_owned());
        }
        let asked = url::form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        let page = visitor.get(&format!("{USE}?to={asked}")).await.fine();
        let told = device.sign(&page);
        // Nor by whoever changes the form under way.
        let mut fields = page.hidden(USE);
        fields.retain(|(name, _)| name != "told" && name != "to");
        fields.extend([("told".to_owned(), told), ("to".to_owned(), to.to_owned())]);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(visitor.post_bare(USE, &fields).await.goes_to(), "/console", "{to}");
        assert_ne!(visitor.cookies["dsr"], PLANTED);
        visitor.get("/console/requests").await.fine();
    }
    let mut stranger = world.browser();
    stranger.cookies.insert("dsr".to_owned(), PLANTED.to_owned());
    assert!(stranger.get("/console/requests").await.goes_to().starts_with("/console/sign-in"));
}

#[rstest]
#[tokio::test]
async fn only_this_browsers_question_of_this_site_is_answered_and_in_time(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (_, mut browser) = world.officer().await;
    let mut device = Device::new();
    world.add_passkey(&mut browser, &mut device, "telephone").await;

    // Signed at another place, by a page that looks like ours.
    let mut visitor = world.browser();
    let page = visitor.get(USE).await.fine();
    let elsewhere = device.sign_as("http://localhost:9999", TOUCHED, &page);
    assert_eq!(answer(&mut visitor, &page, USE, &elsewhere, None).await.status, 422);

    // Not touched, and touched by nobody whom the device knows.
    for flags in [0x04, 0x01, 0x01 | 0x04 | 0x10] {
        let page = visitor.get(USE).await.fine();
        let told = device.sign_as(PUBLIC, flags, &page);
        assert_eq!(answer(&mut visitor, &page, USE, &told, None).await.status, 422, "{flags}");
    }

    // Another question than the one that was asked, and a question that another browser was asked.
    let (one, two) = (visitor.get(USE).await.fine(), visitor.get(USE).await.fine());
    let told = device.sign(&one);
    assert_eq!(answer(&mut visitor, &two, USE, &told, None).await.status, 422);
    let mut stranger = world.browser();
    let theirs = stranger.get(USE).await.fine();
    let asked = one.hidden(USE).into_iter().find(|(name, _)| name == "asked").unwrap().1;
    let mut fields = theirs.hidden(USE);
    fields.retain(|(name, _)| name != "asked" && name != "told");
    fields.extend([("asked".to_owned(), asked), ("told".to_owned(), told.clone())]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(stranger.post_bare(USE, &fields).await.status, 422);

    // It was not used up by the stranger, and it would have let its own browser in.
    let told = device.sign(&one);
    assert_eq!(answer(&mut visitor, &one, USE, &told, None).await.goes_to(), "/console");

    // Too late.
    let mut late = world.browser();
    let page = late.get(USE).await.fine();
    let told = device.sign(&page);
    world.pass(Duration::from_secs(11 * 60));
    assert_eq!(answer(&mut late, &page, USE, &told, None).await.status, 422);
    for nonsense in ["", "{}", "null", "{\"rawId\":\"AA\"}"] {
        let page = late.get(USE).await.fine();
        assert_eq!(answer(&mut late, &page, USE, nonsense, None).await.status, 422, "{nonsense}");
    }
}

#[rstest]
#[tokio::test]
async fn after_the_password_ones_own_passkey_is_the_second_factor(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (ada, ben) = (world.hire_at_acme("ada@example.com").await, world.hire_at_acme("ben@example.com").await);
    let (mut hers, mut his) = (Device::new(), Device::new());
    world.add_passkey(&mut world.signed_in(&ada).await, &mut hers, "key").await;
    world.add_passkey(&mut world.signed_in(&ben).await, &mut his, "key").await;
    world.set_password(&ada).await;

    // With a passkey there is a second factor: the password alone enrols no authenticator.
    let mut browser = world.browser();
    let page = browser.get("/console/sign-in").await.fine();
    let fields = [("login", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.submit(&page, "/console/sign-in", &fields).await.goes_to(), "/console/sign-in/code");
    assert_eq!(browser.get("/console/enrol").await.goes_to(), "/console/sign-in/code");
    browser.get("/console/sign-in/code").await.fine().says("Use a passkey instead");
    let page = browser.get(USE).await.fine();
    assert_eq!(options(&page)["allowCredentials"].as_array().unwrap().len(), 1);

    // Another's does not do, however well it signs.
    let mut fields = options(&page);
    fields["allowCredentials"] = json!([]);
    let shown = fields.to_string().replace('"', "&#34;");
    let bent = Page { text: format!("data-options=\"{shown}\""), status: page.status, headers: page.headers.clone() };
    let told = his.sign(&bent);
    assert_eq!(answer(&mut browser, &page, USE, &told, None).await.status, 422);
    assert_eq!(browser.get("/console").await.goes_to(), "/console/sign-in/code");

    let page = browser.get(USE).await.fine();
    let told = hers.sign(&page);
    assert_eq!(answer(&mut browser, &page, USE, &told, None).await.goes_to(), "/console");
    browser.get("/console/requests").await.fine();

    // It is the last second factor, and there is a password: it stays until there is another.
    let account = browser.get("/console/account").await.fine();
    let remove = format!(
        "/console/account/passkeys/{}/remove",
        account.between("action=\"/console/account/passkeys/", "/remove\"")
    );
    assert_eq!(browser.submit(&account, &remove, &[]).await.goes_to(), "/console/account?say=passkey-last");
    // Another's is none of one's own.
    let mut ben_browser = world.signed_in(&ben).await;
    let page = ben_browser.get("/console/account").await.fine();
    let fields = page.hidden("/console/sign-out");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(ben_browser.post_bare(&remove, &fields).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_copy_that_counts_backwards_is_refused_and_told(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (_, mut browser) = world.officer().await;
    let mut device = Device::new();
    world.add_passkey(&mut browser, &mut device, "key").await;
    let mut copy = device.clone();
    let mut visitor = world.browser();
    for _ in 0..2 {
        visitor = world.browser();
        let page = visitor.get(USE).await.fine();
        let told = device.sign(&page);
        answer(&mut visitor, &page, USE, &told, None).await.goes_to();
    }
    visitor.get("/console/requests").await.fine();
    let mut thief = world.browser();
    let page = thief.get(USE).await.fine();
    let told = copy.sign(&page);
    assert_eq!(answer(&mut thief, &page, USE, &told, None).await.status, 422);
    assert_eq!(world.count_events("officer.passkey_copied").await, 1);
}

#[rstest]
#[tokio::test]
async fn it_takes_a_fresh_second_factor_and_an_administrator_can_start_over(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::with_passkeys(on).await;
    let (ada, mut browser) = world.officer().await;
    let mut device = Device::new();
    let page = browser.get(NEW).await.fine();
    let told = device.make(&page);
    for name in ["", "   ", &"x".repeat(61)] {
        let page = browser.get(NEW).await.fine();
        let told = Device::new().make(&page);
        let wrong = answer(&mut browser, &page, NEW, &told, Some(name)).await;
        assert_eq!(wrong.status, 422);
        wrong.says("id=\"name-fault\"");
    }
    let added = answer(&mut browser, &page, NEW, &told, Some("key")).await;
    assert_eq!(added.goes_to(), "/console/account?say=passkey-added");
    let twice = browser.get(NEW).await.fine();
    assert_eq!(options(&twice)["excludeCredentials"].as_array().unwrap().len(), 1);
    world.pass(Duration::from_secs(16 * 60));
    assert_eq!(browser.get(NEW).await.goes_to(), "/console/account?say=sign-in-again");

    // All is lost: an administrator forgets it, and a passkey that turns up again opens nothing.
    let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
    let txn = world.store.db.begin().await.unwrap();
    manage::reset_second_factor(&txn, &world.store, &by, ada.id).await.unwrap();
    txn.commit().await.unwrap();
    browser.get("/console/account").await.goes_to();
    let mut finder = world.browser();
    let page = finder.get(USE).await.fine();
    let told = device.sign(&page);
    assert_eq!(answer(&mut finder, &page, USE, &told, None).await.status, 422);
    world.set_password(&ada).await;
    let page = finder.get("/console/sign-in").await.fine();
    let fields = [("login", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(finder.submit(&page, "/console/sign-in", &fields).await.goes_to(), "/console/enrol");
}

#[rstest]
#[tokio::test]
async fn where_browsers_make_none_the_page_says_so(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    browser.get("/console/account").await.fine().says("Passkeys work only where");
    assert_eq!(browser.get(NEW).await.status, 404);
    let mut visitor = world.browser();
    visitor.get("/console/sign-in").await.fine().does_not_say("/console/sign-in/passkey");
    assert_eq!(visitor.get(USE).await.status, 404);
}

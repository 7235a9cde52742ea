//! The link that proves an identity: looked at as often as one likes, used once, and told to nobody.

use std::sync::Arc;

use entities::addressee::queries::{Addressee, of_request, row};
use entities::client::reach::Reach;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::identity_link::queries::{LIFE, PREFIX, make};
use entities::identity_link::table as link;
use entities::letter::kind::LetterKind;
use entities::letter::outbox::{About, Draft, queue};
use entities::{identity_link, request};
use futures::future::join_all;
use reqwest::StatusCode;
use sea_orm::{ActiveModelTrait, EntityTrait};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::world::{Answer, Client, World, access, with};

const ADDRESS: &str = "ada@example.com";

impl World {
    /// A request whose identity is asked for, and a link to prove it.
    async fn asked(&self, by: &Client) -> (RequestId, String) {
        let id = RequestId(self.file(by, with(access(), json!({ "identity": null }))).await.parse().unwrap());
        (id, self.send_link(id).await)
    }

    async fn send_link(&self, id: RequestId) -> String {
        let (store, now) = (&self.store, self.store.now());
        let txn = store.db.begin().await.unwrap();
        let filed = request::queries::lock(&txn, &Reach::installation(), id).await.unwrap().unwrap();
        if of_request(&*txn, id).await.unwrap().is_none() {
            let key = request::keys::of(&*txn, &store.safe, id).await.unwrap();
            let to = Addressee { language: "de".to_owned(), address: Some(ADDRESS.to_owned()), salutation: None };
            let row = row(&key, id, &to, true, None, now);
            entities::addressee::table::Entity::insert(row).exec_without_returning(&*txn).await.unwrap();
        }
        let draft = Draft {
            kind: LetterKind::IdentityLink,
            language: "de".to_owned(),
            recipient: ADDRESS.to_owned(),
            subject: "Bestätigung".to_owned(),
            text: "…".to_owned(),
            html: "…".to_owned(),
            sections: Vec::new(),
            template: None,
            parts: Vec::new(),
            demands: Vec::new(),
            edited_at: None,
        };
        let about = About { controller: filed.controller_id, request: Some(&filed) };
        let letter = queue(&txn, &store.safe, now, &Actor::operator(), about, &draft).await.unwrap();
        let (token, hash) = vault::token::random_token(PREFIX);
        make(&txn, now, id, letter, hash, "de").await.unwrap();
        txn.commit().await.unwrap();
        token.expose_secret().to_owned()
    }

    async fn look(&self, token: &str) -> Answer {
        Answer::of(self.http.get(self.url(&format!("/identity/{token}")))).await
    }

    /// Presses the button of the page.
    async fn confirm(&self, token: &str) -> Answer {
        self.confirm_from(token, &[("origin", &self.url(""))]).await
    }

    /// The same with these headers instead of a browser's own.
    async fn confirm_from(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        let call = self.http.post(self.url(&format!("/identity/{token}")));
        Answer::of(headers.iter().fold(call, |call, (name, value)| call.header(*name, *value))).await
    }

    async fn status_of(&self, id: RequestId) -> (String, Option<String>) {
        let found = request::queries::by_id(self.store.db.read(), &Reach::installation(), id).await.unwrap().unwrap();
        (found.status.to_string(), found.identity_method)
    }

    async fn links(&self) -> Vec<link::Model> {
        link::Entity::find().all(self.store.db.read()).await.unwrap()
    }
}

#[tokio::test]
async fn looking_changes_nothing_and_the_button_works_once() {
    let world = World::start().await;
    let officer = world.officer().await;
    let (id, token) = world.asked(&officer).await;
    let before = world.links().await;
    for _ in 0..3 {
        let page = world.look(&token).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("<form method=\"post\">") && page.text.contains("lang=\"de\""), "{}", page.text);
        assert!(page.text.contains("ACME") && !page.text.contains("ada@") && !page.text.contains("<script"));
        keeps_the_browser_from_harm(&page);
    }
    assert_eq!(world.links().await, before, "a look changes nothing");
    assert_eq!(world.status_of(id).await, ("verifying".to_owned(), None));

    assert_eq!(world.confirm(&token).await.status, StatusCode::OK);
    assert_eq!(world.status_of(id).await, ("resolving".to_owned(), Some("email_link".to_owned())));
    let addressee = of_request(world.store.db.read(), id).await.unwrap().unwrap();
    assert_eq!(addressee.proven_by.as_deref(), Some("email_link"));

    let again = world.confirm(&token).await;
    let unknown = world.confirm("dsr_id_unknown").await;
    assert_eq!((again.status, &again.text), (StatusCode::NOT_FOUND, &unknown.text), "used and unknown are told alike");
    assert_eq!(world.look(&token).await.text, world.look("dsr_id_unknown").await.text);
}

/// Whatever it says: nothing from elsewhere is loaded, nobody frames it or keeps it, and its form goes here and nowhere else. That
/// form is sent with an origin, which `no-referrer` would hide.
fn keeps_the_browser_from_harm(page: &Answer) {
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    for rule in ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    for (name, value) in [
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn the_button_counts_on_our_own_page_alone() {
    let world = World::start().await;
    let officer = world.officer().await;
    let (id, token) = world.asked(&officer).await;
    let (links, here) = (world.links().await, world.url(""));
    for headers in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", &here)],
        &[("sec-fetch-site", "same-site")],
        // A link that is followed, as by a mail program, presses no button.
        &[("sec-fetch-site", "none")],
    ] {
        let page = world.confirm_from(&token, headers).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(page.text.contains("This form could not be taken") && !page.text.contains("<form"), "{}", page.text);
        keeps_the_browser_from_harm(&page);
        let unknown = world.confirm_from("dsr_id_unknown", headers).await;
        assert_eq!((unknown.status, unknown.text), (page.status, page.text), "it tells nothing of the link");
    }
    assert_eq!(world.links().await, links, "nothing was tried");
    assert_eq!(world.status_of(id).await, ("verifying".to_owned(), None));
    // One of the two is enough: not every browser sends both.
    let own = world.confirm_from(&token, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text);
    keeps_the_browser_from_harm(&own);
    assert_eq!(world.status_of(id).await.0, "resolving");
    let gone = world.confirm(&token).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    keeps_the_browser_from_harm(&gone);
}

#[tokio::test]
async fn an_expired_a_replaced_and_an_overlong_link_are_told_alike() {
    let world = World::start().await;
    let officer = world.officer().await;
    let (id, old) = world.asked(&officer).await;
    let new = world.send_link(id).await;
    let gone = world.look("dsr_id_unknown").await.text;
    assert_eq!(world.look(&old).await.text, gone, "a newer one took its place");
    assert_eq!(world.confirm(&old).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.look(&"x".repeat(200)).await.text, gone);
    assert_eq!(world.look(&new).await.status, StatusCode::OK);
    let mut row = world.links().await.into_iter().find(|link| link.voided_at.is_none()).unwrap();
    row.expires_at = row.expires_at - LIFE - std::time::Duration::from_secs(1);
    let row = sea_orm::IntoActiveModel::into_active_model(row).reset_all();
    link::Entity::update(row).exec(world.store.db.write()).await.unwrap();
    assert_eq!(world.look(&new).await.text, gone, "it has expired");
    assert_eq!(world.confirm(&new).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.status_of(id).await.0, "verifying");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_press_at_once_one_proves_it() {
    let world = Arc::new(World::start().await);
    let officer = world.officer().await;
    let (id, token) = world.asked(&officer).await;
    let answers = join_all((0..8).map(|_| world.confirm(&token))).await;
    let good = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(good, 1, "{:?}", answers.iter().map(|it| it.status).collect::<Vec<_>>());
    let events = world.get(&officer, &format!("/api/v1/requests/{id}/events")).await;
    let proven = events.body["items"].as_array().unwrap().iter();
    let proven: Vec<_> = proven.filter(|event| event["kind"] == "request.identity_proven").collect();
    assert_eq!(proven.len(), 1);
    assert!(!events.text.contains(&token), "the trail does not tell the token");
}

#[tokio::test]
async fn who_looks_too_often_is_told_when_to_come_again() {
    let world = World::start_with(|config| config.identity_rate_per_minute = 1000).await;
    let officer = world.officer().await;
    let (_, token) = world.asked(&officer).await;
    let mut last = world.look(&token).await;
    for _ in 0..30 {
        last = world.look(&token).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.header("retry-after").is_some());
    assert_eq!(world.look("dsr_id_another").await.status, StatusCode::NOT_FOUND, "another link has its own count");

    let world = World::start_with(|config| config.identity_rate_per_minute = 3).await;
    for number in 0..3 {
        assert_eq!(world.look(&format!("dsr_id_{number}")).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(world.look("dsr_id_3").await.status, StatusCode::TOO_MANY_REQUESTS, "an address has one as well");
}

#[tokio::test]
async fn strangers_who_try_links_keep_no_client_from_signing_in() {
    let limits = |config: &mut api::serve::Config| {
        (config.token_rate_per_minute, config.identity_rate_per_minute) = (2, 2);
    };
    let world = World::start_with(limits).await;
    for number in 0..5 {
        world.confirm(&format!("dsr_id_{number}")).await;
    }
    assert_eq!(world.confirm("dsr_id_6").await.status, StatusCode::TOO_MANY_REQUESTS);
    let signs_in =
        async || Answer::of(world.http.post(world.url("/oauth/token")).form(&[("grant_type", "none")])).await;
    assert_ne!(signs_in().await.status, StatusCode::TOO_MANY_REQUESTS, "from the same address");
    assert_ne!(signs_in().await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(signs_in().await.status, StatusCode::TOO_MANY_REQUESTS, "that door has its own count");
}

#[tokio::test]
async fn an_officer_who_verifies_otherwise_voids_the_link_and_vouches_for_the_address() {
    let world = World::start().await;
    let officer = world.officer().await;
    let (id, token) = world.asked(&officer).await;
    let answer =
        world.post(&officer, &format!("/api/v1/requests/{id}/verify"), json!({ "method": "officer_word" })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(world.look(&token).await.status, StatusCode::NOT_FOUND);
    let addressee = of_request(world.store.db.read(), id).await.unwrap().unwrap();
    assert_eq!(addressee.proven_by.as_deref(), Some("officer_word"));
    let link = identity_link::queries::by_token(world.store.db.read(), &token).await.unwrap().unwrap();
    assert!(link.voided_at.is_some() && link.used_at.is_none());
}

/// The answer may go to another mailbox than those by which the person is found: an agent's, or that of somebody who would
/// like to be the person. Whoever reads it has shown where they read, and not who they are.
#[tokio::test]
async fn a_link_to_a_foreign_mailbox_proves_no_identity() {
    let world = World::start().await;
    let officer = world.officer().await;
    let phone = json!([{ "kind": "phone", "value": "+13175550142" }]);
    let body = with(access(), json!({ "identity": null, "identifiers": phone, "reply_to": ADDRESS }));
    let id = RequestId(world.file(&officer, body).await.parse().unwrap());
    let token = world.send_link(id).await;
    world.confirm(&token).await;
    let request = world.get(&officer, &format!("/api/v1/requests/{id}")).await.body;
    assert_eq!((&request["status"], &request["open_questions"]), (&json!("verifying"), &json!(1)), "{request}");
    let asked = world.get(&officer, &format!("/api/v1/requests/{id}/questions")).await.body;
    assert_eq!(asked["items"][0]["code"], "identity_unclear");
    assert_eq!(world.look(&token).await.status, StatusCode::NOT_FOUND, "it is used up");
    let verified = json!({ "method": "document" });
    let verified = world.post(&officer, &format!("/api/v1/requests/{id}/verify"), verified).await;
    assert_eq!((verified.status, &verified.body["open_questions"]), (StatusCode::OK, &json!(0)), "{}", verified.text);
}

//! Letters over HTTP: seen without their words, looked at for a purpose, written, recorded, sent elsewhere.

use entities::client::scope::Scope;
use entities::controller::policy::{Letters, Policy, Writing};
use entities::controller::queries::{Change, change};
use entities::event::trail::Actor;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::table as letter;
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use crate::world::{Client, World, access, with};

impl World {
    /// Has `acme` write letters.
    async fn writing(&self) {
        let writing = Writing {
            privacy_contact: Some("privacy@acme.example".to_owned()),
            postal_address: vec!["1 High Street".to_owned()],
            ..Writing::default()
        };
        let policy = Policy { letters: Letters::Mail, writing, ..Policy::default() };
        let txn = self.store.db.begin().await.unwrap();
        let with = Change { policy: Some(policy), ..Change::default() };
        change(&txn, &self.store, &Actor::operator(), &self.acme, with).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// A request whose identity is in question, and the path of its letters.
    async fn letters(&self, by: &Client) -> String {
        let body = json!({ "identity": null, "salutation": "Ada Quill", "language": "de" });
        format!("/api/v1/requests/{}/letters", self.file(by, with(access(), body)).await)
    }

    async fn kinds(&self, by: &Client, path: &str) -> Vec<Value> {
        let answer = self.get(by, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.body["items"].as_array().unwrap().clone()
    }

    /// The mail server refused every letter.
    async fn refuse_all(&self) {
        let failed = letter::Entity::update_many().col_expr(letter::Column::State, LetterState::Failed.into());
        failed.exec(self.store.db.write()).await.unwrap();
    }
}

#[tokio::test]
async fn a_letter_is_written_and_read_for_a_purpose_alone() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    let wrote = world.post(&officer, &path, json!({ "kind": "acknowledgement" })).await;
    assert_eq!(wrote.status, StatusCode::OK, "{}", wrote.text);
    let items = world.kinds(&officer, &path).await;
    assert_eq!((items.len(), &items[0]["state"], &items[0]["language"]), (1, &json!("queued"), &json!("de")));
    assert!(items[0]["template_hash"].is_string() && items[0].get("content").is_none());

    let one = format!("{path}/{}", items[0]["id"].as_str().unwrap());
    let masked = world.get(&officer, &one).await;
    assert!(masked.status == StatusCode::OK && !masked.text.contains("Quill") && !masked.text.contains("ada@"));
    let clear = world.get(&officer, &format!("{one}?reveal=call-back-1")).await;
    assert_eq!(clear.body["content"]["recipient"], "ada@example.com", "{}", clear.text);
    assert!(clear.body["content"]["text"].as_str().unwrap().contains("Ada Quill"));
    let events = world.get(&officer, &path.replace("/letters", "/events")).await;
    assert!(events.text.contains("personal_data.revealed") && !events.text.contains("Quill"));

    let stranger = world.client(Scope::ALL, &[&world.beta]).await;
    world.get(&stranger, &one).await.is_problem(404, "not_found");
    world.get(&stranger, &path).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_letter_is_printed_as_it_was_written_and_that_is_an_event() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    world.post(&officer, &path, json!({ "kind": "acknowledgement" })).await;
    let one = format!("{path}/{}", world.kinds(&officer, &path).await[0]["id"].as_str().unwrap());
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    world.get(&reader, &format!("{one}/pdf")).await.is_problem(403, "insufficient_scope");
    let printed = world.call(&officer, reqwest::Method::GET, &format!("{one}/pdf")).send().await.unwrap();
    assert_eq!(printed.headers()["content-type"], "application/pdf");
    let name = printed.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.ends_with("-acknowledgement.pdf\""), "{name}");
    assert!(printed.bytes().await.unwrap().starts_with(b"%PDF-"));
    let events = world.get(&officer, &path.replace("/letters", "/events")).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["data"]["purpose"]), (&json!("personal_data.revealed"), &json!("print")));

    let by_post = json!({ "kind": "acknowledgement", "means": "post" });
    world.post(&officer, &format!("{path}/record"), by_post).await;
    let letters = world.kinds(&officer, &path).await;
    let posted = letters.iter().find(|letter| letter["means"] == "post").unwrap();
    let other = format!("{path}/{}/pdf", posted["id"].as_str().unwrap());
    world.get(&officer, &other).await.is_problem(409, "not_printable");
}

#[tokio::test]
async fn a_preview_writes_nothing_and_says_what_is_missing() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    let shown = world.post(&officer, &format!("{path}/preview"), json!({ "kind": "identity_link" })).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.body["text"].as_str().unwrap().contains("dsr_id_preview"), "its link leads nowhere");
    let bare = world.post(&officer, &format!("{path}/preview"), json!({ "kind": "answer_access" })).await;
    bare.is_problem(409, "letter_incomplete");
    assert!(bare.body["detail"].as_str().unwrap().contains("purposes (GDPR"), "{}", bare.text);
    world
        .post(&officer, &format!("{path}/preview"), json!({ "kind": "refusal" }))
        .await
        .is_problem(409, "letter_incomplete");
    assert!(world.kinds(&officer, &path).await.is_empty());
}

#[tokio::test]
async fn a_letter_that_bounced_goes_to_another_address_and_an_answer_only_to_one_that_is_known() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    world.post(&officer, &path, json!({ "kind": "acknowledgement" })).await;
    let first = world.kinds(&officer, &path).await[0]["id"].as_str().unwrap().to_owned();
    let elsewhere = json!({ "address": "ada.quill@example.org" });
    let call = format!("{path}/{first}/resend");
    world.post(&officer, &call, elsewhere.clone()).await.is_problem(409, "letter_not_failed");
    world.refuse_all().await;
    world
        .post(&officer, &call, json!({ "address": "ada@example.org, eve@example.org" }))
        .await
        .is_problem(422, "invalid_fields");
    let sent = world.post(&officer, &call, elsewhere.clone()).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let items = world.kinds(&officer, &path).await;
    let second = format!("{path}/{}?reveal=check", items[1]["id"].as_str().unwrap());
    let clear = world.get(&officer, &second).await;
    assert_eq!(clear.body["content"]["recipient"], "ada.quill@example.org", "{}", clear.text);

    // What tells of her data goes to nobody's word but an officer's.
    let answer = letter::Entity::update_many()
        .col_expr(letter::Column::Kind, Expr::value("answer_access"))
        .col_expr(letter::Column::State, LetterState::Failed.into());
    answer.exec(world.store.db.write()).await.unwrap();
    world.post(&officer, &call, elsewhere.clone()).await.is_problem(409, "address_not_proven");
    let vouched = with(elsewhere, json!({ "vouched": true }));
    assert_eq!(world.post(&officer, &call, vouched).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_letter_by_other_means_is_recorded_and_letters_stay_off_unless_the_policy_says_so() {
    let world = World::start().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    world.post(&officer, &path, json!({ "kind": "acknowledgement" })).await.is_problem(409, "no_letters");
    world.post(&officer, &format!("{path}/identity-link"), json!({})).await.is_problem(409, "no_letters");
    let record = format!("{path}/record");
    let sent = world.post(&officer, &record, json!({ "kind": "acknowledgement", "means": "post" })).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let items = world.kinds(&officer, &path).await;
    assert_eq!((&items[0]["means"], &items[0]["state"]), (&json!("post"), &json!("sent")));
    let future = json!({ "kind": "acknowledgement", "means": "post", "sent_at": "2100-01-01T00:00:00Z" });
    assert_eq!(world.post(&officer, &record, future).await.status.as_u16() / 100, 4);
    world
        .post(&officer, &record, json!({ "kind": "overdue", "means": "post" }))
        .await
        .is_problem(422, "invalid_fields");
    // An answer tells of work that is done: it cannot have gone out before, nor be the answer to something else.
    let early = json!({ "kind": "answer_access", "means": "post" });
    world.post(&officer, &record, early).await.is_problem(409, "not_answering");
    let another = json!({ "kind": "answer_erasure", "means": "post" });
    world.post(&officer, &record, another).await.is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn a_letter_is_held_back_gets_other_words_and_is_sent() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    let request = path.trim_end_matches("/letters").to_owned();
    let wrote = world.post(&officer, &path, json!({ "kind": "acknowledgement", "hold": true })).await;
    assert_eq!(wrote.status, StatusCode::OK, "{}", wrote.text);
    let items = world.kinds(&officer, &path).await;
    assert_eq!((&items[0]["state"], &items[0]["edited_at"]), (&json!("held"), &Value::Null));
    let one = format!("{path}/{}", items[0]["id"].as_str().unwrap());
    assert!(!world.get(&officer, &one).await.text.contains("passages"));
    let clear = world.get(&officer, &format!("{one}?reveal=edit-1")).await;
    let passages = clear.body["content"]["passages"].as_array().unwrap().clone();
    let place = |part: &str| passages.iter().position(|it| it["parts"].as_array().unwrap().contains(&json!(part)));
    let fixed = place("when_to_expect").unwrap();
    assert_eq!((&passages[fixed]["fixed"], &passages[fixed]["at"]), (&json!(true), &json!(fixed)));
    let words = |at: usize, text: &str| json!({ "passages": [{ "at": at, "text": text }] });

    // Who may not decide may not edit, and who looks without a purpose sees no words.
    let edit = format!("{one}/edit");
    let reader = world.client(&[Scope::RequestsRead, Scope::RequestsReveal], &[&world.acme]).await;
    for verb in ["edit", "hold-back", "send"] {
        let body = if verb == "edit" { words(0, "more") } else { json!({}) };
        world.post(&reader, &format!("{one}/{verb}"), body).await.is_problem(403, "insufficient_scope");
    }
    let spoken = words(0, "Wir haben gesprochen, Ada Quill.");
    let tried = world.post(&officer, &format!("{edit}?dry_run=true&reveal=edit-1"), spoken.clone()).await;
    let shown = tried.body["letters"][0]["text"].as_str().unwrap();
    assert!(shown.contains("Wir haben gesprochen, Ada Quill."), "{}", tried.text);
    let blind = world.post(&officer, &format!("{edit}?dry_run=true"), spoken.clone()).await;
    assert!(!blind.text.contains("gesprochen"), "{}", blind.text);
    let still = world.get(&officer, &format!("{one}?reveal=edit-1")).await;
    assert!(!still.text.contains("gesprochen"), "a dry run changes nothing");

    let version = world.get(&officer, &request).await.header("etag").unwrap().to_owned();
    let at = async |tag: &str| {
        let call = world.call(&officer, reqwest::Method::POST, &edit).header("if-match", tag);
        call.json(&spoken).send().await.unwrap().status()
    };
    assert_eq!(at(&version).await, StatusCode::OK);
    assert_eq!(at(&version).await, StatusCode::PRECONDITION_FAILED, "the second of two is told");
    let twice = json!({ "passages": [{ "at": 0, "text": "a" }, { "at": 0, "text": "b" }] });
    for (body, code) in [(twice, "twice"), (words(fixed, "soon"), "fixed"), (words(99, "a"), "no_such_passage")] {
        let refused = world.post(&officer, &edit, body).await;
        refused.is_problem(422, "invalid_fields");
        assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.text);
    }
    let edited = world.get(&officer, &format!("{one}?reveal=edit-1")).await;
    assert!(edited.body["content"]["text"].as_str().unwrap().contains("Wir haben gesprochen, Ada Quill."));
    assert!(edited.body["edited_at"].is_string());

    let sent = world.post(&officer, &format!("{one}/send"), json!({})).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert_eq!(world.kinds(&officer, &path).await[0]["state"], "queued");
    world.post(&officer, &edit, words(0, "more")).await.is_problem(409, "letter_not_held");
    world.post(&officer, &format!("{one}/send"), json!({})).await.is_problem(409, "letter_not_held");
    let hold = format!("{one}/hold-back");
    assert_eq!(world.post(&officer, &hold, json!({})).await.status, StatusCode::OK, "it still waits");
    world.post(&officer, &hold, json!({})).await.is_problem(409, "letter_not_waiting");
    let events = world.get(&officer, &format!("{request}/events")).await;
    for kind in ["letter.held", "letter.edited", "letter.released"] {
        assert!(events.text.contains(kind), "{kind}");
    }
    assert!(!events.text.contains("gesprochen"), "{}", events.text);
}

#[tokio::test]
async fn an_edit_without_what_the_law_wants_said_is_refused() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    let asked = json!({ "kind": "clarification", "words": "which years, Ada Quill?" });
    let request = path.trim_end_matches("/letters");
    assert_eq!(world.post(&officer, &format!("{request}/ask"), asked).await.status, StatusCode::OK);
    let one = format!("{path}/{}", world.kinds(&officer, &path).await[0]["id"].as_str().unwrap());
    assert_eq!(world.post(&officer, &format!("{one}/hold-back"), json!({})).await.status, StatusCode::OK);
    let clear = world.get(&officer, &format!("{one}?reveal=edit-1")).await;
    let passages = clear.body["content"]["passages"].as_array().unwrap();
    let at = passages.iter().position(|it| it["parts"] == json!(["what_is_missing"])).unwrap();
    let nothing = world.post(&officer, &format!("{one}/edit"), json!({ "passages": [{ "at": at, "text": "" }] })).await;
    nothing.is_problem(409, "letter_incomplete");
    let detail = nothing.body["detail"].as_str().unwrap();
    assert!(detail.contains("what_is_missing (GDPR Recital 63") && !detail.contains("Quill"), "{detail}");
    let again = world.get(&officer, &format!("{one}?reveal=edit-1")).await;
    assert_eq!(again.body["content"]["text"], clear.body["content"]["text"]);
}

/// Whoever holds the link proves to be the person: so nobody else is shown it, for whatever purpose.
#[tokio::test]
async fn the_link_that_proves_identity_is_shown_to_nobody() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    world.post(&officer, &path, json!({ "kind": "acknowledgement" })).await;
    let link = letter::Entity::update_many().col_expr(letter::Column::Kind, LetterKind::IdentityLink.into());
    link.exec(world.store.db.write()).await.unwrap();
    let one = format!("{path}/{}", world.kinds(&officer, &path).await[0]["id"].as_str().unwrap());
    let clear = world.get(&officer, &format!("{one}?reveal=call-back-1")).await;
    assert!(clear.status == StatusCode::OK && clear.body.get("content").is_none(), "{}", clear.text);
    world.get(&officer, &format!("{one}/pdf")).await.is_problem(409, "not_printable");
}

/// Whoever decides sees the letter first. What it says is personal, so the look has a purpose and is recorded; the decision is
/// not.
#[tokio::test]
async fn a_dry_run_shows_the_letter_that_would_be_written() {
    let world = World::start().await;
    world.writing().await;
    let officer = world.officer().await;
    let path = world.letters(&officer).await;
    let request = path.trim_end_matches("/letters");
    let body = json!({ "code": "excessive", "reason": "the tenth within a month" });
    let bare = world.post(&officer, &format!("{request}/refuse?dry_run=true"), body.clone()).await;
    assert_eq!(bare.status, StatusCode::OK, "{}", bare.text);
    assert_eq!(bare.body["letters"][0]["kind"], "refusal");
    assert!(!bare.text.contains("the tenth within a month"), "{}", bare.text);
    let shown = world.post(&officer, &format!("{request}/refuse?dry_run=true&reveal=check-1"), body.clone()).await;
    let text = shown.body["letters"][0]["text"].as_str().unwrap();
    assert!(text.contains("the tenth within a month"), "{text}");
    assert!(world.kinds(&officer, &path).await.is_empty(), "nothing was written");
    let events = world.get(&officer, &format!("{request}/events")).await;
    assert!(events.text.contains("personal_data.revealed") && !events.text.contains("request.refused"));
    world
        .post(&officer, &format!("{request}/refuse?reveal=check-1"), body.clone())
        .await
        .is_problem(400, "invalid_parameter");
    let scopes = [Scope::RequestsRead, Scope::RequestsDecide];
    let blind = world.client(&scopes, &[&world.acme]).await;
    let refused = world.post(&blind, &format!("{request}/refuse?dry_run=true&reveal=check-1"), body).await;
    refused.is_problem(403, "insufficient_scope");

    // A question is not written where what the law asks for has not been stated.
    let asked = json!({ "kind": "fee", "words": "for the copies", "fee": { "amount_minor": 900, "currency": "EUR" } });
    let tried = world.post(&officer, &format!("{request}/ask?dry_run=true"), asked).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    assert_eq!(tried.body["letters"].as_array().unwrap().len(), 1, "{}", tried.text);
}

//! Adding sources, changing them, and their secrets.

use entities::client::scope::Scope;
use entities::event::table as event;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{LIST, WORD, body, described, on_both};
use crate::world::{Answer, World, with};

async fn events(world: &World, kind: &str) -> u64 {
    event::Entity::find().filter(event::Column::Kind.eq(kind)).count(world.store.db.read()).await.unwrap()
}

#[tokio::test]
async fn a_secret_that_is_made_is_shown_once_and_kept_nowhere() {
    on_both(async |world, by| {
        let new = with(body(), json!({ "secret": null }));
        let make = || world.call(&by, Method::POST, LIST).header("idempotency-key", "one").json(&new);
        let made = Answer::of(make()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let secret = made.body["secret"].as_str().unwrap().to_owned();
        assert!(secret.len() > 40);
        assert_eq!((made.header("etag"), &made.body["address"]), (Some("\"1\""), &json!("/webhooks/desk")));
        let path = made.header("location").unwrap().to_owned();
        let again = Answer::of(make()).await;
        assert_eq!((again.status.as_u16(), again.header("idempotent-replay")), (201, Some("true")));
        assert_eq!(again.body.get("secret"), None, "a repetition does not show it");
        assert_eq!(world.hook(&secret, "{}").await.status, 202, "it is the one that counts");
        let rotated = world.post(&by, &format!("{path}/rotate"), json!({})).await;
        let next = rotated.body["secret"].as_str().unwrap().to_owned();
        assert!(rotated.body["previous_until"].is_string(), "{}", rotated.text);
        assert_eq!(world.hook(&next, "{}").await.status, 202);
        assert_eq!(world.hook(&secret, "{}").await.status, 202, "the old one still counts");
        let told = world.post(&by, &format!("{path}/rotate"), json!({ "secret": WORD, "force": true })).await;
        assert_eq!((told.status.as_u16(), told.body.get("secret")), (200, None), "who gives one is not told it");
        for answer in [&again, &told, &world.get(&by, &path).await, &world.get(&by, LIST).await] {
            for secret in [&secret, &next, WORD] {
                assert!(!answer.text.contains(secret), "{}", answer.text);
            }
        }
        let kept = entities::idempotency::table::Entity::find().all(world.store.db.read()).await.unwrap();
        assert!(!format!("{kept:?}").contains(&secret), "what is kept for a repetition does not hold it");
        assert_eq!((events(&world, "source.added").await, events(&world, "source.secret_rotated").await), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    on_both(async |world, by| {
        let wrong = json!({
            "slug": "Desk <b>",
            "credentials": { "kind": "basic" },
            "description": {
                "system": "zendesk", "signing": { "scheme": "header_token", "header": "X Dsr" },
                "settings": { "regime": "eu", "body_limit": 1, "write_back": { "language": "nl" } },
                "mapping": { "map": { "subject.email": { "path": "ticket" } } },
            },
        });
        let refused = world.post(&by, LIST, with(body(), wrong)).await;
        refused.is_problem(422, "invalid_fields");
        let fields: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
        for field in [
            "slug",
            "credentials",
            "description.signing.header",
            "description.settings.regime",
            "description.settings.body_limit",
            "description.settings.link",
            "description.settings.write_back.language",
            "description.mapping.map.request_type",
        ] {
            assert!(fields.contains(&json!(field)), "{field} is not in {fields:?}");
        }
        let one = |changes: Value| world.post(&by, LIST, with(body(), changes));
        one(json!({ "secret": "short" })).await.is_problem(422, "invalid_fields");
        one(json!({ "controller": "beta" })).await.is_problem(404, "not_found");
        let linked = with(
            described(),
            json!({
                "system": "zendesk", "settings": { "link": { "base": "https://acme.zendesk.com/" } }
            }),
        );
        let refused = one(json!({ "description": linked })).await;
        assert_eq!(refused.body["field"], "credentials", "{}", refused.text);
        world.source(&by).await;
        let taken = world.post(&by, LIST, body()).await;
        assert_eq!((&taken.body["field"], &taken.body["errors"][0]["code"]), (&json!("slug"), &json!("taken")));
        let twice = body().to_string().replacen(r#""access":"access""#, r#""access":"access","access":"erasure""#, 1);
        let call = world.call(&by, Method::POST, LIST).header("content-type", "application/json").body(twice);
        Answer::of(call).await.is_problem(422, "duplicate_field");
    })
    .await;
}

#[tokio::test]
async fn a_change_goes_by_the_version_that_was_seen_and_keeps_its_system() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let change = |tag: &str, body: Value| {
            Answer::of(world.call(&by, Method::POST, &format!("{path}/change")).header("if-match", tag).json(&body))
        };
        let new = with(described(), json!({ "settings": { "body_limit": 2048 } }));
        let changed = change("\"1\"", json!({ "description": new })).await;
        assert_eq!((changed.status.as_u16(), &changed.body["mapping_version"]), (200, &json!(2)), "{}", changed.text);
        assert_eq!(changed.body["description"]["settings"]["body_limit"], 2048);
        change("\"1\"", json!({})).await.is_problem(412, "stale");
        let other = with(described(), json!({ "system": "github" }));
        change("\"2\"", json!({ "description": with(other, json!({ "signing": { "scheme": "github" } })) }))
            .await
            .is_problem(422, "invalid_fields");
        assert_eq!(world.hook(WORD, &"x".repeat(3000)).await.status, 413, "the new limit holds");
        for (verb, paused) in [("pause", true), ("resume", false)] {
            let now = world.post(&by, &format!("{path}/{verb}"), json!({})).await;
            assert_eq!(now.body["paused"], paused, "{}", now.text);
            assert_eq!(world.hook(WORD, "{}").await.status, 202, "its calls are stored either way");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_another_controllers_source() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let stranger = world.client(Scope::ALL, &[&world.beta]).await;
        let nothing = uuid::Uuid::now_v7();
        for part in ["", "/tickets", "/calls", &format!("/calls/{nothing}?reveal=audit")] {
            world.get(&stranger, &format!("{path}{part}")).await.is_problem(404, "not_found");
        }
        let deep = [format!("tickets/{nothing}/retry"), format!("calls/{nothing}/read-again")];
        let flat = ["change", "rotate", "pause", "resume", "remove", "try"].map(str::to_owned);
        for verb in deep.iter().chain(&flat) {
            world.post(&stranger, &format!("{path}/{verb}"), json!({})).await.is_problem(404, "not_found");
        }
        assert_eq!(world.get(&stranger, LIST).await.body["items"], json!([]));
        world.get(&stranger, &format!("{LIST}?controller=acme")).await.is_problem(404, "not_found");
        world.post(&stranger, LIST, body()).await.is_problem(404, "not_found");
        let reader = world.client(&[Scope::RequestsRead, Scope::SubscribersManage], &[&world.acme]).await;
        world.get(&reader, LIST).await.is_problem(403, "insufficient_scope");
        assert_eq!(
            world.get(&by, &format!("{LIST}?slug=desk")).await.body["items"][0]["version"],
            1,
            "nothing changed"
        );
    })
    .await;
}

/// There is one place for an old secret. Whose time is not over is not pushed out of it by the way.
#[tokio::test]
async fn a_second_rotation_ends_no_secret_that_is_still_in_use() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let rotate = async |body: Value| world.post(&by, &format!("{path}/rotate"), body).await;
        let first = rotate(json!({ "secret": "the-second-word-0123456789", "overlap_s": 3600 })).await;
        let until = first.body["previous_until"].as_str().unwrap().to_owned();
        let third = json!({ "secret": "the-third-word-0123456789" });
        let refused = rotate(third.clone()).await;
        refused.is_problem(409, "secret_still_counts");
        let second = &until[..19];
        assert!(refused.body["detail"].as_str().unwrap().contains(second), "{until}: {}", refused.text);
        assert_eq!(world.hook(WORD, "{}").await.status, 202, "the first one still counts");
        assert_eq!(rotate(with(third, json!({ "force": true, "overlap_s": 0 }))).await.status, 200);
        assert_eq!(world.hook(WORD, "{}").await.status, 401, "it was told to end");
        assert_eq!(world.hook("the-second-word-0123456789", "{}").await.status, 401, "without overlap it ends at once");
        assert_eq!(world.hook("the-third-word-0123456789", "{}").await.status, 202);
        assert_eq!(rotate(json!({})).await.status, 200, "none counts beside it, so none is pushed out");
        rotate(json!({ "overlap_s": 7_776_001 })).await.is_problem(422, "invalid_fields");
    })
    .await;
}

/// An old secret that does not do for how calls are signed now would have every call refused, also those by the new one.
#[tokio::test]
async fn a_change_that_leaves_the_old_secret_unfit_lets_it_go() {
    on_both(async |world, by| {
        let basic = json!({ "scheme": "basic_auth", "user_name": "dsr" });
        let first = with(described(), json!({ "signing": basic }));
        let made =
            world.post(&by, LIST, with(body(), json!({ "description": first, "secret": "pässword-of-nobody-1" })));
        let path = format!("{LIST}/{}", made.await.body["id"].as_str().unwrap());
        let change = async |description: Value| {
            world.post(&by, &format!("{path}/change"), json!({ "description": description })).await
        };
        let refused = change(described()).await;
        assert_eq!(refused.body["field"], "secret", "the one in use cannot stand in a header: {}", refused.text);
        let rotated = world.post(&by, &format!("{path}/rotate"), json!({ "secret": WORD })).await;
        assert!(rotated.body["previous_until"].is_string());
        let changed = change(described()).await;
        assert_eq!((changed.status.as_u16(), &changed.body["previous_until"]), (200, &Value::Null), "{}", changed.text);
        assert_eq!(world.hook(WORD, "{}").await.status, 202, "calls by the one in use are taken");
        let next = world.post(&by, &format!("{path}/rotate"), json!({})).await;
        assert_eq!(next.status, 200, "and nothing is in the way of a rotation: {}", next.text);
    })
    .await;
}

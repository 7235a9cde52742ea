//! What belongs to another controller answers exactly as what does not exist: the same status, the same bytes.

use entities::id::RequestId;
use entities::request::status::RequestStatus as S;
use entities::request::table::{ActiveModel, Entity};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::json;

use super::described::Api;
use super::row::Row;
use super::server::Answer;
use super::sources::add_waiting;
use super::stored::Watch;
use super::subscribers;
use super::world::{World, access_but};

/// What differs from call to call, whatever is asked.
const CHANGING: [&str; 3] = ["x-request-id", "date", "ratelimit"];

fn seen(answer: &Answer) -> (u16, Vec<String>, String) {
    let (head, body) = answer.text.split_once("\r\n\r\n").unwrap();
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_lowercase();
    let headers = head.lines().filter(|line| !CHANGING.contains(&name(line).as_str())).map(str::to_owned);
    let mut headers: Vec<_> = headers.collect();
    headers.sort_unstable();
    (answer.status(), headers, body.to_owned())
}

/// A call about something of another's, and the same call about nothing. Says the status of both.
async fn alike(world: &World, name: &str, of_others: Row, of_nothing: Row) -> u16 {
    let stranger = &world.callers.stranger;
    let others = of_others.by(stranger).send(&world.server).await;
    let nothing = of_nothing.by(stranger).send(&world.server).await;
    assert_eq!(seen(&others), seen(&nothing), "{name}");
    others.status()
}

/// Every call, every request, every way to name it.
pub async fn nothing_shows_over_them(world: &World, api: &Api) {
    let at = &world.requests;
    let watch = Watch::on(&world.installation.store).await;
    let before = watch.look().await;
    let nothing = uuid::Uuid::now_v7().to_string();
    let about = [
        (&at.verifying, &nothing),
        (&at.resolving, &nothing),
        (&at.reviewing, &at.set_aside),
        (&at.reviewing, &at.user_id),
        (&at.held, &nothing),
        (&at.executing, &nothing),
        (&at.closed, &at.job),
        (&at.closed, &at.subscriber),
        (&at.closed, &at.source.source),
        (&at.erased, &nothing),
        (&at.reference, &at.job),
    ];
    let mut count = 0;
    for (operation, _) in api.guarded().filter(|(one, _)| one.path.contains('{')) {
        for (request, part) in about {
            let is_reference = request == &at.reference;
            let no_name = if is_reference { "ZZZZ-ZZZZ" } else { &nothing };
            let path = operation.about(request, part, &at.artifact, "acme");
            let to_nothing = operation.about(no_name, &nothing, &nothing, "nobody");
            for suffix in ["", "?reveal=audit", "?limit=1"] {
                let row = |path: &str| {
                    let row = operation.row(String::new(), format!("{path}{suffix}"));
                    row.header("If-Match", "\"999\"").header("Idempotency-Key", "taken")
                };
                let name = format!("{} {path}{suffix}", operation.method);
                let status = alike(world, &name, row(&path), row(&to_nothing)).await;
                // A parameter that the call does not know is refused before anything is looked for.
                assert!(status == 404 || status == 400 && !suffix.is_empty(), "{name}: {status}");
                count += 1;
            }
        }
    }
    assert!(count > 500, "{count} calls were compared");
    let list = |query: &str| Row::new("", "GET", format!("/api/v1/requests?{query}"));
    assert_eq!(alike(world, "a list", list("controller=acme"), list("controller=nobody")).await, 404);
    let file = |controller: &str| {
        Row::new("", "POST", "/api/v1/requests").json(&access_but(json!({ "controller": controller })))
    };
    assert_eq!(alike(world, "filing", file("acme"), file("nobody")).await, 422);
    let search = |value: &str| {
        let body = json!({ "identifier": { "kind": "email", "value": value } });
        Row::new("", "POST", "/api/v1/requests/search").json(&body)
    };
    assert_eq!(
        alike(world, "a search", search("ada.access@example.com"), search("nobody.at.all@example.com")).await,
        200
    );
    let mine = world
        .server
        .post(
            &world.callers.filer,
            "/api/v1/requests/search",
            "",
            &json!({ "identifier": { "kind": "email", "value": "ada.access@example.com" } }),
        )
        .await;
    assert_eq!(mine.body()["items"].as_array().map(Vec::len), Some(1), "one's own is found: {}", mine.text);
    let all = world.server.get(&world.callers.stranger, "/api/v1/requests").await;
    assert_eq!(all.body()["items"], json!([]), "{}", all.text);
    assert_eq!(before.differs(&watch.look().await), None);
}

/// What belongs to another's request, source or subscriber is not reached through one's own either, by any call that names both,
/// wherever one's own stands.
pub async fn nothing_shows_through_them(world: &World, api: &Api) {
    let (at, stranger) = (&world.requests, &world.callers.stranger);
    let body = access_but(json!({ "controller": "beta" }));
    let own = world.server.post(stranger, "/api/v1/requests", "", &body).await.body();
    let id: RequestId = own["id"].as_str().unwrap().parse().unwrap();
    let source = add_waiting(&world.installation, world.beta, "theirs").await;
    let subscriber = subscribers::add(&world.installation, world.beta).await.id.to_string();
    let (request, nothing) = (id.to_string(), uuid::Uuid::now_v7().to_string());
    let owns = [("requests", &request), ("sources", &source.source), ("subscribers", &subscriber)];
    for (kind, own) in owns {
        let shown = world.server.get(stranger, &format!("/api/v1/{kind}/{own}")).await;
        assert_eq!(shown.status(), 200, "one's own is there: {}", shown.text);
    }
    let children = [
        &at.set_aside,
        &at.user_id,
        &at.job,
        &at.artifact,
        &at.letter,
        &at.task,
        &at.source.unreadable,
        &at.source.ticket,
        &at.delivery,
    ];
    let store = &world.installation.store;
    let watch = Watch::on(store).await;
    let calls = api.guarded().filter_map(|(call, _)| {
        let (kind, own) = owns.iter().find(|(kind, _)| call.path.starts_with(&format!("/api/v1/{kind}/{{")))?;
        call.under(own, &nothing).map(|to_nothing| (call, *kind, *own, to_nothing))
    });
    let calls: Vec<_> = calls.collect();
    assert!(calls.len() >= 20, "{} calls name two things", calls.len());
    let mut hidden = vec![false; calls.len()];
    for status in [S::Reviewing, S::Executing, S::Answering] {
        let stands = ActiveModel { id: Unchanged(id), status: Set(status), ..Default::default() };
        Entity::update(stands).exec(store.db.write()).await.unwrap();
        let before = watch.look().await;
        for ((call, kind, own, to_nothing), hidden) in calls.iter().zip(&mut hidden) {
            for child in children {
                let path = call.under(own, child).unwrap();
                let name = format!("{} {path}, {kind}, {status}", call.method);
                let row = |path: &str| call.row(String::new(), path.to_owned());
                // Whatever is to be said of where one's own stands is said first, and alike.
                let answered = alike(world, &name, row(&path), row(to_nothing)).await;
                assert!(answered == 404 || answered == 409, "{name}: {answered}");
                *hidden |= answered == 404;
            }
        }
        assert_eq!(before.differs(&watch.look().await), None);
    }
    let never: Vec<_> = calls.iter().zip(hidden).filter(|(_, hidden)| !hidden).map(|((call, ..), _)| call).collect();
    assert!(never.is_empty(), "nothing was looked for: {never:?}");
}

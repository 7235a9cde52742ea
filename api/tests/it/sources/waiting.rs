//! What a source's calls and tickets wait for, and having them looked at again.

use std::time::Duration;

use entities::client::scope::Scope;
use entities::delivery::queries::{forget, settle};
use entities::delivery::table::DeliveryState;
use entities::event::table as event;
use entities::id::{DeliveryId, TicketId};
use entities::step::kind::StepKind;
use entities::step::table::{self as step, StepStatus};
use entities::ticket::queries::{Heard, by_external_id, hear, write};
use entities::ticket::table::{self as ticket, TicketState};
use entities::time::At;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{WORD, on_both};
use crate::world::{Client, World};

const DAY: Duration = Duration::from_secs(24 * 3600);

impl World {
    async fn calls(&self, by: &Client, path: &str, query: &str) -> Vec<Value> {
        let answer = self.get(by, &format!("{path}/calls{query}")).await;
        answer.body["items"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).clone()
    }

    /// As the worker does when it can make nothing of a call.
    async fn give_up(&self, call: &Value, state: DeliveryState) {
        let id = DeliveryId(call["id"].as_str().unwrap().parse().unwrap());
        let txn = self.store.db.begin().await.unwrap();
        let problem = (state == DeliveryState::Unreadable).then_some("broken JSON at line 1, column 2");
        settle(&txn, self.store.now(), id, state, problem).await.unwrap();
        step::Entity::delete_many().filter(step::Column::ItemId.eq(id.0)).exec(&*txn).await.unwrap();
        txn.commit().await.unwrap();
    }

    async fn park(&self, item: Uuid) {
        step::Entity::update_many()
            .col_expr(step::Column::Status, StepStatus::Parked.into())
            .col_expr(step::Column::Attempts, Expr::value(8))
            .filter(step::Column::ItemId.eq(item))
            .exec(self.store.db.write())
            .await
            .unwrap();
    }

    async fn step(&self, kind: StepKind, item: Uuid) -> Option<step::Model> {
        let found = step::Entity::find().filter(step::Column::ItemId.eq(item)).filter(step::Column::Kind.eq(kind));
        found.one(self.store.db.read()).await.unwrap()
    }

    async fn ticket(&self, name: &str) -> TicketId {
        let source = self.source_row().await;
        let txn = self.store.db.begin().await.unwrap();
        let heard = Heard {
            external_id: name,
            document: Some(b"{}"),
            vouched: false,
            changed_at: None,
            gone: false,
            by_us: false,
            received_at: self.store.now(),
        };
        hear(&txn, &self.store, &source, heard).await.unwrap();
        let id = by_external_id(&*txn, source.id, name).await.unwrap().unwrap().id;
        txn.commit().await.unwrap();
        id
    }

    async fn set(&self, change: ticket::ActiveModel) {
        let txn = self.store.db.begin().await.unwrap();
        write(&txn, self.store.now(), change).await.unwrap();
        txn.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_nobody_could_read_is_listed_shown_for_a_purpose_and_read_again() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let hostile = "{\"<script>alert(1)</script>\": ada@example.org";
        assert_eq!(world.hook(WORD, hostile).await.status, 202);
        assert_eq!(world.hook(WORD, r#"{"ticket":{"id":"1"}}"#).await.status, 202);
        let all = world.calls(&by, &path, "").await;
        assert_eq!(all.len(), 2, "{all:?}");
        world.give_up(&all[0], DeliveryState::Read).await;
        world.give_up(&all[1], DeliveryState::Unreadable).await;
        assert_eq!(world.get(&by, &path).await.body["waiting"]["unreadable"], 1);
        let unreadable = world.calls(&by, &path, "?state=unreadable").await;
        assert_eq!(unreadable.len(), 1);
        assert!(unreadable[0]["problem"].as_str().unwrap().starts_with("broken JSON"));
        let one = format!("{path}/calls/{}", unreadable[0]["id"].as_str().unwrap());

        // Without a purpose it is not shown, and neither to who may not reveal.
        let masked = world.get(&by, &one).await;
        assert_eq!((masked.body.get("body"), &masked.body["kept"]), (None, &json!(true)), "{}", masked.text);
        let blind = world.client(&[Scope::SourcesManage], &[&world.acme]).await;
        world.get(&blind, &format!("{one}?reveal=mend")).await.is_problem(403, "insufficient_scope");
        world.get(&by, &format!("{one}?reveal=To+Mend")).await.is_problem(400, "invalid_parameter");
        let looks = async || {
            let found = event::Entity::find().filter(event::Column::Kind.eq("delivery.revealed"));
            found.count(world.store.db.read()).await.unwrap()
        };
        assert_eq!(looks().await, 0);
        let shown = world.get(&by, &format!("{one}?reveal=mend-mapping")).await;
        assert_eq!((shown.body["body"].as_str(), looks().await), (Some(hostile), 1), "{}", shown.text);
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"), "no browser takes it for a page");
        assert_eq!(shown.header("content-type"), Some("application/json"));
        assert!(shown.body["seen_at"].is_string());
        assert_eq!(world.get(&by, &path).await.body["waiting"]["unreadable"], 0, "somebody has looked at it");

        let again = world.post(&by, &format!("{one}/read-again"), json!({})).await;
        assert_eq!((again.status.as_u16(), &again.body["state"]), (200, &json!("received")), "{}", again.text);
        assert_eq!(again.body["seen_at"], Value::Null, "if it cannot be read again, it is news again");
        let id: Uuid = unreadable[0]["id"].as_str().unwrap().parse().unwrap();
        world.park(id).await;
        world.post(&by, &format!("{one}/read-again"), json!({})).await;
        let revived = world.step(StepKind::Ingest, id).await.unwrap();
        assert_eq!((revived.status, revived.attempts), (StepStatus::Ready, 0), "one that was set aside runs again");

        let read = format!("{path}/calls/{}", all[0]["id"].as_str().unwrap());
        world.get(&by, &format!("{read}?reveal=mend")).await.is_problem(410, "erased");
        world.post(&by, &format!("{read}/read-again"), json!({})).await.is_problem(410, "erased");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_no_text_is_shown_byte_for_byte() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let call = world.http.post(world.url("/webhooks/desk")).header("x-dsr-token", WORD).body(vec![0xff, 0, 1]);
        assert_eq!(call.send().await.unwrap().status(), 202);
        let one = world.calls(&by, &path, "?state=received").await.remove(0);
        let shown = world.get(&by, &format!("{path}/calls/{}?reveal=look", one["id"].as_str().unwrap())).await;
        assert_eq!((shown.body["body_base64"].as_str(), shown.body.get("body")), (Some("/wAB"), None));
    })
    .await;
}

#[tokio::test]
async fn a_call_that_nobody_could_read_is_not_forgotten_unseen() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        assert_eq!(world.hook(WORD, "[").await.status, 202);
        let one = world.calls(&by, &path, "").await.remove(0);
        world.give_up(&one, DeliveryState::Unreadable).await;
        let forget_before = async |at: At| {
            let txn = world.store.db.begin().await.unwrap();
            forget(&txn, at).await.unwrap();
            txn.commit().await.unwrap();
            world.calls(&by, &path, "").await.len()
        };
        assert_eq!(forget_before(world.store.now() + 365 * DAY).await, 1, "however long ago it came");
        world.get(&by, &format!("{path}/calls/{}?reveal=look", one["id"].as_str().unwrap())).await;
        assert_eq!(forget_before(world.store.now() - DAY).await, 1, "it was seen just now");
        assert_eq!(forget_before(world.store.now() + DAY).await, 0, "and goes a while after that");
    })
    .await;
}

#[tokio::test]
async fn tickets_are_listed_page_by_page_and_one_is_looked_at_again() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let mut ids = Vec::new();
        for name in ["1", "2", "<b>3</b>"] {
            ids.push(world.ticket(name).await);
        }
        let problems = json!([{ "target": "subject", "reason": "nothing stands there" }]);
        let triage = ticket::ActiveModel {
            id: Unchanged(ids[0]),
            state: Set(TicketState::Triage),
            problems: Set(problems.to_string()),
            ..Default::default()
        };
        world.set(triage).await;
        let gone = ticket::ActiveModel {
            id: Unchanged(ids[1]),
            state: Set(TicketState::Gone),
            writable: Set(false),
            ..Default::default()
        };
        world.set(gone).await;
        let list = format!("{path}/tickets");
        let first = world.get(&by, &format!("{list}?limit=2")).await;
        let second = world.get(&by, &format!("{list}?cursor={}", first.body["next"].as_str().unwrap())).await;
        let names: Vec<_> = [&first, &second]
            .iter()
            .flat_map(|page| page.body["items"].as_array().unwrap().clone())
            .map(|it| it["ticket"].clone())
            .collect();
        assert_eq!((names, &second.body["next"]), (vec![json!("<b>3</b>"), json!("2"), json!("1")], &Value::Null));
        let waits = world.get(&by, &format!("{list}?state=triage")).await;
        assert_eq!(waits.body["items"][0]["problems"], problems, "{}", waits.text);
        let waiting = world.get(&by, &path).await.body["waiting"].clone();
        assert_eq!((&waiting["triage"], &waiting["mentioned"]), (&json!(1), &json!(1)));
        world.get(&by, &format!("{list}?state=lost")).await.is_problem(400, "invalid_parameter");

        // A step that was set aside runs again, and what was given up is asked for once more.
        world.park(ids[1].0).await;
        let again = world.post(&by, &format!("{list}/{}/retry", ids[1]), json!({})).await;
        let expected = (200, &json!("mentioned"), &json!(true));
        assert_eq!((again.status.as_u16(), &again.body["state"], &again.body["writable"]), expected, "{}", again.text);
        let revived = world.step(StepKind::TakeUp, ids[1].0).await.unwrap();
        assert_eq!((revived.status, revived.attempts), (StepStatus::Ready, 0));
        world.post(&by, &format!("{list}/{}/retry", Uuid::now_v7()), json!({})).await.is_problem(404, "not_found");
    })
    .await;
}

/// What was acknowledged is not lost by the way.
#[tokio::test]
async fn a_source_goes_for_good_only_when_nothing_of_it_waits() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        assert_eq!(world.hook(WORD, "{}").await.status, 202);
        world.ticket("1").await;
        let remove = async |body: Value| world.post(&by, &format!("{path}/remove"), body).await;
        let refused = remove(json!({})).await;
        refused.is_problem(409, "source_waits");
        assert!(refused.body["detail"].as_str().unwrap().contains("1 unread"), "{}", refused.text);
        assert_eq!(world.hook(WORD, "{}").await.status, 202, "nothing has changed");
        let gone = remove(json!({ "force": true })).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (200, "{}"));
        assert_eq!(world.hook(WORD, "{}").await.status, 404);
        world.get(&by, &path).await.is_problem(404, "not_found");
        assert_eq!(step::Entity::find().count(world.store.db.read()).await.unwrap(), 0, "nor does anything run for it");
        let clients = entities::client::queries::all(world.store.db.read()).await.unwrap();
        let own = clients.iter().find(|it| it.name == "source desk").unwrap();
        assert!(own.revoked_at.is_some(), "nobody files in its name any more");
        world.source(&by).await;
    })
    .await;
}
